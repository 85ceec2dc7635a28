"""Files for Confrontar that ask for more than any honest one."""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from icsoe_desktop.gateways.cfdi import nodos, recorrido
from icsoe_desktop.gateways.zip_files import DAMAGED, TOO_LARGE, TOO_MANY
from tests.support.biff import cell, compound_file, streamed
from tests.support.cfdi import Cfdi

GOOD: Final = Cfdi().xml().encode()
_LAUGHS: Final = "".join(
    f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ja"}">' for at in range(30)
)


def _bytes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _text(text: str) -> Callable[[Path], object]:
    return _bytes(text.encode())


def _with(before: str, after: str) -> Callable[[Path], object]:
    return _text(GOOD.decode().replace(before, after, 1))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(GOOD)
        file.truncate(2 * 2**30)


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def many_members(path: Path) -> None:
    """One more than allowed: the same entry again and again in the list."""
    data = zipped(("a.xml", GOOD))
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[at:end] * (recorrido.MAX_ENTRIES + 1)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entries), at, 0)
    path.write_bytes(data[:at] + entries + tail)


def _declared(size: int, *members: tuple[str, bytes]) -> bytes:
    """A ZIP whose list says `size` of every member."""
    data = bytearray(zipped(*members))
    at = data.index(b"PK\x01\x02")
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<I", data, at + 24, size)
        at += 46
    return bytes(data)


def deep_folders(path: Path) -> None:
    path = path.joinpath(*"abcdefghij")
    path.mkdir(parents=True)
    (path / "a.xml").write_bytes(GOOD)


def one_far_cell(path: Path) -> None:
    """calamine asks for 137 GB, and ends its process."""
    cells = cell(0, 0, "NSS") + cell(65_535, 65_535, "x")
    path.write_bytes(compound_file(streamed({"Movimientos EMA Octubre 2025": cells})))


# Name → how it is made, and why it is left out: a sentence, or nothing for a book of the emission.
HOSTILE: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "grande.xml": (_bytes(GOOD.ljust(2**21 + 1)), nodos.TOO_BIG),
    "2 GB.xml": (sparse, nodos.TOO_BIG),
    "doctype.xml": (_with("<cfdi:Comp", "<!DOCTYPE c><cfdi:Comp"), nodos.DOCTYPE),
    "externa.xml": (
        _with("<cfdi:Comp", '<!DOCTYPE c SYSTEM "file:///etc/passwd"><cfdi:Comp'),
        nodos.DOCTYPE,
    ),
    "risas.xml": (_with("<cfdi:Comp", f"<!DOCTYPE c [{_LAUGHS}]><cfdi:Comp"), nodos.DOCTYPE),
    "entidad.xml": (_with("INGRID", "&x;"), nodos.DAMAGED),
    "hondo.xml": (_text("<a>" * 600_000), nodos.NOT_CFDI),
    "hondo cfdi.xml": (_with("<cfdi:Conceptos>", "<a>" * 600_000), nodos.DAMAGED),
    "atributos.xml": (
        _with(" Version=", " ".join(f' a{at}=""' for at in range(180_000)) + " Version="),
        "",
    ),
    "espacios.xml": (
        _with("<cfdi:Conceptos>", "".join(f'<a xmlns:p{at}="u"/>' for at in range(90_000))),
        nodos.DAMAGED,
    ),
    "nodos.xml": (
        _with("</cfdi:Complemento>", "<nomina12:Nomina/>" * 110_000 + "</cfdi:Complemento>"),
        nodos.TOO_MANY,
    ),
    "bytes.xml": (_bytes(b"<" + b"\xff" * 2_000_000), nodos.DAMAGED),
    "muchos.zip": (many_members, TOO_MANY.format(most=200_000)),
    "4 GB.zip": (_bytes(_declared(0xFFFFFFF0, ("a.xml", GOOD), ("b.xml", GOOD))), TOO_LARGE),
    "roto.zip": (_bytes(zipped(("a.xml", GOOD))[:-40]), DAMAGED),
    '=HYPERLINK("x").bin': (_bytes(b"\0" * 100), recorrido.UNKNOWN),
    "lejos.xls": (one_far_cell, ""),
}  # fmt: skip
# In a ZIP: member → its octets as the list declares them, its content, why it is left out.
MEMBERS: Final = {
    "bomba.xml": (bytes(200 * 2**20), nodos.TOO_BIG),
    "zip.zip": (zipped(("a.xml", GOOD)), recorrido.INSIDE),
    "risas.xml": (
        GOOD.replace(b"<cfdi:Comp", f"<!DOCTYPE c [{_LAUGHS}]><cfdi:Comp".encode(), 1),
        nodos.DOCTYPE,
    ),
    "../../fuera.pdf": (b"%PDF-", recorrido.A_PDF),
}


def make_all(folder: Path) -> dict[str, str]:
    """Every hostile file, each between good ones. Returns name → reason."""
    folder.mkdir()
    reasons = {}
    for name, (make, reason) in HOSTILE.items():
        make(folder / name)
        if reason:
            reasons[name] = reason
    (folder / "a.zip").write_bytes(
        zipped(("0.xml", GOOD), *((name, data) for name, (data, _) in MEMBERS.items()),
               ("z.xml", GOOD))
    )  # fmt: skip
    reasons |= {f"a.zip/{name}": reason for name, (_, reason) in MEMBERS.items()}
    (folder / "miente.zip").write_bytes(_declared(100, ("a.xml", GOOD), ("b.xml", GOOD)))
    reasons |= {f"miente.zip/{name}": DAMAGED for name in ("a.xml", "b.xml")}
    deep_folders(folder)
    reasons["a/b/c/d/e/f/g/h/i/j"] = recorrido.TOO_DEEP
    if sys.platform != "win32":
        (folder / "enlace").symlink_to(folder)
        (folder / "enlace.xml").symlink_to(folder / "0.xml")
        os.mkfifo(folder / "tubo.xml")
        reasons |= dict.fromkeys(("enlace", "enlace.xml"), recorrido.A_LINK)
        reasons["tubo.xml"] = recorrido.NOT_A_FILE
    for name in ("0.xml", "m.xml", "zz.xml"):
        (folder / name).write_bytes(GOOD)
    return reasons
