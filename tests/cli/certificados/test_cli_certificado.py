"""`certificado verificar`: what it answers, and what it never shows."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from tests.gateways.certificados.generador import Emisora, efirma_fisica, imss, nueva_llave
from tests.gateways.certificados.generador_llaves import cifrar_como_sat
from tests.gateways.certificados.generador_pfx import como_openssl_3, pfx
from tests.support import ordenes
from tests.support.respuesta_json import document

CLAVE = "contraseña 7 "
KEYS = [
    "tipo", "rfc", "rfc_representante", "curp", "titular", "numero", "valido_desde",
    "valido_hasta", "vigente", "llave_corresponde", "emisor", "cadena", "valido", "mensajes",
]  # fmt: skip


@pytest.fixture
def archivos(tmp_path: Path, emisora: Emisora, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an e.firma, an IMSS .pfx and a password; the authority is the SAT's here."""
    from icsoe_desktop.domain.certificados.verificacion import Cadena

    pinned = Autoridades([emisora.autoridad(Cadena.SAT)])
    monkeypatch.setattr(Autoridades, "pinned", lambda *_: pinned)
    monkeypatch.delenv("ICSOE_PRUEBAS", raising=False)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    # Wide dates: the command uses the real clock.
    from datetime import UTC, datetime

    siempre: dict[str, Any] = {"hasta": datetime(2049, 1, 1, tzinfo=UTC)}
    (tmp_path / "a.cer").write_bytes(emisora.emitir(efirma_fisica().con(**siempre), nueva_llave()))
    (tmp_path / "a.key").write_bytes(cifrar_como_sat(nueva_llave(), CLAVE.encode()))
    (tmp_path / "i.pfx").write_bytes(
        pfx(
            [emisora.emitir(imss().con(**siempre), nueva_llave())],
            [nueva_llave()],
            como_openssl_3(CLAVE),
        )
    )
    (tmp_path / "clave.txt").write_bytes(CLAVE.encode() + b"\r\n")
    return tmp_path


def run(*words: object) -> int:
    return ordenes.run("certificado", "verificar", *words)


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    shown = capsys.readouterr()
    assert shown.err == ""
    found: dict[str, Any] = document(shown.out)
    assert list(found) == KEYS
    return found


def test_a_good_pair_ends_with_zero(archivos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(
        archivos / "a.cer", "--llave", archivos / "a.key",
        "--contrasena-archivo", archivos / "clave.txt", "--json",
    )  # fmt: skip
    found = answer(capsys)
    assert (code, found["valido"], found["mensajes"], found["rfc"]) == (
        0,
        True,
        ["La validación de la FIEL fue exitosa"],
        "ROTJ850314QX7",
    )


@pytest.mark.parametrize(
    ("octets", "good"),
    [
        (CLAVE.encode(), True),
        (CLAVE.encode() + b"\n", True),
        (CLAVE.encode("cp1252") + b"\r\n", True),
        (CLAVE.encode() + b"\n\n", False),
        (CLAVE.rstrip().encode(), False),
        (b" " + CLAVE.encode(), False),
    ],
)
def test_one_end_of_line_and_nothing_else_is_taken_from_the_password(
    archivos: Path, capsys: pytest.CaptureFixture[str], octets: bytes, good: bool
) -> None:
    (archivos / "otra.txt").write_bytes(octets)
    code = run(archivos / "i.pfx", "--contrasena-archivo", archivos / "otra.txt", "--json")
    found = answer(capsys)
    assert (code, found["valido"]) == ((0, True) if good else (1, False))


def test_the_password_may_come_from_standard_input(
    archivos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CLAVE.encode() + b"\n")))
    assert run(archivos / "i.pfx", "--contrasena-archivo", "-", "--json") == 0
    assert answer(capsys)["tipo"] == "imss"


def test_the_password_is_asked_for_only_where_somebody_can_answer(
    archivos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(archivos / "i.pfx", "--json") == 1
    assert answer(capsys)["mensajes"] == ["Escriba la contraseña del archivo .pfx."]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or CLAVE)
    assert run(archivos / "i.pfx", "--json") == 0
    assert run(archivos / "a.cer", "--json") == 0
    assert asked == ["Contraseña: "]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day on which the command runs."""

    def set_day(day: date) -> None:
        now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        monkeypatch.setattr("icsoe_desktop.cli.certificado._now", lambda: now)

    return set_day


def test_an_imss_certificate_is_held_against_its_registro_patronal(
    archivos: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2026, 10, 12))
    common = (archivos / "i.pfx", "--contrasena-archivo", archivos / "clave.txt", "--json")
    assert run(*common, "--registro-patronal", "Z991234510") == 0
    capsys.readouterr()
    assert run(*common, "--registro-patronal", "Z8854321107") == 1
    assert answer(capsys)["mensajes"] == [
        "El certificado es del registro patronal Z9912345106, no de Z8854321107."
    ]


def test_files_that_are_not_there_still_get_an_answer(
    archivos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(archivos / "nada.cer", "--json") == 1
    found = answer(capsys)
    assert found == dict.fromkeys(KEYS) | {
        "tipo": "desconocido",
        "vigente": False,
        "cadena": "desconocida",
        "valido": False,
        "mensajes": [
            "No se pudo leer el archivo; revise que exista y que tenga permiso para abrirlo."
        ],
    }
    code = run(
        archivos / "a.cer", "--llave", archivos / "a.key",
        "--contrasena-archivo", archivos / "nada.txt", "--json",
    )  # fmt: skip
    found = answer(capsys)
    assert (code, found["mensajes"]) == (1, ["No se pudo leer el archivo de la contraseña."])


def test_after_the_agreement_a_pfx_says_that_it_serves_no_more(
    archivos: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    common = (archivos / "i.pfx", "--contrasena-archivo", archivos / "clave.txt", "--json")
    on(date(2026, 10, 14))
    assert run(*common) == 0
    found = answer(capsys)
    assert (found["vigente"], found["valido"], found["mensajes"]) == (
        False,
        True,
        [
            "Según el acuerdo ACDO.AS2.HCT.290626/176.P.DIR (DOF 16/07/2026), desde el 14/10/2026 "
            "el .pfx del IMSS ya no sirve para movimientos, sólo la e.firma; confirme en IDSE."
        ],
    )


def test_people_read_it_in_words(
    archivos: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2026, 10, 12))
    assert run(archivos / "i.pfx", "--contrasena-archivo", archivos / "clave.txt") == 0
    assert capsys.readouterr().out == (
        "Tipo:                   Certificado IMSS\n"
        "Titular:                TALLERES DEL BAJÍO IMAGINARIO\n"
        "CURP del representante: ROTJ850314MDFBPL09\n"
        "Registro patronal:      Z9912345106\n"
        "Correo:                 nadie@ejemplo.invalid\n"
        "Número de certificado:  5f01ab\n"
        "Vigencia:               del 10/05/2024 al 31/12/2048 (vigente)\n"
        "Emisor:                 A.C. DE PRUEBA DE ICSOE (emitido por el SAT)\n"
        "Llave privada:          corresponde al certificado\n"
        "El certificado es bueno y su llave privada le corresponde.\n"
    )
