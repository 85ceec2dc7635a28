"""Constancias brought to their movements: matched, applied whole, undone whole."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.constancia import RenglonConstancia
from icsoe_desktop.domain.movimiento import EstadoAviso, EstadoLote, TipoMovimiento
from icsoe_desktop.domain.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.constancia_pdf import NOT_A_CONSTANCIA
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.constancias import ALREADY, NOTHING, STALE, ConstanciasService
from icsoe_desktop.services.constancias_cambios import CHANGED_SINCE
from icsoe_desktop.services.constancias_cotejo import ONLY_DETAILS
from icsoe_desktop.services.constancias_valores import Cotejo, VistaConstancia
from icsoe_desktop.services.lotes import LotesService
from icsoe_desktop.services.lotes_valores import ClaseDocumento, Lote, OpcionesLote
from icsoe_desktop.services.movimientos import MovimientosService
from icsoe_desktop.services.movimientos_valores import TODOS, Captura, Fila
from icsoe_desktop.store.engine import Store
from tests.constancias.imprenta import Hoja, pdf
from tests.constancias.papeles import (
    FOLIO,
    FORMATOS,
    LOTE,
    NSS_EVA,
    NSS_LUIS,
    THREE,
    constancia,
    printed,
    renglon,
)
from tests.gui.modulo.comun import alta as alta_capturada
from tests.gui.modulo.comun import baja as baja_capturada
from tests.gui.modulo.comun import modificacion as modificacion_capturada
from tests.movimientos.conftest import StopAt, contents

RECEIVED = date(2026, 3, 2)
ALTA, MODIFICACION, BAJA = THREE
REJECTED = replace(
    BAJA, rechazado=True, codigo_rechazo="0123", causa_rechazo="NO TIENE RELACIÓN LABORAL"
)
CAPTURED: tuple[Captura, ...] = (
    alta_capturada(),
    modificacion_capturada(
        nss=NSS_EVA,
        nombres="EVA",
        primer_apellido="ÁNGELES",
        segundo_apellido="RÍOS",
        sbc="1234.56",
    ),
    baja_capturada(),
)
Papel = Callable[..., Path]


@pytest.fixture
def constancias(store: Store, bitacora: BitacoraService) -> ConstanciasService:
    return ConstanciasService(store, bitacora)


@pytest.fixture
def three(movimientos: MovimientosService, sesion: Sesion) -> list[Fila]:
    return [movimientos.capture(sesion, one) for one in CAPTURED]


@pytest.fixture
def papel(tmp_path: Path) -> Papel:
    def write(*rows: RenglonConstancia, name: str = "constancia.pdf", **changes: object) -> Path:
        path = tmp_path / name
        path.write_bytes(printed(constancia(rows or THREE, **changes)))
        return path

    return write


@pytest.fixture
def lote(lotes: LotesService, sesion: Sesion, three: list[Fila]) -> Lote:
    """The three of them in one file, sent."""
    opciones = OpcionesLote(guia="01400", separar=False)
    plan = lotes.plan(sesion, [fila.id for fila in three], opciones, NoProgress())
    (made,) = lotes.generate(sesion, plan)
    return lotes.mark_sent(sesion, made.id, date(2026, 3, 1))


def preview(service: ConstanciasService, sesion: Sesion, path: Path) -> VistaConstancia:
    return service.preview(sesion, path, NoProgress())


def everything(store: Store) -> dict[str, list[Any]]:
    found = contents(store)
    with store.read() as db:
        for table in ("constancias", "documentos_lote"):
            found[table] = [tuple(row) for row in db.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
    return found


def answers(movimientos: MovimientosService, sesion: Sesion) -> dict[str, tuple[object, ...]]:
    return {
        fila.nss: (
            fila.estado, fila.recibido, fila.aprobado, fila.rechazado, fila.codigo_rechazo,
            fila.causa_rechazo, fila.lote, fila.folio,
        )
        for fila in movimientos.first_page(sesion, TODOS, None, 100)
    }  # fmt: skip


def test_each_movement_gets_its_answer_with_lote_folio_dates_and_reasons(
    constancias: ConstanciasService,
    movimientos: MovimientosService,
    sesion: Sesion,
    three: list[Fila],
    papel: Papel,
) -> None:
    vista = preview(constancias, sesion, papel(ALTA, MODIFICACION, REJECTED))
    assert [(one.cotejo, one.movimiento_id) for one in vista.cotejados] == [
        (Cotejo.COINCIDE, fila.id) for fila in three
    ]
    assert vista.problemas == ()
    done = constancias.apply(sesion, vista, NoProgress())
    assert (done.aprobados, done.rechazados, done.omitidos) == (2, 1, 0)
    approved = (EstadoAviso.APROBADO, RECEIVED, RECEIVED, None, "", "", LOTE, FOLIO)
    assert answers(movimientos, sesion) == {
        ALTA.nss: approved,
        NSS_EVA: approved,
        NSS_LUIS: (
            EstadoAviso.RECHAZADO, RECEIVED, None, RECEIVED, "0123", "NO TIENE RELACIÓN LABORAL",
            LOTE, FOLIO,
        ),
    }  # fmt: skip


def test_the_imss_flag_of_lateness_is_kept(
    constancias: ConstanciasService, store: Store, sesion: Sesion, three: list[Fila], papel: Papel
) -> None:
    constancias.apply(sesion, preview(constancias, sesion, papel()), NoProgress())
    with store.read() as db:
        rows = db.execute(text("SELECT tipo, extemporaneo FROM movimientos"))
        flags = {str(row.tipo): int(row.extemporaneo) for row in rows}
    assert flags == {"08": 0, "07": 1, "02": 0}


def test_their_lote_follows_and_keeps_the_pdf(
    constancias: ConstanciasService,
    lotes: LotesService,
    sesion: Sesion,
    lote: Lote,
    papel: Papel,
) -> None:
    partial = preview(constancias, sesion, papel(ALTA, name="una.pdf", folio="1" * 19))
    assert partial.lotes == (lote.nombre_archivo,)
    constancias.apply(sesion, partial, NoProgress())
    after = lotes.get(sesion, lote.id)
    assert (after.estado, after.numero, after.folio, after.recibido, after.respondido) == (
        EstadoLote.RECIBIDO, LOTE, "1" * 19, RECEIVED, None,
    )  # fmt: skip
    path = papel(MODIFICACION, REJECTED, name="otras.pdf")
    constancias.apply(sesion, preview(constancias, sesion, path), NoProgress())
    after = lotes.get(sesion, lote.id)
    assert (after.estado, after.respondido) == (EstadoLote.APROBADO, RECEIVED)
    name, content = lotes.document(sesion, lote.id, ClaseDocumento.CONSTANCIA)
    assert (name, content) == ("una.pdf", (path.parent / "una.pdf").read_bytes())


def test_a_lote_whose_movements_are_all_refused_is_refused(
    constancias: ConstanciasService, lotes: LotesService, sesion: Sesion, lote: Lote, papel: Papel
) -> None:
    rows = [replace(row, rechazado=True, codigo_rechazo="9") for row in THREE]
    constancias.apply(sesion, preview(constancias, sesion, papel(*rows)), NoProgress())
    assert lotes.get(sesion, lote.id).estado is EstadoLote.RECHAZADO


def test_the_pdf_is_kept_as_it_is_with_its_sha256(
    constancias: ConstanciasService, store: Store, sesion: Sesion, three: list[Fila], papel: Papel
) -> None:
    path = papel()
    constancias.apply(sesion, preview(constancias, sesion, path), NoProgress())
    with store.read() as db:
        ((content, digest),) = db.execute(text("SELECT contenido, sha256 FROM constancias"))
    assert bytes(content) == path.read_bytes()
    assert bytes(digest) == hashlib.sha256(path.read_bytes()).digest()
    # Encrypted: nothing of it lies in the file as it is.
    folder = path.parent
    kept = b"".join(file.read_bytes() for file in folder.glob("icsoe.db*"))
    assert path.read_bytes()[200:260] not in kept


def test_what_is_not_here_or_answered_otherwise_is_told_and_left_alone(
    constancias: ConstanciasService,
    lotes: LotesService,
    movimientos: MovimientosService,
    sesion: Sesion,
    lote: Lote,
    papel: Papel,
) -> None:
    lotes.mark_rejected(sesion, lote.id, date(2026, 3, 1), "7", "A MANO")
    before = answers(movimientos, sesion)
    stranger = renglon(nss="55443322110", nombre="SOTO EVA")
    other_day = replace(MODIFICACION, fecha=date(2025, 9, 2))
    vista = preview(constancias, sesion, papel(ALTA, stranger, other_day))
    assert [(one.cotejo, one.nota) for one in vista.cotejados] == [
        (Cotejo.OTRA_RESPUESTA, "Aquí está rechazado."),
        (Cotejo.NO_ESTA, ""),
        (Cotejo.NO_ESTA, ""),
    ]
    with pytest.raises(UserFacingError) as caught:
        constancias.apply(sesion, vista, NoProgress())
    assert caught.value.message == NOTHING
    assert answers(movimientos, sesion) == before


def test_what_was_marked_by_hand_gets_its_details(
    constancias: ConstanciasService,
    lotes: LotesService,
    movimientos: MovimientosService,
    sesion: Sesion,
    lote: Lote,
    papel: Papel,
) -> None:
    lotes.mark_approved(sesion, lote.id, date(2026, 3, 1))
    vista = preview(constancias, sesion, papel())
    assert {(one.cotejo, one.nota) for one in vista.cotejados} == {(Cotejo.COINCIDE, ONLY_DETAILS)}
    constancias.apply(sesion, vista, NoProgress())
    assert {row[6:] for row in answers(movimientos, sesion).values()} == {(LOTE, FOLIO)}


def test_a_refused_movement_that_is_presented_again_is_the_one_that_is_answered(
    constancias: ConstanciasService,
    movimientos: MovimientosService,
    sesion: Sesion,
    three: list[Fila],
    papel: Papel,
) -> None:
    first = papel(REJECTED, name="primera.pdf", folio="2" * 19)
    constancias.apply(sesion, preview(constancias, sesion, first), NoProgress())
    again = movimientos.capture(sesion, CAPTURED[2])
    vista = preview(constancias, sesion, papel(BAJA))
    assert [one.movimiento_id for one in vista.cotejados] == [again.id]


def test_two_that_cannot_be_told_apart_are_left_to_the_user(
    constancias: ConstanciasService,
    store: Store,
    sesion: Sesion,
    three: list[Fila],
    papel: Papel,
) -> None:
    with store.write() as db:
        copied = db.execute(
            text(
                "INSERT INTO movimientos SELECT NULL, :id, trabajador, tipo, registro_patronal, "
                "fecha, sbc, tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, "
                "clave_trabajador, estado, extemporaneo, emitido, recibido, aprobado, rechazado, "
                "codigo_rechazo, causa_rechazo, lote_id, constancia_id, importacion "
                "FROM movimientos WHERE tipo = '08'"
            ),
            {"id": store.new_id().bytes},
        )
    assert copied.rowcount == 1  # type: ignore[attr-defined]
    vista = preview(constancias, sesion, papel(ALTA))
    assert [one.cotejo for one in vista.cotejados] == [Cotejo.VARIOS]


def test_what_differs_is_told_with_both_values(
    constancias: ConstanciasService, sesion: Sesion, three: list[Fila], papel: Papel, tmp_path: Path
) -> None:
    other = replace(ALTA, sbc=45500, nombre="MUÑOZ RÍOS BEATRIZ")
    vista = preview(constancias, sesion, papel(other))
    assert [(p.pagina, p.renglon, p.campo, p.encontrado, p.esperado, p.grave)
            for p in vista.problemas] == [
        (1, 1, "Salario base", "$ 455.00", "$ 450.50, como está en el programa", False),
        (1, 1, "Nombre", "MUÑOZ RÍOS BEATRIZ", "ANA MUÑOZ RÍOS, como está en el programa", False),
    ]  # fmt: skip
    salida = tmp_path / "problemas.csv"
    constancias.export_problems(vista, salida, NoProgress())
    with salida.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table[1] == [
        "constancia.pdf", "1", "1", "Salario base", "$ 455.00",
        "$ 450.50, como está en el programa", "Advertencia",
    ]  # fmt: skip
    assert len(table) == 3


@pytest.mark.parametrize("name", ["MU#OZ RIOS ANA", "MUNOZ RIOS ANA", "MUÑOZ RÍOS A"[:10]])
def test_a_name_that_was_transliterated_or_cut_is_the_same_name(
    constancias: ConstanciasService, sesion: Sesion, three: list[Fila], papel: Papel, name: str
) -> None:
    assert preview(constancias, sesion, papel(replace(ALTA, nombre=name))).problemas == ()


def test_undoing_gives_back_what_was_there(
    constancias: ConstanciasService,
    store: Store,
    sesion: Sesion,
    lote: Lote,
    papel: Papel,
) -> None:
    before = everything(store)
    path = papel(ALTA, MODIFICACION, REJECTED)
    done = constancias.apply(sesion, preview(constancias, sesion, path), NoProgress())
    assert constancias.undo(sesion, done.constancia_id, NoProgress()) == 3
    after = everything(store)
    for table in ("movimientos", "lotes", "documentos_lote", "trabajadores"):
        assert after[table] == before[table], table
    (listed,) = constancias.all(sesion)
    assert (listed.archivo, listed.quien, listed.aprobados, listed.rechazados) == (
        "constancia.pdf", "alma@ejemplo.mx", 2, 1,
    )  # fmt: skip
    assert listed.deshecha == store.clock()
    with pytest.raises(UserFacingError, match="ya se había deshecho"):
        constancias.undo(sesion, done.constancia_id, NoProgress())
    # And it may be brought again.
    again = constancias.apply(sesion, preview(constancias, sesion, path), NoProgress())
    assert (again.aprobados, again.rechazados) == (2, 1)


def test_what_others_changed_since_is_not_undone(
    constancias: ConstanciasService, store: Store, sesion: Sesion, lote: Lote, papel: Papel
) -> None:
    done = constancias.apply(sesion, preview(constancias, sesion, papel()), NoProgress())
    with store.write() as db:
        db.execute(text("UPDATE lotes SET numero = '111111111'"))
    before = everything(store)
    with pytest.raises(UserFacingError) as caught:
        constancias.undo(sesion, done.constancia_id, NoProgress())
    assert caught.value.message == CHANGED_SINCE
    assert everything(store) == before


def test_a_constancia_is_applied_once(
    constancias: ConstanciasService, store: Store, sesion: Sesion, three: list[Fila], papel: Papel
) -> None:
    vista = preview(constancias, sesion, papel())
    constancias.apply(sesion, vista, NoProgress())
    before = everything(store)
    # The same folio in another file is the same constancia.
    other = preview(constancias, sesion, papel(name="copia.pdf", razon_social="OTRA RAZÓN"))
    assert other.ya_aplicada
    assert {one.cotejo for one in other.cotejados} == {Cotejo.YA_ANOTADO}
    for one in (vista, other):
        with pytest.raises(UserFacingError) as caught:
            constancias.apply(sesion, one, NoProgress())
        assert caught.value.message == ALREADY
    assert everything(store) == before


def test_what_changed_since_the_preview_is_looked_at_again(
    constancias: ConstanciasService,
    movimientos: MovimientosService,
    store: Store,
    sesion: Sesion,
    three: list[Fila],
    papel: Papel,
) -> None:
    vista = preview(constancias, sesion, papel())
    movimientos.delete(sesion, [three[0].id])
    before = everything(store)
    with pytest.raises(UserFacingError) as caught:
        constancias.apply(sesion, vista, NoProgress())
    assert caught.value.message == STALE
    assert everything(store) == before


def test_cancelling_at_any_moment_leaves_the_store_as_it_was(
    constancias: ConstanciasService, store: Store, sesion: Sesion, lote: Lote, papel: Papel
) -> None:
    before, stops = everything(store), 0
    path = papel(ALTA, MODIFICACION, REJECTED)
    for work in ("preview", "apply"):
        nth = 1
        while True:
            stop = StopAt(nth)
            try:
                vista = constancias.preview(
                    sesion, path, stop if work == "preview" else NoProgress()
                )
                if work == "preview":
                    break
                constancias.apply(sesion, vista, stop)
            except Cancelled:
                assert everything(store) == before
                nth, stops = nth + 1, stops + 1
                continue
            break
    assert stops >= 8
    assert len(everything(store)["constancias"]) == 1


def test_consultation_may_neither_look_nor_change(
    constancias: ConstanciasService, store: Store, sesion: Sesion, three: list[Fila], papel: Papel
) -> None:
    vista = preview(constancias, sesion, papel())
    done = constancias.apply(sesion, vista, NoProgress())
    before = everything(store)
    for attempt in (
        lambda: constancias.preview(SESION_CONSULTA, papel(), NoProgress()),
        lambda: constancias.apply(SESION_CONSULTA, vista, NoProgress()),
        lambda: constancias.undo(SESION_CONSULTA, done.constancia_id, NoProgress()),
        lambda: constancias.all(SESION_CONSULTA),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    assert everything(store) == before


def test_the_audit_log_tells_of_it_without_whom_it_speaks(
    constancias: ConstanciasService, store: Store, sesion: Sesion, three: list[Fila], papel: Papel
) -> None:
    done = constancias.apply(sesion, preview(constancias, sesion, papel()), NoProgress())
    constancias.undo(sesion, done.constancia_id, NoProgress())
    with store.read() as db:
        found = db.execute(
            text("SELECT accion, objeto, detalle FROM bitacora WHERE objeto = 'constancia'")
        )
        lines = [tuple(row) for row in found]
    assert lines == [
        ("constancia aplicada", "constancia", "3 aprobados, 0 rechazados"),
        ("constancia deshecha", "constancia", "3 movimientos"),
    ]


def test_what_cannot_be_read_is_refused(
    constancias: ConstanciasService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "otro.pdf"
    hoja = Hoja()
    hoja.put(40, 40, "Una carta que no dice nada de nadie, larga como son las cartas")
    path.write_bytes(pdf([hoja]))
    with pytest.raises(InvalidInputError) as caught:
        preview(constancias, sesion, path)
    assert caught.value.message == NOT_A_CONSTANCIA
    with pytest.raises(InvalidInputError):
        preview(constancias, sesion, tmp_path / "nada.pdf")


def test_a_table_of_refusals_without_type_or_date_finds_the_only_one(
    constancias: ConstanciasService, sesion: Sesion, three: list[Fila], tmp_path: Path
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
