"""Reads all certificates and all keys of a .pfx.

`cryptography` is not enough: it silently returns one of several keys, and one certificate that it
cannot parse (all of AC6) makes it refuse the whole file.
Source: RFC 7292; RFC 9579 (PBMAC1).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from icsoe_desktop.domain.certificados import der
from icsoe_desktop.domain.certificados.der import DerError, Element, Reader
from icsoe_desktop.domain.certificados.verificacion import CONTRASENA_DE_PFX, cifrado_no_admitido
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.certificados.ber import join_octets, to_der
from icsoe_desktop.gateways.certificados.cifrados import (
    TooMuchWorkError,
    UnknownCipherError,
    Work,
    derive_pkcs12,
    prf_hash,
    read_kdf,
    read_scheme,
    wipe,
)
from icsoe_desktop.gateways.certificados.contrasena_archivo import PasswordCandidates
from icsoe_desktop.gateways.certificados.llave_privada import (
    OpenedKey,
    is_private_key_info,
    load_plain,
)

_DATA = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
_KEY_BAG = "1.2.840.113549.1.12.10.1.1"
_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2"
_CERT_BAG = "1.2.840.113549.1.12.10.1.3"
_SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6"
_X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
_PBMAC1 = "1.2.840.113549.1.5.14"
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_MAX_DEPTH = 8
_MAX_BAGS = 256
_MAX_KEYS = 32
_IMPLICIT_0 = 0x80


@dataclass(slots=True)
class Pfx:
    """The contents of a .pfx. certificados: DER, in the order of the file."""

    certificados: list[bytes] = field(default_factory=list)
    llaves: list[OpenedKey] = field(default_factory=list)


def open_pfx(data: bytes, candidatas: PasswordCandidates, work: Work) -> Pfx:
    """Raises InvalidInputError with a sentence if none of `candidatas` opens it."""
    try:
        content, mac = _read_outer(data)
        if mac is not None and not _check_mac(mac, content, candidatas, work):
            raise _wrong()
        opener = _Opener(candidatas, work)
        opener.read_authenticated_safe(content)
    except (DerError, TooMuchWorkError) as error:
        raise _wrong() from error
    except UnknownCipherError as error:
        raise InvalidInputError(cifrado_no_admitido(error.oid), "certificado") from error
    return opener.found


def peek_pfx(data: bytes) -> Pfx:
    """The contents that are readable without the password: often none, sometimes certificates.

    Raises InvalidInputError for a damaged file.
    """
    try:
        content, _ = _read_outer(data)
        opener = _Opener(None, Work())
        opener.read_authenticated_safe(content)
    except (DerError, UnknownCipherError) as error:
        raise _wrong() from error
    return opener.found


def _wrong() -> InvalidInputError:
    return InvalidInputError(CONTRASENA_DE_PFX, "contrasena")


def _read_outer(data: bytes) -> tuple[bytes, Element | None]:
    """(octets of the authenticated safe, MacData or None)."""
    pfx = Reader(to_der(data)[0]).enter()
    pfx.read(der.INTEGER)
    info = pfx.enter()
    if der.read_oid(info.read(der.OID)) != _DATA:
        raise DerError("signed .pfx")
    content = info.enter(der.CONTEXT_0).read(der.OCTET_STRING).content
    return content, pfx.optional(der.SEQUENCE)


def _check_mac(mac: Element, content: bytes, candidatas: PasswordCandidates, work: Work) -> bool:
    """Whether one of the passwords made the MAC. Also True for an unknown kind of MAC."""
    reader = mac.open()
    info = reader.enter()
    algorithm = info.read(der.SEQUENCE)
    expected = info.read(der.OCTET_STRING).content
    salt = reader.read(der.OCTET_STRING).content
    count_element = reader.optional(der.INTEGER)
    count = 1 if count_element is None else der.read_integer(count_element, 9)
    oid = der.read_oid(algorithm.open().read(der.OID))
    if oid == _PBMAC1:
        return _check_pbmac1(algorithm, expected, content, candidatas, work)
    name = _DIGESTS.get(oid)
    if name is None:
        return True
    # A longer one would make the derivation repeat itself, which no count of iterations shows.
    if len(expected) != hashlib.new(name).digest_size:
        raise DerError("MAC of another length than its hash")
    for password in candidatas.bmp:
        work.spend(max(count, 1), oid)
        key = derive_pkcs12(name, password, salt, 3, count, len(expected))
        if hmac.compare_digest(hmac.digest(key, content, name), expected):
            _move_first(candidatas.bmp, password)
            return True
    return False


def _check_pbmac1(
    algorithm: Element, expected: bytes, content: bytes, candidatas: PasswordCandidates, work: Work
) -> bool:
    reader = algorithm.open()
    reader.read(der.OID)
    parameters = reader.enter()
    kdf = parameters.read(der.SEQUENCE)
    name = prf_hash(der.read_oid(parameters.enter().read(der.OID)))
    size = _read_key_length(kdf) or hashlib.new(name).digest_size
    derive = read_kdf(kdf, work)
    for password in (*candidatas.raw, *candidatas.bmp):
        key = derive(password, size)
        if hmac.compare_digest(hmac.digest(key, content, name), expected):
            return True
    return False


def _read_key_length(kdf: Element) -> int | None:
    reader = kdf.open()
    reader.read(der.OID)
    parameters = reader.enter()
    parameters.read(der.OCTET_STRING)
    parameters.read(der.INTEGER)
    length = parameters.optional(der.INTEGER)
    if length is None:
        return None
    size = der.read_integer(length)
    if not 1 <= size <= 1024:
        raise DerError("bad key length")
    return size


def _move_first(passwords: list[bytearray], password: bytearray) -> None:
    passwords.sort(key=lambda each: each is not password)


class _Opener:
    """Walks the safes and bags of one .pfx. Without `candidatas` it skips encrypted ones."""

    def __init__(self, candidatas: PasswordCandidates | None, work: Work) -> None:
        self.found = Pfx()
        self._candidatas = candidatas
        self._work = work
        self._bags = self._keys = 0

    def read_authenticated_safe(self, content: bytes) -> None:
        for info in Reader(to_der(content)[0]).enter().rest():
            reader = info.open()
            kind = der.read_oid(reader.read(der.OID))
            if kind == _DATA:
                octets = reader.enter(der.CONTEXT_0).read(der.OCTET_STRING).content
                self._read_safe(octets, 0)
            elif kind == _ENCRYPTED_DATA:
                self._read_encrypted_safe(reader.enter(der.CONTEXT_0).enter())

    def _read_encrypted_safe(self, encrypted: Reader) -> None:
        if self._candidatas is None:
            return
        encrypted.read(der.INTEGER)
        info = encrypted.enter()
        info.read(der.OID)
        algorithm = info.read(der.SEQUENCE)
        data = _read_implicit_octets(info.read())
        plain = self._decrypt(algorithm, data, self._candidatas, _is_sequence)
        self._read_safe(bytes(plain), 0)
        wipe(plain)

    def _read_safe(self, content: bytes, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise DerError("nested too deep")
        for bag in Reader(to_der(content)[0]).enter().rest():
            self._bags += 1
            if self._bags > _MAX_BAGS:
                raise DerError("too many bags")
            reader = bag.open()
            kind = der.read_oid(reader.read(der.OID))
            value = reader.enter(der.CONTEXT_0).read()
            if kind == _CERT_BAG:
                self._read_certificate(value)
            elif kind == _KEY_BAG:
                self._add_key(value.encoded)
            elif kind == _SHROUDED_KEY_BAG:
                self._read_shrouded_key(value)
            elif kind == _SAFE_CONTENTS_BAG:
                self._read_safe(value.encoded, depth + 1)

    def _read_certificate(self, bag: Element) -> None:
        reader = bag.open()
        if der.read_oid(reader.read(der.OID)) != _X509_CERTIFICATE:
            return
        certificate = reader.enter(der.CONTEXT_0).read(der.OCTET_STRING).content
        if certificate not in self.found.certificados:
            self.found.certificados.append(certificate)

    def _read_shrouded_key(self, bag: Element) -> None:
        if self._candidatas is None:
            return
        reader = bag.open()
        algorithm = reader.read(der.SEQUENCE)
        data = reader.read(der.OCTET_STRING).content
        plain = self._decrypt(algorithm, data, self._candidatas, is_private_key_info)
        self._add_key(plain)
        wipe(plain)

    def _add_key(self, data: bytes | bytearray) -> None:
        """Add a key. Drops repeated keys, which some programs write, and unknown kinds."""
        self._keys += 1
        if self._keys > _MAX_KEYS:
            raise DerError("too many keys")
        try:
            llave = load_plain(data)
        except InvalidInputError:
            return
        if all(llave.spki != other.spki for other in self.found.llaves):
            self.found.llaves.append(llave)

    def _decrypt(
        self,
        algorithm: Element,
        data: bytes,
        candidatas: PasswordCandidates,
        is_right: Callable[[bytearray], bool],
    ) -> bytearray:
        scheme = read_scheme(algorithm, self._work)
        for password in candidatas.bmp if scheme.bmp else candidatas.raw:
            plain = scheme.decrypt(password, data)
            if plain is not None:
                if is_right(plain):
                    return plain
                wipe(plain)
        raise _wrong()


def _is_sequence(plain: bytearray) -> bool:
    try:
        _, end = to_der(bytes(plain))
    except DerError:
        return False
    return plain[0] == der.SEQUENCE and end == len(plain)


def _read_implicit_octets(element: Element) -> bytes:
    """encryptedContent: primitive in DER; in BER it may come in pieces."""
    if element.tag == _IMPLICIT_0:
        return element.content
    if element.tag == der.CONTEXT_0:
        return join_octets([piece.encoded for piece in element.open().rest()])
    raise DerError("no encrypted content")
