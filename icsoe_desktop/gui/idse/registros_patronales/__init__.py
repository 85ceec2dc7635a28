"""Registros patronales: the catalogue, and its import from a sheet."""
