"""Revisión: every block and warning of a return, with «Ir» to where it is mended."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.revision import Hallazgo
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_revision_informativa import Ui_RevisionInformativaForm
from icsoe_desktop.gui.icsoe.informativa.columns import hallazgo_columns
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.informativa.valores import InformativaFila

READING: Final = "Revisando…"
CLEAN: Final = "No se encontró nada que corregir."
NOTHING_FOUND: Final = ("Nada que corregir", "Elija «Marcar como revisada» para continuar.")
MAX_DECLARED: Final = 99_999


class RevisionInformativaDialog(QDialog):
    go_wanted = Signal(object)  # Hallazgo
    marked = Signal()

    def __init__(
        self,
        fila: InformativaFila,
        names: Mapping[uuid.UUID, str],
        context: Context,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.form = Ui_RevisionInformativaForm()
        self.form.setupUi(self)
        self._context = context
        self._fila = fila
        self._found: tuple[Hallazgo, ...] | None = None
        self._failed = False
        form = self.form
        self.setWindowTitle(f"Revisión: {fila.tipo}, {fila.periodo.nombre}")
        form.titulo_label.setText(self.windowTitle())
        self.table: RowsTable[Hallazgo] = RowsTable(
            form.hallazgos_table, hallazgo_columns(names), context.preferences
        )
        self.empty = EmptyState(form.hallazgos_table, "correcto", *NOTHING_FOUND, wanted=False)
        form.declarados_edit.setText("" if fila.declarados is None else str(fila.declarados))
        form.declarados_edit.setValidator(QIntValidator(0, MAX_DECLARED, self))
        form.ir_button.clicked.connect(self._go)
        form.hallazgos_table.activated.connect(lambda _index: self._go())
        form.otra_button.clicked.connect(self._review)
        form.revisada_button.clicked.connect(self._mark)
        form.cerrar_button.clicked.connect(self.reject)
        form.hallazgos_table.selectionModel().selectionChanged.connect(lambda *_: self._draw())
        self.finished.connect(self.deleteLater)
        form.mensaje_label.hide()
        self._draw()
        QTimer.singleShot(0, self, self._review)

    def _review(self) -> None:
        context, fila = self._context, self._fila
        sesion, service = context.require_sesion(), context.application.informativas
        text = self.form.declarados_edit.text().strip()
        declared = int(text) if text.isascii() and text.isdigit() else None
        self._found, self._failed = None, False
        self._draw()

        def work(progress: Progress) -> tuple[InformativaFila, tuple[Hallazgo, ...]]:
            service.declare(sesion, fila.id, declared)
            return service.get(sesion, fila.id), service.review(sesion, fila.id, progress)

        context.ask(self, work, lambda read: self._show(*read), self._on_failed)

    def _show(self, fila: InformativaFila, found: tuple[Hallazgo, ...]) -> None:
        self._fila, self._found = fila, found
        self.table.set_rows(found)
        self._draw()
        if found:
            self.form.hallazgos_table.selectRow(0)
            self.form.hallazgos_table.setFocus()
        else:
            # A disabled button takes no focus: it is enabled by now.
            self.form.revisada_button.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._found, self._failed = (), True
        self._draw()
        self._context.errors.show(self, error)

    def _go(self) -> None:
        chosen = self.table.selected()
        if chosen is not None:
            self.accept()
            self.go_wanted.emit(chosen)

    def _mark(self) -> None:
        context, fila = self._context, self._fila
        sesion, service = context.require_sesion(), context.application.informativas
        self.form.revisada_button.setEnabled(False)
        context.ask(
            self,
            lambda progress: service.mark(sesion, fila.id, EstadoInformativa.REVISADA, progress),
            lambda _none: self._on_marked(),
            self._on_failed,
        )

    def _on_marked(self) -> None:
        self.marked.emit()
        self.accept()

    def _draw(self) -> None:
        form, found = self.form, self._found
        if found is None:
            text, role = READING, "hint"
        elif self._failed:
            text, role = "", "hint"
        elif not found:
            text, role = CLEAN, "success"
        else:
            blocks = sum(each.bloquea for each in found)
            avisos = len(found) - blocks
            parts = [counted(blocks, "problema bloquea", "problemas bloquean")] if blocks else []
            parts += [counted(avisos, "advertencia", "advertencias")] if avisos else []
            text = f"{' y '.join(parts)}."
            role = "error" if blocks else "warning"
        show_message(form.resumen_label, text, role)
        self.empty.want(found is not None and not self._failed)
        blocked = self._failed or found is None or any(each.bloquea for each in found)
        form.revisada_button.setEnabled(
            not blocked and self._fila.estado is EstadoInformativa.EN_CAPTURA
        )
        form.otra_button.setEnabled(found is not None)
        chosen = self.table.selected()
        show_message(form.detalle_label, chosen.texto if chosen else "", "")
        form.ir_button.setEnabled(chosen is not None)
