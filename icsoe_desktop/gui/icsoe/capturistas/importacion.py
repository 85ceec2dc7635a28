"""Alta de usuarios desde una lista: a preview row by row, then the alta."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA
from icsoe_desktop.gui.base.sheet_import.presenter import Palabras
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.lista import (
    ListaDialog,
    ListaPresenter,
    ListaState,
    Renglon,
    row_columns,
)
from icsoe_desktop.gui.kit.formats import counted, counted_if_any
from icsoe_desktop.gui.kit.tables import Column

PALABRAS = Palabras(
    reading="Leyendo la lista…",
    importing="Dando de alta…",
    stopping="Cancelando; no se dará de alta a nadie…",
    nothing_to_do="No hay a quién dar de alta: todas estas personas ya están registradas.",
    only_bad="A nadie de la lista se le puede dar de alta. Corrija el archivo y vuelva a elegirlo.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en el archivo y vuelva a elegirlo, o dé de alta "
        "sólo los correctos."
    ),
)


@dataclass(frozen=True)
class ImportacionCapturistasState(ListaState):
    palabras = PALABRAS


def _column(name: str, *, tabular: bool = False, width: int) -> Column[Renglon]:
    label = CAMPOS_CAPTURISTA.label(name)
    return Column[Renglon](
        label, lambda r: str(getattr(r.nuevo, name)), tabular=tabular, width=width
    )


RENGLONES = row_columns(
    _column("curp", tabular=True, width=190),
    _column("nombre", width=230),
    _column("telefono", tabular=True, width=110),
    _column("correo", width=160),
)


def create(
    path: Path, told: Callable[[str], object], context: Context, parent: QWidget
) -> ListaDialog:
    """told: gets the sentence about what was done."""
    service, sesion = context.application.importacion_capturistas, context.require_sesion()
    presenter = ListaPresenter(
        context.jobs,
        ImportacionCapturistasState(path.name),
        lambda progress: service.preview(sesion, path, progress),
        lambda vista, progress, only_good: service.apply(
            sesion, vista, progress, only_good=only_good
        ),
        lambda nuevos: f"Se dio de alta a {counted_if_any(nuevos, 'usuario', 'usuarios')}.",
    )
    presenter.told.connect(told)
    presenter.imported.connect(lambda _done: context.shell.mail_changed.emit())
    return ListaDialog(presenter, RENGLONES, CAMPOS_CAPTURISTA.label, _button, context, parent)


def _button(pending: int) -> str:
    if not pending:
        return "&Dar de alta"
    return f"&Dar de alta a {counted(pending, 'persona', 'personas')}"
