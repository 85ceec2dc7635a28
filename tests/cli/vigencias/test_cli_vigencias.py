"""`vigencias listar`, as a script calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.cli import main as cli
from tests.cli.movimientos.test_cli_movimientos import CORREO, folder_with_user
from tests.conftest import MemoryKeyring
from tests.support.respuesta_json import document, error_of


@pytest.fixture
def carpeta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_with_user(tmp_path, monkeypatch, MemoryKeyring())


def run(carpeta: Path, *words: object) -> int:
    arguments = cli.parse(
        [
            "vigencias",
            "listar",
            "--datos",
            str(carpeta / "datos"),
            "--usuario",
            CORREO,
            "--contrasena-archivo",
            str(carpeta / "clave.txt"),
            *map(str, words),
        ]
    )
    status: int = arguments.run(arguments)
    return status


def test_what_ends_is_listed_and_its_calendar_saved(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = carpeta / "vigencias.ics"
    run(carpeta, "--json", "--ics", path)
    found = document(capsys.readouterr().out)
    rows = found["vigencias"]
    assert {"que", "de_quien", "ultimo_dia", "vence", "dias", "estado", "que_hacer"} <= set(rows[0])
    assert "Cuotas del IMSS" in {row["que"] for row in rows}
    assert found["eventos"] == path.read_bytes().count(b"BEGIN:VEVENT") > 10


def test_only_what_ends_in_some_days(carpeta: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(carpeta, "--json")
    everything = document(capsys.readouterr().out)["vigencias"]
    run(carpeta, "--json", "--dias", 40)
    soon = document(capsys.readouterr().out)["vigencias"]
    assert 0 < len(soon) < len(everything)
    assert all(row["dias"] <= 40 for row in soon)


def test_a_wrong_number_of_days_is_a_wrong_order(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(carpeta, "--dias", "-1")
    assert stopped.value.code == 2
    capsys.readouterr()


def command(carpeta: Path, *words: object, user: bool = True) -> int:
    who = ["--usuario", CORREO] if user else []
    arguments = cli.parse(
        [
            "vigencias",
            *map(str, words),
            "--datos",
            str(carpeta / "datos"),
            "--contrasena-archivo",
            str(carpeta / "clave.txt"),
            *who,
            "--json",
        ]
    )
    status: int = arguments.run(arguments)
    return status


def test_reminders_are_off_turned_on_told_and_turned_off(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(*words: str) -> dict[str, object]:
        assert command(carpeta, "recordatorios", *words) == 0
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
    assert command(carpeta, "recordatorios", "--activar") == 1
    assert error_of(capsys.readouterr().out) == "dato_no_valido"


def test_reminding_without_a_mail_server_queues_nothing(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command(carpeta, "recordatorios", "--activar", "--para", "alma@ejemplo.mx")
    capsys.readouterr()
    assert command(carpeta, "recordar", user=False) == 0
    found = document(capsys.readouterr().out)
    assert (found["recordatorios"], found["enviados"], found["sin_salir"]) == (0, 0, 0)
