""".pfx files in every variety that Windows, Java, Mozilla and OpenSSL write."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from icsoe_desktop.gateways.certificados.cifrados import derive_pkcs12
from tests.gateways.certificados import asn1
from tests.gateways.certificados.generador_llaves import (
    AES256,
    HMACS,
    PBKDF2,
    RC2_40,
    SALT,
    SHA1_3DES,
    bmp,
    pbe_pkcs12,
    pbes2,
    pkcs8,
)

DATA, ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
KEY_BAG, SHROUDED, CERT_BAG = (f"1.2.840.113549.1.12.10.1.{n}" for n in (1, 2, 3))
SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6"
DIGESTS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}

Cifrar = Callable[[bytes], tuple[bytes, bytes]]  # plaintext → AlgorithmIdentifier, ciphertext
Sellar = Callable[[bytes], bytes]  # authenticated safe → MacData


def como_openssl_legacy(contrasena: str) -> tuple[Cifrar, Cifrar, Sellar]:
    """RC2-40 over the certificates, 3DES over the key, SHA-1. Java before 16 does the same."""
    clave = bmp(contrasena)
    return (
        lambda plain: pbe_pkcs12(plain, clave, RC2_40),
        lambda plain: pbe_pkcs12(plain, clave, SHA1_3DES),
        lambda safe: mac(safe, clave, "sha1"),
    )


def como_openssl_3(contrasena: str) -> tuple[Cifrar, Cifrar, Sellar]:
    """AES-256 and SHA-256."""

    def cifrar(plain: bytes) -> tuple[bytes, bytes]:
        return pbes2(plain, contrasena.encode(), prf="sha256", cipher=AES256)

    return cifrar, cifrar, lambda safe: mac(safe, bmp(contrasena), "sha256")


def con_pbmac1(contrasena: str) -> tuple[Cifrar, Cifrar, Sellar]:
    cifrar, _, _ = como_openssl_3(contrasena)
    return cifrar, cifrar, lambda safe: pbmac1(safe, contrasena.encode())


def pfx(
    certificados: list[bytes],
    llaves: list[object],
    como: tuple[Cifrar, Cifrar, Sellar],
    *,
    sin_mac: bool = False,
) -> bytes:
    cifrar, cifrar_llave, sellar = como
    bags = b"".join(bolsa_certificado(each) for each in certificados)
    shrouded = b"".join(
        bolsa(SHROUDED, asn1.sequence(algorithm, asn1.octets(encrypted)))
        for algorithm, encrypted in (cifrar_llave(pkcs8(llave)) for llave in llaves)
    )
    safes = []
    if certificados:
        safes.append(cifrada(*cifrar(asn1.sequence(bags))))
    if llaves:
        safes.append(abierta(asn1.sequence(shrouded)))
    return cerrar(asn1.sequence(*safes), None if sin_mac else sellar)


def cerrar(safe: bytes, sellar: Sellar | None) -> bytes:
    seal = b"" if sellar is None else sellar(safe)
    return asn1.sequence(asn1.integer(3), abierta(safe), seal)


def abierta(content: bytes) -> bytes:
    return asn1.sequence(asn1.oid(DATA), asn1.context(0, asn1.octets(content)))


def cifrada(algorithm: bytes, encrypted: bytes) -> bytes:
    info = asn1.sequence(asn1.oid(DATA), algorithm, asn1.tlv(0x80, encrypted))
    data = asn1.sequence(asn1.integer(0), info)
    return asn1.sequence(asn1.oid(ENCRYPTED), asn1.context(0, data))


def bolsa(kind: str, value: bytes) -> bytes:
    attribute = asn1.sequence(
        asn1.oid("1.2.840.113549.1.9.20"), asn1.set_of(asn1.text("llave", asn1.BMP))
    )
    return asn1.sequence(asn1.oid(kind), asn1.context(0, value), asn1.set_of(attribute))


def bolsa_certificado(certificado: bytes) -> bytes:
    x509 = asn1.oid("1.2.840.113549.1.9.22.1")
    return bolsa(CERT_BAG, asn1.sequence(x509, asn1.context(0, asn1.octets(certificado))))


def mac(safe: bytes, clave: bytes, name: str, vueltas: int = 2048, hechas: int = 10_000) -> bytes:
    """hechas: at most so many rounds are really done; a MAC of fewer is wrong."""
    size = hashlib.new(name).digest_size
    key = derive_pkcs12(name, clave, SALT, 3, min(vueltas, hechas), size)
    algorithm = asn1.sequence(asn1.oid(DIGESTS[name]), asn1.null())
    digest = asn1.sequence(algorithm, asn1.octets(hmac.digest(key, safe, name)))
    return asn1.sequence(digest, asn1.octets(SALT), asn1.integer(vueltas))


def pbmac1(safe: bytes, contrasena: bytes) -> bytes:
    """Source: RFC 9579."""
    key = hashlib.pbkdf2_hmac("sha256", contrasena, SALT, 2048, 32)
    scheme = asn1.sequence(asn1.oid("1.2.840.113549.2." + HMACS["sha256"]), asn1.null())
    parameters = asn1.sequence(asn1.octets(SALT), asn1.integer(2048), asn1.integer(32), scheme)
    kdf = asn1.sequence(asn1.oid(PBKDF2), parameters)
    algorithm = asn1.sequence(asn1.oid("1.2.840.113549.1.5.14"), asn1.sequence(kdf, scheme))
    digest = asn1.sequence(algorithm, asn1.octets(hmac.digest(key, safe, "sha256")))
    return asn1.sequence(digest, asn1.octets(b"NOT USED"), asn1.integer(1))
