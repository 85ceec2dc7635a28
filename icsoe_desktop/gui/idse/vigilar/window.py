"""The window Vigilar carpeta: what was reviewed, its result and its import."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QSystemTrayIcon, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.forms.ui_vigilar import Ui_VigilarForm
from icsoe_desktop.gui.idse.importacion.tareas import TareasImportacion
from icsoe_desktop.gui.idse.vigilar.presenter import (
    FilaVigilada,
    VigilarPresenter,
    VigilarState,
    announcement,
)
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import choose_folder, typed_path
from icsoe_desktop.gui.kit.formats import counted
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column

PURPOSE: Final = "vigilar"
EMPTY: Final = (
    "Aún no se revisa nada. Elija la carpeta donde su programa de nómina deja los archivos y elija "
    "Vigilar: cada archivo nuevo se revisa a los pocos segundos."
)
WAITING: Final = "Se vigila la carpeta. Los archivos que aparezcan se revisan a los pocos segundos."
GOING_ON: Final = (
    "Se sigue vigilando al cerrar esta ventana, hasta salir de la sesión. Junto a cada archivo "
    "queda su revisión."
)
STILL_TRYING: Final = "{} Se sigue intentando."
LAST: Final = "; se muestran los {count} últimos"
CLOSED: Final = "Ningún programa abrió la revisión «{}». Está en la carpeta, junto al archivo."
TITLE: Final = "Vigilar carpeta"
FIELD_AND_BUTTON: Final = 768  # px at letters of 100 %: a field of 640, its button and the margins

COLUMNS: Final[tuple[Column[FilaVigilada], ...]] = (
    Column[FilaVigilada](
        "Hora",
        lambda f: f"{f.cuando.astimezone(HORA_DE_MEXICO):%H:%M:%S}",
        sort=lambda f: f.cuando,
        tabular=True,
        width=80,
    ),
    Column[FilaVigilada]("Archivo", lambda f: f.path.name, tip=lambda f: f.resumen, width=300),
    Column[FilaVigilada]("Resultado", lambda f: f.estado, state=lambda f: f.icono, width=150),
    count_column("Errores", lambda f: f.con_errores, width=70),
    count_column("Advertencias", lambda f: f.advertencias, width=95),
    count_column("Renglones", lambda f: f.leidos, width=80),
)


class VigilarWindow(QDialog):
    def __init__(
        self, presenter: VigilarPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.form = Ui_VigilarForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        self.table = RowsTable(
            form.revisados_table, COLUMNS, context.preferences, key=lambda f: (f.path, f.cuando)
        )
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "carpeta")
        self._fields = CheckedFields(fields_of(form, "carpeta"), self)
        form.revisados_table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        dispatcher = Dispatcher()
        self._pages = gui_queue(dispatcher, "vigilar")
        dispatcher.setParent(self)
        self.importacion = TareasImportacion(context, self._pages, self)
        self._shown: tuple[FilaVigilada, ...] | None = None
        show_message(form.mensaje_label, "")
        form.carpeta_edit.setText(
            presenter.state.carpeta or context.preferences.get(f"carpetas/{PURPOSE}")
        )
        ReadingWidth(self, form.carpeta_layout, FIELD_AND_BUTTON)
        self._connect()
        self._draw(presenter.state)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._pages.close()
        super().closeEvent(event)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.elegir_button.clicked.connect(self._choose)
        form.vigilar_button.clicked.connect(self._toggle)
        form.ver_button.clicked.connect(self._open_result)
        form.importar_button.clicked.connect(self._import)
        form.cerrar_button.clicked.connect(self.reject)
        form.carpeta_edit.textEdited.connect(lambda _text: self._fields.draw([]))
        QShortcut(QKeySequence("Ctrl+I"), self, form.importar_button.click)
        form.revisados_table.activated.connect(self._open_result)
        form.revisados_table.selectionModel().selectionChanged.connect(self._draw_buttons)
        self.importacion.told.connect(
            lambda text, role: show_message(form.mensaje_label, text, role)
        )
        self.importacion.movements_changed.connect(self._context.shell.data_arrived)
        presenter.changed.connect(self._draw)
        presenter.failed.connect(self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self, error)

    def _choose(self) -> None:
        def chosen(path: object) -> None:
            self.form.carpeta_edit.setText(str(path))

        choose_folder(
            self, "Elegir la carpeta que se vigila", PURPOSE, self._context.preferences, chosen
        )

    def _toggle(self) -> None:
        if self._presenter.state.watching:
            self._presenter.stop()
        else:
            service = self._context.application.importacion_movimientos
            sesion = self._context.require_sesion()
            self._presenter.watch(
                typed_path(self.form.carpeta_edit), lambda: service.formatos(sesion)
            )

    def _open_result(self) -> None:
        row = self.table.selected()
        if row is not None and row.revision is not None:
            opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.revision)))
            if not opened:
                show_message(self.form.mensaje_label, CLOSED.format(row.revision.name), "warning")

    def _import(self) -> None:
        row = self.table.selected()
        if row is not None:
            self.importacion.start([row.path])

    def _draw(self, state: VigilarState) -> None:
        form = self.form
        self._fields.draw([("carpeta", state.problem)] if state.problem else [])
        form.vigilar_button.setText("&Detener" if state.watching else "&Vigilar")
        form.carpeta_edit.setEnabled(not state.watching)
        form.elegir_button.setEnabled(not state.watching)
        if state.filas is not self._shown:
            self._shown = state.filas
            self.table.set_rows(state.filas)
        self.empty.say(WAITING if state.watching else EMPTY)
        form.lista_stack.setCurrentWidget(form.tabla_page if state.filas else form.vacia_page)
        told = counted(state.revisados, "archivo revisado", "archivos revisados")
        if state.revisados > len(state.filas):
            told += LAST.format(count=f"{len(state.filas):,}")
        form.cuenta_label.setText(told if state.filas else "")
        if state.away:
            show_message(form.estado_label, STILL_TRYING.format(state.away), "warning")
        elif state.left_out:
            show_message(form.estado_label, state.left_out, "warning")
        else:
            show_message(form.estado_label, GOING_ON if state.watching else "", "hint")
        self._draw_buttons()

    def _draw_buttons(self, *_: object) -> None:
        row = self.table.selected()
        self.form.ver_button.setEnabled(row is not None and row.revision is not None)
        self.form.importar_button.setEnabled(row is not None)


class Announcer(VigilarPresenter):
    """The watch of one session, which also tells of its results beside the other programs."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._tray: QSystemTrayIcon | None = None
        self.found.connect(self._tell)
        shell.left.connect(self._end)

    def _tell(self, filas: tuple[FilaVigilada, ...]) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            window = QApplication.activeWindow()
            if window is None:
                for each in QApplication.topLevelWidgets():
                    if each.isVisible():
                        QApplication.alert(each)
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(assets.icon("inicio"), self)
            self._tray.show()
        self._tray.showMessage(TITLE, announcement(filas))

    def _end(self) -> None:
        self.close()
        if self._tray is not None:
            self._tray.hide()
        self.deleteLater()


def create(context: Context, parent: QWidget | None) -> QWidget:
    shell = context.shell
    presenter = shell.findChild(Announcer) or Announcer(shell)
    window = VigilarWindow(presenter, context, parent)
    QTimer.singleShot(0, window, window.form.carpeta_edit.setFocus)
    return window
