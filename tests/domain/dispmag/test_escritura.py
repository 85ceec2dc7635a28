from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.dispmag import (
    Cambio,
    Enie,
    MovimientoLeido,
    plan_names,
    read,
    write,
)
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.errors import InvalidInputError
from tests.domain.dispmag.registros_168 import (
    ALTA,
    BAJA,
    MODIFICACION,
    alta,
    archivo,
    baja,
    curp,
    modificacion,
    movimiento_of,
    put,
)


@pytest.mark.parametrize(
    ("movimiento", "line"),
    [(ALTA, alta()), (MODIFICACION, modificacion()), (BAJA, baja())],
)
def test_every_byte_is_where_the_table_says(movimiento: Movimiento, line: str) -> None:
    assert write([movimiento]) == archivo(line)
    assert write([movimiento] * 3) == archivo(line, line, line)


def test_the_whole_file_of_one_alta_letter_by_letter() -> None:
    record = (
        b"A1234567895" + b"12345678903"
        b"RIVERA                     "
        b"DIEGO                      "
        b"GAEL ANTONIO               "
        b"045050" + b"      " + b"300" + b"06102026" + b"035" + b"  " + b"08" + b"01400"
        b"EMP7      " + b" " + b"RIDG050515HNLVGLA7" + b"9"
    )
    control = b"*************" + b" " * 43 + b"000001" + b" " * 71 + b"01400" + b" " * 29 + b"9"
    assert (len(record), len(control)) == (168, 168)
    assert write([ALTA]) == record + b"\r\n" + control + b"\r\n"


def test_what_is_empty_is_filled_as_the_table_says() -> None:
    bare = replace(ALTA, segundo_apellido="", umf="", clave_trabajador="", curp="", sbc=1)
    line = put(put(alta(), 50, " " * 27), 104, "000001")
    line = put(put(put(line, 127, "000"), 139, " " * 10), 150, " " * 18)
    assert write([bare]) == archivo(line)


NUNEZ = replace(
    ALTA, primer_apellido="NÚÑEZ", segundo_apellido="D'AMICO-GÜEL", nombres="MA. FRANÇOISE", curp=""
)


@pytest.mark.parametrize(("enie", "written"), [("#", "NU#EZ "), ("N", "NUNEZ ")])
def test_names_are_written_in_ascii_and_each_change_is_listed_before(
    enie: Enie, written: str
) -> None:
    line = put(put(alta(), 23, written), 50, "DAMICO GUEL")
    line = put(put(line, 77, "MA FRANCOISE"), 150, " " * 18)
    assert write([NUNEZ], enie=enie) == archivo(line)
    acentos = "Se quitan acentos, diéresis y cedillas."
    signos = "Se quitan los signos: el archivo sólo lleva letras y espacios."
    assert plan_names([ALTA, NUNEZ], enie) == (
        Cambio(
            indice=1,
            campo="Primer apellido",
            original="NÚÑEZ",
            escrito=written.strip(),
            motivo=f"{acentos} La Ñ se escribe {enie}.",
            recorta=False,
        ),
        Cambio(
            indice=1,
            campo="Segundo apellido",
            original="D'AMICO-GÜEL",
            escrito="DAMICO GUEL",
            motivo=f"{signos} {acentos}",
            recorta=False,
        ),
        Cambio(
            indice=1,
            campo="Nombre",
            original="MA. FRANÇOISE",
            escrito="MA FRANCOISE",
            motivo=f"{signos} {acentos}",
            recorta=False,
        ),
    )


def test_a_name_longer_than_27_is_never_cut_without_consent() -> None:
    exact = replace(ALTA, nombres="A" * 13 + " " + "B" * 13, curp="")
    assert plan_names([exact]) == ()
    long = replace(ALTA, nombres="A" * 26 + " BÑ", curp="")
    with pytest.raises(InvalidInputError, match=r"movimiento 2 .* Nombre"):
        write([exact, long])
    assert plan_names([exact, long]) == (
        Cambio(
            indice=1,
            campo="Nombre",
            original="A" * 26 + " BÑ",
            escrito="A" * 26,
            motivo="La Ñ se escribe #. Tiene 29 letras y caben 27: se recorta.",
            recorta=True,
        ),
    )
    line = put(put(alta(), 77, "A" * 26 + " "), 150, " " * 18)
    assert write([long], allow_truncation=True) == archivo(line)


def test_an_apostrophe_that_goes_may_make_a_name_fit() -> None:
    fits = replace(ALTA, nombres="O'" + "A" * 26, curp="")
    (cambio,) = plan_names([fits])
    assert (len(cambio.escrito), cambio.recorta) == (27, False)


def test_a_clave_that_can_be_captured_is_written_and_read_without_a_word() -> None:
    one = replace(ALTA, clave_trabajador="E-0101")
    assert plan_names([one]) == ()
    content = write([one])
    (back,) = (item for item in read([content]) if isinstance(item, MovimientoLeido))
    assert (back.clave_trabajador, back.problemas) == ("E-0101", ())


def test_a_clave_with_accents_is_listed() -> None:
    (cambio,) = plan_names([replace(ALTA, clave_trabajador="Ñandú-1")])
    assert (cambio.campo, cambio.escrito, cambio.recorta) == (
        "Clave del trabajador",
        "Nandu-1",
        False,
    )


