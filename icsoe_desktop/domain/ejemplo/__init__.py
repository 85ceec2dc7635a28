"""Rules and values: sample data."""
