"""Every file that people choose by mistake, and what they are told."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from icsoe_desktop.domain.certificados.verificacion import (
    CampoCertificado,
    ClaseArchivoCertificado,
    Esperado,
)
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.conftest import CLAVE
from tests.gateways.certificados.generador import (
    NOW,
    efirma_fisica,
    nueva_llave,
    requerimiento,
)
from tests.gateways.certificados.generador_llaves import pkcs8


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "El archivo está vacío."),
        (b"\r\n \n", "El archivo está vacío."),
        (b"\xef\xbb\xbf", "El archivo está vacío."),
        (bytes(1024 * 1024 + 1), "El archivo es demasiado grande para ser un certificado."),
        (bytes(2000), "El archivo está incompleto; vuelva a copiarlo desde su origen."),
        (b"hola, mundo", "El archivo no es un certificado."),
        (b"%PDF-1.7 ...", "El archivo no es un certificado."),
        (b"\x30\x03\x02\x01\x05", "El archivo no es un certificado."),
        (b"0123456789", "El archivo no es un certificado."),
        (b"MIIB", "El archivo está incompleto; vuelva a copiarlo desde su origen."),
    ],
)
def test_what_is_no_certificate_is_named(
    verificador: CertificateVerifier, data: bytes, sentence: str
) -> None:
    found = verificador.verify(data, now=NOW)
    assert (found.mensajes, found.valido, found.certificado) == ((sentence,), False, None)
    assert found.por_campo(CampoCertificado.CERTIFICADO) == (sentence,)


def test_a_certificate_cut_anywhere_is_incomplete(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    sentence = ("El archivo está incompleto; vuelva a copiarlo desde su origen.",)
    for size in range(1, len(cer)):
        assert verificador.verify(cer[:size], now=NOW).mensajes == sentence, size


def test_a_key_and_a_pfx_cut_anywhere_are_incomplete(
    verificador: CertificateVerifier, cer: bytes, key: bytes, un_pfx: bytes
) -> None:
    sentence = "El archivo está incompleto; vuelva a copiarlo desde su origen."
    for size in range(1, len(key)):
        assert verificador.verify(cer, key[:size], CLAVE, now=NOW).mensajes == (sentence,)
    for size in range(1, len(un_pfx)):
        assert verificador.verify(un_pfx[:size], None, CLAVE, now=NOW).mensajes == (sentence,)


def test_every_file_in_the_place_of_the_certificate_is_named(
    verificador: CertificateVerifier, key: bytes, un_pfx: bytes, un_zip: bytes
) -> None:
    request = requerimiento(efirma_fisica(), nueva_llave())
    pem = b"-----BEGIN CERTIFICATE REQUEST-----\n" + base64.encodebytes(request)
    for data, sentence in (
        (key, "Seleccionó la llave privada (.key) en lugar del certificado (.cer)."),
        (
            pkcs8(nueva_llave()),
            "Seleccionó la llave privada (.key) en lugar del certificado (.cer).",
        ),
        (un_pfx, "Es un archivo .pfx, que va solo: quite la llave privada."),
        (request, "Es un requerimiento (.req), no el certificado que entrega el SAT."),
        (
            pem + b"-----END CERTIFICATE REQUEST-----",
            "Es un requerimiento (.req), no el certificado que entrega el SAT.",
        ),
        (un_zip, "Descomprima el archivo antes de seleccionarlo."),
    ):
        assert verificador.verify(data, key, CLAVE, now=NOW).mensajes == (sentence,)


def test_a_pfx_where_an_efirma_is_wanted_is_named(
    verificador: CertificateVerifier, un_pfx: bytes
) -> None:
    found = verificador.verify(un_pfx, None, CLAVE, now=NOW, esperado=Esperado(efirma=True))
    assert found.mensajes == ("Es un archivo .pfx; elija el certificado (.cer) de la e.firma.",)


def test_what_is_no_key_is_named(
    verificador: CertificateVerifier, cer: bytes, un_pfx: bytes, un_zip: bytes
) -> None:
    for data, sentence in (
        (cer, "El archivo no es una llave privada (.key)."),
        (un_pfx, "El archivo no es una llave privada (.key)."),
        (b"hola", "El archivo no es una llave privada (.key)."),
        (b"", "El archivo está vacío."),
        (un_zip, "Descomprima el archivo antes de seleccionarlo."),
        (bytes(1024 * 1024 + 1), "El archivo es demasiado grande para ser un certificado."),
    ):
        found = verificador.verify(cer, data, CLAVE, now=NOW)
        assert (found.mensajes, found.llave_corresponde) == ((sentence,), None)
        assert found.por_campo(CampoCertificado.LLAVE) == (sentence,)
        assert verificador.inspect_key(data)[0].texto == sentence


def test_a_missing_file_and_a_folder_are_told(
    verificador: CertificateVerifier, cer: bytes, tmp_path: Path
) -> None:
    sentence = "No se pudo leer el archivo; revise que exista y que tenga permiso para abrirlo."
    for path in (tmp_path / "no_esta.cer", tmp_path, tmp_path / "con\0nulo"):
        found = verificador.verify(path, now=NOW)
        assert (found.mensajes, found.clase) == ((sentence,), ClaseArchivoCertificado.ILEGIBLE)
        assert verificador.verify(cer, path, now=NOW).por_campo(CampoCertificado.LLAVE) == (
            sentence,
        )


@pytest.mark.parametrize("kind", ["1.2.840.113549.1.7.2", "1.2.840.113549.1.7.3"])
def test_a_request_for_seals_is_named(verificador: CertificateVerifier, kind: str) -> None:
    """The SAT's Certifica wraps the requests for CSD in PKCS#7 (.sdg)."""
    wrapped = asn1.sequence(asn1.oid(kind), asn1.context(0, asn1.sequence(asn1.integer(1))))
    sentence = (
        "Es una solicitud de sellos (.sdg) u otro sobre, no el certificado que entrega el SAT."
    )
    assert verificador.verify(wrapped, now=NOW).mensajes == (sentence,)
