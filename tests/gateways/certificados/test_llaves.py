"""Private keys in every wrapping that is to be read, and every reading of a password."""

from __future__ import annotations

import base64
import subprocess
import unicodedata
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_der_private_key,
)

from icsoe_desktop.gateways.certificados.cifrados import decrypt_rc2
from icsoe_desktop.gateways.certificados.contrasena_archivo import PasswordCandidates
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.generador import NOW, Emisora, efirma_fisica, nueva_llave
from tests.gateways.certificados.generador_llaves import (
    AES128,
    AES256,
    DES3,
    MD5_DES,
    MD5_RC2,
    RC2_40,
    RC2_128,
    RC4_40,
    RC4_128,
    SHA1_2DES,
    SHA1_3DES,
    SHA1_DES,
    bmp,
    cifrar_como_sat,
    envolver,
    pbe_pkcs12,
    pbes1,
    pbes2,
    pbes2_scrypt,
    pkcs1,
    pkcs8,
    rc2_cbc,
)

CLAVE = "Clave-de-prueba-7"
EXITO = ("La validación de la FIEL fue exitosa",)
MALA = ("La contraseña de la llave privada es incorrecta.",)


@pytest.fixture(scope="module")
def cer(emisora: Emisora) -> bytes:
    return emisora.emitir(efirma_fisica(), nueva_llave())


def pem(label: str, data: bytes) -> bytes:
    lines = base64.encodebytes(data)
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label.encode(), lines, label.encode())


ENVOLTURAS: dict[str, Callable[[bytes], tuple[bytes, bytes]]] = {
    "PBES2 3DES, como el SAT": lambda plain: pbes2(plain, CLAVE.encode()),
    "PBES2 3DES con largo": lambda plain: pbes2(plain, CLAVE.encode(), largo=24),
    "PBES2 3DES SHA-1 escrito": lambda plain: pbes2(plain, CLAVE.encode(), prf="sha1"),
    "PBES2 AES-128 SHA-224": lambda plain: pbes2(
        plain, CLAVE.encode(), prf="sha224", cipher=AES128
    ),
    "PBES2 AES-256 SHA-256": lambda plain: pbes2(
        plain, CLAVE.encode(), prf="sha256", cipher=AES256
    ),
    "PBES2 AES-256 SHA-384": lambda plain: pbes2(
        plain, CLAVE.encode(), prf="sha384", cipher=AES256
    ),
    "PBES2 3DES SHA-512": lambda plain: pbes2(plain, CLAVE.encode(), prf="sha512", cipher=DES3),
    "PBES2 scrypt": lambda plain: pbes2_scrypt(plain, CLAVE.encode()),
    "PBES1 MD5-DES": lambda plain: pbes1(plain, CLAVE.encode(), MD5_DES),
    "PBES1 SHA1-DES": lambda plain: pbes1(plain, CLAVE.encode(), SHA1_DES),
    "PBES1 MD5-RC2": lambda plain: pbes1(plain, CLAVE.encode(), MD5_RC2),
    "SHA1-3DES": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), SHA1_3DES),
    "SHA1-2DES": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), SHA1_2DES),
    "SHA1-RC2-128": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), RC2_128),
    "SHA1-RC2-40": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), RC2_40),
    "SHA1-RC4-128": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), RC4_128),
    "SHA1-RC4-40": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), RC4_40),
}


@pytest.mark.parametrize("envoltura", ENVOLTURAS)
def test_an_encrypted_key_opens_with_its_password_alone(
    verificador: CertificateVerifier, cer: bytes, envoltura: str
) -> None:
    key = envolver(*ENVOLTURAS[envoltura](pkcs8(nueva_llave())))
    assert verificador.verify(cer, key, CLAVE, now=NOW).mensajes == EXITO
    assert verificador.verify(cer, key, CLAVE + "x", now=NOW).mensajes == MALA
    assert verificador.verify(cer, key, now=NOW).falta_contrasena


@pytest.mark.parametrize(
    "envoltura", ["PBES2 3DES, como el SAT", "PBES2 AES-256 SHA-256", "PBES2 scrypt", "SHA1-3DES"]
)
def test_the_generator_writes_what_others_read(envoltura: str) -> None:
    """Otherwise the test above would only show that two mistakes agree."""
    key = envolver(*ENVOLTURAS[envoltura](pkcs8(nueva_llave())))
    theirs = load_der_private_key(key, CLAVE.encode(), unsafe_skip_rsa_key_validation=True)
    assert theirs.public_key() == nueva_llave().public_key()


