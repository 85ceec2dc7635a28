"""Recuperar contraseña."""
