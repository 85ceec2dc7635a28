"""Watches a folder: reviews each file that has stayed the same, and writes the result beside it."""

from __future__ import annotations

import json
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final, NamedTuple

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO, fecha_local
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.informe import (
    file_as_json,
    problem_as_json,
    sentence_of,
    summary_of,
)
from icsoe_desktop.services.importacion.revision import ArchivoRevisado, review_one
from icsoe_desktop.services.importacion.valores import (
    NO_FORMATOS,
    Formato,
    Formatos,
    ProblemaImportacion,
)

QUIET_S: Final = 5.0
TEXT_SUFFIX: Final = ".revision.txt"
JSON_SUFFIX: Final = ".revision.json"
# A result never fills the disk: a file of rubbish has a problem in each line.
MAX_PROBLEMS: Final = 100_000
MAX_PROBLEMS_IN_TEXT: Final = 1_000
MAX_LINES_TOLD: Final = 200
# Files that one look takes up, and files of which it is known that they were reviewed.
MAX_FILES: Final = 20_000
MAX_KNOWN: Final = 500_000
_TITLE: Final = "Revisión de ICSOE Desktop"
_JSON_START: Final = '{"huella": "'
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".download")

NO_FOLDER: Final = (
    "La carpeta que se vigila no se alcanza. No se cambió nada. Revise que exista y que la unidad "
    "siga conectada."
)
LEFT_OUT: Final = (
    "Sin revisar en esta vuelta: {}. Se revisan hasta {:,} a la vez; los demás, en la siguiente."
)
NOT_OURS: Final = "Ya hay otro archivo con el nombre de la revisión, y no se cambió."
NOT_WRITTEN: Final = "La revisión no se pudo guardar junto al archivo: no hay permiso o espacio."


class _Mark(NamedTuple):
    """What tells that a file stayed the same."""

    size: int
    modified_ns: int
    inode: int

    @property
    def huella(self) -> str:
        return f"{self.size}-{self.modified_ns}"


@dataclass(frozen=True)
class ArchivoVigilado:
    """A file that was just reviewed. motivo: why its result was not written, or empty."""

    path: Path
    archivos: tuple[ArchivoRevisado, ...]
    motivo: str = ""

    @property
    def is_good(self) -> bool:
        return not self.motivo and all(each.is_good for each in self.archivos)

    @property
    def result(self) -> Path:
        return self.path.with_name(self.path.name + TEXT_SUFFIX)


class Vigilancia:
    """Call `look` again and again. It reads the folder itself, without its subfolders."""

    def __init__(
        self,
        carpeta: Path,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        formatos: Formato | Formatos = NO_FORMATOS,
    ) -> None:
        """formatos: as of `review`."""
        # How many files the last look left for another one.
        self.left_out = 0
        self.formatos = formatos
        self._carpeta = carpeta
        self._clock = clock
        self._monotonic = monotonic
        self._waiting: dict[str, tuple[_Mark, float]] = {}
        self._done: dict[str, _Mark] = {}

    def look(self, progress: Progress) -> Iterator[ArchivoVigilado]:
        """Review the files that stayed the same for QUIET_S since an earlier look.

        Raises UserFacingError if the folder cannot be read, and Cancelled.
        """
        there = self._marks()
        self._waiting = {name: seen for name, seen in self._waiting.items() if name in there}
        now = self._monotonic()
        for name, mark in there.items():
            seen = self._waiting.get(name)
            if seen is None or seen[0] != mark:
                self._waiting[name] = mark, now
            elif now - seen[1] >= QUIET_S:
                del self._waiting[name]
                found = self._review(self._carpeta / name, mark, progress)
                if found is not None:
                    self._done[name] = mark
                    yield found

    def _marks(self) -> dict[str, _Mark]:
        """The files that are to be reviewed, by name. Forgets those that are gone."""
        found: dict[str, _Mark] = {}
        done: dict[str, _Mark] = {}
        self.left_out = 0
        try:
            with os.scandir(self._carpeta) as entries:
                for entry in entries:
                    name = entry.name
                    if _is_passed_over(name):
                        continue
                    with suppress(OSError):
                        # On Windows entry.stat() says st_ino 0, and would never equal lstat().
                        info = os.lstat(entry.path)
                        mark = _Mark(info.st_size, info.st_mtime_ns, info.st_ino)
                        if not stat.S_ISREG(info.st_mode):
                            continue
                        # An earlier run may have reviewed it: it takes no place of what is new.
                        path = self._carpeta / name
                        if self._done.get(name) == mark or _is_reviewed(path, mark):
                            done[name] = mark
                        elif len(found) < MAX_FILES and len(self._done) < MAX_KNOWN:
                            found[name] = mark
                        else:
                            self.left_out += 1
        except OSError as error:
            raise UserFacingError(NO_FOLDER) from error
        self._done = done
        return dict(sorted(found.items()))

    def _review(self, path: Path, mark: _Mark, progress: Progress) -> ArchivoVigilado | None:
        """None if the file changed meanwhile: it is reviewed later."""
        now = self._clock()
        with _Result(path, mark, now) as result:
            for found in review_one(path.name, path, fecha_local(now), progress, self.formatos):
                result.add(found)
            try:
                info = path.lstat()
            except OSError:
                return None
            if _Mark(info.st_size, info.st_mtime_ns, info.st_ino) != mark:
                return None
            return ArchivoVigilado(path, tuple(result.archivos), result.keep())


