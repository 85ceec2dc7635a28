"""A list that a user brings: a preview row by row, then the import of the good rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.sheet_import.presenter import SheetImportPresenter, SheetImportState
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_importar_capturistas import Ui_ImportarCapturistasForm
from icsoe_desktop.gui.kit.formats import counted_if_any
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.listas import (
    EstadoRenglon,
    HallazgoCelda,
    RenglonLista,
    ResultadoLista,
    VistaPreviaLista,
)

Vista = VistaPreviaLista[Any, Any]
Renglon = RenglonLista[Any, Any]
_COUNTED = {
    EstadoRenglon.NUEVO: ("nuevo", "nuevos"),
    EstadoRenglon.YA_REGISTRADO: ("que ya está", "que ya están"),
    EstadoRenglon.REPETIDO: ("repetido en la lista", "repetidos en la lista"),
    EstadoRenglon.CON_PROBLEMAS: ("con problemas", "con problemas"),
}
_ICONS = {
    EstadoRenglon.NUEVO: "generar",
    EstadoRenglon.YA_REGISTRADO: "correcto",
    EstadoRenglon.REPETIDO: "descartado",
    EstadoRenglon.CON_PROBLEMAS: "error",
}


@dataclass(frozen=True)
class ListaState(SheetImportState[Vista]):
    def count(self, estado: EstadoRenglon) -> int:
        return len(self.vista.with_estado(estado)) if self.vista else 0

    @property
    def pending(self) -> int:
        return self.count(EstadoRenglon.NUEVO)

    @property
    def with_problems(self) -> bool:
        return self.count(EstadoRenglon.CON_PROBLEMAS) > 0

    @property
    def counts(self) -> str:
        if self.vista is None:
            return ""
        parts = (counted_if_any(self.count(each), *words) for each, words in _COUNTED.items())
        total = counted_if_any(len(self.vista.renglones), "renglón", "renglones")
        return f"{total}: {', '.join(part for part in parts if part)}."


class ListaPresenter(SheetImportPresenter[ListaState, Vista, ResultadoLista]):
    told = Signal(str)  # sentence about what was done

    def __init__(
        self,
        jobs: JobQueue,
        state: ListaState,
        preview: Callable[[Progress], Vista],
        apply: Callable[[Vista, Progress, bool], ResultadoLista],
        done: Callable[[int], str],
    ) -> None:
        """done: the sentence about so many new ones."""
        super().__init__(jobs, state, preview, apply)
        self._told = done

    def _done(self, resultado: ResultadoLista) -> None:
        left = counted_if_any(
            resultado.omitidos, "renglón se dejó fuera", "renglones se dejaron fuera"
        )
        self.told.emit(self._told(resultado.nuevos) + (f" {left}." if left else ""))
        super()._done(resultado)


def row_columns(*columns: Column[Renglon]) -> tuple[Column[Renglon], ...]:
    """columns: what the row says."""
    return (
        Column[Renglon](
            "Línea", lambda r: str(r.linea), sort=lambda r: r.linea, right=True, width=64
        ),
        Column[Renglon](
            "Qué pasará", lambda r: r.estado, state=lambda r: _ICONS[r.estado], width=190
        ),
        *columns,
    )


def finding_columns(label: Callable[[str], str]) -> tuple[Column[HallazgoCelda], ...]:
    return (
        Column[HallazgoCelda](
            "Línea", lambda h: str(h.linea), sort=lambda h: h.linea, right=True, width=64
        ),
        Column[HallazgoCelda](
            "Tipo",
            lambda h: "Problema" if h.es_error else "Advertencia",
            sort=lambda h: (not h.es_error, h.linea),
            state=lambda h: "error" if h.es_error else "advertencia",
            width=130,
        ),
        Column[HallazgoCelda]("Columna", lambda h: label(h.campo), width=150),
        Column[HallazgoCelda]("Encontrado", lambda h: h.encontrado or "(vacío)", width=170),
        Column[HallazgoCelda]("Qué hacer", lambda h: h.mensaje),
    )


class ListaDialog(SheetImportDialog[Renglon, HallazgoCelda]):
    def __init__(
        self,
        presenter: ListaPresenter,
        renglones: tuple[Column[Renglon], ...],
        label: Callable[[str], str],
        button: Callable[[int], str],
        context: Context,
        parent: QWidget,
    ) -> None:
        """label: of a field. button: its text for so many new ones, 0 while it is disabled."""
        self._button = button
        form = Ui_ImportarCapturistasForm()
        super().__init__(
            form,
            presenter,
            renglones,
            finding_columns(label),
            context,
            parent,
        )
        self.pie = form.correos_label
        # Errors first.
        self.form.hallazgos_table.sortByColumn(1, Qt.SortOrder.AscendingOrder)

    def _import_text(self, pending: int) -> str:
        return self._button(pending)
