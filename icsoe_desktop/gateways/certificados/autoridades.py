"""The trusted certificate authorities: the pinned ones of the SAT, and added ones.

autoridades.json contains names, public keys and dates of AC4 to AC7, of the test authorities, and
of AC0 to AC3, which are only named: whatever they issued has expired.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from icsoe_desktop.domain.certificados.der import DerError
from icsoe_desktop.domain.certificados.verificacion import NO_ES_CERTIFICADO, Cadena
from icsoe_desktop.domain.certificados.x509 import X509, read_certificate
from icsoe_desktop.errors import InvalidInputError

_PINNED = Path(__file__).with_name("autoridades.json")

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.14": hashes.SHA224,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class Autoridad:
    """A pinned authority. sujeto, spki: DER; valido_desde, valido_hasta: aware, inclusive."""

    nombre: str
    cadena: Cadena
    sujeto: bytes = field(repr=False)
    spki: bytes = field(repr=False)
    valido_desde: datetime
    valido_hasta: datetime

    @classmethod
    def from_certificate(cls, data: bytes, nombre: str) -> Autoridad:
        """An added authority. data: its certificate in DER.

        Raises InvalidInputError if it is not the certificate of an authority with an RSA key.
        """
        try:
            parsed = read_certificate(data)
            _load_rsa(parsed.spki)
        except (DerError, ValueError, UnsupportedAlgorithm) as error:
            raise InvalidInputError(NO_ES_CERTIFICADO, "certificado") from error
        if not parsed.is_authority:
            raise InvalidInputError(
                "El certificado no es de una autoridad certificadora.", "certificado"
            )
        return cls(
            nombre, Cadena.SAT, parsed.subject, parsed.spki, parsed.not_before, parsed.not_after
        )


class Autoridades:
    """Finds the issuer of a certificate. Build it once: it caches the loaded keys."""

    def __init__(self, autoridades: Iterable[Autoridad]) -> None:
        self._by_subject: dict[bytes, list[Autoridad]] = {}
        for autoridad in autoridades:
            self._by_subject.setdefault(autoridad.sujeto, []).append(autoridad)
        self._keys: dict[bytes, rsa.RSAPublicKey] = {}

    @classmethod
    def pinned(cls, added: Iterable[Autoridad] = ()) -> Autoridades:
        """The SAT's authorities and the added ones."""
        return cls([*_read_pinned(), *added])

    def cadena(self, leaf: X509) -> Cadena:
        """Find the issuer: its name must match octet for octet, and its key must verify.

        The authority must have been valid when it issued the certificate. It may have expired
        since: one of the SAT's test authorities expired long before its certificates.
        """
        algorithm = _HASHES.get(leaf.signature_algorithm)
        if algorithm is None or leaf.is_authority:
            return Cadena.DESCONOCIDA
        for autoridad in self._by_subject.get(leaf.issuer, ()):
            issued_in_time = autoridad.valido_desde <= leaf.not_before <= autoridad.valido_hasta
            if issued_in_time and self._signed(autoridad, leaf, algorithm()):
                return autoridad.cadena
        return Cadena.DESCONOCIDA

    def _signed(self, autoridad: Autoridad, leaf: X509, algorithm: hashes.HashAlgorithm) -> bool:
        key = self._keys.get(autoridad.spki)
        if key is None:
            key = self._keys[autoridad.spki] = _load_rsa(autoridad.spki)
        try:
            key.verify(leaf.signature, leaf.tbs, padding.PKCS1v15(), algorithm)
        except (InvalidSignature, UnsupportedAlgorithm):
            return False
        return True


def _read_pinned() -> list[Autoridad]:
    ambientes = {
        "produccion": Cadena.SAT,
        "anterior": Cadena.ANTERIOR,
        "pruebas": Cadena.PRUEBA,
    }
    return [
        Autoridad(
            nombre=fact["nombre"],
            cadena=ambientes[fact["ambiente"]],
            sujeto=bytes.fromhex(fact["sujeto_der_hex"]),
            spki=base64.b64decode(fact["spki_der_base64"]),
            valido_desde=datetime.fromisoformat(fact["valido_desde"]),
            valido_hasta=datetime.fromisoformat(fact["valido_hasta"]),
        )
        for fact in json.loads(_PINNED.read_text(encoding="utf-8"))
    ]


def _load_rsa(spki: bytes) -> rsa.RSAPublicKey:
    # Imports SSH and DSA keys too, which no start of the program needs.
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(spki)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    return key
