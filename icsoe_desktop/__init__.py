"""ICSOE Desktop: conexión en línea con IDSE, certificados IMSS e ICSOE."""

__version__ = "0.1.0"
