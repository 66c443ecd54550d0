"""Facts from what people already have: exports and command outputs, read into sets of facts, one module per format."""
