"""Rules and values: synchronisation between desktops."""
