"""Use cases: movimientos afiliatorios."""
