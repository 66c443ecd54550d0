"""The HTTP API: its schemas, its guards and its endpoints."""
