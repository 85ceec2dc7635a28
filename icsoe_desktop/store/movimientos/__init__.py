"""SQL for movimientos afiliatorios."""
