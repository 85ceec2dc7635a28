"""Tasks on movements from the module's window: capture, import, generate, delete."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.movimiento import Situacion, TipoMovimiento
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.captura.palabras import captura_of
from icsoe_desktop.gui.idse.captura.presenter import CapturaMovimientoPresenter
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.importacion.importaciones import ImportacionesDialog
from icsoe_desktop.gui.idse.lotes.generar_presenter import Alcance, GenerarPresenter
from icsoe_desktop.gui.idse.lotes.generar_window import GenerarDialog, remembered_options
from icsoe_desktop.gui.idse.modulo.columns import is_pending, may_correct, may_open
from icsoe_desktop.gui.idse.modulo.dialogos import CorregirVariosDialog, DiasInhabilesDialog
from icsoe_desktop.gui.idse.modulo.grid import Grid
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.kit.dialogs import confirm, inform, open_remembered
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    CapturaMovimiento,
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)

# Oldest first, as the constancia will list them.
AS_IN_FILES: Final = OrdenMovimientos(ColumnaMovimiento.FECHA, descendente=False)
ALL_PENDING: Final = "Todo lo pendiente"
PENDING_SHOWN: Final = "Lo pendiente que muestra la tabla"
CHOSEN: Final = "Lo pendiente de {elegidos}"
DELETE: Final = "{movimientos} se borrarán del programa. ¿Desea borrarlos?"
DELETE_ONE: Final = "El movimiento se borrará del programa. ¿Desea borrarlo?"
NONE_REJECTED: Final = "Entre los elegidos no hay rechazados por corregir. No se cambió nada."
CORRECTED: Final = (
    "Se guardó la corrección de {movimientos}. Los nuevos quedaron en Pendiente. Preséntelos con "
    "«Generar archivo»."
)
CORRECTED_ONE: Final = (
    "La corrección de {nombre} quedó en Pendiente. Preséntela con «Generar archivo»."
)
NOT_DELETABLE: Final = (
    "Sólo se borran movimientos en Pendiente que no están en un lote. Entre los elegidos hay "
    "otros; no se borró ninguno."
)


class Tareas(QObject):
    """Opens the window of each task and reports the result."""

    told = Signal(str, str)  # sentence, role
    movements_changed = Signal()
    # Of Capturar, before movements_changed: what was saved, or that a rejected one was corrected.
    captured = Signal(object)  # MovimientoFila
    corrected = Signal()
    lotes_changed = Signal()
    lotes_made = Signal(object)  # their ids
    rows_pasted = Signal(str)  # a table of the clipboard, for an import
    scope_wanted = Signal(object, str)  # FiltroMovimientos of a lote or an import, its name

    def __init__(self, context: Context, work: JobQueue, pages: JobQueue, window: QWidget) -> None:
        """work: a queue for long reading. pages: a queue for work of milliseconds."""
        super().__init__(window)
        self._context = context
        self._work = work
        self._pages = pages
        self._window = window

    def open_importaciones(self) -> None:
        dialog = ImportacionesDialog(self._context, self._window)
        dialog.changed.connect(self.movements_changed)
        dialog.changed.connect(self.lotes_changed)
        dialog.movements_wanted.connect(
            lambda importacion_id, name: self.scope_wanted.emit(
                FiltroMovimientos(importacion_id=importacion_id), name
            )
        )
        self._open(dialog)

    def open_dias(self) -> None:
        dialog = DiasInhabilesDialog(self._context, self._window)
        dialog.changed.connect(self.movements_changed)
        self._open(dialog)

    def capture(
        self,
        tipo: TipoMovimiento,
        editing: MovimientoFila | None = None,
        parent: QWidget | None = None,
        inicial: CapturaMovimiento | None = None,
    ) -> None:
        """parent: the dialog that asks for it, if it stays open. inicial: what a new one has."""
        presenter = CapturaMovimientoPresenter(
            self._context.application.movimientos,
            self._context.jobs,
            self._pages,
            self._context.require_sesion(),
            tipo,
            editing,
            inicial,
        )
        if editing is not None and may_correct(editing):
            presenter.saved.connect(lambda _fila: self.corrected.emit())
            text = CORRECTED_ONE.format(nombre=full_name(editing))
            presenter.saved.connect(lambda _fila: self.told.emit(text, "success"))
        else:
            presenter.saved.connect(self.captured)
        presenter.saved.connect(lambda _fila: self.movements_changed.emit())
        dialog = CapturaMovimientoDialog(presenter, self._context, parent or self._window)
        dialog.rows_pasted.connect(self.rows_pasted)
        self._open(dialog)

    def duplicate(self, fila: MovimientoFila | None) -> None:
        """A new movement that begins with the data of this one, without its date."""
        if fila is not None:
            self.capture(fila.tipo, inicial=replace(captura_of(fila), fecha=None))

    def edit(self, fila: MovimientoFila | None, parent: QWidget | None = None) -> None:
        if fila is not None and may_open(fila):
            self.capture(fila.tipo, fila, parent)

    def correct(self, movimiento_id: uuid.UUID, parent: QWidget) -> None:
        movimientos, sesion = self._context.application.movimientos, self._context.require_sesion()
        self._context.ask(
            parent,
            lambda _progress: movimientos.get(sesion, movimiento_id),
            lambda fila: self.edit(fila, parent),
        )

    def open_history(self, fila: MovimientoFila | None, may_write: bool) -> None:
        if fila is None:
            return
        dialog = HistorialDialog(fila, self._context, may_write, self._window)

        def edit(chosen: MovimientoFila) -> None:
            dialog.accept()
            self.edit(chosen)

        dialog.edit_wanted.connect(edit)
        self._open(dialog)

    def generate(self, rows: FiltroMovimientos | None, grid: Grid, *, chosen: bool) -> None:
        """Offer the files of everything pending, of what the grid shows, or of its selection.

        rows: what the grid shows; None while it is out of sight. chosen: propose the selection.
        """
        alcances, at = [self._pending(ALL_PENDING, TODOS)], 0
        if rows is not None and rows != TODOS:
            alcances.append(self._pending(PENDING_SHOWN, rows))
            # The tab, the state and what is owed are ways to look; the other filters choose
            # movements. What was just corrected is not among the rejected that are shown.
            seen = replace(rows, tipo=None, situacion=None, por_resolver=False, deuda=None)
            at = 1 if seen != TODOS else 0
        if rows is not None and grid.selected_count:
            name = CHOSEN.format(elegidos=counted(grid.selected_count, "elegido", "elegidos"))
            alcances.append(Alcance(name, grid.read_selected()))
            at = len(alcances) - 1 if chosen else at
        self._offer(alcances, at)

    def generate_of(self, importacion_id: uuid.UUID, name: str) -> None:
        """Offer the files of what an import brought in."""
        self._offer([self._pending(name, FiltroMovimientos(importacion_id=importacion_id))], 0)

    def _offer(self, alcances: Sequence[Alcance], at: int) -> None:
        presenter = GenerarPresenter(
            self._context.application.lotes,
            self._context.jobs,
            self._work,
            self._context.require_sesion(),
            alcances,
            alcance=at,
            opciones=remembered_options(self._context.preferences),
        )
        presenter.written.connect(lambda text: self.told.emit(text, "success"))
        presenter.generated.connect(self.lotes_made)
        presenter.generated.connect(self.movements_changed)
        presenter.generated.connect(self.lotes_changed)
        dialog = GenerarDialog(presenter, self._context, self._window)
        dialog.edit_wanted.connect(lambda one: self.correct(one, dialog))
        self.movements_changed.connect(presenter.renew)
        self._open(dialog)

    def _pending(self, name: str, filtro: FiltroMovimientos) -> Alcance:
        """All movements that match the filter and are in no file yet."""
        movimientos, sesion = self._context.application.movimientos, self._context.require_sesion()
        wanted = replace(filtro, situacion=Situacion.PENDIENTE, por_resolver=False)

        def read(progress: Progress) -> list[MovimientoFila]:
            if filtro.situacion not in (None, Situacion.PENDIENTE):
                return []
            vista = movimientos.prepare(sesion, wanted, AS_IN_FILES, progress)
            found: list[MovimientoFila] = []
            try:
                for start in range(0, vista.count, 1000):
                    rows = movimientos.rows(vista, start, min(1000, vista.count - start))
                    found.extend(row for row in rows if row is not None)
                    progress.report(len(found), vista.count)
            finally:
                movimientos.release(vista)
            return found

        return Alcance(name, read)

    def correct_several(self, grid: Grid) -> None:
        """Correct the rejected ones of the selection together, where one field is shared."""
        self._read(grid.read_selected(), self._ask_what_is_shared)

    def _ask_what_is_shared(self, filas: list[MovimientoFila]) -> None:
        rejected = [fila for fila in filas if may_correct(fila)]
        if not rejected:
            inform(self._window, NONE_REJECTED)
            return
        dialog = CorregirVariosDialog(self._context, self._window, rejected)

        def tell(count: int) -> None:
            self.corrected.emit()
            self.told.emit(CORRECTED.format(movimientos=movements(count)), "success")
            self.movements_changed.emit()

        dialog.corrected.connect(tell)
        self._open(dialog)

    def delete(self, read: Callable[[Progress], list[MovimientoFila]]) -> None:
        self._read(read, self._ask_to_delete)

    def _read(
        self,
        read: Callable[[Progress], list[MovimientoFila]],
        then: Callable[[list[MovimientoFila]], object],
    ) -> None:
        run_with_progress(
            self._context,
            self._window,
            "Movimientos",
            "Leyendo los elegidos…",
            read,
            then,
            queue=self._work,
        )

    def _ask_to_delete(self, filas: list[MovimientoFila]) -> None:
        if not filas:
            return
        if not all(is_pending(fila) for fila in filas):
            inform(self._window, NOT_DELETABLE)
            return
        one = len(filas) == 1
        text = DELETE_ONE if one else DELETE.format(movimientos=movements(len(filas)))
        confirm(self._window, text, "&Borrar", lambda: self._delete(filas), destructive=True)

    def _delete(self, filas: Sequence[MovimientoFila]) -> None:
        movimientos, sesion = self._context.application.movimientos, self._context.require_sesion()

        def tell(count: int) -> None:
            verb = "Se borró" if count == 1 else "Se borraron"
            self.told.emit(f"{verb} {movements(count)}.", "success")
            self.movements_changed.emit()

        run_with_progress(
            self._context,
            self._window,
            "Borrar movimientos",
            "Borrando…",
            lambda _progress: movimientos.delete(sesion, [one.id for one in filas], filas),
            tell,
        )

    def _open(self, dialog: QDialog) -> None:
        open_remembered(dialog, self._context.preferences)
