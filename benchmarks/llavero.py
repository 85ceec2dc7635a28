"""A keyring in a file, so that a measured start can read its key."""

from __future__ import annotations

import os
from pathlib import Path

from keyring.backend import KeyringBackend


class LlaveroEnArchivo(KeyringBackend):
    """Keeps one secret in the file named by ICSOE_LLAVERO."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        path = Path(os.environ["ICSOE_LLAVERO"])
        return path.read_text("ascii") if path.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        Path(os.environ["ICSOE_LLAVERO"]).write_text(password, "ascii")
