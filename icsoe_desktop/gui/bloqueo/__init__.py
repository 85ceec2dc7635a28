"""Sesión bloqueada: hides every window until who entered proves to be there again."""
