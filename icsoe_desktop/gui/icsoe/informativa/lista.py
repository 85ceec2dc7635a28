"""Window that previews contracts from pasted cells or a sheet, and adds the new ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.contrato import CAMPOS_LISTA
from icsoe_desktop.gui.base.sheet_import.presenter import (
    Palabras,
    Renglon,
    SheetImportPresenter,
    left_out,
)
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.formats import counted, day
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.services.informativa.lista import Lista
from icsoe_desktop.services.informativa.valores import ContratoFila


def _new(count: int) -> str:
    return f"Se {'agregó' if count == 1 else 'agregaron'} {counted(count, 'contrato', 'contratos')}"


PALABRAS: Final = Palabras(
    title="Contratos desde Excel",
    only_good="Agregar &sólo los renglones correctos",
    button=lambda n: f"&Agregar {counted(n, 'contrato', 'contratos')}" if n else "&Agregar",
    done=lambda done: f"{_new(done.nuevos)}. Ahora sus trabajadores.{left_out(done)}",
    reading="Leyendo los contratos…",
    importing="Agregando contratos…",
    stopping="Cancelando; no se agregará ninguno…",
    nothing_to_do="No hay contratos nuevos: todos están ya en la lista.",
    only_bad="Ninguno se puede agregar. Corríjalos en Excel y péguelos otra vez.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en Excel y péguelos otra vez, o agregue sólo los "
        "correctos."
    ),
    nota="Los trabajadores de cada contrato se agregan después.",
)
RENGLONES: Final = (
    Column[Renglon](CAMPOS_LISTA.label("numero"), lambda r: r.nuevo.numero, width=130),
    Column[Renglon]("Contratante", lambda r: r.nuevo.contratante.nombre, width=220),
    Column[Renglon](
        CAMPOS_LISTA.label("inicio"), lambda r: day(r.nuevo.inicio), tabular=True, width=105
    ),
    Column[Renglon](CAMPOS_LISTA.label("fin"), lambda r: day(r.nuevo.fin), tabular=True, width=105),
    Column[Renglon](CAMPOS_LISTA.label("objeto"), lambda r: r.nuevo.objeto, width=200),
)


class ContratosTable(RowsTable[ContratoFila]):
    copy_wanted = Signal(object)  # tuple[ContratoFila, ...]

    def copy(self) -> None:
        self.copy_wanted.emit(self.selected_rows())


def create(
    file: Lista,
    informativa_id: uuid.UUID | None,
    told: Callable[[str], object],
    context: Context,
    parent: QWidget,
) -> SheetImportDialog:
    """informativa_id: open return that takes them in. told: gets what was done, in a sentence."""
    service, sesion = context.application.lista_contratos, context.require_sesion()
    presenter = SheetImportPresenter(
        context.jobs,
        PALABRAS,
        file.name,
        lambda progress: service.preview(sesion, file, progress),
        lambda vista, progress, only_good: service.apply(
            sesion, vista, informativa_id, progress, only_good=only_good
        ),
    )
    presenter.imported.connect(told)
    return SheetImportDialog(presenter, RENGLONES, CAMPOS_LISTA.label, context, parent)
