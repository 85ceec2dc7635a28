"""A certificate of the SAT or the IMSS as a value: owner, number, validity and kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from icsoe_desktop.domain.certificados.x509 import X509, Name

# Central Mexico has been at UTC-6 all year since October 2022. Users expect the local calendar day
# in "venció el". The UTC day differs from 18:00 on.
HORA_DE_MEXICO = timezone(timedelta(hours=-6), "America/Mexico_City")

_CN, _SERIAL_NUMBER, _O, _OU, _TITLE = "2.5.4.3", "2.5.4.5", "2.5.4.10", "2.5.4.11", "2.5.4.12"
_NAME, _UNIQUE_IDENTIFIER, _EMAIL = "2.5.4.41", "2.5.4.45", "1.2.840.113549.1.9.1"

# Source: the 36 e.firmas and 47 CSD that were examined. KeyUsage is the first octet of the bit
# string.
_KEY_USAGE_EFIRMA = 0xD8
_KEY_USAGE_CSD = 0xC0
_EXTENDED_EFIRMA = frozenset({"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"})

_REGISTRO_PATRONAL = re.compile(r"[A-Z0-9][0-9]{9,10}")


class TipoCertificado(StrEnum):
    EFIRMA = "e.firma"
    CSD = "csd"
    IMSS = "imss"
    DESCONOCIDO = "desconocido"


class Vigencia(StrEnum):
    VIGENTE = "vigente"
    POR_VENCER = "por vencer"
    VENCIDO = "vencido"
    AUN_NO_VALIDO = "aún no válido"
    NO_SIRVE = "ya no sirve"  # its dates hold, but IDSE does not take its kind any more


@dataclass(frozen=True, slots=True)
class EstadoVigencia:
    """The validity of a certificate on one day.

    dias: whole days until it expires, negative after that. For AUN_NO_VALIDO, days until it begins.
    aviso: 60, 30 or 7, the warning tier of POR_VENCER. None in the other states.
    """

    vigencia: Vigencia
    dias: int
    aviso: int | None = None

    @property
    def es_vigente(self) -> bool:
        return self.vigencia in (Vigencia.VIGENTE, Vigencia.POR_VENCER)

    @property
    def texto(self) -> str:
        """Spanish text for a grid cell: the state, with days where they matter."""
        match self.vigencia:
            case Vigencia.POR_VENCER if self.dias == 0:
                return "Por vencer: hoy"
            case Vigencia.POR_VENCER:
                return f"Por vencer: {_dias(self.dias)}"
            case Vigencia.VENCIDO:
                return "Vencido"
            case Vigencia.AUN_NO_VALIDO:
                return "Aún no válido"
            case Vigencia.NO_SIRVE:
                return "Ya no sirve en IDSE"
            case _:
                return "Vigente"


@dataclass(frozen=True, slots=True)
class Certificado:
    """The contents of a certificate. A field that the certificate lacks is None.

    numero: the 20 digits that the SAT prints. Hexadecimal for other issuers.
    usuario: the IDSE user of an IMSS certificate (CN). For an e.firma, the RFC.
    valido_desde, valido_hasta: aware UTC datetimes, both inclusive.
    der, spki: DER of the certificate and of its public key.
    """

    tipo: TipoCertificado
    rfc: str | None = field(repr=False)
    rfc_representante: str | None = field(repr=False)
    curp: str | None = field(repr=False)
    curp_representante: str | None = field(repr=False)
    titular: str | None = field(repr=False)
    razon_social: str | None = field(repr=False)
    correo: str | None = field(repr=False)
    usuario: str | None = field(repr=False)
    registro_patronal: str | None = field(repr=False)
    numero: str
    valido_desde: datetime
    valido_hasta: datetime
    emisor: str | None
    es_autoridad: bool
    der: bytes = field(repr=False)
    spki: bytes = field(repr=False)

    @classmethod
    def from_x509(cls, parsed: X509, data: bytes, *, ajeno_al_sat: bool = False) -> Certificado:
        """ajeno_al_sat: it is known that no authority of the SAT issued it."""
        subject = parsed.subject_name
        tipo = classify(parsed, ajeno_al_sat=ajeno_al_sat)
        rfc, rfc_representante = _split_pair(subject.get(_UNIQUE_IDENTIFIER))
        curp, curp_representante = _split_pair(subject.get(_SERIAL_NUMBER))
        titular = subject.get(_NAME) or subject.get(_O) or subject.get(_CN)
        registro_patronal = usuario = None
        if tipo is TipoCertificado.IMSS:
            registro_patronal = _find_registro_patronal(subject)
            usuario = subject.get(_CN)
            titular = subject.get(_O) or titular
            curp, curp_representante = None, subject.get(_TITLE) or curp_representante or curp
        elif tipo is TipoCertificado.EFIRMA:
            usuario = rfc
        return cls(
            tipo=tipo,
            rfc=rfc,
            rfc_representante=rfc_representante,
            curp=curp,
            curp_representante=curp_representante,
            titular=titular,
            razon_social=subject.get(_O),
            correo=subject.get(_EMAIL),
            usuario=usuario,
            registro_patronal=registro_patronal,
            numero=_read_number(parsed.serial),
            valido_desde=parsed.not_before,
            valido_hasta=parsed.not_after,
            emisor=_read_issuer(parsed.issuer_name),
            es_autoridad=parsed.is_authority,
            der=data,
            spki=parsed.spki,
        )

    def estado(self, now: datetime) -> EstadoVigencia:
        """The validity at `now`, an aware datetime."""
        return vigencia_of(self.valido_desde, self.valido_hasta, now)


def vigencia_of(valido_desde: datetime, valido_hasta: datetime, now: datetime) -> EstadoVigencia:
    """The validity of a period at `now`. All datetimes are aware.

    Both ends belong to the period (RFC 5280, 4.1.2.5). Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now without time zone")
    if now < valido_desde:
        return EstadoVigencia(Vigencia.AUN_NO_VALIDO, _days_between(now, valido_desde))
    dias = _days_between(now, valido_hasta)
    if now > valido_hasta:
        return EstadoVigencia(Vigencia.VENCIDO, dias)
    for aviso in (7, 30, 60):
        if dias <= aviso:
            return EstadoVigencia(Vigencia.POR_VENCER, dias, aviso)
    return EstadoVigencia(Vigencia.VIGENTE, dias)


