"""The fields of an X.509 certificate that the program needs, read with `der`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from icsoe_desktop.domain.certificados import der
from icsoe_desktop.domain.certificados.der import DerError, Element, Reader

_MAX_SERIAL = 64  # octets; RFC 5280 allows 20
_BASIC_CONSTRAINTS = "2.5.29.19"
_KEY_USAGE = "2.5.29.15"
_EXTENDED_KEY_USAGE = "2.5.29.37"


class Name:
    """The attributes of an issuer or subject, by OID."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: list[tuple[str, str]]) -> None:
        self._attributes = attributes

    def all(self, oid: str) -> list[str]:
        return [text for found, text in self._attributes if found == oid]

    def get(self, oid: str) -> str | None:
        """The first value that is not empty, or None."""
        return next((text for found, text in self._attributes if found == oid and text), None)


@dataclass(frozen=True, slots=True)
class X509:
    """The fields of a certificate as encoded, not judged yet.

    serial: content octets of the serial number. key_usage: first octet, unused bits cleared.
    tbs, issuer, spki: unchanged DER. signature_algorithm: dotted OID. It is empty if the two places
    of the certificate that state it differ.
    """

    serial: bytes
    issuer: bytes = field(repr=False)
    issuer_name: Name = field(repr=False)
    subject: bytes = field(repr=False)
    subject_name: Name = field(repr=False)
    not_before: datetime
    not_after: datetime
    spki: bytes = field(repr=False)
    key_usage: int | None
    extended_key_usage: frozenset[str]
    is_authority: bool
    tbs: bytes = field(repr=False)
    signature_algorithm: str
    signature: bytes = field(repr=False)


def read_certificate(data: bytes) -> X509:
    """Parse a DER certificate. Raises DerError for anything else."""
    certificate = der.read_only(data).open()
    tbs = certificate.read(der.SEQUENCE)
    outer_algorithm = certificate.read(der.SEQUENCE)
    signature = der.read_bits(certificate.read(der.BIT_STRING))
    certificate.finish()

    body = tbs.open()
    body.optional(der.CONTEXT_0)  # version
    serial = body.read(der.INTEGER).content
    if len(serial) > _MAX_SERIAL:
        raise DerError("serial number of too many octets")
    inner_algorithm = body.read(der.SEQUENCE)
    # The two must be equal (RFC 5280, 4.1.1.2). A difference is a sign of forgery.
    agreed = inner_algorithm.encoded == outer_algorithm.encoded
    algorithm = der.read_oid(inner_algorithm.open().read(der.OID)) if agreed else ""
    issuer = body.read(der.SEQUENCE)
    validity = body.enter()
    not_before, not_after = der.read_time(validity.read()), der.read_time(validity.read())
    subject = body.read(der.SEQUENCE)
    spki = body.read(der.SEQUENCE)
    _check_spki(spki)
    extensions = _read_extensions(body)
    return X509(
        serial=serial,
        issuer=issuer.encoded,
        issuer_name=Name(der.read_name(issuer)),
        subject=subject.encoded,
        subject_name=Name(der.read_name(subject)),
        not_before=not_before,
        not_after=not_after,
        spki=spki.encoded,
        key_usage=_read_key_usage(extensions.get(_KEY_USAGE)),
        extended_key_usage=_read_extended_key_usage(extensions.get(_EXTENDED_KEY_USAGE)),
        is_authority=_read_is_authority(extensions.get(_BASIC_CONSTRAINTS)),
        tbs=tbs.encoded,
        signature_algorithm=algorithm,
        signature=signature,
    )


def _check_spki(spki: Element) -> None:
    reader = spki.open()
    der.read_oid(reader.enter().read(der.OID))
    der.read_bits(reader.read(der.BIT_STRING))


def _read_extensions(body: Reader) -> dict[str, bytes]:
    """OID → content of the extension's OCTET STRING. The first of a repeated OID wins."""
    extensions: dict[str, bytes] = {}
    for element in body.rest():
        if element.tag != der.CONTEXT_3:
            continue  # issuerUniqueID, subjectUniqueID
        for extension in element.open().enter().rest():
            reader = extension.open()
            oid = der.read_oid(reader.read(der.OID))
            reader.optional(der.BOOLEAN)  # critical
            extensions.setdefault(oid, reader.read(der.OCTET_STRING).content)
    return extensions


def _read_key_usage(value: bytes | None) -> int | None:
    if value is None:
        return None
    element = der.read_only(value, der.BIT_STRING)
    bits = der.read_bits(element)
    if not bits:
        return 0
    unused = element.content[0] if len(bits) == 1 else 0
    return bits[0] >> unused << unused


def _read_extended_key_usage(value: bytes | None) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset(der.read_oid(element) for element in der.read_only(value).open().rest())


def _read_is_authority(value: bytes | None) -> bool:
    if value is None:
        return False
    flag = der.read_only(value).open().optional(der.BOOLEAN)
    return flag is not None and any(flag.content)
