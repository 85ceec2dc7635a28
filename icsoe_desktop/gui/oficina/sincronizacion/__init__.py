"""Sincronización. Imported when its window opens, and by gui/inicio/background.py if it is on."""
