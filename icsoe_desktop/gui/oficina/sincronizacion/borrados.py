"""What other desktops deleted in the last days, to put it back."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.texto import capitalised, counted
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_sincronizacion_borrados import Ui_SincronizacionBorradosForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.sincronizacion.pages import FittedDialog
from icsoe_desktop.gui.oficina.sincronizacion.palabras import moment, signed
from icsoe_desktop.gui.oficina.sincronizacion.presenter import Service
from icsoe_desktop.services.sincronizacion.answers import Borrado

RECOVERED: Final = "Se recuperó {}. Los demás equipos lo recibirán en la próxima sincronización."
NOT_ALL: Final = (
    " Lo demás no: falta algo de lo que depende, que quizá también se borró, u otro registro tiene "
    "ya su mismo dato único."
)
NOTHING: Final = "Nada se recuperó." + NOT_ALL
COLUMNS = (
    Column[Borrado]("Cuándo", lambda b: moment(b.cuando), sort=lambda b: b.cuando, width=118),
    Column[Borrado]("Qué", lambda b: capitalised(b.objeto), width=140),
    Column[Borrado]("Cuál", lambda b: b.titulo, width=280),
    Column[Borrado]("Quién lo borró", lambda b: signed(b.autor, when=False), width=200),
)


class BorradosDialog(FittedDialog):
    recovered = Signal()

    def __init__(self, service: Service, sesion: Sesion, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionBorradosForm()
        self.form.setupUi(self)
        self._service = service
        self._sesion = sesion
        self._context = context
        form = self.form
        self.table = RowsTable(form.borrados_table, COLUMNS, context.preferences, lambda b: b.id)
        form.borrados_table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        form.borrados_table.selectionModel().selectionChanged.connect(self._draw)
        form.recuperar_button.clicked.connect(self._recover)
        form.cerrar_button.clicked.connect(self.reject)
        show_message(form.mensaje_label, "")
        self._draw()

    def load(self) -> None:
        service, sesion = self._service, self._sesion
        self._context.ask(
            self, lambda _progress: service().conflictos.deleted(sesion), self.show_rows, self._fail
        )

    def show_rows(self, rows: tuple[Borrado, ...]) -> None:
        self.table.set_rows(rows)
        self._draw()

    def _recover(self) -> None:
        service, sesion = self._service, self._sesion
        ids = [one.id for one in self.table.selected_rows()]
        many = len(ids)

        def tell(done: int) -> None:
            said = RECOVERED.format(counted(done, "dato", "datos")) if done else NOTHING
            rest = NOT_ALL if 0 < done < many else ""
            show_message(
                self.form.mensaje_label, said + rest, "success" if done == many else "warning"
            )
            self.load()
            self.recovered.emit()

        self.form.recuperar_button.setEnabled(False)
        self._context.ask(
            self, lambda _progress: service().conflictos.recover(sesion, ids), tell, self._fail
        )

    def _fail(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            show_message(self.form.mensaje_label, error.message)
        else:
            self._context.errors.show(self, error)

    def _draw(self) -> None:
        self.form.recuperar_button.setEnabled(bool(self.table.selected_rows()))
