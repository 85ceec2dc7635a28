"""Use cases: the office, its members and keys."""
