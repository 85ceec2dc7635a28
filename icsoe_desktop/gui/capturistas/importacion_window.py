"""Alta de usuarios desde una lista: what it would do, row by row, before it does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QHeaderView, QWidget

from icsoe_desktop.domain.capturista import full_name
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.capturistas.importacion_presenter import (
    STOPPING,
    Fase,
    ImportacionPresenter,
    ImportacionState,
    counted,
)
from icsoe_desktop.gui.fields import show_message
from icsoe_desktop.gui.forms.ui_importar_capturistas import Ui_ImportarCapturistasForm
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.tables import Column, RowsTable
from icsoe_desktop.services.importacion_capturistas import (
    ETIQUETAS,
    EstadoRenglon,
    Hallazgo,
    Renglon,
    VistaPrevia,
)

# Measuring the height of every row takes time for each of them.
MAX_WRAPPED_ROWS = 100

ICONS = {
    EstadoRenglon.NUEVO: "generar",
    EstadoRenglon.YA_REGISTRADO: "correcto",
    EstadoRenglon.REPETIDO: "descartado",
    EstadoRenglon.CON_PROBLEMAS: "error",
}


def _icon(renglon: Renglon) -> QIcon:
    return assets.icon(ICONS[renglon.estado])


def _name(renglon: Renglon) -> str:
    nuevo = renglon.nuevo
    return full_name(nuevo.nombres, nuevo.primer_apellido, nuevo.segundo_apellido)


RENGLONES = (
    Column[Renglon]("Línea", lambda r: str(r.linea), sort=lambda r: r.linea, right=True, width=64),
    Column[Renglon]("Qué pasará", lambda r: r.estado, icon=_icon, width=190),
    Column[Renglon]("CURP", lambda r: r.nuevo.curp, tabular=True, width=190),
    Column[Renglon]("Nombre", _name, width=230),
    Column[Renglon]("Teléfono", lambda r: r.nuevo.telefono, tabular=True, width=110),
    Column[Renglon]("Correo electrónico", lambda r: r.nuevo.correo, width=160),
)
HALLAZGOS = (
    Column[Hallazgo]("Línea", lambda h: str(h.linea), sort=lambda h: h.linea, right=True, width=64),
    Column[Hallazgo](
        "Tipo",
        lambda h: "Problema" if h.es_error else "Advertencia",
        sort=lambda h: (not h.es_error, h.linea),
        icon=lambda h: assets.icon("error" if h.es_error else "advertencia"),
        width=130,
    ),
    Column[Hallazgo]("Columna", lambda h: ETIQUETAS[h.campo], width=150),
    Column[Hallazgo]("Encontrado", lambda h: h.encontrado or "(vacío)", width=170),
    Column[Hallazgo]("Qué hacer", lambda h: h.mensaje),
)


class ImportacionDialog(QDialog):
    """Draws ImportacionState. Closing it while something runs stops that first."""

    def __init__(self, presenter: ImportacionPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ImportarCapturistasForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._shown: VistaPrevia | None = None
        form = self.form
        self.renglones = RowsTable(form.renglones_table, RENGLONES, context.preferences)
        self.hallazgos = RowsTable(form.hallazgos_table, HALLAZGOS, context.preferences)
        # What stands in the way first.
        form.hallazgos_table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        form.vista_splitter.setStretchFactor(0, 3)
        form.vista_splitter.setStretchFactor(1, 2)
        form.archivo_label.setText(presenter.state.archivo)
        self._connect()
        self._draw(presenter.state)

    def reject(self) -> None:
        self._presenter.cancel()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.importar_button.clicked.connect(presenter.apply)
        form.cancelar_button.clicked.connect(self.reject)
        form.solo_correctos_check.toggled.connect(presenter.choose_only_good)
        presenter.changed.connect(self._draw)
        presenter.imported.connect(lambda _resultado: self.accept())
        presenter.stopped.connect(self._on_stopped)
        presenter.failed.connect(self._on_failed)
        QTimer.singleShot(0, self, presenter.start)

    def _on_stopped(self) -> None:
        super().reject()

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self, error, then=super().reject)

    def _draw(self, state: ImportacionState) -> None:
        form = self.form
        working = state.fase is not Fase.SHOWING
        form.avance_panel.setVisible(working)
        form.avance_bar.setMaximum(state.step.total or 0)
        form.avance_bar.setValue(state.step.done if state.step.total else -1)
        form.avance_label.setText(STOPPING if state.stopping else state.step.what)
        show_message(form.resumen_label, state.counts, "")
        show_message(form.aviso_label, state.advice, "warning")
        vista = state.vista
        arrived = vista is not self._shown
        if vista is not None and arrived:
            self._show_rows(vista)
        form.renglones_panel.setEnabled(state.fase is not Fase.READING)
        form.hallazgos_panel.setVisible(bool(state.vista and state.vista.hallazgos))
        form.solo_correctos_check.setVisible(state.with_problems and state.pending > 0)
        form.solo_correctos_check.setEnabled(state.can_choose_only_good)
        form.importar_button.setEnabled(state.can_import)
        form.importar_button.setText(
            f"&Dar de alta a {counted(state.pending, 'persona', 'personas')}"
            if state.can_import
            else "&Dar de alta"
        )
        form.cancelar_button.setEnabled(not state.stopping)
        if arrived:
            first = form.importar_button if state.can_import else form.renglones_table
            first.setFocus()

    def _show_rows(self, vista: VistaPrevia) -> None:
        self._shown = vista
        self.renglones.set_rows(vista.renglones)
        self.hallazgos.set_rows(vista.hallazgos)
        if len(vista.hallazgos) <= MAX_WRAPPED_ROWS:
            self.form.hallazgos_table.setWordWrap(True)
            rows = self.form.hallazgos_table.verticalHeader()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
