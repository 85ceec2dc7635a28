"""`vigencias listar`, as a script calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.cli import main as cli
from tests.cli.movimientos.test_cli_movimientos import CORREO, folder_with_user
from tests.conftest import MemoryKeyring
from tests.support.respuesta_json import document


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
