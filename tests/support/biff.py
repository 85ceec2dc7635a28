"""Writes .xls workbooks (BIFF8 in a compound file): only cells, texts and numbers.

Sources: Microsoft, MS-XLS and MS-CFB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Cell = str | float | int | None
_SECTOR = 512
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_IN_HEADER = 109


def write_xls(path: Path, sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> Path:
    path.write_bytes(compound_file(workbook(sheets)))
    return path


def workbook(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """The stream of a workbook. sheets: name → rows from A1 on."""
    return streamed({name: b"".join(cells_of(rows)) for name, rows in sheets.items()})


def streamed(sheets: Mapping[str, bytes]) -> bytes:
    """sheets: name → records of its cells."""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06))
    names = [_short(name) for name in sheets]
    offset = len(begin) + sum(4 + 6 + len(name) for name in names) + 4
    listed, parts = [], []
    for name, cells in zip(names, sheets.values(), strict=True):
        listed.append(_record(0x0085, struct.pack("<IH", offset, 0) + name))
        sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 0x06))
        parts.append(sheet + cells + _record(0x000A, b""))
        offset += len(parts[-1])
    return begin + b"".join(listed) + _record(0x000A, b"") + b"".join(parts)


def cells_of(rows: Iterable[Sequence[Cell]]) -> Iterable[bytes]:
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None and value != "":
                yield cell(row, column, value)


def cell(row: int, column: int, value: str | float | int) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    return _record(0x0203, place + struct.pack("<d", value))


def compound_file(stream: bytes) -> bytes:
    # A shorter stream would stand in sectors of another size.
    stream = stream.ljust(4096, b"\0")
    used = -(-len(stream) // _SECTOR)
    fats = difats = 0
    while True:
        wanted = -(-(used + 1 + fats + difats) // 128)
        if wanted <= fats:
            break
        fats = wanted
        difats = -(-max(fats - _IN_HEADER, 0) // 127)
    # Sectors: FAT, DIFAT, directory, stream.
    places = list(range(fats))
    first = fats + difats + 1
    table = [_FAT] * fats + [_DIFAT] * difats + [_END]
    table += [*range(first + 1, first + used), _END]
    table += [_FREE] * (fats * 128 - len(table))
    chain = b""
    for at in range(difats):
        part = places[_IN_HEADER + at * 127 : _IN_HEADER + (at + 1) * 127]
        part += [_FREE] * (127 - len(part))
        part.append(fats + at + 1 if at + 1 < difats else _END)
        chain += struct.pack("<128I", *part)
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        bytes.fromhex("D0CF11E0A1B11AE1"), b"", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, fats + difats, 0,
        4096, _END, 0, fats if difats else _END, difats,
    )  # fmt: skip
    head = places[:_IN_HEADER] + [_FREE] * (_IN_HEADER - min(fats, _IN_HEADER))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(
        "Workbook", 2, _FREE, first, len(stream)
    )
    return b"".join(
        (
            header + struct.pack("<109I", *head),
            struct.pack(f"<{len(table)}I", *table),
            chain,
            directory.ljust(_SECTOR, b"\0"),
            stream.ljust(used * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ",
        text, len(text) + 2, kind, 1, _FREE, _FREE, child, start, size,
    )  # fmt: skip


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