@pytest.mark.parametrize(
    "cipher",
    ["PBE-MD5-DES", "PBE-SHA1-DES", "PBE-SHA1-3DES", "PBE-SHA1-RC2-40", "PBE-SHA1-RC4-128"],
)
def test_keys_that_openssl_encrypted_open(
    verificador: CertificateVerifier, cer: bytes, cipher: str
) -> None:
    command = f"openssl pkcs8 -topk8 -inform DER -outform DER -v1 {cipher} -passout pass:{CLAVE}"
    try:
        made = subprocess.run(
            f"{command} -provider legacy -provider default".split(),
            input=pkcs8(nueva_llave()),
            capture_output=True,
            check=True,
            timeout=300,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no hay openssl con los cifrados antiguos")
    assert verificador.verify(cer, made.stdout, CLAVE, now=NOW).mensajes == EXITO


def test_a_key_without_encryption_opens_with_or_without_a_password(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    for key in (pkcs8(nueva_llave()), pkcs1(nueva_llave())):
        for password in (None, "", "de más"):
            assert verificador.verify(cer, key, password, now=NOW).mensajes == EXITO


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"", b"\r\n"), (b"", b"\0\0\0"), (b"\xef\xbb\xbf", b""), (b"\xef\xbb\xbf", b"\n\x1a")],
)
def test_what_editors_and_transfers_add_around_is_ignored(
    verificador: CertificateVerifier, cer: bytes, before: bytes, after: bytes
) -> None:
    key = before + cifrar_como_sat(nueva_llave(), CLAVE.encode()) + after
    found = verificador.verify(before + cer + after, key, CLAVE, now=NOW)
    assert found.mensajes == EXITO


