"""ICSOE Desktop: conexión en línea con IDSE, certificados IMSS e ICSOE."""

APP_TITLE = "ICSOE Desktop"
__version__ = "1.0.0"
