"""The encrypted SQLite file; imported by services."""
