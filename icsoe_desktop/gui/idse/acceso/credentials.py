"""Checks for empty credentials, shared by the login windows."""

from __future__ import annotations

from typing import Final

MISSING_CONTRASENA: Final = "Escriba su contraseña."


def missing(usuario: str, contrasena: str, missing_usuario: str) -> tuple[tuple[str, str], ...]:
    """The problems of empty fields, «usuario» and «contrasena» → sentence.

    missing_usuario: the sentence for an empty usuario, which differs between windows.
    """
    problems = []
    if not usuario.strip():
        problems.append(("usuario", missing_usuario))
    if not contrasena:
        problems.append(("contrasena", MISSING_CONTRASENA))
    return tuple(problems)
