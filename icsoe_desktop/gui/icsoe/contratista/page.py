"""Información del contratista: a page of the ICSOE window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import ClaseDomicilio
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.contratista.acuse import AcuseTab
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.generales import GeneralesTab
from icsoe_desktop.gui.icsoe.paginas import Page, Tab
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.stacks import scroll_body
from icsoe_desktop.services.contratista.service import InformacionContratista

TITLES = {
    PasoContratista.DATOS_GENERALES: "Generales del contratista",
    PasoContratista.DOMICILIO: "Domicilio social",
    PasoContratista.ACUSE: "Carga y adjunto de documentos",
    PasoContratista.CONVENCIONAL: "Domicilio convencional",
}
HELP = {
    PasoContratista.DATOS_GENERALES: "contratista#generales-del-contratista",
    PasoContratista.DOMICILIO: "contratista#domicilio-social",
    PasoContratista.ACUSE: "contratista#carga-y-adjunto-de-documentos",
    PasoContratista.CONVENCIONAL: "contratista#domicilio-convencional",
}
NOT_YET = "Disponible cuando guarde el paso anterior."
COMPLETE = (
    "Los datos generales del contratista quedaron registrados. Ya puede dar de alta a sus usuarios "
    "capturistas en el menú Administración, Alta de usuarios."
)


class ContratistaPage(Page):
    """The first steps, one tab each, which open in order and later edit the data."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._info: InformacionContratista | None = None
        self._done: list[bool | None] = []  # of each tab; None: nobody asks for it
        self._just_saved: PasoContratista | None = None
        self.tabs = QTabWidget(self)
        # Fusion paints a tab's pane in a grey on which hints are unreadable in dark mode.
        self.tabs.setDocumentMode(True)
        self.tabs.setProperty("role", "page")
        self.tabs.setAccessibleName("Información del contratista")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.tab_of: dict[PasoContratista, Tab] = {}

    def arrive(self) -> None:
        if self.tab_of:
            self._focus_current()
        else:
            self._load()

    def refresh(self) -> None:
        """Read again in the background. A lost right is not reported here, only on a command."""

        def failed(error: Exception) -> None:
            if not isinstance(error, UserFacingError):
                self._on_failed(error)

        if self._info is not None:
            self._read(self._on_refreshed, failed)

    def _load(self) -> None:
        self._read(self._on_known, self._on_failed)

    def _read(
        self,
        then: Callable[[InformacionContratista], None],
        failed: Callable[[Exception], None],
    ) -> None:
        sesion, service = self._context.require_sesion(), self._context.application.contratistas
        self._context.ask(self, lambda _progress: service.informacion(sesion), then, failed)

    @property
    def unsaved(self) -> bool:
        return any(tab.unsaved for tab in self.tab_of.values())

    def discard(self) -> None:
        info = self._info
        for tab in self.tab_of.values():
            if tab.unsaved:
                tab.discard()
                if info is not None:
                    # The tab's values may be outdated.
                    tab.show_info(info)

    def _on_known(self, info: InformacionContratista) -> None:
        before = self._info.paso if self._info else None
        saved, self._just_saved = self._just_saved, None
        if not self.tab_of:
            self._make_tabs(info)
        self._draw_tabs(info)
        for paso, tab in self.tab_of.items():
            # Tabs without unsaved changes may be outdated as well: update them.
            if paso is saved or (_reached(info.pasos, info.paso, paso) and not tab.unsaved):
                tab.show_info(info)
        if info.paso is not before:
            self._go_to(info.paso)
            if before is not None and info.paso is PasoContratista.COMPLETO:
                inform(self.window(), COMPLETE)

    def _on_refreshed(self, info: InformacionContratista) -> None:
        """Update the tabs without unsaved changes. The others learn of it on saving."""
        if info == self._info:
            return
        self._draw_tabs(info)
        for paso, tab in self.tab_of.items():
            if _reached(info.pasos, info.paso, paso) and not tab.unsaved:
                tab.show_info(info)

    def _make_tabs(self, info: InformacionContratista) -> None:
        makers: dict[PasoContratista, Callable[[Context, QWidget], Tab]] = {
            PasoContratista.DATOS_GENERALES: GeneralesTab,
            PasoContratista.DOMICILIO: DomicilioTab,
            PasoContratista.ACUSE: AcuseTab,
            PasoContratista.CONVENCIONAL: partial(DomicilioTab, clase=ClaseDomicilio.CONVENCIONAL),
        }
        for paso in info.pasos:
            if paso in makers:
                tab = makers[paso](self._context, self.tabs)
                tab.saved.connect(lambda _next, done=paso: self._on_saved(done))
                tab.failed.connect(self._on_failed)
                self.tab_of[paso] = tab
                scroll_body(tab)
                self.tabs.addTab(tab, TITLES[paso])
                self._context.shell.help.serve(tab, HELP[paso])

    def _draw_tabs(self, info: InformacionContratista) -> None:
        done = {
            PasoContratista.DATOS_GENERALES: info.generales is not None,
            PasoContratista.DOMICILIO: info.social.igual is not None,
            PasoContratista.ACUSE: info.tiene_acuse,
            PasoContratista.CONVENCIONAL: info.convencional.igual is not None or None,
        }
        for at, paso in enumerate(self.tab_of):
            reached = _reached(info.pasos, info.paso, paso)
            self.tabs.setTabEnabled(at, reached)
            self.tabs.setTabToolTip(at, "" if reached else NOT_YET)
        self._done = [done[paso] for paso in self.tab_of]
        self._draw_icons()
        self._info = info

    def _draw_icons(self) -> None:
        for at, done in enumerate(self._done):
            name, ink = ("correcto", "success") if done else ("pendiente", "warning")
            self.tabs.setTabIcon(at, QIcon() if done is None else assets.tinted(name, ink))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _on_saved(self, done: PasoContratista) -> None:
        self._just_saved = done
        self._load()
        self.avance_changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self.window(), error)

    def _go_to(self, paso: PasoContratista) -> None:
        if paso in self.tab_of:
            self.tabs.setCurrentWidget(self.tab_of[paso])
        self._focus_current()

    def _focus_current(self) -> None:
        current = self.tabs.currentWidget()
        # A hidden widget would take the focus later, when shown, from where the user then works.
        if isinstance(current, Tab) and current.isVisible():
            current.focus_first()


def _reached(
    pasos: tuple[PasoContratista, ...], at: PasoContratista, paso: PasoContratista
) -> bool:
    """Whether `paso` is done or next if the present step is `at`."""
    return pasos.index(paso) <= pasos.index(at)


def create(context: Context, parent: QWidget) -> ContratistaPage:
    return ContratistaPage(context, parent)
