"""Files that are whole on the disk, or not there at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path, temporary: Path) -> Iterator[BinaryIO]:
    """What is written to it is at `path`, mode 0600, once all of it is on the disk.

    temporary: beside `path`; what was there before stays until then, and whenever this fails.
    """
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replace_file(path: Path, content: bytes) -> None:
    """Puts `content` at `path`, mode 0600; a crash leaves the old content or the new one."""
    with whole_file(path, path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Without this a power cut may forget a rename."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
