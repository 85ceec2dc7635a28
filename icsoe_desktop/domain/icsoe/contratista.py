"""Who answers for the company: its first steps, its general data, its REPSE acuse's validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from icsoe_desktop.domain.certificados.certificado import EstadoVigencia, Vigencia
from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono
from icsoe_desktop.errors import InvalidInputError

ANOS_DE_VIGENCIA_REPSE = 3
# Days before the end from which "por vencer" is said, the nearest first.
_AVISOS = (7, 30, 60)


class PasoContratista(StrEnum):
    """What a contratista has to do next, in the order of the seed."""

    TERMINOS = "términos y condiciones"
    DATOS_GENERALES = "datos generales"
    DOMICILIO = "domicilio social"
    ACUSE = "acuse de registro en el padrón de la STPS"
    COMPLETO = "completo"


@dataclass(frozen=True, slots=True)
class Avance:
    """How far the first entry of a contratista is.

    terminos_aceptados: of today's version.
    completado: everything was done once; what is taken away later does not send anybody back,
    except for new términos.
    """

    es_persona_moral: bool
    terminos_aceptados: bool = False
    tiene_datos_generales: bool = False
    tiene_domicilio: bool = False
    tiene_acuse: bool = False
    completado: bool = False

    @property
    def paso(self) -> PasoContratista:
        if not self.terminos_aceptados:
            return PasoContratista.TERMINOS
        if self.completado:
            return PasoContratista.COMPLETO
        if not self.tiene_datos_generales:
            return PasoContratista.DATOS_GENERALES
        if self.es_persona_moral and not self.tiene_domicilio:
            return PasoContratista.DOMICILIO
        return PasoContratista.COMPLETO if self.tiene_acuse else PasoContratista.ACUSE

    @property
    def pasos(self) -> tuple[PasoContratista, ...]:
        """The steps that this contratista has, in order: a persona física has no domicilio."""
        return tuple(
            paso
            for paso in PasoContratista
            if paso is not PasoContratista.DOMICILIO or self.es_persona_moral
        )

    def reached(self, paso: PasoContratista) -> bool:
        """Whether this step may be done now: it is the next one, or was done before."""
        order = list(PasoContratista)
        return paso in self.pasos and order.index(paso) <= order.index(self.paso)


@dataclass(frozen=True, slots=True)
class DatosGenerales:
    """How to reach a contratista, in canonical form. telefono_fijo: empty when there is none."""

    correo: str = field(repr=False)
    celular: str = field(repr=False)
    telefono_fijo: str = field(default="", repr=False)

    @classmethod
    def parse(cls, correo: str, celular: str, telefono_fijo: str = "") -> DatosGenerales:
        """Raises InvalidInputError for the first field that is wrong."""
        for campo, problema in check_generales(correo, celular, telefono_fijo).items():
            raise InvalidInputError(problema, campo)
        fijo = Telefono.parse(telefono_fijo).valor if telefono_fijo.strip() else ""
        return cls(Correo.parse(correo).valor, Telefono.parse(celular).valor, fijo)

    @property
    def advertencias(self) -> Mapping[str, str]:
        found = {"correo": " ".join(Correo(self.correo).advertencias)}
        return {campo: texto for campo, texto in found.items() if texto}


def check_generales(correo: str, celular: str, telefono_fijo: str = "") -> dict[str, str]:
    """What is wrong with the form: field → sentence. Empty when it may be saved."""
    problemas: dict[str, str] = {}
    try:
        Correo.parse(correo)
    except InvalidInputError as error:
        problemas["correo"] = error.message
    for campo, texto, obligatorio in (
        ("celular", celular, True),
        ("telefono_fijo", telefono_fijo, False),
    ):
        if not obligatorio and not texto.strip():
            continue
        try:
            Telefono.parse(texto)
        except InvalidInputError as error:
            problemas[campo] = error.message
    return problemas


def acuse_vence(fecha: date) -> date:
    """The last day on which a REPSE registration of `fecha` is good: three years later.

    Source: Disposiciones de carácter general del REPSE (DOF 24-May-2021), décimo primera.
    """
    year = fecha.year + ANOS_DE_VIGENCIA_REPSE
    try:
        return fecha.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)


def vigencia_acuse(fecha: date, hoy: date) -> EstadoVigencia:
    """Whether a REPSE acuse of `fecha` is good today, and how soon it will not be."""
    dias = (acuse_vence(fecha) - hoy).days
    if fecha > hoy:
        return EstadoVigencia(Vigencia.AUN_NO_VALIDO, (fecha - hoy).days)
    if dias < 0:
        return EstadoVigencia(Vigencia.VENCIDO, dias)
    for aviso in _AVISOS:
        if dias <= aviso:
            return EstadoVigencia(Vigencia.POR_VENCER, dias, aviso)
    return EstadoVigencia(Vigencia.VIGENTE, dias)
