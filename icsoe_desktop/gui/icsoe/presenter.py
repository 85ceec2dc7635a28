"""The ICSOE window: user, progress of the first steps, open pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.periodo import also_late
from icsoe_desktop.domain.icsoe.repse import EstadoRepse
from icsoe_desktop.domain.vigencias.vencimiento import SOON_DAYS
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.icsoe.paginas import PageEntry, pages_for
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService
from icsoe_desktop.services.contratista.acuses import Acuse, AcusesService
from icsoe_desktop.services.contratista.service import ContratistasService, Perfil
from icsoe_desktop.services.informativa.service import InformativasService

Known = tuple[Perfil, PasoContratista | None, str]

NO_ACUSE = (
    "No hay acuse de registro en el padrón de la STPS. Adjúntelo en Información del contratista."
)
RENEW = "REPSE. {aviso} Cuando tenga el acuse nuevo, adjúntelo en Información del contratista."
EFIRMA = "Su e.firma {vence} el {dia}. Renuévela en el SAT e ingrese con la nueva."
OVERDUE = "La Informativa de {periodo} venció y aquí no hay acuse. Ábrala en Informativa."
OVERDUE_BOTH = (
    "La Informativa y SISUB de {periodo} vencieron y aquí no hay acuse. Ábralos en Informativa y "
    "en Acuses."
)
OVERDUE_SISUB = "SISUB de {periodo} venció y aquí no hay acuse. Guárdelo en Acuses."
DUE = "La Informativa de {periodo} está por presentarse: {plazo}."
DUE_SISUB = "SISUB de {periodo} está por presentarse: {plazo}."
DUE_BOTH = "La Informativa y SISUB de {periodo} están por presentarse: su plazo {plazo}."


@dataclass(frozen=True)
class IcsoeState:
    """perfil: None until read. paso: None for a capturista, who has no first steps.

    aviso: what the contratista should soon attend to; empty if nothing.
    """

    sesion: Sesion
    perfil: Perfil | None = None
    paso: PasoContratista | None = None
    aviso: str = ""

    @property
    def complete(self) -> bool:
        return self.sesion.rol is not Rol.CONTRATISTA or self.paso is PasoContratista.COMPLETO

    def open_to(self, entry: PageEntry) -> bool:
        """Whether the page may be opened now."""
        if self.perfil is None or not self.sesion.can(entry.permiso):
            return False
        if self.sesion.rol is Rol.CONTRATISTA:
            return self.complete or (
                entry.first_steps and self.paso is not PasoContratista.TERMINOS
            )
        return entry.without_contratista or self.sesion.contratista_id is not None


class IcsoePresenter(StatePresenter[IcsoeState]):
    arrived = Signal(object)  # PasoContratista | None, after the first reading

    def __init__(
        self,
        acceso: AccesoIcsoeService,
        contratistas: ContratistasService,
        acuses: AcusesService,
        informativas: InformativasService,
        jobs: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, IcsoeState(sesion))
        self._acceso = acceso
        self._contratistas = contratistas
        self._acuses = acuses
        self._informativas = informativas

    def start(self) -> None:
        """Read the profile, and import the pages in the background.

        Importing a page on first use in the GUI thread would freeze the windows for 0.1 s.
        """
        pages = pages_for(self.state.sesion)
        # One of the first two is shown once the profile is read: in the first steps the second one.
        self._import(pages[:2])
        self.load()
        self._import(pages[2:])

    def load(self) -> None:
        """Read profile and progress again."""
        self.ask(self._read, self._on_read)

    def refresh(self) -> None:
        """Like `load`, in the background. A lost right is not reported here, only on a command."""
        if self.state.perfil is not None:
            self.ask(self._read, self._on_read, self._fail_if_bug)

    def _read(self, _progress: Progress) -> Known:
        sesion, service = self.state.sesion, self._contratistas
        perfil = service.perfil(sesion)
        if sesion.rol is not Rol.CONTRATISTA:
            return perfil, None, self._due(sesion) if sesion.contratista_id else ""
        paso = service.informacion(sesion).paso
        if paso is not PasoContratista.COMPLETO:
            return perfil, paso, ""
        notices = (
            notice_of(self._acuses.current(sesion)),
            efirma_notice(perfil.efirma, self._informativas.today()),
            self._due(sesion),
        )
        return perfil, paso, " ".join(notice for notice in notices if notice)

    def _due(self, sesion: Sesion) -> str:
        """Sentences about the Informativa and SISUB: what is overdue, and what may be presented
        now; else empty.
        """
        tablero = self._informativas.tablero(sesion)
        sisub, parts = tablero.sisub, []
        late = [(one.atrasados, text) for one, text in ((tablero, OVERDUE), (sisub, OVERDUE_SISUB))]
        if tablero.atrasados == sisub.atrasados:
            late = [(tablero.atrasados, OVERDUE_BOTH)]
        for periods, text in late:
            if periods:
                parts.append(text.format(periodo=periods[0].nombre) + also_late(periods))
        due = [(one, text) for one, text in ((tablero, DUE), (sisub, DUE_SISUB)) if one.se_presenta]
        if len(due) == 2 and (tablero.periodo, tablero.plazo) == (sisub.periodo, sisub.plazo):
            due = [(tablero, DUE_BOTH)]
        parts += [text.format(periodo=one.periodo.nombre, plazo=one.plazo) for one, text in due]
        return " ".join(parts)

    def leave(self) -> None:
        """Log the end of the session, in the background."""
        sesiones, sesion = self._acceso.sesiones, self.state.sesion
        self._jobs.add(lambda _progress: sesiones.leave(sesion), lambda _outcome: None)

    def set_paso(self, paso: PasoContratista) -> None:
        """Set the next step, after one was completed."""
        self._show(paso=paso)

    def change_sesion(self, sesion: Sesion) -> None:
        self._show(sesion=sesion)
        self.load()

    def _import(self, pages: tuple[PageEntry, ...]) -> None:
        for entry in pages:
            # Ignore import errors here: opening the page reports them.
            self._jobs.add(entry.import_ahead, lambda _outcome: None)

    def _on_read(self, known: Known) -> None:
        perfil, paso, aviso = known
        first = self.state.perfil is None
        self._show(perfil=perfil, paso=paso, aviso=aviso)
        if first:
            self.arrived.emit(paso)


def efirma_notice(until: date | None, today: date) -> str:
    """A sentence about an e.firma that ends within 60 days, or did; else empty."""
    if until is None or (until - today).days > SOON_DAYS:
        return ""
    verb = "venció" if until < today else "vence"
    return EFIRMA.format(vence=verb, dia=format_fecha(until))


def notice_of(acuse: Acuse | None) -> str:
    """A sentence about an acuse that needs attention; else empty."""
    if acuse is None:
        return NO_ACUSE
    if acuse.estado is EstadoRepse.VIGENTE:
        return ""
    return RENEW.format(aviso=acuse.aviso)
