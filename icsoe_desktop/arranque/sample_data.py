"""Enters, marks and leaves the sample data."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from icsoe_desktop.arranque.vistazo import system_keyring
from icsoe_desktop.errors import StoreLockedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.inicio.sample_data import SampleMaker, SampleMark
from icsoe_desktop.jobs import JobQueue, Outcome, Succeeded
from icsoe_desktop.paths import DataFolder

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application

logger = logging.getLogger(__name__)


def mark_windows(parent: QObject, leave: Callable[[], None]) -> SampleMark:
    """Mark every window as sample data. leave: called by the mark's button."""
    from icsoe_desktop.services.ejemplo.guion import AYUDA

    mark = SampleMark(AYUDA, parent)
    mark.leave_wanted.connect(leave)
    return mark


def go_to_sample(
    sample: DataFolder,
    jobs: JobQueue,
    errors: ErrorReporter,
    window: QWidget,
    go_on_with: Callable[[DataFolder], None],
) -> None:
    """«Probar con datos de ejemplo». Reuses existing sample data."""
    if sample.is_sample:
        go_on_with(sample)
        return
    from icsoe_desktop.arranque.bootstrap import make_sample

    maker = SampleMaker(lambda progress: make_sample(sample, progress), jobs, errors, window)
    maker.ready.connect(lambda: go_on_with(sample))
    maker.start()


def enter_sample(application: Application, jobs: JobQueue, enter: Callable[[Sesion], None]) -> None:
    from icsoe_desktop.services.ejemplo.guion import CONTRASENA, CORREO

    def entered(outcome: Outcome[Sesion]) -> None:
        # A user who changed the sample's password types it in the login window.
        if isinstance(outcome, Succeeded):
            enter(outcome.value)

    jobs.add(lambda _progress: application.acceso.enter(CORREO, CONTRASENA), entered)


def delete_left(sample: DataFolder, application: Application | None) -> None:
    """Delete sample data after their program has ended.

    A backup that was restored in their place stays: only the mark in the store says that data are
    invented. application: None if the data were never open.
    """
    from icsoe_desktop.arranque.bootstrap import delete_sample

    try:
        if application is None:
            Boveda(sample.envelope, system_keyring(sample)).open_with_keyring()
        elif not application.ejemplo:
            return
    except StoreLockedError:
        return
    except UserFacingError:
        pass  # half of a sample
    try:
        delete_sample(sample)
    except UserFacingError as error:
        logger.warning("the sample data stayed", exc_info=error)
