"""`servidor verificar`: what it answers, and that no password is ever an argument."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ordenes
from tests.support.kinto_real import KintoReal
from tests.support.respuesta_json import document

MEMBERS = {"beto": "miembro"}


@pytest.fixture
def words(kinto_memoria: KintoReal, tmp_path: Path) -> list[str]:
    oficina = kinto_memoria.office(MEMBERS)
    secret = tmp_path / "contrasena"
    secret.write_text(kinto_memoria.passwords["beto"] + "\n")
    return [
        *("servidor", "verificar", kinto_memoria.direccion, "--cuenta", "beto"),
        *("--oficina", oficina, "--contrasena-archivo", str(secret)),
    ]


def run(words: list[str]) -> int:
    return ordenes.run(*words)


def test_it_tells_every_setting_and_fails_for_a_bad_one(
    words: list[str], capsys: pytest.CaptureFixture[str], kinto_memoria: KintoReal
) -> None:
    assert run(words) == 1
    said = capsys.readouterr().out
    # The server in memory lets everybody make accounts: it is for tests.
    assert said.startswith("MAL  Servidor: Puede perder o mostrar datos: se cambiaron ajustes")
    assert "\nbien Oficina: La cuenta es de miembro en la oficina.\n" in said
    assert said.endswith("El servidor no se debe usar así.\n")
    assert kinto_memoria.passwords["beto"] not in said


def test_its_json_has_a_row_for_each_setting(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--json"]) == 1
    answer = document(capsys.readouterr().out)
    assert answer["bien"] is False
    assert [(one["ajuste"], one["bien"]) for one in answer["hallazgos"]] == [
        ("Servidor", False),
        ("Oficina", True),
        ("Reloj", True),
    ]
    assert {"ajuste", "bien", "encontrado", "remedio"} == set(answer["hallazgos"][0])


def test_a_password_file_that_is_not_there_is_a_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words[:-1], "/no/existe"]) == 1
    assert capsys.readouterr().err == "No se pudo leer el archivo de la contraseña.\n"


def test_without_a_password_nothing_is_asked_of_the_server(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icsoe_desktop.cli.command.ask_password", lambda _: None)
    assert run(words[:-2]) == 1
    assert capsys.readouterr().err == "Falta la contraseña. Use --contrasena-archivo.\n"


def test_a_server_that_is_not_there_is_a_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icsoe_desktop.gateways.kinto.transport.ATTEMPTS", 1)
    monkeypatch.setattr("icsoe_desktop.gateways.kinto.transport.FIRST_WAIT_S", 0.001)
    words[2] = "http://127.0.0.1:9/v1"
    assert run(words) == 1
    assert capsys.readouterr().err.startswith("No hay conexión con el servidor de sincronización.")
