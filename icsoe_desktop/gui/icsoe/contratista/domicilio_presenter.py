"""Domicilio social: the answer Sí, or postal code, colonia, components and confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import (
    FUERA_DE_CATALOGO,
    TEXT_FIELDS,
    Asentamiento,
    Domicilio,
    check_domicilio,
    check_ubicacion,
    in_catalogue,
)
from icsoe_desktop.domain.identificadores.contacto import CodigoPostal
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.contratista.domicilios import CatalogoPostal, CodigosPostalesService
from icsoe_desktop.services.contratista.service import (
    DOMICILIO_CHANGED,
    ContratistasService,
    DomicilioAjenoError,
    DomicilioSocial,
)

SAVED = "El domicilio social se guardó."
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
EMPTY = Domicilio(codigo_postal="", colonia="")


class Etapa(Enum):
    PREGUNTA = auto()
    IGUAL = auto()
    CODIGO = auto()
    COMPONENTES = auto()
    RESUMEN = auto()


@dataclass(frozen=True)
class DomicilioState:
    """kept_igual, kept: the saved values, as last shown. draft: the address being captured.

    colonias: those of `codigo`, the postal code last looked up. overtaken: another user saved
    `kept` meanwhile, and saving showed this.
    """

    etapa: Etapa = Etapa.PREGUNTA
    kept_igual: bool | None = None
    kept: Domicilio | None = None
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
                return self.kept_igual is True
            case Etapa.RESUMEN:
                return self.kept_igual is False and self.draft == self.kept
        return False

    @property
    def ajeno_text(self) -> str:
        """A sentence with the values that another user saved, while `overtaken`."""
        if not self.overtaken:
            return ""
        now = in_words(self.kept) if self.kept is not None else SAME_AS_FISCAL
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


class DomicilioPresenter(StatePresenter[DomicilioState]):
    draft_changed = Signal(object)  # Domicilio to show in the fields
    refused = Signal(object)  # dict: field → sentence
    saved = Signal(object)  # PasoContratista

    def __init__(
        self,
        service: ContratistasService,
        codigos: CodigosPostalesService,
        jobs: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, DomicilioState())
        self._service = service
        self._codigos = codigos
        self._sesion = sesion
        self._typed_code = ""

    def keep(self, igual: bool | None, domicilio: Domicilio | None) -> None:
        """Set the saved values and show them."""
        etapa = {None: Etapa.PREGUNTA, True: Etapa.IGUAL, False: Etapa.RESUMEN}[igual]
        self._show(
            etapa=etapa,
            kept_igual=igual,
            kept=domicilio,
            draft=domicilio or EMPTY,
            overtaken=False,
        )
        self._typed_code = self.state.draft.codigo_postal
        self.draft_changed.emit(self.state.draft)
        self.load_catalogue()

    def discard(self) -> None:
        self.keep(self.state.kept_igual, self.state.kept)

    def load_catalogue(self) -> None:
        """Read which catalogue is installed; at the start and after an import."""
        self.ask(lambda _progress: self._codigos.current(self._sesion), self._on_catalogue)

    def choose(self, igual: bool) -> None:
        """Answer whether the domicilio social is the fiscal one."""
        state = self.state
        if igual:
            self._show(etapa=Etapa.IGUAL, message="")
        elif state.etapa in (Etapa.PREGUNTA, Etapa.IGUAL):
            etapa = Etapa.RESUMEN if state.kept is not None else Etapa.CODIGO
            self._show(etapa=etapa, draft=state.kept or state.draft, message="")
            self.draft_changed.emit(self.state.draft)

    def type_code(self, text: str) -> None:
        """Look up the colonias once the postal code is complete."""
        self._typed_code = text
        try:
            codigo = CodigoPostal.parse(text).valor
        except InvalidInputError:
            if self.state.codigo:
                self._show(codigo="", colonias=())
            return
        if codigo != self.state.codigo:
            self.ask(
                lambda _progress: self._codigos.colonias(self._sesion, codigo),
                lambda colonias: self._on_colonias(colonias, codigo),
            )

    def check_ubicacion(self, texts: Mapping[str, str]) -> dict[str, str]:
        return check_ubicacion(texts["codigo_postal"], texts["colonia"])

    def locate(self, codigo_postal: str, colonia: str) -> None:
        """The first «Ubicar»: go on to the components, filled in from the catalogue."""
        draft = replace(
            self.state.draft,
            codigo_postal=CodigoPostal.parse(codigo_postal).valor,
            colonia=colonia.strip(),
        )
        known = next((one for one in self.state.colonias if one.colonia == draft.colonia), None)
        known = known or next(iter(self.state.colonias), None)
        if known is not None:
            draft = replace(draft, municipio=known.municipio, estado=known.estado)
        self._show(etapa=Etapa.COMPONENTES, draft=draft, message="")
        self.draft_changed.emit(draft)

    def check_components(self, texts: Mapping[str, str]) -> dict[str, str]:
        return check_domicilio(_with(self.state.draft, texts))

    def locate_components(self, texts: Mapping[str, str]) -> None:
        """The second «Ubicar»: go on to the whole address, for confirmation."""
        draft = _with(self.state.draft, texts).cleaned()
        self._show(etapa=Etapa.RESUMEN, draft=draft, message="")

    def hold(self, texts: Mapping[str, str]) -> None:
        """Store the typed values while the user goes back."""
        self._show(draft=_with(self.state.draft, texts))

    def back_to_code(self) -> None:
        self._show(etapa=Etapa.CODIGO, message="")
        self.draft_changed.emit(self.state.draft)
        self.type_code(self.state.draft.codigo_postal)

    def accept(self) -> None:
        """«Aceptar»: save the address."""
        draft, visto = self.state.draft, self._visto
        self._save(lambda: self._service.save_domicilio(self._sesion, draft, visto))

    def save_igual(self) -> None:
        """«Guardar»: save that both addresses are the same."""
        visto = self._visto
        self._save(lambda: self._service.save_domicilio_igual(self._sesion, visto))

    @property
    def _visto(self) -> DomicilioSocial:
        return DomicilioSocial(self.state.kept_igual, self.state.kept)

    def _save(self, work: Callable[[], PasoContratista]) -> None:
        if self.state.busy:
            return
        self._show(busy=True, message="")
        self.ask(lambda _progress: work(), self._on_saved, self._on_not_saved, busy=False)

    def _on_saved(self, paso: PasoContratista) -> None:
        self._show(message=SAVED, overtaken=False)
        self.saved.emit(paso)

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case DomicilioAjenoError(ahora=ahora):
                self._show(kept_igual=ahora.igual, kept=ahora.domicilio, overtaken=True)
            case InvalidInputError(campo=str(campo)):
                self.refused.emit({campo: error.message})
            case _:
                self._fail(error)

    def _on_catalogue(self, catalogo: CatalogoPostal | None) -> None:
        if catalogo != self.state.catalogo:
            self._show(catalogo=catalogo, codigo="", colonias=())
            self.type_code(self._typed_code)

    def _on_colonias(self, colonias: tuple[Asentamiento, ...], codigo: str) -> None:
        self._show(codigo=codigo, colonias=colonias)


def _with(draft: Domicilio, texts: Mapping[str, str]) -> Domicilio:
    kept = {name: getattr(draft, name) for name in TEXT_FIELDS}
    return Domicilio(**{**kept, **texts})


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
