"""`capturistas exportar` and `listar`, as a script calls them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from icsoe_desktop.arranque import vistazo
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.icsoe import EfirmaElegida
from tests.conftest import ROOT, MemoryKeyring
from tests.gateways.certificados.generador import Emisora, efirma_fisica, efirma_moral
from tests.services.archivos_prueba import CLAVE, Archivos
from tests.services.mundo import PDF, RFC_FISICA, RFC_MORAL, curp_numero, nuevo
from tests.support import ordenes
from tests.support.plantillas import usuario_nuevo
from tests.support.respuesta_json import document

SIEMPRE = datetime(2049, 1, 1, tzinfo=UTC)  # the command uses the real clock


@pytest.fixture
def instalacion(
    tmp_path: Path, emisora: Emisora, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A data folder with a contratista and two capturistas; its e.firma and password in files."""
    pinned = Autoridades([emisora.autoridad(Cadena.SAT)])
    monkeypatch.setattr(Autoridades, "pinned", lambda *_: pinned)
    monkeypatch.setattr(vistazo, "SystemKeyring", lambda: keyring)
    monkeypatch.delenv("ICSOE_PRUEBAS", raising=False)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    archivos = Archivos(tmp_path, emisora)
    cer, key = archivos.efirma(efirma_moral().con(hasta=SIEMPRE), "moral")
    archivos.efirma(efirma_fisica().con(hasta=SIEMPRE), "fisica")
    (tmp_path / "clave.txt").write_text(f"{CLAVE}\n")
    (tmp_path / "mala.txt").write_text("otra\n")
    (tmp_path / "acuse.pdf").write_bytes(PDF)
    folder = DataFolder(tmp_path / "datos")
    folder.root.mkdir()
    application = open_application(folder, keyring=keyring)
    found = application.acceso_icsoe.verify(EfirmaElegida(RFC_MORAL, CLAVE, cer, key))
    ingreso = application.acceso_icsoe.enter(found)
    assert ingreso.codigo_recuperacion is not None
    (tmp_path / "codigo.txt").write_text(ingreso.codigo_recuperacion)
    sesion = ingreso.sesion
    application.contratistas.accept_terminos(sesion, TERMINOS_VERSION)
    application.contratistas.save_generales(sesion, correo="a@ejemplo.mx", celular="5511223344")
    application.contratistas.save_domicilio(sesion, None)
    today = application.store.clock().date()
    application.acuses.save(sesion, tmp_path / "acuse.pdf", today.replace(day=1))
    for n in range(2):
        application.capturistas.register(sesion, nuevo(n))
    application.close()
    return tmp_path


def run(instalacion: Path, *words: str, who: str = "moral", rfc: str = RFC_MORAL) -> int:
    files = ("--cer", instalacion / f"{who}.cer", "--llave", instalacion / f"{who}.key")
    opening = {"--datos": instalacion / "datos", "--contrasena-archivo": instalacion / "clave.txt"}
    more = [one for name, path in opening.items() if name not in words for one in (name, path)]
    return ordenes.run("capturistas", *words, *files, "--rfc", rfc, *more)