def test_armoured_files_are_read_in_every_dress(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    encrypted = cifrar_como_sat(nueva_llave(), CLAVE.encode())
    armoured = pem("CERTIFICATE", cer)
    key = pem("ENCRYPTED PRIVATE KEY", encrypted)
    both = key + b"\n" + armoured
    for one, other in (
        (armoured, key),
        (b"Bag Attributes\n  friendlyName: x\n" + armoured, b"\xef\xbb\xbf" + key),
        (armoured.replace(b"\n", b"\r\n"), key.replace(b"\n", b"\r\n")),
        (b"\xff\xfe" + armoured.decode().encode("utf-16-le"), key),
        (base64.b64encode(cer), base64.encodebytes(encrypted)),
        (b"\xef\xbb\xbf" + base64.b64encode(cer) + b"\r\n", base64.b64encode(encrypted)),
        (base64.b64encode(cer).rstrip(b"="), base64.b64encode(encrypted).rstrip(b"=")),
        (both, both),
        (armoured, pem("PRIVATE KEY", pkcs8(nueva_llave()))),
        (armoured, pem("RSA PRIVATE KEY", pkcs1(nueva_llave()))),
    ):
        assert verificador.verify(one, other, CLAVE, now=NOW).mensajes == EXITO


def test_a_pem_with_the_encryption_of_openssl_opens(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    key = nueva_llave().private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(CLAVE.encode())
    )
    assert b"Proc-Type: 4,ENCRYPTED" in key
    assert verificador.verify(cer, key, CLAVE, now=NOW).mensajes == EXITO
    assert verificador.verify(cer, key, "otra", now=NOW).mensajes == MALA
    assert verificador.verify(cer, key, now=NOW).falta_contrasena


def test_an_armour_without_its_end_is_incomplete(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    armoured = pem("CERTIFICATE", cer)
    for size in (3, 12, 40, len(armoured) // 2, len(armoured) - 10):
        found = verificador.verify(armoured[: size + 5], now=NOW)
        assert found.mensajes == ("El archivo está incompleto; vuelva a copiarlo desde su origen.",)


TEXTO = "Contraseña ñandú €1"


@pytest.mark.parametrize(
    "octets",
    [
        unicodedata.normalize("NFC", TEXTO).encode(),
        TEXTO.encode("cp1252"),
        unicodedata.normalize("NFD", TEXTO).encode(),
        TEXTO.replace("€", "").encode("cp850"),
    ],
    ids=["utf-8 nfc", "cp1252", "utf-8 nfd", "cp850"],
)
def test_a_password_opens_whatever_encoding_the_other_program_used(
    verificador: CertificateVerifier, cer: bytes, octets: bytes
) -> None:
    typed = TEXTO.replace("€", "") if octets == TEXTO.replace("€", "").encode("cp850") else TEXTO
    key = envolver(*pbes2(pkcs8(nueva_llave()), octets))
    for given in (
        typed,
        unicodedata.normalize("NFD", typed),
        typed.encode(),
        typed.encode("cp1252"),
        bytearray(octets),
        b"\xef\xbb\xbf" + typed.encode(),
        typed.encode("utf-16"),
    ):
        assert verificador.verify(cer, key, given, now=NOW).mensajes == EXITO, given


def test_the_readings_of_a_password_come_in_their_order() -> None:
    with PasswordCandidates("ñ") as candidatas:
        assert [bytes(each) for each in candidatas.raw] == [
            b"\xc3\xb1",
            b"\xf1",
            b"n\xcc\x83",
            b"\xa4",
        ]
        assert bytes(candidatas.bmp[0]) == b"\0\xf1\0\0"


def test_the_readings_of_a_password_are_wiped() -> None:
    with PasswordCandidates("ñandú") as unusual, PasswordCandidates(bytearray(b"usual")) as usual:
        kept = [*unusual.raw, *unusual.bmp, *usual.raw, *usual.bmp]
        assert all(any(each) for each in kept)
    assert all(not any(each) for each in kept)


@pytest.mark.parametrize("odd", ["\ud800", b"\xff\xfe", b"\x81", b"\0", "a" * 100_000])
def test_an_impossible_password_is_merely_wrong(
    verificador: CertificateVerifier, cer: bytes, odd: str | bytes
) -> None:
    key = cifrar_como_sat(nueva_llave(), CLAVE.encode())
    assert verificador.verify(cer, key, odd, now=NOW).mensajes == MALA


def test_keys_of_other_kinds_do_not_crash(
    verificador: CertificateVerifier, emisora: Emisora, cer: bytes
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    edwards = ed25519.Ed25519PrivateKey.generate()
    for llave in (curve, edwards):
        key = cifrar_como_sat(llave, CLAVE.encode())
        own = emisora.emitir(efirma_fisica(), llave)
        assert verificador.verify(own, key, CLAVE, now=NOW).mensajes == EXITO
        assert verificador.verify(cer, key, CLAVE, now=NOW).llave_corresponde is False
        rsa_key = cifrar_como_sat(nueva_llave(), CLAVE.encode())
        assert verificador.verify(own, rsa_key, CLAVE, now=NOW).llave_corresponde is False
    own = emisora.emitir(efirma_fisica(), curve)
    assert verificador.verify(own, pkcs1(curve), now=NOW).mensajes == EXITO  # SEC 1


def test_a_key_that_borrows_the_modulus_of_another_does_not_correspond(
    verificador: CertificateVerifier, cer: bytes
) -> None:
    """The primes are not checked one by one: the challenge must find it."""
    own = nueva_llave().public_key().public_numbers()
    other = nueva_llave(2048, "otro").private_numbers()
    numbers = (0, own.n, own.e, other.d, other.p, other.q, other.dmp1, other.dmq1, other.iqmp)
    forged = asn1.sequence(*(asn1.integer(number) for number in numbers))
    found = verificador.verify(cer, forged, now=NOW)
    assert (found.llave_corresponde, found.mensajes) == (
        False,
        ("El certificado (.cer) y la llave privada (.key) no corresponden entre sí.",),
    )


@pytest.mark.parametrize(
    ("key", "bits", "plain", "cipher"),
    [
        ("0000000000000000", 63, "0000000000000000", "ebb773f993278eff"),
        ("ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"),
        ("3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"),
        ("88", 64, "0000000000000000", "61a8a244adacccf0"),
        ("88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"),
        ("88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"),
        ("88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"),
        (
            "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e",
            129,
            "0000000000000000",
            "5b78d3a43dfff1f1",
        ),
    ],
)
def test_it_decrypts_the_vectors_of_the_rfc(key: str, bits: int, plain: str, cipher: str) -> None:
    found = decrypt_rc2(bytes.fromhex(key), bits, bytes(8), bytes.fromhex(cipher))
    assert found.hex() == plain


def test_blocks_are_chained() -> None:
    key, iv, text = b"12345", b"abcdefgh", b"varios bloques seguidos de texto"
    assert decrypt_rc2(key, 40, iv, rc2_cbc(key, 40, iv, text)) == text + b"\x08" * 8


@pytest.mark.parametrize(
    ("key", "bits", "iv", "data"),
    [
        (b"", 40, bytes(8), bytes(8)),
        (b"k", 0, bytes(8), bytes(8)),
        (b"k", 8, b"", bytes(8)),
        (b"k", 8, bytes(8), bytes(9)),
    ],
)
def test_impossible_parameters_are_refused(key: bytes, bits: int, iv: bytes, data: bytes) -> None:
    with pytest.raises(ValueError, match="bad RC2"):
        decrypt_rc2(key, bits, iv, data)
