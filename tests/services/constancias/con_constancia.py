"""Three movements, the lote they were sent in, and the paper that answers for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.constancias.cotejo import ResultadoConstancia, VistaConstancia
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import Lote, OpcionesLote
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import TODOS, CapturaMovimiento, MovimientoFila
from icsoe_desktop.store.engine import Store
from tests.gateways.constancia_pdf.papeles import NSS_EVA, THREE
from tests.gui.idse.comun import alta as alta_capturada
from tests.gui.idse.comun import baja as baja_capturada
from tests.gui.idse.comun import modificacion as modificacion_capturada
from tests.services.con_movimientos import Caso, contents

RECEIVED = date(2026, 3, 2)
ALTA, MODIFICACION, BAJA = THREE
REJECTED = replace(
    BAJA, rechazado=True, codigo_rechazo="0123", causa_rechazo="NO TIENE RELACIÓN LABORAL"
)
CAPTURED: tuple[CapturaMovimiento, ...] = (
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


@pytest.fixture
def three(movimientos: MovimientosService, sesion: Sesion) -> list[MovimientoFila]:
    return [movimientos.capture(sesion, one) for one in CAPTURED]


@pytest.fixture
def lote(lotes: LotesService, sesion: Sesion, three: list[MovimientoFila]) -> Lote:
    """The three of them in one file, sent."""
    opciones = OpcionesLote(guia="01400", separar=False)
    plan = lotes.plan(sesion, [fila.id for fila in three], opciones, NoProgress())
    (made,) = lotes.generate(sesion, plan)
    return lotes.mark_sent(sesion, made.id, date(2026, 3, 1))


def preview(caso: Caso, path: Path) -> VistaConstancia:
    return caso.constancias.preview(caso.sesion, path, NoProgress())


def apply(caso: Caso, path: Path) -> ResultadoConstancia:
    return caso.constancias.apply(caso.sesion, preview(caso, path), NoProgress())


def everything(store: Store) -> dict[str, list[Any]]:
    found = contents(store)
    with store.read() as db:
        for table in ("constancias", "documentos_lote"):
            found[table] = [tuple(row) for row in db.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
    return found


def answers(caso: Caso) -> dict[str, tuple[object, ...]]:
    return {
        fila.nss: (
            fila.estado, fila.recibido, fila.aprobado, fila.rechazado, fila.codigo_rechazo,
            fila.causa_rechazo, fila.lote, fila.folio,
        )
        for fila in caso.movimientos.first_page(caso.sesion, TODOS, None, 100)
    }  # fmt: skip
