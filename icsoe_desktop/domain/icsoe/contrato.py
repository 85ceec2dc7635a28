"""Contratantes, folios of the REPSE and contratos, with their fields and checks.

Source: IMSS, Informativa de contratos (LSS 15 A). Lengths of texts are open: the limits here only
bound the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.icsoe.domicilio import CAMPOS_DOMICILIO, Domicilio
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.errors import InvalidInputError

MAX_TEXTO: Final = 2_000
MAX_NOMBRE: Final = 250
MAX_CLAVE: Final = 60
_FORM = Place.FORM | Place.SHEET | Place.ARCO

CAMPOS_CONTRATANTE: Final = FieldTable(
    (
        Field(
            "rfc",
            "RFC del contratante",
            _FORM | Place.GRID | Place.SEARCH,
            Rfc.parse,
            aliases=("RFC", "RFC del cliente"),
        ),
        Field(
            "nombre",
            "Nombre, denominación o razón social del contratante",
            _FORM | Place.GRID | Place.SEARCH,
            missing="Escriba el nombre o la razón social del contratante.",
            titles={Place.GRID: "Contratante"},
            aliases=("Contratante", "Cliente", "Razón social", "Nombre"),
        ),
        Field(
            "correo",
            "Correo del contratante",
            _FORM,
            Correo.parse,
            aliases=("Correo", "Correo electrónico", "Email"),
        ),
        Field(
            "celular",
            "Celular del contratante",
            _FORM,
            Telefono.parse,
            aliases=("Celular", "Teléfono móvil"),
        ),
        Field(
            "telefono_fijo",
            "Teléfono fijo del contratante",
            _FORM,
            Telefono.parse,
            optional=True,
            aliases=("Teléfono fijo", "Teléfono"),
        ),
        Field(
            "domicilio",
            "Domicilio, si no es el fiscal",
            _FORM,
            Domicilio.parse,
            optional=True,
            aliases=("Domicilio",),
        ),
    )
)
CAMPOS_FOLIO_REPSE: Final = FieldTable(
    (
        Field(
            "folio",
            "Folio REPSE",
            _FORM | Place.GRID,
            aliases=("Folio",),
            missing="Escriba el folio REPSE con el que se presta el servicio.",
        ),
        Field(
            "texto",
            "Servicio u obra especializado",
            _FORM | Place.GRID,
            aliases=("Servicio", "Servicio u obra"),
            missing="Escriba el servicio u obra como lo autorizó la STPS.",
        ),
    )
)
CAMPOS_CONTRATO: Final = FieldTable(
    (
        Field(
            "numero",
            "Número de contrato",
            _FORM | Place.GRID | Place.SEARCH,
            optional=True,
            aliases=("Contrato", "Número"),
        ),
        Field(
            "objeto",
            "Objeto del contrato",
            _FORM | Place.SEARCH,
            aliases=("Objeto",),
            missing="Escriba el objeto del contrato.",
        ),
        Field("inicio", "Fecha inicial", _FORM | Place.GRID, aliases=("Inicio", "Fecha de inicio")),
        Field(
            "fin",
            "Fecha final",
            _FORM | Place.GRID,
            optional=True,
            aliases=("Fin", "Término", "Fecha de término"),
        ),
        Field("modificaciones", "Modificaciones", Place.FORM | Place.SHEET, optional=True),
        Field("contratante_id", "Contratante"),
        Field("folio_id", "Folio REPSE del contrato"),
        Field("trabajadores", "Trabajadores"),
        Field("rechazos", "Renglones rechazados por el portal"),
    )
)


# Every column of a list of contracts; what the registers know of an RFC or a folio may be missing.
# The contratante's address has a column for each part.
CAMPOS_LISTA: Final = FieldTable(
    (
        *CAMPOS_CONTRATANTE,
        *(replace(each, places=Place.SHEET) for each in CAMPOS_DOMICILIO),
        *CAMPOS_FOLIO_REPSE,
        *CAMPOS_CONTRATO,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contratante:
    """Who hires the service. domicilio: `Domicilio.valor`, only if it is not the fiscal one."""

    rfc: str = field(default="", repr=False)
    nombre: str = field(default="", repr=False)
    correo: str = field(default="", repr=False)
    celular: str = field(default="", repr=False)
    telefono_fijo: str = field(default="", repr=False)
    domicilio: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolioRepse:
    """A folio of the contratista in the REPSE with the service that the STPS authorised."""

    folio: str = ""
    texto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosContrato:
    """What is typed of a contract. modificaciones: days on which it was amended, in order."""

    numero: str = ""
    objeto: str = ""
    inicio: date | None = None
    fin: date | None = None
    modificaciones: tuple[date, ...] = ()
    contratante: Contratante = Contratante()
    folio: FolioRepse = FolioRepse()

    @property
    def clave(self) -> tuple[object, ...]:
        """What tells a contract from another; without a number, also its objeto."""
        numero = fold(clean(self.numero))
        other = numero or fold(clean(self.objeto))
        return self.contratante.rfc, bool(numero), other, self.inicio, self.fin


class Motivo(StrEnum):
    """Why a contract belongs to a period."""

    CELEBRADO = "Celebrado en el periodo"
    MODIFICADO = "Modificado en el periodo"
    OTRO = "Agregado a mano"


def motivo_of(datos: DatosContrato, periodo: Periodo) -> Motivo:
    if datos.inicio is not None and periodo.contains(datos.inicio):
        return Motivo.CELEBRADO
    if any(periodo.contains(day) for day in datos.modificaciones):
        return Motivo.MODIFICADO
    return Motivo.OTRO


def sbc_day(fin: date | None, periodo: Periodo, today: date) -> date:
    """The day whose limits the SBC of a contract's workers is held against: the last in force."""
    return min(today, periodo.ultimo, fin or periodo.ultimo)


