"""Sheets and postal catalogues that ask for more than any honest one: made by code, into a file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from openpyxl.utils import get_column_letter

MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"

_OPEN = f'<worksheet xmlns="{MAIN_NS}"><sheetData>'.encode()
_CLOSE = b"</sheetData></worksheet>"
_FIRST = b'<row r="1"><c r="A1" t="str"><v>RFC</v></c></row>'


def workbook(path: Path, parts: dict[str, bytes | Iterable[bytes]]) -> Path:
    """A workbook with these parts in the place of the usual ones."""
    usual: dict[str, bytes | Iterable[bytes]] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{PACKAGE}.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{KIND}.sheet.main+xml"/><Override PartName="/{SHEET}" '
        f'ContentType="{KIND}.worksheet+xml"/><Override PartName="/{STYLES}" '
        f'ContentType="{KIND}.styles+xml"/><Override PartName="/{STRINGS}" '
        f'ContentType="{KIND}.sharedStrings+xml"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN_NS}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Hoja1" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>".encode(),
        STYLES: f'<styleSheet xmlns="{MAIN_NS}"><cellXfs><xf numFmtId="0"/></cellXfs>'
        "</styleSheet>".encode(),
        STRINGS: f'<sst xmlns="{MAIN_NS}"/>'.encode(),
        SHEET: _OPEN + _FIRST + _CLOSE,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in (usual | parts).items():
            with archive.open(name, "w") as part:
                for chunk in [content] if isinstance(content, bytes) else content:
                    part.write(chunk)
    return path


def only_spaces(path: Path, part: str = SHEET, count: int = 2**16) -> Path:
    """A part that is nothing but spaces: 400 bytes."""
    return workbook(path, {part: b" " * count})


def spaces_in_the_declaration(path: Path) -> Path:
    return workbook(path, {SHEET: b"<?xml" + b" " * 2**18, STYLES: b'<?xml x="' + b"a" * 2**18})


def unfinished_ends(path: Path) -> Path:
    """The end of a sheet again and again, each with spaces behind."""
    end = b"</" + b"a" * 200 + b":worksheet" + b" " * 100
    return workbook(path, {SHEET: _OPEN + _FIRST + end * 200_000})


def many_formats(path: Path, formats: int = 50_000, cells: int = 50_000) -> Path:
    """So many formats with leading zeros, and so many cells that use the last of them."""
    styles = (
        f'<styleSheet xmlns="{MAIN_NS}"><numFmts><numFmt numFmtId="164" formatCode="00000"/>'
        "</numFmts><cellXfs>".encode()
        + b'<xf numFmtId="164"/>' * formats
        + b'<xf numFmtId="0"/></cellXfs></styleSheet>'
    )
    rows = (
        b'<row r="%d"><c r="A%d" s="%d"><v>1</v></c></row>' % (line, line, formats)
        for line in range(2, cells + 2)
    )
    return workbook(path, {STYLES: styles, SHEET: [_OPEN, _FIRST, *rows, _CLOSE]})


def empty_texts(path: Path, count: int = 3_900_000) -> Path:
    texts = [f'<sst xmlns="{MAIN_NS}">'.encode(), *[b"<si/>" * 10_000] * (count // 10_000)]
    return workbook(path, {STRINGS: [*texts, b"</sst>"]})


def trimmed_runs(path: Path, count: int = 400_000) -> Path:
    """Texts in several formats that seem to end in a space."""
    run = b"<t>" + b"a " * 50 + b"</r>"
    texts = f'<sst xmlns="{MAIN_NS}"><si><r><t>x</t></r></si><si><r>'.encode()
    return workbook(path, {STRINGS: [texts, *[run * 1_000] * (count // 1_000)]})


def two_corners(path: Path) -> Path:
    cells = _FIRST + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return workbook(path, {SHEET: _OPEN + cells + _CLOSE})


def corners_far_apart(path: Path) -> Path:
    """As far apart as calamine is still let: it takes memory for every place between."""
    cells = _FIRST + b'<row r="299999"><c r="Z299999"><v>1</v></c></row>'
    return workbook(path, {SHEET: _OPEN + cells + _CLOSE})


def many_cells(path: Path, rows: int = 60_000, columns: int = 100) -> Path:
    """More cells than calamine has memory for: openpyxl reads them row by row."""
    names = [get_column_letter(at).encode() for at in range(1, columns + 1)]

    def lines() -> Iterable[bytes]:
        yield _OPEN
        for line in range(1, rows + 1):
            yield b'<row r="%d">' % line
            yield b"".join(b'<c r="%s%d"><v>1</v></c>' % (name, line) for name in names)
            yield b"</row>"
        yield _CLOSE

    return workbook(path, {SHEET: lines()})


def one_row_of_cells(path: Path, count: int = 3_000_000) -> Path:
    chunk = b"<c/>" * 10_000
    return workbook(path, {SHEET: [_OPEN, b"<row>", *[chunk] * (count // 10_000), b"</row>"]})


def deep(path: Path, depth: int = 1_000_000) -> Path:
    return workbook(path, {SHEET: [_OPEN, b"<a>" * depth]})


def one_long_text(path: Path, megabytes: int = 300) -> Path:
    text = [b"x" * 2**20] * megabytes
    return workbook(
        path, {SHEET: [_OPEN, b'<row><c t="str"><v>', *text, b"</v></c></row>", _CLOSE]}
    )


def one_long_tag(path: Path, megabytes: int = 32) -> Path:
    return workbook(
        path, {SHEET: [_OPEN, b'<row x="', *[b"x" * 2**20] * megabytes, b'"/>', _CLOSE]}
    )


def one_text_everywhere(path: Path, rows: int = 100_000) -> Path:
    """A text of 32,767 characters, kept once and shown in every cell: gigabytes."""
    text = f'<sst xmlns="{MAIN_NS}"><si><t>{"x" * 32_767}</t></si></sst>'.encode()
    cells = (
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (line, line)
        for line in range(2, rows + 2)
    )
    return workbook(path, {STRINGS: text, SHEET: [_OPEN, _FIRST, *cells, _CLOSE]})


def a_row_far_below(path: Path) -> Path:
    return workbook(path, {SHEET: _OPEN + _FIRST + b'<row r="999999999999"><c/></row>' + _CLOSE})


def rows_in_rows(path: Path) -> Path:
    return workbook(path, {SHEET: [_OPEN, *[b"<row>" * 10_000] * 200]})


def styles_without_end(path: Path) -> Path:
    chunk = b'<xf numFmtId="164"/>' * 10_000
    styles = [f'<styleSheet xmlns="{MAIN_NS}"><cellXfs>'.encode(), *[chunk] * 400]
    return workbook(path, {STYLES: [*styles, b"</cellXfs></styleSheet>"]})


def entities(path: Path) -> Path:
    """A billion laughs."""
    lines = b"".join(
        b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    doctype = b'<!DOCTYPE x [<!ENTITY a0 "jajajajaja">' + lines + b"]>"
    cell = b'<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>'
    return workbook(path, {SHEET: doctype + _OPEN + cell + _CLOSE})


def zip_of_spaces(path: Path, megabytes: int = 1_100) -> Path:
    return workbook(path, {STRINGS: (b" " * 2**20 for _ in range(megabytes))})


def one_long_csv_line(path: Path) -> Path:
    path.write_bytes(b"RFC\n" + b"x;" * 20_000_000)
    return path


def one_open_quote(path: Path) -> Path:
    path.write_bytes(b'RFC\n"' + b"x\n" * 20_000_000)
    return path


def many_bad_rows(path: Path, header: tuple[str, ...], count: int) -> Path:
    line = ",".join("x" * 40 for _ in header)
    path.write_text("\n".join([",".join(header), *[line] * count]), encoding="utf-8")
    return path


SHEETS: dict[str, Callable[[Path], Path]] = {
    "sólo espacios.xlsx": only_spaces,
    "tipos de espacios.xlsx": lambda path: only_spaces(path, "[Content_Types].xml"),
    "declaración sin fin.xlsx": spaces_in_the_declaration,
    "finales sin fin.xlsx": unfinished_ends,
    "muchos formatos.xlsx": many_formats,
    "textos vacíos.xlsx": empty_texts,
    "tramos.xlsx": trimmed_runs,
    "dos esquinas.xlsx": two_corners,
    "esquinas lejanas.xlsx": corners_far_apart,
    "muchas celdas.xlsx": many_cells,
    "un renglón de celdas.xlsx": one_row_of_cells,
    "hondo.xlsx": deep,
    "un texto largo.xlsx": one_long_text,
    "una etiqueta larga.xlsx": one_long_tag,
    "un texto en todas.xlsx": one_text_everywhere,
    "renglón lejano.xlsx": a_row_far_below,
    "renglones en renglones.xlsx": rows_in_rows,
    "estilos sin fin.xlsx": styles_without_end,
    "entidades.xlsx": entities,
    "espacios comprimidos.xlsx": zip_of_spaces,
    "una línea.csv": one_long_csv_line,
    "comillas.csv": one_open_quote,
}


def catalogue_of_spaces(path: Path, megabytes: int = 250) -> Path:
    return _zipped_catalogue(path, [b" \n" * 2**19] * megabytes)


def catalogue_larger_than_may_be(path: Path) -> Path:
    head = b"d_codigo|d_asenta|D_mnpio|d_estado\n01010|Una|Dos|Tres\n"
    return _zipped_catalogue(path, [head, *[b"\n" * 2**20] * 300])


def _zipped_catalogue(path: Path, chunks: list[bytes]) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("CPdescarga.txt", "w", force_zip64=True) as part,
    ):
        for chunk in chunks:
            part.write(chunk)
    return path


CATALOGUES: dict[str, Callable[[Path], Path]] = {
    "espacios.zip": catalogue_of_spaces,
    "más de lo que puede.zip": catalogue_larger_than_may_be,
}
