"""Reading and writing: movimientos afiliatorios."""
