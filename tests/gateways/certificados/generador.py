"""Certificates with the structure of the SAT's and the IMSS's, of people who do not exist."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.gateways.certificados.autoridades import Autoridad
from tests.gateways.certificados import asn1

CN, SERIAL, O, OU, TITLE = "2.5.4.3", "2.5.4.5", "2.5.4.10", "2.5.4.11", "2.5.4.12"  # noqa: E741
NAME, RFC, EMAIL, COUNTRY = "2.5.4.41", "2.5.4.45", "1.2.840.113549.1.9.1", "2.5.4.6"

EMAIL_PROTECTION, CLIENT_AUTH = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"
SHA256_RSA = ("1.2.840.113549.1.1.11", hashes.SHA256())
SHA1_RSA = ("1.2.840.113549.1.1.5", hashes.SHA1())  # noqa: S303

DESDE = datetime(2024, 5, 10, 18, 0, tzinfo=UTC)
HASTA = datetime(2028, 5, 10, 18, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

REGISTRO = "Z9912345106"


@functools.cache
def nueva_llave(bits: int = 2048, quien: str = "titular") -> rsa.RSAPrivateKey:
    """One key for each holder and size: making them is slow."""
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True)
class Datos:
    """What a certificate is to say. sujeto: OID and encoded string, in order."""

    sujeto: tuple[tuple[str, bytes], ...]
    key_usage: int | None
    extended: tuple[str, ...] = ()
    serie: bytes = b"30001000000500012345"
    desde: datetime = DESDE
    hasta: datetime = HASTA
    autoridad: bool = False

    def con(self, **cambios: object) -> Datos:
        return replace(self, **cambios)  # type: ignore[arg-type]

    def con_atributo(self, kind: str, value: bytes) -> Datos:
        """The same with one attribute of the subject written otherwise, or added."""
        kept = tuple(pair for pair in self.sujeto if pair[0] != kind)
        return replace(self, sujeto=(*kept, (kind, value)))

    def sin_atributo(self, kind: str) -> Datos:
        return replace(self, sujeto=tuple(pair for pair in self.sujeto if pair[0] != kind))


def _persona(titular: str, rfc: str, curp: str, tag: int) -> tuple[tuple[str, bytes], ...]:
    return (
        *((kind, asn1.text(titular, tag)) for kind in (CN, NAME, O)),
        (COUNTRY, asn1.text("MX", asn1.PRINTABLE)),
        (EMAIL, asn1.text("nadie@ejemplo.invalid", asn1.IA5)),
        (RFC, asn1.text(rfc, asn1.T61 if "Ñ" in rfc else asn1.PRINTABLE)),
        (SERIAL, asn1.text(curp, asn1.PRINTABLE)),
    )


def efirma_fisica(titular: str = "JULIA ROBLES TAPIA", tag: int = asn1.PRINTABLE) -> Datos:
    sujeto = _persona(titular, "ROTJ850314QX7", "ROTJ850314MDFBPL09", tag)
    return Datos(sujeto, 0xD8, (EMAIL_PROTECTION, CLIENT_AUTH))


def efirma_con_enie() -> Datos:
    sujeto = _persona("IÑIGO ÑUÑO PEÑA", "ÑUPI900101QX3", "XUPI900101HDFXXX01", asn1.T61)
    return Datos(sujeto, 0xD8, (EMAIL_PROTECTION, CLIENT_AUTH))


def efirma_moral() -> Datos:
    sujeto = _persona(
        "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        "TBI990101QX5 / ROTJ850314QX7",
        " / ROTJ850314MDFBPL09",
        asn1.PRINTABLE,
    )
    return Datos(sujeto, 0xD8, (EMAIL_PROTECTION, CLIENT_AUTH))


def csd() -> Datos:
    sujeto = efirma_moral().sin_atributo(EMAIL).sin_atributo(COUNTRY).sujeto
    return Datos((*sujeto, (OU, asn1.text("Sucursal 1", asn1.PRINTABLE))), 0xC0)


def imss(registro: str = REGISTRO) -> Datos:
    sujeto = (
        (COUNTRY, asn1.text("MX", asn1.PRINTABLE)),
        (O, asn1.text("TALLERES DEL BAJÍO IMAGINARIO", asn1.UTF8)),
        (OU, asn1.text(registro, asn1.PRINTABLE)),
        (CN, asn1.text("USUARIO99", asn1.PRINTABLE)),
        (TITLE, asn1.text("ROTJ850314MDFBPL09", asn1.PRINTABLE)),
        (EMAIL, asn1.text("nadie@ejemplo.invalid", asn1.IA5)),
    )
    return Datos(sujeto, 0xB0, serie=b"\x5f\x01\xab")


class Emisora:
    """A private authority, pinned in tests as the SAT's are in the product."""

    def __init__(
        self,
        nombre: str = "A.C. DE PRUEBA DE ICSOE",
        *,
        bits: int = 2048,
        desde: datetime = datetime(2020, 1, 1, tzinfo=UTC),
        hasta: datetime = datetime(2030, 1, 1, tzinfo=UTC),
        tag: int = asn1.UTF8,
    ) -> None:
        self.llave = nueva_llave(bits, "emisora")
        self.sujeto = asn1.name([(CN, asn1.text(nombre, tag)), (O, asn1.text("ICSOE"))])
        self.desde, self.hasta = desde, hasta

    def autoridad(self, cadena: Cadena) -> Autoridad:
        return Autoridad("PRUEBA", cadena, self.sujeto, spki_de(self.llave), self.desde, self.hasta)

    def emitir(
        self,
        datos: Datos,
        llave: object,
        algoritmo: tuple[str, hashes.HashAlgorithm] = SHA256_RSA,
    ) -> bytes:
        """The certificate in DER, signed."""
        algorithm = asn1.sequence(asn1.oid(algoritmo[0]), asn1.null())
        tbs = asn1.sequence(
            asn1.context(0, asn1.integer(2)),
            asn1.tlv(0x02, datos.serie),
            algorithm,
            self.sujeto,
            asn1.sequence(asn1.utc_time(datos.desde), asn1.utc_time(datos.hasta)),
            asn1.name(datos.sujeto),
            spki_de(llave),
            asn1.context(3, asn1.sequence(*_extensions(datos))),
        )
        signature = self.llave.sign(tbs, padding.PKCS1v15(), algoritmo[1])
        return asn1.sequence(tbs, algorithm, asn1.bits(signature))


