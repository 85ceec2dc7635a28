"""The program's log: rotating files without personal data."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 1_000_000
KEPT_FILES = 5

# Not \b: the SAT names its files Claveprivada_FIEL_<RFC>_<fecha>.key, and _ is part of a word.
_ALONE, _ENDS = r"(?<![A-Z0-9Ñ&])", r"(?![A-Z0-9])"
_PERSONAL = (
    (re.compile(r"[A-ZÑ&]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d", re.IGNORECASE), "[CURP]"),
    (
        re.compile(_ALONE + r"[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}" + _ENDS, re.IGNORECASE),
        "[RFC]",
    ),
    (re.compile(_ALONE + r"[A-Z]\d{9,10}" + _ENDS, re.IGNORECASE), "[REGISTRO PATRONAL]"),
    (re.compile(_ALONE + r"\d{11}" + _ENDS, re.IGNORECASE), "[NSS]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[CORREO]"),
)


def redact(text: str) -> str:
    """`text` with whatever looks like a CURP, RFC, NSS, registro patronal or e-mail replaced.

    A second fence: the first is that nobody logs them.
    """
    for pattern, word in _PERSONAL:
        text = pattern.sub(word, text)
    return text


class RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure_logs(folder: Path) -> Path:
    """Sends warnings and the program's own notes to `folder`; gives the file."""
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
    """Nothing more is written to `folder`, which Windows could not remove with an open file."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if (
            isinstance(handler, RotatingFileHandler)
            and Path(handler.baseFilename).parent == folder.absolute()
        ):
            root.removeHandler(handler)
            handler.close()
