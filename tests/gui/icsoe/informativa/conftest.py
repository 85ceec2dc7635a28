"""A contratista with an own registro patronal for each contract, and movements in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks.datos import linea_168, linea_totales
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.importacion.valores import Decision
from tests.conftest import Reloj
from tests.services.importacion.importados import ALTA

REGISTROS = ("Y6077636105", "A0000000000", "B1234567890")


@pytest.fixture
def reloj() -> Reloj:
    reloj = Reloj()
    reloj.now = datetime(2027, 1, 12, 18, 0, tzinfo=UTC)
    return reloj


@pytest.fixture
def movimientos(
    application: Application, sesion: Sesion, contratista: Sesion, tmp_path: Path
) -> list[str]:
    """Forty altas in each of three registros patronales with the contratista's RFC: 120 NSS."""
    for registro in REGISTROS:
        application.registros_patronales.add(
            sesion,
            registro_patronal=registro,
            razon_social="TORNILLOS Y BIRLOS SA DE CV",
            rfc="TBI990101QX5",
        )
    people = trabajadores(120)
    for at, registro in enumerate(REGISTROS):
        lines = [
            linea_168(
                ALTA._replace(
                    registro_patronal=registro,
                    nss=each.nss,
                    curp=each.curp,
                    primer_apellido=each.primer_apellido[:27],
                    segundo_apellido=each.segundo_apellido[:27],
                    nombres=each.nombres[:27],
                    fecha=date(2026, 2, 10),
                    sbc=412_50,
                )
            )
            for each in people[at * 40 : at * 40 + 40]
        ]
        path = tmp_path / f"altas_{at}.txt"
        text = "".join(f"{line}\r\n" for line in [*lines, linea_totales(40)])
        path.write_bytes(text.encode())
        service = application.importacion_movimientos
        preview = service.preview(sesion, [path], NoProgress())
        try:
            service.apply(sesion, preview, Decision(), NoProgress())
        finally:
            service.discard(preview)
    return [each.nss for each in people]
