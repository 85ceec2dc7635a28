"""Lotes of notices: use cases. gui, cli and arranque may import it."""
