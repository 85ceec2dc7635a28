"""The process with windows. It runs one Program after the other, one data folder each."""

from __future__ import annotations

import logging
import os
import sys

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.errors import OUR_BUG
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.qt import create_qt_application, end_on_signals, say_and_end
from icsoe_desktop.paths import DataFolder, open_data_folder

logger = logging.getLogger(__name__)

ALREADY_OPEN = (
    "El programa ya está abierto con esta carpeta de datos, pero no responde. Sus datos están a "
    "salvo. Espere un momento, o ciérrelo desde el Administrador de tareas y vuelva a abrirlo."
)


UNWRITABLE = (
    "No se puede escribir en la carpeta de datos: el disco está lleno, es de sólo lectura o falta "
    "permiso. Sus datos están a salvo y no se cambió nada. Libere espacio en el disco, o pida el "
    "permiso, y vuelva a abrir el programa."
)
NO_DISPLAY = (
    "No hay pantalla en la que abrir ICSOE Desktop: ni DISPLAY ni WAYLAND_DISPLAY llevan a una. "
    "Sus datos no se tocaron. Inícielo desde una sesión gráfica, o use sus órdenes (--ayuda)."
)


def has_display() -> bool:
    """Whether Qt will find a display. Without one, QApplication aborts the process."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    import ctypes  # slow import: docs/decisions/0012

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt says which library is missing
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(ctypes.c_void_p(connection))
    xcb.xcb_disconnect(ctypes.c_void_p(connection))
    return not failed


def say(message: str) -> None:
    """Show a sentence in a dialog and wait. Does nothing without a display."""
    if has_display():
        say_and_end(create_qt_application(), message)


def run_gui(datos: str | None, link: str | None, smoke: bool = False) -> int:
    """Run the windows. Returns the exit status."""
    if smoke:
        from icsoe_desktop.arranque.smoke import run_smoke

        if not has_display():
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return run_smoke()
    if not has_display():
        sys.stderr.write(f"{NO_DISPLAY}\n")
        return 1
    app = create_qt_application()
    try:
        folder = open_data_folder(datos)
    except UserFacingError as error:
        return say_and_end(app, error.message)
    end_on_signals(app)
    status = 0
    following: DataFolder | None = folder
    while following is not None:
        folder = following
        instancia = Instancia(folder)
        if not instancia.claim():
            if instancia.unwritable:
                return say_and_end(app, UNWRITABLE)
            if instancia.call_first(link or ""):
                return 0
            return say_and_end(app, ALREADY_OPEN)
        try:
            program = Program(folder, instancia, link=link or "")
        except Exception as error:
            logger.error("the program could not start", exc_info=error)
            return say_and_end(app, OUR_BUG)
        program.start()
        status = app.exec()
        program.end()
        following, link = program.following, None
        if following is not None:
            program.clear_away()
    return status
