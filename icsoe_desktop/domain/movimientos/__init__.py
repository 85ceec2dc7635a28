"""Rules and values: movimientos afiliatorios."""
