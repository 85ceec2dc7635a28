"""Importar constancia: a preview of the PDF and its movements before anything changes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.constancia import ProblemaConstancia
from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_constancia import Ui_ConstanciaForm
from icsoe_desktop.gui.idse.constancias.presenter import ConstanciaPresenter, ConstanciaState
from icsoe_desktop.gui.idse.importacion.problemas import choose_problems_file
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import STOPPING, described, draw_step
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column
from icsoe_desktop.services.constancias.cotejo import (
    Cotejo,
    RenglonCotejado,
    ResultadoConstancia,
    VistaConstancia,
)

PURPOSE: Final = "problemas_constancia"
RESPUESTA: Final = 1  # its place in RENGLONES
NO_LINES: Final = ("Sin renglones", "No se encontró ningún movimiento en la constancia.")
NO_PROBLEMS: Final = ("Sin problemas", "No se encontró nada que revisar al leer la constancia.")
_COTEJO_ICONS: Final = {
    Cotejo.COINCIDE: "vigente",
    Cotejo.YA_ANOTADO: "deshabilitado",
}


def _reasons(one: RenglonCotejado) -> str:
    renglon = one.renglon
    late = "Tarde, según el IMSS." if renglon.extemporaneo else ""
    said = (renglon.codigo_rechazo, renglon.causa_rechazo, late, one.nota)
    return " ".join(part for part in said if part)


RENGLONES: Final[tuple[Column[RenglonCotejado], ...]] = (
    count_column("Renglón", lambda c: c.renglon.renglon, width=70),
    Column[RenglonCotejado](
        "Respuesta",
        lambda c: "Rechazado" if c.renglon.rechazado else "Aprobado",
        sort=lambda c: not c.renglon.rechazado,
        state=lambda c: "error" if c.renglon.rechazado else "correcto",
        tip=_reasons,
        width=110,
    ),
    Column[RenglonCotejado](
        "En el programa",
        lambda c: c.cotejo.value,
        state=lambda c: _COTEJO_ICONS.get(c.cotejo, "advertencia"),
        width=185,
    ),
    Column[RenglonCotejado]("Observaciones", _reasons, tip=_reasons, width=250),
    Column[RenglonCotejado](
        "Movimiento",
        lambda c: columns.MOVIMIENTO_CORTO[c.renglon.tipo] if c.renglon.tipo else "",
        width=125,
    ),
    Column[RenglonCotejado](
        CAMPOS_MOVIMIENTO.label("nss"),
        lambda c: formats.nss(c.renglon.nss),
        copy=lambda c: c.renglon.nss,
        tabular=True,
        width=120,
    ),
    Column[RenglonCotejado]("Nombre", lambda c: c.renglon.nombre, width=200),
    Column[RenglonCotejado](
        "Fecha",
        lambda c: formats.day(c.renglon.fecha),
        sort=lambda c: c.renglon.fecha.toordinal() if c.renglon.fecha else 0,
        tabular=True,
        width=95,
    ),
    Column[RenglonCotejado](
        CAMPOS_MOVIMIENTO.label("sbc"),
        lambda c: formats.money(c.renglon.sbc),
        sort=lambda c: c.renglon.sbc or 0,
        copy=lambda c: formats.plain_money(c.renglon.sbc),
        tabular=True,
        right=True,
        width=95,
    ),
)
PROBLEMAS: Final = (
    Column[ProblemaConstancia](
        "Página",
        lambda p: str(p.pagina) if p.pagina else "",
        sort=lambda p: (p.pagina, p.renglon),
        right=True,
        width=75,
    ),
    Column[ProblemaConstancia](
        "Renglón",
        lambda p: f"{p.renglon:,}" if p.renglon else "",
        sort=lambda p: p.renglon,
        right=True,
        width=75,
    ),
    Column[ProblemaConstancia](
        "Gravedad",
        lambda p: "Error" if p.grave else "Advertencia",
        state=lambda p: "error" if p.grave else "advertencia",
        width=120,
    ),
    Column[ProblemaConstancia]("Campo", lambda p: p.campo, width=170),
    Column[ProblemaConstancia](
        "Encontrado", lambda p: p.encontrado or "(vacío)", tabular=True, width=200
    ),
    Column[ProblemaConstancia]("Esperado", lambda p: p.esperado, tip=lambda p: p.esperado),
)


class ConstanciaDialog(JobDialog[Ui_ConstanciaForm, ConstanciaPresenter]):
    """Draws ConstanciaState. Closing the dialog stops running work first."""

    correction_wanted = Signal(object)  # UUID of a rejected movement

    def __init__(self, presenter: ConstanciaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.present(Ui_ConstanciaForm(), presenter, context)
        self._shown: VistaConstancia | None = None
        form = self.form
        # Of an SBC no part may be out of sight.
        self.renglones = RowsTable(
            form.renglones_table, RENGLONES, context.preferences, keeps_last=True
        )
        # What was rejected first: there is something to do about it.
        form.renglones_table.sortByColumn(RESPUESTA, Qt.SortOrder.AscendingOrder)
        self.problemas = RowsTable(form.problemas_table, PROBLEMAS, context.preferences)
        self.no_lines = EmptyState(form.renglones_table, "documento", *NO_LINES, wanted=False)
        self.no_problems = EmptyState(form.problemas_table, "correcto", *NO_PROBLEMS, wanted=False)
        form.vista_splitter.setStretchFactor(0, 3)
        form.vista_splitter.setStretchFactor(1, 2)
        form.archivo_label.setText(presenter.state.archivo)
        form.avance_bar.setAccessibleName("Avance")
        form.anotar_button.clicked.connect(presenter.apply)
        form.cancelar_button.clicked.connect(self.reject)
        form.corregir_button.clicked.connect(self._correct)
        form.renglones_table.doubleClicked.connect(lambda _index: self._correct())
        form.renglones_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        QShortcut(QKeySequence("F2"), self, self._correct)
        form.exportar_button.clicked.connect(self._choose_export)
        presenter.changed.connect(self._draw)
        presenter.applied.connect(self._on_applied)
        presenter.refused.connect(lambda error: context.errors.show(self, error))
        self._draw(presenter.state)
        QTimer.singleShot(0, self, presenter.start)

    def read_again(self) -> None:
        self._presenter.read_again()

    def _on_applied(self, resultado: ResultadoConstancia) -> None:
        if not resultado.rechazados:
            self.accept()

    def _correct(self) -> None:
        chosen = self.renglones.selected()
        if chosen is not None and chosen.corregible is not None:
            self.correction_wanted.emit(chosen.corregible)

    def _draw_chosen(self) -> None:
        chosen = self.renglones.selected()
        self.form.corregir_button.setEnabled(chosen is not None and chosen.corregible is not None)

    def _choose_export(self) -> None:
        choose_problems_file(
            self, PURPOSE, self._context.preferences, self._presenter.export_problems
        )

    def _draw(self, state: ConstanciaState) -> None:
        form, vista = self.form, state.vista
        form.avance_panel.setVisible(state.step is not None)
        draw_step(form.avance_bar, state.step)
        if state.step is not None:
            form.avance_label.setText(STOPPING if state.stopping else described(state.step))
        show_message(form.datos_label, state.facts, "")
        show_message(form.resumen_label, state.counts, "")
        told = state.message or state.advice
        show_message(form.aviso_label, told, "success" if state.message else "warning")
        arrived = vista is not None and vista is not self._shown
        if vista is not None and arrived:
            self._shown = vista
            self.renglones.set_rows(vista.cotejados)
            self.problemas.set_rows(vista.problemas)
        form.vista_splitter.setVisible(vista is not None)
        self.no_lines.want(vista is not None)
        self.no_problems.want(vista is not None)
        some = vista is not None and bool(vista.problemas)
        form.exportar_button.setEnabled(some and state.step is None)
        form.anotar_button.setEnabled(state.can_apply)
        form.anotar_button.setText(
            f"&Anotar {formats.movements(vista.por_anotar)}"
            if vista is not None and state.can_apply
            else "&Anotar"
        )
        done = vista is not None and vista.ya_aplicada
        form.cancelar_button.setText("&Cerrar" if done else "&Cancelar")
        form.cancelar_button.setEnabled(not state.stopping)
        rows = vista.cotejados if vista is not None else ()
        correctable = [one for one in rows if one.corregible]
        form.corregir_button.setVisible(bool(correctable))
        if arrived and correctable:
            self.renglones.select(correctable[0])
            form.renglones_table.setFocus()
        elif arrived:
            (form.anotar_button if state.can_apply else form.cancelar_button).setFocus()
        self._draw_chosen()
