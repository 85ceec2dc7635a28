"""Sheets on paper: whole fields, headings with their first field, and every page named."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QSysInfo
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication

from icsoe_desktop.gui.kit.paper import (
    MARGIN_MM,
    RESOLUTION,
    CodePaper,
    PaperBlock,
    paint_sheet,
    prepare_page,
)

HEAD = "Informativa Normal, mayo–agosto 2026 · RFC TBI990101QX5 · 24/11/2026"


def printed(path: Path, blocks: list[PaperBlock]) -> list[str]:
    """The text of each page, without its spaces."""
    writer = QPdfWriter(str(path))
    writer.setResolution(RESOLUTION)
    prepare_page(writer)
    made = paint_sheet(writer, "Hoja de captura", HEAD, blocks)
    del writer
    document = pypdfium2.PdfDocument(path)
    # PDFium guesses the spaces.
    pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    assert made == len(pages)
    edge = MARGIN_MM / 25.4 * 72 - 1
    for page in document:
        text = page.get_textpage()
        for at in range(0, text.count_chars(), 7):
            left, bottom, right, top = text.get_charbox(at)
            if right > left:
                assert left > edge
                assert bottom > edge
                assert right < page.get_width() - edge
                assert top < page.get_height() - edge
    document.close()
    return pages


def contracts(count: int) -> list[PaperBlock]:
    def row(at: int, number: int) -> tuple[str, str]:
        long = "muy largo " * (number % 9) * 3
        return f"Campo {at}.{number}:", f"Valor {long} fin {at}.{number};"

    return [
        PaperBlock(f"☐ Contrato {at}", [row(at, number) for number in range(18)])
        for at in range(1, count + 1)
    ]


def test_each_page_is_named_and_numbered_and_no_field_is_cut(tmp_path: Path) -> None:
    pages = printed(tmp_path / "hoja.pdf", contracts(12))
    assert len(pages) > 5
    head = "".join(HEAD.split())
    for at, text in enumerate(pages, 1):
        assert head in text
        assert text.endswith(f"{at}de{len(pages)}")
        # What begins on a page ends on it.
        begun = re.findall(r"Campo(\d+\.\d+):", text)
        assert begun == re.findall(r"fin(\d+\.\d+);", text)
    assert sum(text.count("Campo") for text in pages) == 12 * 18


def test_a_heading_stays_with_its_first_field_and_comes_again_where_it_goes_on(
    tmp_path: Path,
) -> None:
    for text in printed(tmp_path / "hoja.pdf", contracts(12)):
        headings = re.findall(r"Contrato(\d+)(\(sigue\))?(Campo\d+\.\d+)?", text)
        assert headings
        for contract, again, first in headings:
            assert first.startswith(f"Campo{contract}.")
            assert first.endswith(".0") != bool(again)
        begins = re.search(r"Campo\d+\.(\d+)", text)
        assert begins is not None
        assert bool(headings[0][1]) == (begins[1] != "0")


def test_the_letters_of_the_screen_change_nothing(tmp_path: Path, qapp: QApplication) -> None:
    usual = printed(tmp_path / "a.pdf", contracts(3))
    font = qapp.font()
    large = qapp.font()
    large.setPointSizeF(font.pointSizeF() * 1.5)
    qapp.setFont(large)
    try:
        assert printed(tmp_path / "b.pdf", contracts(3)) == usual
    finally:
        qapp.setFont(font)


@pytest.mark.parametrize(
    "value", ["", "x" * 400, "línea 1\nlínea 2\r\nlínea 3", "<b>Ana</b> & Cía", "\x00\u202e"]
)
def test_any_text_is_printed_as_it_is(tmp_path: Path, value: str) -> None:
    (page,) = printed(tmp_path / "hoja.pdf", [PaperBlock("Datos", [("Campo", value)])])
    assert "".join(sign for sign in value if sign.isprintable() and sign != " ") in page


def test_a_field_taller_than_a_page_goes_on_on_the_next_ones(tmp_path: Path) -> None:
    value = "\n".join(f"<{at}>" for at in range(200))
    pages = printed(tmp_path / "hoja.pdf", [PaperBlock("Datos", [("Campo", value), ("Otro", "z")])])
    found = re.findall(r"<(\d+)>", "".join(pages))
    assert found == [str(at) for at in range(200)]
    assert "Otroz" in pages[-1]


def test_an_empty_block_and_no_block_make_a_page(tmp_path: Path) -> None:
    assert "Nada" in printed(tmp_path / "a.pdf", [PaperBlock("Nada", [])])[0]
    assert len(printed(tmp_path / "b.pdf", [])) == 1


def test_a_code_on_paper_says_of_when_whose_and_of_which_machine(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)
    paper = CodePaper("Código", "ABCD-EFGH", "Abre los datos.", now, "TORNILLOS SA")
    machine = QSysInfo.machineHostName()
    assert paper.text() == (
        "Código\n\nABCD-EFGH\n\nFecha: 24/11/2026 10:59\nEmpresa: TORNILLOS SA\n"
        f"Equipo: {machine}\nPara qué: Abre los datos.\n"
    )
    writer = QPdfWriter(str(tmp_path / "codigo.pdf"))
    paper.paint(writer)
    del writer
    document = pypdfium2.PdfDocument(tmp_path / "codigo.pdf")
    text = "".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    for told in ("ABCD-EFGH", "24/11/202610:59", "TORNILLOSSA", machine):
        assert told in text
    assert "Empresa" not in paper._replace(empresa="").text()
