"""Use cases of the windows and the command line. gui, cli and arranque may import it."""
