"""A backup brings back what was there, and whatever is none of ours is refused."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.arranque.apertura import ALL_MISSING, build_restauracion, open_data
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.gateways.respaldo import archivo as archivo_respaldo
from icsoe_desktop.gateways.respaldo import cabecera as cabecera_respaldo
from icsoe_desktop.gateways.respaldo.archivo import read_header
from icsoe_desktop.gateways.respaldo.cabecera import NEWER, BackupError, BackupPasswordError
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.respaldo.restauracion import backup_folders, find_backups, newest_good
from tests.conftest import MemoryKeyring, Reloj
from tests.services.respaldo.con_respaldo import CLAVE, CONTRASENA, REGISTROS, Oficina


def _noise(path: Path) -> None:
    path.write_bytes(hashlib.shake_128(b"3").digest(path.stat().st_size))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [_noise, _cut, Path.unlink], ids=["noise", "cut", "deleted"])
def test_a_harmed_store_is_recognised_and_comes_back(
    oficina: Oficina, respaldo: Path, harm: object
) -> None:
    assert callable(harm)
    harm(oficina.folder.store)
    with pytest.raises(StoreDamagedError):
        oficina.open()
    kept = oficina.restore(respaldo)
    assert oficina.names() == [REGISTROS["razon_social"]]
    assert (kept / "llaves.json").exists()


def test_a_folder_that_lost_store_and_keys_is_no_first_start(oficina: Oficina) -> None:
    oficina.folder.backups.mkdir(exist_ok=True)
    ruta = oficina.folder.backups / "mio.icsoe-respaldo"
    oficina.back_up(ruta)
    oficina.folder.store.unlink()
    oficina.folder.envelope.unlink()
    with pytest.raises(StoreDamagedError) as caught:
        oficina.open()
    assert caught.value.message == ALL_MISSING
    oficina.restore(ruta)
    assert len(oficina.names()) == 1


@pytest.fixture
def other(respaldo: Path, tmp_path: Path, reloj: Reloj) -> DataFolder:
    """Another machine with the restored data."""
    folder = DataFolder(tmp_path / "otro")
    folder.root.mkdir()
    service = build_restauracion(folder, MemoryKeyring(), reloj)
    service.restore(respaldo, CLAVE)
    service.finish()
    return folder


def test_another_machine_opens_the_restored_data_by_the_users_password(
    oficina: Oficina, other: DataFolder, reloj: Reloj
) -> None:
    app = open_application(other, Unlock(contrasena=CONTRASENA), MemoryKeyring(), reloj)
    assert len(app.registros_patronales.all(oficina.sesion)) == 1
    app.close()


def test_a_password_that_opens_the_data_logs_its_user_in_only_when_asked(
    oficina: Oficina, other: DataFolder, reloj: Reloj
) -> None:
    only_data = Unlock(contrasena=CONTRASENA)
    for unlock, who in ((only_data, None), (replace(only_data, ingresar=True), oficina.sesion)):
        datos = open_data(other, unlock, MemoryKeyring(), reloj)
        datos.store.close()
        entering = datos.por_ingresar
        assert (entering and entering.id) == (who and who.usuario_id)


def test_a_restore_brings_back_that_day_and_keeps_this_one(
    oficina: Oficina, respaldo: Path
) -> None:
    with oficina.open() as app:
        app.registros_patronales.add(
            oficina.sesion,
            registro_patronal="A0712345104",
            razon_social="Otra SA",
            rfc="EKU9003173C9",
        )
        vista = app.respaldo.preview(oficina.sesion, respaldo, CLAVE)
        assert dict(vista.conteos)["registros_patronales"] == 1
        assert vista.creado == oficina.reloj.now
        kept = app.respaldo.restore(oficina.sesion, vista, CLAVE)
    with pytest.raises(UserFacingError):
        oficina.open()  # a restore waits: nothing may open the old one any more
    build_restauracion(oficina.folder, oficina.keyring, oficina.reloj).finish()
    assert len(oficina.names()) == 1
    for name in ("icsoe.db", "llaves.json"):
        shutil.copy(kept / name, oficina.folder.root / name)
    assert len(oficina.names()) == 2


def test_a_wrong_password_changes_nothing(oficina: Oficina, respaldo: Path) -> None:
    with pytest.raises(BackupPasswordError):
        oficina.restore(respaldo, "Otra.Cosa.Distinta")
    assert len(oficina.names()) == 1
    assert not list(oficina.folder.root.glob(".restaurando-*"))


def test_a_backup_of_a_newer_program_is_told(
    oficina: Oficina, respaldo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(cabecera_respaldo, "FORMAT_VERSION", 2)
        with oficina.open() as app:
            app.respaldo.create(oficina.sesion, respaldo, CLAVE)
    with pytest.raises(BackupError) as caught:
        oficina.restore(respaldo)
    assert caught.value.message == NEWER


@given(data=st.data())
def test_a_damaged_backup_is_refused_and_nothing_else(
    respaldo: Path, oficina: Oficina, data: st.DataObject
) -> None:
    whole = bytearray(respaldo.read_bytes())
    harmed = respaldo.with_name("danado.icsoe-respaldo")
    at = data.draw(st.integers(0, len(whole) - 1))
    match data.draw(st.sampled_from(["cut", "flip", "insert"])):
        case "cut":
            del whole[at:]
        case "flip":
            whole[at] ^= data.draw(st.integers(1, 255))
        case _:
            whole[at:at] = data.draw(st.binary(min_size=1, max_size=40))
    harmed.write_bytes(whole)
    service = build_restauracion(oficina.folder, oficina.keyring, oficina.reloj)
    with pytest.raises(BackupError):
        service.restore(harmed, CLAVE)
    assert not service.waiting


@given(noise=st.binary(max_size=300), magic=st.booleans())
def test_noise_is_no_backup(tmp_path: Path, noise: bytes, magic: bool) -> None:
    path = tmp_path / "ruido.icsoe-respaldo"
    path.write_bytes((archivo_respaldo.MAGIC if magic else b"") + noise)
    with pytest.raises(BackupError):
        read_header(path)


def test_a_backup_of_a_clock_that_was_ahead_is_offered_last(
    oficina: Oficina, tmp_path: Path, reloj: Reloj
) -> None:
    ahead, newest = tmp_path / "a.icsoe-respaldo", tmp_path / "b.icsoe-respaldo"
    reloj.advance(hours=24 * 40)
    oficina.back_up(ahead)
    reloj.advance(hours=-24 * 40)
    oficina.back_up(newest)
    found = find_backups(tmp_path)
    assert [one.ruta for one in found] == [ahead, newest]
    offered = newest_good(found, clock=reloj)
    assert offered is not None
    assert offered.ruta == newest


def test_a_folder_of_backups_is_remembered_without_the_store(
    oficina: Oficina, tmp_path: Path
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    oficina.back_up(usb / "mio.icsoe-respaldo")
    for name in ("icsoe.db", "llaves.json"):
        (oficina.folder.root / name).unlink()
    with pytest.raises(StoreDamagedError) as caught:
        oficina.open()
    assert caught.value.message == ALL_MISSING
    (found,) = find_backups(*backup_folders(oficina.folder.backups))
    assert found.ruta == usb / "mio.icsoe-respaldo"
    # A disk that was taken out is no backup, and no trouble.
    shutil.rmtree(usb)
    assert find_backups(*backup_folders(oficina.folder.backups)) == ()
