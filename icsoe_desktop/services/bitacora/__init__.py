"""Use cases: the audit log."""
