"""SQL for synchronisation between desktops."""
