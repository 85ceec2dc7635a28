"""Takes the pictures of README.md and the manual from the sample data, whose people are invented.

xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python -m resources.herramientas.capturas
    [IMAGEN …] [--a CARPETA]

Without names, all that are old; all, if none is. Each in light and dark, as PNG with a palette of
256 colours. A picture whose pixels are the same is left as it is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.arranque.bootstrap import make_sample, open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.salarios.calculo import PeriodoDePago
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.acceso.presenter import AccesoPresenter
from icsoe_desktop.gui.idse.acceso.window import AccesoWindow
from icsoe_desktop.gui.idse.calculadora.window import CalculadoraWindow
from icsoe_desktop.gui.idse.modificar_salarios.window import ModificarSalariosWindow
from icsoe_desktop.gui.idse.modulo.filtro import LOTES_TAB, TODOS_TAB
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.valores import EfirmaElegida
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.ejemplo.guion import CONTRASENA, CORREO, RFC_EMPRESA
from resources.herramientas.edad_imagenes import (
    DARK,
    FOLDER,
    PICTURES,
    old,
    read_record,
    write_record,
)
from tests.support.reposo import close_windows, settle
from tests.support.tipografia import use_windows_measures

TODAY: Final = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
AT_MOST_S: Final = 60.0
SIZE: Final = (1280, 700)
WITH_CHARTS: Final = (1280, 940)
COLORS: Final = 256
# Opened by their key in the registry, as pages of the module or as dialogs over it.
OF_IDSE: Final = (
    "apariencia",
    "bitacora",
    "buzon",
    "certificados",
    "registros_patronales",
    "respaldo",
    "sincronizacion",
    "usuarios",
    "valores_legales",
    "vigencias",
    "vigilar",
)
IN_THE_MODULE: Final = (
    "tablero", "modulo", "lotes", "ayuda", "calculadora", "modificar_salarios"
)  # fmt: skip
CALCULATED: Final = {
    "salario": "15,000.00", "ingreso": "01/03/2019", "pagado": "5974.32", "dias_devengados": "59",
}  # fmt: skip
BEFORE_LOGIN: Final = ("activacion", "recuperar")
OF_ICSOE: Final = {
    "icsoe": "tablero_contratista",
    "contratista": "contratista",
    "capturistas": "consulta_capturistas",
    "informativa": "informativa",
}


class Pictures:
    def __init__(
        self, application: Application, folder: DataFolder, target: Path, wanted: list[str]
    ) -> None:
        self.jobs = gui_queue(Dispatcher(), "capturas")
        self.shell = Shell(folder, self.jobs, Preferences(folder.preferences), ErrorReporter(None))
        self.shell.application = application
        self._target, self._wanted = target, wanted
        self._suffix = DARK if assets.colors() == tokens.DARK else ""

    def wants(self, *names: str) -> bool:
        return any(name in self._wanted for name in names)

    def take(self, window: QWidget, name: str) -> None:
        if not self.wants(name):
            return
        settle(window.isVisible)
        path = self._target / f"{name}{self._suffix}.png"
        # A page is seen in its window.
        image = with_palette(window.window().grab().toImage())
        if image != QImage(str(path)):
            writer = QImageWriter(str(path), b"png")
            writer.setQuality(0)  # the smallest file
            if not writer.write(image):
                raise OSError(writer.errorString())
        print(f"{path.name}: {path.stat().st_size // 1024} kB")

    def take_window(self, key: str, sesion: Sesion | None, parent: QWidget | None = None) -> None:
        if self.wants(key):
            window = self.shell.open(key, sesion, parent)
            self.take(window, key)
            window.close()


def with_palette(image: QImage) -> QImage:
    """The image with 256 colours: the commonest, and one for each other that is not like them."""
    full = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = array("I", bytes(full.constBits()))
    counted = [color for color, _ in Counter(pixels).most_common()]
    exact, others = counted[: COLORS // 2], counted[COLORS // 2 :]
    # The finest grid whose cells fit; a cell has the commonest of its colours.
    for bits in range(8):
        cells: dict[int, int] = {}
        for color in others:
            cells.setdefault(_cell(color, bits), color)
        if len(cells) <= COLORS - len(exact):
            break
    palette = [*exact, *cells.values()]
    at = {color: place for place, color in enumerate(palette)}
    index = {color: at[color] for color in exact}
    index |= {color: at[cells[_cell(color, bits)]] for color in others}
    width, height = full.width(), full.height()
    data = bytes(map(index.__getitem__, pixels))
    found = QImage(data, width, height, width, QImage.Format.Format_Indexed8).copy()
    found.setColorTable(palette)
    return found


def _cell(color: int, bits: int) -> int:
    """The place of a colour in a grid that leaves out the last bits of each channel."""
    return color & (0xFF >> bits << bits) * 0x010101


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + AT_MOST_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        QApplication.processEvents()
        time.sleep(0.01)


def _wait_for_vigencias(window: QWidget) -> None:
    """They come to the status bar a while after the rest, and the sample data has some."""
    panel = window.findChild(StatusPanel)
    if panel is None:
        raise TypeError(window)
    _wait(panel.vigencias_button.isVisible)


def _before_login(pictures: Pictures, application: Application) -> None:
    if pictures.wants("acceso"):
        presenter = AccesoPresenter(pictures.jobs)
        acceso = AccesoWindow(presenter)
        acceso.show()
        presenter.connect_service(application.acceso)
        presenter.offer_everything()
        pictures.take(acceso, "acceso")
        acceso.hide()
    for key in BEFORE_LOGIN:
        pictures.take_window(key, None)


def _idse(pictures: Pictures, application: Application) -> None:
    sesion = application.acceso.enter(CORREO, CONTRASENA)
    modulo = pictures.shell.open("modulo", sesion)
    if not isinstance(modulo, ModuloWindow):
        raise TypeError(modulo)
    modulo.resize(*WITH_CHARTS)
    _wait(lambda: bool(modulo.tablero_presenter.state.months))
    _wait_for_vigencias(modulo)
    pictures.take(modulo, "tablero")
    modulo.resize(*SIZE)
    modulo.form.pestanas_tabs.setCurrentIndex(TODOS_TAB)
    pictures.take(modulo, "modulo")
    modulo.form.pestanas_tabs.setCurrentIndex(LOTES_TAB)
    pictures.take(modulo, "lotes")
    for key in OF_IDSE:
        pictures.take_window(key, sesion, modulo)
    if pictures.wants("calculadora"):
        _calculadora(pictures, sesion, modulo)
    if pictures.wants("modificar_salarios"):
        _modificar_salarios(pictures, sesion, modulo)
    if pictures.wants("ayuda"):
        pictures.take(pictures.shell.help.open("certificados"), "ayuda")


def _calculadora(pictures: Pictures, sesion: Sesion, modulo: QWidget) -> None:
    """A month's pay with commissions."""
    window = pictures.shell.open("calculadora", sesion, modulo)
    if not isinstance(window, CalculadoraWindow):
        raise TypeError(window)
    form = window.form
    _wait(lambda: bool(form.fecha_edit.text()))
    form.periodo_combo.setCurrentIndex(form.periodo_combo.findData(PeriodoDePago.MENSUAL))
    for campo, text in CALCULATED.items():
        getattr(form, f"{campo}_edit").setText(text)
    pictures.take(window, "calculadora")
    window.close()


