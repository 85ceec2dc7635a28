"""Recognises certificate and key files by their content, not by their name."""

from __future__ import annotations

import binascii
import codecs
import re
import string
from dataclasses import dataclass, field
from pathlib import Path

from icsoe_desktop.domain.certificados import der
from icsoe_desktop.domain.certificados.der import DerError, Element, Reader
from icsoe_desktop.domain.certificados.verificacion import ILEGIBLE, ClaseArchivoCertificado
from icsoe_desktop.domain.certificados.x509 import X509, read_certificate
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.certificados.ber import to_der
from icsoe_desktop.regular_file import open_regular

MAX_SIZE = 1024 * 1024  # bytes

_PADDING = b"\0\t\n\r \x1a"  # what transfers and editors leave after a file
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_PEM_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_BASE64 = string.ascii_letters.encode() + string.digits.encode() + b"+/=" + _PADDING
_PKCS7 = "1.2.840.113549.1.7."
_ENCRYPTED_PEM = b"Proc-Type: 4,ENCRYPTED"
_INDEFINITE = b"\x30\x80"


@dataclass(frozen=True, slots=True)
class RecognizedFile:
    """The class of a file and its relevant part.

    der: the certificate, key or .pfx without armour or padding; empty for the other classes.
    x509: the parsed certificate.
    pem: the whole armoured text of a key in OpenSSL's own encryption, which has no DER.
    """

    clase: ClaseArchivoCertificado
    der: bytes = field(default=b"", repr=False)
    x509: X509 | None = field(default=None, repr=False)
    pem: bytes | None = field(default=None, repr=False)


def read_file(path: Path) -> bytes:
    """The content, at most MAX_SIZE + 1 bytes.

    Raises UserFacingError if the file cannot be read.
    """
    try:
        with open_regular(path) as file:
            return file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UserFacingError(ILEGIBLE) from error


def recognize(
    data: bytes, wanted: ClaseArchivoCertificado = ClaseArchivoCertificado.CERTIFICADO
) -> RecognizedFile:
    """Recognise `data`. Of several armoured parts, take the first of the class `wanted`."""
    if len(data) > MAX_SIZE:
        return RecognizedFile(ClaseArchivoCertificado.DEMASIADO_GRANDE)
    data = data.removeprefix(codecs.BOM_UTF8)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data.decode("utf-16", "replace").encode("ascii", "replace")
    if not data.strip(b"\t\n\r \x1a"):
        return RecognizedFile(ClaseArchivoCertificado.VACIO)
    if not data.strip(b"\0"):
        return RecognizedFile(ClaseArchivoCertificado.INCOMPLETO)  # blocks that were never written
    if data.startswith(_ARCHIVES):
        return RecognizedFile(ClaseArchivoCertificado.ZIP)
    if data[0] == der.SEQUENCE:
        return _recognize_der(data)
    return _recognize_text(data, wanted)


def _recognize_der(data: bytes) -> RecognizedFile:
    if data.startswith(_INDEFINITE):
        return _recognize_ber(data)
    try:
        whole = Reader(data).read(der.SEQUENCE)
    except DerError:
        return RecognizedFile(
            ClaseArchivoCertificado.INCOMPLETO
            if _is_cut_short(data)
            else ClaseArchivoCertificado.OTRO
        )
    if data[whole.end :].strip(_PADDING):
        return RecognizedFile(ClaseArchivoCertificado.OTRO)
    encoded = whole.encoded
    try:
        return _classify(whole, encoded)
    except DerError:
        return RecognizedFile(ClaseArchivoCertificado.OTRO)


def _recognize_ber(data: bytes) -> RecognizedFile:
    """Only a .pfx and an envelope (.sdg) are written with indefinite lengths."""
    try:
        encoded, _ = to_der(data)
        found = _classify(der.read_only(encoded), encoded)
    except DerError:
        cut_short = data[2:5] == b"\x02\x01\x03"
        return RecognizedFile(
            ClaseArchivoCertificado.INCOMPLETO if cut_short else ClaseArchivoCertificado.OTRO
        )
    return (
        found
        if found.clase in (ClaseArchivoCertificado.PFX, ClaseArchivoCertificado.SOBRE)
        else RecognizedFile(ClaseArchivoCertificado.OTRO)
    )


