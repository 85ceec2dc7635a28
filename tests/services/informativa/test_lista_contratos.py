"""Contracts copied from Excel: what each row does, and what no row can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, event

from icsoe_desktop.domain.icsoe.contrato import END_BEFORE_START, SAME_RFC, DatosContrato
from icsoe_desktop.domain.icsoe.domicilio import IN_PARTS
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.informativa.lista import (
    NO_ROWS,
    PASTED,
    STALE,
    WITH_PROBLEMS,
    ListaContratosService,
    pasted,
)
from icsoe_desktop.services.listas import EstadoRenglon, ResultadoLista
from tests.domain.icsoe.informativas import PERIODO, contrato
from tests.services.informativa.conftest import Caso
from tests.services.mundo import RFC_MORAL, direccion

NP = NoProgress()
E = EstadoRenglon
HEADER = "RFC\tContratante\tCorreo\tCelular\tFolio\tServicio\tContrato\tObjeto\tInicio\tFin"


def line(datos: DatosContrato, **cambios: str) -> str:
    c = datos.contratante
    texts = {
        "rfc": c.rfc,
        "nombre": c.nombre,
        "correo": c.correo,
        "celular": c.celular,
        "folio": datos.folio.folio,
        "texto": datos.folio.texto,
        "numero": datos.numero,
        "objeto": datos.objeto,
        "inicio": f"{datos.inicio:%d/%m/%Y}",
        "fin": f"{datos.fin:%d/%m/%Y}" if datos.fin else "",
    }
    return "\t".join((texts | cambios).values())


@pytest.fixture
def lista(caso: Caso) -> ListaContratosService:
    return ListaContratosService(caso.contratos._store, caso.contratos)


def test_new_ones_go_into_the_open_return_and_known_ones_stay(
    caso: Caso, lista: ListaContratosService
) -> None:
    known, other, third = contrato(1), contrato(2), contrato(3)
    caso.contratos.save(caso.moral, known)
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    rows = [line(known), line(other), line(third), line(other)]
    vista = lista.preview(caso.moral, pasted("\n".join([HEADER, *rows])), NP)
    assert vista.archivo == PASTED
    assert [each.estado for each in vista.renglones] == [
        E.YA_REGISTRADO,
        E.NUEVO,
        E.NUEVO,
        E.REPETIDO,
    ]
    done = lista.apply(caso.moral, vista, informativa, NP)
    assert done == ResultadoLista(2, 2)
    rows_now = caso.contratos.rows(caso.moral, informativa)
    assert [row.dentro for row in rows_now] == [True] * 3
    saved = {caso.contratos.get(caso.moral, row.id).datos for row in rows_now}
    assert saved == {known, other, third}
    with pytest.raises(InvalidInputError, match=STALE[:30]):
        lista.apply(caso.moral, vista, informativa, NP)


def test_what_is_copied_is_read_back_as_it_was(caso: Caso, lista: ListaContratosService) -> None:
    datos = replace(contrato(4), modificaciones=(date(2026, 10, 1), date(2026, 11, 2)))
    domicilio = direccion(calle='Av. Uno «B», "C"')
    whole = replace(datos.contratante, telefono_fijo="5555555555", domicilio=domicilio.valor)
    datos = replace(datos, contratante=whole)
    saved = caso.contratos.save(caso.moral, datos)
    text = lista.copied(caso.moral, (saved,))
    caso.contratos.delete(caso.moral, saved)
    vista = lista.preview(caso.moral, pasted(text), NP)
    assert [each.datos for each in vista.renglones] == [datos]


def test_a_long_list_reads_no_more_of_the_store_than_a_short_one(
    caso: Caso, lista: ListaContratosService
) -> None:
    """2,000 contracts once read the ids of the return 2,000 times, and each register too."""
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    reads: list[str] = []

    def note(*call: object) -> None:
        if str(call[2]).startswith("SELECT"):
            reads.append(str(call[2]))

    def asked(numbers: range) -> int:
        text = "\n".join([HEADER, *(line(contrato(at)) for at in numbers)])
        vista = lista.preview(caso.moral, pasted(text), NP)
        reads.clear()
        lista.apply(caso.moral, vista, informativa, NP)
        return len(reads)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        few, many = asked(range(1, 4)), asked(range(10, 40))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    # Of what is there, each contract's contratante and folio are read before any is added.
    assert many - few <= 2 * 3


@pytest.mark.parametrize(
    ("columns", "cells", "sentence"),
    [
        ("Domicilio", "Av. Uno 1, Centro", IN_PARTS),
        ("C.P.\tColonia\tCalle", "01000\tCentro\tUno", "Escriba el núm. exterior"),
    ],
)
def test_an_address_that_is_not_whole_is_a_problem_of_its_row(
    caso: Caso, lista: ListaContratosService, columns: str, cells: str, sentence: str
) -> None:
    text = f"{HEADER}\t{columns}\n{line(contrato(1))}\t{cells}"
    (renglon,) = lista.preview(caso.moral, pasted(text), NP).renglones
    (hallazgo,) = renglon.hallazgos
    assert (renglon.estado, hallazgo.campo) == (E.CON_PROBLEMAS, "domicilio")
    assert hallazgo.mensaje.startswith(sentence)


def test_registers_fill_what_the_sheet_lacks(caso: Caso, lista: ListaContratosService) -> None:
    known = contrato(1)
    caso.contratos.save(caso.moral, known)
    text = f"RFC\tObjeto\tFecha inicial\n{known.contratante.rfc}\tVigilancia\t20/nov/2026"
    (renglon,) = lista.preview(caso.moral, pasted(text), NP).renglones
    assert renglon.datos == DatosContrato(
        objeto="Vigilancia",
        inicio=date(2026, 11, 20),
        contratante=known.contratante,
        folio=known.folio,
    )


@pytest.mark.parametrize(
    ("cambios", "campo", "said"),
    [
        ({"rfc": RFC_MORAL}, "rfc", SAME_RFC),
        ({"rfc": "X"}, "rfc", "RFC"),
        ({"inicio": "31/02/2026"}, "inicio", "Esa fecha no existe"),
        ({"inicio": ""}, "inicio", "fecha inicial"),
        ({"fin": "01/01/2020"}, "fin", END_BEFORE_START),
        ({"objeto": ""}, "objeto", "objeto"),
        ({"correo": "a"}, "correo", "correo"),
    ],
)
def test_the_same_checks_as_in_the_form_say_the_cell(
    caso: Caso, lista: ListaContratosService, cambios: dict[str, str], campo: str, said: str
) -> None:
    text = "\n".join([HEADER, line(contrato(1), **cambios), line(contrato(2))])
    vista = lista.preview(caso.moral, pasted(text), NP)
    wrong, good = vista.renglones
    assert (wrong.estado, good.estado) == (E.CON_PROBLEMAS, E.NUEVO)
    (found,) = [each for each in wrong.hallazgos if each.es_error]
    assert (found.linea, found.campo, found.encontrado) == (2, campo, cambios[campo])
    assert said in found.mensaje
    with pytest.raises(InvalidInputError, match=WITH_PROBLEMS[:30]):
        lista.apply(caso.moral, vista, None, NP)
    assert lista.apply(caso.moral, vista, None, NP, only_good=True) == ResultadoLista(1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\t\t\n",
        "x",
        "RFC\tFecha inicial\n",
        "\udce9\ud800",
        "<html><table>",
        "a" * 1_000_000,
        f"{HEADER}\n{'o' * 900_000}",
    ],
)
def test_what_is_no_list_of_contracts_is_refused_with_a_sentence(
    caso: Caso, lista: ListaContratosService, text: str
) -> None:
    with pytest.raises(InvalidInputError) as error:
        lista.preview(caso.moral, pasted(text), NP)
    assert error.value.campo == "archivo"


def test_hostile_cells_are_cleaned_or_refused(caso: Caso, lista: ListaContratosService) -> None:
    bidi = line(contrato(1), nombre="\u202eACME\u0000\u200b SA", objeto='=HYPERLINK("http://x")')
    long = line(contrato(2), objeto="o" * 30_000)
    vista = lista.preview(caso.moral, pasted("\n".join([HEADER, bidi, long])), NP)
    first, second = vista.renglones
    assert first.nuevo.contratante.nombre == "ACME SA"
    assert second.estado is E.CON_PROBLEMAS
    assert len(second.nuevo.objeto) == 2_000
    lista.apply(caso.moral, vista, None, NP, only_good=True)
    (row,) = caso.contratos.rows(caso.moral)
    assert row.contratante == "ACME SA"


def test_another_contratista_sees_and_touches_nothing(
    caso: Caso, lista: ListaContratosService
) -> None:
    saved = caso.contratos.save(caso.moral, contrato(1))
    other = caso.mundo.fisica()
    assert lista.copied(other, (saved,)).count("\n") == 0
    text = lista.copied(caso.moral, (saved,))
    (renglon,) = lista.preview(other, pasted(text), NP).renglones
    assert renglon.estado is E.NUEVO


def test_nothing_below_the_names_is_said(caso: Caso, lista: ListaContratosService) -> None:
    with pytest.raises(InvalidInputError, match=NO_ROWS[:20]):
        lista.preview(caso.moral, pasted(f"{HEADER}\n\t\t\t\t\t\t\t\t\t"), NP)
