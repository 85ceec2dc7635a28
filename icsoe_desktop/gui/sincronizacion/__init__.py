"""Sincronización. Imported when its window opens, and by gui/fondo.py only where it is on."""
