"""Takes the pictures of README.md from the sample data, whose people are invented.

xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python -m docs.capturas [CARPETA [oscuro]]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.arranque.bootstrap import make_sample, open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.acceso.presenter import AccesoPresenter
from icsoe_desktop.gui.acceso.window import AccesoWindow
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.modulo.pestanas import LOTES_TAB, TODOS_TAB
from icsoe_desktop.gui.modulo.window import ModuloWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.valores import EfirmaElegida
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.ejemplo.guion import CONTRASENA, CORREO, RFC_EMPRESA

ROOT = Path(__file__).resolve().parent.parent
TODAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
QUIET_S = 0.6
AT_MOST_S = 20.0
SIZE = (1280, 700)


class Pictures:
    def __init__(self, application: Application, folder: DataFolder, target: Path) -> None:
        self.jobs = gui_queue(Dispatcher(), "capturas")
        self.shell = Shell(folder, self.jobs, Preferences(folder.preferences), ErrorReporter(None))
        self.shell.application = application
        self.target = target

    def take(self, window: QWidget, name: str) -> None:
        _wait(lambda: window.isVisible() and not self.jobs.busy)
        _rest()
        path = self.target / f"{name}.png"
        # A page is seen in its window.
        window.window().grab().save(str(path))
        print(f"{path}: {path.stat().st_size // 1024} kB")  # noqa: T201

    def take_dialog(self, key: str, sesion: Sesion, parent: QWidget) -> None:
        window = self.shell.open(key, sesion, parent)
        self.take(window, key)
        window.close()


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + AT_MOST_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        QApplication.processEvents()
        time.sleep(0.01)


def _rest() -> None:
    """Wait for windows that read in queues of their own."""
    end = time.monotonic() + QUIET_S
    _wait(lambda: time.monotonic() > end)


def _idse(pictures: Pictures, application: Application) -> None:
    sesion = application.acceso.enter(CORREO, CONTRASENA)
    modulo = pictures.shell.open("modulo", sesion)
    if not isinstance(modulo, ModuloWindow):
        raise TypeError(modulo)
    modulo.resize(*SIZE)
    _wait(lambda: bool(modulo.tablero_presenter.state.months))
    pictures.take(modulo, "tablero")
    modulo.form.pestanas_tabs.setCurrentIndex(TODOS_TAB)
    pictures.take(modulo, "modulo")
    modulo.form.pestanas_tabs.setCurrentIndex(LOTES_TAB)
    pictures.take(modulo, "lotes")
    for key in ("certificados", "registros_patronales"):
        pictures.take_dialog(key, sesion, modulo)
    pictures.take(pictures.shell.help.open("certificados"), "ayuda")


def _icsoe(pictures: Pictures, application: Application, files: Path) -> None:
    elegida = EfirmaElegida(
        RFC_EMPRESA, CONTRASENA, files / "efirma_ejemplo.cer", files / "efirma_ejemplo.key"
    )
    acceso = application.acceso_icsoe
    window = pictures.shell.open("icsoe", acceso.enter(acceso.verify(elegida)).sesion)
    if not isinstance(window, IcsoeWindow):
        raise TypeError(window)
    window.resize(*SIZE)
    _rest()
    window.show_page("consulta_capturistas")
    pictures.take(window, "capturistas")


def main() -> None:
    scheme = sys.argv[2] if len(sys.argv) > 2 else "claro"
    chosen = sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "imagenes"
    target = Path(chosen).absolute()
    target.mkdir(parents=True, exist_ok=True)
    os.environ.update(QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR="1")
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.set_color_scheme(app, scheme)
    assets.apply_style(app)
    with tempfile.TemporaryDirectory() as temporary:
        folder = DataFolder(Path(temporary)).sample
        make_sample(folder, NoProgress(), lambda: TODAY)
        application = open_application(folder, clock=lambda: TODAY)
        pictures = Pictures(application, folder, target)

        presenter = AccesoPresenter(pictures.jobs)
        acceso = AccesoWindow(presenter)
        acceso.show()
        presenter.connect_service(application.acceso)
        pictures.take(acceso, "acceso")
        acceso.hide()

        _idse(pictures, application)
        _icsoe(pictures, application, folder.sample_files)
        pictures.jobs.close()
        application.close()


if __name__ == "__main__":
    main()
