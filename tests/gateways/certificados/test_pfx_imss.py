"""What is said of a .pfx that opened, and which certificate is meant among several."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.certificados.verificacion import Esperado
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.generador import (
    CN,
    HASTA,
    NOW,
    REGISTRO,
    RFC,
    Emisora,
    csd,
    efirma_fisica,
    imss,
    nueva_llave,
)
from tests.gateways.certificados.generador_pfx import como_openssl_3, como_openssl_legacy, pfx

CLAVE = "Clave-de-prueba-7"
OTRO_REGISTRO = "Z8854321107"


@pytest.fixture(scope="module")
def cer(emisora: Emisora) -> bytes:
    return emisora.emitir(imss(), nueva_llave())


@pytest.fixture(scope="module")
def otro_cer(emisora: Emisora) -> bytes:
    return emisora.emitir(imss(OTRO_REGISTRO).con(serie=b"\x77"), nueva_llave(2048, "otro"))


def test_a_good_imss_pfx_says_everything(verificador: CertificateVerifier, cer: bytes) -> None:
    found = verificador.verify(
        pfx([cer], [nueva_llave()], como_openssl_3(CLAVE)),
        None,
        CLAVE,
        now=NOW,
        esperado=Esperado(registro_patronal="Z991234510"),
    )
    assert found.as_json() == {
        "tipo": "imss",
        "rfc": None,
        "rfc_representante": None,
        "curp": "ROTJ850314MDFBPL09",
        "titular": "TALLERES DEL BAJÍO IMAGINARIO",
        "numero": "5f01ab",
        "valido_desde": "2024-05-10T18:00:00+00:00",
        "valido_hasta": "2028-05-10T18:00:00+00:00",
        "vigente": True,
        "llave_corresponde": True,
        "emisor": "A.C. DE PRUEBA DE ICSOE",
        "cadena": "sat",
        "valido": True,
        "mensajes": [],
    }


def test_an_imss_pfx_needs_no_known_authority(verificador: CertificateVerifier) -> None:
    stranger = Emisora("IMSS").emitir(imss(), nueva_llave())
    data = pfx([stranger], [nueva_llave()], como_openssl_legacy(CLAVE))
    found = verificador.verify(data, None, CLAVE, now=NOW)
    assert (found.valido, str(found.cadena)) == (True, "desconocida")


def test_a_pfx_that_no_authority_of_the_sat_issued_is_of_the_imss_by_its_registro_patronal(
    verificador: CertificateVerifier, emisora: Emisora
) -> None:
    """Some carry the attribute in which the SAT writes the RFC; the branch decides."""
    datos = imss().con_atributo(RFC, asn1.text("TBI990101QX5"))
    como = como_openssl_3(CLAVE)
    stranger = Emisora("AUTORIDAD DEL INSTITUTO")
    found = verificador.verify(
        pfx([stranger.emitir(datos, nueva_llave())], [nueva_llave()], como), None, CLAVE, now=NOW
    )
    assert found.certificado is not None
    assert (found.certificado.tipo, found.valido) == (TipoCertificado.IMSS, True)


def test_an_imss_pfx_of_another_registro_patronal_is_refused(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    data = pfx([cer], [nueva_llave()], como_openssl_3(CLAVE))
    found = verificador.verify(
        data, None, CLAVE, now=NOW, esperado=Esperado(registro_patronal=OTRO_REGISTRO)
    )
    assert found.mensajes == (
        f"El certificado es del registro patronal {REGISTRO}, no de {OTRO_REGISTRO}.",
    )


def test_an_expired_imss_pfx_is_refused(verificador: CertificateVerifier, cer: bytes) -> None:
    data = pfx([cer], [nueva_llave()], como_openssl_3(CLAVE))
    found = verificador.verify(data, None, CLAVE, now=HASTA + timedelta(days=1))
    assert found.mensajes == ("El certificado venció el 10/05/2028.",)


def test_an_efirma_or_a_csd_in_a_pfx_is_judged_by_what_it_is(
    verificador: CertificateVerifier, emisora: Emisora
) -> None:
    for datos, mensajes in (
        (efirma_fisica(), ("La validación de la FIEL fue exitosa",)),
        (
            csd(),
            ("El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma.",),
        ),
        (imss("SIN REGISTRO"), ("El certificado no es una e.firma del SAT.",)),
    ):
        data = pfx([emisora.emitir(datos, nueva_llave())], [nueva_llave()], como_openssl_3(CLAVE))
        assert verificador.verify(data, None, CLAVE, now=NOW).mensajes == mensajes


def test_a_pfx_without_key_is_told_and_still_shown(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    found = verificador.verify(pfx([cer], [], como_openssl_3(CLAVE)), None, CLAVE, now=NOW)
    assert (found.mensajes, found.llave_corresponde) == (
        ("El archivo .pfx no contiene llave privada.",),
        None,
    )
    assert found.certificado is not None


def test_a_pfx_with_nothing_but_a_key_is_told(verificador: CertificateVerifier) -> None:
    data = pfx([], [nueva_llave()], como_openssl_3(CLAVE))
    found = verificador.verify(data, None, CLAVE, now=NOW)
    assert found.mensajes == ("El archivo .pfx no contiene certificado.",)


def test_a_pfx_whose_key_is_of_another_certificate_is_told(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    data = pfx([cer], [nueva_llave(2048, "otro")], como_openssl_3(CLAVE))
    found = verificador.verify(data, None, CLAVE, now=NOW)
    assert (found.mensajes, found.llave_corresponde) == (
        ("El certificado (.cer) y la llave privada (.key) no corresponden entre sí.",),
        False,
    )


def test_among_several_certificates_the_one_with_the_key_counts(
    verificador: CertificateVerifier, emisora: Emisora, cer: bytes, otro_cer: bytes
) -> None:
    authority = emisora.emitir(
        imss().con(autoridad=True, serie=b"\x01", sujeto=((CN, asn1.text("AC")),)), emisora.llave
    )
    data = pfx([authority, otro_cer, cer], [nueva_llave()], como_openssl_legacy(CLAVE))
    found = verificador.verify(data, None, CLAVE, now=NOW)
    assert found.certificado is not None
    assert (found.certificado.registro_patronal, found.completa) == (REGISTRO, True)


def test_of_a_renewed_certificate_the_one_that_lasts_longest_counts(
    verificador: CertificateVerifier, emisora: Emisora, cer: bytes
) -> None:
    newer = emisora.emitir(
        imss().con(hasta=HASTA + timedelta(days=90), serie=b"\x60"), nueva_llave()
    )
    for certificates in ([cer, newer], [newer, cer]):
        data = pfx(certificates, [nueva_llave()], como_openssl_3(CLAVE))
        found = verificador.verify(data, None, CLAVE, now=NOW)
        assert found.certificado is not None
        assert found.certificado.numero == "60"


def test_of_two_keys_somebody_must_choose(
    verificador: CertificateVerifier, cer: bytes, otro_cer: bytes
) -> None:
    keys: list[object] = [nueva_llave(), nueva_llave(2048, "otro")]
    data = pfx([cer, otro_cer], keys, como_openssl_3(CLAVE))
    found = verificador.verify(data, None, CLAVE, now=NOW)
    assert (found.mensajes, found.certificado) == (
        ("El archivo .pfx contiene varias llaves; elija una.",),
        None,
    )
    assert [each.registro_patronal for each in found.opciones] == [REGISTRO, OTRO_REGISTRO]
    for wanted in (
        Esperado(registro_patronal=OTRO_REGISTRO),
        Esperado(registro_patronal=OTRO_REGISTRO[:10]),
        Esperado(numero="77"),
    ):
        chosen = verificador.verify(data, None, CLAVE, now=NOW, esperado=wanted)
        assert chosen.certificado is not None
        assert (chosen.certificado.registro_patronal, chosen.completa) == (OTRO_REGISTRO, True)


def test_the_same_key_twice_is_one_key(verificador: CertificateVerifier, cer: bytes) -> None:
    data = pfx([cer], [nueva_llave(), nueva_llave()], como_openssl_3(CLAVE))
    assert verificador.verify(data, None, CLAVE, now=NOW).completa


def test_a_stray_second_key_without_certificate_does_not_matter(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    keys: list[object] = [nueva_llave(2048, "otro"), nueva_llave()]
    data = pfx([cer], keys, como_openssl_3(CLAVE))
    assert verificador.verify(data, None, CLAVE, now=NOW).completa


def test_a_certificate_that_others_cannot_read_does_not_lose_the_rest(
    verificador: CertificateVerifier, emisora: Emisora, cer: bytes
) -> None:
    as_ac6 = emisora.emitir(
        imss(OTRO_REGISTRO).con_atributo(CN, asn1.text("AC de Núñez", asn1.PRINTABLE)),
        nueva_llave(2048, "otro"),
    )
    broken = asn1.sequence(asn1.integer(1))
    for other in (as_ac6, broken):
        data = pfx([other, cer], [nueva_llave()], como_openssl_3(CLAVE))
        found = verificador.verify(data, None, CLAVE, now=NOW)
        assert found.certificado is not None
        assert (found.certificado.registro_patronal, found.completa) == (REGISTRO, True)
