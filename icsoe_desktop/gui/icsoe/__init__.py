"""ICSOE: its entrance, its main window and the pages of its menu."""
