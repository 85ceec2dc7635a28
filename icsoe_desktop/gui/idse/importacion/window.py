"""Importar movimientos: a preview with every problem of every line, then the import."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_importar_movimientos import Ui_ImportarMovimientosForm
from icsoe_desktop.gui.idse.importacion.columnas import ColumnasDialog
from icsoe_desktop.gui.idse.importacion.presenter import (
    ImportacionMovimientosPresenter,
    ImportacionMovimientosState,
)
from icsoe_desktop.gui.idse.importacion.problemas import (
    DUPLICADOS,
    GRUPOS,
    LINE_AND_PLACE,
    PROBLEMAS,
    FilaGrupo,
    Rows,
    choose_problems_file,
    save_template,
)
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.progress import STOPPING, described, draw_step
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.importacion.celdas import DOUBTFUL, ReglaColumna, ways_of
from icsoe_desktop.services.importacion.renglones import campo_of, choices_of
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Decision,
    Duplicado,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)
from icsoe_desktop.services.importacion.vista import OTHERS

R = TypeVar("R")

SAME: Final = "Corregir las {cuantas:,} i&guales"
WHOLE_COLUMN: Final = "Leer así &toda la columna"
OF_RULE: Final = {
    ReglaColumna.DIA_PRIMERO: "El día va primero",
    ReglaColumna.MES_PRIMERO: "El mes va primero",
    ReglaColumna.ANIO_PRIMERO: "El año va primero",
    ReglaColumna.PUNTO: "El punto separa los centavos",
    ReglaColumna.COMA: "La coma separa los centavos",
}
PURPOSE: Final = "problemas_importacion"
HELP: Final = "modulo#una-hoja-de-excel-como-venga"
MAX_NAMED_FILES: Final = 3


class ImportacionMovimientosDialog(
    JobDialog[Ui_ImportarMovimientosForm, ImportacionMovimientosPresenter]
):
    """Draws ImportacionMovimientosState. Closing the dialog stops running work first."""

    def __init__(
        self,
        presenter: ImportacionMovimientosPresenter,
        pages: JobQueue,
        context: Context,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.present(Ui_ImportarMovimientosForm(), presenter, context)
        context.shell.help.serve(self, HELP)
        self._shown: VistaPreviaMovimientos | None = None
        self._drawn: FilaGrupo | None = None
        self._same = 1  # problems of the group with the same in their cell
        form, preferences = self.form, context.preferences
        self.grupos = RowsTable(
            form.grupos_table, GRUPOS, preferences, key=lambda g: (g.campo, g.que)
        )
        self.problemas: PagedTable[ProblemaImportacion] = PagedTable(
            form.problemas_table, PROBLEMAS, pages, preferences, stretched=True, close=True
        )
        self.duplicados: PagedTable[Duplicado] = PagedTable(
            form.duplicados_table, DUPLICADOS, pages, preferences, stretched=True
        )
        form.problemas_table.setColumnHidden(0, len(presenter.state.archivos) < 2)
        for place in LINE_AND_PLACE:
            form.problemas_table.setColumnHidden(place, not presenter.of_files)
        self.clean = EmptyPage(form.limpio_panel, form.limpio_label, "correcto")
        form.vista_splitter.setStretchFactor(0, 11)
        form.vista_splitter.setStretchFactor(1, 9)
        form.archivos_label.setText(_named(presenter.state.archivos))
        form.avance_bar.setAccessibleName("Avance")
        self._connect()
        self._draw(presenter.state)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.importar_button.clicked.connect(presenter.import_now)
        form.cancelar_button.clicked.connect(self.reject)
        form.exportar_button.clicked.connect(self._choose_export)
        form.columnas_button.clicked.connect(presenter.ask_columns)
        form.deshacer_button.clicked.connect(presenter.undo)
        form.solo_buenos_check.toggled.connect(self._decide)
        form.duplicados_check.toggled.connect(self._decide)
        form.corregir_button.clicked.connect(lambda: self._correct(iguales=False))
        form.iguales_button.clicked.connect(lambda: self._correct(iguales=True))
        form.corregir_combo.installEventFilter(self)
        form.corregir_combo.currentTextChanged.connect(lambda _text: self._draw_buttons())
        form.grupos_table.selectionModel().selectionChanged.connect(
            lambda *_: self._show_group(self.grupos.selected())
        )
        form.grupos_table.activated.connect(lambda _index: self._enter_group())
        form.problemas_table.activated.connect(lambda _index: form.corregir_combo.setFocus())
        self.problemas.selection_changed.connect(self._offer)
        for table in (self.problemas, self.duplicados):
            table.failed.connect(lambda error: self._context.errors.show(self, error))
            table.refused.connect(lambda text: show_message(form.aviso_label, text, "warning"))
        presenter.changed.connect(self._draw)
        presenter.columns_wanted.connect(self._ask_columns)
        presenter.equal_found.connect(self._offer_equal)
        presenter.imported.connect(lambda _resultado: self.accept())
        presenter.refused.connect(lambda error: self._context.errors.show(self, error))
        self.finished.connect(lambda _result: presenter.discard())
        QTimer.singleShot(0, self, presenter.start)

    def _ask_columns(self, name: str, columnas: Columnas) -> None:
        dialog = ColumnasDialog(name, columnas, self)
        dialog.accepted.connect(lambda: self._presenter.match(dialog.chosen, dialog.nombre))
        if self._shown is None:
            dialog.rejected.connect(self._close)
        dialog.form.plantilla_button.clicked.connect(
            lambda: save_template(
                dialog,
                self._context,
                lambda text: show_message(dialog.form.columnas_error, text, "success"),
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)

    def _decide(self) -> None:
        form = self.form
        self._presenter.decide(
            Decision(
                importar_duplicados=form.duplicados_check.isChecked(),
                solo_buenos=form.solo_buenos_check.isChecked(),
            )
        )

    def _choose_export(self) -> None:
        choose_problems_file(
            self, PURPOSE, self._context.preferences, self._presenter.export_problems
        )

    def _draw(self, state: ImportacionMovimientosState) -> None:
        form = self.form
        form.avance_panel.setVisible(state.working)
        draw_step(form.avance_bar, state.step)
        form.avance_label.setText(STOPPING if state.stopping else described(state.step))
        show_message(form.resumen_label, state.counts, "")
        show_message(form.desglose_label, state.breakdown, "hint")
        told = state.message or state.advice
        show_message(form.aviso_label, told, "success" if state.message else "warning")
        vista = state.vista
        arrived = vista is not self._shown
        if vista is not None and arrived:
            self._show_rows(vista)
        lists = self._shown is not None and bool(self._shown.problemas or self._shown.duplicados)
        form.vista_splitter.setVisible(lists)
        form.limpio_panel.setVisible(not lists)
        self.clean.want(vista is not None and bool(vista.leidos))
        some_bad = vista is not None and bool(vista.con_errores) and bool(vista.buenos)
        form.solo_buenos_check.setVisible(some_bad)
        form.duplicados_check.setVisible(vista is not None and bool(vista.duplicados))
        for check in (form.solo_buenos_check, form.duplicados_check):
            check.setEnabled(not state.working)
        form.exportar_button.setEnabled(
            not state.working and vista is not None and bool(vista.problemas)
        )
        form.columnas_button.setVisible(vista is not None and bool(vista.hojas))
        form.columnas_button.setEnabled(not state.working)
        form.deshacer_button.setVisible(bool(state.earlier))
        form.deshacer_button.setEnabled(not state.working)
        form.corregir_panel.setEnabled(not state.working)
        form.importar_button.setEnabled(state.can_import)
        form.importar_button.setText(
            f"&Importar {formats.movements(state.pending)}" if state.can_import else "&Importar"
        )
        form.cancelar_button.setEnabled(not state.stopping)
        if arrived:
            self._focus_next(state)

    def _focus_next(self, state: ImportacionMovimientosState) -> None:
        """Move the focus to the import button, or to what keeps it disabled."""
        form = self.form
        if state.can_import:
            form.importar_button.setFocus()
        elif state.vista is not None and state.vista.con_errores and state.vista.hojas:
            form.grupos_table.setFocus()
        elif form.solo_buenos_check.isVisibleTo(self):
            form.solo_buenos_check.setFocus()
        elif form.duplicados_check.isVisibleTo(self):
            form.duplicados_check.setFocus()
        else:
            form.cancelar_button.setFocus()

    def _show_rows(self, vista: VistaPreviaMovimientos) -> None:
        was = self._drawn.orden if self._drawn is not None else 0
        self._shown, self._drawn = vista, None
        filas = [FilaGrupo(at, one, one.filas) for at, one in enumerate(vista.grupos)]
        if vista.duplicados:
            filas.append(FilaGrupo(len(filas), None, vista.duplicados))
        self.duplicados.model.show(
            Rows(vista.duplicados, partial(self._presenter.duplicates, vista))
        )
        self.grupos.set_rows(filas)
        if self.grupos.selected() is None and filas:
            # What was corrected is gone: the next one takes its place.
            self.grupos.select(filas[min(was, len(filas) - 1)])
        self._show_group(self.grupos.selected())

    def _show_group(self, fila: FilaGrupo | None) -> None:
        """Open a group to its rows."""
        form, vista = self.form, self._shown
        if fila is None or vista is None or fila is self._drawn:
            return
        self._drawn = fila
        grupo = fila.grupo
        form.grupo_label.setText(fila.que)
        form.detalle_stack.setCurrentWidget(
            form.problemas_page if grupo is not None else form.duplicados_page
        )
        form.corregir_panel.setVisible(
            grupo is not None
            and not grupo.es_lectura
            and grupo.id != OTHERS
            and bool(campo_of(grupo.campo))
            and grupo.archivo in vista.hojas
        )
        if grupo is not None:
            read = partial(self._presenter.problems, vista, grupo)
            self.problemas.model.show(Rows(fila.filas, read))
            self.problemas.select(0)

    def _enter_group(self) -> None:
        form = self.form
        if form.corregir_panel.isVisibleTo(self):
            form.corregir_combo.setFocus()
        else:
            chosen = self._drawn is not None and self._drawn.grupo is not None
            (form.problemas_table if chosen else form.duplicados_table).setFocus()

    def _offer(self) -> None:
        """Offer corrections of the chosen problem."""
        form, problema, fila = self.form, self.problemas.selected(), self._drawn
        self._same = 1
        if problema is None or fila is None or fila.grupo is None:
            form.corregir_combo.clear()
            self._draw_buttons()
            return
        form.grupo_label.setText(problema.esperado)
        if form.corregir_panel.isVisibleTo(self):
            combo = form.corregir_combo
            with QSignalBlocker(combo):
                combo.clear()
                if problema.esperado in DOUBTFUL:
                    for regla, said in ways_of(problema.encontrado).items():
                        combo.addItem(f"{OF_RULE[regla]}: {problema.encontrado} → {said}", regla)
                for choice in choices_of(campo_of(problema.campo)):
                    combo.addItem(choice)
                if combo.count() == 0 or combo.itemData(0) is None:
                    combo.setEditText(problema.encontrado)
            edit = combo.lineEdit()
            if edit is not None:
                edit.selectAll()
            self._presenter.count_equal(fila.grupo, problema)
        self._draw_buttons()

    def _offer_equal(self, problema: ProblemaImportacion, count: int) -> None:
        if problema == self.problemas.selected():
            self._same = count
            self._draw_buttons()

    def _rule(self) -> str | None:
        """The rule that the field shows, if it shows one."""
        combo = self.form.corregir_combo
        at = combo.findText(combo.currentText())
        rule: str | None = combo.itemData(at) if at >= 0 else None
        return rule

    def _draw_buttons(self) -> None:
        form, problema = self.form, self.problemas.selected()
        text, rule = form.corregir_combo.currentText().strip(), self._rule()
        changed = problema is not None and text != problema.encontrado
        form.corregir_button.setVisible(rule is None)
        form.corregir_button.setEnabled(changed)
        form.iguales_button.setVisible(rule is not None or self._same > 1)
        form.iguales_button.setEnabled(changed)
        same = SAME.format(cuantas=self._same)
        form.iguales_button.setText(same if rule is None else WHOLE_COLUMN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the field corrects; the dialog would import."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        pressed = event.type() is QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in keys:
            self._correct_most()
            return True
        return super().eventFilter(watched, event)

    def _correct_most(self) -> None:
        """Do what the last button does."""
        buttons = (self.form.iguales_button, self.form.corregir_button)
        button = next((one for one in buttons if one.isVisibleTo(self)), None)
        if button is not None and button.isEnabled():
            button.click()

    def _correct(self, *, iguales: bool) -> None:
        problema, fila, rule = self.problemas.selected(), self._drawn, self._rule()
        if problema is None or fila is None or fila.grupo is None:
            return
        if rule is not None:
            self._presenter.read_column_as(fila.grupo, rule)
        else:
            text = self.form.corregir_combo.currentText().strip()
            self._presenter.correct(fila.grupo, problema, text, iguales=iguales)


def _named(archivos: Sequence[str]) -> str:
    """File names in one line: «a.txt, b.txt, c.txt y 4 más»."""
    named = ", ".join(archivos[:MAX_NAMED_FILES])
    rest = len(archivos) - MAX_NAMED_FILES
    return f"{named} y {rest} más" if rest > 0 else named
