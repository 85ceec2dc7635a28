"""Who enters says who and proves it: what an entrance says of what was left empty."""

from __future__ import annotations

from typing import Final

MISSING_CONTRASENA: Final = "Escriba su contraseña."


def missing(usuario: str, contrasena: str, missing_usuario: str) -> tuple[tuple[str, str], ...]:
    """Field → sentence, of «usuario» and «contrasena»; none when both are there.

    missing_usuario: the sentence for the first, which is not the same everywhere.
    """
    problems = []
    if not usuario.strip():
        problems.append(("usuario", missing_usuario))
    if not contrasena:
        problems.append(("contrasena", MISSING_CONTRASENA))
    return tuple(problems)
