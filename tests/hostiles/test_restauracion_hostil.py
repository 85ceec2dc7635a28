"""Backups that are whole and open with their password, and yet come from somebody hostile."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.gateways.respaldo.archivo import (
    FILE,
    MAX_REMEMBERED,
    BackupFolders,
    write_backup,
)
from icsoe_desktop.gateways.respaldo.cabecera import (
    BackupError,
    BackupHeader,
    WrappedKey,
    seal_contenido,
)
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.respaldo.restauracion import RestauracionService
from icsoe_desktop.store.connection import RawConnection, open_raw
from icsoe_desktop.store.copies import COUNTED
from icsoe_desktop.store.migrations import HEAD
from tests.conftest import MemoryKeyring, Reloj
from tests.hostiles.certificados import sin_fin
from tests.hostiles.respaldos import CLAVE
from tests.support.progreso import StopAfter

KEY = DataKey(bytes(range(32)))
BASE = "00112233445566778899aabbccddeeff"
VERSION = "CREATE TABLE alembic_version(version_num TEXT)"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


def empty(raw: RawConnection) -> None:
    """A database that names our version and has nothing else."""


def other_columns(raw: RawConnection) -> None:
    for table in COUNTED:
        raw.execute(f"CREATE TABLE {table}(id INTEGER, nada TEXT)")


def views_for_tables(raw: RawConnection) -> None:
    for table in COUNTED:
        raw.execute(f"CREATE VIEW {table} AS SELECT 1 AS id WHERE 0")


@pytest.fixture
def service(tmp_path: Path, reloj: Reloj) -> RestauracionService:
    folder = tmp_path / "datos"
    folder.mkdir()
    return RestauracionService(folder / "icsoe.db", folder / "llaves.json", MemoryKeyring(), reloj)


@pytest.fixture
def forge(tmp_path: Path, reloj: Reloj) -> Callable[..., Path]:
    """Writes a backup as the program would, around any database."""

    def write(
        fill: Callable[[RawConnection], None],
        counts: dict[str, int] | None = None,
        esquema: str = HEAD,
    ) -> Path:
        database = tmp_path / f"{secrets.token_hex(4)}.db"
        raw = open_raw(database, KEY)
        raw.execute(VERSION)
        raw.execute("INSERT INTO alembic_version VALUES (?)", (esquema,))
        fill(raw)
        raw.close()
        header = BackupHeader(
            BASE,
            reloj(),
            esquema,
            WrappedKey.wrap(KEY, CLAVE, BASE),
            {"version": 1, "base": BASE, "sal": "A" * 22 + "==", "ranuras": []},
            seal_contenido(KEY, BASE, counts if counts is not None else {}),
            database.stat().st_size,
        )
        path = tmp_path / "ajeno.icsoe-respaldo"
        write_backup(path, header, KEY, database, NoProgress())
        return path

    return write


@pytest.mark.parametrize("fill", [empty, other_columns, views_for_tables])
def test_a_database_that_is_no_store_of_ours_never_takes_the_place_of_one(
    service: RestauracionService,
    forge: Callable[..., Path],
    tmp_path: Path,
    fill: Callable[[RawConnection], None],
) -> None:
    counts = {} if fill is empty else dict.fromkeys(COUNTED, 0)
    path = forge(fill, counts)
    assert service.preview(path, CLAVE).ruta == path
    with pytest.raises(StoreDamagedError, match="Sus datos actuales no se tocaron"):
        service.restore(path, CLAVE)
    assert list((tmp_path / "datos").iterdir()) == []


@pytest.mark.parametrize(
    ("esquema", "said"),
    [
        ("0017", "anterior a la 1.0.0, y este programa no lo restaura"),
        ("v1_9999", "más nueva del programa. Sus datos actuales no se tocaron. Actualice"),
    ],
)
def test_a_backup_of_another_program_is_refused_and_left_alone(
    service: RestauracionService,
    forge: Callable[..., Path],
    tmp_path: Path,
    esquema: str,
    said: str,
) -> None:
    path = forge(empty, {}, esquema)
    before = path.read_bytes()
    for act in (service.preview, service.restore):
        with pytest.raises(BackupError, match=said):
            act(path, CLAVE)
    assert path.read_bytes() == before
    assert list((tmp_path / "datos").iterdir()) == []


def test_a_count_without_end_can_be_cancelled(
    service: RestauracionService, forge: Callable[..., Path], tmp_path: Path
) -> None:
    path = forge(lambda raw: raw.execute(f"CREATE VIEW usuarios AS {ENDLESS}") and None)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        service.restore(path, CLAVE, StopAfter(1.5))
    assert time.monotonic() - began < 30
    assert list((tmp_path / "datos").iterdir()) == []


@pytest.mark.parametrize("count", [-1, 2**63, 10**4000])
def test_a_count_that_no_database_has_is_damage(
    service: RestauracionService, forge: Callable[..., Path], count: int
) -> None:
    """The window would show four thousand digits in one line."""
    with pytest.raises(UserFacingError):
        service.preview(forge(empty, {"usuarios": count}), CLAVE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'"/"',
        b"[" * 200_000,
        b"\xff\xfe",
        json.dumps(["relativa", "..", "", "\ud800", "a\0b", 7, None, ["/"], {}]).encode(),
        b"[" + b'"/x",' * 400_000 + b'"/y"]',
    ],
)
def test_remembered_folders_that_somebody_else_wrote_name_nothing(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert BackupFolders(tmp_path / "respaldos").all() == (tmp_path / "respaldos",)


def test_of_many_remembered_folders_only_the_first_are_looked_into(tmp_path: Path) -> None:
    names = [str(tmp_path / f"carpeta {number}") for number in range(5_000)]
    (tmp_path / FILE).write_text(json.dumps(names))
    found = BackupFolders(tmp_path / "respaldos").all()
    assert [str(one) for one in found[1:]] == names[:MAX_REMEMBERED]


@pytest.mark.skipif(os.name == "nt", reason="Windows no tiene tubos con nombre")
def test_remembered_folders_that_are_no_file_hold_nobody(tmp_path: Path) -> None:
    for path in sin_fin(tmp_path).values():
        if "\0" in str(path) or len(path.name) > 200:
            continue
        (tmp_path / FILE).unlink(missing_ok=True)
        (tmp_path / FILE).symlink_to(path)
        assert BackupFolders(tmp_path / "respaldos").all() == (tmp_path / "respaldos",)
