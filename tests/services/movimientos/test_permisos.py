"""In consultation mode every method that writes, or shows lotes, refuses and changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision, FilasPropias
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import ClaseDocumento, OpcionesLote, PlanLote
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import DiaCalendario, PlazosService
from icsoe_desktop.services.movimientos.valores import TODOS, CapturaMovimiento, OrdenMovimientos
from icsoe_desktop.store.tables.acceso import UsuarioRow
from tests.services.con_movimientos import Caso, contents

SOMEBODY = uuid.UUID(int=7 << 76 | 2 << 62)
CAPTURA = CapturaMovimiento(tipo=TipoMovimiento.BAJA)
DIA = date(2026, 4, 2)

MOVIMIENTOS: dict[str, Callable[[MovimientosService, Sesion], Any]] = {
    "check": lambda s, who: s.check(who, CAPTURA),
    "capture": lambda s, who: s.capture(who, CAPTURA),
    "correct_many": lambda s, who: s.correct_many(who, [SOMEBODY], "guia", "01400"),
    "edit": lambda s, who: s.edit(who, SOMEBODY, CAPTURA),
    "delete": lambda s, who: s.delete(who, [SOMEBODY]),
}
PLAZOS: dict[str, Callable[[PlazosService, Sesion], Any]] = {
    "save_day": lambda s, who: s.save_day(who, DiaCalendario(DIA, False, "Jueves Santo")),
    "remove_day": lambda s, who: s.remove_day(who, DIA),
}
LOTES: dict[str, Callable[[LotesService, Sesion], Any]] = {
    "all": lambda s, who: s.all(who),
    "get": lambda s, who: s.get(who, SOMEBODY),
    "plan": lambda s, who: s.plan(who, [SOMEBODY], OpcionesLote(), NoProgress()),
    "generate": lambda s, who: s.generate(who, PlanLote((), (), OpcionesLote())),
    "content": lambda s, who: s.content(who, SOMEBODY),
    "mark_sent": lambda s, who: s.mark_sent(who, SOMEBODY, DIA),
    "mark_all_sent": lambda s, who: s.mark_all_sent(who, [SOMEBODY], DIA),
    "mark_received": lambda s, who: s.mark_received(who, SOMEBODY, DIA),
    "mark_approved": lambda s, who: s.mark_approved(who, SOMEBODY, DIA),
    "mark_rejected": lambda s, who: s.mark_rejected(who, SOMEBODY, DIA, "", ""),
    "cancel": lambda s, who: s.cancel(who, SOMEBODY),
    "attach": lambda s, who: s.attach(who, SOMEBODY, ClaseDocumento.ACUSE, Path("a.pdf")),
    "document": lambda s, who: s.document(who, SOMEBODY, ClaseDocumento.ACUSE),
    "cedula": lambda s, who: s.cedula(who, SOMEBODY),
    "export": lambda s, who: s.export(who, Path("lotes.xlsx"), NoProgress()),
}
READING = {
    "first_page", "prepare", "rows", "is_stale", "release", "registros_patronales", "get",
    "history", "known_worker", "usual", "export", "close", "calendario", "days", "clase",
    "many", "corrections", "problems", "duplicates", "export_problems", "discard",
    "formatos", "corrected", "equal",
}  # fmt: skip
IMPORTACION = {"columns", "preview", "preview_rows", "apply", "all", "undo"}


def public(kind: type) -> set[str]:
    return {name for name, value in vars(kind).items() if callable(value) and name[0] != "_"}


def test_every_method_is_tried_or_only_reads() -> None:
    assert public(MovimientosService) == {*MOVIMIENTOS} | (READING & public(MovimientosService))
    assert public(PlazosService) == {*PLAZOS} | (READING & public(PlazosService))
    assert public(LotesService) == {*LOTES}
    kind = ImportacionMovimientosService
    assert public(kind) == IMPORTACION | (READING & public(kind))


@pytest.mark.parametrize("name", MOVIMIENTOS)
def test_consultation_writes_no_movement(caso: Caso, name: str) -> None:
    before = contents(caso.store)
    with pytest.raises(NotAllowedError):
        MOVIMIENTOS[name](caso.movimientos, SESION_CONSULTA)
    assert contents(caso.store) == before


@pytest.mark.parametrize("name", PLAZOS)
def test_consultation_changes_no_calendar(plazos: PlazosService, name: str) -> None:
    with pytest.raises(NotAllowedError):
        PLAZOS[name](plazos, SESION_CONSULTA)
    assert plazos.days(SESION_CONSULTA) == ()


@pytest.mark.parametrize("name", LOTES)
def test_consultation_sees_and_changes_no_lote(caso: Caso, name: str) -> None:
    before = contents(caso.store)
    with pytest.raises(NotAllowedError):
        LOTES[name](caso.lotes, SESION_CONSULTA)
    assert contents(caso.store) == before


def test_consultation_imports_and_undoes_nothing(caso: Caso) -> None:
    path = caso.archivo(*generated(5))
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    before = contents(caso.store)
    for forbidden in (
        lambda: caso.importacion.columns(SESION_CONSULTA, path, NoProgress()),
        lambda: caso.importacion.preview(SESION_CONSULTA, [path], NoProgress()),
        lambda: caso.importacion.preview_rows(
            SESION_CONSULTA, FilasPropias("", 0, lambda _: ()), NoProgress()
        ),
        lambda: caso.importacion.apply(SESION_CONSULTA, preview, Decision(), NoProgress()),
        lambda: caso.importacion.all(SESION_CONSULTA),
        lambda: caso.importacion.undo(SESION_CONSULTA, SOMEBODY, NoProgress()),
    ):
        with pytest.raises(NotAllowedError):
            forbidden()
    assert contents(caso.store) == before


def test_a_user_disabled_meanwhile_writes_nothing(caso: Caso) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(*generated(5))], NoProgress())
    with caso.store.write() as db:
        usuario = db.get(UsuarioRow, caso.sesion.usuario_id)
        assert usuario is not None
        usuario.habilitado = False
    before = contents(caso.store)
    with pytest.raises(NotAllowedError):
        caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert contents(caso.store) == before


def test_consultation_reads_and_exports(caso: Caso, tmp_path: Path) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(*generated(5))], NoProgress())
    caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert len(caso.movimientos.first_page(SESION_CONSULTA)) == 5
    book = tmp_path / "m.xlsx"
    assert (
        caso.movimientos.export(SESION_CONSULTA, book, TODOS, OrdenMovimientos(), NoProgress()) == 5
    )
