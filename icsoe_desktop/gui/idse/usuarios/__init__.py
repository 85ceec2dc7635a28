"""Usuarios para conexión en línea con IDSE."""
