"""PDFs that ask for more than any honest one: made by code, none is kept as a file."""

from __future__ import annotations

import zlib


def document(objects: dict[int, bytes]) -> bytes:
    """A PDF of these numbered objects; 1 is the catalogue."""
    out, places = b"%PDF-1.4\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        kind = b"n" if number in places else b"f"
        out += b"%010d 00000 %s \n" % (places.get(number, 0), kind)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return out


def stream(data: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    head = b"<< /Length %d /Filter /FlateDecode %s >>" % (len(packed), more)
    return head + b"\nstream\n" + packed + b"\nendstream"


def one_page(
    contents: bytes, resources: bytes = b"", more: dict[int, bytes] | None = None
) -> bytes:
    return document(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 200 100]"
            b" /Resources << %s >> >>" % resources,
            4: stream(contents),
            **(more or {}),
        }
    )


FONT = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def nested_forms(depth: int = 20, times: int = 10) -> bytes:
    """A form that draws the next one ten times, and so on: 3 kB, 10 ** depth letters."""
    forms = {}
    for level in range(depth):
        inner = b"/X Do " * times if level + 1 < depth else b"BT /F 9 Tf (CURP) Tj ET"
        below = b"/XObject << /X %d 0 R >>" % (11 + level) if level + 1 < depth else b""
        more = b"/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << %s %s >>"
        forms[10 + level] = stream(inner, more % (FONT, below))
    return one_page(b"/X Do", b"/XObject << /X 10 0 R >>", forms)


def many_letters(count: int = 30_000_000) -> bytes:
    """One page with so many letters, packed a thousandfold."""
    return one_page(b"BT /F 9 Tf (" + b"A" * count + b") Tj ET", FONT)


def many_pages(count: int = 60_000) -> bytes:
    kids = b"3 0 R " * count
    return document(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
            3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 200 100] >>",
            4: stream(b"0 0 1 1 re f"),
        }
    )


def huge_picture(side: int = 60_000) -> bytes:
    """A page whose picture says that it has side × side points."""
    more = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 " % (
        side,
        side,
    )
    image = stream(bytes(1_000_000), more + b"/ColorSpace /DeviceRGB")
    return one_page(b"200 0 0 100 0 0 cm /X Do", b"/XObject << /X 10 0 R >>", {10: image})


def many_paths(count: int = 3_000_000) -> bytes:
    return one_page(b"0 0 m 200 100 l 0 100 l f\n" * count)


def deep_pattern(depth: int = 12) -> bytes:
    """Tiles of tiles of tiles."""
    patterns = {}
    for level in range(depth):
        inner = b"/Pattern cs /P scn 0 0 200 100 re f" if level + 1 < depth else b"0 0 1 1 re f"
        below = b"/Pattern << /P %d 0 R >>" % (11 + level) if level + 1 < depth else b""
        more = (
            b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] "
            b"/XStep 0.01 /YStep 0.01 /Resources << %s >>" % below
        )
        patterns[10 + level] = stream(inner, more)
    return one_page(b"/Pattern cs /P scn 0 0 200 100 re f", b"/Pattern << /P 10 0 R >>", patterns)


HOSTILE = {
    "formas anidadas": nested_forms,
    "muchas letras": many_letters,
    "muchas páginas": many_pages,
    "imagen enorme": huge_picture,
    "muchos trazos": many_paths,
    "mosaicos de mosaicos": deep_pattern,
}