def _classify(whole: Element, encoded: bytes) -> RecognizedFile:
    """Classify by the first elements inside the outermost one. Raises DerError."""
    reader = whole.open()
    first = reader.read()
    second = reader.read()
    third = None if reader.at_end else reader.peek()
    if first.tag == der.INTEGER:
        version = der.read_integer(first)
        if version == 3 and second.tag == der.SEQUENCE:
            der.read_oid(second.open().read(der.OID))
            return RecognizedFile(ClaseArchivoCertificado.PFX, encoded)
        pkcs8 = second.tag == der.SEQUENCE and third == der.OCTET_STRING
        pkcs1 = second.tag == der.INTEGER and third == der.INTEGER
        sec1 = second.tag == der.OCTET_STRING and version == 1
        if pkcs8 or pkcs1 or sec1:
            return RecognizedFile(ClaseArchivoCertificado.LLAVE, encoded)
    elif first.tag == der.OID and second.tag == der.CONTEXT_0:
        # PKCS#7: the SAT's .sdg wraps requests so, .p7b and .p7m certificates and messages.
        if der.read_oid(first).startswith(_PKCS7):
            return RecognizedFile(ClaseArchivoCertificado.SOBRE)
    elif first.tag == der.SEQUENCE and second.tag == der.OCTET_STRING:
        der.read_oid(first.open().read(der.OID))
        return RecognizedFile(ClaseArchivoCertificado.LLAVE, encoded)
    elif first.tag == der.SEQUENCE and second.tag == der.SEQUENCE and third == der.BIT_STRING:
        if _is_request(first):
            return RecognizedFile(ClaseArchivoCertificado.REQUERIMIENTO)
        return RecognizedFile(
            ClaseArchivoCertificado.CERTIFICADO, encoded, read_certificate(encoded)
        )
    return RecognizedFile(ClaseArchivoCertificado.OTRO)


def _is_request(info: Element) -> bool:
    """Whether it begins like a PKCS#10 request: version, name, public key."""
    reader = info.open()
    try:
        reader.read(der.INTEGER)
        reader.read(der.SEQUENCE)
        public_key = reader.enter()
        public_key.read(der.SEQUENCE)
        public_key.read(der.BIT_STRING)
    except DerError:
        return False
    return reader.at_end or reader.peek() == der.CONTEXT_0


def _is_cut_short(data: bytes) -> bool:
    """Whether it begins like a certificate, key or .pfx and ends too early."""
    if len(data) == 1:
        return True
    octets = data[1] & 0x7F
    # All of them are longer than 127 bytes, and none is longer than MAX_SIZE.
    if not (data[1] & 0x80 and 1 <= octets <= 3):
        return False
    header = 2 + octets
    if len(data) < header + 2:
        return True
    length = int.from_bytes(data[2:header], "big")
    inner = data[header : header + 3]
    begins_well = inner[0] == der.SEQUENCE or (
        inner[:2] == b"\x02\x01" and inner[2:] in (b"", b"\0", b"\1", b"\3")
    )
    return begins_well and header + length <= MAX_SIZE


def _recognize_text(data: bytes, wanted: ClaseArchivoCertificado) -> RecognizedFile:
    if b"-----BEGIN " in data:
        parts = _read_pem(data)
        return next((part for part in parts if part.clase is wanted), parts[0])
    if data.startswith(b"-----"):
        return RecognizedFile(ClaseArchivoCertificado.INCOMPLETO)
    text = data.strip(_PADDING)
    if text.translate(None, _BASE64):
        return RecognizedFile(ClaseArchivoCertificado.OTRO)
    return _recognize_base64(text)


def _read_pem(data: bytes) -> list[RecognizedFile]:
    """Each armoured part, at least one."""
    parts: list[RecognizedFile] = []
    begin = _PEM_BEGIN.search(data)
    while begin is not None:
        ending = b"-----END " + begin[1] + b"-----"
        end = data.find(ending, begin.end())
        if end < 0:
            parts.append(RecognizedFile(ClaseArchivoCertificado.INCOMPLETO))
            break
        body = data[begin.end() : end]
        if _ENCRYPTED_PEM in body:
            pem = data[begin.start() : end + len(ending)]
            parts.append(RecognizedFile(ClaseArchivoCertificado.LLAVE, pem=pem))
        else:
            parts.append(_recognize_base64(body))
        # From behind this part: looking inside it again would take quadratic time.
        begin = _PEM_BEGIN.search(data, end + len(ending))
    return parts or [RecognizedFile(ClaseArchivoCertificado.INCOMPLETO)]


def _recognize_base64(text: bytes) -> RecognizedFile:
    digits = b"".join(text.split()).rstrip(b"=\0\x1a")
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    try:
        data = binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
    except binascii.Error:
        return RecognizedFile(ClaseArchivoCertificado.OTRO)
    if not data or data[0] != der.SEQUENCE:
        return RecognizedFile(ClaseArchivoCertificado.OTRO)
    return _recognize_der(data)
