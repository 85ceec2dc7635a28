"""Conexión en línea con IDSE, the module window."""