class RevisionContrato(NamedTuple):
    """problemas: field of the form → sentence. datos: canonical, also with problems."""

    problemas: Mapping[str, str]
    advertencias: Mapping[str, str]
    datos: DatosContrato


def check_contrato(datos: DatosContrato, rfc_contratista: str) -> RevisionContrato:
    """Check the whole form and collect every problem. Names of the contratante's and the folio's
    fields carry a prefix: «contratante.rfc», «folio.texto».
    """
    problemas: dict[str, str] = {}
    advertencias: dict[str, str] = {}

    def read(table: FieldTable, source: Any, prefix: str = "", limit: int = MAX_NOMBRE) -> Any:
        values: dict[str, str] = {}
        for each in fields(source):
            known = table[each.name]
            text = getattr(source, each.name)
            values[each.name] = clean(text)
            try:
                values[each.name], odd = known.read(text)
                if odd:
                    advertencias[prefix + each.name] = " ".join(odd)
            except InvalidInputError as error:
                problemas[prefix + each.name] = error.message
            if len(values[each.name]) > limit and each.name != "domicilio":  # its parts have theirs
                problemas[prefix + each.name] = f"Escriba como máximo {limit:,} caracteres."
                values[each.name] = values[each.name][:limit]
        return type(source)(**values)

    contratante = read(CAMPOS_CONTRATANTE, datos.contratante, "contratante.")
    folio = read(CAMPOS_FOLIO_REPSE, datos.folio, "folio.", MAX_TEXTO)
    if contratante.rfc and contratante.rfc == rfc_contratista:
        problemas["contratante.rfc"] = SAME_RFC
    numero, objeto = clean(datos.numero), clean(datos.objeto)
    if len(numero) > MAX_CLAVE:
        problemas["numero"] = f"Escriba como máximo {MAX_CLAVE} caracteres."
    if not objeto:
        problemas["objeto"] = CAMPOS_CONTRATO["objeto"].missing
    elif len(objeto) > MAX_TEXTO:
        problemas["objeto"] = f"Escriba como máximo {MAX_TEXTO:,} caracteres."
    if datos.inicio is None:
        problemas["inicio"] = NO_START
    elif datos.fin is not None and datos.fin < datos.inicio:
        problemas["fin"] = END_BEFORE_START
    amended = tuple(sorted(set(datos.modificaciones)))
    if datos.inicio is not None and amended and amended[0] < datos.inicio:
        problemas["modificaciones"] = AMENDED_BEFORE_START
    return RevisionContrato(
        problemas,
        advertencias,
        DatosContrato(
            numero=numero[:MAX_CLAVE],
            objeto=objeto[:MAX_TEXTO],
            inicio=datos.inicio,
            fin=datos.fin,
            modificaciones=amended,
            contratante=contratante,
            folio=folio,
        ),
    )


SAME_RFC: Final = (
    "El contratante no puede ser el mismo contratista. El IMSS lo señala como inconsistencia: "
    "revise el RFC."
)
NO_START: Final = "Escriba la fecha inicial del contrato: dd/mm/aaaa."
END_BEFORE_START: Final = "La fecha final no puede ser anterior a la inicial."
AMENDED_BEFORE_START: Final = "Una modificación no puede ser anterior a la fecha inicial."
