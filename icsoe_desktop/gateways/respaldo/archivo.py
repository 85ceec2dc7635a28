"""The backup file: the encrypted database, and its key wrapped with a password.

    ICSOE-RESPALDO\\n | length of the header (4 octets, big-endian) | header, JSON | database |
    SHA-256 of all before (32) | HMAC-SHA256 of all before, of the data key (32)

The SHA-256 detects damage without a password. The HMAC detects changes by others.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import struct
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish, whole_file
from icsoe_desktop.gateways.respaldo.cabecera import (
    DAMAGED,
    BackupError,
    BackupHeader,
    header_text,
    parse_header,
)
from icsoe_desktop.jobs import Progress
from icsoe_desktop.redaction import redact
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.seguridad.data_key import DataKey

SUFFIX = ".icsoe-respaldo"
MAGIC = b"ICSOE-RESPALDO\n"
MAX_HEADER = 4 * 1024 * 1024
DIGEST = 32
FOOTER = 2 * DIGEST
CHUNK = 1024 * 1024
NOT_A_BACKUP = (
    "El archivo no es un respaldo de ICSOE Desktop. Sus datos no se tocaron. Elija un archivo que "
    "termine en .icsoe-respaldo."
)
CHECKING, WRITING = "Comprobando el archivo", "Guardando el archivo"


def write_backup(
    path: Path, cabecera: BackupHeader, key: DataKey, database: Path, progress: Progress
) -> None:
    """Write the backup and replace `path` in one step at the end.

    Raises UserFacingError for a full disk or a read-only folder, Cancelled.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with (
        file_troubles_in_spanish(),
        whole_file(path, temporary) as file,
        database.open("rb") as source,
    ):
        _write_all(file, cabecera, key, source, progress)


def read_header(path: Path) -> BackupHeader:
    """Raises BackupError, and UserFacingError if the file cannot be read."""
    with file_troubles_in_spanish(), open_regular(path) as file:
        return _read_header(file, path.stat().st_size)[0]


def check_backup(path: Path, key: DataKey | None, progress: Progress) -> BackupHeader:
    """Verify the whole file. key: None checks only the SHA-256. Raises BackupError, Cancelled."""
    return _read_through(path, key, None, progress)


def extract_database(path: Path, key: DataKey, target: Path, progress: Progress) -> BackupHeader:
    """Extract the database to `target`, which must not exist, and verify the file.

    Raises BackupError, UserFacingError for a full disk, Cancelled; `target` is then deleted.
    """
    with file_troubles_in_spanish():
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                cabecera = _read_through(path, key, file, progress)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return cabecera


def _write_all(
    file: BinaryIO, cabecera: BackupHeader, key: DataKey, source: BinaryIO, progress: Progress
) -> None:
    text = header_text(cabecera)
    sha, mac = hashlib.sha256(), _mac(key)
    parts = (MAGIC, struct.pack(">I", len(text)), text)
    done = 0
    for part in (*parts, *iter(lambda: source.read(CHUNK), b"")):
        sha.update(part)
        mac.update(part)
        file.write(part)
        done += len(part)
        progress.report(
            done // 1024,
            None if not cabecera.octetos else max(done // 1024, cabecera.octetos // 1024),
            WRITING,
        )
    file.write(sha.digest() + mac.digest())


def _read_through(
    path: Path, key: DataKey | None, target: BinaryIO | None, progress: Progress
) -> BackupHeader:
    with file_troubles_in_spanish(), open_regular(path) as file:
        cabecera, raw = _read_header(file, path.stat().st_size)
        sha, mac = hashlib.sha256(raw), _mac(key) if key is not None else None
        if mac is not None:
            mac.update(raw)
        left = cabecera.octetos
        while left:
            part = file.read(min(CHUNK, left))
            if not part:
                raise BackupError(DAMAGED)
            left -= len(part)
            sha.update(part)
            if mac is not None:
                mac.update(part)
            if target is not None:
                target.write(part)
            progress.report((cabecera.octetos - left) // 1024, cabecera.octetos // 1024, CHECKING)
        footer = file.read(FOOTER)
        if not hmac.compare_digest(footer[:DIGEST], sha.digest()):
            raise BackupError(DAMAGED)
        if mac is not None and not hmac.compare_digest(footer[DIGEST:], mac.digest()):
            raise BackupError(DAMAGED)
        return cabecera


def _read_header(file: BinaryIO, size: int) -> tuple[BackupHeader, bytes]:
    start = file.read(len(MAGIC) + 4)
    if not start.startswith(MAGIC):
        raise BackupError(NOT_A_BACKUP)
    if len(start) < len(MAGIC) + 4:
        raise BackupError(DAMAGED)
    (length,) = struct.unpack(">I", start[len(MAGIC) :])
    if length > MAX_HEADER:
        raise BackupError(DAMAGED)
    text = file.read(length)
    cabecera = parse_header(text)
    if size != len(start) + length + cabecera.octetos + FOOTER:
        raise BackupError(DAMAGED)
    return cabecera, start + text


def _mac(key: DataKey) -> Any:
    return hmac.new(key.backup_key(), digestmod="sha256")


FILE = "carpetas_respaldo.json"
MAX_REMEMBERED = 20
MAX_BYTES = 512 * 1024  # twenty of the longest names, in ASCII
# An unfinished file that is older than this belongs to a killed program.
STALE_HOURS = 6
# The copy of the store, in this computer's own folder: one that is written is younger.
STALE_COPY_HOURS = 0.25


def _may_be(name: str) -> bool:
    """Whether the system accepts the text as a folder name."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


class BackupFolders:
    """own: the backup folder inside the data folder."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self._path = own.parent / FILE

    def all(self) -> tuple[Path, ...]:
        """The own folder first, then the others, the newest first. Some may be missing."""
        try:
            with open_regular(self._path) as file:
                content = file.read(MAX_BYTES + 1)
            kept = json.loads(content) if len(content) <= MAX_BYTES else []
            if not isinstance(kept, list):
                raise TypeError
            named = [Path(name) for name in kept if isinstance(name, str) and _may_be(name)]
            remembered = [one for one in named if one.is_absolute()][:MAX_REMEMBERED]
        except (OSError, ValueError, TypeError, RecursionError):
            remembered = []
        return tuple(dict.fromkeys((self._own, *remembered)))

    def remember(self, folder: Path) -> None:
        """Store the folder, unless its name contains personal data or the disk refuses."""
        if redact(str(folder)) != str(folder):
            return
        known = [one for one in self.all()[1:] if one != folder]
        names = [str(one) for one in (folder, *known)][:MAX_REMEMBERED]
        temporary = self._path.with_name(f".{FILE}.{secrets.token_hex(4)}.tmp")
        with suppress(OSError):
            # In ASCII: a folder name on Linux may not be valid Unicode.
            temporary.write_text(json.dumps(names), encoding="utf-8")
            temporary.replace(self._path)

    def clear_leftovers(self, now: datetime) -> tuple[str, ...]:
        """Delete the unfinished files of killed backups. Returns their names."""
        gone = []
        for folder in self.all():
            for pattern, hours in (
                (".copia-*.tmp", STALE_COPY_HOURS),
                (".copia-*.tmp-journal", STALE_COPY_HOURS),
                (f".*{SUFFIX}.*.tmp", STALE_HOURS),
            ):
                with suppress(OSError):
                    for path in folder.glob(pattern):
                        age_s = now.timestamp() - path.stat().st_mtime
                        if age_s > hours * 3600:
                            path.unlink()
                            gone.append(path.name)
        return tuple(gone)
