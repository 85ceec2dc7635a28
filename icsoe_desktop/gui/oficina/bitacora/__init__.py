"""Bitácora: who did what and when, to read, filter and export."""
