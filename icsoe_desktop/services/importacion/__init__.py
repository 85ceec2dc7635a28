"""Import of movements: use cases. gui, cli and arranque may import it."""
