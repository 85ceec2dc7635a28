"""Verification result of a certificate, with the Spanish sentences shown to the user."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    EstadoVigencia,
    TipoCertificado,
    Vigencia,
    fecha_local,
    same_registro_patronal,
)
from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.fields import Field, FieldTable

EXITO = "La validación de la FIEL fue exitosa"

VACIO = "El archivo está vacío."
DEMASIADO_GRANDE = "El archivo es demasiado grande para ser un certificado."
INCOMPLETO = "El archivo está incompleto; vuelva a copiarlo desde su origen."
ILEGIBLE = "No se pudo leer el archivo; revise que exista y que tenga permiso para abrirlo."

ES_UNA_LLAVE = "Seleccionó la llave privada (.key) en lugar del certificado (.cer)."
ES_UN_PFX = "Es un archivo .pfx, que va solo: quite la llave privada."
PFX_EN_VEZ_DE_EFIRMA = "Es un archivo .pfx; elija el certificado (.cer) de la e.firma."
ES_UN_SOBRE = (
    "Es una solicitud de sellos (.sdg) u otro sobre, no el certificado que entrega el SAT."
)
ES_UN_REQUERIMIENTO = "Es un requerimiento (.req), no el certificado que entrega el SAT."
ES_UN_ZIP = "Descomprima el archivo antes de seleccionarlo."
NO_ES_CERTIFICADO = "El archivo no es un certificado."
PFX_SIN_CERTIFICADO = "El archivo .pfx no contiene certificado."
PFX_SIN_LLAVE = "El archivo .pfx no contiene llave privada."
PFX_CON_VARIAS_LLAVES = "El archivo .pfx contiene varias llaves; elija una."

NO_ES_LLAVE = "El archivo no es una llave privada (.key)."
CONTRASENA_DE_LLAVE = "La contraseña de la llave privada es incorrecta."
CONTRASENA_DE_PFX = "La contraseña es incorrecta o el archivo .pfx está dañado."
FALTA_CONTRASENA_DE_LLAVE = "Escriba la contraseña de la llave privada."
FALTA_CONTRASENA_DE_PFX = "Escriba la contraseña del archivo .pfx."
BLOQ_MAYUS = "Bloq Mayús está activado"

NO_CORRESPONDEN = "El certificado (.cer) y la llave privada (.key) no corresponden entre sí."
ES_UN_CSD = "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma."
NO_ES_EFIRMA = "El certificado no es una e.firma del SAT."
NO_ES_DEL_SAT = "El certificado no fue emitido por el SAT."
DE_AUTORIDAD_ANTERIOR = (
    "El certificado fue emitido por una autoridad anterior del SAT, ya vencida. Renuévelo en el "
    "SAT."
)
ES_DE_PRUEBA = "Es un certificado de prueba del SAT; no tiene validez."


def cifrado_no_admitido(oid: str) -> str:
    return f"La llave usa un cifrado no admitido ({oid})."


def vencio(dia: date, *, efirma: bool = True) -> str:
    return f"{'La e.firma' if efirma else 'El certificado'} venció el {format_fecha(dia)}."


def valida_a_partir(dia: date, *, efirma: bool = True) -> str:
    subject = "La e.firma será válida" if efirma else "El certificado será válido"
    return f"{subject} a partir del {format_fecha(dia)}; verifique la fecha de su equipo."


def rfc_no_corresponde(rfc: str, rfc_esperado: str) -> str:
    return (
        f"El RFC del certificado ({rfc}) no corresponde al del registro patronal ({rfc_esperado})."
    )


def registro_no_corresponde(registro: str, esperado: str) -> str:
    return f"El certificado es del registro patronal {registro}, no de {esperado}."


def format_fecha(dia: date) -> str:
    """dd/mm/aaaa. strftime drops leading zeros of early years on some systems."""
    return f"{dia.day:02}/{dia.month:02}/{dia.year:04}"


class Cadena(StrEnum):
    """Issuer of the certificate.

    ANTERIOR: an authority of the SAT whose certificates have all expired.
    """

    SAT = "sat"
    ANTERIOR = "anterior"
    PRUEBA = "prueba"
    DESCONOCIDA = "desconocida"


class ClaseArchivoCertificado(StrEnum):
    """Kind of a chosen file by its content. The file name does not count."""

    CERTIFICADO = "certificado"
    LLAVE = "llave"
    PFX = "pfx"
    REQUERIMIENTO = "requerimiento"
    SOBRE = "sobre"
    ZIP = "zip"
    VACIO = "vacío"
    DEMASIADO_GRANDE = "demasiado grande"
    INCOMPLETO = "incompleto"
    ILEGIBLE = "ilegible"
    OTRO = "otro"


class CampoCertificado(StrEnum):
    """Form field that shows a message."""

    CERTIFICADO = "certificado"
    LLAVE = "llave"
    CONTRASENA = "contrasena"
    REGISTRO_PATRONAL = "registro_patronal"


CAMPOS_CERTIFICADO = FieldTable(
    (
        Field(CampoCertificado.CERTIFICADO, "Certificado"),
        Field(CampoCertificado.LLAVE, "Llave privada"),
        Field(CampoCertificado.CONTRASENA, "Contraseña"),
        CAMPOS_REGISTRO_PATRONAL[CampoCertificado.REGISTRO_PATRONAL],
        CAMPOS_REGISTRO_PATRONAL["rfc"],
    )
)


@dataclass(frozen=True, slots=True)
class MensajeCertificado:
    texto: str = field(repr=False)  # may hold an RFC
    campo: CampoCertificado


@dataclass(frozen=True, slots=True)
class Esperado:
    """Requirements for a certificate. None and False require nothing.

    pruebas: accept certificates of the SAT's test authorities.
    efirma: accept only an e.firma.
    representante: accept the e.firma of a linked representative, with another RFC.
    numero: the certificate that the user chose in a .pfx with several keys.
    """

    registro_patronal: str | None = field(default=None, repr=False)
    rfc: str | None = field(default=None, repr=False)
    numero: str | None = None
    pruebas: bool = False
    efirma: bool = False
    representante: bool = False


@dataclass(frozen=True, slots=True)
class Verificacion:
    """Result for one chosen certificate, with its key and password if they were given.

    problemas: in the order in which the user sees them. Empty if there is none.
    llave_corresponde: None if no key was given or the key did not open.
    falta_contrasena: the file or its key needs a password.
    opciones: the certificates of a .pfx with several keys, for the user to choose from.
    nota: a sentence about a valid certificate that IDSE does not take any more.
    """

    clase: ClaseArchivoCertificado
    certificado: Certificado | None = None
    cadena: Cadena = Cadena.DESCONOCIDA
    estado: EstadoVigencia | None = None
    llave_corresponde: bool | None = None
    problemas: tuple[MensajeCertificado, ...] = ()
    falta_contrasena: bool = False
    opciones: tuple[Certificado, ...] = ()
    nota: str = ""

    @property
    def valido(self) -> bool:
        """True if no problem was found. A certificate may be valid without its key."""
        return self.certificado is not None and not self.problemas and not self.falta_contrasena

    @property
    def completa(self) -> bool:
        """True if the certificate is valid and its key matches: it can be stored and used."""
        return self.valido and self.llave_corresponde is True

    @property
    def mensajes(self) -> tuple[str, ...]:
        """The problems, or the success sentence for a valid e.firma with its key; and the note."""
        nota = (self.nota,) if self.nota else ()
        if self.problemas:
            return (*(problema.texto for problema in self.problemas), *nota)
        efirma = self.certificado is not None and self.certificado.tipo is TipoCertificado.EFIRMA
        return ((EXITO,) if efirma and self.completa else ()) + nota

    def por_campo(self, campo: CampoCertificado) -> tuple[str, ...]:
        return tuple(problema.texto for problema in self.problemas if problema.campo is campo)

    def as_json(self) -> dict[str, Any]:
        """The answer of `certificado verificar --json`. The keys are always the same."""
        leido = self.certificado
        return {
            "tipo": str(leido.tipo if leido else TipoCertificado.DESCONOCIDO),
            "rfc": leido and leido.rfc,
            "rfc_representante": leido and leido.rfc_representante,
            "curp": leido and (leido.curp or leido.curp_representante),
            "titular": leido and leido.titular,
            "numero": leido and leido.numero,
            "valido_desde": leido and leido.valido_desde.isoformat(),
            "valido_hasta": leido and leido.valido_hasta.isoformat(),
            "vigente": self.estado is not None and self.estado.es_vigente,
            "llave_corresponde": self.llave_corresponde,
            "emisor": leido and leido.emisor,
            "cadena": str(self.cadena),
            "valido": self.valido,
            "mensajes": list(self.mensajes),
        }


def judge(
    certificado: Certificado,
    cadena: Cadena,
    now: datetime,
    esperado: Esperado,
    *,
    de_pfx: bool,
    de_la_llave: tuple[MensajeCertificado, ...] = (),
) -> tuple[MensajeCertificado, ...]:
    """Every problem of a certificate, in this order: type, key, dates, issuer, owner.

    de_pfx: it came in a .pfx. The IMSS delivers certificates only so.
    de_la_llave: the problems of its key and password.
    """
    por_tipo = _judge_type(certificado, esperado, de_pfx=de_pfx)
    return (
        *_at(CampoCertificado.CERTIFICADO, por_tipo),
        *de_la_llave,
        *_at(CampoCertificado.CERTIFICADO, _judge_dates(certificado, now)),
        *_at(CampoCertificado.CERTIFICADO, _judge_issuer(certificado, cadena, esperado)),
        *_at(CampoCertificado.REGISTRO_PATRONAL, _judge_owner(certificado, esperado)),
    )


def _at(campo: CampoCertificado, sentence: str | None) -> tuple[MensajeCertificado, ...]:
    return () if sentence is None else (MensajeCertificado(sentence, campo),)


def _judge_type(certificado: Certificado, esperado: Esperado, *, de_pfx: bool) -> str | None:
    match certificado.tipo:
        case TipoCertificado.EFIRMA:
            return None
        case TipoCertificado.CSD:
            return ES_UN_CSD
        case TipoCertificado.IMSS if de_pfx and not esperado.efirma:
            return None
        case _:
            return NO_ES_EFIRMA


def _judge_dates(certificado: Certificado, now: datetime) -> str | None:
    efirma = certificado.tipo is TipoCertificado.EFIRMA
    match certificado.estado(now).vigencia:
        case Vigencia.VENCIDO:
            return vencio(fecha_local(certificado.valido_hasta), efirma=efirma)
        case Vigencia.AUN_NO_VALIDO:
            return valida_a_partir(fecha_local(certificado.valido_desde), efirma=efirma)
        case _:
            return None


def _judge_issuer(certificado: Certificado, cadena: Cadena, esperado: Esperado) -> str | None:
    if cadena is Cadena.PRUEBA:
        return None if esperado.pruebas else ES_DE_PRUEBA
    if cadena is Cadena.ANTERIOR:
        return DE_AUTORIDAD_ANTERIOR
    # The IMSS publishes no authority certificate, so the issuer of its certificates cannot be
    # checked.
    if cadena is Cadena.SAT or certificado.tipo is TipoCertificado.IMSS:
        return None
    return NO_ES_DEL_SAT


def _judge_owner(certificado: Certificado, esperado: Esperado) -> str | None:
    wanted, registro = esperado.registro_patronal, certificado.registro_patronal
    if wanted and registro and not same_registro_patronal(wanted, registro):
        return registro_no_corresponde(registro, wanted)
    if not is_of_another(certificado, esperado.rfc):
        return None
    if esperado.representante and certificado.tipo is TipoCertificado.EFIRMA:
        return None
    return rfc_no_corresponde(certificado.rfc or "", esperado.rfc or "")


def is_of_another(certificado: Certificado, rfc: str | None) -> bool:
    """Whether the certificate names another RFC than `rfc`."""
    return bool(rfc and certificado.rfc and _compact(rfc) != _compact(certificado.rfc))


def _compact(rfc: str) -> str:
    return "".join(unicodedata.normalize("NFC", rfc).upper().replace("-", "").split())
