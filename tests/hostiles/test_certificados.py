"""Hostile certificates at every entrance: an answer, bounded work, nothing drawn rich."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from icsoe_desktop.domain.certificados.verificacion import Cadena, Verificacion
from icsoe_desktop.gateways.certificados import cifrados, llave_privada
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados.generador import (
    NOW,
    Emisora,
    efirma_con_enie,
    efirma_fisica,
    nueva_llave,
)
from tests.gateways.certificados.generador_llaves import pkcs8
from tests.hostiles.certificados import (
    CERTIFICADOS,
    CLAVE,
    LLAVES,
    NOMBRES,
    certificado,
    llave_rsa,
    sin_fin,
)
from tests.support import ordenes
from tests.support.respuesta_json import document

EMISORA = Emisora()
VERIFICADOR = CertificateVerifier(Autoridades([EMISORA.autoridad(Cadena.SAT)]))
CER = EMISORA.emitir(efirma_fisica(), nueva_llave())
KEY = pkcs8(nueva_llave())
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")


class Trabajo:
    """Counts what a file makes the program compute; what costs much is not really done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.vueltas = self.bloques = self.firmas = self.octetos_de_llave = 0
        monkeypatch.setattr(cifrados, "hashlib", self)
        monkeypatch.setattr(cifrados, "decrypt_rc2", self._decrypt)
        monkeypatch.setattr(llave_privada, "load_der_private_key", self._load)
        self._load_key = LOAD
        fits = llave_privada.OpenedKey.fits

        def count(key: llave_privada.OpenedKey, spki: bytes) -> bool:
            self.firmas += 1
            return fits(key, spki)

        monkeypatch.setattr(llave_privada.OpenedKey, "fits", count)

    def new(self, name: str, data: bytes = b"", **options: bool) -> object:
        self.vueltas += 1
        return hashlib.new(name, data, **options)

    def pbkdf2_hmac(self, _name: str, _key: bytes, _salt: bytes, count: int, size: int) -> bytes:
        self.vueltas += count
        return bytes(size)

    def scrypt(self, _key: bytes, *, n: int, r: int, p: int, dklen: int, **_more: object) -> bytes:
        self.vueltas += n * r * p
        return bytes(dklen)

    def _decrypt(self, _key: bytes, _bits: int, _iv: bytes, data: bytes) -> bytearray:
        self.bloques += len(data) // cifrados.RC2_BLOCK
        return bytearray(len(data))

    def _load(self, data: bytes, *args: Any, **options: Any) -> object:
        self.octetos_de_llave = max(self.octetos_de_llave, len(data))
        return self._load_key(data, *args, **options)


LOAD = llave_privada.load_der_private_key


@pytest.fixture
def trabajo(monkeypatch: pytest.MonkeyPatch) -> Trabajo:
    # Of the real limits, a thousandth: the work is counted, not waited for.
    monkeypatch.setattr(cifrados, "MAX_ITERATIONS", 1_000)
    monkeypatch.setattr(cifrados, "_MAX_WORK", 2_500)
    return Trabajo(monkeypatch)


def check(found: Verificacion, trabajo: Trabajo) -> None:
    assert not found.valido
    assert found.mensajes or found.falta_contrasena
    json.dumps(found.as_json())
    if (said := found.certificado) is not None:
        for text in (said.titular, said.rfc, said.numero, said.emisor, said.correo):
            assert text is None or (text.isprintable() and len(text) <= 1024)
            assert not {unicodedata.bidirectional(c) for c in text or ""} & {"RLO", "LRI", "RLI"}
    # Two passwords, each with the work that one file may cost.
    assert trabajo.vueltas < 5_200
    assert trabajo.bloques < 2_000
    assert trabajo.firmas <= 64
    assert trabajo.octetos_de_llave <= 6_000


@pytest.mark.parametrize("name", CERTIFICADOS)
def test_a_hostile_certificate_gets_an_answer_for_bounded_work(name: str, trabajo: Trabajo) -> None:
    data = CERTIFICADOS[name]()
    check(VERIFICADOR.inspect(data, now=NOW), trabajo)
    check(VERIFICADOR.verify(data, None, CLAVE, now=NOW), trabajo)
    check(VERIFICADOR.verify(data, KEY, CLAVE, now=NOW), trabajo)


@pytest.mark.parametrize("name", LLAVES)
def test_a_hostile_key_gets_an_answer_for_bounded_work(name: str, trabajo: Trabajo) -> None:
    data = LLAVES[name]()
    VERIFICADOR.inspect_key(data)
    for where in (CER, data):
        check(VERIFICADOR.verify(where, data, CLAVE, now=NOW), trabajo)


def test_an_honest_key_of_8192_bits_passes_and_a_longer_one_is_refused() -> None:
    """Honest ones that are as long take a minute to make: these are as long, and no primes."""
    for bits, refused in ((8192, False), (8200, True)):
        said = [one.texto for one in VERIFICADOR.inspect_key(llave_rsa(bits, bits // 2))]
        assert bool(said) is refused


@posix
@pytest.mark.parametrize(
    "name",
    ["tubo", "liga a un tubo", "vuelta", "carpeta", "ceros", "azar", "terminal", "memoria", "nul",
     "nombre sin fin", "nada"],
)  # fmt: skip
def test_what_is_no_file_is_answered_at_once(name: str, tmp_path: Path) -> None:
    path = sin_fin(tmp_path)[name]
    for found in (
        VERIFICADOR.inspect(path, now=NOW),
        VERIFICADOR.verify(CER, path, CLAVE, now=NOW),
    ):
        assert found.mensajes
        assert not found.valido
    assert VERIFICADOR.inspect_key(path)


def run_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert ordenes.run("certificado", "verificar", "--json", *words) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    return document(shown.out)


@posix
@pytest.mark.parametrize("name", NOMBRES)
def test_the_command_takes_any_name_and_says_nothing_of_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(certificado())
    assert name not in json.dumps(run_json(capsys, str(path)), ensure_ascii=False)


def test_a_holder_cannot_write_lines_or_orders_into_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.cer"
    path.write_bytes(CERTIFICADOS["titular renglones"]())
    assert ordenes.run("certificado", "verificar", str(path)) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert sum(line.startswith("Vigencia:") for line in out.splitlines()) == 1


def test_the_enie_of_a_person_still_shows() -> None:
    """The bounds above leave honest names alone."""
    found = VERIFICADOR.inspect(EMISORA.emitir(efirma_con_enie(), nueva_llave()), now=NOW)
    assert found.certificado is not None
    assert found.certificado.titular == "IÑIGO ÑUÑO PEÑA"
