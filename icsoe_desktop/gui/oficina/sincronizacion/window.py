"""Sincronización: the set-up pages, or the office's state, conflicts and desktops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QPushButton, QStackedWidget, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tasks import TaskPresenter
from icsoe_desktop.gui.forms.ui_sincronizacion import Ui_SincronizacionForm
from icsoe_desktop.gui.forms.ui_sincronizacion_inicio import Ui_SincronizacionInicioForm
from icsoe_desktop.gui.inicio.outgoing_mail import network_queue
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import scroll_to, show_message
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.gui.kit.stacks import heed_current_page
from icsoe_desktop.gui.kit.unsaved_changes import ask_to_discard
from icsoe_desktop.gui.oficina.sincronizacion.alta import (
    CrearPage,
    OficinaAltaPresenter,
    UnirsePage,
)
from icsoe_desktop.gui.oficina.sincronizacion.borrados import BorradosDialog
from icsoe_desktop.gui.oficina.sincronizacion.conexion import CambiarDialog, CambiarPresenter
from icsoe_desktop.gui.oficina.sincronizacion.conflictos import ConflictosPage, ConflictosPresenter
from icsoe_desktop.gui.oficina.sincronizacion.equipos import EquiposPage
from icsoe_desktop.gui.oficina.sincronizacion.equipos_presenter import (
    EquiposPresenter,
    InvitarPresenter,
)
from icsoe_desktop.gui.oficina.sincronizacion.estado import EstadoPage
from icsoe_desktop.gui.oficina.sincronizacion.pages import Foot, walk_after
from icsoe_desktop.gui.oficina.sincronizacion.palabras import last_success, light_of
from icsoe_desktop.gui.oficina.sincronizacion.presenter import OficinaPresenter, OficinaState
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.sincronizacion.answers import EstadoSincronizacion

if TYPE_CHECKING:
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

REFRESH_MS: Final = 5_000
ICON_SIZE: Final = 32
TITLE_OFF: Final = "Comparta los datos con los equipos de su oficina"
TITLES: Final = {
    "SincronizacionCrearForm": "Crear la oficina",
    "SincronizacionUnirseForm": "Unirse con una invitación",
}
BUSY: Final = (
    "La sincronización está trabajando. Si cierra, se detiene aquí y continúa sola más tarde; nada "
    "se pierde. ¿Desea cerrar?"
)


@dataclass(frozen=True)
class Presenters:
    """One presenter per page; they share the window's queues."""

    oficina: OficinaPresenter
    crear: OficinaAltaPresenter
    unirse: OficinaAltaPresenter
    conflictos: ConflictosPresenter
    equipos: EquiposPresenter
    invitar: InvitarPresenter

    def all(self) -> tuple[TaskPresenter, ...]:  # type: ignore[type-arg]
        return (
            self.oficina,
            self.crear,
            self.unirse,
            self.conflictos,
            self.equipos,
            self.invitar,
        )


