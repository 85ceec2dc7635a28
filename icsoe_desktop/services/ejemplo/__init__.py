"""Use cases: sample data."""
