"""Conexión en línea con IDSE: movements, imports, capture, lotes. The shell opens it."""
