"""Exportar excel: asks for a file and writes all capturistas to it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.file_choice import choose_new_file
from icsoe_desktop.gui.kit.progress import run_with_progress

TITLE = "Exportar excel"
PURPOSE = "exportar_capturistas"
FILTER = "Libro de Excel (*.xlsx)"
WRITING = "Escribiendo el archivo de Excel…"
DONE = "Se exportaron {count:,} usuarios a «{name}»."
DONE_ONE = "Se exportó 1 usuario a «{name}»."
DONE_NONE = "Aún no hay usuarios: «{name}» lleva sólo los títulos de las columnas."


def run(context: Context, window: QWidget) -> None:
    sesion, service = context.require_sesion(), context.application.consulta_capturistas

    def choose(name: str) -> None:
        choose_new_file(
            window,
            TITLE,
            name,
            FILTER,
            PURPOSE,
            context.preferences,
            lambda path: export_to(path, context, window),
        )

    context.ask(window, lambda _progress: service.file_name(sesion), choose)


def export_to(path: Path, context: Context, window: QWidget) -> None:
    sesion, service = context.require_sesion(), context.application.consulta_capturistas
    run_with_progress(
        context,
        window,
        TITLE,
        WRITING,
        lambda progress: service.export(sesion, path, progress),
        lambda count: inform(window, _done(count, path.name)),
    )


def _done(count: int, name: str) -> str:
    if count == 0:
        return DONE_NONE.format(name=name)
    return DONE_ONE.format(name=name) if count == 1 else DONE.format(count=count, name=name)
