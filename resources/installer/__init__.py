"""Builds the bundle and the Windows installer. The program does not import it."""
