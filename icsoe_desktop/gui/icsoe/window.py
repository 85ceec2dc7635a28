"""The ICSOE window: profile on top, menu on the left, one page at a time."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.base.pages import PageHost, Trail, go_actions
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import BY_KEY as WINDOWS_BY_KEY
from icsoe_desktop.gui.base.windows import PLACES, WINDOWS, WindowEntry
from icsoe_desktop.gui.forms.ui_icsoe import Ui_IcsoeForm
from icsoe_desktop.gui.icsoe.paginas import BY_KEY, FIRST_PAGE, Page, PageEntry, pages_for
from icsoe_desktop.gui.icsoe.presenter import IcsoePresenter, IcsoeState
from icsoe_desktop.gui.icsoe.terminos.window import TerminosDialog
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.inicio.badges import Badges
from icsoe_desktop.gui.inicio.bloqueo.guardia import lock_actions
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.kit import fields
from icsoe_desktop.gui.kit.dialogs import Then, confirm, inform, open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.go_to import go_to_action
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.side_menu import KEY_ROLE, SideMenu
from icsoe_desktop.gui.kit.stacks import MARGIN, scroll_body
from icsoe_desktop.gui.kit.unsaved_changes import ask_to_discard

GENERALES_TITLE = "Datos generales"
GENERALES_FIRST = (
    "Antes de usar el sistema es necesario registrar los datos generales del contratista. Puede "
    "salir en cualquier momento y continuar después: lo que guarde se conserva."
)
FIRST_STEPS = "Disponible cuando complete los datos generales del contratista."
NEW_CODE = (
    "En su siguiente ingreso con e.firma verá un código de recuperación nuevo. El que tiene sirve "
    "hasta entonces; después ya no. ¿Desea pedirlo?"
)
CODE_ASKED = "Cierre la sesión e ingrese de nuevo con su e.firma: ahí verá el código nuevo."
CHOOSE_FIRST = "Disponible cuando elija por qué contratista trabajará."

TABLERO = "tablero_contratista"
BESIDE_TEXT = 16  # px beside each text of the header


class IcsoeWindow(QMainWindow):
    sesion_changed = Signal(object)  # Sesion: a capturista chose a contratista

    def __init__(self, presenter: IcsoePresenter, context: Context) -> None:
        super().__init__()
        self.form = Ui_IcsoeForm()
        self.form.setupUi(self)
        self.estado = StatusPanel(context.shell, self)
        self.form.statusbar.addPermanentWidget(self.estado)
        self.form.paginas_stack.currentChanged.connect(self.estado.on_page)
        self._presenter = presenter
        self._context = context
        self._pages: dict[str, Page] = {}
        self._actions: dict[str, QAction] = {}
        self._shown = ""
        form = self.form
        self.pages = PageHost(self, form.paginas_stack)
        context.shell.host_pages(self, self.pages)
        self._trail = Trail()
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        self.lateral = SideMenu(
            form.menu_panel, form.menu_panel_layout3, form.menu_list, context.preferences
        )
        self._badges = Badges(self.lateral, context, self)
        self._build_menus()
        self._build_list()
        self.lateral.chosen.connect(self._go)
        self.pages.shown.connect(self._on_page)
        self.pages.closed.connect(self._on_page_closed)
        presenter.changed.connect(self._draw)
        presenter.arrived.connect(self._on_arrived)
        presenter.failed.connect(lambda error: self._context.errors.show(self, error))
        context.shell.data_arrived.connect(self._refresh)
        self._draw(presenter.state)
        QTimer.singleShot(0, self, presenter.start)

    @property
    def context(self) -> Context:
        """The present context. The session changes when a capturista chooses a contratista."""
        return self._context

    @property
    def page(self) -> Page | None:
        return self._pages.get(self._shown)

    def show_page(self, key: str) -> None:
        """Show a page or run a command; asks first if there are unsaved changes."""
        entry = BY_KEY[key]
        if not self._presenter.state.open_to(entry):
            return
        if entry.action:
            entry.run(self._context, self)
            self._mark_current()
        elif key != self._shown:
            self._unless_unsaved(lambda: self._bring(entry), self._mark_current)

    def closeEvent(self, event: QCloseEvent) -> None:
        page = self.page
        if page is not None and page.unsaved:
            event.ignore()
            self._unless_unsaved(self.close)
        elif not self.pages.let_go(self.close):
            event.ignore()
        else:
            self._context.preferences.remember_window(self)
            self._presenter.leave()
            super().closeEvent(event)

    def _build_menus(self) -> None:
        sesion = self._context.require_sesion()
        menus: dict[str, QMenu] = {}

        def menu(title: str) -> QMenu:
            if title not in menus:
                menus[title] = self.form.menubar.addMenu(title)
            return menus[title]

        for entry in pages_for(sesion):
            if not entry.shown:
                continue
            action = QAction(entry.label, self)
            action.setShortcut(QKeySequence(entry.shortcut))
            action.triggered.connect(lambda _checked=False, key=entry.key: self.show_page(key))
            self._actions[entry.key] = action
            place = entry.bar or entry.menu
            (menu(place) if place else self.form.menubar).addAction(action)
        for window in WINDOWS:
            if window.menu in ("", PLACES) or not window.open_to(sesion):
                continue
            action = QAction(window.label, self)
            action.setShortcut(QKeySequence(window.shortcut))
            action.triggered.connect(lambda _checked=False, key=window.key: self._go(key))
            menu(window.menu).addAction(action)
        if sesion.rol is Rol.CONTRATISTA and sesion.can(Permiso.CONFIGURAR):
            renew = QAction("Código de recuperación &nuevo…", self)
            renew.triggered.connect(self._renew_code)
            menu("&Herramientas").addAction(renew)
        leave = QAction("&Cerrar sesión", self)
        leave.setShortcut(QKeySequence("Ctrl+Shift+W"))
        leave.triggered.connect(self._leave)
        quit_ = QAction("&Salir", self)
        quit_.setShortcut(QKeySequence("Ctrl+Q"))
        quit_.triggered.connect(self.close)
        lock = lock_actions(self._context.shell, self)
        go = go_actions(self, lambda: self._step(-1), lambda: self._step(1))
        menu("&Sesión").addActions([go_to_action(self), *go, *lock, leave, quit_])

    def _build_list(self) -> None:
        sesion = self._context.require_sesion()
        windows = [
            one for one in WINDOWS if one.icon and one.menu != PLACES and one.open_to(sesion)
        ]
        heading = ""
        for entry in [one for one in pages_for(sesion) if one.shown]:
            if entry.menu != heading:
                self._list_windows([one for one in windows if one.menu == heading])
                windows = [one for one in windows if one.menu != heading]
                if entry.menu:
                    self.lateral.add_heading(entry.menu.replace("&", ""))
            heading = entry.menu
            self.lateral.add_place(entry.key, entry.label.replace("&", ""), entry.icon)
        for window in windows:
            if window.menu != heading:
                self.lateral.add_heading(window.menu.replace("&", ""))
                heading = window.menu
            self._list_windows([window])

    def _list_windows(self, windows: list[WindowEntry]) -> None:
        for one in windows:
            self.lateral.add_place(one.key, one.name, one.icon)

    def _bring(self, entry: PageEntry) -> None:
        page = self._pages.get(entry.key)
        if page is None:
            page = entry.create(self._context, self.form.paginas_stack)
            scroll_body(page)
            page.page_wanted.connect(self.show_page)
            page.avance_changed.connect(self._presenter.load)
            page.sesion_changed.connect(self._change_sesion)
            self._pages[entry.key] = page
            self.form.paginas_stack.addWidget(page)
            self._context.shell.help.serve(page, entry.help)
        self._shown = entry.key
        self._trail.visit(entry.key)
        self.pages.rest()
        self.form.paginas_stack.setCurrentWidget(page)
        self._mark_current()
        if not page.unsaved:
            page.arrive()

    def _go(self, key: str) -> None:
        """Show a page of ICSOE or one of the registry of windows."""
        if key in BY_KEY:
            self.show_page(key)
        elif key in WINDOWS_BY_KEY and not WINDOWS_BY_KEY[key].page:
            # It stands over the page and replaces nothing of it.
            self._context.shell.open(key, self._context.sesion, self)
        elif key in WINDOWS_BY_KEY and key != self._shown:
            self._unless_unsaved(
                lambda: self._context.shell.open(key, self._context.sesion, self),
                self._mark_current,
            )

    def _step(self, by: int) -> None:
        self._unless_unsaved(lambda: self._go(self._trail.step(by)))

    def _on_page(self, key: str) -> None:
        """A page of the registry of windows came to the front."""
        self._shown = key
        self._trail.visit(key)
        self._mark_current()
        self._badges.count_soon()

    def _on_page_closed(self, key: str) -> None:
        in_front = self._shown == key
        place = self._trail.forget(key)
        if in_front:
            self._shown = ""
            if place:
                self._go(place)
            else:
                self._bring_first()
        self._presenter.refresh()

    def _refresh(self) -> None:
        self._presenter.refresh()
        for page in self._pages.values():
            page.refresh()

    def _change_sesion(self, sesion: Sesion) -> None:
        """Create all pages again, because they show data of the former contratista."""
        self.pages.settle(lambda: self._enter(sesion))

    def _enter(self, sesion: Sesion) -> None:
        self._context = replace(self._context, sesion=sesion)
        self._badges.change(self._context)
        self._drop_pages()
        self._presenter.change_sesion(sesion)
        self.sesion_changed.emit(sesion)
        # What a capturista enters for. The seed's home with its button stays in «Inicio».
        self._bring(BY_KEY["informativa"])

    def _drop_pages(self) -> None:
        for page in self._pages.values():
            self.form.paginas_stack.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self._trail = Trail()
        self._shown = ""

    def _on_arrived(self, paso: PasoContratista | None) -> None:
        """Show the messages of the first login, in the order of the guide."""
        match paso:
            case PasoContratista.TERMINOS:
                dialog = TerminosDialog(self._context, self)
                dialog.accepted_terms.connect(self._on_terms_accepted)
                dialog.rejected.connect(self._context.shell.close_session)
                open_dialog(dialog)
            case PasoContratista.DATOS_GENERALES:
                box = inform(self, GENERALES_FIRST, then=self._bring_first)
                box.setWindowTitle(GENERALES_TITLE)
                box.defaultButton().setText("&Continuar")
            case _:
                self._bring_first()

    def _on_terms_accepted(self, paso: PasoContratista) -> None:
        self._presenter.set_paso(paso)
        self._on_arrived(paso)

    def _bring_first(self) -> None:
        """The Tablero of a contratista, unless its tick says otherwise."""
        sesion = self._context.require_sesion()
        if sesion.rol is Rol.CAPTURISTA and sesion.contratista_id is not None:
            self._bring(BY_KEY["informativa"])
            return
        state, skipped = self._presenter.state, self._context.preferences.get(FIRST_PAGE)
        for entry in pages_for(state.sesion):
            if entry.key == TABLERO and skipped:
                continue
            if not entry.action and state.open_to(entry):
                self._bring(entry)
                return

    def _mark_current(self) -> None:
        self.lateral.mark(self._shown)

    def _unless_unsaved(self, then: Then, otherwise: Then | None = None) -> None:
        page = self.page
        if page is None or not page.unsaved:
            then()
            return

        def discard() -> None:
            page.discard()
            then()

        ask_to_discard(self, "esta página", discard, otherwise)

    def _renew_code(self) -> None:
        context = self._context
        sesion, acceso = context.require_sesion(), context.application.acceso_icsoe
        confirm(
            self,
            NEW_CODE,
            "&Pedir código nuevo",
            lambda: context.ask(
                self,
                lambda _progress: acceso.renew_code(sesion),
                lambda _none: inform(self, CODE_ASKED),
            ),
        )

    def _leave(self) -> None:
        self._unless_unsaved(lambda: self.pages.settle(self._context.shell.close_session))

    def _draw(self, state: IcsoeState) -> None:
        form, perfil = self.form, state.perfil
        moral = perfil is not None and len(perfil.rfc) == 12
        by_curp = state.sesion.rol is Rol.CAPTURISTA
        form.clave_label.setText("CURP:" if by_curp else "RFC:")
        form.nombre_label.setText(
            "Denominación o razón social:" if moral and not by_curp else "Nombre completo:"
        )
        form.clave_value.setText((perfil.curp if by_curp else perfil.rfc) if perfil else "…")
        form.nombre_value.setText(perfil.nombre if perfil else "…")
        form.rol_value.setText(perfil.rol if perfil else "…")
        contratista = f"{perfil.contratista}, RFC {perfil.rfc}" if perfil and perfil.rfc else ""
        form.contratista_label.setVisible(by_curp and bool(contratista))
        form.contratista_value.setVisible(by_curp and bool(contratista))
        form.contratista_value.setText(contratista)
        self._fit_names()
        self.estado.show_sesion(state.sesion)
        show_message(form.aviso_label, state.aviso, "warning")
        told = bool(state.aviso) or self._context.application.pruebas
        margins = form.avisos_layout.contentsMargins()
        margins.setTop(MARGIN if told else 0)
        form.avisos_layout.setContentsMargins(margins)
        self._draw_menu(state)

    def _fit_names(self) -> None:
        """Break the names of the header where it would be wider than the screen."""
        form = self.form
        shown = [one for one in form.perfil_group.findChildren(QLabel) if not one.isHidden()]
        texts = sum(one.fontMetrics().horizontalAdvance(one.text()) for one in shown)
        room = fields.room_on_screen(self).width() - form.menu_panel.minimumWidth()
        wide = texts + len(shown) * BESIDE_TEXT + 2 * MARGIN > room
        for name in (form.nombre_value, form.contratista_value):
            name.setWordWrap(wide)
        # What is left of the line is for the last of them.
        form.perfil_group_layout5.setStretchFactor(form.contratista_label_layout, int(wide))

    def _draw_menu(self, state: IcsoeState) -> None:
        why = CHOOSE_FIRST if state.sesion.rol is Rol.CAPTURISTA else FIRST_STEPS
        for key, action in self._actions.items():
            action.setEnabled(state.open_to(BY_KEY[key]))
        menu = self.form.menu_list
        for at in range(menu.count()):
            item = menu.item(at)
            key = item.data(KEY_ROLE)
            if not key:
                continue
            is_open = key not in BY_KEY or state.open_to(BY_KEY[key])
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags if is_open else Qt.ItemFlag.NoItemFlags)
            item.setToolTip(plain_tip(item.text() if is_open else why))


def create(context: Context, _parent: QWidget | None) -> QWidget:
    presenter = IcsoePresenter(
        context.application.acceso_icsoe,
        context.application.contratistas,
        context.application.acuses,
        context.application.informativas,
        context.jobs,
        context.require_sesion(),
    )
    window = IcsoeWindow(presenter, context)
    presenter.setParent(window)
    return window
