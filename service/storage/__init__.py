"""What the service remembers: diagnoses, in SQLite by default and in PostgreSQL by URL."""
