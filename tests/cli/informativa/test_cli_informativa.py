"""`informativa listar`, `revisar` and `salida`, as a script calls them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.trabajadores import read_csv
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.icsoe import EfirmaElegida
from icsoe_desktop.services.application import Application
from tests.cli.capturistas.test_cli_capturistas import instalacion
from tests.conftest import MemoryKeyring
from tests.domain.icsoe.informativas import contrato, filas
from tests.services.archivos_prueba import CLAVE
from tests.services.mundo import RFC_MORAL
from tests.support import ordenes
from tests.support.respuesta_json import document, error_of

__all__ = ["instalacion"]  # the fixture

PERIODO = "2026-3"


def entered(folder: Path, keyring: MemoryKeyring) -> tuple[Application, Sesion]:
    application = open_application(DataFolder(folder / "datos"), keyring=keyring)
    acceso = application.acceso_icsoe
    elegida = EfirmaElegida(RFC_MORAL, CLAVE, folder / "moral.cer", folder / "moral.key")
    return application, acceso.enter(acceso.verify(elegida)).sesion


@pytest.fixture
def preparada(instalacion: Path, keyring: MemoryKeyring) -> Path:
    """A return with a contract of three workers, in captura, and a folder for its files."""
    application, sesion = entered(instalacion, keyring)
    contrato_id = application.contratos.save(sesion, contrato(1))
    application.contratos.save_workers(sesion, contrato_id, filas(3))
    application.informativas.create(sesion, Periodo(2026, 3), TipoInformativa.NORMAL)
    application.close()
    (instalacion / "salida").mkdir()
    return instalacion


def run(folder: Path, *words: str) -> int:
    efirma = ("--cer", folder / "moral.cer", "--llave", folder / "moral.key", "--rfc", RFC_MORAL)
    opening = ("--datos", folder / "datos", "--contrasena-archivo", folder / "clave.txt")
    return ordenes.run("informativa", *words, *efirma, *opening)


def mark_reviewed(folder: Path, keyring: MemoryKeyring) -> None:
    application, sesion = entered(folder, keyring)
    (fila,) = application.informativas.tablero(sesion).filas
    application.informativas.mark(sesion, fila.id, EstadoInformativa.REVISADA, NoProgress())
    application.close()


def test_the_returns_are_listed_with_what_is_due(
    preparada: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(preparada, "listar", "--json") == 0
    found = document(capsys.readouterr().out)
    assert date.fromisoformat(found["vence"]).day >= 17
    assert found["informativas"] == [
        {
            "periodo": PERIODO,
            "tipo": "Normal",
            "estado": "En captura",
            "contratos": 1,
            "declarados": None,
            "acuse": None,
        }
    ]
    assert run(preparada, "listar") == 0
    assert "2026-3\tNormal\tEn captura\t1" in capsys.readouterr().out


def test_a_return_without_fault_passes_and_its_files_are_written_once(
    preparada: Path, keyring: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(preparada, "revisar", "--periodo", PERIODO, "--json") == 0
    found = document(capsys.readouterr().out)
    assert found["bloquea"] is False
    target = str(preparada / "salida")
    assert run(preparada, "salida", target, "--periodo", PERIODO, "--json") == 1
    assert error_of(capsys.readouterr().out) == "dato_no_valido"
    mark_reviewed(preparada, keyring)
    assert run(preparada, "salida", target, "--periodo", PERIODO, "--json") == 0
    found = document(capsys.readouterr().out)
    (path,) = (preparada / "salida").iterdir()
    assert found["archivos"] == [path.name]
    assert list(read_csv([path.read_bytes()])) == filas(3)
    assert [block["titulo"] for block in found["hoja"]][:2] == ["Informativa", "Contratista"]
    assert run(preparada, "salida", target, "--periodo", PERIODO, "--json") == 1
    assert error_of(capsys.readouterr().out) == "ya_existe"


def test_what_blocks_is_told_and_ends_with_1(
    preparada: Path, keyring: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    application, sesion = entered(preparada, keyring)
    (row,) = application.contratos.rows(sesion)
    application.contratos.save_workers(sesion, row.id, [])
    application.close()
    assert run(preparada, "revisar", "--periodo", PERIODO) == 1
    shown = capsys.readouterr()
    assert "Bloquea\tC-1 Contratante 1 SA de CV\t\tEl contrato no tiene trabajadores" in shown.out
    assert "inconsistencias" in shown.err


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("revisar", "--periodo", "2026"), 2, "uso"),
        (("revisar", "--periodo", "2025-1"), 1, "nada_que_hacer"),
        (("salida", "/no/existe"), 1, "archivo_inaccesible"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    preparada: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    status: int,
    code: str,
) -> None:
    assert run(preparada, *words, "--json") == status
    assert error_of(capsys.readouterr().out) == code
