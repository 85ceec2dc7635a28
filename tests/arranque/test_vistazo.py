"""The first look at the data: what it tells, and what it leaves to apertura."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from icsoe_desktop.arranque.apertura import open_data
from icsoe_desktop.arranque.vistazo import look
from icsoe_desktop.errors import StoreLockedError
from icsoe_desktop.gateways.respaldo.swap import WAITING
from icsoe_desktop.store.first_look import UsuariosConocidos
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import usuario_nuevo
from tests.services.respaldo.con_respaldo import Oficina
from tests.support.dobles import NoLlavero


@pytest.fixture
def oficina(tmp_path: Path, reloj: Reloj) -> Oficina:
    return Oficina(tmp_path / "datos", reloj)


A_USER = UsuariosConocidos("a@ejemplo.mx", True, False)


def seen(oficina: Oficina) -> UsuariosConocidos | None:
    found = look(oficina.folder, oficina.keyring)
    if found is None:
        return None
    found.connection.close()
    return found.usuarios


def files(oficina: Oficina) -> dict[str, bytes]:
    root = oficina.folder.root
    return {str(one): one.read_bytes() for one in root.rglob("*") if one.is_file()}


def test_it_knows_the_users_as_the_service_does(oficina: Oficina) -> None:
    told = []
    with oficina.open() as app:
        told.append((app.acceso.default_usuario(), app.acceso.any_usuario()))
    assert seen(oficina) == UsuariosConocidos(*told[0], False) == A_USER
    with oficina.open() as app:
        otro = app.usuarios.register(oficina.sesion, usuario_nuevo("b@ejemplo.mx")).sesion
        assert app.acceso.default_usuario() == ""
    assert seen(oficina) == UsuariosConocidos("", True, False)
    with oficina.open() as app:
        assert oficina.sesion.usuario_id is not None
        app.usuarios.disable(otro, oficina.sesion.usuario_id)
    assert seen(oficina) == UsuariosConocidos("b@ejemplo.mx", True, False)


def test_its_connection_has_the_settings_of_every_other_and_becomes_the_stores_first(
    oficina: Oficina,
) -> None:
    settings = ("synchronous", "foreign_keys", "recursive_triggers", "journal_mode", "temp_store")
    found = look(oficina.folder, oficina.keyring)
    assert found is not None
    opened = open_data(oficina.folder, None, oficina.keyring, oficina.reloj, seen=found)
    try:
        with opened.store.engine.connect() as first, opened.store.engine.connect() as second:
            assert first.connection.driver_connection is found.connection
            of_each = [
                [one.execute(text(f"PRAGMA {name}")).scalar() for name in settings]
                for one in (first, second)
            ]
        assert of_each == [[2, 1, 1, "wal", 2]] * 2
        assert opened.acceso.default_usuario() == "a@ejemplo.mx"
    finally:
        opened.store.close()


def test_a_folder_without_data_is_left_as_it_is(oficina: Oficina, tmp_path: Path) -> None:
    empty = replace(oficina.folder, root=tmp_path / "vacía")
    assert look(empty, oficina.keyring) is None
    assert not empty.root.exists()


@pytest.mark.parametrize("missing", ["icsoe.db", "llaves.json"])
def test_missing_files_are_left_to_the_opening_that_says_so(oficina: Oficina, missing: str) -> None:
    (oficina.folder.root / missing).unlink()
    before = files(oficina)
    assert seen(oficina) is None
    assert files(oficina) == before


def test_a_restoration_that_waits_is_finished_before_anything_is_opened(oficina: Oficina) -> None:
    (oficina.folder.root / WAITING).mkdir()
    before = files(oficina)
    assert seen(oficina) is None
    assert files(oficina) == before


@pytest.mark.parametrize("cut", [0, 100, 4096, 5 * 4096])
def test_a_damaged_store_is_left_to_the_opening_that_offers_a_backup(
    oficina: Oficina, cut: int
) -> None:
    store = oficina.folder.store
    store.write_bytes(store.read_bytes()[:cut])
    assert seen(oficina) is None


def test_an_older_schema_is_left_to_its_migration(oficina: Oficina) -> None:
    with oficina.open() as app, app.usuarios._store.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0014'"))
    assert seen(oficina) is None


def test_a_plain_database_in_the_stores_place_is_not_read(oficina: Oficina) -> None:
    oficina.folder.store.unlink()
    plain = sqlite3.connect(oficina.folder.store)
    plain.execute("CREATE TABLE usuarios (correo, habilitado)")
    plain.close()
    assert seen(oficina) is None


def test_without_the_key_the_password_is_asked_for_at_once(oficina: Oficina) -> None:
    with pytest.raises(StoreLockedError):
        look(oficina.folder, NoLlavero())
    with pytest.raises(StoreLockedError):
        look(oficina.folder, MemoryKeyring())
