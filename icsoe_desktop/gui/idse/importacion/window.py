"""Importar movimientos: a preview with every problem of every line, then the import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Generic, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QWidget

from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO
from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_columnas_importacion import Ui_ColumnasImportacionForm
from icsoe_desktop.gui.forms.ui_importar_movimientos import Ui_ImportarMovimientosForm
from icsoe_desktop.gui.idse.importacion.presenter import (
    ImportacionMovimientosPresenter,
    ImportacionMovimientosState,
)
from icsoe_desktop.gui.idse.importacion.problemas import choose_problems_file
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.fields import set_property, show_message
from icsoe_desktop.gui.kit.notices import EmptyPage, EmptyState
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.gui.kit.progress import STOPPING, described, draw_step
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Columnas,
    Decision,
    Duplicado,
    Gravedad,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)

NOT_THERE = "(no está en el archivo)"
MISSING = "Elija la columna de: {campos}."
TWICE = "Cada columna va en un solo dato. Está en varios: {encabezados}."


class ColumnasDialog(QDialog):
    """Can be accepted once every required field has a header of its own."""

    def __init__(self, archivo: str, columnas: Columnas, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ColumnasImportacionForm()
        self.form.setupUi(self)
        self._columnas = columnas
        self._tried = False
        form = self.form
        form.archivo_label.setText(archivo)
        self.combos: dict[str, QComboBox] = {}
        grid = QGridLayout(form.campos_panel)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        keyed = with_keys(list(columnas.campos.values()), taken="co")
        for campo, etiqueta in zip(columnas.campos, keyed, strict=True):
            self._add_row(grid, campo, etiqueta)
        grid.setRowStretch(len(self.combos), 1)
        for one, following in pairwise([*self.combos.values(), form.cancelar_button]):
            QWidget.setTabOrder(one, following)
        QWidget.setTabOrder(form.cancelar_button, form.continuar_button)
        form.columnas_error.hide()
        form.continuar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        first = next((c for c in self.combos if c not in self.chosen), next(iter(self.combos)))
        self.combos[first].setFocus()

    @property
    def chosen(self) -> Mapping[str, str]:
        """field → header, without the fields that have none."""
        return {
            campo: combo.currentText()
            for campo, combo in self.combos.items()
            if combo.currentIndex() > 0
        }

    def accept(self) -> None:
        self._tried = True
        problem = self._check()
        if problem:
            self._focus_wrong()
        else:
            super().accept()

    def _add_row(self, grid: QGridLayout, campo: str, etiqueta: str) -> None:
        required = campo in self._columnas.obligatorios
        label = plain_label(f"{etiqueta}{'*' if required else ''}:", self.form.campos_panel)
        combo = QComboBox(self.form.campos_panel)
        combo.setObjectName(f"{campo}_combo")
        combo.addItem(NOT_THERE)
        combo.addItems([one for one in self._columnas.encabezados if one])
        combo.setCurrentIndex(max(0, combo.findText(self._columnas.propuestas.get(campo, ""))))
        combo.currentIndexChanged.connect(lambda _at: self._check() if self._tried else None)
        label.setBuddy(combo)
        row = len(self.combos)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(combo, row, 1)
        self.combos[campo] = combo

    def _wrong(self) -> tuple[list[str], list[str]]:
        """Required fields without a header, and headers assigned to two fields."""
        chosen = list(self.chosen.values())
        missing = [one for one in self._columnas.obligatorios if one not in self.chosen]
        ordered = [campo for campo in self.combos if campo in missing]
        return ordered, sorted({one for one in chosen if chosen.count(one) > 1})

    def _check(self) -> str:
        missing, twice = self._wrong()
        text = ""
        if missing:
            names = ", ".join(self._columnas.campos[campo] for campo in missing)
            text = MISSING.format(campos=names)
        elif twice:
            text = TWICE.format(encabezados=", ".join(f"«{one}»" for one in twice))
        for campo, combo in self.combos.items():
            wrong = campo in missing or (not missing and combo.currentText() in twice)
            set_property(combo, "invalid", wrong)
        show_message(self.form.columnas_error, text)
        return text

    def _focus_wrong(self) -> None:
        for combo in self.combos.values():
            if combo.property("invalid"):
                combo.setFocus()
                return


def with_keys(labels: Sequence[str], taken: str) -> list[str]:
    """The labels, each marked with an Alt key of its own as far as letters are free.

    taken: letters that are not free.
    """
    used = set(taken)
    marked = list(labels)
    # Shortest label first, because it has the fewest letters to choose from.
    for place in sorted(range(len(labels)), key=lambda at: len(labels[at])):
        label = labels[place]
        free = [at for at, one in enumerate(label) if one.isalnum() and one.casefold() not in used]
        if free:
            used.add(label[free[0]].casefold())
            marked[place] = f"{label[: free[0]]}&{label[free[0] :]}"
    return marked


R = TypeVar("R")

NO_PROBLEMS: Final = ("Sin problemas", "Todas las líneas se entendieron.")
NONE_REPEATED: Final = ("Ninguno repetido", "Ningún movimiento está dos veces ni se tenía ya.")
PURPOSE: Final = "problemas_importacion"
MAX_NAMED_FILES: Final = 3

PROBLEMAS: Final[tuple[PagedColumn[ProblemaImportacion], ...]] = (
    PagedColumn("Archivo", lambda p: p.archivo, width=120),
    PagedColumn(
        "Línea", lambda p: f"{p.linea:,}", copy=lambda p: str(p.linea), right=True, width=50
    ),
    PagedColumn("Posición", lambda p: str(p.posicion) if p.posicion else "", right=True, width=65),
    PagedColumn(
        "Gravedad",
        lambda p: p.gravedad.value,
        state=lambda p: "error" if p.gravedad is Gravedad.ERROR else "advertencia",
        width=110,
    ),
    PagedColumn("Campo", lambda p: p.campo, width=130),
    PagedColumn("Encontrado", lambda p: p.encontrado or "(vacío)", tabular=True, width=150),
    PagedColumn("Esperado", lambda p: p.esperado, width=330),
)
DUPLICADOS: Final[tuple[PagedColumn[Duplicado], ...]] = (
    PagedColumn("Archivo", lambda d: d.archivo, width=140),
    PagedColumn(
        "Línea", lambda d: f"{d.linea:,}", copy=lambda d: str(d.linea), right=True, width=50
    ),
    PagedColumn("Por qué", lambda d: _why(d), width=150),
    PagedColumn(
        "Movimiento",
        lambda d: columns.MOVIMIENTO_CORTO[d.tipo],
        icon=lambda d: columns.movimiento_icon(d.tipo),
        width=130,
    ),
    PagedColumn("Fecha", lambda d: formats.day(d.fecha), tabular=True, width=90),
    PagedColumn(
        CAMPOS_MOVIMIENTO.label("nss"),
        lambda d: formats.nss(d.nss),
        copy=lambda d: d.nss,
        tabular=True,
        width=115,
    ),
    PagedColumn("Nombre", lambda d: d.nombre, width=230),
    PagedColumn(
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda d: formats.registro(d.registro_patronal),
        copy=lambda d: d.registro_patronal,
        tabular=True,
        width=125,
    ),
)


def _why(duplicado: Duplicado) -> str:
    if duplicado.clase is ClaseDuplicado.EN_ARCHIVO:
        return f"Igual a la línea {duplicado.otra_linea:,}"
    return duplicado.clase.value


class Rows(Generic[R]):
    """Rows of the preview, read by block."""

    def __init__(self, count: int, read: Callable[[int, int], Sequence[R]]) -> None:
        self._count = count
        self._read = read

    @property
    def count(self) -> int:
        return self._count

    def rows(self, start: int, count: int) -> Sequence[R | None]:
        return self._read(start, count)


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
        self._shown: VistaPreviaMovimientos | None = None
        form, preferences = self.form, context.preferences
        self.problemas: PagedTable[ProblemaImportacion] = PagedTable(
            form.problemas_table, PROBLEMAS, pages, preferences, stretched=True, keeps_last=True
        )
        self.duplicados: PagedTable[Duplicado] = PagedTable(
            form.duplicados_table, DUPLICADOS, pages, preferences, stretched=True
        )
        self.clean = EmptyPage(form.limpio_panel, form.limpio_label, "correcto")
        self.no_problems = EmptyState(form.problemas_table, "correcto", *NO_PROBLEMS)
        self.none_repeated = EmptyState(form.duplicados_table, "correcto", *NONE_REPEATED)
        form.vista_splitter.setStretchFactor(0, 3)
        form.vista_splitter.setStretchFactor(1, 2)
        form.archivos_label.setText(_named(presenter.state.archivos))
        form.avance_bar.setAccessibleName("Avance")
        self._connect()
        self._draw(presenter.state)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.importar_button.clicked.connect(presenter.import_now)
        form.cancelar_button.clicked.connect(self.reject)
        form.exportar_button.clicked.connect(self._choose_export)
        form.solo_buenos_check.toggled.connect(self._decide)
        form.duplicados_check.toggled.connect(self._decide)
        for table in (self.problemas, self.duplicados):
            table.failed.connect(lambda error: self._context.errors.show(self, error))
            table.refused.connect(lambda text: show_message(form.aviso_label, text, "warning"))
        presenter.changed.connect(self._draw)
        presenter.columns_wanted.connect(self._ask_columns)
        presenter.imported.connect(lambda _resultado: self.accept())
        presenter.refused.connect(lambda error: self._context.errors.show(self, error))
        self.finished.connect(lambda _result: presenter.discard())
        QTimer.singleShot(0, self, presenter.start)

    def _ask_columns(self, name: str, columnas: Columnas) -> None:
        dialog = ColumnasDialog(name, columnas, self)
        dialog.accepted.connect(lambda: self._presenter.match(dialog.chosen))
        dialog.rejected.connect(self._close)
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
        elif form.solo_buenos_check.isVisibleTo(self):
            form.solo_buenos_check.setFocus()
        elif form.duplicados_check.isVisibleTo(self):
            form.duplicados_check.setFocus()
        else:
            form.cancelar_button.setFocus()

    def _show_rows(self, vista: VistaPreviaMovimientos) -> None:
        self._shown = vista
        self.problemas.model.show(Rows(vista.problemas, self._presenter.problems))
        self.duplicados.model.show(Rows(vista.duplicados, self._presenter.duplicates))


def _named(archivos: Sequence[str]) -> str:
    """File names in one line: «a.txt, b.txt, c.txt y 4 más»."""
    named = ", ".join(archivos[:MAX_NAMED_FILES])
    rest = len(archivos) - MAX_NAMED_FILES
    return f"{named} y {rest} más" if rest > 0 else named
