"""Password-based encryption of keys and .pfx files: PBES1, PBES2 and PKCS#12.

Sources: RFC 8018 (PKCS#5), RFC 7292 (PKCS#12), RFC 7914 (scrypt).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from icsoe_desktop.domain.certificados import der
from icsoe_desktop.domain.certificados.der import DerError, Element

RC2_BLOCK = 8

_ROTATIONS = (1, 2, 3, 5)


# PITABLE of RFC 2268, section 2.
_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)


def _expand_rc2_key(key: bytes, effective_bits: int) -> list[int]:
    octets = (effective_bits + 7) // 8
    mask = 0xFF >> (8 * octets - effective_bits)
    table = list(key)
    for i in range(len(key), 128):
        table.append(_PI[(table[i - 1] + table[i - len(key)]) & 0xFF])
    table[128 - octets] = _PI[table[128 - octets] & mask]
    for i in range(127 - octets, -1, -1):
        table[i] = _PI[table[i + 1] ^ table[i + octets]]
    return [table[2 * i] | table[2 * i + 1] << 8 for i in range(64)]


def _decrypt_block(words: list[int], block: bytes) -> bytes:
    r = [block[2 * i] | block[2 * i + 1] << 8 for i in range(4)]
    position = 63
    for count in range(16):
        for i in (3, 2, 1, 0):
            turns = _ROTATIONS[i]
            value = (r[i] >> turns | r[i] << 16 - turns) & 0xFFFF
            before = r[(i + 3) & 3]
            mixed = (before & r[(i + 2) & 3]) + (~before & r[(i + 1) & 3])
            r[i] = (value - words[position] - mixed) & 0xFFFF
            position -= 1
        if count in (4, 10):
            for i in (3, 2, 1, 0):
                r[i] = (r[i] - words[r[(i + 3) & 3] & 63]) & 0xFFFF
    return b"".join(value.to_bytes(2, "little") for value in r)


def decrypt_rc2(key: bytes, effective_bits: int, iv: bytes, data: bytes) -> bytearray:
    """key: 1 to 128 octets; effective_bits: 1 to 1024; data: whole blocks. Padding is left in."""
    if not (1 <= len(key) <= 128 and 1 <= effective_bits <= 1024):
        raise ValueError("bad RC2 key")
    if len(iv) != RC2_BLOCK or len(data) % RC2_BLOCK:
        raise ValueError("bad RC2 data")
    words = _expand_rc2_key(key, effective_bits)
    plain = bytearray()
    previous = iv
    for start in range(0, len(data), RC2_BLOCK):
        block = data[start : start + RC2_BLOCK]
        clear = _decrypt_block(words, block)
        plain += bytes(one ^ other for one, other in zip(clear, previous, strict=True))
        previous = block
    return plain


# NSS (Firefox) writes 600,000, the most of any program known; Java 10,000 to 100,000, Windows and
# OpenSSL 2,000. Of one file altogether: MAC, certificates and key, for a spelling or two.
MAX_ITERATIONS = 1_000_000
_MAX_WORK = 2_500_000
_RC2_BLOCK_WORK = 20  # iterations that take the time of one block in Python
_MAX_SCRYPT_MEMORY = 64 * 1024 * 1024  # bytes

_PBES2 = "1.2.840.113549.1.5.13"
_PBKDF2 = "1.2.840.113549.1.5.12"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"

_PRFS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
}
_AES_KEYS = {
    "2.16.840.1.101.3.4.1.2": 16,
    "2.16.840.1.101.3.4.1.22": 24,
    "2.16.840.1.101.3.4.1.42": 32,
}
_DES_KEYS = {"1.3.14.3.2.7": 8, "1.2.840.113549.3.7": 24}
_RC2 = "1.2.840.113549.3.2"
# RFC 8018, B.2.3: the version names the effective bits.
_RC2_VERSIONS = {160: 40, 120: 64, 58: 128}

_PBES1 = {
    "1.2.840.113549.1.5.3": ("md5", "des"),
    "1.2.840.113549.1.5.6": ("md5", "rc2"),
    "1.2.840.113549.1.5.10": ("sha1", "des"),
    "1.2.840.113549.1.5.11": ("sha1", "rc2"),
}
_PKCS12 = {  # cipher, octets of its key
    "1.2.840.113549.1.12.1.1": ("rc4", 16),
    "1.2.840.113549.1.12.1.2": ("rc4", 5),
    "1.2.840.113549.1.12.1.3": ("des", 24),
    "1.2.840.113549.1.12.1.4": ("des", 16),
    "1.2.840.113549.1.12.1.5": ("rc2", 16),
    "1.2.840.113549.1.12.1.6": ("rc2", 5),
}

_Decipher = Callable[[bytes, bytes], bytearray | None]  # key, ciphertext → plaintext
Derive = Callable[[bytes | bytearray, int], bytes]  # password, octets → key


class UnknownCipherError(Exception):
    """An encryption scheme that this module does not support."""

    def __init__(self, oid: str) -> None:
        super().__init__(oid)
        self.oid = oid


class TooMuchWorkError(UnknownCipherError):
    """A supported scheme with more iterations than any known program writes."""


class Work:
    """Counts KDF iterations, to bound the time of one file."""

    def __init__(self) -> None:
        self._left = _MAX_WORK

    def spend(self, iterations: int, oid: str) -> None:
        if iterations > MAX_ITERATIONS or iterations > self._left:
            raise TooMuchWorkError(oid)
        self._left -= iterations


@dataclass(frozen=True, slots=True)
class Scheme:
    """An encryption scheme with its parameters. bmp: its password is in UTF-16."""

    bmp: bool
    _decrypt: Callable[[bytes | bytearray, bytes], bytearray | None]

    def decrypt(self, password: bytes | bytearray, data: bytes) -> bytearray | None:
        """The plaintext; None if the padding shows a wrong password."""
        try:
            return self._decrypt(password, data)
        except (ValueError, UnsupportedAlgorithm, MemoryError):
            return None


def read_scheme(algorithm: Element, work: Work) -> Scheme:
    """The scheme of an AlgorithmIdentifier. Raises DerError, UnknownCipherError."""
    reader = algorithm.open()
    oid = der.read_oid(reader.read(der.OID))
    if oid == _PBES2:
        parameters = reader.enter()
        derive = read_kdf(parameters.read(der.SEQUENCE), work)
        size, decipher = _read_cipher(parameters.read(der.SEQUENCE), work)
        return Scheme(False, lambda password, data: decipher(derive(password, size), data))
    if oid not in _PBES1 and oid not in _PKCS12:
        raise UnknownCipherError(oid)
    parameters = reader.enter()
    salt = parameters.read(der.OCTET_STRING).content
    iterations = _read_iterations(parameters.read(), oid)
    if oid in _PBES1:
        return Scheme(False, _pbes1(*_PBES1[oid], salt, iterations, work, oid))
    return Scheme(True, _pkcs12(*_PKCS12[oid], salt, iterations, work, oid))


def prf_hash(oid: str) -> str:
    """The name of the hash of an HMAC."""
    if oid not in _PRFS:
        raise UnknownCipherError(oid)
    return _PRFS[oid]


def derive_pkcs12(
    hash_name: str, password: bytes | bytearray, salt: bytes, purpose: int, count: int, size: int
) -> bytes:
    """The KDF of PKCS#12. purpose: 1 key, 2 IV, 3 MAC. Source: RFC 7292, appendix B.2."""
    block = hashlib.new(hash_name, usedforsecurity=False).block_size

    def digest(data: bytes) -> bytes:
        return hashlib.new(hash_name, data, usedforsecurity=False).digest()

    def fill(text: bytes | bytearray) -> bytes:
        whole = -(-len(text) // block) * block
        return (bytes(text) * (whole // len(text) + 1))[:whole] if text else b""

    diversifier = bytes([purpose]) * block
    mixed = fill(salt) + fill(password)
    derived = b""
    while len(derived) < size:
        a = digest(diversifier + mixed)
        for _ in range(count - 1):
            a = digest(a)
        derived += a
        step = int.from_bytes((a * (block // len(a) + 1))[:block], "big") + 1
        mixed = b"".join(
            (int.from_bytes(mixed[i : i + block], "big") + step).to_bytes(block + 1, "big")[1:]
            for i in range(0, len(mixed), block)
        )
    return derived[:size]


def _read_iterations(element: Element, oid: str) -> int:
    iterations = der.read_integer(element, 9)
    if iterations < 1:
        raise DerError("no iterations")
    if iterations > MAX_ITERATIONS:
        raise TooMuchWorkError(oid)
    return iterations


def read_kdf(algorithm: Element, work: Work) -> Derive:
    """The PBKDF2 or scrypt of a PBES2 or PBMAC1. Raises DerError, UnknownCipherError."""
    reader = algorithm.open()
    oid = der.read_oid(reader.read(der.OID))
    if oid == _SCRYPT:
        return _read_scrypt(reader.read(der.SEQUENCE), work)
    if oid != _PBKDF2:
        raise UnknownCipherError(oid)
    parameters = reader.enter()
    salt = parameters.read(der.OCTET_STRING).content
    iterations = _read_iterations(parameters.read(), oid)
    parameters.optional(der.INTEGER)  # the length, which the cipher says too
    prf = parameters.optional(der.SEQUENCE)
    name = "sha1" if prf is None else prf_hash(der.read_oid(prf.open().read(der.OID)))
    octets = hashlib.new(name, usedforsecurity=False).digest_size

    def derive(password: bytes | bytearray, size: int) -> bytes:
        work.spend(iterations * -(-size // octets), oid)
        return hashlib.pbkdf2_hmac(name, password, salt, iterations, size)

    return derive


def _read_scrypt(parameters: Element, work: Work) -> Derive:
    reader = parameters.open()
    salt = reader.read(der.OCTET_STRING).content
    n, r, p = (der.read_integer(reader.read(der.INTEGER), 9) for _ in range(3))
    if n < 2 or r < 1 or p < 1 or n & n - 1:
        raise DerError("bad scrypt parameters")
    if 128 * n * r > _MAX_SCRYPT_MEMORY or 128 * r * p > _MAX_SCRYPT_MEMORY:
        raise TooMuchWorkError(_SCRYPT)

    def derive(password: bytes | bytearray, size: int) -> bytes:
        work.spend(n * r * p, _SCRYPT)
        memory = 128 * r * (n + p + 2) + 1024
        return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=size)

    return derive


def _read_cipher(algorithm: Element, work: Work) -> tuple[int, _Decipher]:
    """(octets of the key, decrypting function)."""
    reader = algorithm.open()
    oid = der.read_oid(reader.read(der.OID))
    if oid in _AES_KEYS:
        iv = _read_iv(reader.read(der.OCTET_STRING), 16)
        return _AES_KEYS[oid], lambda key, data: _unpad(_cbc(AES(key), iv, data), 16)
    if oid in _DES_KEYS:
        iv = _read_iv(reader.read(der.OCTET_STRING), 8)
        return _DES_KEYS[oid], lambda key, data: _des(key, iv, data)
    if oid == _RC2:
        parameters = reader.enter()
        version = parameters.optional(der.INTEGER)
        bits = 32 if version is None else der.read_integer(version)
        bits = _RC2_VERSIONS.get(bits, bits)
        iv = _read_iv(parameters.read(der.OCTET_STRING), 8)
        if not 8 <= bits <= 1024:
            raise UnknownCipherError(oid)
        return bits // 8, lambda key, data: _rc2(key, bits, iv, data, work)
    raise UnknownCipherError(oid)


def _read_iv(element: Element, octets: int) -> bytes:
    if len(element.content) != octets:
        raise DerError("bad IV")
    return element.content


def _pbes1(
    hash_name: str, cipher: str, salt: bytes, iterations: int, work: Work, oid: str
) -> Callable[[bytes | bytearray, bytes], bytearray | None]:
    def decrypt(password: bytes | bytearray, data: bytes) -> bytearray | None:
        work.spend(iterations, oid)
        key = hashlib.new(hash_name, password + salt, usedforsecurity=False).digest()
        for _ in range(iterations - 1):
            key = hashlib.new(hash_name, key, usedforsecurity=False).digest()
        if cipher == "des":
            return _des(key[:8], key[8:16], data)
        return _rc2(key[:8], 64, key[8:16], data, work)

    return decrypt


def _pkcs12(
    cipher: str, size: int, salt: bytes, iterations: int, work: Work, oid: str
) -> Callable[[bytes | bytearray, bytes], bytearray | None]:
    def decrypt(password: bytes | bytearray, data: bytes) -> bytearray | None:
        work.spend(iterations * (3 if size > 20 else 2), oid)
        key = derive_pkcs12("sha1", password, salt, 1, iterations, size)
        if cipher == "rc4":
            return bytearray(Cipher(ARC4(key), None).decryptor().update(data))
        iv = derive_pkcs12("sha1", password, salt, 2, iterations, 8)
        if cipher == "des":
            return _des(key, iv, data)
        return _rc2(key, 8 * size, iv, data, work)

    return decrypt


def _des(key: bytes, iv: bytes, data: bytes) -> bytearray | None:
    """Triple DES with one (plain DES), two or three keys of 8 octets."""
    return _unpad(_cbc(TripleDES((key * 3)[:24]), iv, data), 8)


def _rc2(key: bytes, bits: int, iv: bytes, data: bytes, work: Work) -> bytearray | None:
    work.spend(len(data) // RC2_BLOCK * _RC2_BLOCK_WORK, _RC2)
    return _unpad(decrypt_rc2(key, bits, iv, data), RC2_BLOCK)


def _cbc(algorithm: AES | TripleDES, iv: bytes, data: bytes) -> bytearray:
    decryptor = Cipher(algorithm, CBC(iv)).decryptor()
    plain = bytearray(len(data) + 16)
    written = decryptor.update_into(data, plain)
    decryptor.finalize()
    del plain[written:]
    return plain


def _unpad(plain: bytearray, block: int) -> bytearray | None:
    count = plain[-1] if plain else 0
    if not 1 <= count <= min(block, len(plain)) or plain[-count:] != bytes([count]) * count:
        wipe(plain)
        return None
    del plain[-count:]
    return plain


def wipe(secret: bytearray) -> None:
    secret[:] = bytes(len(secret))
