"""Use cases: receiving changes."""
