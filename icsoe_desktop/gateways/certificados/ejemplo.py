"""Makes certificates for the sample data. Only the sample trusts their authority.

They have the structure of the SAT's and the IMSS's certificates; see docs/fuentes.md §7.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate

from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.gateways.certificados.autoridades import Autoridad

AUTHORITY = "A.C. DE LOS DATOS DE EJEMPLO, SIN VALIDEZ"
AUTHORITY_YEARS = 10

_CN, _SERIAL, _COUNTRY, _O, _OU, _TITLE = (f"2.5.4.{n}" for n in (3, 5, 6, 10, 11, 12))
_NAME, _RFC, _EMAIL = "2.5.4.41", "2.5.4.45", "1.2.840.113549.1.9.1"
_SHA256_RSA = "1.2.840.113549.1.1.11"
_EMAIL_PROTECTION, _CLIENT_AUTH = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"
_EFIRMA_USAGE, _IMSS_USAGE, _AUTHORITY_USAGE = 0xD8, 0xB0, 0x06
_UTF8, _PRINTABLE, _IA5 = 0x0C, 0x13, 0x16

Subject = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class SampleCertificate:
    """The files of one certificate. llave: empty if the certificate is a .pfx."""

    certificado: bytes
    llave: bytes = b""


class SampleAuthority:
    """Issues certificates. Its key exists only in this object."""

    def __init__(self, now: datetime) -> None:
        self._key = _new_key()
        self._subject: Subject = ((_CN, _text(AUTHORITY)), (_O, _text(AUTHORITY)))
        # Past midnight somewhere else, or beside a slow clock: it was there a day ago.
        desde = now - timedelta(days=365)
        hasta = desde + timedelta(days=365 * AUTHORITY_YEARS)
        self.certificado = self._issue(
            self._subject, self._key, (desde, hasta), _AUTHORITY_USAGE, authority=True
        )

    def efirma(
        self,
        titular: str,
        rfc: str,
        curp: str,
        correo: str,
        contrasena: str,
        vigencia: tuple[datetime, datetime],
    ) -> SampleCertificate:
        """An e.firma: .cer and .key. For a persona moral, rfc and curp are «MORAL / FÍSICA»."""
        key = _new_key()
        subject = (
            *((kind, _text(titular)) for kind in (_CN, _NAME, _O)),
            (_COUNTRY, _text("MX", _PRINTABLE)),
            (_EMAIL, _text(correo, _IA5)),
            (_RFC, _text(rfc, _PRINTABLE)),
            (_SERIAL, _text(curp, _PRINTABLE)),
        )
        certificate = self._issue(
            subject, key, vigencia, _EFIRMA_USAGE, (_EMAIL_PROTECTION, _CLIENT_AUTH)
        )
        wrapped = key.private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(contrasena.encode())
        )
        return SampleCertificate(certificate, wrapped)

    def imss(
        self,
        razon_social: str,
        registro_patronal: str,
        usuario: str,
        curp: str,
        correo: str,
        contrasena: str,
        vigencia: tuple[datetime, datetime],
    ) -> SampleCertificate:
        """A certificate of the IMSS: .pfx."""
        key = _new_key()
        subject = (
            (_COUNTRY, _text("MX", _PRINTABLE)),
            (_O, _text(razon_social)),
            (_OU, _text(registro_patronal, _PRINTABLE)),
            (_CN, _text(usuario, _PRINTABLE)),
            (_TITLE, _text(curp, _PRINTABLE)),
            (_EMAIL, _text(correo, _IA5)),
        )
        certificate = load_der_x509_certificate(self._issue(subject, key, vigencia, _IMSS_USAGE))
        sealed = BestAvailableEncryption(contrasena.encode())
        return SampleCertificate(
            serialize_key_and_certificates(b"IMSS", key, certificate, None, sealed)
        )

    def _issue(
        self,
        subject: Subject,
        key: rsa.RSAPrivateKey,
        vigencia: tuple[datetime, datetime],
        usage: int,
        purposes: Iterable[str] = (),
        authority: bool = False,
    ) -> bytes:
        algorithm = _sequence(_oid(_SHA256_RSA), b"\x05\0")
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        # As the SAT numbers them: twenty digits, each an octet.
        serial = b"9" + f"{secrets.randbelow(10**19):019}".encode()
        tbs = _sequence(
            _tlv(0xA0, _tlv(0x02, b"\x02")),
            _tlv(0x02, serial),
            algorithm,
            _name(self._subject),
            _sequence(*(_time(moment) for moment in vigencia)),
            _name(subject),
            spki,
            _tlv(0xA3, _sequence(*_extensions(usage, tuple(purposes), authority))),
        )
        signature = self._key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
        return _sequence(tbs, algorithm, _tlv(0x03, b"\0" + signature))


def read_authority(certificado: bytes) -> Autoridad:
    """The authority of the sample data as a test one. Raises InvalidInputError."""
    found = Autoridad.from_certificate(certificado, AUTHORITY)
    return replace(found, cadena=Cadena.PRUEBA)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _extensions(usage: int, purposes: tuple[str, ...], authority: bool) -> list[bytes]:
    constraints = _sequence(b"\x01\x01\xff") if authority else _sequence()
    unused = (usage & -usage).bit_length() - 1
    found = [
        _sequence(_oid("2.5.29.19"), b"\x01\x01\xff", _tlv(0x04, constraints)),
        _sequence(_oid("2.5.29.15"), _tlv(0x04, _tlv(0x03, bytes([unused, usage])))),
    ]
    if purposes:
        named = _sequence(*(_oid(purpose) for purpose in purposes))
        found.append(_sequence(_oid("2.5.29.37"), _tlv(0x04, named)))
    return found


def _name(subject: Subject) -> bytes:
    return _sequence(*(_tlv(0x31, _sequence(_oid(kind), text)) for kind, text in subject))


def _tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*contents: bytes) -> bytes:
    return _tlv(0x30, *contents)


def _oid(dotted: str) -> bytes:
    first, second, *arcs = (int(arc) for arc in dotted.split("."))
    encoded = b""
    for arc in (40 * first + second, *arcs):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        encoded += bytes(reversed(septets))
    return _tlv(0x06, encoded)


def _text(value: str, tag: int = _UTF8) -> bytes:
    return _tlv(tag, value.encode())


def _time(moment: datetime) -> bytes:
    """Source: RFC 5280, 4.1.2.5: UTCTime until 2049."""
    utc = moment.astimezone(UTC)
    if utc.year < 2050:
        return _tlv(0x17, utc.strftime("%y%m%d%H%M%SZ").encode())
    return _tlv(0x18, utc.strftime("%Y%m%d%H%M%SZ").encode())
