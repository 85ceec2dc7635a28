"""Apariencia: theme, density and size of letters."""
