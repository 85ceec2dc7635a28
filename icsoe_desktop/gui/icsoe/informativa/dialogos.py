"""The dialogs of a return: new one, review, registros patronales to fill from, acuse."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QInputDialog, QListWidgetItem, QPlainTextEdit, QWidget

from icsoe_desktop.domain.icsoe.informativa import (
    DEL_IMSS,
    EstadoInformativa,
    TipoInformativa,
    stands,
)
from icsoe_desktop.domain.icsoe.periodo import PRIMER_EJERCICIO, Periodo
from icsoe_desktop.domain.icsoe.revision import Hallazgo
from icsoe_desktop.domain.icsoe.trabajadores import CambiosLista, TrabajadorContrato
from icsoe_desktop.domain.texto import counted, counted_if_any
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_llenar_trabajadores import Ui_LlenarTrabajadoresForm
from icsoe_desktop.gui.forms.ui_nueva_informativa import Ui_NuevaInformativaForm
from icsoe_desktop.gui.forms.ui_revision_informativa import Ui_RevisionInformativaForm
from icsoe_desktop.gui.icsoe.informativa.columns import hallazgo_columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import choose, open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.informativa.valores import InformativaFila, Tablero

CUATRIMESTRES = {1: "1 · enero–abril", 2: "2 · mayo–agosto", 3: "3 · septiembre–diciembre"}
WINDOW = "Se presenta del {abre} al {vence}."
NO_WINDOW = "No tiene plazo propio: corrige o deja sin efectos una que ya se presentó."


class NuevaInformativaDialog(QDialog):
    """Its period, its kind, and whether to begin with the contracts of the last."""

    wanted = Signal(object, object, bool)  # Periodo, TipoInformativa, copiar

    def __init__(self, tablero: Tablero, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_NuevaInformativaForm()
        self.form.setupUi(self)
        self._tablero = tablero
        form = self.form
        for number, text in CUATRIMESTRES.items():
            form.cuatrimestre_combo.addItem(text, number)
        for tipo in DEL_IMSS:
            form.tipo_combo.addItem(
                f"Complementaria: {tipo}" if tipo.es_complementaria else str(tipo), tipo
            )
        for year in range(tablero.periodo.ejercicio + 1, PRIMER_EJERCICIO - 1, -1):
            form.ejercicio_combo.addItem(str(year), year)
        form.ejercicio_combo.setCurrentText(str(tablero.periodo.ejercicio))
        form.cuatrimestre_combo.setCurrentIndex(tablero.periodo.cuatrimestre - 1)
        presented = any(
            fila.periodo == tablero.periodo and stands(fila.tipo, fila.estado)
            for fila in tablero.filas
        )
        if presented:
            form.tipo_combo.setCurrentIndex(DEL_IMSS.index(TipoInformativa.CORRECCION))
        form.ejercicio_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.cuatrimestre_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.tipo_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.crear_button.clicked.connect(self._create)
        form.cancelar_button.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self._draw()
        form.ejercicio_combo.setFocus()

    @property
    def periodo(self) -> Periodo:
        number = int(self.form.cuatrimestre_combo.currentData())
        return Periodo(int(self.form.ejercicio_combo.currentData()), number)

    @property
    def tipo(self) -> TipoInformativa:
        return TipoInformativa(self.form.tipo_combo.currentData())

    def _draw(self) -> None:
        form, periodo = self.form, self.periodo
        vence = periodo.vence(self._tablero.calendario)
        text = WINDOW.format(abre=f"{periodo.abre:%d/%m/%Y}", vence=f"{vence:%d/%m/%Y}")
        show_message(form.plazo_label, text if self.tipo.tiene_plazo else NO_WINDOW, "hint")
        show_message(form.error_label, "")
        earlier = any(fila.periodo < periodo and fila.contratos for fila in self._tablero.filas)
        form.copiar_check.setEnabled(earlier and self.tipo is TipoInformativa.NORMAL)
        if not form.copiar_check.isEnabled():
            form.copiar_check.setChecked(False)

    def _create(self) -> None:
        self.wanted.emit(self.periodo, self.tipo, self.form.copiar_check.isChecked())
        self.accept()


NOTE: Final = "Qué hay que corregir; lo lee quien la prepara o quien la firma:"
READING: Final = "Revisando…"
CLEAN: Final = "No se encontró nada que corregir."
NOTHING_FOUND: Final = ("Nada que corregir", "Elija «Marcar como revisada» para continuar.")
MAX_DECLARED: Final = 99_999
ROW_AIR: Final = 12


class RevisionInformativaDialog(QDialog):
    """Every block and warning of a return, with «Ir» to where it is mended."""

    go_wanted = Signal(object)  # Hallazgo
    marked = Signal()
    sent_back = Signal(str)  # the note

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
        form.declarados_edit.editingFinished.connect(self._compare)
        form.ir_button.clicked.connect(self._go)
        form.hallazgos_table.activated.connect(lambda _index: self._go())
        form.otra_button.clicked.connect(self._review)
        form.revisada_button.clicked.connect(self._mark)
        form.devolver_button.clicked.connect(self._ask_note)
        form.cerrar_button.clicked.connect(self.reject)
        form.hallazgos_table.selectionModel().selectionChanged.connect(lambda *_: self._draw())
        self.finished.connect(self.deleteLater)
        self._draw()
        QTimer.singleShot(0, self, self._review)

    @property
    def _declared(self) -> int | None:
        text = self.form.declarados_edit.text().strip()
        return int(text) if text.isascii() and text.isdigit() else None

    def _compare(self) -> None:
        if self._found is not None and self._declared != self._fila.declarados:
            self._review()

    def _review(self) -> None:
        context, fila, declared = self._context, self._fila, self._declared
        sesion, service = context.require_sesion(), context.application.informativas
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

    def _ask_note(self) -> None:
        """Send it back with a note. Cancelar sends nothing."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Devolver")
        dialog.setLabelText(NOTE)
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setOkButtonText("&Devolver")
        dialog.setCancelButtonText("&Cancelar")
        dialog.setInputMode(QInputDialog.InputMode.TextInput)  # makes the field
        for field in dialog.findChildren(QPlainTextEdit):
            field.setTabChangesFocus(True)
        dialog.textValueSelected.connect(self._send_back)
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)

    def _send_back(self, nota: str) -> None:
        self.accept()
        self.sent_back.emit(nota)

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
        reviewed = (EstadoInformativa.REVISADA, EstadoInformativa.LISTA)
        form.devolver_button.setEnabled(self._fila.estado in reviewed)
        chosen = self.table.selected()
        show_message(form.detalle_mensaje, chosen.texto if chosen else "", "")
        form.ir_button.setEnabled(chosen is not None)


