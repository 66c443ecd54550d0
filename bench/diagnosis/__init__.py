"""Measures diagnoses by fault injection: allowed requests, each broken in a known way, diagnosed and mended again."""
