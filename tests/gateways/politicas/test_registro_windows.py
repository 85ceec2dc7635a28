"""Policies of the registry come before central.ini; one table says what there is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.politicas.catalogo import SECCIONES, Clase, Directiva
from icsoe_desktop.domain.politicas.valores import BY_FILE, BY_REGISTRY, Central, RespaldoCentral
from icsoe_desktop.domain.valores_legales.valores import Concepto
from icsoe_desktop.gateways.politicas.central_ini import parse_central, read_central
from icsoe_desktop.gateways.politicas.registro_windows import MAX_TEXT, ROOT, as_text
from resources.herramientas import politicas as written
from tests.conftest import ROOT as PROJECT

EVERY = [(one.nombre, two) for one in SECCIONES for two in one.directivas]
NAMES = [f"{seccion}.{directiva.clave}" for seccion, directiva in EVERY]
ADMX = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"
# What a policy needs beside it to be complete.
BESIDE = {
    "correo": {"servidor": "smtp.empresa.mx", "remitente": "a@empresa.mx"},
    "actualizaciones": {
        "direccion": "https://descargas.empresa.mx/a.json",
        "llave": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    },
}


OAUTH = {"oauth_proveedor": "Microsoft", "oauth_cliente": "11111111-2222-3333-4444-555555555555"}


def beside(seccion: str, directiva: Directiva) -> dict[str, str]:
    """The other policies that one needs to be complete."""
    needed = OAUTH if directiva.clave.startswith("oauth_") else BESIDE.get(seccion, {})
    return {key: value for key, value in needed.items() if key != directiva.clave}


class Registro:
    """The registry of a machine, as Group Policy left it."""

    def __init__(self, **secciones: Mapping[str, str]) -> None:
        self._secciones = secciones

    def values(self, seccion: str) -> Mapping[str, str]:
        return self._secciones.get(seccion, {})


def test_a_value_of_the_registry_comes_before_that_of_the_file() -> None:
    content = (
        b"[respaldo]\ncada_horas = 4\nconservar = 3\n[sincronizacion]\nservidor = https://a.mx\n"
    )
    registry = Registro(respaldo={"cada_horas": "12", "fijo": "1"}, sesion={"Bloqueo_Minutos": "5"})
    read = parse_central(content, registry)
    assert read.respaldo == RespaldoCentral(12, 3, "", fijo=True)
    assert read.sincronizacion == "https://a.mx"
    assert read.bloqueo_minutos == 5
    assert read.problemas == ()
    assert [read.who(name) for name in ("respaldo", "sesion", "sincronizacion")] == [
        BY_REGISTRY,
        BY_REGISTRY,
        BY_FILE,
    ]


@pytest.mark.expects_log
def test_the_registry_holds_although_the_file_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "central.ini"
    path.write_text("[ejemplo]\nofrecer = no\n[sesion]\nbloqueo_minutos = 9\n", "utf-8")
    registry = Registro(sesion={"bloqueo_minutos": "3"})
    read = read_central(path, lambda _descriptor, _folder: False, registry)
    assert (read.bloqueo_minutos, read.ejemplo, len(read.problemas)) == (3, True, 1)


def test_the_policies_of_the_program_itself_are_read() -> None:
    read = parse_central(
        b"[sesion]\nbloqueo_minutos = 5\n[contrasenas]\nlargo_minimo = 14\n"
        b"[ejemplo]\nofrecer = no\n[apariencia]\ntema = Oscuro\nletras = 110\n"
        b"[actualizaciones]\nbuscar = no\ndireccion = https://a.mx/b\n"
        b"llave = AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        b"[valores]\numa = 2027-02-01 122.00\n"
    )
    assert read == Central(
        bloqueo_minutos=5,
        largo_minimo=14,
        ejemplo=False,
        apariencia={"tema": "oscuro", "letras": "110"},
        actualizaciones_apagadas=True,
        valores=read.valores,
    )
    assert [(one.concepto, one.desde) for one in read.valores] == [(Concepto.UMA, date(2027, 2, 1))]
    assert read.problemas == ()


@pytest.mark.parametrize(("seccion", "directiva"), EVERY, ids=NAMES)
def test_the_reader_takes_each_policy_of_the_table(seccion: str, directiva: Directiva) -> None:
    usual = beside(seccion, directiva)
    examples = [directiva.ejemplo] if directiva.ejemplo else []
    examples += [option.valor for option in directiva.opciones]
    if directiva.clase is Clase.NUMERO:
        examples += [str(directiva.minimo), str(directiva.maximo)]
    for value in examples:
        values = {**usual, directiva.clave: value}
        if value == "Google":
            values["oauth_secreto"] = "GOCSPX-1"
        if value == "Ninguna":  # only with a server in the same machine
            values["servidor"] = "localhost"
        found = parse_central(b"", Registro(**{seccion: values}))
        assert found.problemas == (), value
        assert replace(parse_central(_ini(seccion, values)), directivas=found.directivas) == found


@pytest.mark.parametrize(("seccion", "directiva"), EVERY, ids=NAMES)
def test_the_reader_names_a_wrong_value_of_each_policy(seccion: str, directiva: Directiva) -> None:
    wrong = "x\ny"
    if directiva.clase is Clase.NUMERO:
        wrong = str(directiva.maximo + 1)
    usual = beside(seccion, directiva)
    found = parse_central(b"", Registro(**{seccion: {**usual, directiva.clave: wrong}}))
    assert {text.split(":")[0] for text in found.problemas} == {f"[{seccion}] {directiva.clave}"}


def test_what_the_table_does_not_know_is_named() -> None:
    read = parse_central(b"[sesion]\nx = 1\n", Registro(sesion={"y": "1", "z" * 5000: "1"}))
    assert read.problemas[0] == "[sesion] x: no se reconoce."
    assert read.problemas[1] == "Directiva sesion\\'y': no se reconoce."
    assert all(len(problem) < 100 for problem in read.problemas)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5))
def test_no_values_of_the_registry_stop_the_start(values: dict[str, str]) -> None:
    for one in SECCIONES:
        read = parse_central(b"", Registro(**{one.nombre: values}))
        assert read.actualizaciones is None
        assert read.bloqueo_minutos <= 240


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), ("a", "a"), (b"a", None), (["a"], None), (None, None), ("x" * 9_000, None)],
)
def test_a_value_of_the_registry_is_taken_as_text(value: object, text: str | None) -> None:
    assert as_text(value) == text
    assert MAX_TEXT < 9_000


def test_the_templates_and_the_page_are_those_of_the_table() -> None:
    for path, text in written.files().items():
        assert path.read_text("utf-8") == text, (
            f"python -m resources.herramientas.politicas: {path.name}"
        )


def test_the_template_writes_where_the_reader_reads() -> None:
    template = ElementTree.parse(  # noqa: S314
        PROJECT / "resources" / "politicas" / "icsoe-desktop.admx"
    )
    found = set()
    for policy in template.iter(f"{ADMX}policy"):
        assert policy.get("class") == "Machine"
        key = str(policy.get("key"))
        assert key.startswith(f"{ROOT}\\")
        section = key.rpartition("\\")[2]
        elements = policy.find(f"{ADMX}elements")
        value = policy.get("valueName") or (elements is not None and elements[0].get("valueName"))
        assert value
        found.add(f"{section}.{value}")
    assert found == set(NAMES)


@pytest.mark.parametrize("language", written.LANGUAGES)
def test_each_text_of_the_template_is_in_each_language(language: str) -> None:
    folder = PROJECT / "resources" / "politicas"
    template = (folder / "icsoe-desktop.admx").read_text("utf-8")
    texts = ElementTree.parse(folder / language / "icsoe-desktop.adml")  # noqa: S314
    strings = {one.get("id"): one.text for one in texts.iter(f"{ADMX}string")}
    shown = {one.get("id") for one in texts.iter(f"{ADMX}presentation")}
    named = {part.partition(")")[0] for part in template.split("$(string.")[1:]}
    presented = {part.partition(")")[0] for part in template.split("$(presentation.")[1:]}
    assert named == set(strings)
    assert presented == shown
    assert all(strings.values())
    references = {one.get("refId") for one in texts.iter() if one.get("refId")}
    assert references == presented


@pytest.mark.skipif(sys.platform != "win32", reason="el registro es de Windows")
def test_windows_keeps_the_policies_in_its_registry() -> None:
    import winreg

    from icsoe_desktop.gateways.politicas.registro_windows import WindowsPolicies

    root = r"Software\ICSOE Desktop pruebas"
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{root}\respaldo") as key:
        winreg.SetValueEx(key, "cada_horas", 0, winreg.REG_DWORD, 6)
        winreg.SetValueEx(key, "carpeta", 0, winreg.REG_SZ, "C:\\Respaldos")
        winreg.SetValueEx(key, "fijo", 0, winreg.REG_BINARY, b"1")
    try:
        registry = WindowsPolicies(root, winreg.HKEY_CURRENT_USER)
        assert registry.values("respaldo") == {"cada_horas": "6", "carpeta": "C:\\Respaldos"}
        assert registry.values("correo") == {}
    finally:
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, rf"{root}\respaldo")
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, root)


def _ini(seccion: str, values: Mapping[str, str]) -> bytes:
    lines = [f"{key} = {value}\n" for key, value in values.items()]
    return f"[{seccion}]\n{''.join(lines)}".encode()
