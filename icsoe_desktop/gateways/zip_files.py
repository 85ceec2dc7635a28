"""Opens a ZIP of a stranger with bounds on its list, on each member and on all of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, Final

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, UserFacingError

MAX_MEMBERS: Final = 2_000
# The list of members is read whole and becomes objects of about ten times its size.
MAX_LIST_BYTES: Final = 2**20
MAX_MEMBER_BYTES: Final = 256 * 2**20
MAX_UNPACKED_BYTES: Final = 1024 * 2**20
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BUFFER: Final = 2**18
_LONGEST_NAME: Final = 200

# The errors of zipfile for other files and for incomplete ones.
ZIP_ERRORS: Final = (
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
    f"El archivo comprimido trae más de {MAX_MEMBERS:,} archivos. No se cambió nada. Descomprímalo "
    "y elija los que necesite."
)
TOO_LARGE: Final = (
    "Lo que trae el archivo comprimido ocupa más de lo que ocupa un archivo normal. No se cambió "
    "nada. Revise de dónde viene."
)


@dataclass(frozen=True)
class ZipMember:
    """nombre: path inside the ZIP, for showing; never a path to write to. size: as declared."""

    nombre: str
    size: int
    open: Callable[[], IO[bytes]]


@contextmanager
def open_zip(file: IO[bytes]) -> Iterator[list[ZipMember]]:
    """The files of a ZIP, without its folders. Raises InvalidInputError (campo «archivo»)."""
    try:
        archive = zipfile.ZipFile(_BoundedList(file))
    except ZIP_ERRORS:
        raise _refused(DAMAGED) from None
    with archive:
        # Not `is_dir`: a member without a name raises there.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if len(infos) > MAX_MEMBERS:
            raise _refused(TOO_MANY)
        if any(info.flag_bits & 1 for info in infos):
            raise _refused(WITH_PASSWORD)
        # Unpacking LZMA may take gigabytes of memory. No program of payroll writes it.
        if any(info.compress_type not in _METHODS for info in infos):
            raise _refused(DAMAGED)
        left = _Left(MAX_UNPACKED_BYTES)
        yield [_member(archive, info, left) for info in infos]


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: _Left) -> ZipMember:
    def begin() -> IO[bytes]:
        return bounded_member(
            lambda: archive.open(info),
            MAX_MEMBER_BYTES,
            damaged=lambda: _refused(DAMAGED),
            too_large=lambda: _refused(TOO_LARGE),
            taken=left.take,
        )

    # Some programs write the path with the signs of Windows.
    nombre = clean(info.filename.replace("\\", "/"))[-_LONGEST_NAME:]
    return ZipMember(str(PurePosixPath(nombre)), info.file_size, begin)


def bounded_member(
    begin: Callable[[], IO[bytes]],
    most: int,
    *,
    damaged: Callable[[], UserFacingError],
    too_large: Callable[[], UserFacingError],
    taken: Callable[[int], bool] = lambda _: True,
) -> IO[bytes]:
    """A member as a stream. begin: opens it. most: octets that it may unpack to.

    taken: told the octets of each piece; False if all members together are too many. Reading
    raises `damaged()` or `too_large()`.
    """
    return io.BufferedReader(_Member(begin, most, damaged, too_large, taken), _BUFFER)


class _Left:
    def __init__(self, octets: int) -> None:
        self._octets = octets

    def take(self, octets: int) -> bool:
        self._octets -= octets
        return self._octets >= 0


class _BoundedList(io.RawIOBase):
    """The file of the ZIP. zipfile reads the list of members in one piece: bound that piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        if size > MAX_LIST_BYTES:
            raise zipfile.BadZipFile
        found = self._file.read(size if size >= 0 else MAX_LIST_BYTES)
        if size < 0 and len(found) == MAX_LIST_BYTES:
            raise zipfile.BadZipFile
        return found


class _Member(io.RawIOBase):
    def __init__(
        self,
        begin: Callable[[], IO[bytes]],
        most: int,
        damaged: Callable[[], UserFacingError],
        too_large: Callable[[], UserFacingError],
        taken: Callable[[int], bool],
    ) -> None:
        self._left = most
        self._damaged = damaged
        self._too_large = too_large
        self._taken = taken
        # Closed by its finaliser also if the member cannot be opened.
        self._source: IO[bytes] = io.BytesIO()
        try:
            self._source = begin()
        except ZIP_ERRORS:
            raise damaged() from None

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        try:
            chunk = self._source.read(len(room))
        except ZIP_ERRORS:
            raise self._damaged() from None
        self._left -= len(chunk)
        if self._left < 0 or not self._taken(len(chunk)):
            raise self._too_large()
        room[: len(chunk)] = chunk
        return len(chunk)


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, "archivo")
