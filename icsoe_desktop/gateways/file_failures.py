"""Translates errors of the file system into Spanish sentences."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from icsoe_desktop.errors import UserFacingError

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
