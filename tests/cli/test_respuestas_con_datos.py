"""Commands that open data, under real failures: locked data, wrong password, unreadable files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.movimientos.test_cli_movimientos import CORREO, RECORDS, folder_with_user, write
from tests.conftest import MemoryKeyring
from tests.support import ordenes
from tests.support.dobles import NoLlavero
from tests.support.respuesta_json import error_of

OPENING = {
    "movimientos importar": ["{0}/m.txt", "--usuario", CORREO],
    "movimientos exportar": ["{0}/s.xlsx"],
    "movimientos generar": [
        "{0}/s.txt", "--registro-patronal", "Y1234567109", "--tipo", "08", "--usuario", CORREO,
    ],
    "movimientos exportar-sua": [
        "--desde", "2026-11-01", "--hasta", "2026-11-30", "--carpeta", "{0}",
    ],
    "movimientos modificar-salarios": ["--razon", "minimo", "--usuario", CORREO],
    "sincronizar": [],
    "bitacora verificar": [],
}  # fmt: skip


def failed(
    folder: Path, orden: str, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, str]:
    words = [word.format(folder) for word in (*OPENING[orden], *more)]
    status = ordenes.run(*orden.split(), *words, "--json", "--datos", str(folder / "datos"))
    shown = capsys.readouterr()
    assert shown.err == ""
    return status, error_of(shown.out)


@pytest.mark.parametrize("orden", OPENING)
@pytest.mark.expects_log
def test_data_that_nobody_unlocks_and_a_wrong_password(
    orden: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = folder_with_user(tmp_path, monkeypatch, NoLlavero())
    write(folder / "m.txt", *RECORDS)
    needs_user = "--usuario" in OPENING[orden]
    nobody = "falta_contrasena" if needs_user else "datos_bloqueados"
    assert failed(folder, orden, capsys) == (1, nobody)
    wrong = ("--contrasena-archivo", "{0}/mala.txt")
    assert failed(folder, orden, capsys, *wrong)[0] == 1
    absent = ("--contrasena-archivo", "{0}/nada.txt")
    assert failed(folder, orden, capsys, *absent) == (1, "contrasena_ilegible")


@pytest.mark.expects_log
def test_a_wrong_password_of_a_user_is_refused_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with_user(tmp_path, monkeypatch, MemoryKeyring())
    write(folder / "m.txt", *RECORDS)
    wrong = ("--contrasena-archivo", "{0}/mala.txt")
    assert failed(folder, "movimientos importar", capsys, *wrong) == (1, "acceso_negado")


def test_an_output_that_exists_or_cannot_be_written_is_refused_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with_user(tmp_path, monkeypatch, MemoryKeyring())
    write(folder / "m.txt", *RECORDS)
    right = ("--contrasena-archivo", "{0}/clave.txt")
    (folder / "s.txt").touch()
    assert failed(folder, "movimientos generar", capsys, *right) == (1, "ya_existe")
    (folder / "s.txt").unlink()
    assert failed(folder, "movimientos generar", capsys, *right) == (1, "nada_que_hacer")
    monkeypatch.setitem(OPENING, "movimientos exportar", ["{0}/no/hay/s.xlsx"])
    assert failed(folder, "movimientos exportar", capsys, *right)[1] in ("rechazado", "disco_lleno")
