"""The contratista and their documents: use cases. gui, cli and arranque may import it."""
