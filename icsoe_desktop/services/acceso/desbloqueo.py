"""What opens the data when the keyring cannot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unlock:
    """What somebody typed to open the data when the keyring could not."""

    contrasena: str = ""
    codigo: str = ""