class InicioSincronizacionPage(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionInicioForm()
        self.form.setupUi(self)
        show_message(self.form.mensaje_label, "")

    @property
    def primary(self) -> QPushButton:
        return self.form.unirse_button

    def focus_first(self) -> None:
        self.form.unirse_button.setFocus()


class SincronizacionWindow(QDialog):
    def __init__(self, presenters: Presenters, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionForm()
        self.form.setupUi(self)
        self.presenters = presenters
        self._context = context
        self._discarding = False
        self._light = Mark(self.form.luz_icono, "sincronizar", "accent_text", ICON_SIZE)
        for presenter in presenters.all():
            presenter.setParent(self)
            if presenter is not presenters.invitar:
                presenter.failed.connect(lambda error: context.errors.show(self, error))
        self.inicio = InicioSincronizacionPage(self)
        self.crear = CrearPage(presenters.crear, context, self)
        self.unirse = UnirsePage(presenters.unirse, context, self)
        self.estado = EstadoPage(presenters.oficina, context, self)
        self.conflictos = ConflictosPage(presenters.conflictos, context, self)
        self.equipos = EquiposPage(presenters.equipos, presenters.invitar, context, self)
        form = self.form
        for page in (self.inicio, self.crear, self.unirse):
            form.paginas_stack.addWidget(page)
        form.oficina_tabs.addTab(self.estado, "&Estado")
        form.oficina_tabs.addTab(self.conflictos, "Con&flictos")
        form.oficina_tabs.addTab(self.equipos, "E&quipos")
        heed_current_page(form.oficina_tabs.findChild(QStackedWidget))
        self._build_foot()
        # The buttons of all pages together would make the window wider than a screen.
        self._draw_foot()
        self._connect()
        self._draw(presenters.oficina.state)

    def start(self) -> None:
        self.presenters.oficina.refresh()
        self.presenters.crear.start()
        self.presenters.unirse.start()
        self._refreshing.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_leave():
            super().closeEvent(event)
        else:
            event.ignore()
            self._ask_to_leave()

    def reject(self) -> None:
        if self._may_leave():
            super().reject()
        else:
            self._ask_to_leave()

    def _build_foot(self) -> None:
        """Move the buttons of the pages to the foot of the window."""
        row, close = self.form.layout_layout6, self.form.cerrar_button
        feet = (self.crear.foot, self.unirse.buttons, self.estado.foot, self.equipos.foot)
        left = [button for foot in feet for button in foot.left]
        right = [button for foot in feet for button in foot.right]
        for at, button in enumerate(left):
            row.insertWidget(at, button)
        for button in right:
            row.addWidget(button)
        self._of_pages = (*left, *right)
        # The foot was created before the pages, but comes last in the Tab order.
        walk_after(self.equipos.form.retirar_button, *left, close, *right)

    @property
    def _page(self) -> QWidget | None:
        """The page in sight; of the office, its tab."""
        page = self.form.paginas_stack.currentWidget()
        return self.form.oficina_tabs.currentWidget() if page is self.form.oficina_page else page

    def _draw_foot(self) -> None:
        foot = getattr(self._page, "foot", None)
        shown = foot.all if isinstance(foot, Foot) else ()
        for button in self._of_pages:
            button.setVisible(button in shown)

    def _connect(self) -> None:
        form, presenters = self.form, self.presenters
        self.inicio.form.unirse_button.clicked.connect(lambda: self._show(self.unirse))
        self.inicio.form.crear_button.clicked.connect(lambda: self._show(self.crear))
        self.unirse.left.connect(self._leave_joining)
        self.crear.left.connect(lambda: self._show(self.inicio))
        self.unirse.primary_changed.connect(self._choose_default)
        self.estado.connection_wanted.connect(self._change_connection)
        self.estado.own_name_wanted.connect(lambda: self._show(self.unirse))
        self.estado.deleted_wanted.connect(self._recover)
        form.oficina_tabs.currentChanged.connect(self._on_tab)
        form.cerrar_button.clicked.connect(self.reject)
        presenters.oficina.changed.connect(self._draw)
        presenters.oficina.switched.connect(self._context.shell.sync_changed)
        presenters.oficina.synced.connect(self._on_synced)
        presenters.oficina.arrived.connect(self._context.shell.data_arrived)
        self._context.shell.data_arrived.connect(self._on_arrived)
        presenters.conflictos.resolved.connect(self._on_resolved)
        presenters.crear.joined.connect(presenters.oficina.on_joined)
        presenters.crear.joined.connect(self._on_founded)
        presenters.unirse.joined.connect(presenters.oficina.on_joined)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self._refresh)
        self._refreshing = QTimer(self)
        self._refreshing.setInterval(REFRESH_MS)
        self._refreshing.timeout.connect(presenters.oficina.refresh)
        presenters.oficina.failed.connect(self._refreshing.stop)
        self.finished.connect(self._context.shell.sync_changed)

    def _refresh(self) -> None:
        presenters = self.presenters
        presenters.oficina.refresh()
        if self.form.oficina_tabs.currentWidget() is self.equipos:
            presenters.equipos.load()

    def _on_tab(self) -> None:
        page, presenters = self.form.oficina_tabs.currentWidget(), self.presenters
        for presenter in (presenters.oficina, presenters.conflictos, presenters.equipos):
            if not presenter.state.busy:
                presenter.clear()  # of the page that was left
        if page is self.conflictos:
            self.presenters.conflictos.load()
        elif page is self.equipos and self.presenters.equipos.state.loaded:
            self.presenters.equipos.refresh()
        elif page is self.equipos:
            self.presenters.equipos.load()
        scroll_to(self.form.luz_label)
        self._choose_default()

    def _on_synced(self) -> None:
        self._context.shell.sync_changed.emit()
        if self.presenters.conflictos.state.loaded:
            self.presenters.conflictos.load()

    def _on_arrived(self) -> None:
        presenters = self.presenters
        presenters.oficina.refresh()
        presenters.conflictos.refresh()
        if self.form.oficina_tabs.currentWidget() is self.equipos:
            presenters.equipos.refresh()

    def _on_founded(self, what: object) -> None:
        """The paper of an office is made with it: without one, nobody could replace its titular."""
        if isinstance(what, EstadoSincronizacion):
            self.presenters.equipos.new_paper()

    def _on_resolved(self) -> None:
        self.presenters.oficina.refresh()
        self._context.shell.sync_changed.emit()
        # The chosen value may differ from what the open windows show.
        self._context.shell.data_arrived.emit()

    def _change_connection(self) -> None:
        estado = self.presenters.oficina.state.estado
        if estado is None:
            return
        context = self._context
        network = network_queue(context)
        presenter = CambiarPresenter(
            lambda: context.application.sincronizacion, network, context.require_sesion()
        )
        presenter.saved.connect(self.presenters.oficina.resume)
        direccion = self.presenters.crear.state.direccion
        dialog = CambiarDialog(presenter, estado, direccion, context, self)
        dialog.finished.connect(lambda _result: network.close(0))
        open_dialog(dialog)

    def _leave_joining(self) -> None:
        estado = self.presenters.oficina.state.estado
        inside = estado is not None and estado.configurada
        self._show(self.form.oficina_page if inside else self.inicio)

    def _recover(self) -> None:
        context = self._context
        dialog = BorradosDialog(
            lambda: context.application.sincronizacion, context.require_sesion(), context, self
        )
        dialog.recovered.connect(self._on_resolved)
        dialog.load()
        open_dialog(dialog)

    @property
    def _is_setting_up(self) -> bool:
        return self.presenters.crear.state.busy or self.presenters.unirse.state.busy

    def _may_leave(self) -> bool:
        page = self.form.paginas_stack.currentWidget()
        typing = isinstance(page, CrearPage | UnirsePage) and page.dirty
        return self._discarding or not (self._is_setting_up or typing)

    def _ask_to_leave(self) -> None:
        if self._is_setting_up:
            confirm(self, BUSY, "&Cerrar", then=self._leave, destructive=True)
        else:
            ask_to_discard(self, "esta página", self._leave)

    def _leave(self) -> None:
        self._discarding = True
        self.reject()

    def _show(self, page: QWidget) -> None:
        stack = self.form.paginas_stack
        if stack.currentWidget() is page:
            return
        stack.setCurrentWidget(page)
        # The page before may have been scrolled to its end.
        scroll_to(self.form.luz_label)
        self._choose_default()
        if isinstance(page, InicioSincronizacionPage | CrearPage | UnirsePage):
            self._draw_off()
            page.focus_first()
        else:
            self.crear.clear()
            self.unirse.clear()
            self.form.oficina_tabs.setFocus()

    def _choose_default(self) -> None:
        """Make the first button of the visible page the default for Enter."""
        wanted = getattr(self._page, "primary", None)
        for button in self.findChildren(QPushButton):
            button.setDefault(button is wanted)
        self._draw_foot()

    def _draw(self, state: OficinaState) -> None:
        form, estado = self.form, state.estado
        if estado is None:
            self._draw_head("sincronizar", "Sincronización", "")
            return
        light = light_of(estado, datetime.now(UTC), state.syncing)
        if light is None or self._is_setting_up:
            self._draw_off()
            if state.message:
                show_message(self.inicio.form.mensaje_label, state.message, state.role)
            if form.paginas_stack.currentWidget() in (form.cargando_page, form.oficina_page):
                self._show(self.inicio)
            return
        if estado.duplicado and form.paginas_stack.currentWidget() is self.unirse:
            return  # it enters once more, with a name of its own
        detail = f"Oficina «{estado.nombre}». {last_success(estado, datetime.now(UTC))}"
        self._draw_head(light.icon, light.text, detail)
        conflicts = f" ({estado.conflictos:,})" if estado.conflictos else ""
        form.oficina_tabs.setTabText(1, f"Con&flictos{conflicts}")
        self.equipos.menu.hecho.setEnabled(bool(estado.por_repetir))
        self._enter(estado)
        seen = self.presenters.conflictos.state
        if seen.loaded and len(seen.conflictos) != estado.conflictos:
            self.presenters.conflictos.load()

    def _enter(self, estado: EstadoSincronizacion) -> None:
        """Show the office page; on the first opening, its conflicts if only they need the user."""
        form = self.form
        first = form.paginas_stack.currentWidget() is not form.oficina_page
        self._show(form.oficina_page)
        if first and estado.conflictos and not (estado.apartados or estado.detenida):
            form.oficina_tabs.setCurrentWidget(self.conflictos)

    def _draw_off(self) -> None:
        page = self.form.paginas_stack.currentWidget()
        name = page.objectName() if page is not None else ""
        self._draw_head("sincronizar", TITLES.get(name, TITLE_OFF), "")

    def _draw_head(self, icon: str, text: str, detail: str) -> None:
        form = self.form
        self._light.show(icon, "accent_text" if icon == "sincronizar" else TONES[icon])
        form.luz_label.setText(text)
        form.detalle_label.setText(detail)
        form.detalle_label.setVisible(bool(detail))


def create(context: Context, parent: QWidget | None) -> QWidget:
    network = network_queue(context)
    window = SincronizacionWindow(build_presenters(context, network), context, parent)
    window.finished.connect(lambda _result: network.close(0))
    QTimer.singleShot(0, window, window.start)
    return window


def build_presenters(context: Context, network: JobQueue) -> Presenters:
    application, jobs = context.application, context.jobs
    sesion = context.require_sesion()

    def service() -> SincronizacionService:
        return application.sincronizacion

    return Presenters(
        OficinaPresenter(service, jobs, network, sesion),
        OficinaAltaPresenter(service, jobs, network, sesion),
        OficinaAltaPresenter(service, jobs, network, sesion),
        ConflictosPresenter(service, jobs, sesion),
        EquiposPresenter(service, network, sesion),
        InvitarPresenter(service, network, sesion),
    )
