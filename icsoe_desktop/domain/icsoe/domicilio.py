"""An address as typed, and the entries of the postal catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icsoe_desktop.domain.fields import Field, FieldTable
from icsoe_desktop.domain.identificadores.contacto import CodigoPostal
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.errors import InvalidInputError

FUERA_DE_CATALOGO = "fuera de catálogo"
MAX_LENGTH = 120
CAMPOS_DOMICILIO = FieldTable(
    (
        Field("codigo_postal", "Código postal", parse=CodigoPostal.parse),
        Field("colonia", "Colonia", missing="Elija o escriba la colonia."),
        Field("calle", "Calle", missing="Escriba la calle."),
        Field(
            "numero_exterior",
            "Núm. exterior",
            missing="Escriba el núm. exterior; si no tiene, escriba S/N.",
        ),
        Field("numero_interior", "Núm. interior", optional=True),
        Field("entre_calles", "Entre calles", optional=True),
        Field("municipio", "Municipio o alcaldía", missing="Escriba el municipio o la alcaldía."),
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
    catalogo: name of the catalogue that was used to check. Empty without one.
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
    catalogo: str = ""

    def cleaned(self) -> Domicilio:
        """The address in canonical form. Raises InvalidInputError for the first wrong field."""
        for campo, problema in check_domicilio(self).items():
            raise InvalidInputError(problema, campo)
        texts = {campo: clean(getattr(self, campo)) for campo in TEXT_FIELDS}
        texts["codigo_postal"] = CodigoPostal.parse(self.codigo_postal).valor
        return Domicilio(**texts, fuera_de_catalogo=self.fuera_de_catalogo, catalogo=self.catalogo)


TEXT_FIELDS = tuple(each.name for each in CAMPOS_DOMICILIO)


def check_ubicacion(codigo_postal: str, colonia: str) -> dict[str, str]:
    """Errors of the first «Ubicar» (código postal and colonia), field → sentence."""
    return _problems({"codigo_postal": codigo_postal, "colonia": colonia})


def check_domicilio(domicilio: Domicilio) -> dict[str, str]:
    """Errors of the second «Ubicar» (the whole address), field → sentence."""
    problemas = _problems({campo: getattr(domicilio, campo) for campo in TEXT_FIELDS})
    for campo in TEXT_FIELDS:
        if campo not in problemas and len(clean(getattr(domicilio, campo))) > MAX_LENGTH:
            problemas[campo] = f"Escriba como máximo {MAX_LENGTH} caracteres."
    return problemas


def _problems(texts: Mapping[str, str]) -> dict[str, str]:
    problemas: dict[str, str] = {}
    for campo, text in texts.items():
        try:
            CAMPOS_DOMICILIO[campo].read(text)
        except InvalidInputError as error:
            problemas[campo] = error.message
    return problemas


def in_catalogue(domicilio: Domicilio, asentamientos: tuple[Asentamiento, ...]) -> bool:
    """True if the colonia is among `asentamientos`, ignoring accents and capitals."""
    return fold(domicilio.colonia) in {fold(each.colonia) for each in asentamientos}
