"""Sesión bloqueada: hides every window until the user of the session proves their identity."""
