"""A press for PDFs: text at places, in WinAnsi Helvetica, compressed or not, turned or not."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

ANCHO, ALTO = 792.0, 612.0  # a letter page on its side, in points


@dataclass
class Hoja:
    """y grows downwards, as one reads."""

    trozos: list[tuple[float, float, str, float]] = field(default_factory=list)

    def put(self, x: float, y: float, texto: str, size: float = 8) -> None:
        self.trozos.append((x, y, texto, size))

    def put_right(self, x: float, y: float, texto: str, size: float = 8) -> None:
        self.put(x - width(texto, size), y, texto, size)


def width(texto: str, size: float) -> float:
    return sum(_WIDTHS.get(character, 556) for character in texto) * size / 1000


# Helvetica, thousandths. Source: Adobe's font metrics of the fourteen standard fonts.
_WIDTHS = {
    **dict.fromkeys("0123456789", 556),
    **dict.fromkeys("ABEKPSVXYÁÉÍÓÚÑ", 667),
    **dict.fromkeys("CDHNRUÜ", 722),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys(" .,:;/I", 278),
    "M": 833, "W": 944, "J": 500, "L": 556, "i": 222, "l": 222, "j": 222, "t": 278, "f": 278,
    "r": 333, "m": 833, "w": 722, "c": 500, "s": 500, "k": 500, "v": 500, "x": 500, "y": 500,
    "z": 500, "-": 333, "(": 333, ")": 333,
}  # fmt: skip


def pdf(hojas: Sequence[Hoja], *, rotate: int = 0, compress: bool = True) -> bytes:
    """rotate: 0, 90, 180 or 270; the text stands upright for who reads the turned page."""
    objects: list[bytes] = [b"", b"", b""]
    kids = []
    for hoja in hojas:
        content = _content(hoja, rotate)
        extra = b""
        if compress:
            content, extra = zlib.compress(content), b" /Filter /FlateDecode"
        at = len(objects) + 1
        objects.append(
            b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), extra, content)
        )
        box = (ALTO, ANCHO) if rotate in (90, 270) else (ANCHO, ALTO)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /MediaBox [0 0 %d %d] /Rotate %d "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (at, *box, rotate)
        )
        kids.append(at + 1)
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    named = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (named, len(kids))
    objects[2] = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    return _file(objects)


def _content(hoja: Hoja, rotate: int) -> bytes:
    turn = {
        0: b"1 0 0 1 0 0 cm",
        90: b"0 1 -1 0 %d 0 cm" % ALTO,
        180: b"-1 0 0 -1 %d %d cm" % (ANCHO, ALTO),
        270: b"0 -1 1 0 0 %d cm" % ANCHO,
    }[rotate]
    parts = [turn]
    for x, y, texto, size in hoja.trozos:
        escaped = texto.encode("cp1252").replace(b"\\", b"\\\\")
        escaped = escaped.replace(b"(", b"\\(").replace(b")", b"\\)")
        place = f"BT /F {size:.2f} Tf {x:.2f} {ALTO - y:.2f} Td (".encode()
        parts.append(place + escaped + b") Tj ET")
    return b"\n".join(parts)


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + trailer % (len(objects) + 1, start)
