"""Reading constancias: the same facts from every layout, every disagreement named."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from icsoe_desktop.domain.movimientos.constancia import (
    Cifras,
    ClaseTotales,
    Constancia,
    ProblemaConstancia,
    RenglonConstancia,
)
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.constancia_pdf import palabras as pdf_palabras
from icsoe_desktop.gateways.constancia_pdf.lectura import NO_ROWS, NOT_A_CONSTANCIA, constancia_in
from icsoe_desktop.gateways.constancia_pdf.palabras import pages_here
from tests.gateways.constancia_pdf.imprenta import Hoja, pdf
from tests.gateways.constancia_pdf.papeles import (
    FORMATOS,
    NSS_ANA,
    REGISTRO,
    THREE,
    Formato,
    baja,
    constancia,
    modificacion,
    printed,
    renglon,
)


def read(contenido: bytes) -> tuple[Constancia, tuple[ProblemaConstancia, ...]]:
    """In this process: thousands of damaged files, each in a child, would take minutes."""
    return constancia_in(pages_here(contenido, lambda _done, _total: None))


def placed(one: Constancia) -> Constancia:
    """Rows without where they stand; those that are refused without what their table leaves out."""
    return replace(
        one,
        renglones=tuple(
            replace(row, pagina=0, renglon=0, umf="", extemporaneo=None, causa_baja="")
            if row.rechazado
            else replace(row, pagina=0, renglon=0)
            for row in one.renglones
        ),
    )


LONG = renglon(
    nombre="DE LA TORRE MUÑOZ-ÁLVAREZ MARÍA GUADALUPE DEL CARMEN", nss="55443322110", sbc=293275
)
REJECTED = baja(
    nss="66778899001",
    nombre="NÚÑEZ PEÑA ZOÉ",
    rechazado=True,
    codigo_rechazo="0123",
    causa_rechazo="EL ASEGURADO NO TIENE RELACIÓN LABORAL VIGENTE CON EL PATRÓN",
)
MIXED = (*THREE, LONG, modificacion(nss="22334455667", nombre="O'HARA ÜRÍAS EMMA"), REJECTED)


@pytest.mark.parametrize("name", FORMATOS)
@pytest.mark.parametrize("rows", [THREE, MIXED], ids=["tres", "mezcla"])
def test_the_same_facts_are_read_from_every_layout(
    name: str, rows: tuple[RenglonConstancia, ...]
) -> None:
    one = constancia(rows)
    found, problems = read(printed(one, FORMATOS[name]))
    assert placed(found) == placed(one)
    assert problems == ()


def test_names_that_wrap_under_or_around_their_row_are_whole() -> None:
    rows = tuple(
        renglon(nss=f"{at:011d}", nombre=" ".join(["MARÍA DEL CARMEN"] * (1 + at % 4)))
        for at in range(1, 40)
    )
    for centrado in (False, True):
        found, _ = read(printed(constancia(rows), Formato(envolver=17, centrado=centrado)))
        assert [row.nombre for row in found.renglones] == [row.nombre for row in rows]


def test_three_lines_around_a_row_are_not_given_to_the_row_of_one_line_above_it() -> None:
    names = ("ANA PAZ", "MARÍA GUADALUPE DEL CARMEN DE LA TORRE MUÑOZ", "EVA RÍOS")
    rows = tuple(renglon(nss=f"{at:011d}", nombre=name) for at, name in enumerate(names, 1))
    for centrado in (False, True):
        found, _ = read(printed(constancia(rows), Formato(envolver=16, centrado=centrado)))
        assert [row.nombre for row in found.renglones] == list(names)


def test_every_figure_that_does_not_add_up_is_named() -> None:
    one = constancia()
    totales = {
        **one.totales,
        ClaseTotales.BAJA: Cifras(3, 1, 0),
        ClaseTotales.TOTAL: Cifras(3, 4, 0),
    }
    _, problems = read(printed(replace(one, totales=totales)))
    assert [(p.campo, p.encontrado, p.esperado) for p in problems] == [
        ("Baja: recibidos", "3", "1: operados más rechazados"),
        ("Total: recibidos", "3", "4: operados más rechazados"),
        ("Total: recibidos", "3", "5: la suma por tipo"),
        ("Total: operados", "4", "3: la suma por tipo"),
        ("Total: operados", "4", "3: los renglones que se leyeron"),
    ]
    assert {(p.pagina, p.renglon, p.grave) for p in problems} == {(0, 0, True)}


def test_what_is_wrong_in_a_row_is_told_with_its_page_row_and_field() -> None:
    """Printed by hand: an NSS of ten figures, a date that no calendar has."""
    row = replace(baja(), fecha=None)
    contenido = printed(constancia((renglon(), replace(row, nss="9876543210"), modificacion())))
    found, problems = read(contenido)
    assert [one.nss for one in found.renglones] == [THREE[0].nss, "", THREE[1].nss]
    assert problems == (
        ProblemaConstancia(1, 2, "NSS", "9876543210", "11 números", grave=True),
        ProblemaConstancia(1, 2, "Fecha", "", "una fecha dd/mm/aaaa", grave=True),
    )


def test_what_the_head_lacks_is_told() -> None:
    _, problems = read(printed(constancia(folio="", lote="1234567", recibido=None)))
    assert [(p.campo, p.encontrado, p.esperado, p.grave) for p in problems] == [
        ("Folio", "", "19 números", True),
        ("Lote", "1234567", "9 números", False),
        ("Recepción", "", "fecha y hora de recepción", True),
    ]


GOOD = printed(constancia())
PLAIN = printed(constancia(), FORMATOS["nombres centrados"])

# A line of nothing but words of the headings is taken for a heading, also where it is a name.
HEADING = re.compile("(?i:nss|sbc|umf|ext|mov|sal|base|baja|causa|clave|cod|error|fecha|tipo)")
palabra = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÜÑ'", min_size=2, max_size=12).filter(
    lambda text: (
        any(letter.isalpha() for letter in text)
        and "''" not in text
        and HEADING.fullmatch(text) is None
    )
)
nombre = st.lists(palabra, min_size=2, max_size=5).map(" ".join)


@st.composite
def renglones(draw: st.DrawFn) -> tuple[RenglonConstancia, ...]:
    found = []
    for at in range(draw(st.integers(1, 12))):
        tipo = draw(st.sampled_from(TipoMovimiento))
        is_baja = tipo is TipoMovimiento.BAJA
        found.append(
            RenglonConstancia(
                pagina=0,
                renglon=0,
                tipo=tipo,
                nss=f"{draw(st.integers(0, 10**10 - 1)):010d}{at % 10}",
                nombre=draw(nombre),
                sbc=None if is_baja else draw(st.integers(1, 999_999)),
                extemporaneo=draw(st.booleans()),
                umf="" if is_baja else f"{draw(st.integers(0, 999)):03d}",
                tipo_salario="" if is_baja else draw(st.sampled_from("012")),
                fecha=draw(st.dates(date(2000, 1, 1), date(2040, 12, 31))),
                tipo_trabajador=draw(st.sampled_from("1234"))
                if tipo is TipoMovimiento.ALTA
                else "",
                causa_baja=draw(st.sampled_from("123456789A")) if is_baja else "",
            )
        )
    return tuple(found)


@given(rows=renglones(), name=st.sampled_from(sorted(FORMATOS)))
def test_any_people_are_read_as_they_were_printed(
    rows: tuple[RenglonConstancia, ...], name: str
) -> None:
    one = constancia(rows)
    found, problems = read(printed(one, FORMATOS[name]))
    assert placed(found) == placed(one)
    assert problems == ()


damage = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, len(PLAIN)), st.integers(1, 300)),
    st.tuples(st.just("put"), st.integers(0, len(PLAIN)), st.binary(min_size=1, max_size=20)),
    st.tuples(st.just("end"), st.integers(0, len(PLAIN)), st.just(0)),
)


@given(damages=st.lists(damage, min_size=1, max_size=5), which=st.sampled_from([GOOD, PLAIN]))
def test_a_damaged_pdf_is_read_or_refused_in_a_sentence(
    damages: list[tuple[str, int, int | bytes]], which: bytes
) -> None:
    for kind, at, what in damages:
        if isinstance(what, bytes):
            which = which[:at] + what + which[at + len(what) :]
        else:
            which = which[:at] if kind == "end" else which[:at] + which[at + what :]
    refused = None
    try:
        found, _ = read(which)
    except InvalidInputError as error:
        refused = error
    assert refused.message.endswith(".") if refused else found.renglones, refused


@pytest.mark.parametrize("size", [0, 5, 200, 3_000])
def test_noise_is_refused(size: int) -> None:
    noise = b"%PDF-1.7\n" + random.Random(size).randbytes(size)  # noqa: S311
    with pytest.raises(InvalidInputError) as caught:
        read(noise)
    assert caught.value.message == pdf_palabras.UNREADABLE


def test_a_picture_of_a_constancia_has_its_own_sentence(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "escaneada.pdf"
    writer = QPdfWriter(str(path))
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(writer)
    painter.drawImage(QRectF(0, 0, 2000, 1000), image)
    painter.end()
    with pytest.raises(InvalidInputError) as caught:
        read(path.read_bytes())
    assert caught.value.message == pdf_palabras.SCANNED


def test_a_pdf_with_a_password_has_its_own_sentence() -> None:
    # The standard handler, revision 2, with keys that no empty password gives.
    locked = GOOD.replace(
        b"trailer << ",
        b"trailer << /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] "
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> "
        % (b"41" * 32, b"42" * 32),
    )
    with pytest.raises(InvalidInputError) as caught:
        read(locked)
    assert caught.value.message == pdf_palabras.WITH_PASSWORD


def test_another_document_is_no_constancia() -> None:
    hoja = Hoja()
    for at in range(30):
        hoja.put(40, 40 + at * 12, f"Recibo de nómina número {at}, pagado en efectivo")
    with pytest.raises(InvalidInputError) as caught:
        read(pdf([hoja]))
    assert caught.value.message == NOT_A_CONSTANCIA


def test_a_constancia_without_its_list_is_refused() -> None:
    hoja = Hoja()
    hoja.put(40, 40, "Constancia de presentación de movimientos afiliatorios")
    hoja.put(40, 60, f"Registro patronal: {REGISTRO}")
    hoja.put(40, 80, "Número de lote: 987654321")
    with pytest.raises(InvalidInputError) as caught:
        read(pdf([hoja]))
    assert caught.value.message == NO_ROWS


def test_what_is_too_large_or_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value, sentence in (
        ("MAX_BYTES", 100, pdf_palabras.TOO_LARGE),
        ("MAX_PAGES", 1, pdf_palabras.TOO_LONG),
        ("MAX_CHARACTERS", 300, pdf_palabras.TOO_LONG),
        ("MAX_SECONDS", -1, pdf_palabras.TOO_SLOW),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(pdf_palabras, name, value)
            with pytest.raises(InvalidInputError) as caught:
                read(printed(constancia(), FORMATOS["otro orden"]))
        assert caught.value.message == sentence


@pytest.mark.no_qt_log  # where there is no font, Qt says so
def test_embedded_fonts_accents_and_ligatures_are_read(qapp: QApplication, tmp_path: Path) -> None:
    """As Qt prints: subsets of the system's font, with their own numbers for letters."""
    if not QFontDatabase.families():
        pytest.skip("Qt no encuentra ninguna tipografía con la que imprimir")
    path = tmp_path / "qt.pdf"
    writer = QPdfWriter(str(path))
    writer.setResolution(72)
    painter = QPainter(writer)
    painter.setFont(QFont("DejaVu Sans", 7))
    lines = (
        (40, "Constancia de presentación de movimientos afiliatorios", ()),
        (60, "Registro patronal:", ((120, REGISTRO),)),
        (75, "Número de lote:", ((120, "987654321"),)),
        (100, "Tipo", ((40, "NSS"), (130, "Nombre"), (280, "Fecha"))),
        (115, "8", ((40, NSS_ANA), (130, "MUÑOZ GRAﬃ SOFÍA"), (280, "27/02/2026"))),
    )
    for y, first, rest in lines:
        painter.drawText(10, y, first)
        for x, text in rest:
            painter.drawText(10 + x, y, text)
    painter.end()
    found, _ = read(path.read_bytes())
    (row,) = found.renglones
    assert (row.tipo, row.nss, row.nombre, row.fecha) == (
        TipoMovimiento.ALTA,
        NSS_ANA,
        "MUÑOZ GRAffi SOFÍA",
        date(2026, 2, 27),
    )
