"""Opens files that other people name: a pipe or a device would keep the reader waiting forever."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """The file, open to read. Raises OSError for anything that is not a regular file.

    The opened descriptor decides: the name may point elsewhere a moment later.
    """
    try:
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 - Path.open takes no opener
    except ValueError as error:
        raise OSError(errno.EINVAL, "a NUL in the name") from error
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "not a regular file")


def _open_at_once(name: str, flags: int) -> int:
    # Opening a pipe waits for its writer, and a terminal would become ours.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
