"""By whom a certificate was issued."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.domain.certificados.x509 import read_certificate
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.certificados.autoridades import Autoridad, Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.generador import (
    CN,
    DESDE,
    NOW,
    SHA1_RSA,
    Datos,
    Emisora,
    O,
    efirma_fisica,
    nueva_llave,
)


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
