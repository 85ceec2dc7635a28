"""How the command line gets a password: asked for, or read from a file; never an argument."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

MAX_BYTES = 64 * 1024
STANDARD_INPUT = "-"


def read_password(name: str) -> bytearray:
    """The file's octets, or those of the standard input for «-», without one closing end of line.

    Nothing else is taken away. Raises OSError.
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
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_password(prompt: str) -> bytearray | None:
    """None when whoever was asked went away."""
    try:
        return bytearray(getpass.getpass(prompt), "utf-8", "surrogateescape")
    except EOFError:
        return None
