"""Certificates and registros patronales: use cases. gui, cli and arranque may import it."""
