"""What people are told of a pair: every row of the table that is about what is in the files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icsoe_desktop.domain.certificados.verificacion import (
    Cadena,
    CampoCertificado,
    ClaseArchivoCertificado,
    Esperado,
)
from icsoe_desktop.domain.certificados.x509 import read_certificate
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.certificados.autoridades import Autoridad, Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.conftest import CLAVE
from tests.gateways.certificados.generador import (
    CN,
    DESDE,
    HASTA,
    NOW,
    SHA1_RSA,
    Datos,
    Emisora,
    O,
    csd,
    efirma_con_enie,
    efirma_fisica,
    efirma_moral,
    imss,
    nueva_llave,
)
from tests.gateways.certificados.generador_llaves import cifrar_como_sat, envolver, pbes2, pkcs8


def test_a_good_pair_is_told_so(verificador: CertificateVerifier, cer: bytes, key: bytes) -> None:
    found = verificador.verify(cer, key, CLAVE, now=NOW)
    assert found.as_json() == {
        "tipo": "e.firma",
        "rfc": "ROTJ850314QX7",
        "rfc_representante": None,
        "curp": "ROTJ850314MDFBPL09",
        "titular": "JULIA ROBLES TAPIA",
        "numero": "30001000000500012345",
        "valido_desde": "2024-05-10T18:00:00+00:00",
        "valido_hasta": "2028-05-10T18:00:00+00:00",
        "vigente": True,
        "llave_corresponde": True,
        "emisor": "A.C. DE PRUEBA DE ICSOE",
        "cadena": "sat",
        "valido": True,
        "mensajes": ["La validación de la FIEL fue exitosa"],
    }
    assert found.completa


@pytest.mark.parametrize("datos", [efirma_moral(), efirma_con_enie()])
def test_good_pairs_of_every_kind_of_person(
    verificador: CertificateVerifier, emisora: Emisora, key: bytes, datos: Datos
) -> None:
    found = verificador.verify(emisora.emitir(datos, nueva_llave()), key, CLAVE, now=NOW)
    assert found.mensajes == ("La validación de la FIEL fue exitosa",)


def test_a_certificate_without_its_key_is_good_but_not_complete(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    found = verificador.verify(cer, now=NOW)
    assert (found.valido, found.completa, found.llave_corresponde, found.mensajes) == (
        True,
        False,
        None,
        (),
    )


def test_an_unknown_cipher_is_named_by_its_oid(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    exotic = envolver(asn1.sequence(asn1.oid("1.2.643.7.1.1.5.1"), asn1.null()), bytes(64))
    found = verificador.verify(cer, exotic, CLAVE, now=NOW)
    assert found.mensajes == ("La llave usa un cifrado no admitido (1.2.643.7.1.1.5.1).",)


def test_too_many_iterations_are_refused_at_once(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    greedy = envolver(*pbes2(pkcs8(nueva_llave()), CLAVE.encode(), vueltas=5_000_001))
    found = verificador.verify(cer, greedy, CLAVE, now=NOW)
    assert found.mensajes == ("La llave usa un cifrado no admitido (1.2.840.113549.1.5.12).",)


@pytest.mark.parametrize("wrong", ["", "otra", "contraseña 1 ", " contraseña 1", "Contraseña 1"])
def test_a_wrong_password_of_a_key_is_told_under_its_field(
    verificador: CertificateVerifier, cer: bytes, key: bytes, wrong: str
) -> None:
    found = verificador.verify(cer, key, wrong, now=NOW)
    assert found.por_campo(CampoCertificado.CONTRASENA) == (
        "La contraseña de la llave privada es incorrecta.",
    )
    assert (found.llave_corresponde, found.valido, len(found.mensajes)) == (None, False, 1)


def test_a_wrong_password_is_never_called_a_damaged_key(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    """`cryptography` says "could not deserialize" for one wrong password in two hundred."""
    quick = envolver(*pbes2(pkcs8(nueva_llave()), b"buena", vueltas=1))
    for attempt in range(1200):
        found = verificador.verify(cer, quick, f"mala {attempt}", now=NOW)
        assert found.mensajes == ("La contraseña de la llave privada es incorrecta.",)


def test_a_key_waits_for_its_password(
    verificador: CertificateVerifier, cer: bytes, key: bytes
) -> None:
    found = verificador.verify(cer, key, now=NOW)
    assert (found.mensajes, found.falta_contrasena, found.valido) == (
        ("Escriba la contraseña de la llave privada.",),
        True,
        False,
    )
    assert verificador.inspect_key(key) == ()


def test_a_pair_that_does_not_match_is_told(verificador: CertificateVerifier, cer: bytes) -> None:
    other = cifrar_como_sat(nueva_llave(2048, "otro"), CLAVE.encode())
    found = verificador.verify(cer, other, CLAVE, now=NOW)
    assert (found.mensajes, found.llave_corresponde) == (
        ("El certificado (.cer) y la llave privada (.key) no corresponden entre sí.",),
        False,
    )


def test_a_csd_is_refused_in_the_place_of_an_efirma(
    verificador: CertificateVerifier, emisora: Emisora, key: bytes
) -> None:
    found = verificador.verify(emisora.emitir(csd(), nueva_llave()), key, CLAVE, now=NOW)
    assert (found.mensajes, found.llave_corresponde) == (
        ("El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma.",),
        True,
    )


@pytest.mark.parametrize("datos", [efirma_fisica().con(extended=()), imss()])
def test_another_type_is_refused_in_the_place_of_an_efirma(
    verificador: CertificateVerifier, emisora: Emisora, key: bytes, datos: Datos
) -> None:
    found = verificador.verify(emisora.emitir(datos, nueva_llave()), key, CLAVE, now=NOW)
    assert found.mensajes == ("El certificado no es una e.firma del SAT.",)


def test_dates_are_told_in_the_day_of_mexico(
    verificador: CertificateVerifier, cer: bytes, key: bytes
) -> None:
    late = verificador.verify(cer, key, CLAVE, now=HASTA + timedelta(days=1))
    assert late.mensajes == ("La e.firma venció el 10/05/2028.",)
    soon = verificador.verify(cer, key, CLAVE, now=DESDE - timedelta(days=1))
    assert soon.mensajes == (
        "La e.firma será válida a partir del 10/05/2024; verifique la fecha de su equipo.",
    )
    assert (late.as_json()["vigente"], soon.as_json()["vigente"]) == (False, False)


def test_an_unknown_issuer_is_told(verificador: CertificateVerifier, key: bytes) -> None:
    stranger = Emisora("CUALQUIERA").emitir(efirma_fisica(), nueva_llave())
    found = verificador.verify(stranger, key, CLAVE, now=NOW)
    assert (found.mensajes, found.cadena) == (
        ("El certificado no fue emitido por el SAT.",),
        Cadena.DESCONOCIDA,
    )


def test_a_test_certificate_is_good_only_in_a_trial(
    verificador: CertificateVerifier, emisora_de_pruebas: Emisora, key: bytes
) -> None:
    trial = emisora_de_pruebas.emitir(efirma_fisica(), nueva_llave())
    refused = verificador.verify(trial, key, CLAVE, now=NOW)
    assert refused.mensajes == ("Es un certificado de prueba del SAT; no tiene validez.",)
    accepted = verificador.verify(trial, key, CLAVE, now=NOW, esperado=Esperado(pruebas=True))
    assert accepted.mensajes == ("La validación de la FIEL fue exitosa",)
    assert refused.cadena is accepted.cadena is Cadena.PRUEBA


def test_the_rfc_must_be_that_of_the_registro_patronal(
    verificador: CertificateVerifier, cer: bytes, key: bytes
) -> None:
    other = verificador.verify(cer, key, CLAVE, now=NOW, esperado=Esperado(rfc="TBI990101QX5"))
    assert other.mensajes == (
        "El RFC del certificado (ROTJ850314QX7) no corresponde al del registro patronal "
        "(TBI990101QX5).",
    )
    assert other.por_campo(CampoCertificado.REGISTRO_PATRONAL) == other.mensajes
    own = verificador.verify(cer, key, CLAVE, now=NOW, esperado=Esperado(rfc="rotj-850314-qx7"))
    assert own.valido


def test_everything_wrong_is_told_in_its_order(
    verificador: CertificateVerifier, emisora_de_pruebas: Emisora
) -> None:
    wrong = emisora_de_pruebas.emitir(csd(), nueva_llave())
    other = cifrar_como_sat(nueva_llave(2048, "otro"), CLAVE.encode())
    found = verificador.verify(
        wrong,
        other,
        CLAVE,
        now=HASTA + timedelta(days=1),
        esperado=Esperado(rfc="ROTJ850314QX7"),
    )
    assert found.mensajes == (
        "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma.",
        "El certificado (.cer) y la llave privada (.key) no corresponden entre sí.",
        "El certificado venció el 10/05/2028.",
        "Es un certificado de prueba del SAT; no tiene validez.",
        "El RFC del certificado (TBI990101QX5) no corresponde al del registro patronal "
        "(ROTJ850314QX7).",
    )


def test_inspecting_asks_for_no_password(
    verificador: CertificateVerifier, cer: bytes, un_pfx: bytes
) -> None:
    seen = verificador.inspect(cer, now=NOW)
    assert (seen.certificado is not None, seen.problemas, seen.falta_contrasena) == (
        True,
        (),
        False,
    )
    closed = verificador.inspect(un_pfx, now=NOW)
    assert (closed.clase, closed.certificado, closed.problemas, closed.falta_contrasena) == (
        ClaseArchivoCertificado.PFX,
        None,
        (),
        True,
    )
    assert not closed.valido


def test_the_password_given_as_bytearray_is_left_to_its_owner(
    verificador: CertificateVerifier, cer: bytes, key: bytes
) -> None:
    password = bytearray(CLAVE, "utf-8")
    assert verificador.verify(cer, key, password, now=NOW).completa
    assert password == bytearray(CLAVE, "utf-8")


def cadena(pinned: Emisora, signer: Emisora, datos: Datos, kind: Cadena = Cadena.SAT) -> Cadena:
    leaf = read_certificate(signer.emitir(datos, nueva_llave()))
    return Autoridades([pinned.autoridad(kind)]).cadena(leaf)


@pytest.mark.parametrize("kind", [Cadena.SAT, Cadena.PRUEBA])
def test_a_pinned_authority_is_recognized(emisora: Emisora, kind: Cadena) -> None:
    assert cadena(emisora, emisora, efirma_fisica(), kind) is kind


def test_the_old_signatures_with_sha_1_still_count(emisora: Emisora) -> None:
    leaf = read_certificate(emisora.emitir(efirma_fisica(), nueva_llave(), SHA1_RSA))
    assert Autoridades([emisora.autoridad(Cadena.SAT)]).cadena(leaf) is Cadena.SAT


def test_a_namesake_with_another_key_is_unknown(emisora: Emisora) -> None:
    namesake = Emisora()
    namesake.llave = nueva_llave(2048, "impostora")
    assert cadena(emisora, namesake, efirma_fisica()) is Cadena.DESCONOCIDA


def test_the_same_key_under_another_name_is_unknown(emisora: Emisora) -> None:
    assert cadena(emisora, Emisora("OTRA"), efirma_fisica()) is Cadena.DESCONOCIDA


def test_an_authority_counts_by_its_dates_when_it_issued() -> None:
    expired = Emisora(desde=DESDE - timedelta(days=400), hasta=DESDE + timedelta(days=1))
    assert cadena(expired, expired, efirma_fisica()) is Cadena.SAT
    too_late = efirma_fisica().con(desde=DESDE + timedelta(days=2))
    assert cadena(expired, expired, too_late) is Cadena.DESCONOCIDA
    too_soon = efirma_fisica().con(desde=DESDE - timedelta(days=401))
    assert cadena(expired, expired, too_soon) is Cadena.DESCONOCIDA


def test_an_authority_is_no_leaf(emisora: Emisora) -> None:
    assert cadena(emisora, emisora, efirma_fisica().con(autoridad=True)) is Cadena.DESCONOCIDA


def test_one_changed_octet_breaks_the_chain(emisora: Emisora) -> None:
    data = bytearray(emisora.emitir(efirma_fisica(), nueva_llave()))
    data[data.index(b"ROTJ850314QX7")] ^= 1
    pinned = Autoridades([emisora.autoridad(Cadena.SAT)])
    assert pinned.cadena(read_certificate(bytes(data))) is Cadena.DESCONOCIDA


def test_the_pinned_file_holds_the_four_of_the_sat_the_former_ones_and_the_test_ones() -> None:
    pinned = Autoridades.pinned()
    kinds = [each.cadena for group in pinned._by_subject.values() for each in group]
    former, of_tests, of_today = Cadena.ANTERIOR, Cadena.PRUEBA, Cadena.SAT
    assert sorted(kinds) == [*[former] * 4, *[of_tests] * 3, *[of_today] * 4]


def test_a_former_authority_is_named_and_never_trusted(emisora: Emisora) -> None:
    """Also a certificate whose dates still hold: nobody may issue in its name any more."""
    judge = CertificateVerifier(Autoridades([emisora.autoridad(Cadena.ANTERIOR)]))
    found = judge.verify(emisora.emitir(efirma_fisica(), nueva_llave()), now=NOW)
    assert (found.valido, found.mensajes) == (
        False,
        (
            "El certificado fue emitido por una autoridad anterior del SAT, ya vencida. Renuévelo "
            "en el SAT.",
        ),
    )


def test_an_administrator_can_add_an_authority() -> None:
    nueva = Emisora("AUTORIDAD NUEVA")
    sujeto = ((CN, asn1.text("AUTORIDAD NUEVA")), (O, asn1.text("ICSOE")))
    datos = Datos(sujeto, None, autoridad=True, desde=nueva.desde, hasta=nueva.hasta)
    added = Autoridad.from_certificate(nueva.emitir(datos, nueva.llave), "PRUEBA")
    assert added == nueva.autoridad(Cadena.SAT)
    leaf = read_certificate(nueva.emitir(efirma_fisica(), nueva_llave()))
    assert Autoridades.pinned([added]).cadena(leaf) is Cadena.SAT
    assert Autoridades.pinned().cadena(leaf) is Cadena.DESCONOCIDA


@pytest.mark.parametrize("data", [b"", b"basura", b"\x30\x00"])
def test_what_is_no_certificate_cannot_be_added(data: bytes) -> None:
    with pytest.raises(InvalidInputError, match="no es un certificado"):
        Autoridad.from_certificate(data, "X")


def test_a_certificate_that_is_no_authority_cannot_be_added(emisora: Emisora) -> None:
    with pytest.raises(InvalidInputError, match="autoridad certificadora"):
        Autoridad.from_certificate(emisora.emitir(efirma_fisica(), nueva_llave()), "X")
