"""Restoring from the first window, before anybody entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icsoe_desktop.gui.respaldo.restaurar import RestaurarWindow
from icsoe_desktop.gui.respaldo.restaurar_presenter import RestoreWork
from icsoe_desktop.services.respaldo.restauracion import backup_folders, find_backups, newest_good

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from icsoe_desktop.gui.base.errors import ErrorReporter
    from icsoe_desktop.gui.base.preferences import Preferences
    from icsoe_desktop.jobs import JobQueue
    from icsoe_desktop.paths import DataFolder
    from icsoe_desktop.services.respaldo.restauracion import RestauracionService

RESTORE_HERE = (
    "Traiga a este equipo los datos de un respaldo. Para ingresar después, use el usuario y la "
    "contraseña que tenía."
)


def restore_window(
    message: str,
    service: RestauracionService,
    folder: DataFolder,
    jobs: JobQueue,
    preferences: Preferences,
    errors: ErrorReporter,
    parent: QWidget,
) -> RestaurarWindow:
    """Looks in the folder of the copies and in those that the user chose for them."""
    folders = backup_folders(folder.backups)
    work = RestoreWork(
        lambda progress: newest_good(find_backups(*folders), progress),
        lambda other, progress: newest_good(find_backups(other), progress),
        service.preview,
        lambda vista, typed, progress: service.restore(vista.ruta, typed, progress, vista),
    )
    return RestaurarWindow(message, work, jobs, preferences, errors, parent)
