"""Hostile backups at every entrance: refused, with nothing changed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.respaldo.archivo import check_backup, read_header
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.services.respaldo.restauracion import RestauracionService, find_backups
from tests.conftest import MemoryKeyring, Reloj
from tests.hostiles.certificados import sin_fin
from tests.hostiles.respaldos import CLAVE, bueno, respaldos
from tests.support import ordenes, plantillas

STORE = plantillas.empty()
KEY, OCTETOS = STORE.made, STORE.files["icsoe.db"]


class Costos:
    """Argon2id without its cost, which is counted."""

    def __init__(self) -> None:
        self.asked: list[argon2.Cost] = []

    def derive(
        self, secret: bytes, *, salt: bytes, length: int, cost: argon2.Cost = argon2.COST
    ) -> bytes:
        self.asked.append(cost)
        return hashlib.blake2b(secret + salt, digest_size=length).digest()


@pytest.fixture(autouse=True)
def costos(monkeypatch: pytest.MonkeyPatch) -> Costos:
    found = Costos()
    monkeypatch.setattr(argon2, "derive", found.derive)
    return found


@pytest.fixture
def service(tmp_path: Path, keyring: MemoryKeyring, reloj: Reloj) -> RestauracionService:
    folder = tmp_path / "datos"
    folder.mkdir()
    return RestauracionService(folder / "icsoe.db", folder / "llaves.json", keyring, reloj)


def everything_in(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_the_backup_that_the_others_are_made_of_is_restored(
    service: RestauracionService, tmp_path: Path
) -> None:
    path = tmp_path / "bueno.icsoe-respaldo"
    path.write_bytes(bueno(KEY, OCTETOS))
    service.restore(path, CLAVE)


def test_a_hostile_backup_is_refused_and_nothing_is_written(
    service: RestauracionService,
    tmp_path: Path,
    costos: Costos,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clave = tmp_path / "clave"
    clave.write_text(CLAVE)
    folder = tmp_path / "otra"
    folder.mkdir()
    seen = 0
    for name, octets in respaldos(KEY, OCTETOS):
        path = folder / "uno.icsoe-respaldo"
        path.write_bytes(octets)
        before = everything_in(tmp_path)
        costos.asked.clear()
        find_backups(folder)
        with pytest.raises(UserFacingError):
            service.restore(path, CLAVE)
        # A change of the envelope is found at the last step: the rest of the file is good.
        assert len(costos.asked) <= 2, name
        assert all(cost.is_affordable for cost in costos.asked), name
        code = ordenes.run(
            "respaldo",
            "verificar",
            str(path),
            "--json",
            "--contrasena-archivo",
            str(clave),
            "--datos",
            str(tmp_path / "datos"),
        )
        shown = capsys.readouterr()
        said = json.loads(shown.out)
        assert shown.err == "", name
        assert (code, said["error"] is not None) in {(0, False), (1, True)}, name
        assert everything_in(tmp_path) == before, name
        seen += 1
    assert seen > 55


@pytest.mark.skipif(os.name == "nt", reason="Windows no tiene tubos con nombre")
def test_a_backup_that_is_no_file_is_refused_at_once(
    service: RestauracionService, tmp_path: Path
) -> None:
    folder = tmp_path / "otra"
    folder.mkdir()
    for name, path in sin_fin(folder).items():
        for ask in (
            lambda path=path: read_header(path),
            lambda path=path: check_backup(path, None, NoProgress()),
            lambda path=path: service.preview(path, CLAVE),
        ):
            with pytest.raises(UserFacingError):
                ask()
        link = folder / f"{name}.icsoe-respaldo"
        if "\0" not in str(path) and len(path.name) < 200:
            link.symlink_to(path)
    assert find_backups(folder) == ()
