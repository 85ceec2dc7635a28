"""Private keys in every wrapping that people bring, written octet by octet."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from icsoe_desktop.gateways.certificados import cifrados
from icsoe_desktop.gateways.certificados.cifrados import derive_pkcs12
from tests.gateways.certificados import asn1

SALT = bytes.fromhex("0201000282010100")
IV = bytes.fromhex("308204bf02010030")

PBES2, PBKDF2 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"
SCRYPT = "1.3.6.1.4.1.11591.4.11"
DES3, AES128, AES256 = (
    "1.2.840.113549.3.7",
    "2.16.840.1.101.3.4.1.2",
    "2.16.840.1.101.3.4.1.42",
)
HMACS = {"sha1": "7", "sha224": "8", "sha256": "9", "sha384": "10", "sha512": "11"}
MD5_DES, SHA1_DES, MD5_RC2 = (f"1.2.840.113549.1.5.{n}" for n in (3, 10, 6))
RC4_128, RC4_40, SHA1_3DES, SHA1_2DES, RC2_128, RC2_40 = (
    f"1.2.840.113549.1.12.1.{n}" for n in range(1, 7)
)


def pkcs8(llave: object) -> bytes:
    return _encode(llave, PrivateFormat.PKCS8)


def pkcs1(llave: object) -> bytes:
    return _encode(llave, PrivateFormat.TraditionalOpenSSL)


def _encode(llave: object, formato: PrivateFormat) -> bytes:
    encoded: bytes = llave.private_bytes(  # type: ignore[attr-defined]
        Encoding.DER, formato, NoEncryption()
    )
    return encoded


def cifrar_como_sat(llave: object, contrasena: bytes) -> bytes:
    """As every .key of the SAT: PBES2, 3DES, HMAC-SHA1, 2,048 iterations."""
    return envolver(*pbes2(pkcs8(llave), contrasena))


def envolver(algorithm: bytes, encrypted: bytes) -> bytes:
    """An EncryptedPrivateKeyInfo."""
    return asn1.sequence(algorithm, asn1.octets(encrypted))


def pbes2(
    plain: bytes,
    contrasena: bytes,
    *,
    prf: str | None = None,
    cipher: str = DES3,
    vueltas: int = 2048,
    largo: int | None = None,
) -> tuple[bytes, bytes]:
    """AlgorithmIdentifier and ciphertext. prf: None for the default, which is left out."""
    size, block = {DES3: (24, 8), AES128: (16, 16), AES256: (32, 16)}[cipher]
    key = hashlib.pbkdf2_hmac(prf or "sha1", contrasena, SALT, min(vueltas, 10_000), size)
    parameters = [asn1.octets(SALT), asn1.integer(vueltas)]
    if largo is not None:
        parameters.append(asn1.integer(largo))
    if prf is not None:
        kind = asn1.oid("1.2.840.113549.2." + HMACS[prf])
        parameters.append(asn1.sequence(kind, asn1.null()))
    kdf = asn1.sequence(asn1.oid(PBKDF2), asn1.sequence(*parameters))
    return _pbes2(kdf, cipher, key, block, plain)


def pbes2_scrypt(plain: bytes, contrasena: bytes, n: int = 1024) -> tuple[bytes, bytes]:
    key = hashlib.scrypt(contrasena, salt=SALT, n=min(n, 1 << 14), r=8, p=1, dklen=32)
    parameters = (asn1.octets(SALT), asn1.integer(n), asn1.integer(8), asn1.integer(1))
    kdf = asn1.sequence(asn1.oid(SCRYPT), asn1.sequence(*parameters))
    return _pbes2(kdf, AES256, key, 16, plain)


def _pbes2(kdf: bytes, cipher: str, key: bytes, block: int, plain: bytes) -> tuple[bytes, bytes]:
    iv = (IV * 2)[:block]
    scheme = asn1.sequence(asn1.oid(cipher), asn1.octets(iv))
    algorithm = asn1.sequence(asn1.oid(PBES2), asn1.sequence(kdf, scheme))
    kind = TripleDES(key) if cipher == DES3 else AES(key)
    return algorithm, _cbc(kind, iv, plain, block)


def pbes1(plain: bytes, contrasena: bytes, oid: str, vueltas: int = 1000) -> tuple[bytes, bytes]:
    """PBKDF1 with MD5 or SHA-1, then DES or RC2 of 64 bits."""
    key = contrasena + SALT
    for _ in range(vueltas):
        key = hashlib.new("sha1" if oid == SHA1_DES else "md5", key).digest()
    if oid == MD5_RC2:
        encrypted = rc2_cbc(key[:8], 64, key[8:16], plain)
    else:
        encrypted = _cbc(TripleDES(key[:8] * 3), key[8:16], plain, 8)
    return _with_salt(oid, vueltas), encrypted


def pbe_pkcs12(
    plain: bytes, contrasena: bytes, oid: str = SHA1_3DES, vueltas: int = 2000
) -> tuple[bytes, bytes]:
    """contrasena: UTF-16 with two closing zeros."""
    size = {SHA1_3DES: 24, SHA1_2DES: 16, RC2_128: 16, RC2_40: 5, RC4_128: 16, RC4_40: 5}[oid]
    key = derive_pkcs12("sha1", contrasena, SALT, 1, vueltas, size)
    iv = derive_pkcs12("sha1", contrasena, SALT, 2, vueltas, 8)
    if oid in (RC2_40, RC2_128):
        encrypted = rc2_cbc(key, 8 * size, iv, plain)
    elif oid in (RC4_40, RC4_128):
        encrypted = Cipher(ARC4(key), None).encryptor().update(plain)
    else:
        encrypted = _cbc(TripleDES((key + key[:8])[:24]), iv, plain, 8)
    return _with_salt(oid, vueltas), encrypted


def _with_salt(oid: str, vueltas: int) -> bytes:
    return asn1.sequence(asn1.oid(oid), asn1.sequence(asn1.octets(SALT), asn1.integer(vueltas)))


def bmp(contrasena: str) -> bytes:
    return contrasena.encode("utf-16-be") + b"\0\0"


def _cbc(kind: TripleDES | AES, iv: bytes, plain: bytes, block: int) -> bytes:
    encryptor = Cipher(kind, CBC(iv)).encryptor()
    return encryptor.update(_pad(plain, block)) + encryptor.finalize()


def _pad(plain: bytes, block: int) -> bytes:
    count = block - len(plain) % block
    return plain + bytes([count]) * count


def rc2_cbc(key: bytes, effective_bits: int, iv: bytes, plain: bytes) -> bytes:
    """RC2 the way that the product never needs it. Source: RFC 2268, section 3."""
    words = cifrados._expand_rc2_key(key, effective_bits)
    padded = _pad(plain, 8)
    encrypted, previous = b"", iv
    for start in range(0, len(padded), 8):
        block = bytes(a ^ b for a, b in zip(padded[start : start + 8], previous, strict=True))
        r = [int.from_bytes(block[i : i + 2], "little") for i in (0, 2, 4, 6)]
        position = 0
        for count in range(16):
            for i, turns in enumerate((1, 2, 3, 5)):
                mixed = (r[i - 1] & r[i - 2]) + (~r[i - 1] & r[i - 3])
                value = (r[i] + words[position] + mixed) & 0xFFFF
                r[i] = (value << turns | value >> 16 - turns) & 0xFFFF
                position += 1
            if count in (4, 10):
                for i in range(4):
                    r[i] = (r[i] + words[r[i - 1] & 63]) & 0xFFFF
        previous = b"".join(value.to_bytes(2, "little") for value in r)
        encrypted += previous
    return encrypted