def _extensions(datos: Datos) -> list[bytes]:
    constraints = asn1.sequence(asn1.true() if datos.autoridad else b"")
    extensions = [asn1.sequence(asn1.oid("2.5.29.19"), asn1.true(), asn1.octets(constraints))]
    if datos.key_usage is not None:
        unused = (datos.key_usage & -datos.key_usage).bit_length() - 1
        usage = asn1.bits(bytes([datos.key_usage]), unused)
        extensions.append(asn1.sequence(asn1.oid("2.5.29.15"), asn1.octets(usage)))
    if datos.extended:
        purposes = asn1.sequence(*(asn1.oid(purpose) for purpose in datos.extended))
        extensions.append(asn1.sequence(asn1.oid("2.5.29.37"), asn1.octets(purposes)))
    return extensions


def requerimiento(datos: Datos, llave: rsa.RSAPrivateKey) -> bytes:
    """A PKCS#10 request (.req), as Certifica writes it."""
    info = asn1.sequence(asn1.integer(0), asn1.name(datos.sujeto), spki_de(llave), asn1.context(0))
    algorithm = asn1.sequence(asn1.oid(SHA256_RSA[0]), asn1.null())
    signature = llave.sign(info, padding.PKCS1v15(), hashes.SHA256())
    return asn1.sequence(info, algorithm, asn1.bits(signature))


def spki_de(llave: object) -> bytes:
    public = llave.public_key()  # type: ignore[attr-defined]
    encoded: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded
