"""Reads the CFDI of payroll in files, folders and ZIPs, and tells what else is in them.

A child process reads them all by their paths, see recorrido. One that is lost costs what it was
reading: the next goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from icsoe_desktop.domain.confronta.persona import (
    ArchivoFuera,
    Recibo,
    curp_of,
    day_of_iso,
    nss_of,
    registro_of,
    rfc_of,
    scaled,
)
from icsoe_desktop.domain.identificadores.valor import digits_only
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.cfdi.recorrido import (
    BEGUN,
    NODE_END,
    OTHER,
    OUT,
    RECEIPT,
    REMARK,
)
from icsoe_desktop.gateways.isolation.answers import CELL_END, ROW_END
from icsoe_desktop.gateways.isolation.client import BROKEN, IsolatedReader
from icsoe_desktop.jobs import Progress

TASK: Final = "cfdi.read"
# From one file to the next. A share that stops answering is left after it.
SILENCE_S: Final = 8.0
MAX_LOST: Final = 3
_MAX_CACHED: Final = 20_000
# Also with letters that no UUID has: the SAT's own examples write them.
_UUID: Final = re.compile("[0-9A-Z]{8}(?:-[0-9A-Z]{4}){3}-[0-9A-Z]{12}")
STOPPED: Final = (
    "Varios de sus archivos no se pudieron leer a tiempo o hicieron que se detuviera la lectura. "
    "Lo demás que trae no se leyó. Revise que la unidad siga conectada, o cópielo a este equipo."
)


class OtroArchivo(NamedTuple):
    """A file that another reader reads. clase: `BOOK`, `SHEET`, or the name of a ClaseSua."""

    path: Path
    archivo: str
    clase: str


class Observado(NamedTuple):
    """A file that was read, and how. nota: a Spanish sentence."""

    archivo: str
    nota: str


Leido = Recibo | ArchivoFuera | Observado | OtroArchivo


def read_receipts(paths: Sequence[Path], progress: Progress) -> Iterator[Leido]:
    """Every `Nomina` node of the files, and of those in the folders and ZIPs, in order of name.

    Raises Cancelled; a file that is no CFDI of payroll, or is damaged, has an ArchivoFuera.
    """
    calls = _Calls([path.absolute() for path in paths])
    while calls.paths:
        try:
            with IsolatedReader(silence_s=SILENCE_S) as reader:
                for lines, blob in reader.ask(TASK, calls.arguments(), progress=progress):
                    yield from calls.take(lines, blob)
            return
        except UserFacingError as error:
            yield from calls.lose(error.message)


class _Calls:
    """What the children are asked, and how far they came. paths: not told to their end."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths
        self._careful = False
        # Of the first path: the last unit that was told, and those that no child survived.
        self._after = 0
        self._lost: list[int] = []
        self._begun: tuple[int, int, str] | None = None
        self._has_moved = False
        self._values = _Values()

    def arguments(self) -> dict[str, Any]:
        self._begun = None
        self._has_moved = False
        self._asked, self._at = self.paths, 0
        return {
            "paths": [str(path) for path in self.paths],
            "after": self._after,
            "lost": self._lost,
            "careful": self._careful,
        }

    def take(self, lines: object, blob: bytes) -> Iterator[Leido]:
        """What a block says. Raises UserFacingError for one that no honest child writes."""
        try:
            texts = blob.decode("utf-8", "surrogatepass").split(ROW_END)
            if not isinstance(lines, list):
                raise ValueError
            for line, text in zip(lines, texts, strict=True):
                yield from self._unit(int(line), text)
        except (ValueError, TypeError, IndexError):
            raise UserFacingError(BROKEN) from None

    def _unit(self, at: int, text: str) -> Iterator[Leido]:
        head, _, nodes = text.partition(NODE_END)
        kind, number, shown, *cells = head.split(CELL_END)
        index = int(number)
        path = self._asked[index]
        self._has_moved = True
        if kind == BEGUN:
            self._begun = index, at, shown
            return
        self._begun = None
        self._go_to(index)
        self._after = at
        archivo = clean(shown)
        if kind == OUT:
            yield ArchivoFuera(archivo, cells[0])
        elif kind == OTHER:
            yield OtroArchivo(path.parent / shown, archivo, cells[0])
        elif kind in (RECEIPT, REMARK):
            if kind == REMARK:
                yield Observado(archivo, cells[0])
            for node in nodes.split(NODE_END):
                yield self._values.recibo(archivo, node.split(CELL_END))
        else:
            raise ValueError

    def _go_to(self, index: int) -> None:
        """The path `index` of those asked is the first one that is not told to its end."""
        if index != self._at:
            self._at, self._after, self._lost = index, 0, []

    def lose(self, motivo: str) -> Iterator[Leido]:
        """The child was lost: what it was reading is left out, as soon as that is known."""
        if self._begun is not None:
            index, at, shown = self._begun
            self._go_to(index)
            self._lost.append(at)
            yield ArchivoFuera(clean(shown), motivo)
        self.paths = self._asked[self._at :]
        if len(self._lost) >= MAX_LOST or (self._careful and not self._has_moved):
            enough = len(self._lost) >= MAX_LOST
            yield ArchivoFuera(clean(self.paths[0].name), STOPPED if enough else motivo)
            self.paths, self._after, self._lost = self.paths[1:], 0, []
        self._careful = True


class _Values:
    """The values of one reading. Most of them come again."""

    def __init__(self) -> None:
        self._nss = lru_cache(_MAX_CACHED)(nss_of)
        self._curp = lru_cache(_MAX_CACHED)(curp_of)
        self._rfc = lru_cache(_MAX_CACHED)(rfc_of)
        self._name = lru_cache(_MAX_CACHED)(clean)

    def recibo(self, archivo: str, cells: list[str]) -> Recibo:
        """Raises ValueError for a row of another length."""
        # fmt: off
        (
            uuid, emisor, registro, nss, curp, rfc, nombre, tipo, inicial, final, pago, dias,
            regimen, contrato, base, integrado, inicio, separacion, incapacidad, sustituye, jornada,
        ) = cells
        # fmt: on
        return Recibo(
            archivo=archivo,
            uuid=_uuid(uuid),
            rfc_emisor=self._rfc(emisor),
            registro_patronal=registro_of(registro),
            nss=self._nss(nss),
            curp=self._curp(curp),
            rfc=self._rfc(rfc),
            nombre=self._name(nombre),
            tipo="E" if tipo == "E" else "O",
            inicial=day_of_iso(inicial),
            final=day_of_iso(final),
            pago=day_of_iso(pago),
            dias=scaled(dias, 3) or 0,
            regimen=_code(regimen),
            contrato=_code(contrato),
            base=scaled(base, 2) or None,
            integrado=scaled(integrado, 2) or None,
            inicio=day_of_iso(inicio),
            separacion=bool(separacion),
            incapacidad=int(incapacidad),
            sustituye=tuple(filter(None, map(_uuid, sustituye.split()))) if sustituye else (),
            jornada=_code(jornada),
        )


def _uuid(text: str) -> str:
    plain = text.strip().upper()
    return plain if _UUID.fullmatch(plain) and plain.strip("0-") else ""


@lru_cache(200)
def _code(text: str) -> str:
    plain = text.strip()
    return plain.zfill(2) if len(plain) in (1, 2) and digits_only(plain) else ""