def test_the_list_is_written_as_json(instalacion: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(instalacion, "listar", "--json") == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    found = document(shown.out)["capturistas"]
    assert [each["curp"] for each in found] == [curp_numero(0), curp_numero(1)]
    assert found[0] | {"fecha_alta": ""} == {
        "id": 1,
        "rol": "Capturista",
        "curp": curp_numero(0),
        "nombre": "Íñiga Xacón Núñez",
        "correo": "persona0@ejemplo.mx",
        "estatus": "registrada",
        "grupo": "Contratista",
        "contratista": "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        "fecha_alta": "",
        "usuario_alta": RFC_MORAL,
        "bloqueado": False,
    }
    assert run(instalacion, "listar", "--json", "--texto", "persona1") == 0
    assert [each["id"] for each in document(capsys.readouterr().out)["capturistas"]] == [2]
    assert run(instalacion, "listar", "--json", "--estatus", "Baja") == 0
    assert document(capsys.readouterr().out) == {"capturistas": []}


def test_people_read_it_in_lines(instalacion: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(instalacion, "listar") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split("\t") == [
        "1", curp_numero(0), "Íñiga Xacón Núñez", "persona0@ejemplo.mx", "Registrada"
    ]  # fmt: skip
    assert second.startswith("2\t")


def test_the_book_is_saved(instalacion: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = instalacion / "salida.xlsx"
    assert run(instalacion, "exportar", str(target)) == 0
    assert capsys.readouterr().out == f"Se guardaron 2 capturistas en «{target}».\n"
    assert openpyxl.load_workbook(target).active["A2"].value == curp_numero(0)


@pytest.mark.parametrize(
    ("words", "who", "rfc", "code", "sentence"),
    [
        (("listar", "--contrasena-archivo", "{0}/mala.txt"), "moral", RFC_MORAL, 1,
         "La contraseña de la llave privada es incorrecta."),
        (("listar",), "moral", RFC_FISICA, 1, "no corresponde al RFC escrito"),
        (("listar",), "fisica", RFC_FISICA, 1, "todavía no ha ingresado en este equipo"),
        (("listar", "--contrasena-archivo", "{0}/nada.txt"), "moral", RFC_MORAL, 1,
         "No se pudo leer el archivo"),
        (("listar", "--datos", "{0}/otra"), "moral", RFC_MORAL, 1, "No hay datos"),
        (("exportar", "{0}/salida.csv"), "moral", RFC_MORAL, 2, "terminar en .xlsx"),
        (("exportar", "{0}/no/existe.xlsx"), "moral", RFC_MORAL, 1, "no se pudo guardar"),
        (("listar", "--contrasena-archivo", "-", "--codigo-datos-archivo", "-"), "moral",
         RFC_MORAL, 2, "sólo puede dar una contraseña"),
    ],
)  # fmt: skip
def test_every_wrong_turn_ends_in_a_sentence(
    instalacion: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    who: str,
    rfc: str,
    code: int,
    sentence: str,
) -> None:
    filled = tuple(word.format(instalacion) for word in words)
    assert run(instalacion, *filled, who=who, rfc=rfc) == code
    shown = capsys.readouterr()
    assert (shown.out, sentence in shown.err) == ("", True), shown.err
    assert CLAVE not in shown.err


def test_data_without_a_keyring_are_opened_with_the_recovery_code(
    instalacion: Path, capsys: pytest.CaptureFixture[str], keyring: MemoryKeyring
) -> None:
    keyring.entries.clear()
    assert run(instalacion, "listar") == 1
    assert "ábralos con el código de recuperación" in capsys.readouterr().err
    code = str(instalacion / "codigo.txt")
    assert run(instalacion, "listar", "--codigo-datos-archivo", code) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_or_with_the_password_of_a_user(
    instalacion: Path, capsys: pytest.CaptureFixture[str], keyring: MemoryKeyring
) -> None:
    boveda = Boveda(DataFolder(instalacion / "datos").envelope, keyring)
    application = open_application(DataFolder(instalacion / "datos"), keyring=keyring)

    application.usuarios.register(
        None,
        usuario_nuevo("b@ejemplo.mx", "Ocre-Mazo7.Viga", "Beto", "Prado"),
    )
    application.close()
    assert boveda.has_passwords()
    keyring.entries.clear()
    (instalacion / "datos.txt").write_text("Ocre-Mazo7.Viga\n")
    opening = ("--contrasena-datos-archivo", str(instalacion / "datos.txt"))
    assert run(instalacion, "listar", *opening) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_entrance_and_the_export_are_noted(
    instalacion: Path, keyring: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    from icsoe_desktop.services.bitacora.consulta import FiltroBitacora

    run(instalacion, "exportar", str(instalacion / "s.xlsx"))
    capsys.readouterr()
    application = open_application(DataFolder(instalacion / "datos"), keyring=keyring)
    found = application.acceso_icsoe.verify(
        EfirmaElegida(RFC_MORAL, CLAVE, instalacion / "moral.cer", instalacion / "moral.key")
    )
    sesion = application.acceso_icsoe.enter(found).sesion
    lines = application.consulta_bitacora.page(sesion, FiltroBitacora(), 1, 3)
    application.close()
    assert [line.accion for line in lines] == ["salida", "exportación de capturistas", "ingreso"]


def test_the_command_line_loads_nothing_heavy_to_be_parsed() -> None:
    code = (
        "import sys\nfrom icsoe_desktop.cli.main import parse\nparse([])\n"
        "heavy = {'PySide6', 'sqlalchemy', 'cryptography', 'openpyxl', 'keyring', 'alembic'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ)
