"""Opens files that other people name: a pipe or a device would keep the reader waiting forever.

Replaces a file by a whole new one.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

_OURS: Final = ".icsoe-"
_STALE_S: Final = 3600


def open_regular(path: Path | str) -> BinaryIO:
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


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a free name beside `path`. The file made there replaces it, once on the disk.

    The old file stays if the block fails, and the error is the block's own. Raises OSError.
    """
    _sweep(path.parent)
    # Not made of path's name, which may be as long as the disk allows.
    temporary = path.with_name(f"{_OURS}{os.urandom(6).hex()}.tmp")
    try:
        yield temporary
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        drop(temporary)
        raise


def _sweep(folder: Path) -> None:
    """Delete what a process that was killed left there."""
    with suppress(OSError):
        for left in folder.glob(f"{_OURS}*.tmp"):
            if time.time() - left.stat().st_mtime > _STALE_S:
                drop(left)


def drop(temporary: Path) -> None:
    """Delete it if that is possible: what failed before is what the user must be told."""
    with suppress(OSError):
        temporary.unlink(missing_ok=True)


def _open_at_once(name: str, flags: int) -> int:
    # Opening a pipe waits for its writer, and a terminal would become ours.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
