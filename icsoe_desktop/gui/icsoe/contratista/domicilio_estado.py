"""What a form of a domicilio shows: its stage, the saved address and the one being captured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.domicilio import (
    EMPTY,
    FUERA_DE_CATALOGO,
    TEXT_FIELDS,
    Asentamiento,
    Domicilio,
    RespuestaDomicilio,
    in_catalogue,
)
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.services.contratista.domicilios import CatalogoPostal
from icsoe_desktop.services.contratista.service import DOMICILIO_CHANGED

WITHOUT_CATALOGUE = (
    "Aún no hay catálogo postal: escriba la colonia; quedará marcada «fuera de catálogo»."
)
CODE_MISSING = (
    "El catálogo no tiene este código postal. Revíselo, o escriba la colonia; quedará marcada "
    "«fuera de catálogo»."
)
CHOOSE = "Elija la colonia, o escríbala si no está en la lista."
OUTSIDE = f"La colonia quedará marcada «{FUERA_DE_CATALOGO}»."
OVERTAKEN = DOMICILIO_CHANGED + " Ahora es:\n{ahora}\nElija {boton} otra vez para guardar el suyo."
SAME_AS_FISCAL = "Igual al domicilio fiscal."
NOT_ANSWERED = RespuestaDomicilio()


class Etapa(Enum):
    PREGUNTA = auto()
    IGUAL = auto()
    CODIGO = auto()
    COMPONENTES = auto()
    RESUMEN = auto()


@dataclass(frozen=True)
class DomicilioState:
    """kept: the saved answer, as last shown. draft: the address being captured.

    colonias: those of `codigo`, the postal code last looked up. overtaken: another user saved
    `kept` meanwhile, and saving showed this.
    """

    etapa: Etapa = Etapa.PREGUNTA
    kept: RespuestaDomicilio = NOT_ANSWERED
    draft: Domicilio = EMPTY
    catalogo: CatalogoPostal | None = None
    codigo: str = ""
    colonias: tuple[Asentamiento, ...] = ()
    busy: bool = False
    message: str = ""
    overtaken: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the screen shows the saved values."""
        match self.etapa:
            case Etapa.PREGUNTA:
                return True
            case Etapa.IGUAL:
                return self.kept.igual is True
            case Etapa.RESUMEN:
                return self.draft == self.kept.domicilio
        return False

    @property
    def ajeno_text(self) -> str:
        """A sentence with the values that another user saved, while `overtaken`."""
        if not self.overtaken:
            return ""
        domicilio = self.kept.domicilio
        now = in_words(domicilio) if domicilio is not None else SAME_AS_FISCAL
        button = "Guardar" if self.etapa is Etapa.IGUAL else "Aceptar"
        return OVERTAKEN.format(ahora=now, boton=button)

    @property
    def catalogo_text(self) -> str:
        if self.catalogo is None:
            return WITHOUT_CATALOGUE
        return (
            f"Catálogo postal del {format_fecha(self.catalogo.fecha)}, "
            f"{counted(self.catalogo.renglones, 'renglón', 'renglones')}."
        )

    @property
    def colonia_hint(self) -> str:
        if self.catalogo is None or not self.codigo:
            return ""
        return CHOOSE if self.colonias else CODE_MISSING

    @property
    def outside_text(self) -> str:
        """The warning for an address whose colonia is not in the catalogue."""
        if self.is_kept:
            outside = self.draft.fuera_de_catalogo
        else:
            outside = self.catalogo is None or not in_catalogue(self.draft, self.colonias)
        return OUTSIDE if outside else ""


def in_words(domicilio: Domicilio) -> str:
    """The address in the lines of an envelope."""
    interior = f", interior {domicilio.numero_interior}" if domicilio.numero_interior else ""
    lines = [
        f"{domicilio.calle} {domicilio.numero_exterior}{interior}",
        f"Entre {domicilio.entre_calles}" if domicilio.entre_calles else "",
        f"Col. {domicilio.colonia}, C. P. {domicilio.codigo_postal}",
        f"{domicilio.municipio}, {domicilio.estado}",
    ]
    return "\n".join(line for line in lines if line)


COMPONENTS = tuple(name for name in TEXT_FIELDS if name not in ("codigo_postal", "colonia"))
