"""How to ask: the HTTP API, the pages, the command line and the stored diagnoses."""
