"""The certificates that the SAT published for tests; they are read in place and never copied."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from icsoe_desktop.domain.certificados.certificado import Certificado
from icsoe_desktop.domain.certificados.verificacion import Esperado
from icsoe_desktop.domain.certificados.x509 import read_certificate
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier

CLAVE = "12345678a"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
DE_PRUEBA = "Es un certificado de prueba del SAT; no tiene validez."
CSD = "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma."

MORAL = {
    "tipo": "e.firma",
    "rfc": "EKU9003173C9",
    "rfc_representante": "VADA800927DJ3",
    "curp": "VADA800927HSRSRL05",
    "titular": "ESCUELA KEMPER URGATE SA DE CV",
    "numero": "30001000000500003415",
    "valido_desde": "2023-05-18T04:37:14+00:00",
    "valido_hasta": "2027-05-17T04:37:14+00:00",
    "vigente": True,
    "llave_corresponde": True,
    "emisor": "AC UAT",
    "cadena": "prueba",
    "valido": True,
    "mensajes": ["La validación de la FIEL fue exitosa"],
}
FISICA = MORAL | {
    "rfc": "CACX7605101P8",
    "rfc_representante": None,
    "curp": "CACX760510MGTSHC04",
    "titular": "XOCHILT CASAS CHAVEZ",
    "numero": "30001000000500003282",
    "valido_desde": "2023-05-09T18:05:49+00:00",
    "valido_hasta": "2027-05-08T18:05:49+00:00",
}
ENIE = MORAL | {
    "rfc": "CAÑF770131PA3",
    "rfc_representante": None,
    "curp": "CANF770131HBCSBR08",
    "titular": "FERNANDO CASTILLO ÑABARRO",
    "numero": "30001000000400002432",
    "valido_desde": "2019-06-14T22:00:28+00:00",
    "valido_hasta": "2023-06-13T22:00:28+00:00",
    "vigente": False,
    "valido": False,
    "mensajes": ["La e.firma venció el 13/06/2023."],
}
SELLO = MORAL | {
    "tipo": "csd",
    "numero": "30001000000500003416",
    "valido_desde": "2023-05-18T11:43:51+00:00",
    "valido_hasta": "2027-05-18T11:43:51+00:00",
    "valido": False,
    "mensajes": [CSD],
}
PARES = {
    "efirma_moral_EKU9003173C9": MORAL,
    "efirma_fisica_CACX7605101P8": FISICA,
    "efirma_fisica_vencida_con_enie": ENIE,
    "csd_moral_EKU9003173C9": SELLO,
}


@pytest.fixture(scope="module")
def sat() -> CertificateVerifier:
    return CertificateVerifier(Autoridades.pinned())


@pytest.mark.parametrize("nombre", PARES)
def test_a_published_pair_gets_its_answer(
    sat: CertificateVerifier, reales: Path, nombre: str
) -> None:
    cer, key = reales / f"{nombre}.cer", reales / f"{nombre}.key"
    found = sat.verify(cer, key, CLAVE, now=NOW, esperado=Esperado(pruebas=True))
    assert found.as_json() == PARES[nombre]


@pytest.mark.parametrize("nombre", PARES)
def test_a_published_pair_is_refused_outside_of_a_trial(
    sat: CertificateVerifier, reales: Path, nombre: str
) -> None:
    found = sat.verify(reales / f"{nombre}.cer", reales / f"{nombre}.key", CLAVE, now=NOW)
    assert (found.valido, found.mensajes[-1]) == (False, DE_PRUEBA)


def test_published_pairs_do_not_correspond_crosswise(
    sat: CertificateVerifier, reales: Path
) -> None:
    for one in PARES:
        for other in PARES:
            found = sat.verify(reales / f"{one}.cer", reales / f"{other}.key", CLAVE, now=NOW)
            assert found.llave_corresponde is (one == other)


def test_the_published_pfx_gets_its_answer(sat: CertificateVerifier, reales: Path) -> None:
    found = sat.verify(reales / "csd_protegido.pfx", None, CLAVE, now=NOW)
    assert found.as_json() == {
        "tipo": "csd",
        "rfc": "AAA010101AAA",
        "rfc_representante": "HEGT7610034S2",
        "curp": "HEGT761003MDFRNN09",
        "titular": "ACCEM SERVICIOS EMPRESARIALES SC",
        "numero": "30001000000300023708",
        "valido_desde": "2017-05-18T03:54:56+00:00",
        "valido_hasta": "2021-05-18T03:54:56+00:00",
        "vigente": False,
        "llave_corresponde": True,
        "emisor": "A.C. 2 de pruebas(4096)",
        "cadena": "prueba",
        "valido": False,
        "mensajes": [
            CSD,
            "El certificado venció el 17/05/2021.",
            "Es un certificado de prueba del SAT; no tiene validez.",
        ],
    }


def test_both_readers_agree_on_what_both_can_read(reales: Path) -> None:
    files = sorted(reales.glob("*.cer"))
    assert files
    for path in files:
        data = path.read_bytes()
        ours = Certificado.from_x509(read_certificate(data), data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = x509.load_der_x509_certificate(path.read_bytes())
            spki = theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert (ours.valido_desde, ours.valido_hasta, ours.spki) == (
            theirs.not_valid_before_utc,
            theirs.not_valid_after_utc,
            spki,
        )
        serial = theirs.serial_number.to_bytes(20, "big")
        assert ours.numero == serial.decode()
