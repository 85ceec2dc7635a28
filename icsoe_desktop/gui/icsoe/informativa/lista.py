"""Contracts copied from Excel, or in a file of it: a preview row by row, then the new ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.contrato import CAMPOS_LISTA
from icsoe_desktop.gui.base.sheet_import.presenter import Palabras
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.lista import (
    ListaDialog,
    ListaPresenter,
    ListaState,
    Renglon,
    row_columns,
)
from icsoe_desktop.gui.kit.formats import counted, day
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.services.informativa.lista import Lista

TITLE: Final = "Contratos desde Excel"
ONLY_GOOD: Final = "Agregar &sólo los renglones correctos"
AFTER: Final = "Los trabajadores de cada contrato se agregan después."
PALABRAS: Final = Palabras(
    reading="Leyendo los contratos…",
    importing="Agregando contratos…",
    stopping="Cancelando; no se agregará ninguno…",
    nothing_to_do="No hay contratos nuevos: todos están ya en la lista.",
    only_bad="Ninguno se puede agregar. Corríjalos en Excel y péguelos otra vez.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en Excel y péguelos otra vez, o agregue sólo los "
        "correctos."
    ),
)
RENGLONES: Final = row_columns(
    Column[Renglon](CAMPOS_LISTA.label("numero"), lambda r: r.nuevo.numero, width=130),
    Column[Renglon]("Contratante", lambda r: r.nuevo.contratante.nombre, width=220),
    Column[Renglon](
        CAMPOS_LISTA.label("inicio"), lambda r: day(r.nuevo.inicio), tabular=True, width=105
    ),
    Column[Renglon](CAMPOS_LISTA.label("fin"), lambda r: day(r.nuevo.fin), tabular=True, width=105),
    Column[Renglon](CAMPOS_LISTA.label("objeto"), lambda r: r.nuevo.objeto, width=200),
)


@dataclass(frozen=True)
class ListaContratosState(ListaState):
    palabras = PALABRAS


def create(
    file: Lista,
    informativa_id: uuid.UUID | None,
    told: Callable[[str], object],
    context: Context,
    parent: QWidget,
) -> ListaDialog:
    """informativa_id: open return that takes them in. told: gets what was done, in a sentence."""
    service, sesion = context.application.lista_contratos, context.require_sesion()
    presenter = ListaPresenter(
        context.jobs,
        ListaContratosState(file.name),
        lambda progress: service.preview(sesion, file, progress),
        lambda vista, progress, only_good: service.apply(
            sesion, vista, informativa_id, progress, only_good=only_good
        ),
        lambda nuevos: f"{_new(nuevos)}. Ahora sus trabajadores.",
    )
    presenter.told.connect(told)
    dialog = ListaDialog(presenter, RENGLONES, CAMPOS_LISTA.label, _button, context, parent)
    form = dialog.form
    dialog.setWindowTitle(TITLE)
    form.titulo_label.setText(TITLE)
    dialog.pie.setText(AFTER)
    form.solo_correctos_check.setText(ONLY_GOOD)
    return dialog


def _new(count: int) -> str:
    return f"Se {'agregó' if count == 1 else 'agregaron'} {counted(count, 'contrato', 'contratos')}"


def _button(pending: int) -> str:
    return f"&Agregar {counted(pending, 'contrato', 'contratos')}" if pending else "&Agregar"
