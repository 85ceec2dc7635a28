"""Use cases: backups."""