@pytest.mark.parametrize(
    ("movimientos", "part", "campo"),
    [
        ([], "No hay movimientos", None),
        ([ALTA, BAJA], "un solo tipo", "tipo"),
        (
            [ALTA, replace(ALTA, registro_patronal="Y6077636105")],
            "un solo registro patronal",
            "registro_patronal",
        ),
        ([ALTA, replace(ALTA, guia="02400")], "guías distintas", "guia"),
        ([replace(ALTA, guia="")], "Falta la guía", "guia"),
    ],
)
def test_what_does_not_go_in_one_file_is_refused(
    movimientos: list[Movimiento], part: str, campo: str | None
) -> None:
    with pytest.raises(InvalidInputError, match=part) as caught:
        write(movimientos)
    assert caught.value.campo == campo
    assert caught.value.message.endswith(".")


def test_a_mixture_is_written_when_asked_for() -> None:
    assert write([ALTA, BAJA], allow_mixed=True) == archivo(alta(), baja())


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÑÁÉÍÓÚÜÇÈÔÃØŁ"
words = st.builds(
    lambda first, middle, rest: first + middle + rest,
    st.text(LETTERS, min_size=1, max_size=14),
    st.sampled_from(["", "'", "-", ".", "/"]),
    st.text(LETTERS, max_size=12),
)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


@st.composite
def workers(draw: st.DrawFn) -> Movimiento:
    tipo = draw(st.sampled_from(TipoMovimiento))
    baja_tipo = tipo is TipoMovimiento.BAJA
    born = draw(st.dates(date(1940, 1, 1), date(2010, 12, 31)))
    state = draw(st.sampled_from(["HDF", "MNL", "XJC", "MNE"]))
    letters = draw(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=7, max_size=7))
    century = "0" if born.year < 2000 else "A"
    full_curp = curp(f"{letters[:4]}{born:%y%m%d}{state}{letters[4:]}{century}")
    return Movimiento(
        tipo=tipo,
        registro_patronal=draw(st.from_regex("[A-Z0-9][0-9]{10}", fullmatch=True)),
        nss=draw(st.from_regex("[0-9]{10}[1-9]", fullmatch=True)),
        primer_apellido=draw(names),
        segundo_apellido=draw(st.just("") | names),
        nombres=draw(names),
        fecha=draw(st.dates(date(1943, 1, 1), date(2090, 12, 31))),
        sbc=None if baja_tipo else draw(st.integers(1, 999_999)),
        tipo_trabajador=None if baja_tipo else draw(st.sampled_from(TipoTrabajador)),
        tipo_salario=None if baja_tipo else draw(st.sampled_from(TipoSalario)),
        jornada=None if baja_tipo else draw(st.sampled_from(Jornada)),
        causa_baja=draw(st.sampled_from(CausaBaja)) if baja_tipo else None,
        umf=draw(st.from_regex("([0-9]{3})?", fullmatch=True)),
        guia=draw(st.from_regex("[0-9]{5}", fullmatch=True)),
        clave_trabajador=draw(st.from_regex("[A-Z0-9]{0,10}", fullmatch=True)),
        curp=draw(st.sampled_from(["", full_curp])),
    )


def as_listed(movimiento: Movimiento, enie: Enie) -> Movimiento:
    """The movement with what `plan_names` lists, without what its type does not carry."""
    listed = {cambio.campo: cambio.escrito for cambio in plan_names([movimiento], enie)}
    texts = {
        campo: listed.get(CAMPOS_MOVIMIENTO.title(campo, Place.SHEET), getattr(movimiento, campo))
        for campo in (*NOMBRE_CAMPOS, "clave_trabajador")
    }
    alta = movimiento.tipo is TipoMovimiento.ALTA
    return replace(
        movimiento,
        **{campo: text.replace("#", "Ñ") for campo, text in texts.items()},
        umf=(movimiento.umf or "000") if alta else "",
        tipo_trabajador=movimiento.tipo_trabajador if alta else None,
        curp="" if movimiento.tipo is TipoMovimiento.BAJA else movimiento.curp,
    )


@given(st.lists(workers(), min_size=1, max_size=6), st.sampled_from(["#", "N"]))
def test_what_is_written_is_read_back_to_the_same_values(
    movimientos: list[Movimiento], enie: Enie
) -> None:
    content = write(movimientos, enie=enie, allow_truncation=True, allow_mixed=True)
    assert [len(line) for line in content.split(b"\r\n")] == [168] * (len(movimientos) + 1) + [0]
    found = list(read([content]))
    assert all(isinstance(item, MovimientoLeido) for item in found)
    back = [movimiento_of(item) for item in found if isinstance(item, MovimientoLeido)]
    assert back == [as_listed(movimiento, enie) for movimiento in movimientos]
    assert plan_names(back, enie) == plan_names(
        [as_listed(movimiento, enie) for movimiento in movimientos], enie
    )


@given(workers())
def test_only_what_is_listed_is_changed(movimiento: Movimiento) -> None:
    changed = {cambio.campo for cambio in plan_names([movimiento], "#")}
    content = write([movimiento], allow_truncation=True)
    (written,) = (item for item in read([content]) if isinstance(item, MovimientoLeido))
    for campo, etiqueta in (
        ("primer_apellido", "Primer apellido"),
        ("segundo_apellido", "Segundo apellido"),
        ("nombres", "Nombre"),
    ):
        original = getattr(movimiento, campo)
        listed = etiqueta in changed
        assert listed == (original != getattr(written, campo) or "Ñ" in original)
