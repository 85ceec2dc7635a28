"""Whether a file of QSettings is what this program writes, told before Qt reads it.

PySide keeps Python objects in `@Variant(…)` as pickles, and reading any key of their section runs
them: such a file is a program.
"""

from __future__ import annotations

import re
from pathlib import Path

from icsoe_desktop.regular_file import open_regular

MAX_BYTES = 1024 * 1024
ASIDE = ".apartado"

_ESCAPED = rb"\\[^\r\n]"
_VALUES = (
    # Text without an at sign, which begins each typed value.
    rb'(?:[^"@\\\r\n]|' + _ESCAPED + rb")*",
    rb'"(?:[^"@\\\r\n]|' + _ESCAPED + rb')*"',
    # Text with one behind its first letter, and no list.
    rb'[^"@\\,;\s](?:[^",\\\r\n]|' + _ESCAPED + rb")*",
    rb'"[^"@\\\s](?:[^"\\\r\n]|' + _ESCAPED + rb')*"',
)
_OCTETS = (
    rb'@ByteArray\((?:[^",;\\\r\n]|' + _ESCAPED + rb")*\)",
    rb'"@ByteArray\((?:[^"\\\r\n]|' + _ESCAPED + rb')*\)"',
)
_KEY = rb'[^=\r\n"@]*='
# Compiled by their first line: the first start has no file, and waits for each.
_TEXT = _KEY + rb"(?:" + rb"|".join(_VALUES) + rb")"
_BINARY = _KEY + rb"(?:" + rb"|".join(_OCTETS) + rb")"
_SECTION = rb"\[[^\]\r\n\"=@]*\]"
_ESCAPED_AT = rb"\\x0*40|\\0*100"


def is_safe(content: bytes) -> bool:
    """Whether each line is a section, a text or a QByteArray."""
    return len(content) <= MAX_BYTES and all(
        not line
        or re.fullmatch(_SECTION, line) is not None
        or re.fullmatch(_BINARY, line) is not None
        or (re.fullmatch(_TEXT, line) is not None and re.search(_ESCAPED_AT, line) is None)
        for line in re.split(rb"\r\n|\n|\r", content)
    )


def set_aside_if_unsafe(path: Path) -> bool:
    """Rename a file that Qt must not read. Returns whether `path` may be read now."""
    try:
        with open_regular(path) as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        content = b"@"
    if is_safe(content):
        return True
    try:
        path.replace(path.with_name(path.name + ASIDE))
    except (OSError, ValueError):
        return False
    return True
