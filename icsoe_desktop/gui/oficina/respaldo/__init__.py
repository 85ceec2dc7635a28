"""Respaldo y restauración. Imported by the registry of windows and by the program's start."""
