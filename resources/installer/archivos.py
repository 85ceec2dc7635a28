"""Archives that depend on their files only: sorted, with the commit's time and no owner."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file, link and folder below `folder`, by name with `/`."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    yield from sorted(found.items())


def write_tar_gz(folder: Path, target: Path, epoch: int) -> None:
    """`folder` as one folder of its name in a .tar.gz."""
    with (
        target.open("wb") as file,
        # No name and no time of its own in gzip's head.
        gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=9, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        _add(archive, folder, folder.name, epoch)
        for name, path in files_of(folder):
            _add(archive, path, f"{folder.name}/{name}", epoch)


def write_zip(folder: Path, target: Path, epoch: int) -> None:
    """`folder` as one folder of its name in a .zip."""
    when = max(datetime.fromtimestamp(epoch, UTC).timetuple()[:6], _DOS_EPOCH)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files_of(folder):
            if path.is_dir():
                continue
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100000 | _mode(path)) << 16
            archive.writestr(entry, path.read_bytes())


def _add(archive: tarfile.TarFile, path: Path, name: str, epoch: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.mtime = epoch
    if path.is_symlink():
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, str(path.readlink()), 0o777
        archive.addfile(entry)
    elif path.is_dir():
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(entry)
    else:
        content = path.read_bytes()
        entry.size, entry.mode = len(content), _mode(path)
        archive.addfile(entry, io.BytesIO(content))


def _mode(path: Path) -> int:
    """0755 for what may be run, otherwise 0644: the umask of the builder does not show."""
    return 0o755 if path.stat().st_mode & 0o100 else 0o644
