"""ICSOE: the way in, the main window, and the registry of its pages."""
