"""Sample data: use cases. cli and arranque may import it."""
