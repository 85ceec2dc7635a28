"""Importar registros patronales: what a sheet would do, row by row, before it does it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QHeaderView, QWidget

from icsoe_desktop.domain.identificadores import RegistroPatronal
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.fields import show_message
from icsoe_desktop.gui.forms.ui_importar_registros import Ui_ImportarRegistrosForm
from icsoe_desktop.gui.registros_patronales.importacion_presenter import (
    STOPPING,
    Fase,
    ImportacionPresenter,
    ImportacionState,
)
from icsoe_desktop.gui.registros_patronales.presenter import counted
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.tables import Column, RowsTable
from icsoe_desktop.services.importacion_registros import (
    ETIQUETAS,
    EstadoRenglon,
    Gravedad,
    Hallazgo,
    Renglon,
    VistaPrevia,
)

# Measuring the height of every row takes time for each of them.
MAX_WRAPPED_ROWS = 100

ICONS = {
    EstadoRenglon.NUEVO: "generar",
    EstadoRenglon.CAMBIADO: "importar",
    EstadoRenglon.IGUAL: "correcto",
    EstadoRenglon.REPETIDO: "descartado",
    EstadoRenglon.CON_PROBLEMAS: "error",
}


def _icon(renglon: Renglon) -> QIcon:
    return assets.icon(ICONS[renglon.estado])


def _found(renglon: Renglon, campo: str) -> str:
    """What the row says in `campo`, as far as it could be read."""
    if renglon.datos is not None:
        return str(getattr(renglon.datos, campo))
    return next((one.encontrado for one in renglon.hallazgos if one.campo == campo), "")


def _registro(renglon: Renglon) -> str:
    if renglon.datos is None:
        return _found(renglon, "registro_patronal")
    return RegistroPatronal(renglon.datos.registro_patronal).agrupado


def _before(renglon: Renglon) -> str:
    """What the catalogue says now, where the row would change it."""
    datos, existente = renglon.datos, renglon.existente
    if datos is None or existente is None:
        return ""
    return "; ".join(
        f"{etiqueta}: {getattr(existente, campo)}"
        for campo, etiqueta in ETIQUETAS.items()
        if getattr(existente, campo) != getattr(datos, campo)
    )


RENGLONES = (
    Column[Renglon]("Línea", lambda r: str(r.linea), sort=lambda r: r.linea, right=True, width=64),
    Column[Renglon]("Qué pasará", lambda r: r.estado, icon=_icon, width=170),
    Column[Renglon](
        "Registro patronal",
        _registro,
        copy=lambda r: _found(r, "registro_patronal"),
        tabular=True,
        width=150,
    ),
    Column[Renglon]("Razón social", lambda r: _found(r, "razon_social"), width=250),
    Column[Renglon]("RFC", lambda r: _found(r, "rfc"), tabular=True, width=130),
    Column[Renglon]("Antes decía", _before, width=150),
)
HALLAZGOS = (
    Column[Hallazgo]("Línea", lambda h: str(h.linea), sort=lambda h: h.linea, right=True, width=64),
    Column[Hallazgo](
        "Tipo",
        lambda h: h.gravedad,
        icon=lambda h: assets.icon("error" if h.gravedad is Gravedad.ERROR else "advertencia"),
        width=120,
    ),
    Column[Hallazgo]("Columna", lambda h: ETIQUETAS[h.campo], width=130),
    Column[Hallazgo]("Encontrado", lambda h: h.encontrado or "(vacío)", width=130),
    Column[Hallazgo]("Esperado", lambda h: h.esperado, width=190),
    Column[Hallazgo]("Qué hacer", lambda h: h.mensaje),
)


class ImportacionDialog(QDialog):
    """Draws ImportacionState. Closing it while something runs stops that first."""

    def __init__(self, presenter: ImportacionPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ImportarRegistrosForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._shown: VistaPrevia | None = None
        form = self.form
        self.renglones = RowsTable(form.renglones_table, RENGLONES, context.preferences)
        self.hallazgos = RowsTable(form.hallazgos_table, HALLAZGOS, context.preferences)
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
        presenter.imported.connect(self._on_imported)
        presenter.stopped.connect(self._on_stopped)
        presenter.failed.connect(self._on_failed)
        QTimer.singleShot(0, self, presenter.start)

    def _on_imported(self, _resultado: object) -> None:
        self.accept()

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
            f"&Importar {counted(state.pending, 'renglón', 'renglones')}"
            if state.can_import
            else "&Importar"
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
