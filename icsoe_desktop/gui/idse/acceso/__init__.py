"""Acceso a conexión en línea con IDSE."""
