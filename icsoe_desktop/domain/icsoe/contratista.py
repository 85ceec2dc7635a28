"""The contratista: first steps, and general data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono


class PasoContratista(StrEnum):
    """The steps of a contratista's first entry, in the order of the seed.

    CONVENCIONAL is asked for by nobody: the portal takes it, and not every contratista has one.
    """

    TERMINOS = "términos y condiciones"
    DATOS_GENERALES = "datos generales"
    DOMICILIO = "domicilio social"
    ACUSE = "acuse de registro en el padrón de la STPS"
    CONVENCIONAL = "domicilio convencional"
    COMPLETO = "completo"


@dataclass(frozen=True, slots=True)
class Avance:
    """Progress of a contratista's first entry.

    terminos_aceptados: the current version was accepted.
    completado: every step was done once. Data removed later do not reopen a step. Only new términos
    do.
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
        """The steps of this contratista, in order. A persona física has no domicilio."""
        return tuple(
            paso
            for paso in PasoContratista
            if paso is not PasoContratista.DOMICILIO or self.es_persona_moral
        )

    def reached(self, paso: PasoContratista) -> bool:
        """True if the step is the next one or was done before."""
        order = list(PasoContratista)
        return paso in self.pasos and order.index(paso) <= order.index(self.paso)


CAMPOS_CONTRATISTA = FieldTable(
    (
        Field("rfc", "RFC", Place.ARCO),
        Field("nombre", "Nombre, denominación o razón social", Place.ARCO),
        Field("correo", "Correo electrónico", Place.FORM | Place.ARCO, Correo.parse),
        Field("celular", "Celular", Place.FORM | Place.ARCO, Telefono.parse),
        Field(
            "telefono_fijo",
            "Teléfono fijo",
            Place.FORM | Place.ARCO,
            Telefono.parse,
            optional=True,
        ),
        Field("efirma_numero", "Número de certificado de la e.firma", Place.ARCO),
        Field("efirma_hasta", "e.firma válida hasta", Place.ARCO),
        Field("terminos_aceptados", "Términos y condiciones aceptados", Place.ARCO),
        Field("creado", "Registrado", Place.ARCO),
        Field("domicilio_social", "Domicilio social"),
        Field("domicilio_convencional", "Domicilio convencional"),
        Field("es_persona_moral", "Es persona moral"),
    )
)
CAMPOS_ACUSE = FieldTable(
    (
        Field("nombre", "Archivo", Place.ARCO),
        Field("sha256", "SHA-256", Place.ARCO),
        Field(
            "fecha",
            "Fecha de registro o de la última renovación",
            Place.ARCO,
            titles={Place.ARCO: "Fecha"},
        ),
        Field("cierra", "Último día para renovar", Place.ARCO),
        Field("vence", "Vence", Place.ARCO),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosGenerales:
    """Contact data of a contratista, in canonical form. telefono_fijo: empty if there is none."""

    correo: str = field(repr=False)
    celular: str = field(repr=False)
    telefono_fijo: str = field(default="", repr=False)

    @classmethod
    def parse(cls, **texts: str) -> DatosGenerales:
        """texts: by field name. Raises InvalidInputError for the first wrong field."""
        fields = CAMPOS_CONTRATISTA.at(Place.FORM)
        return cls(**{each.name: each.read(texts.get(each.name, ""))[0] for each in fields})


def check_generales(texts: Mapping[str, str]) -> dict[str, str]:
    """Errors of the form, field → sentence. Empty if it can be saved."""
    return CAMPOS_CONTRATISTA.problems(
        {name: texts.get(name, "") for name in CAMPOS_CONTRATISTA.names(Place.FORM)}
    )
