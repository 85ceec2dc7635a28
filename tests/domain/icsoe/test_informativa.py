"""States, kinds and review of the Informativa, and its sheet."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.domain.icsoe import contrato as contratos
from icsoe_desktop.domain.icsoe import revision
from icsoe_desktop.domain.icsoe.contrato import DatosContrato, Motivo, check_contrato, motivo_of
from icsoe_desktop.domain.icsoe.hoja import ContratoHoja, sheet
from icsoe_desktop.domain.icsoe.informativa import (
    ALREADY_ONE,
    EstadoInformativa,
    TipoInformativa,
    check_new,
    check_step,
)
from icsoe_desktop.domain.icsoe.revision import Hallazgo, InformativaRevisable, Movido, review
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.valores_legales.valores import (
    DE_FABRICA,
    Certeza,
    Concepto,
    TablaValores,
    ValorLegal,
)
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from tests.domain.icsoe.informativas import HOY, PERIODO, RFC, contrato, filas, informativa

E = EstadoInformativa
T = TipoInformativa


def blocks(found: tuple[Hallazgo, ...]) -> list[str]:
    return [each.texto for each in found if each.bloquea]


def warned(found: tuple[Hallazgo, ...]) -> list[str]:
    return [each.texto for each in found if not each.bloquea]


def with_first(value: InformativaRevisable, **cambios: object) -> InformativaRevisable:
    first = replace(value.contratos[0], **cambios)  # type: ignore[arg-type]
    return replace(value, contratos=[first, *value.contratos[1:]])


def with_datos(**cambios: object) -> InformativaRevisable:
    value = informativa(1)
    return with_first(value, datos=replace(value.contratos[0].datos, **cambios))  # type: ignore[arg-type]


def test_sin_informacion_without_contracts_passes() -> None:
    assert review(informativa(1, 0, tipo=T.SIN_INFORMACION), HOY) == ()


def test_thousands_of_wrong_rows_are_counted_not_listed() -> None:
    rows = [row._replace(sbc="x") for row in filas(3_000)]
    found = review(with_first(informativa(1), trabajadores=rows), HOY)
    assert len(found) == revision.MAX_A_CONTRACT + 1
    assert found[-1].texto == "Hay 2,950 renglones con problemas más en este contrato."
    # Who opens it lands where the list ends.
    assert found[-1].renglon == revision.MAX_A_CONTRACT - 1


def test_a_start_outside_the_period_warns_unless_it_was_amended_in_it() -> None:
    before = date(2026, 3, 1)
    found = review(with_datos(inicio=before), HOY)
    assert blocks(found) == []
    assert warned(found) == [
        revision.OUT_OF_PERIOD.format(inicio="01/03/2026", periodo=PERIODO.nombre)
    ]
    assert review(with_datos(inicio=before, modificaciones=(date(2026, 10, 1),)), HOY) == ()


def worker(campo: str, value: str) -> InformativaRevisable:
    row = filas(1)[0]._replace(**{campo: value})
    return with_first(informativa(1, 1), trabajadores=[row])


NSS_10 = filas(1)[0].nss[:10]


@pytest.mark.parametrize(
    ("campo", "value", "said"),
    [
        ("nss", NSS_10 + str((int(filas(1)[0].nss[10]) + 1) % 10), "dígito verificador del NSS"),
        ("sbc", "100.00", "es menor que el salario mínimo de esa fecha, $315.04"),
        ("sbc", "320.00", "con las prestaciones mínimas, $330.57"),
        ("sbc", "2932.76", "es mayor que el tope de esa fecha, 25 veces la UMA: $2,932.75"),
    ],
)
def test_a_worker_is_warned_about_as_in_a_movement(campo: str, value: str, said: str) -> None:
    (found,) = review(worker(campo, value), HOY)
    assert (found.bloquea, found.campo, found.renglon) == (False, "trabajadores", 0)
    assert said in found.texto


def test_the_sbc_is_held_against_the_period_and_not_against_today() -> None:
    """In January the minimum wage of the new year is not the one of the return."""
    wage = ValorLegal(Concepto.GENERAL, date(2027, 1, 1), 400_00, "DOF", Certeza.CAPTURADA)
    value = replace(
        worker("sbc", "350.00"), limites=TablaLimites(TablaValores((*DE_FABRICA, wage)))
    )
    assert review(value, date(2027, 1, 12)) == ()
    # A value that the program lacks is said once, not at each row.
    none = replace(value, limites=TablaLimites(TablaValores(())))
    found = review(none, HOY)
    assert [(each.renglon, "No se revisó el SBC" in each.texto) for each in found] == [
        (None, True),
        (None, True),
    ]


def test_a_contract_twice_is_asked_about_and_another_number_is_another_one() -> None:
    value = informativa(1, 1)
    (first,) = value.contratos
    again = replace(first, id=uuid.uuid4())
    twice = replace(value, contratos=[first, again], declarados=2)
    assert [(each.texto, each.contrato_id) for each in review(twice, HOY)] == [
        (revision.SAME_CONTRACT, again.id)
    ]
    other = replace(again, datos=replace(again.datos, numero="C-9"))
    assert review(replace(twice, contratos=[first, other]), HOY) == ()


def test_a_start_after_the_period_blocks_and_one_before_the_repse_warns() -> None:
    found = review(with_datos(inicio=date(2027, 1, 1), fin=None), HOY)
    assert blocks(found) == [
        revision.AFTER_PERIOD.format(inicio="01/01/2027", periodo=PERIODO.nombre)
    ]
    assert warned(found) == []
    amended = {"modificaciones": (date(2026, 10, 1),), "fin": None}
    assert warned(review(with_datos(inicio=date(2021, 5, 23), **amended), HOY)) == [
        revision.BEFORE_REPSE
    ]
    ahead = with_datos(modificaciones=(HOY, date(2027, 11, 20)))
    assert warned(review(ahead, HOY)) == [revision.AMENDED_AHEAD.format(dia="20/11/2027")]
    own = replace(with_datos(inicio=date(2021, 5, 24), **amended), repse_desde=date(2024, 3, 5))
    assert warned(review(own, HOY)) == [revision.BEFORE_OWN_REPSE.format(desde="05/03/2024")]
    assert review(replace(own, repse_desde=date(2021, 5, 24)), HOY) == ()


def test_an_expired_repse_or_another_service_warns() -> None:
    found = review(informativa(1, 1, repse=date(2026, 8, 31)), HOY)
    assert blocks(found) == []
    assert warned(found) == [
        revision.REPSE_ENDED.format(vence="31/08/2026"),
        revision.REPSE_EXPIRED.format(vence="31/08/2026"),
    ]
    # It ends after the contract began, and after today: nothing is said yet.
    assert review(informativa(1, 1, repse=date(2026, 12, 1)), HOY) == ()
    assert review(informativa(1, 1, repse=None), HOY) == ()
    assert warned(review(informativa(1, 1, folios=frozenset()), HOY)) == [
        revision.NOT_OWN_SERVICE.format(folio="AR10842/2025")
    ]


def test_movements_that_say_otherwise_warn_at_the_row() -> None:
    value = informativa(1, 1)
    each = value.contratos[0]
    first, second = filas(2)
    first = first._replace(sbc="1412.50")
    value = with_first(
        replace(
            value,
            movidos={each.id: {first.nss: Movido(500_00, True), second.nss: Movido(None, False)}},
        ),
        trabajadores=[first, second],
    )
    found = review(value, HOY)
    assert blocks(found) == []
    assert [(each.texto, each.renglon) for each in found] == [
        ("El SBC, $1,412.50, no es el del último movimiento, $500.00.", 0),
        (revision.NOT_ACTIVE, 1),
    ]
    agreed = replace(value, movidos={each.id: {first.nss: Movido(1412_50, True)}})
    assert review(agreed, HOY) == ()


def test_the_reason_of_a_contract_follows_from_its_dates() -> None:
    datos = contrato()
    assert motivo_of(datos, PERIODO) is Motivo.CELEBRADO
    old = replace(datos, inicio=date(2026, 1, 1))
    assert motivo_of(old, PERIODO) is Motivo.OTRO
    amended = replace(old, modificaciones=(date(2026, 9, 1),))
    assert motivo_of(amended, PERIODO) is Motivo.MODIFICADO
    assert motivo_of(amended, PERIODO.previous) is Motivo.OTRO


def test_the_form_of_a_contract_collects_every_problem() -> None:
    revision_ = check_contrato(DatosContrato(), RFC)
    assert set(revision_.problemas) == {
        "contratante.rfc",
        "contratante.nombre",
        "contratante.correo",
        "contratante.celular",
        "folio.folio",
        "folio.texto",
        "objeto",
        "inicio",
    }
    long = check_contrato(replace(contrato(), objeto="x" * 3_000, numero="y" * 100), RFC)
    assert set(long.problemas) == {"objeto", "numero"}


def test_a_contract_may_be_as_long_as_its_fields_and_as_short_as_a_day() -> None:
    full = replace(contrato(), numero="y" * 60, objeto="x" * 2_000)
    assert check_contrato(full, RFC).problemas == {}
    assert set(check_contrato(replace(full, numero="y" * 61), RFC).problemas) == {"numero"}
    assert set(check_contrato(replace(full, objeto="x" * 2_001), RFC).problemas) == {"objeto"}
    day = contrato().inicio
    assert day is not None
    one_day = replace(contrato(), fin=day, modificaciones=(day,))
    assert check_contrato(one_day, RFC).problemas == {}


def test_an_amendment_before_the_start_is_refused() -> None:
    datos = replace(contrato(), modificaciones=(date(2020, 1, 1),))
    assert check_contrato(datos, RFC).problemas == {
        "modificaciones": contratos.AMENDED_BEFORE_START
    }


@pytest.mark.parametrize(
    ("before", "after", "rol", "error"),
    [
        (E.EN_CAPTURA, E.REVISADA, Rol.CAPTURISTA, None),
        (E.REVISADA, E.EN_CAPTURA, Rol.CAPTURISTA, None),
        (E.REVISADA, E.LISTA, Rol.CONTRATISTA, None),
        (E.LISTA, E.PRESENTADA, Rol.CONTRATISTA, None),
        (E.REVISADA, E.LISTA, Rol.CAPTURISTA, NotAllowedError),
        (E.LISTA, E.PRESENTADA, Rol.CAPTURISTA, NotAllowedError),
        (E.EN_CAPTURA, E.LISTA, Rol.CONTRATISTA, InvalidInputError),
        (E.EN_CAPTURA, E.PRESENTADA, Rol.CONTRATISTA, InvalidInputError),
        (E.PRESENTADA, E.EN_CAPTURA, Rol.CONTRATISTA, InvalidInputError),
        (E.CORREGIDA, E.PRESENTADA, Rol.CONTRATISTA, InvalidInputError),
    ],
)
def test_the_capturista_prepares_and_the_contratista_signs(
    before: E, after: E, rol: Rol, error: type[Exception] | None
) -> None:
    if error is None:
        check_step(before, after, rol)
        return
    with pytest.raises(error):
        check_step(before, after, rol)


def test_a_period_has_one_return_and_at_most_four_complementarias() -> None:
    check_new(T.NORMAL, PERIODO, [])
    check_new(T.SIN_INFORMACION, PERIODO, [(T.NORMAL, E.SIN_EFECTOS)])
    with pytest.raises(InvalidInputError) as caught:
        check_new(T.SIN_INFORMACION, PERIODO, [(T.NORMAL, E.EN_CAPTURA)])
    assert caught.value.message == ALREADY_ONE.format(periodo=PERIODO.nombre)
    with pytest.raises(InvalidInputError, match="que corregir"):
        check_new(T.CORRECCION, PERIODO, [])
    presented = [(T.NORMAL, E.CORREGIDA), (T.CORRECCION, E.PRESENTADA)]
    check_new(T.CORRECCION, PERIODO, presented)
    with pytest.raises(InvalidInputError, match="Ya hay una"):
        check_new(T.CORRECCION, PERIODO, [*presented, (T.CORRECCION, E.EN_CAPTURA)])
    four = [(T.CORRECCION, E.CORREGIDA)] * 3 + [(T.CORRECCION, E.PRESENTADA)]
    with pytest.raises(InvalidInputError, match="el máximo"):
        check_new(T.SIN_EFECTOS, PERIODO, four)
    check_new(T.ACTUALIZACION, PERIODO, four)
    # After a «Sin efectos» nothing stands: the period begins anew, and there is nothing to correct.
    undone = [(T.NORMAL, E.CORREGIDA), (T.CORRECCION, E.SIN_EFECTOS), (T.SIN_EFECTOS, E.PRESENTADA)]
    check_new(T.NORMAL, PERIODO, undone)
    with pytest.raises(InvalidInputError, match="que corregir"):
        check_new(T.CORRECCION, PERIODO, undone)


def test_the_sheet_has_the_order_of_the_portal_and_leaves_out_what_is_empty() -> None:
    datos = contrato(3)
    blocks_ = sheet(
        periodo=PERIODO,
        tipo=T.NORMAL,
        contratista=[("RFC", RFC), ("Teléfono fijo", "")],
        contratos=[ContratoHoja(datos, ("c_1de2.csv", "c_2de2.csv"), 3_001)],
    )
    assert [each.titulo for each in blocks_] == [
        "Informativa",
        "Contratista",
        "Contrato 1 de 1: contratante",
        "Contrato 1 de 1: contrato",
        "Contrato 1 de 1: trabajadores",
    ]
    assert blocks_[0].renglones[1] == ("Cuatrimestre", "3 (septiembre–diciembre 2026)")
    assert blocks_[1].renglones == (("RFC", RFC),)
    assert blocks_[4].renglones == (
        ("Trabajadores", "3,001 trabajadores"),
        ("Archivo", "c_1de2.csv"),
        ("Archivo", "c_2de2.csv"),
    )