def classify(parsed: X509, *, ajeno_al_sat: bool = False) -> TipoCertificado:
    """The kind of a certificate, from KeyUsage, extended key usage and OU.

    Only the SAT writes an RFC in 2.5.4.45. A certificate without it whose OU is a registro patronal
    comes from the IMSS, whatever its KeyUsage.
    ajeno_al_sat: no authority of the SAT issued the certificate. Such an OU then decides, whatever
    other attributes the certificate has.
    """
    if parsed.is_authority:
        return TipoCertificado.DESCONOCIDO
    subject = parsed.subject_name
    branches = subject.all(_OU)
    of_the_sat = subject.get(_UNIQUE_IDENTIFIER) is not None
    is_registro = _find_registro_patronal(subject) is not None
    if is_registro and (ajeno_al_sat or not of_the_sat):
        return TipoCertificado.IMSS
    usage, extended = parsed.key_usage, parsed.extended_key_usage
    if of_the_sat and usage == _KEY_USAGE_EFIRMA and extended == _EXTENDED_EFIRMA and not branches:
        return TipoCertificado.EFIRMA
    if of_the_sat and usage == _KEY_USAGE_CSD and not extended and branches:
        return TipoCertificado.CSD
    return TipoCertificado.IMSS if is_registro else TipoCertificado.DESCONOCIDO


def normalize_registro_patronal(text: str) -> str | None:
    """The registro patronal without spaces and hyphens, or None if the text is not one."""
    compact = re.sub(r"[\s-]", "", text).upper()
    return compact if _REGISTRO_PATRONAL.fullmatch(compact) else None


def same_registro_patronal(one: str, other: str) -> bool:
    """True if both texts name the same registro patronal. The optional check digit is ignored."""
    first = normalize_registro_patronal(one) or one
    second = normalize_registro_patronal(other) or other
    return first[:10] == second[:10]


def hora_local(moment: datetime) -> datetime:
    """The time in central Mexico, as names of files carry it."""
    try:
        return moment.astimezone(HORA_DE_MEXICO)
    except OverflowError:  # moment is in year 1
        return moment


def fecha_local(moment: datetime) -> date:
    """The calendar day in central Mexico."""
    return hora_local(moment).date()


def _days_between(now: datetime, moment: datetime) -> int:
    return (fecha_local(moment) - fecha_local(now)).days


def _dias(count: int) -> str:
    return "1 día" if count == 1 else f"{count} días"


def _find_registro_patronal(subject: Name) -> str | None:
    found = (normalize_registro_patronal(branch) for branch in subject.all(_OU))
    return next((registro for registro in found if registro is not None), None)


def _split_pair(text: str | None) -> tuple[str | None, str | None]:
    """Split `TITULAR` or `TITULAR / REPRESENTANTE`. A missing part is None."""
    owner, _, representative = (text or "").partition("/")
    return owner.strip() or None, representative.strip() or None


def _read_number(serial: bytes) -> str:
    if len(serial) == 20 and serial.isdigit():
        return serial.decode("ascii")
    return serial.hex().lstrip("0") or "0"


def _read_issuer(name: Name) -> str | None:
    text = name.get(_CN) or name.get(_O)
    if text is None:
        return None
    try:
        # AC6 encoded its own name twice in UTF-8: "AdministraciÃ³n".
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
