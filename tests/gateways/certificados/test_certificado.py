"""What a certificate says, and for how long it is good."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    EstadoVigencia,
    TipoCertificado,
    Vigencia,
    fecha_local,
    same_registro_patronal,
)
from icsoe_desktop.domain.certificados.verificacion import (
    CampoCertificado,
    ClaseArchivoCertificado,
    Esperado,
)
from icsoe_desktop.domain.certificados.x509 import read_certificate
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.conftest import CLAVE
from tests.gateways.certificados.generador import (
    CN,
    DESDE,
    EMAIL_PROTECTION,
    HASTA,
    NOW,
    OU,
    RFC,
    Datos,
    Emisora,
    csd,
    efirma_con_enie,
    efirma_fisica,
    efirma_moral,
    imss,
    nueva_llave,
    requerimiento,
)
from tests.gateways.certificados.generador_llaves import pkcs8


def leer(emisora: Emisora, datos: Datos) -> Certificado:
    return de_der(emisora.emitir(datos, nueva_llave()))


def de_der(data: bytes) -> Certificado:
    return Certificado.from_x509(read_certificate(data), data)


def test_the_efirma_of_a_person_says_who_and_until_when(emisora: Emisora) -> None:
    data = emisora.emitir(efirma_fisica(), nueva_llave())
    leido = de_der(data)
    assert leido == Certificado(
        tipo=TipoCertificado.EFIRMA,
        rfc="ROTJ850314QX7",
        rfc_representante=None,
        curp="ROTJ850314MDFBPL09",
        curp_representante=None,
        titular="JULIA ROBLES TAPIA",
        razon_social="JULIA ROBLES TAPIA",
        correo="nadie@ejemplo.invalid",
        usuario="ROTJ850314QX7",
        registro_patronal=None,
        numero="30001000000500012345",
        valido_desde=DESDE,
        valido_hasta=HASTA,
        emisor="A.C. DE PRUEBA DE ICSOE",
        es_autoridad=False,
        der=data,
        spki=leido.spki,
    )


def test_the_efirma_of_a_company_names_its_representative_apart(emisora: Emisora) -> None:
    leido = leer(emisora, efirma_moral())
    assert (leido.rfc, leido.rfc_representante) == ("TBI990101QX5", "ROTJ850314QX7")
    assert (leido.curp, leido.curp_representante) == (None, "ROTJ850314MDFBPL09")


def test_an_enie_in_latin_1_is_read(emisora: Emisora) -> None:
    leido = leer(emisora, efirma_con_enie())
    assert (leido.titular, leido.rfc) == ("IÑIGO ÑUÑO PEÑA", "ÑUPI900101QX3")


def test_utf_8_in_a_printable_string_is_read(emisora: Emisora) -> None:
    leido = leer(emisora, efirma_fisica("JOSÉ ÑÁÑEZ", asn1.PRINTABLE))
    assert leido.titular == "JOSÉ ÑÁÑEZ"


def test_an_issuer_that_wrote_its_name_in_utf_8_twice_is_mended() -> None:
    """AC6 did."""
    name = "A.C. de Administración"
    for written in (name, name.encode().decode("latin-1")):
        assert leer(Emisora(written), efirma_fisica()).emisor == name


def test_an_imss_certificate_says_registro_patronal_user_and_company(emisora: Emisora) -> None:
    leido = leer(emisora, imss("Z9912345106"))
    assert (
        leido.tipo,
        leido.registro_patronal,
        leido.usuario,
        leido.titular,
        leido.rfc,
        leido.curp,
        leido.curp_representante,
        leido.correo,
        leido.numero,
    ) == (
        TipoCertificado.IMSS,
        "Z9912345106",
        "USUARIO99",
        "TALLERES DEL BAJÍO IMAGINARIO",
        None,
        None,
        "ROTJ850314MDFBPL09",
        "nadie@ejemplo.invalid",
        "5f01ab",
    )


def test_what_a_certificate_does_not_have_is_none(emisora: Emisora) -> None:
    leido = leer(emisora, Datos(((CN, asn1.text("NADIE")),), None))
    assert (leido.tipo, leido.rfc, leido.curp, leido.correo, leido.razon_social) == (
        TipoCertificado.DESCONOCIDO,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("datos", "tipo"),
    [
        (efirma_fisica(), TipoCertificado.EFIRMA),
        (efirma_moral(), TipoCertificado.EFIRMA),
        (csd(), TipoCertificado.CSD),
        (imss("Z991234510"), TipoCertificado.IMSS),
        (imss("Z99-12345-10-6"), TipoCertificado.IMSS),
        (imss("01234567891"), TipoCertificado.IMSS),
        # With the KeyUsage of a CSD, but no RFC: only the SAT writes one in 2.5.4.45.
        (imss().con(key_usage=0xC0), TipoCertificado.IMSS),
        (imss().con(key_usage=None), TipoCertificado.IMSS),
        # A branch that looks like a registro patronal does not make a CSD anything else.
        (csd().con_atributo(OU, asn1.text("Z9912345106")), TipoCertificado.CSD),
        (efirma_fisica().con(extended=()), TipoCertificado.DESCONOCIDO),
        (efirma_fisica().con(extended=(EMAIL_PROTECTION,)), TipoCertificado.DESCONOCIDO),
        (efirma_fisica().con(key_usage=0xC0), TipoCertificado.DESCONOCIDO),
        (efirma_fisica().con_atributo(OU, asn1.text("Matriz")), TipoCertificado.DESCONOCIDO),
        (efirma_fisica().sin_atributo(RFC), TipoCertificado.DESCONOCIDO),
        (csd().sin_atributo(OU), TipoCertificado.DESCONOCIDO),
        (efirma_fisica().con(autoridad=True), TipoCertificado.DESCONOCIDO),
        (imss("Z99123"), TipoCertificado.DESCONOCIDO),
    ],
)
def test_certificates_are_told_apart(emisora: Emisora, datos: Datos, tipo: TipoCertificado) -> None:
    assert leer(emisora, datos).tipo is tipo


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
V = Vigencia


@pytest.mark.parametrize(
    ("now", "vigencia", "dias", "aviso", "texto"),
    [
        (DESDE - SECOND, V.AUN_NO_VALIDO, 0, None, "Aún no válido"),
        (DESDE, V.VIGENTE, 1461, None, "Vigente"),
        (HASTA - 61 * DAY, V.VIGENTE, 61, None, "Vigente"),
        (HASTA - 60 * DAY, V.POR_VENCER, 60, 60, "Por vencer: 60 días"),
        (HASTA - 31 * DAY, V.POR_VENCER, 31, 60, "Por vencer: 31 días"),
        (HASTA - 30 * DAY, V.POR_VENCER, 30, 30, "Por vencer: 30 días"),
        (HASTA - 8 * DAY, V.POR_VENCER, 8, 30, "Por vencer: 8 días"),
        (HASTA - 7 * DAY, V.POR_VENCER, 7, 7, "Por vencer: 7 días"),
        (HASTA - DAY, V.POR_VENCER, 1, 7, "Por vencer: 1 día"),
        (HASTA, V.POR_VENCER, 0, 7, "Por vencer: hoy"),
        (HASTA + SECOND, V.VENCIDO, 0, None, "Vencido"),
        (HASTA + 3 * DAY, V.VENCIDO, -3, None, "Vencido"),
    ],
)
def test_the_state_follows_the_calendar(
    emisora: Emisora, now: datetime, vigencia: Vigencia, dias: int, aviso: int | None, texto: str
) -> None:
    estado = leer(emisora, efirma_fisica()).estado(now)
    assert (estado, estado.texto) == (EstadoVigencia(vigencia, dias, aviso), texto)


def test_a_clock_without_time_zone_is_our_mistake(emisora: Emisora) -> None:
    with pytest.raises(ValueError, match="time zone"):
        leer(emisora, efirma_fisica()).estado(datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_day_is_the_one_on_the_wall_in_mexico() -> None:
    # 04:37 UTC of the 17th is 22:37 of the 16th in Mexico City.
    assert fecha_local(datetime(2027, 5, 17, 4, 37, 14, tzinfo=UTC)) == date(2027, 5, 16)
    assert fecha_local(datetime(2027, 5, 17, 6, 0, tzinfo=UTC)) == date(2027, 5, 17)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Z9912345106", "Z9912345106", True),
        ("Z991234510", "Z9912345106", True),
        ("z99-12345-10-6", "Z9912345106", True),
        ("Z9912345106", "Z9912345206", False),
        ("Z9912345106", "", False),
    ],
)
def test_a_registro_patronal_is_the_same_with_and_without_its_check_digit(
    one: str, other: str, same: bool
) -> None:
    assert same_registro_patronal(one, other) is same


def test_nothing_personal_shows_in_a_representation(emisora: Emisora) -> None:
    shown = repr(leer(emisora, efirma_moral())) + repr(leer(emisora, imss()))
    for secret in ("TBI990101QX5", "ROTJ850314", "TALLERES", "ejemplo", "Z9912345106"):
        assert secret not in shown


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
    inside = asn1.oid(kind) + b"\xa0\x80" + asn1.sequence(asn1.integer(1)) + bytes(2)
    streamed = b"\x30\x80" + inside + bytes(2)
    assert verificador.verify(streamed, now=NOW).mensajes == (sentence,)
