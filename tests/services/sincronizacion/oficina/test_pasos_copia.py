"""Two programs over copies of one disk: each is told, and one enters as a member of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Luz
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.equipos import QUIET, Equipo, Reloj, join_office, open_again
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

REGISTRO = "Y6077636105"


@contextmanager
def copied(dos: Equipo, folder: Path) -> Iterator[Equipo]:
    """The disk of `dos`, copied while a change of it waits to be sent."""
    dos.add_registro(REGISTRO, "Esperaba cuando se copió")
    file = folder / "copia.db"
    for end in ("", "-wal"):
        there = dos.file.with_name(dos.file.name + end)
        if there.exists():
            file.with_name(file.name + end).write_bytes(there.read_bytes())
    clock = Reloj(dos.reloj.now)
    with closing(Store(open_engine(file, dos.store.key), dos.store.key, clock)) as store:
        sync = SincronizacionService(store, BitacoraService(store), dos.conectar, lambda *_: ())
        yield Equipo("copia", store, sync, dos.sesion, dos.conectar, file, clock)


@pytest.fixture
def copia(dos: Equipo, tmp_path: Path) -> Iterator[Equipo]:
    with copied(dos, tmp_path) as equipo:
        yield equipo


def only_row_of(equipo: Equipo) -> uuid.UUID:
    with equipo.store.read() as db:
        return db.scalars(select(RegistroPatronalRow.id)).one()


def test_a_copy_is_told_enters_as_a_member_of_its_own_and_outlives_the_removal_of_the_other(
    uno: Equipo, dos: Equipo, copia: Equipo, memoria: Memoria
) -> None:
    open_again(dos, copia)
    meet(dos, copia, uno)
    assert [one.sync.state().duplicado for one in (dos, copia)] == [False, False]
    row = only_row_of(dos)
    dos.change(RegistroPatronalRow, row, razon_social="De dos")
    meet(dos, copia)
    copia.change(RegistroPatronalRow, row, rfc="OFI020202AB2")
    meet(copia, dos, uno)
    for equipo in (dos, copia):
        assert (equipo.sync.state().duplicado, equipo.sync.state().luz) == (True, Luz.ATENCION)
    assert not uno.sync.state().duplicado

    copia.add_registro("Y3926552104", "Esperaba en la copia")
    cuenta, password = memoria.account()
    assert join_office(uno, copia, cuenta, password).motivo == ""
    meet(uno, copia, dos)
    assert not copia.sync.state().duplicado
    assert copia.sync.state().cuenta == cuenta
    assert uno.replica() == dos.replica() == copia.replica()
    with uno.store.read() as db:
        names = set(db.scalars(select(RegistroPatronalRow.razon_social)))
    assert names == {"De dos", "Esperaba en la copia"}
    for equipo in (uno, dos, copia):
        assert equipo.conflicts() == ()
        assert equipo.count("sincronizacion_salida") == 0

    theirs = {one.cuenta: one.id for one in uno.sync.miembros.all(uno.sesion, QUIET)}
    assert set(theirs) == {"uno", "dos", cuenta}
    uno.sync.miembros.remove(uno.sesion, theirs["dos"], QUIET)
    copia.change(RegistroPatronalRow, row, rfc="OFI030303AB3")
    meet(copia, uno)
    assert (dos.round().motivo != "", copia.sync.state().detenida) == (True, False)
    assert uno.replica() == copia.replica()


def test_a_disk_that_was_restored_is_no_copy(uno: Equipo, dos: Equipo, copia: Equipo) -> None:
    meet(dos, uno)
    row = only_row_of(dos)
    dos.change(RegistroPatronalRow, row, razon_social="Después del respaldo")
    meet(dos, uno)
    open_again(copia)  # in place of the other one, which is gone
    meet(copia, uno)
    copia.change(RegistroPatronalRow, row, rfc="OFI020202AB2")
    meet(copia, uno, copia)
    assert not copia.sync.state().duplicado
    assert uno.replica() == copia.replica()


def test_nobody_else_enters_a_second_office(uno: Equipo, dos: Equipo, memoria: Memoria) -> None:
    cuenta, password = memoria.account()
    with pytest.raises(UserFacingError, match="ya comparte"):
        join_office(uno, dos, cuenta, password)
