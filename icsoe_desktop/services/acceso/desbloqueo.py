"""The password or recovery code that opens the data if the keyring cannot."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Unlock:
    """The typed password or recovery code. Empty if it was not given.

    ingresar: log in the user of the password too.
    """

    contrasena: str = field(default="", repr=False)
    codigo: str = field(default="", repr=False)
    ingresar: bool = False