def left_out_sentence(count: int) -> str:
    return LEFT_OUT.format(counted(count, "archivo", "archivos"), MAX_FILES)


class _Result:
    """The two files of a result: written beside the reviewed one, and renamed when whole."""

    def __init__(self, path: Path, mark: _Mark, now: datetime) -> None:
        self.archivos: list[ArchivoRevisado] = []
        self._targets = [path.with_name(path.name + each) for each in (TEXT_SUFFIX, JSON_SUFFIX)]
        self._files: list[IO[str]] = []
        self._temporary: list[Path] = []
        self._problems = 0
        self._motivo = ""
        self._path = path
        self._mark = mark
        self._now = now

    def __enter__(self) -> _Result:
        if not all(_is_ours(target) for target in self._targets):
            self._motivo = NOT_OURS
            return self
        try:
            for target in self._targets:
                temporary = target.with_name(f".{secrets.token_hex(6)}.tmp")
                # Exclusive: somebody may have put a link there.
                self._files.append(temporary.open("x", encoding="utf-8", newline="\n"))
                self._temporary.append(temporary)
        except OSError:
            self._motivo = NOT_WRITTEN
        when = self._now.astimezone(HORA_DE_MEXICO)
        self._write(0, f"{_TITLE}\n{self._path.name}\n{when:%d/%m/%Y %H:%M}\n\n")
        self._write(1, f'{_JSON_START}{self._mark.huella}",\n "problemas": [')
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            with suppress(OSError):
                file.close()
        for temporary in self._temporary:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def add(self, found: ArchivoRevisado) -> None:
        self.archivos.append(found)
        told: dict[tuple[object, ...], list[ProblemaImportacion]] = {}
        for problema in found.problems:
            self._problems += 1
            if self._problems <= MAX_PROBLEMS:
                lead = ",\n  " if self._problems > 1 else "\n  "
                self._write(1, lead + json.dumps(problem_as_json(problema), ensure_ascii=False))
            if self._problems <= MAX_PROBLEMS_IN_TEXT:
                told.setdefault(problema._replace(linea=0), []).append(problema)
        for first, *others in told.values():
            self._write(0, f"{sentence_of(first)}{_as_well(others)}\n")
        self._write(0, f"{summary_of(found)}\n")

    def keep(self) -> str:
        """Put the files in place. Returns why that was not possible, or an empty text."""
        omitted = max(0, self._problems - MAX_PROBLEMS)
        if self._problems > MAX_PROBLEMS_IN_TEXT:
            self._write(0, f"Son {self._problems:,} problemas; aquí, los primeros.\n")
        values = {
            "problemas_omitidos": omitted,
            "leidos": sum(each.leidos for each in self.archivos),
            "advertencias": sum(each.advertencias for each in self.archivos),
            "archivos": [file_as_json(each) for each in self.archivos],
            "exito": all(each.is_good for each in self.archivos),
            "revisado": self._now.isoformat(timespec="seconds"),
        }
        self._write(1, f"],\n {json.dumps(values, ensure_ascii=False)[1:-1]}\n}}\n")
        if self._motivo:
            return self._motivo
        try:
            for file, temporary, target in zip(
                self._files, self._temporary, self._targets, strict=True
            ):
                file.close()
                temporary.replace(target)
        except OSError:
            return NOT_WRITTEN
        return ""

    def _write(self, which: int, text: str) -> None:
        if self._motivo:
            return
        try:
            self._files[which].write(text)
        except OSError:
            self._motivo = NOT_WRITTEN


def _is_passed_over(name: str) -> bool:
    """Results, and files that a program is still writing."""
    plain = name.lower()
    return plain.startswith((".", "~$")) or plain.endswith((TEXT_SUFFIX, JSON_SUFFIX, *_UNFINISHED))


def _as_well(others: Sequence[ProblemaImportacion]) -> str:
    """The lines with the same problem."""
    if not others:
        return ""
    lines = ", ".join(f"{one.linea:,}" for one in others[:MAX_LINES_TOLD])
    more = ", …" if len(others) > MAX_LINES_TOLD else ""
    return f" Igual en {counted(len(others), 'línea más', 'líneas más')}: {lines}{more}."


def _is_reviewed(path: Path, mark: _Mark) -> bool:
    expected = f'{_JSON_START}{mark.huella}"'
    return _start_of(path.with_name(path.name + JSON_SUFFIX), len(expected)) == expected


def _is_ours(target: Path) -> bool:
    """Whether a result may be written there: nothing is, or an earlier result."""
    if not os.path.lexists(target):
        return True
    if target.is_symlink():
        return False
    start = _TITLE if target.name.endswith(TEXT_SUFFIX) else _JSON_START
    return _start_of(target, len(start)) == start


def _start_of(path: Path, length: int) -> str | None:
    try:
        with open_regular(path) as file:
            return file.read(2 * length).decode("utf-8", "replace")[:length]
    except OSError:
        return None
