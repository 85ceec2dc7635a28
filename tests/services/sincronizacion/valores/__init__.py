"""Rows as contents of records."""
