"""Use cases: sending changes."""
