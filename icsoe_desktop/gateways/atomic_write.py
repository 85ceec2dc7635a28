"""Writes files completely or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from icsoe_desktop.gateways.file_failures import file_troubles_in_spanish


@contextmanager
def whole_file(path: Path, temporary: Path) -> Iterator[BinaryIO]:
    """Yield a file that replaces `path`, mode 0600, after all of it is on the disk.

    temporary: its name until then, in the same folder. The old file stays if the block fails.
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
    """Write `content` to `path`, mode 0600. A crash leaves the old or the new content.

    Raises UserFacingError for a full disk and whatever else the system refuses.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    with file_troubles_in_spanish(), whole_file(path, temporary) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Flush the folder. Without it a power cut may undo a rename."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
