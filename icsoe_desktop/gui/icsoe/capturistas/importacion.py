"""Alta de usuarios desde una lista: a preview row by row, then the alta."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA
from icsoe_desktop.gui.base.sheet_import.presenter import (
    Palabras,
    Renglon,
    SheetImportPresenter,
    left_out,
)
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.formats import counted, counted_if_any
from icsoe_desktop.gui.kit.tables import Column

PALABRAS = Palabras(
    title="Alta de usuarios desde una lista",
    only_good="Dar de alta &sólo los renglones correctos",
    button=lambda n: f"&Dar de alta a {counted(n, 'persona', 'personas')}" if n else "&Dar de alta",
    done=lambda done: (
        f"Se dio de alta a {counted_if_any(done.nuevos, 'usuario', 'usuarios')}.{left_out(done)}"
    ),
    reading="Leyendo la lista…",
    importing="Dando de alta…",
    stopping="Cancelando; no se dará de alta a nadie…",
    nothing_to_do="No hay a quién dar de alta: todas estas personas ya están registradas.",
    only_bad="A nadie de la lista se le puede dar de alta. Corrija el archivo y vuelva a elegirlo.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en el archivo y vuelva a elegirlo, o dé de alta "
        "sólo los correctos."
    ),
    nota="Cada persona nueva recibirá por correo el aviso de su registro y su liga.",
)


def _column(name: str, *, tabular: bool = False, width: int) -> Column[Renglon]:
    label = CAMPOS_CAPTURISTA.label(name)
    return Column[Renglon](
        label, lambda r: str(getattr(r.nuevo, name)), tabular=tabular, width=width
    )


RENGLONES = (
    _column("curp", tabular=True, width=190),
    _column("nombre", width=230),
    _column("telefono", tabular=True, width=110),
    _column("correo", width=160),
)


def create(
    path: Path, told: Callable[[str], object], context: Context, parent: QWidget
) -> SheetImportDialog:
    """told: gets the sentence about what was done."""
    service, sesion = context.application.importacion_capturistas, context.require_sesion()
    presenter = SheetImportPresenter(
        context.jobs,
        PALABRAS,
        path.name,
        lambda progress: service.preview(sesion, path, progress),
        lambda vista, progress, only_good: service.apply(
            sesion, vista, progress, only_good=only_good
        ),
    )
    presenter.imported.connect(told)
    presenter.imported.connect(lambda _done: context.shell.mail_changed.emit())
    return SheetImportDialog(presenter, RENGLONES, CAMPOS_CAPTURISTA.label, context, parent)
