"""An address as typed, and the entries of the postal catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from icsoe_desktop.domain.fields import Field, FieldTable
from icsoe_desktop.domain.identificadores.contacto import CodigoPostal
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.errors import InvalidInputError

FUERA_DE_CATALOGO = "fuera de catálogo"
IGUAL = "igual al fiscal"
SEPARATOR = " | "
IN_PARTS = "Escriba cada parte del domicilio: código postal, colonia, calle, número…"
MAX_LENGTH = 120
CAMPOS_DOMICILIO = FieldTable(
    (
        Field("codigo_postal", "Código postal", parse=CodigoPostal.parse, aliases=("CP", "C.P.")),
        Field("colonia", "Colonia", missing="Elija o escriba la colonia."),
        Field("calle", "Calle", missing="Escriba la calle."),
        Field(
            "numero_exterior",
            "Núm. exterior",
            missing="Escriba el núm. exterior; si no tiene, escriba S/N.",
            aliases=("No. exterior", "Exterior"),
        ),
        Field(
            "numero_interior", "Núm. interior", optional=True, aliases=("No. interior", "Interior")
        ),
        Field("entre_calles", "Entre calles", optional=True),
        Field(
            "municipio",
            "Municipio o alcaldía",
            missing="Escriba el municipio o la alcaldía.",
            aliases=("Municipio", "Alcaldía"),
        ),
        Field("estado", "Estado", missing="Escriba el estado."),
    )
)


@dataclass(frozen=True, slots=True)
class Asentamiento:
    """A colonia of the postal catalogue."""

    codigo_postal: str
    colonia: str
    tipo: str
    municipio: str
    estado: str
    ciudad: str = ""

    @property
    def etiqueta(self) -> str:
        """Entry of the list of colonias. Two entries of one code may differ only in `tipo`."""
        return f"{self.colonia} ({self.tipo})" if self.tipo else self.colonia


@dataclass(frozen=True, slots=True, kw_only=True)
class Domicilio:
    """An address as typed. A later catalogue does not change it.

    fuera_de_catalogo: the catalogue did not have the colonia for this code, or there was no
    catalogue.
    """

    codigo_postal: str = field(repr=False)
    colonia: str = field(repr=False)
    calle: str = field(default="", repr=False)
    numero_exterior: str = field(default="", repr=False)
    numero_interior: str = field(default="", repr=False)
    entre_calles: str = field(default="", repr=False)
    municipio: str = field(default="", repr=False)
    estado: str = field(default="", repr=False)
    fuera_de_catalogo: bool = False
    advertencias: ClassVar[tuple[str, ...]] = ()

    def cleaned(self) -> Domicilio:
        """The address in canonical form. Raises InvalidInputError for the first wrong field."""
        for campo, problema in check_domicilio(self).items():
            raise InvalidInputError(problema, campo)
        texts = {campo: _plain(getattr(self, campo)) for campo in TEXT_FIELDS}
        texts["codigo_postal"] = CodigoPostal.parse(self.codigo_postal).valor
        return Domicilio(**texts, fuera_de_catalogo=self.fuera_de_catalogo)

    @property
    def valor(self) -> str:
        """All parts in one line, as the store, a sheet and other desktops have them."""
        parts = [_plain(getattr(self, campo)) for campo in TEXT_FIELDS]
        return SEPARATOR.join([*parts, FUERA_DE_CATALOGO] if self.fuera_de_catalogo else parts)

    @classmethod
    def of(cls, text: str) -> Domicilio:
        """The address of a `valor`. Another text, which a peer may send, becomes a colonia."""
        parts = [part.strip() for part in text.split(SEPARATOR.strip())]
        if len(parts) < len(TEXT_FIELDS):
            parts = ["", clean(text)]
        outside = FUERA_DE_CATALOGO in parts[len(TEXT_FIELDS) :]
        return replace(
            with_texts(EMPTY, dict(zip(TEXT_FIELDS, parts, strict=False))),
            fuera_de_catalogo=outside,
        )

    @classmethod
    def parse(cls, text: str) -> Domicilio:
        """Raises InvalidInputError for a text that is not the `valor` of a whole address."""
        if text.count(SEPARATOR.strip()) < len(TEXT_FIELDS) - 1:
            raise InvalidInputError(IN_PARTS, "domicilio")
        return cls.of(text).cleaned()


EMPTY = Domicilio(codigo_postal="", colonia="")


class ClaseDomicilio(StrEnum):
    """An address of a contratista, by its column."""

    SOCIAL = "domicilio_social"
    CONVENCIONAL = "domicilio_convencional"


@dataclass(frozen=True, slots=True)
class RespuestaDomicilio:
    """Whether an address is the fiscal one; None before the answer. domicilio: if it is not."""

    igual: bool | None = None
    domicilio: Domicilio | None = None

    @classmethod
    def of(cls, text: str | None) -> RespuestaDomicilio:
        """text: as the store has it."""
        if not text:
            return cls()
        return cls(igual=True) if text == IGUAL else cls(False, Domicilio.of(text))

    def says_the_same(self, other: RespuestaDomicilio) -> bool:
        """True if both have the same texts. The catalogue does not count."""
        return (self.igual, in_parts(self.domicilio)) == (other.igual, in_parts(other.domicilio))


def in_parts(domicilio: Domicilio | None) -> list[tuple[str, str]]:
    """Label and text of each part."""
    if domicilio is None:
        return []
    return [(each.label, getattr(domicilio, each.name)) for each in CAMPOS_DOMICILIO]


def _plain(text: str) -> str:
    return clean(text.replace(SEPARATOR.strip(), "/"))


TEXT_FIELDS = tuple(each.name for each in CAMPOS_DOMICILIO)


def with_texts(draft: Domicilio, texts: Mapping[str, str]) -> Domicilio:
    kept = {name: getattr(draft, name) for name in TEXT_FIELDS}
    return Domicilio(**{**kept, **texts})


def check_ubicacion(codigo_postal: str, colonia: str) -> dict[str, str]:
    """Errors of the first «Ubicar» (código postal and colonia), field → sentence."""
    return CAMPOS_DOMICILIO.problems({"codigo_postal": codigo_postal, "colonia": colonia})


def check_domicilio(domicilio: Domicilio) -> dict[str, str]:
    """Errors of the second «Ubicar» (the whole address), field → sentence."""
    problemas = CAMPOS_DOMICILIO.problems(
        {campo: getattr(domicilio, campo) for campo in TEXT_FIELDS}
    )
    for campo in TEXT_FIELDS:
        if campo not in problemas and len(clean(getattr(domicilio, campo))) > MAX_LENGTH:
            problemas[campo] = f"Escriba como máximo {MAX_LENGTH} caracteres."
    return problemas


def in_catalogue(domicilio: Domicilio, asentamientos: tuple[Asentamiento, ...]) -> bool:
    """True if the colonia is among `asentamientos`, ignoring accents and capitals."""
    return fold(domicilio.colonia) in {fold(each.colonia) for each in asentamientos}
