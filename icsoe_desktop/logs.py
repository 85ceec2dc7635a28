"""The program's log: rotating files without personal data."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from icsoe_desktop.redaction import redact

MAX_BYTES = 1_000_000
KEPT_FILES = 5


class RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure_logs(folder: Path) -> Path:
    """Write warnings, and the program's own messages from INFO, to a file. Returns its path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "icsoe.log"
    handler = RotatingFileHandler(
        path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("icsoe_desktop").setLevel(logging.INFO)
    return path


def close_logs(folder: Path) -> None:
    """Close the log in `folder`. Windows cannot remove a folder that has an open file."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if (
            isinstance(handler, RotatingFileHandler)
            and Path(handler.baseFilename).parent == folder.absolute()
        ):
            root.removeHandler(handler)
            handler.close()
