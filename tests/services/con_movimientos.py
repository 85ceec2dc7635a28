"""Movements of invented people: the services over a real store, files and how to stop them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from benchmarks.datos import linea_168, linea_totales
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.movimientos.constancia import RenglonConstancia
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.constancias.service import ConstanciasService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision, ResultadoImportacionMovimientos
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import PlazosService
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento
from icsoe_desktop.store.engine import Store
from tests.gateways.constancia_pdf.papeles import THREE, constancia, printed

TABLES = (
    "trabajadores", "trabajadores_buscados_data", "movimientos", "importaciones", "ajustes",
    "bitacora", "lotes",
)  # fmt: skip

# The check digits of the NSS and of the registro patronal by Luhn, by hand.
BAJA = CapturaMovimiento(
    tipo=TipoMovimiento.BAJA,
    registro_patronal="Y6077636105",
    nss="12345678903",
    primer_apellido="Muñoz",
    segundo_apellido="",
    nombres="Íñigo",
    fecha=date(2026, 3, 2),
    causa_baja="2",
)


@pytest.fixture
def movimientos(store: Store, bitacora: BitacoraService) -> Iterator[MovimientosService]:
    service = MovimientosService(store, bitacora)
    yield service
    service.close()


@pytest.fixture
def importacion(store: Store, bitacora: BitacoraService) -> Iterator[ImportacionMovimientosService]:
    service = ImportacionMovimientosService(store, bitacora)
    yield service
    service.close()


@pytest.fixture
def lotes(store: Store, bitacora: BitacoraService, movimientos: MovimientosService) -> LotesService:
    return LotesService(store, bitacora, movimientos)


@pytest.fixture
def plazos(store: Store, bitacora: BitacoraService) -> PlazosService:
    return PlazosService(store, bitacora)


Archivo = Callable[..., Path]


def write_archivo(path: Path, *records: MovimientoLeido, extra: bytes = b"") -> Path:
    lines = [linea_168(record) for record in records] + [linea_totales(len(records))]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode() + extra)
    return path


@pytest.fixture
def archivo(tmp_path: Path) -> Archivo:
    def write(*records: MovimientoLeido, name: str = "movimientos.txt", extra: bytes = b"") -> Path:
        return write_archivo(tmp_path / name, *records, extra=extra)

    return write


Apply = Callable[..., ResultadoImportacionMovimientos]


@pytest.fixture
def bring(importacion: ImportacionMovimientosService, sesion: Sesion) -> Apply:
    def apply(*paths: Path, **decision: bool) -> ResultadoImportacionMovimientos:
        preview = importacion.preview(sesion, paths, NoProgress())
        try:
            return importacion.apply(sesion, preview, Decision(**decision), NoProgress())
        finally:
            importacion.discard(preview)

    return apply


def contents(store: Store) -> dict[str, list[Any]]:
    """Everything that an import may touch, and the shape of its tables."""
    with store.read() as db:
        found = {
            table: [tuple(row) for row in db.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
            for table in TABLES
        }
        found["sqlite_master"] = [
            tuple(row)
            for row in db.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY 2"))
        ]
    return found


Papel = Callable[..., Path]


@pytest.fixture
def papel(tmp_path: Path) -> Papel:
    """Prints a constancia of these rows."""

    def write(*rows: RenglonConstancia, name: str = "constancia.pdf", **changes: object) -> Path:
        path = tmp_path / name
        path.write_bytes(printed(constancia(rows or THREE, **changes)))
        return path

    return write


@pytest.fixture
def constancias(store: Store, bitacora: BitacoraService) -> ConstanciasService:
    return ConstanciasService(store, bitacora)


@dataclass(frozen=True)
class Caso:
    """The services of movements over one store, and somebody who may use them."""

    store: Store
    sesion: Sesion
    bitacora: BitacoraService
    movimientos: MovimientosService
    plazos: PlazosService
    lotes: LotesService
    importacion: ImportacionMovimientosService
    constancias: ConstanciasService
    archivo: Archivo
    bring: Apply
    papel: Papel


@pytest.fixture
def caso(request: pytest.FixtureRequest) -> Caso:
    return Caso(**{each.name: request.getfixturevalue(each.name) for each in fields(Caso)})
