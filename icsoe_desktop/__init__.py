"""ICSOE Desktop: conexión en línea con IDSE, certificados IMSS e ICSOE."""

APP_TITLE = "ICSOE Desktop"
__version__ = "0.1.0"
