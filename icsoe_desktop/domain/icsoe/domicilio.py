"""An address: what the postal catalogue says of a código postal, and what somebody typed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from icsoe_desktop.domain.identificadores.contacto import CodigoPostal
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.errors import InvalidInputError

FUERA_DE_CATALOGO = "fuera de catálogo"
MAX_LENGTH = 120
_NEEDED = {
    "colonia": "Elija o escriba la colonia.",
    "calle": "Escriba la calle.",
    "numero_exterior": "Escriba el número exterior; si no tiene, escriba S/N.",
    "municipio": "Escriba el municipio o la alcaldía.",
    "estado": "Escriba el estado.",
}


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
        """For the list of colonias: two of one code may differ in their kind only."""
        return f"{self.colonia} ({self.tipo})" if self.tipo else self.colonia


@dataclass(frozen=True, slots=True)
class Domicilio:
    """An address as typed, kept as it is whatever a later catalogue says.

    fuera_de_catalogo: the colonia is not in the catalogue for this code, or there was none.
    catalogo: the name of the catalogue that it was compared with; empty without one.
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
        """The same in canonical form. Raises InvalidInputError for the first wrong field."""
        for campo, problema in check_domicilio(self).items():
            raise InvalidInputError(problema, campo)
        texts = {campo: clean(getattr(self, campo)) for campo in TEXT_FIELDS}
        texts["codigo_postal"] = CodigoPostal.parse(self.codigo_postal).valor
        return Domicilio(**texts, fuera_de_catalogo=self.fuera_de_catalogo, catalogo=self.catalogo)


TEXT_FIELDS = tuple(
    each.name for each in fields(Domicilio) if each.name not in ("fuera_de_catalogo", "catalogo")
)


def check_ubicacion(codigo_postal: str, colonia: str) -> dict[str, str]:
    """The first «Ubicar»: what is wrong with código postal and colonia, field → sentence."""
    problemas: dict[str, str] = {}
    try:
        CodigoPostal.parse(codigo_postal)
    except InvalidInputError as error:
        problemas["codigo_postal"] = error.message
    if not clean(colonia):
        problemas["colonia"] = _NEEDED["colonia"]
    return problemas


def check_domicilio(domicilio: Domicilio) -> dict[str, str]:
    """The second «Ubicar»: what is wrong with the whole address, field → sentence."""
    problemas = check_ubicacion(domicilio.codigo_postal, domicilio.colonia)
    for campo, sentence in _NEEDED.items():
        if not clean(getattr(domicilio, campo)):
            problemas[campo] = sentence
    for campo in TEXT_FIELDS:
        if campo not in problemas and len(clean(getattr(domicilio, campo))) > MAX_LENGTH:
            problemas[campo] = f"Escriba como máximo {MAX_LENGTH} caracteres."
    return problemas


def in_catalogue(domicilio: Domicilio, asentamientos: tuple[Asentamiento, ...]) -> bool:
    """Whether the colonia is one of those of its code, accents and capitals aside."""
    return fold(domicilio.colonia) in {fold(each.colonia) for each in asentamientos}
