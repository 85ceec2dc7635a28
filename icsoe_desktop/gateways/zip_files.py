"""Opens a ZIP of a stranger with bounds on its list, on each member and on all of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY: Final = b"PK\x01\x02"
_ENTRY_BYTES: Final = 46
_BUFFER: Final = 2**18
_LONGEST_NAME: Final = 200

# The errors of zipfile for other files and for incomplete ones.
_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
)

DAMAGED: Final = (
    "El archivo comprimido está incompleto o dañado. No se cambió nada. Vuelva a copiarlo desde su "
    "origen."
)
WITH_PASSWORD: Final = (
    "El archivo comprimido tiene contraseña. No se cambió nada. Descomprímalo y elija lo que trae."
)
TOO_MANY: Final = (
    "El archivo comprimido trae más de {most:,} archivos. No se cambió nada. Descomprímalo y elija "
    "los que necesite."
)
TOO_LARGE: Final = (
    "Lo que trae el archivo comprimido ocupa más de lo que ocupa un archivo normal. No se cambió "
    "nada. Revise de dónde viene."
)


@dataclass(frozen=True)
class ZipBounds:
    """What a ZIP may hold. unpacked: octets of all members together.

    The list of members is read whole and becomes objects of about seven times its size.
    """

    members: int = 2_000
    list_bytes: int = 2**20
    member_bytes: int = 256 * 2**20
    unpacked_bytes: int = 1024 * 2**20


BOUNDS: Final = ZipBounds()


@dataclass(frozen=True, slots=True)
class ZipMember:
    """nombre: path inside the ZIP, for showing; never a path to write to. size: as declared.

    fecha: None for a day that does not exist.
    """

    nombre: str
    size: int
    fecha: date | None
    open: Callable[[], IO[bytes]]


def is_workbook(head: bytes) -> bool:
    """Whether a ZIP that begins with `head` is one of Excel, by its first member."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")].lower()
    return first.startswith((b"[content_types].xml", b"_rels/.rels", b"xl/", b"docprops/"))


@contextmanager
def open_zip(file: IO[bytes], bounds: ZipBounds = BOUNDS) -> Iterator[Iterator[ZipMember]]:
    """The files of a ZIP, without its folders. Raises InvalidInputError (campo «archivo»)."""
    try:
        archive = zipfile.ZipFile(_BoundedList(file, bounds))
    except _ERRORS:
        raise _refused(DAMAGED) from None
    with archive:
        # Not `is_dir`: a member without a name raises there.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if any(info.flag_bits & 1 for info in infos):
            raise _refused(WITH_PASSWORD)
        # Unpacking LZMA may take gigabytes of memory. No program of payroll writes it.
        if any(info.compress_type not in _METHODS for info in infos):
            raise _refused(DAMAGED)
        # zipfile unpacks no more of a member than the list says.
        if sum(info.file_size for info in infos) > bounds.unpacked_bytes:
            raise _refused(TOO_LARGE)
        yield (_member(archive, info, bounds.member_bytes) for info in infos)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> ZipMember:
    # Some programs write the path with the signs of Windows.
    nombre = clean(info.filename.replace("\\", "/"))[-_LONGEST_NAME:]
    try:
        fecha = date(*info.date_time[:3])
    except ValueError:
        fecha = None
    return ZipMember(
        nombre,
        info.file_size,
        fecha,
        lambda: io.BufferedReader(_Member(archive, info, most), _BUFFER),
    )


class _BoundedList(io.RawIOBase):
    """The file of the ZIP. zipfile reads the list of members in one piece: bound that piece."""

    def __init__(self, file: IO[bytes], bounds: ZipBounds) -> None:
        self._file = file
        self._most = bounds.list_bytes
        self._members = bounds.members

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise zipfile.BadZipFile
        found = self._file.read(size if size >= 0 else self._most)
        if size < 0 and len(found) == self._most:
            raise zipfile.BadZipFile
        # Before zipfile makes objects of them. What else it reads is shorter than so long a list.
        if len(found) > _ENTRY_BYTES * self._members and found.count(_ENTRY) > self._members:
            raise _refused(TOO_MANY.format(most=self._members))
        return found


class _Member(io.RawIOBase):
    """A member as a stream. most: octets that it may unpack to."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> None:
        self._left = most
        # Closed by its finaliser also if the member cannot be opened.
        self._source: IO[bytes] = io.BytesIO()
        try:
            self._source = archive.open(info)
        except _ERRORS:
            raise _refused(DAMAGED) from None

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        try:
            chunk = self._source.read(len(room))
        except _ERRORS:
            raise _refused(DAMAGED) from None
        self._left -= len(chunk)
        if self._left < 0:
            raise _refused(TOO_LARGE)
        room[: len(chunk)] = chunk
        return len(chunk)


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, "archivo")
