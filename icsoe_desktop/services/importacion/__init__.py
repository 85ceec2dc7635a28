"""Use cases: importing movements."""
