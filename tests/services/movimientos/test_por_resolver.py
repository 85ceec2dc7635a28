"""What is still owed to the IMSS, and what a movement in a file shows."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.movimientos.movimiento import Situacion, TipoMovimiento, TipoSalario
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.correcciones import CORRECTED_BY
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)
from icsoe_desktop.store.connection import raw_of
from tests.services.con_movimientos import Caso
from tests.services.movimientos.test_captura import ALTA
from tests.services.movimientos.test_vistas import ASCENDING, every

OWED = FiltroMovimientos(por_resolver=True)
CAMBIO = replace(
    ALTA,
    tipo=TipoMovimiento.MODIFICACION,
    tipo_salario=TipoSalario.FIJO,
    tipo_trabajador=None,
    umf="",
)
BY_TERM = OrdenMovimientos(ColumnaMovimiento.LIMITE, descendente=False)


def test_what_is_owed_is_read_by_its_last_day(caso: Caso) -> None:
    """One of each: only what the IMSS settled, or was presented again, is left out."""
    taken: dict[str, MovimientoFila] = {}
    for at, (name, estado, fecha) in enumerate(
        (
            ("sin archivo", 0, date(2026, 2, 27)),
            ("enviado", 1, date(2026, 2, 20)),
            ("recibido", 3, date(2026, 2, 25)),
            ("rechazado", 4, date(2026, 2, 10)),
            ("aprobado", 5, date(2026, 2, 1)),
            ("cancelado", 2, date(2026, 2, 1)),
            ("presentado otra vez", 4, date(2026, 2, 11)),
        )
    ):
        nss = f"1234567{at:03}"
        captura = replace(ALTA, nss=nss + check_digit_nss(nss), fecha=fecha)
        taken[name] = caso.movimientos.capture(caso.sesion, captura)
        with caso.store.write() as db:
            raw_of(db).execute(
                "UPDATE movimientos SET estado = ? WHERE id = ?", (estado, taken[name].id.bytes)
            )
    # Another spelling of the name is another row in the store.
    again = replace(
        ALTA, nss=taken["presentado otra vez"].nss, fecha=date(2026, 2, 12), nombres="ÍÑIGO JOSÉ"
    )
    again_id = caso.movimientos.capture(caso.sesion, again).id
    owed = every(caso.movimientos, OWED, BY_TERM)
    names = {fila.id: name for name, fila in taken.items()} | {again_id: "otra vez"}
    assert [names[fila.id] for fila in owed] == [
        "rechazado", "otra vez", "enviado", "recibido", "sin archivo"
    ]  # fmt: skip


def test_a_salary_change_of_another_day_does_not_settle_a_rejected_one(caso: Caso) -> None:
    rejected = caso.movimientos.capture(caso.sesion, replace(CAMBIO, fecha=date(2026, 1, 5)))
    reject(caso, rejected)
    caso.movimientos.capture(caso.sesion, replace(CAMBIO, fecha=date(2026, 2, 5)))
    assert rejected.id in owed_ids(caso)
    caso.movimientos.capture(caso.sesion, replace(CAMBIO, fecha=date(2026, 1, 5)))
    assert rejected.id not in owed_ids(caso)


def reject(caso: Caso, fila: MovimientoFila) -> None:
    with caso.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4 WHERE id = ?", (fila.id.bytes,))


def owed_ids(caso: Caso) -> set[uuid.UUID]:
    return {fila.id for fila in every(caso.movimientos, OWED, ASCENDING)}


def test_what_corrects_a_rejected_notice_is_owed_in_its_place(caso: Caso) -> None:
    """Also where nothing else ties the two: another NSS, registro patronal or day."""
    rejected = caso.movimientos.capture(caso.sesion, CAMBIO)
    reject(caso, rejected)
    captura = replace(
        CAMBIO, nss="98765432103", registro_patronal="Z9912345106", fecha=date(2026, 2, 27)
    )
    corrected = caso.movimientos.capture(caso.sesion, captura, corrige=rejected.id)
    assert owed_ids(caso) == {corrected.id}
    rows = {one.id: one.plazo_texto for one in every(caso.movimientos, TODOS, ASCENDING)}
    assert rows == {rejected.id: "Corregido", corrected.id: "En plazo"}
    again = replace(captura, fecha=date(2026, 2, 26))
    with pytest.raises(UserFacingError, match="ya se corrigió con otro, del 27/02/2026"):
        caso.movimientos.capture(caso.sesion, again, corrige=rejected.id)
    caso.movimientos.edit(caso.sesion, corrected.id, again)
    assert owed_ids(caso) == {corrected.id}
    # Rejected as well, it is corrected in its turn, and the first stays settled.
    reject(caso, corrected)
    assert owed_ids(caso) == {corrected.id}
    filas = caso.movimientos.many(caso.sesion, [rejected.id, corrected.id], NoProgress())
    assert caso.movimientos.corrections(caso.sesion, filas) == {
        rejected.id: "Corregido por el aviso del 26/02/2026",
        corrected.id: f"Corrige el rechazado el {rejected.fecha:%d/%m/%Y}",
    }
    other_guia = replace(again, guia="02400")
    third = caso.movimientos.capture(caso.sesion, other_guia, corrige=corrected.id)
    assert owed_ids(caso) == {third.id}
    caso.movimientos.delete(caso.sesion, [third.id])
    assert owed_ids(caso) == {corrected.id}


def test_rejected_notices_that_claim_to_correct_each_other_stay_owed(caso: Caso) -> None:
    """Another desktop may say so; then nobody would present either of them."""
    first, second, alone = (
        caso.movimientos.capture(caso.sesion, replace(CAMBIO, fecha=date(2026, 2, day)))
        for day in (3, 4, 5)
    )
    for fila, claimed in ((first, second), (second, first), (alone, alone)):
        reject(caso, fila)
        with caso.store.write() as db:
            raw_of(db).execute(
                "UPDATE movimientos SET corrige = ? WHERE id = ?", (claimed.id.hex, fila.id.bytes)
            )
    assert owed_ids(caso) == {second.id, alone.id}
    said = caso.movimientos.corrections(caso.sesion, [first, second, alone])
    assert CORRECTED_BY.split("{")[0] not in said[alone.id]
    # What is still owed may be corrected.
    for fila in (second, alone):
        captura = replace(CAMBIO, fecha=fila.fecha, guia="02400")
        caso.movimientos.capture(caso.sesion, captura, corrige=fila.id)
    assert not owed_ids(caso) & {first.id, second.id, alone.id}


def test_a_correction_settles_although_the_clock_went_back(caso: Caso) -> None:
    rejected = caso.movimientos.capture(caso.sesion, CAMBIO)
    reject(caso, rejected)
    # As if it had been captured with the clock of the machine a year ahead.
    ahead = uuid.UUID(int=rejected.id.int + (365 * 86_400_000 << 80))
    with caso.store.write() as db:
        raw_of(db).execute(
            "UPDATE movimientos SET id = ? WHERE id = ?", (ahead.bytes, rejected.id.bytes)
        )
    captura = replace(CAMBIO, nss="98765432103")
    corrected = caso.movimientos.capture(caso.sesion, captura, corrige=ahead)
    assert corrected.id > ahead
    assert owed_ids(caso) == {corrected.id}


def test_several_rejected_for_one_guia_are_corrected_together_or_none(caso: Caso) -> None:
    both = [
        caso.movimientos.capture(caso.sesion, replace(CAMBIO, fecha=date(2026, 2, day)))
        for day in (3, 4)
    ]
    alone = caso.movimientos.capture(caso.sesion, replace(CAMBIO, fecha=date(2026, 2, 5)))
    ids = [one.id for one in both]
    for one in both:
        reject(caso, one)
    for wanted, campo, valor, told in (
        ([*ids, alone.id], "guia", "02400", "ya no está rechazado"),
        (ids, "guia", "2400", "5 números"),
        (ids, "guia", " ", "Escriba el dato"),
        (ids, "umf", "012", "sólo va en las altas"),
    ):
        with pytest.raises(UserFacingError, match=told):
            caso.movimientos.correct_many(caso.sesion, wanted, campo, valor)
        assert owed_ids(caso) == {*ids, alone.id}
    assert caso.movimientos.correct_many(caso.sesion, ids, "guia", "02400") == 2
    fresh = [one for one in every(caso.movimientos, OWED, ASCENDING) if one.id != alone.id]
    assert [(one.fecha, one.guia, one.sbc) for one in fresh] == [
        (one.fecha, "02400", one.sbc) for one in both
    ]
    with pytest.raises(UserFacingError, match="ya se corrigió"):
        caso.movimientos.correct_many(caso.sesion, ids, "guia", "02400")


def test_only_a_rejected_notice_is_corrected(caso: Caso) -> None:
    pending = caso.movimientos.capture(caso.sesion, ALTA)
    with pytest.raises(UserFacingError, match="ya no está rechazado"):
        caso.movimientos.capture(caso.sesion, CAMBIO, corrige=pending.id)
    with pytest.raises(UserFacingError, match="ya no existe"):
        caso.movimientos.capture(caso.sesion, CAMBIO, corrige=uuid.uuid4())
    assert [fila.id for fila in every(caso.movimientos, TODOS, ASCENDING)] == [pending.id]


def test_a_worker_whose_only_notice_was_rejected_is_known(caso: Caso) -> None:
    rejected = caso.movimientos.capture(caso.sesion, ALTA)
    reject(caso, rejected)
    known = caso.movimientos.known_worker(caso.sesion, nss=rejected.nss)
    assert known is not None
    assert (known.nombres, known.ultima_fecha) == (rejected.nombres, rejected.fecha)


def test_a_movement_in_a_file_says_so_with_its_file_in_the_list_and_in_excel(
    movimientos: MovimientosService, lotes: LotesService, sesion: Sesion, tmp_path: Path
) -> None:
    free = movimientos.capture(sesion, ALTA)
    taken = movimientos.capture(sesion, replace(ALTA, nss="98765432103"))
    (lote,) = lotes.generate(sesion, lotes.plan(sesion, [taken.id], OpcionesLote(), NoProgress()))
    rows = {fila.id: fila for fila in every(movimientos, TODOS, ASCENDING)}
    assert (rows[free.id].situacion, rows[free.id].lote_o_archivo) == (Situacion.PENDIENTE, "")
    assert rows[taken.id].situacion is Situacion.EN_ARCHIVO
    assert rows[taken.id].lote_o_archivo == lote.nombre_archivo
    for situacion, found in ((Situacion.PENDIENTE, free), (Situacion.EN_ARCHIVO, taken)):
        filtro = FiltroMovimientos(situacion=situacion)
        assert [fila.id for fila in every(movimientos, filtro, ASCENDING)] == [found.id]

    path = tmp_path / "movimientos.xlsx"
    movimientos.export(
        sesion, path, FiltroMovimientos(situacion=Situacion.EN_ARCHIVO), ASCENDING, NoProgress()
    )
    title, row = load_workbook(path).active.iter_rows(values_only=True)
    cells = dict(zip(title, row, strict=True))
    assert (cells["Estado"], cells["Lote"]) == ("En archivo", lote.nombre_archivo)
    assert cells["Último día"].date() == taken.limite

    lotes.mark_sent(sesion, lote.id, date(2026, 3, 2))
    assert movimientos.get(sesion, taken.id).situacion is Situacion.ENVIADO
    lotes.mark_received(sesion, lote.id, date(2026, 3, 2), "123456789")
    assert movimientos.get(sesion, taken.id).lote_o_archivo == "123456789"


def test_the_read_only_session_may_ask_what_is_owed(caso: Caso) -> None:
    captured = caso.movimientos.capture(caso.sesion, ALTA)
    assert caso.movimientos.first_page(SESION_CONSULTA, OWED, BY_TERM) == [captured]
