"""Writes files completely or not at all; says in Spanish why a file cannot be used."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.regular_file import drop

FULL = (
    "No hay espacio suficiente en el disco. No se guardó nada y sus datos y respaldos anteriores "
    "están completos. Libere espacio o elija otra carpeta."
)
NOT_WRITABLE = (
    "No se puede escribir en esa carpeta: es de sólo lectura o no hay permiso. No se guardó nada y "
    "sus datos están completos. Elija otra carpeta."
)
NOT_FOUND = (
    "No se encontró el archivo o la carpeta. No se cambió nada. Revise que la unidad esté "
    "conectada y elíjalo de nuevo."
)
UNREADABLE = (
    "El disco no dejó leer o escribir el archivo. Sus datos no se cambiaron. Revise la unidad y "
    "vuelva a intentarlo."
)
_SENTENCES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EACCES: NOT_WRITABLE,
    errno.EPERM: NOT_WRITABLE,
    errno.EROFS: NOT_WRITABLE,
    errno.ENOENT: NOT_FOUND,
    errno.ENOTDIR: NOT_FOUND,
}


@contextmanager
def file_troubles_in_spanish() -> Iterator[None]:
    """Turn the OSErrors of the block into UserFacingError."""
    try:
        yield
    except OSError as error:
        known = _SENTENCES.get(error.errno) if error.errno is not None else None
        raise UserFacingError(known or UNREADABLE) from error


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
        drop(temporary)
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
