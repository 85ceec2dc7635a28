"""Movimientos afiliatorios: use cases. gui, cli and arranque may import it."""
