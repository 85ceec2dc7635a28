""".pfx files in every variety that other programs write."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.certificados.verificacion import CampoCertificado
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1, generador_pfx
from tests.gateways.certificados.generador import NOW, Emisora, imss, nueva_llave
from tests.gateways.certificados.generador_llaves import bmp, pbes2, pkcs8
from tests.gateways.certificados.generador_pfx import (
    como_openssl_3,
    como_openssl_legacy,
    con_pbmac1,
    pfx,
)

CLAVE = "Clave-de-prueba-7"
MALA = ("La contraseña es incorrecta o el archivo .pfx está dañado.",)


@pytest.fixture(scope="module")
def cer(emisora: Emisora) -> bytes:
    return emisora.emitir(imss(), nueva_llave())


@pytest.mark.parametrize("clave", [CLAVE, "contraseña ñ", "", "€uro"])
@pytest.mark.parametrize("como", [como_openssl_legacy, como_openssl_3, con_pbmac1])
@pytest.mark.parametrize("sin_mac", [False, True])
def test_a_pfx_opens_with_its_password_alone(
    verificador: CertificateVerifier, cer: bytes, como: object, clave: str, sin_mac: bool
) -> None:
    data = pfx([cer], [nueva_llave()], como(clave), sin_mac=sin_mac)  # type: ignore[operator]
    found = verificador.verify(data, None, clave, now=NOW)
    assert (found.problemas, found.completa) == ((), True)
    wrong = verificador.verify(data, None, clave + "x", now=NOW)
    assert (wrong.mensajes, wrong.certificado) == (MALA, None)
    assert wrong.por_campo(CampoCertificado.CONTRASENA) == MALA


def test_a_pfx_in_ber_opens(verificador: CertificateVerifier, cer: bytes) -> None:
    """Windows, Java and Mozilla write indefinite lengths and octet strings in pieces."""
    for como in (como_openssl_legacy, como_openssl_3):
        data = asn1.to_ber(pfx([cer], [nueva_llave()], como(CLAVE)))
        assert data.startswith(b"\x30\x80")
        assert verificador.verify(data, None, CLAVE, now=NOW).completa


def test_a_pfx_in_ber_to_the_core_opens(verificador: CertificateVerifier, cer: bytes) -> None:
    """As Bouncy Castle writes them: each safe inside in BER too."""
    bags = asn1.sequence(
        generador_pfx.bolsa_certificado(cer),
        generador_pfx.bolsa(generador_pfx.KEY_BAG, pkcs8(nueva_llave())),
    )
    safe = asn1.to_ber(asn1.sequence(generador_pfx.abierta(asn1.to_ber(bags))))
    data = asn1.to_ber(generador_pfx.cerrar(safe, como_openssl_legacy(CLAVE)[2]))
    assert verificador.verify(data, None, CLAVE, now=NOW).completa
    assert verificador.verify(data, None, "otra", now=NOW).mensajes == MALA


def test_encrypted_content_in_pieces_opens(verificador: CertificateVerifier, cer: bytes) -> None:
    cifrar, _, sellar = como_openssl_3(CLAVE)
    algorithm, encrypted = cifrar(asn1.sequence(generador_pfx.bolsa_certificado(cer)))
    pieces = asn1.octets(encrypted[:64]) + asn1.octets(encrypted[64:])
    info = asn1.sequence(asn1.oid(generador_pfx.DATA), algorithm, b"\xa0\x80" + pieces + b"\0\0")
    safe = asn1.sequence(
        asn1.oid(generador_pfx.ENCRYPTED),
        asn1.context(0, asn1.sequence(asn1.integer(0), info)),
    )
    key = generador_pfx.abierta(
        asn1.sequence(generador_pfx.bolsa(generador_pfx.KEY_BAG, pkcs8(nueva_llave())))
    )
    data = generador_pfx.cerrar(asn1.sequence(safe, key), sellar)
    assert verificador.verify(data, None, CLAVE, now=NOW).completa


def test_bags_inside_bags_are_found(verificador: CertificateVerifier, cer: bytes) -> None:
    inner = asn1.sequence(
        generador_pfx.bolsa_certificado(cer),
        generador_pfx.bolsa(generador_pfx.KEY_BAG, pkcs8(nueva_llave())),
    )
    nested = asn1.sequence(generador_pfx.bolsa(generador_pfx.SAFE_CONTENTS_BAG, inner))
    data = generador_pfx.cerrar(asn1.sequence(generador_pfx.abierta(nested)), None)
    assert verificador.verify(data, now=NOW).completa


def test_a_pfx_nested_without_end_is_damaged(verificador: CertificateVerifier) -> None:
    inner = asn1.sequence()
    for _ in range(200):
        inner = asn1.sequence(generador_pfx.bolsa(generador_pfx.SAFE_CONTENTS_BAG, inner))
    data = generador_pfx.cerrar(asn1.sequence(generador_pfx.abierta(inner)), None)
    assert verificador.verify(data, None, CLAVE, now=NOW).mensajes == MALA


def test_a_pfx_without_password_opens_without_asking(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    nothing_at_all = generador_pfx.pfx(
        [cer],
        [nueva_llave()],
        (
            lambda plain: pbes2(plain, b"", prf="sha256"),
            lambda plain: pbes2(plain, b"", prf="sha256"),
            lambda safe: generador_pfx.mac(safe, b"", "sha256"),
        ),
    )
    two_zeros = pfx([cer], [nueva_llave()], como_openssl_3(""))
    for data in (nothing_at_all, two_zeros):
        assert verificador.verify(data, now=NOW).completa


def test_a_closed_pfx_waits_for_its_password(verificador: CertificateVerifier, cer: bytes) -> None:
    data = pfx([cer], [nueva_llave()], como_openssl_3(CLAVE))
    found = verificador.verify(data, now=NOW)
    assert (found.mensajes, found.falta_contrasena, found.certificado) == (
        ("Escriba la contraseña del archivo .pfx.",),
        True,
        None,
    )


def test_certificates_in_the_open_are_shown_before_the_password(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    _, cifrar_llave, sellar = como_openssl_3(CLAVE)
    shrouded = asn1.sequence(*(part for part in _shroud(cifrar_llave(pkcs8(nueva_llave())))))
    bags = asn1.sequence(
        generador_pfx.bolsa_certificado(cer),
        generador_pfx.bolsa(generador_pfx.SHROUDED, shrouded),
    )
    data = generador_pfx.cerrar(asn1.sequence(generador_pfx.abierta(bags)), sellar)
    seen = verificador.inspect(data, now=NOW)
    assert seen.certificado is not None
    assert (seen.certificado.tipo, seen.falta_contrasena, seen.valido) == (
        TipoCertificado.IMSS,
        True,
        False,
    )
    assert verificador.verify(data, None, CLAVE, now=NOW).completa


def _shroud(encrypted: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    return encrypted[0], asn1.octets(encrypted[1])


def test_too_many_iterations_are_refused_at_once(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    cifrar, cifrar_llave, _ = como_openssl_3(CLAVE)

    def greedy(safe: bytes) -> bytes:
        return generador_pfx.mac(safe, bmp(CLAVE), "sha256", vueltas=2_000_000_000)

    data = pfx([cer], [nueva_llave()], (cifrar, cifrar_llave, greedy))
    assert verificador.verify(data, None, CLAVE, now=NOW).mensajes == MALA


def test_a_cipher_that_nobody_knows_is_named(verificador: CertificateVerifier, cer: bytes) -> None:
    exotic = asn1.sequence(asn1.oid("1.2.643.7.1.1.5.1"), asn1.null())
    cifrar, _, sellar = como_openssl_3(CLAVE)
    data = pfx([cer], [nueva_llave()], (cifrar, lambda plain: (exotic, plain), sellar))
    assert verificador.verify(data, None, CLAVE, now=NOW).mensajes == (
        "La llave usa un cifrado no admitido (1.2.643.7.1.1.5.1).",
    )


@pytest.mark.parametrize(
    ("scheme", "digest"),
    [
        (pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, hashes.SHA1()),  # noqa: S303
        (pkcs12.PBES.PBESv2SHA256AndAES256CBC, hashes.SHA256()),
        (None, None),
    ],
    ids=["3DES", "AES-256", "sin cifrar"],
)
def test_what_cryptography_writes_opens_here(
    verificador: CertificateVerifier,
    cer: bytes,
    scheme: pkcs12.PBES | None,
    digest: hashes.HashAlgorithm | None,
) -> None:
    how: object = NoEncryption()
    if scheme is not None and digest is not None:
        builder = PrivateFormat.PKCS12.encryption_builder()
        how = builder.key_cert_algorithm(scheme).hmac_hash(digest).build(CLAVE.encode())
    data = pkcs12.serialize_key_and_certificates(
        b"imss",
        nueva_llave(),
        x509.load_der_x509_certificate(cer),
        None,
        how,  # type: ignore[arg-type]
    )
    assert verificador.verify(data, None, "" if scheme is None else CLAVE, now=NOW).completa


@pytest.mark.parametrize("como", [como_openssl_3, como_openssl_legacy])
def test_the_generator_writes_what_cryptography_reads(como: object, cer: bytes) -> None:
    data = pfx([cer], [nueva_llave()], como(CLAVE))  # type: ignore[operator]
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, CLAVE.encode())
    except ValueError:
        pytest.skip("esta cryptography no lee RC2-40")
    assert key is not None
    assert certificate is not None
    assert key.public_key() == certificate.public_key() == nueva_llave().public_key()


@pytest.mark.parametrize("options", [[], ["-legacy"], ["-nomac"], ["-legacy", "-descert"]])
def test_what_openssl_writes_opens_here(
    verificador: CertificateVerifier, cer: bytes, tmp_path: Path, options: list[str]
) -> None:
    certificate = x509.load_der_x509_certificate(cer)
    pem = tmp_path / "par.pem"
    pem.write_bytes(
        nueva_llave().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    try:
        made = subprocess.run(
            ["openssl", "pkcs12", "-export", "-in", pem, "-passout", f"pass:{CLAVE}", *options],
            capture_output=True,
            check=True,
            timeout=300,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no hay openssl que escriba esta variedad")
    assert verificador.verify(made.stdout, None, CLAVE, now=NOW).completa
    assert verificador.verify(made.stdout, None, "otra", now=NOW).mensajes == MALA
