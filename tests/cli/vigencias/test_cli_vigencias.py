"""`vigencias listar`, as a script calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.movimientos.test_cli_movimientos import CORREO, folder_with_user
from tests.conftest import MemoryKeyring
from tests.support import ordenes
from tests.support.respuesta_json import document, error_of


@pytest.fixture
def carpeta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_with_user(tmp_path, monkeypatch, MemoryKeyring())


def run(carpeta: Path, *words: object, user: bool = True) -> int:
    opening = ("--datos", carpeta / "datos", "--contrasena-archivo", carpeta / "clave.txt")
    return ordenes.run("vigencias", *words, *opening, *(("--usuario", CORREO) if user else ()))


def test_what_ends_is_listed_and_its_calendar_saved(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = carpeta / "vigencias.ics"
    run(carpeta, "listar", "--json", "--ics", path)
    found = document(capsys.readouterr().out)
    rows = found["vigencias"]
    assert {"que", "de_quien", "ultimo_dia", "vence", "dias", "estado", "que_hacer"} <= set(rows[0])
    assert "Cuotas del IMSS" in {row["que"] for row in rows}
    assert found["eventos"] == path.read_bytes().count(b"BEGIN:VEVENT") > 10


def test_only_what_ends_in_some_days(carpeta: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(carpeta, "listar", "--json")
    everything = document(capsys.readouterr().out)["vigencias"]
    run(carpeta, "listar", "--json", "--dias", 40)
    soon = document(capsys.readouterr().out)["vigencias"]
    assert 0 < len(soon) < len(everything)
    assert all(row["dias"] <= 40 for row in soon)


def test_a_wrong_number_of_days_is_a_wrong_order(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(carpeta, "listar", "--dias", "-1")
    assert stopped.value.code == 2
    capsys.readouterr()


def test_reminders_are_off_turned_on_told_and_turned_off(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(*words: str) -> dict[str, object]:
        assert run(carpeta, "recordatorios", *words, "--json") == 0
        found = document(capsys.readouterr().out)
        return {name: found[name] for name in ("activos", "para", "obligaciones", "con_servidor")}

    off = {"activos": False, "para": [], "obligaciones": True, "con_servidor": False}
    assert answer() == off
    on = {**off, "activos": True, "para": ["alma@ejemplo.mx", "beto@ejemplo.mx"]}
    assert answer("--activar", "--para", "alma@ejemplo.mx", "--para", "beto@ejemplo.mx") == on
    assert answer() == on
    assert answer("--desactivar", "--obligaciones", "no") == {
        **on,
        "activos": False,
        "obligaciones": False,
    }


def test_reminders_to_nobody_are_refused(carpeta: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(carpeta, "recordatorios", "--activar", "--json") == 1
    assert error_of(capsys.readouterr().out) == "dato_no_valido"


def test_reminding_without_a_mail_server_queues_nothing(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(carpeta, "recordatorios", "--activar", "--para", "alma@ejemplo.mx", "--json")
    capsys.readouterr()
    assert run(carpeta, "recordar", "--json", user=False) == 0
    found = document(capsys.readouterr().out)
    assert (found["recordatorios"], found["enviados"], found["sin_salir"]) == (0, 0, 0)
