"""Conexión en línea con IDSE: movements, imports, capture, lotes. Opened by the shell."""
