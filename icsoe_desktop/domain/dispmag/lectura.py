"""Tolerant reader of 168-position files, line by line.

Source: docs/fuentes.md §1.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from icsoe_desktop.domain.dispmag import formato
from icsoe_desktop.domain.dispmag.formato import LONGITUD, ProblemaDispmag
from icsoe_desktop.domain.dispmag.lineas import blocks, decode, to_168
from icsoe_desktop.domain.dispmag.registro import (
    Leido,
    LineaRechazada,
    MovimientoLeido,
    Observacion,
)
from icsoe_desktop.domain.dispmag.revision import ANCHO, MAX_CONTENIDO, Revisor
from icsoe_desktop.domain.dispmag.totales import Totales, is_totals
from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, TablaLimites


def read(chunks: Iterable[bytes], limites: TablaLimites = TABLA_LIMITES) -> Iterator[Leido]:
    """Every record and every problem of a file, in line order.

    chunks: the bytes of the file in pieces of any size. 64 kB to 1 MB is fastest.
    Damaged input gives problems, never an exception. Memory grows neither with the file nor with
    its longest line.
    """
    lector = _LectorDispmag(limites)
    linea = 0
    for lineas, sobrantes in blocks(chunks):
        if sobrantes:
            linea += 1
            yield lector.too_long(linea, lineas[0], sobrantes)
            continue
        for raw in lineas:
            linea += 1
            yield from lector.review(linea, raw)
    problemas = lector.totales.at_end(max(linea, 1))
    if problemas:
        yield Observacion(max(linea, 1), problemas)


class _LectorDispmag:
    def __init__(self, limites: TablaLimites) -> None:
        self.totales = Totales()
        self._revisor = Revisor(limites)

    def review(self, linea: int, raw: bytes) -> Iterator[Leido]:
        # MS-DOS copies that join files leave an end-of-file mark and a BOM between them.
        raw = raw.strip(b"\x1a").removeprefix(codecs.BOM_UTF8)
        text = to_168(raw, formato.CAMPOS["08"])
        if not text.strip(" \t"):
            return
        pieces = _joined_records(text)
        for number, piece in enumerate(pieces, 1):
            if is_totals(piece):
                problemas = self.totales.review(linea, piece)
                if problemas:
                    yield Observacion(linea, problemas)
                continue
            before: tuple[ProblemaDispmag, ...] = ()
            if len(pieces) > 1:
                encontrado = f"registro {number} de {len(pieces)} en la misma línea"
                esperado = "Se esperaba un registro por línea."
                before = (ProblemaDispmag(linea, 0, ANCHO, encontrado, esperado, "advertencia"),)
            yield self._record(linea, piece, before)

    def _record(
        self, linea: int, text: str, before: tuple[ProblemaDispmag, ...]
    ) -> MovimientoLeido | LineaRechazada:
        self.totales.movimientos += 1
        found = self._revisor.review(linea, text, before)
        if isinstance(found, MovimientoLeido) and found.guia:
            self.totales.guias.add(found.guia)
        return found

    def too_long(self, linea: int, start: bytes, sobrantes: int) -> LineaRechazada:
        self.totales.movimientos += 1
        problema = ProblemaDispmag(
            linea,
            LONGITUD + 1,
            ANCHO,
            f"{len(start) + sobrantes} bytes sin fin de línea",
            f"Se esperaban {LONGITUD} posiciones.",
            "error",
        )
        return LineaRechazada(linea, decode(start[:MAX_CONTENIDO]), (problema,))


def _joined_records(text: str) -> list[str]:
    """The records of a line whose line ends were lost. Otherwise the line itself."""
    if len(text) % LONGITUD or len(text) == LONGITUD:
        return [text]
    pieces = [text[start : start + LONGITUD] for start in range(0, len(text), LONGITUD)]
    good = all(
        piece.endswith(formato.IDENTIFICADOR)
        and (piece[formato.TIPO.corte] in formato.CAMPOS or is_totals(piece))
        for piece in pieces
    )
    return pieces if good else [text]
