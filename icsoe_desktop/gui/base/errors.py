"""The only place that shows errors."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher

if TYPE_CHECKING:
    from types import TracebackType

    from icsoe_desktop.gui.kit.dialogs import Then

logger = logging.getLogger(__name__)

OUR_BUG = (
    "Ocurrió un error del programa que no esperábamos. Lo que ya estaba guardado está a salvo y "
    "lo que tiene en pantalla sigue ahí. Vuelva a intentarlo; si se repite, envíe el registro de "
    "errores a quien da soporte. El registro no contiene datos personales."
)


class ErrorReporter:
    """Shows the sentence of a UserFacingError. Logs any other error and shows the crash dialog."""

    def __init__(self, log_folder: Path | None) -> None:
        self._log_folder = log_folder

    def show(self, parent: QWidget | None, error: Exception, then: Then | None = None) -> None:
        if not isinstance(error, UserFacingError):
            logger.error("unexpected error", exc_info=error)
        self._say(parent, error, then)

    def _say(self, parent: QWidget | None, error: Exception, then: Then | None) -> None:
        from PySide6.QtCore import QUrl  # slow imports: docs/decisions/0012
        from PySide6.QtGui import QDesktopServices
        from PySide6.QtWidgets import QMessageBox

        from icsoe_desktop.gui.kit.dialogs import refuse

        if isinstance(error, UserFacingError):
            refuse(parent, error.message, then)
            return
        box = refuse(parent, OUR_BUG, then)
        if self._log_folder is not None:
            open_log = box.addButton("Abrir el registro", QMessageBox.ButtonRole.ActionRole)
            folder = QUrl.fromLocalFile(str(self._log_folder))
            open_log.clicked.connect(lambda: QDesktopServices.openUrl(folder))

    def catch_everything(self, dispatcher: Dispatcher) -> None:
        """Report every exception that escapes a slot or a thread."""

        def hook(
            kind: type[BaseException], value: BaseException, trace: TracebackType | None
        ) -> None:
            if isinstance(value, Exception):
                error = value.with_traceback(trace)
                # Log now: without a running event loop the dialog would never appear.
                logger.error("unexpected error", exc_info=error)
                dispatcher.deliver(lambda: self._say(None, error, None))
            else:
                sys.__excepthook__(kind, value, trace)

        sys.excepthook = hook
        threading.excepthook = lambda args: hook(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )
