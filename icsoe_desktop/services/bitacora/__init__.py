"""The audit log (bitácora): use cases. gui, cli and arranque may import it."""