CHANGED: Final = (
    "Según los movimientos, en esas fechas: {cambios}. ¿Qué desea hacer? Después se puede deshacer."
)


def ask_changes(
    parent: QWidget, cambios: CambiosLista, take: Callable[[tuple[TrabajadorContrato, ...]], object]
) -> bool:
    """Ask what to take over of what changed since the list was made. take: gets the rows to add.

    False where nothing changed.
    """
    sbc, fuera, nuevos = cambios
    parts = (
        counted_if_any(len(sbc), "cambió de SBC", "cambiaron de SBC"),
        counted_if_any(len(fuera), "ya no estaba", "ya no estaban"),
        counted_if_any(len(nuevos), "estaba y no está en la lista", "estaban y no están en ella"),
    )
    answers = []
    if sbc or fuera:
        answers.append(("Act&ualizar la lista", lambda: take(sbc)))
    if nuevos:
        text = "Actualizar y &agregar" if answers else "&Agregar"
        answers.append((text, lambda: take((*sbc, *nuevos))))
    text = CHANGED.format(cambios=", ".join(part for part in parts if part))
    if answers:
        choose(parent, text, answers, "&Cancelar", lambda: None)
    return bool(answers)


class LlenarDialog(QDialog):
    """Which registros patronales to fill the list from."""

    wanted = Signal(object)  # tuple[str, ...]

    def __init__(self, registros: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_LlenarTrabajadoresForm()
        self.form.setupUi(self)
        form = self.form
        for registro in registros:
            item = QListWidgetItem(formats.registro(registro))
            item.setData(Qt.ItemDataRole.UserRole, registro)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + ROW_AIR))
            form.registros_list.addItem(item)
        form.registros_list.setAccessibleName("Registros patronales")
        form.llenar_button.clicked.connect(self._fill)
        form.cancelar_button.clicked.connect(self.reject)
        form.error_label.hide()
        self.finished.connect(self.deleteLater)
        form.registros_list.setCurrentRow(0)
        form.registros_list.setFocus()

    def _fill(self) -> None:
        items = [
            self.form.registros_list.item(at) for at in range(self.form.registros_list.count())
        ]
        chosen = tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )
        if not chosen:
            show_message(self.form.error_label, "Elija al menos un registro patronal.")
            return
        self.wanted.emit(chosen)
        self.accept()
