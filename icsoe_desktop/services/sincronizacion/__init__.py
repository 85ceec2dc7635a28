"""Use cases: synchronisation between desktops."""
