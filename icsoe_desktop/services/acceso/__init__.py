"""Login, sessions and rights: use cases. gui, cli and arranque may import it."""
