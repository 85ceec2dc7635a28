"""Three desktops do as they like, answers get lost, and all end alike; the seeds are fixed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Eleccion
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import Equipo, join_office
from tests.services.sincronizacion.recibir.test_pasos_movimientos import PRESENTADO, Mesa, mesa
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.tiers import long_cases

STEPS = 120


class Azar:
    """What a person at a desktop may do next."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.serial = 0

    def step(self, one: Mesa) -> None:
        kinds: list[Callable[[Mesa], None]] = [
            self._contratista, self._capturista, self._edit, self._baja, self._registro,
            self._edit_registro, self._delete_registro, self._capture, self._delete_movement,
            self._lote, self._send, self._answer, self._cancel, self._delete_capturista,
        ]  # fmt: skip
        self.random.choice(kinds)(one)

    def number(self) -> int:
        self.serial += 1
        return self.serial

    def pick(self, one: Mesa, kind: type) -> uuid.UUID | None:
        with one.equipo.store.read() as db:
            ids = sorted(db.scalars(select(kind.id)))  # type: ignore[attr-defined]
        return self.random.choice(ids) if ids else None

    def _contratista(self, one: Mesa) -> None:
        rfc = f"OFI0101{self.random.randrange(1, 4):02}AB1"
        with one.equipo.store.read() as db:
            known = db.scalar(select(ContratistaRow.id).where(ContratistaRow.rfc == rfc))
        if known is None:
            one.equipo.add_contratista(rfc, f"Empresa {self.number()}")

    def _capturista(self, one: Mesa) -> None:
        owner = self.pick(one, ContratistaRow)
        curp = f"FIDR9001{self.random.randrange(1, 9):02}MDFCMS01"
        with one.equipo.store.read() as db:
            known = db.scalar(
                select(RelacionRow.id).where(
                    RelacionRow.contratista_id == owner, RelacionRow.curp == curp
                )
            )
        if owner is not None and known is None:
            one.equipo.add_capturista(owner, curp, telefono=f"55{self.number():08}")

    def _edit(self, one: Mesa) -> None:
        row = self.pick(one, RelacionRow)
        if row is not None:
            campo = self.random.choice(["telefono", "correo", "nombres"])
            one.equipo.change(RelacionRow, row, **{campo: f"v{self.number()}"})

    def _baja(self, one: Mesa) -> None:
        row = self.pick(one, RelacionRow)
        if row is not None:
            estatus = self.random.choice(["Baja", "Activa", "Registrada"])
            one.equipo.change(RelacionRow, row, estatus=estatus)

    def _delete_capturista(self, one: Mesa) -> None:
        row = self.pick(one, RelacionRow)
        if row is not None and self.random.random() < 0.5:
            with one.equipo.store.write() as db:
                db.delete(db.get_one(RelacionRow, row))

    def _registro(self, one: Mesa) -> None:
        number = f"Y60776361{self.random.randrange(10, 30)}"
        with one.equipo.store.read() as db:
            used = [row[:10] for row in db.scalars(select(RegistroPatronalRow.registro_patronal))]
        if number[:10] not in used:
            one.equipo.add_registro(number, f"Razón {self.number()}")

    def _edit_registro(self, one: Mesa) -> None:
        row = self.pick(one, RegistroPatronalRow)
        if row is not None:
            one.equipo.change(RegistroPatronalRow, row, razon_social=f"Razón {self.number()}")

    def _delete_registro(self, one: Mesa) -> None:
        row = self.pick(one, RegistroPatronalRow)
        if row is not None and self.random.random() < 0.3:
            with one.equipo.store.write() as db:
                db.delete(db.get_one(RegistroPatronalRow, row))

    def _capture(self, one: Mesa) -> None:
        day = date(2026, 1, 1) + timedelta(days=self.random.randrange(55))
        with suppress(UserFacingError):  # a duplicate is refused
            one.capture_on(day)

    def _movements(self, one: Mesa) -> list[uuid.UUID]:
        with one.equipo.store.read() as db:
            found = db.execute(
                text("SELECT id FROM movimientos WHERE estado = 0 AND lote_id IS NULL ORDER BY id")
            ).scalars()
            return [uuid.UUID(bytes=row) for row in found]

    def _delete_movement(self, one: Mesa) -> None:
        found = self._movements(one)
        if found and self.random.random() < 0.5:
            one.movimientos.delete(one.equipo.sesion, [self.random.choice(found)])

    def _lote(self, one: Mesa) -> None:
        found = self._movements(one)
        if found:
            one.lote(*self.random.sample(found, min(len(found), 3)))

    def _with_lote(self, one: Mesa, act: Callable[[uuid.UUID], object]) -> None:
        row = self.pick(one, LoteRow)
        if row is not None:
            with suppress(UserFacingError):  # not from that state
                act(row)

    def _send(self, one: Mesa) -> None:
        self._with_lote(one, lambda row: one.lotes.mark_sent(one.equipo.sesion, row, PRESENTADO))

    def _answer(self, one: Mesa) -> None:
        act = self.random.choice([one.lotes.mark_received, one.lotes.mark_approved])
        self._with_lote(one, lambda row: act(one.equipo.sesion, row, PRESENTADO))

    def _cancel(self, one: Mesa) -> None:
        self._with_lote(one, lambda row: one.lotes.cancel(one.equipo.sesion, row))


def decide(equipos: list[Equipo]) -> None:
    for equipo in equipos:
        for conflicto in equipo.sync.conflicts(equipo.sesion):
            if conflicto.clase is ClaseConflicto.CHOQUE:
                equipo.sync.resolve(equipo.sesion, conflicto, Eleccion.VIGENTE)
                break


@pytest.mark.parametrize("seed", long_cases(range(4), {1, 2, 3}))
def test_all_end_alike_whatever_they_did(
    uno: Equipo, abrir: Abrir, memoria: Memoria, seed: int
) -> None:
    azar = Azar(seed)
    equipos = [uno, abrir("dos"), abrir("tres")]
    mesas = [mesa(equipo) for equipo in equipos]
    for at, cuenta in ((1, "dos"), (2, "tres")):
        for _ in range(6):  # they have data of their own when they join
            azar.step(mesas[at])
        join_office(uno, equipos[at], cuenta, str(at + 1))
    for _ in range(STEPS):
        one = azar.random.choice(mesas)
        azar.step(one)
        if azar.random.random() < 0.25:
            memoria.pierde_respuestas = azar.random.choice([0, 0, 1])
            one.equipo.round()
            memoria.pierde_respuestas = 0
    for _ in range(8):
        for equipo in equipos:
            said = equipo.round()
            assert said.motivo == ""
        decide(equipos)
    for equipo in equipos:
        assert equipo.sync.set_aside(equipo.sesion) == ()
        assert equipo.count("sincronizacion_salida") == 0
        assert equipo.count("sincronizacion_envios") == 0
    first = equipos[0].replica()
    for equipo in equipos[1:]:
        assert equipo.replica() == first
    for one in mesas:
        one.movimientos.close()
