"""Use cases of synchronisation between desktops. gui, cli and arranque import it."""
