"""Abrir los datos protegidos."""
