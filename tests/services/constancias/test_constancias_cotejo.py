"""Which movement each row of a constancia speaks of, and what is said when none is certain."""

from __future__ import annotations

import csv
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.constancias.cotejo import ONLY_DETAILS, Cotejo, _Candidato
from icsoe_desktop.services.constancias.service import NOTHING, ConstanciasService
from icsoe_desktop.services.lotes.valores import Lote
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from tests.gateways.constancia_pdf.papeles import (
    FOLIO,
    FORMATOS,
    LOTE,
    constancia,
    printed,
    renglon,
)
from tests.services.constancias.caso import Caso
from tests.services.constancias.con_constancia import (
    ALTA,
    BAJA,
    CAPTURED,
    MODIFICACION,
    REJECTED,
    Papel,
    answers,
    constancias,
    lote,
    papel,
    preview,
    three,
)

__all__ = ["constancias", "lote", "papel", "three"]

COPIED = (
    "trabajador, tipo, registro_patronal, fecha, sbc, tipo_trabajador, tipo_salario, jornada, "
    "causa_baja, umf, guia, clave_trabajador, estado, extemporaneo, emitido, recibido, aprobado, "
    "rechazado, codigo_rechazo, causa_rechazo, lote_id, constancia_id, importacion"
)


def test_what_is_not_here_or_answered_otherwise_is_told_and_left_alone(
    caso: Caso, lote: Lote
) -> None:
    caso.lotes.mark_rejected(caso.sesion, lote.id, date(2026, 3, 1), "7", "A MANO")
    before = answers(caso.movimientos, caso.sesion)
    stranger = renglon(nss="55443322110", nombre="SOTO EVA")
    other_day = replace(MODIFICACION, fecha=date(2025, 9, 2))
    vista = preview(caso.constancias, caso.sesion, caso.papel(ALTA, stranger, other_day))
    assert [(one.cotejo, one.nota) for one in vista.cotejados] == [
        (Cotejo.OTRA_RESPUESTA, "Aquí está rechazado."),
        (Cotejo.NO_ESTA, ""),
        (Cotejo.NO_ESTA, ""),
    ]
    with pytest.raises(UserFacingError) as caught:
        caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert caught.value.message == NOTHING
    assert answers(caso.movimientos, caso.sesion) == before


def test_what_was_marked_by_hand_gets_its_details(caso: Caso, lote: Lote) -> None:
    caso.lotes.mark_approved(caso.sesion, lote.id, date(2026, 3, 1))
    vista = preview(caso.constancias, caso.sesion, caso.papel())
    assert {(one.cotejo, one.nota) for one in vista.cotejados} == {(Cotejo.COINCIDE, ONLY_DETAILS)}
    caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert {row[6:] for row in answers(caso.movimientos, caso.sesion).values()} == {(LOTE, FOLIO)}


def test_a_refused_movement_that_is_presented_again_is_the_one_that_is_answered(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    first = caso.papel(REJECTED, name="primera.pdf", folio="2" * 19)
    caso.constancias.apply(caso.sesion, preview(caso.constancias, caso.sesion, first), NoProgress())
    again = caso.movimientos.capture(caso.sesion, CAPTURED[2])
    vista = preview(caso.constancias, caso.sesion, caso.papel(BAJA))
    assert [one.movimiento_id for one in vista.cotejados] == [again.id]


def test_two_that_cannot_be_told_apart_are_left_to_the_user(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    with caso.store.write() as db:
        copied = db.execute(
            text(
                f"INSERT INTO movimientos (id, {COPIED}) SELECT :id, {COPIED} "  # noqa: S608
                "FROM movimientos WHERE tipo = '08'"
            ),
            {"id": caso.store.new_id().bytes},
        )
    assert copied.rowcount == 1  # type: ignore[attr-defined]
    vista = preview(caso.constancias, caso.sesion, caso.papel(ALTA))
    assert [one.cotejo for one in vista.cotejados] == [Cotejo.VARIOS]


def test_what_differs_is_told_with_both_values(
    caso: Caso, three: list[MovimientoFila], tmp_path: Path
) -> None:
    other = replace(ALTA, sbc=45500, nombre="MUÑOZ RÍOS BEATRIZ")
    vista = preview(caso.constancias, caso.sesion, caso.papel(other))
    assert [(p.pagina, p.renglon, p.campo, p.encontrado, p.esperado, p.grave)
            for p in vista.problemas] == [
        (1, 1, "Salario base", "$ 455.00", "$ 450.50, como está en el programa", False),
        (1, 1, "Nombre", "MUÑOZ RÍOS BEATRIZ", "ANA MUÑOZ RÍOS, como está en el programa", False),
    ]  # fmt: skip
    salida = tmp_path / "problemas.csv"
    caso.constancias.export_problems(vista, salida, NoProgress())
    with salida.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table[1] == [
        "constancia.pdf", "1", "1", "Salario base", "$ 455.00",
        "$ 450.50, como está en el programa", "Advertencia",
    ]  # fmt: skip
    assert len(table) == 3


@pytest.mark.parametrize("name", ["MU#OZ RIOS ANA", "MUNOZ RIOS ANA", "MUÑOZ RÍOS A"[:10]])
def test_a_name_that_was_transliterated_or_cut_is_the_same_name(
    constancias: ConstanciasService,
    sesion: Sesion,
    three: list[MovimientoFila],
    papel: Papel,
    name: str,
) -> None:
    assert preview(constancias, sesion, papel(replace(ALTA, nombre=name))).problemas == ()


def test_a_table_of_refusals_without_type_or_date_finds_the_only_one(
    constancias: ConstanciasService, sesion: Sesion, three: list[MovimientoFila], tmp_path: Path
) -> None:
    formato = FORMATOS["usual"]
    columnas = tuple(one for one in formato.columnas if one.campo != "fecha")
    path = tmp_path / "sin_fecha.pdf"
    path.write_bytes(
        printed(constancia((replace(REJECTED, fecha=None),)), replace(formato, columnas=columnas))
    )
    vista = preview(constancias, sesion, path)
    assert [one.movimiento_id for one in vista.cotejados] == [three[2].id]
    assert vista.cotejados[0].renglon.tipo is TipoMovimiento.BAJA


def test_an_answer_is_of_the_one_in_a_lote_then_of_the_one_not_cancelled_then_of_the_further() -> (
    None
):
    def candidate(lote: bytes | None, estado: EstadoAviso) -> _Candidato:
        return _Candidato(
            id=uuid.UUID(int=1), estado=estado, sbc=None, lote_id=lote, con_constancia=False,
            nombre="",
        )  # fmt: skip

    in_order = [
        candidate(b"lote", EstadoAviso.RECIBIDO),
        candidate(b"lote", EstadoAviso.ENVIADO),
        candidate(b"lote", EstadoAviso.CANCELADO),
        candidate(None, EstadoAviso.ENVIADO),
        candidate(None, EstadoAviso.PENDIENTE),
        candidate(None, EstadoAviso.CANCELADO),
    ]
    mixed = in_order[::2] + in_order[1::2]
    assert sorted(mixed, key=lambda one: one.likelihood, reverse=True) == in_order
