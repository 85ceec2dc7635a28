"""Contracts and returns in an office: two desktops edit them apart and converge."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.trabajadores import TrabajadorContrato
from icsoe_desktop.domain.vigencias.obligaciones import of_the_contratista
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.informativa.sisub import obligaciones_of, presented_periods
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from icsoe_desktop.services.tablero.capturista import pendiente_of
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.mundo import PDF
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.test_pasos import meet

NP = NoProgress()


class Mesa:
    """The Informativa on one desktop of the office."""

    def __init__(self, equipo: Equipo, contratista: uuid.UUID) -> None:
        bitacora = BitacoraService(equipo.store)
        self.equipo = equipo
        self.contratos = ContratosService(equipo.store, bitacora)
        self.informativas = InformativasService(equipo.store, bitacora)
        self.sesion = Sesion(Rol.CONTRATISTA, contratista, "Obras Ficticias", contratista)

    def conflicts(self) -> list[tuple[str, str, str]]:
        found = self.equipo.sync.conflictos.all(self.equipo.sesion)
        return [(one.campo, one.vigente, one.perdido) for one in found]

    def workers(self, contrato_id: uuid.UUID) -> tuple[TrabajadorContrato, ...]:
        return self.contratos.workers(self.sesion, contrato_id).filas

    def edit(self, contrato_id: uuid.UUID, **cambios: Any) -> None:
        datos = self.contratos.get(self.sesion, contrato_id).datos
        self.contratos.save(self.sesion, replace(datos, **cambios), contrato_id)


@pytest.fixture
def mesas(uno: Equipo, dos: Equipo) -> tuple[Mesa, Mesa]:
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    return Mesa(uno, contratista), Mesa(dos, contratista)


@pytest.fixture
def shared(mesas: tuple[Mesa, Mesa]) -> uuid.UUID:
    """A contract with twenty workers, on both desktops."""
    one, other = mesas
    contrato_id = one.contratos.save(one.sesion, contrato(1))
    one.contratos.save_workers(one.sesion, contrato_id, filas(20))
    meet(one.equipo, other.equipo)
    return contrato_id


def test_a_contract_arrives_whole_with_its_workers_contratante_and_folio(
    mesas: tuple[Mesa, Mesa], shared: uuid.UUID
) -> None:
    one, other = mesas
    assert list(other.workers(shared)) == filas(20)
    for read in ("get", "workers"):
        here, there = (getattr(mesa.contratos, read)(mesa.sesion, shared) for mesa in mesas)
        assert here == there
    assert one.contratos.folios(one.sesion) == other.contratos.folios(other.sesion)
    assert other.conflicts() == []


def test_of_two_lists_of_workers_the_loser_is_told_by_its_differences(
    mesas: tuple[Mesa, Mesa], shared: uuid.UUID
) -> None:
    one, other = mesas
    rows = filas(22)
    one.contratos.save_workers(one.sesion, shared, rows[:21])
    other.contratos.save_workers(other.sesion, shared, [*rows[:20], rows[21]])
    meet(one.equipo, other.equipo)
    expected = (
        "Trabajadores",
        f"21 trabajadores; sólo aquí: {rows[21].nss} {rows[21].sbc}",
        f"21 trabajadores; sólo aquí: {rows[20].nss} {rows[20].sbc}",
    )
    for mesa in mesas:
        assert mesa.conflicts() == [expected]
        assert list(mesa.workers(shared)) == [*rows[:20], rows[21]]
    (conflicto,) = other.equipo.sync.conflictos.all(other.equipo.sesion)
    other.equipo.sync.conflictos.resolve(other.equipo.sesion, conflicto, Eleccion.PERDIDO)
    meet(one.equipo, other.equipo)
    for mesa in mesas:
        assert list(mesa.workers(shared)) == rows[:21]
        assert mesa.contratos.rows(mesa.sesion)[0].trabajadores == 21


def said_of(mesa: Mesa, tmp_path: Path) -> dict[str, bool]:
    """Whether page, boards, Vigencias, calendar and mails of a desktop say that it is due."""
    hoy = mesa.informativas.today()
    with mesa.equipo.store.read() as db:
        row = db.get_one(ContratistaRow, mesa.sesion.contratista_id)
        board = pendiente_of(db, row, hoy)
        owed = of_the_contratista(hoy, row.nombre, obligaciones_of(db, row, hoy))
        mail = PERIODO not in presented_periods(db, row)
    mesa.informativas.save_calendar(mesa.sesion, tmp_path / "plazos.ics")
    return {
        "page": not mesa.informativas.tablero(mesa.sesion).presentada,
        "board": not board.hecha,
        "vigencias": "icsoe-2026-09" in {one.clave for one in owed},
        "calendar": "icsoe-2026-09" in (tmp_path / "plazos.ics").read_text(),
        "mail": mail,
    }


def test_what_one_desktop_presented_no_edit_of_another_undoes(
    mesas: tuple[Mesa, Mesa], shared: uuid.UUID, tmp_path: Path
) -> None:
    one, other = mesas
    informativa = one.informativas.create(one.sesion, PERIODO, TipoInformativa.NORMAL)
    meet(one.equipo, other.equipo)
    later = lambda: datetime(2027, 1, 12, 18, tzinfo=UTC)  # noqa: E731
    one.equipo.store.clock = later  # type: ignore[method-assign]
    for estado in (EstadoInformativa.REVISADA, EstadoInformativa.LISTA):
        one.informativas.mark(one.sesion, informativa, estado, NP)
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(PDF)
    one.informativas.save_acuse(
        one.sesion, informativa, acuse, folio="N1", presentada=later(), contratos=1
    )
    other.informativas.declare(other.sesion, informativa, 7)
    other.equipo.store.clock = later  # type: ignore[method-assign]
    for mesa in mesas:
        with mesa.equipo.store.write() as db:
            # No period before this one was anybody's duty here.
            row = db.get_one(ContratistaRow, mesa.sesion.contratista_id)
            row.creado = datetime(2026, 12, 1, tzinfo=UTC)
    before = said_of(other, tmp_path)
    assert before == dict.fromkeys(before, True)
    meet(one.equipo, other.equipo)
    for mesa in mesas:
        after = said_of(mesa, tmp_path)
        assert after == dict.fromkeys(after, False)
    for mesa in mesas:
        (fila,) = mesa.informativas.tablero(mesa.sesion).filas
        assert fila.estado is EstadoInformativa.PRESENTADA
    sheets = [mesa.informativas.salida(mesa.sesion, informativa).bloques for mesa in mesas]
    assert sheets[0] == sheets[1]


def test_a_deleted_contract_goes_everywhere_unless_somebody_edited_it(
    mesas: tuple[Mesa, Mesa], shared: uuid.UUID
) -> None:
    one, other = mesas
    second = one.contratos.save(one.sesion, contrato(2))
    meet(one.equipo, other.equipo)
    one.contratos.delete(one.sesion, second)
    one.contratos.delete(one.sesion, shared)
    other.edit(shared, objeto="Sigue")
    meet(one.equipo, other.equipo)
    for mesa in mesas:
        (row,) = mesa.contratos.rows(mesa.sesion)
        assert row.id == shared
        assert mesa.contratos.get(mesa.sesion, shared).datos.objeto == "Sigue"
        assert list(mesa.workers(shared)) == filas(20)
