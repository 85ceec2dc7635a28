"""Importaciones: what was imported, and constancias, each of which can be undone as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_importaciones import Ui_ImportacionesForm
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.formats import counted, moment, movements
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.constancias.cotejo import ConstanciaAplicada
from icsoe_desktop.services.importacion.valores import Importacion

UNDO_CONSTANCIA: Final = (
    "Lo que anotó la constancia {archivos} el {cuando} se quitará de {movimientos} y de sus lotes, "
    "que quedarán como estaban antes. ¿Desea deshacerla?"
)
UNDONE_CONSTANCIA: Final = "La constancia se deshizo: {vueltos} como antes."
UNDO: Final = (
    "Deshacerla quita {movimientos} que trajo la importación del {cuando} ({archivos}). Los "
    "archivos no se tocan. ¿Desea deshacerla?"
)
UNDO_REGISTROS: Final = (
    "De la importación del {cuando} ({archivos}) se quitarán los registros patronales nuevos, y "
    "los que cambió quedarán como estaban; lo que se haya modificado después se queda. ¿Desea "
    "deshacerla?"
)
UNDONE_REGISTROS: Final = "La importación se deshizo: {cuantos} como antes."
UNDOING: Final = "Deshaciendo la importación…"
UNDONE: Final = "Se deshizo la importación de {movimientos}."
NOTHING_UNDONE: Final = "Se canceló. La importación sigue como estaba."


@dataclass(frozen=True)
class ImportacionHecha:
    """An import, or a constancia that was applied."""

    id: UUID
    cuando: datetime
    quien: str
    archivos: str
    clase: str
    cuantos: int
    deshecha: datetime | None

    @classmethod
    def from_importacion(cls, one: Importacion) -> ImportacionHecha:
        archivos, clase = ", ".join(one.archivos), REGISTROS if one.de_registros else MOVIMIENTOS
        return cls(one.id, one.cuando, one.quien, archivos, clase, one.importados, one.deshecha)

    @classmethod
    def from_constancia(cls, one: ConstanciaAplicada) -> ImportacionHecha:
        count = one.aprobados + one.rechazados
        return cls(one.id, one.cuando, one.quien, one.archivo, CONSTANCIA, count, one.deshecha)


def _estado(importacion: ImportacionHecha) -> str:
    if importacion.deshecha is None:
        return "Hecha"
    return f"Deshecha el {moment(importacion.deshecha)}"


MOVIMIENTOS: Final = "Movimientos"
REGISTROS: Final = "Registros patronales"
CONSTANCIA: Final = "Constancia"
COLUMNS: Final[tuple[Column[ImportacionHecha], ...]] = (
    Column[ImportacionHecha](
        "Cuándo",
        lambda i: moment(i.cuando),
        sort=lambda i: i.cuando,
        newest_first=True,
        tabular=True,
        width=145,
    ),
    Column[ImportacionHecha]("Quién", lambda i: i.quien, width=190),
    Column[ImportacionHecha]("Archivos", lambda i: i.archivos, width=210),
    Column[ImportacionHecha]("Clase", lambda i: i.clase, width=150),
    count_column("Cuántos", lambda i: i.cuantos, width=90),
    Column[ImportacionHecha](
        "Estado",
        _estado,
        state=lambda i: "correcto" if i.deshecha is None else "deshabilitado",
    ),
)


class ImportacionesDialog(QDialog):
    changed = Signal()  # an import or a constancia was undone
    movements_wanted = Signal(object, str)  # UUID of the import, its name

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ImportacionesForm()
        self.form.setupUi(self)
        self._context = context
        self._service = context.application.importacion_movimientos
        self._constancias = context.application.constancias
        self._sesion = context.require_sesion()
        form = self.form
        self.table = RowsTable(form.importaciones_table, COLUMNS, context.preferences)
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "importar")
        form.deshacer_button.clicked.connect(self._ask_to_undo)
        form.ver_button.clicked.connect(self._see)
        form.cerrar_button.clicked.connect(self.reject)
        form.importaciones_table.doubleClicked.connect(lambda _index: self._see())
        form.importaciones_table.selectionModel().selectionChanged.connect(self._draw)
        show_message(form.mensaje_label, "")
        self._draw()
        form.importaciones_table.setFocus()
        QTimer.singleShot(0, self, self._load)

    def _load(self, selected: UUID | None = None) -> None:
        self._context.ask(self, self._read, lambda made: self._show(made, selected))

    def _read(self, _progress: Progress) -> tuple[ImportacionHecha, ...]:
        made = [ImportacionHecha.from_importacion(one) for one in self._service.all(self._sesion)]
        made += [
            ImportacionHecha.from_constancia(one) for one in self._constancias.all(self._sesion)
        ]
        return tuple(sorted(made, key=lambda one: one.cuando, reverse=True))

    def _show(self, made: tuple[ImportacionHecha, ...], selected: UUID | None) -> None:
        form = self.form
        form.lista_stack.setCurrentWidget(form.tabla_page if made else form.vacia_page)
        self.table.set_rows(made)
        wanted = [one for one in made if one.id == selected] or made[:1]
        if wanted and self.table.selected() is None:
            self.table.select(wanted[0])
        self._draw()

    def _ask_to_undo(self) -> None:
        chosen = self.table.selected()
        if chosen is None or chosen.deshecha is not None:
            return
        confirm(
            self,
            {CONSTANCIA: UNDO_CONSTANCIA, REGISTROS: UNDO_REGISTROS}.get(chosen.clase, UNDO).format(
                movimientos=movements(chosen.cuantos),
                cuando=moment(chosen.cuando),
                archivos=chosen.archivos,
            ),
            "&Deshacer importación",
            then=lambda: self._undo(chosen),
            destructive=True,
        )

    def _undo(self, chosen: ImportacionHecha) -> None:
        show_message(self.form.mensaje_label, "")
        undo = {
            CONSTANCIA: self._constancias.undo,
            REGISTROS: self._context.application.registros_patronales.undo_import,
        }.get(chosen.clase, self._service.undo)

        def tell(count: int) -> None:
            if chosen.clase == CONSTANCIA:
                back = counted(count, "movimiento quedó", "movimientos quedaron")
                text = UNDONE_CONSTANCIA.format(vueltos=back)
            elif chosen.clase == REGISTROS:
                back = counted(count, "registro patronal quedó", "registros patronales quedaron")
                text = UNDONE_REGISTROS.format(cuantos=back)
            else:
                text = UNDONE.format(movimientos=movements(count))
            show_message(self.form.mensaje_label, text, "success")
            self.changed.emit()
            self._load(chosen.id)

        def tell_failed(error: Exception) -> None:
            self._context.errors.show(self, error)
            self._load(chosen.id)

        def tell_stopped() -> None:
            show_message(self.form.mensaje_label, NOTHING_UNDONE, "hint")
            self._load(chosen.id)

        run_with_progress(
            self._context,
            self,
            "Deshacer importación",
            UNDOING,
            lambda progress: undo(self._sesion, chosen.id, progress),
            tell,
            tell_failed,
            tell_stopped,
        )

    def _see(self) -> None:
        chosen = self.table.selected()
        if chosen is not None and chosen.deshecha is None and chosen.clase == MOVIMIENTOS:
            name = f"de la importación del {moment(chosen.cuando)} ({chosen.archivos})"
            self.movements_wanted.emit(chosen.id, name)
            self.accept()

    def _draw(self) -> None:
        chosen = self.table.selected()
        can = chosen is not None and chosen.deshecha is None
        self.form.deshacer_button.setEnabled(can)
        self.form.ver_button.setEnabled(can and chosen is not None and chosen.clase == MOVIMIENTOS)
