"""The windows of «Conexión en línea con IDSE»."""
