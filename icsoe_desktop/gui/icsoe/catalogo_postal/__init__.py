"""Catálogo postal: importing the catalogue that the user downloads."""
