"""The password or recovery code that opens the data if the keyring cannot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unlock:
    """The typed password or recovery code. Empty if it was not given."""

    contrasena: str = ""
    codigo: str = ""
