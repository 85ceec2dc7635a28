"""Reading and writing: synchronisation between desktops."""
