"""Makes diagnoses beside the requests that asked for them: kept in the database, so that a restart loses none."""
