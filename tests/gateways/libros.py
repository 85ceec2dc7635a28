"""Workbooks made for the tests, and how the tests read them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from icsoe_desktop.gateways.hojas import open_sheet

WANTED = {"registro": ("Registro patronal",), "nombre": ("Razón social",), "rfc": ("R.F.C.",)}
MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(path: Path, wanted: Any = None) -> tuple[tuple[str, ...], list[tuple[int, ...]]]:
    with open_sheet(path, wanted) as sheet:
        return sheet.header.cells, [(row.line, *row.cells) for row in sheet.rows]


def book(path: Path, *rows: Any) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


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
