"""Passwords for the command line: from a prompt or a file, never from an argument."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

MAX_BYTES = 64 * 1024
STANDARD_INPUT = "-"


def read_password(name: str) -> bytearray:
    """The bytes of the file, or of standard input for «-», without one final line end.

    Keeps all other white space. Raises OSError.
    """
    if name == STANDARD_INPUT:
        password = bytearray(sys.stdin.buffer.read(MAX_BYTES))
    else:
        with Path(name).open("rb") as file:
            password = bytearray(file.read(MAX_BYTES))
    for ending in (b"\r\n", b"\n"):
        if password.endswith(ending):
            del password[-len(ending) :]
            break
    return password


def can_ask() -> bool:
    """Whether a terminal can prompt the user."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_password(prompt: str) -> bytearray | None:
    """None if the user aborted the prompt."""
    try:
        return bytearray(getpass.getpass(prompt), "utf-8", "surrogateescape")
    except EOFError:
        return None