def _modificar_salarios(pictures: Pictures, sesion: Sesion, modulo: QWidget) -> None:
    """All that work there, raised by a percentage."""
    window = pictures.shell.open("modificar_salarios", sesion, modulo)
    if not isinstance(window, ModificarSalariosWindow):
        raise TypeError(window)
    form = window.form
    _wait(form.hoja_button.isEnabled)
    form.razon_combo.setCurrentIndex(form.razon_combo.findData(Razon.PORCENTAJE))
    form.porcentaje_edit.setText("4.5")
    settle()
    form.marcar_button.click()
    pictures.take(window, "modificar_salarios")
    window.close()


def _icsoe(pictures: Pictures, application: Application, files: Path) -> None:
    elegida = EfirmaElegida(
        RFC_EMPRESA, CONTRASENA, files / "efirma_ejemplo.cer", files / "efirma_ejemplo.key"
    )
    acceso = application.acceso_icsoe
    window = pictures.shell.open("icsoe", acceso.enter(acceso.verify(elegida)).sesion)
    if not isinstance(window, IcsoeWindow):
        raise TypeError(window)
    window.resize(*SIZE)
    settle()
    _wait_for_vigencias(window)
    for name, page in OF_ICSOE.items():
        if pictures.wants(name):
            window.show_page(page)
            pictures.take(window, name)


@contextmanager
def _sample() -> Iterator[tuple[Application, DataFolder]]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = DataFolder(Path(temporary)).sample
        make_sample(folder, NoProgress(), lambda: TODAY)
        application = open_application(folder, clock=lambda: TODAY)
        yield application, folder
        application.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("imagenes", nargs="*", metavar="IMAGEN")
    parser.add_argument("--a", type=Path, default=FOLDER, metavar="CARPETA")
    options = parser.parse_args()
    wanted = [name for name in PICTURES if name in options.imagenes]
    wanted = wanted or old(read_record()) or list(PICTURES)
    options.a.mkdir(parents=True, exist_ok=True)
    os.environ.update(QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR="1")
    app = create_qt_application()
    use_windows_measures(app)
    assets.use_letters(app)
    app.setQuitOnLastWindowClosed(False)
    for scheme in tokens.SCHEMES:
        assets.set_color_scheme(app, scheme)
        assets.apply_style(app)
        with _sample() as (application, folder):
            pictures = Pictures(application, folder, options.a.absolute(), wanted)
            if pictures.wants("acceso", *BEFORE_LOGIN):
                _before_login(pictures, application)
            if pictures.wants(*IN_THE_MODULE, *OF_IDSE):
                _idse(pictures, application)
            if pictures.wants(*OF_ICSOE):
                _icsoe(pictures, application, folder.sample_files)
            close_windows()
            pictures.jobs.close()
    if options.a.absolute() == FOLDER:
        write_record(wanted)


if __name__ == "__main__":
    main()
