"""Use cases: mail."""
