"""Tolerant reader of 168-position files, line by line.

Source: docs/fuentes.md §1.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag import formato
from icsoe_desktop.domain.dispmag.formato import LONGITUD, CampoDispmag, ProblemaDispmag, visible
from icsoe_desktop.domain.dispmag.revision import (
    ANCHO,
    MAX_CONTENIDO,
    Leido,
    LineaRechazada,
    MovimientoLeido,
    Observacion,
    Revisor,
)
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, TablaLimites
from icsoe_desktop.domain.texto import counted, nfc

ETIQUETA = formato.MARCA.etiqueta


def is_totals(text: str) -> bool:
    return text.startswith("***")


class Totales:
    """Counts the movements since the last totals record."""

    def __init__(self) -> None:
        self.movimientos = 0
        self.guias: set[str] = set()
        self._found = False
        self._any_movement = False

    def review(self, linea: int, text: str) -> tuple[ProblemaDispmag, ...]:
        """Problems of a totals record. Starts a new count."""
        problemas = []
        if len(text) != LONGITUD:
            problemas.append(
                ProblemaDispmag(
                    linea,
                    0,
                    ETIQUETA,
                    counted(len(text), "posición", "posiciones"),
                    f"Se esperaban {LONGITUD} posiciones.",
                    "advertencia",
                )
            )
        text = text.ljust(LONGITUD - 1).ljust(LONGITUD, formato.IDENTIFICADOR)
        for campo in formato.TOTALES:
            raw = text[campo.corte]
            if campo is formato.REGISTROS:
                problemas.extend(self._count(linea, raw))
            elif campo is formato.GUIA:
                if raw not in self.guias and self.guias:
                    expected = ", ".join(sorted(self.guias)[:5])
                    esperado = f"Se esperaba la guía de los movimientos: {expected}."
                    problemas.append(
                        ProblemaDispmag(
                            linea,
                            campo.inicio,
                            CAMPOS_MOVIMIENTO.label("guia"),
                            visible(raw),
                            esperado,
                            "advertencia",
                        )
                    )
            elif raw != campo.fijo:
                esperado = (
                    f"Se esperaba {campo.fijo}." if campo.fijo.strip() else "Se esperaban espacios."
                )
                problemas.append(
                    ProblemaDispmag(
                        linea, campo.inicio, ETIQUETA, visible(raw), esperado, "advertencia"
                    )
                )
        self._found = True
        self._any_movement |= self.movimientos > 0
        self.movimientos = 0
        self.guias = set()
        return tuple(problemas)

    def _count(self, linea: int, raw: str) -> list[ProblemaDispmag]:
        if re.fullmatch(" *[0-9]+", raw) is not None and int(raw) == self.movimientos:
            return []
        esperado = (
            f"Se esperaba {self.movimientos:06d}: los movimientos que hay antes en el archivo."
        )
        campo = formato.REGISTROS
        return [
            ProblemaDispmag(linea, campo.inicio, campo.etiqueta, visible(raw), esperado, "error")
        ]

    def at_end(self, linea: int) -> tuple[ProblemaDispmag, ...]:
        """Problems of the whole file, after its last line."""
        if not self._found and not self.movimientos:
            return (
                ProblemaDispmag(
                    linea, 0, "Archivo", "", "Se esperaba al menos un movimiento.", "error"
                ),
            )
        if not self._found:
            esperado = "Se esperaban las cifras de control como última línea."
        elif self.movimientos:
            esperado = "Se esperaban las cifras de control después del último movimiento."
        elif not self._any_movement:
            esperado = "Se esperaba al menos un movimiento."
            return (ProblemaDispmag(linea, 0, "Archivo", "", esperado, "error"),)
        else:
            return ()
        encontrado = (
            counted(self.movimientos, "movimiento", "movimientos") + " sin cifras de control"
        )
        return (ProblemaDispmag(linea, 0, ETIQUETA, encontrado, esperado, "advertencia"),)


# Long enough for many records without line ends between them.
MAX_LINEA: Final = 1 << 20

# The five bytes that cp1252 leaves undefined are read as latin-1.
_CP1252: Final = "".join(
    bytes([code]).decode("cp1252" if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "latin-1")
    for code in range(256)
)


class Bloque(NamedTuple):
    """Consecutive lines without their line ends.

    sobrantes: count of bytes dropped beyond MAX_LINEA. If not 0, the block has only that line.
    """

    lineas: list[bytes]
    sobrantes: int


def blocks(chunks: Iterable[bytes]) -> Iterator[Bloque]:
    """The lines of a file that arrives in pieces of any size."""
    pending: list[bytes] = []
    size = dropped = 0
    for chunk in _with_plain_ends(_without_bom(chunks)):
        *lines, tail = chunk.split(b"\n")
        if lines:
            if dropped:
                yield Bloque([b"".join(pending)], dropped + len(lines.pop(0)))
            else:
                lines[0] = b"".join(pending) + lines[0]
            if lines:
                yield Bloque(lines, 0)
            pending, size, dropped = [], 0, 0
        kept = tail[: MAX_LINEA - size]
        if kept:
            pending.append(kept)
        size += len(kept)
        dropped += len(tail) - len(kept)
    if pending:
        yield Bloque([b"".join(pending)], dropped)


def _with_plain_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    after_cr = False
    for chunk in chunks:
        if not chunk:
            continue
        ends_in_cr = chunk.endswith(b"\r")
        if after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        after_cr = ends_in_cr
        yield chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_bom(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Recode UTF-16 (called Unicode in Notepad) as UTF-8, and drop a UTF-8 BOM."""
    source = iter(chunks)
    start = b""
    for chunk in source:
        start += chunk
        if len(start) >= len(codecs.BOM_UTF8):
            break
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        yield decoder.decode(start).encode()
        for chunk in source:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
        return
    yield start.removeprefix(codecs.BOM_UTF8)
    yield from source


def decode(raw: bytes) -> str:
    """Text of a line: UTF-8 if the whole line is valid UTF-8, otherwise cp1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text: str = codecs.charmap_decode(raw, "strict", _CP1252)[0]
        return text


def to_168(raw: bytes, campos: Iterable[CampoDispmag]) -> str:
    """Text of a line, corrected to 168 characters if the writer counted in another unit.

    Some programs pad by UTF-8 bytes. Others write a letter as two code points.
    """
    text = decode(raw)
    if len(text) == LONGITUD:
        return text
    if len(raw) == LONGITUD:
        try:
            parts = [raw[campo.corte].decode("utf-8").ljust(campo.longitud) for campo in campos]
        except UnicodeDecodeError:
            return text
        return "".join(parts)
    composed = nfc(text)
    return composed if len(composed) == LONGITUD else text


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
