"""Desktops that meet over the real server."""
