"""The texts of mails: shipped with the program, replaced by what lies in the data folder."""

from __future__ import annotations

from pathlib import Path


class Plantillas:
    def __init__(self, folder: Path | None = None) -> None: ...
