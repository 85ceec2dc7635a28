"""Workbooks made for the tests, and how the tests read them."""

from __future__ import annotations

import csv
import random
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from icsoe_desktop.gateways.hojas.tabla import open_sheet_here

WANTED = {"registro": ("Registro patronal",), "nombre": ("Razón social",), "rfc": ("R.F.C.",)}
MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(path: Path, wanted: Any = None) -> tuple[tuple[str, ...], list[tuple[int, ...]]]:
    with open_sheet_here(path, wanted) as sheet:
        return sheet.header.cells, [(row.line, *row.cells) for row in sheet.rows]


def book(path: Path, *rows: Any) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def as_book(sheet: Path) -> Path:
    """The rows of a CSV as a workbook beside it."""
    with sheet.open(encoding="utf-8", newline="") as file:
        return book(sheet.with_suffix(".xlsx"), *csv.reader(file))


def shared_book(path: Path) -> Path:
    """A workbook as Excel itself writes it: its texts in a table of their own."""
    main = f'xmlns="{MAIN_NS}"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="{package}.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>'
        '<sheet name="Hoja1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet {main}><numFmts count="1"><numFmt numFmtId="164" '
        'formatCode="00000000000"/></numFmts><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst {main} count="3"><si><t>Registro</t></si><si><r>'
        "<t>Razón </t></r><r><rPr><b/></rPr><t>social</t></r></si>"
        "<si><t>Uno_x000D_\nDos</t></si></sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet {main}><sheetData><row r="2">'
        '<c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="A4" s="1"><v>1.2345678E8</v></c><c r="C4" t="s"><v>2</v></c></row>'
        '<row r="5"><c r="A5"><f>A4*100</f><v>12345678000</v></c><c r="C5" t="e"><v>#N/A</v></c>'
        "</row></sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def changed_part(source: Path, target: Path, part: str, content: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target


def plain_book(path: Path) -> Path:
    """A workbook with nothing that calamine cannot tell; its data begins at C3."""
    workbook = openpyxl.Workbook()
    rows: tuple[tuple[object, ...], ...] = (
        ("Registro patronal", "Razón social", "SBC", "Fecha", "Sí"),
        ("Y6077636105", " Ñandú  S.A. ", 687.7, date(2026, 2, 28), True),
        (12345678901, "José & <Cía.>", 0.1 + 0.2, datetime(2026, 2, 28, 9, 5), False),  # noqa: DTZ001
        (None, "x", -3, time(7, 30), None),
    )
    for line, row in enumerate(rows, start=3):
        for column, value in enumerate(row, start=3):
            workbook.active.cell(line, column).value = value
    workbook.save(path)
    return path


def plain_shared_book(path: Path) -> Path:
    """The same with its texts in a table of their own, and some in several formats."""
    shared = shared_book(path.with_suffix(".0"))
    with zipfile.ZipFile(shared) as archive:
        strings = archive.read("xl/sharedStrings.xml").replace(b" </t>", b"</t>")
        sheet = archive.read("xl/worksheets/sheet1.xml")
    plain = sheet.replace(b' s="1"', b"").replace(b't="e"><v>#N/A', b't="s"><v>1')
    changed_part(shared, path.with_suffix(".1"), "xl/sharedStrings.xml", strings)
    return changed_part(path.with_suffix(".1"), path, "xl/worksheets/sheet1.xml", plain)


def damaged_bytes(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 40)]
            case 2:
                data[at:at] = chance.choice([b"9" * 20, b'"', b"<", b"-1", b"E400", b"\x00"])
            case 3:
                data[at : at + 1] = chance.choice([b"0", b"z", b">"])
        if not data:
            break
    return bytes(data)
