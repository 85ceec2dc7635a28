"""Takes a picture of every window and lays them out on one sheet for each theme.

The windows are the scenes of the tests, with sample data, whose people are invented.

nice xvfb-run -a -s "-screen 0 1920x1200x24" .venv/bin/python
    -m resources.herramientas.hoja_de_contactos CARPETA
    [--tema claro] [--densidad compacta] [--letras 150] [--solo PATRON]

QT_SCALE_FACTOR=1.5 for 150 %. Writes CARPETA/<tema>/<ventana>.png and CARPETA/<tema>.png.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.arranque.bootstrap import make_sample, open_application
from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.ejemplo.guion import CONTRASENA, CORREO
from tests.completas.escenas import SCENES
from tests.support.reposo import settle
from tests.support.tipografia import use_windows_measures

TODAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
QUIET_MS = 300  # for windows that read in queues of their own
COLUMNS, THUMBNAIL, GAP = 6, 480, 16


def take(shell: Shell, name: str, target: Path) -> bool:
    sesion = shell.application.acceso.enter(CORREO, CONTRASENA) if shell.application else None
    try:
        window: QWidget = SCENES[name](shell.context(sesion))
        settle()
        QTest.qWait(QUIET_MS)
        file = re.sub(r"[^a-záéíóúñ0-9_]+", "_", name)
        return window.grab().save(str(target / f"{file}.png"))
    except Exception:  # noqa: BLE001 a scene that needs other data: the rest is still wanted
        print(f"{name}: no se pudo abrir", file=sys.stderr)
        traceback.print_exc(limit=-2)
        return False
    finally:
        for top in QApplication.topLevelWidgets():
            top.hide()
            top.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def lay_out(pictures: list[Path], target: Path) -> None:
    rows = [pictures[at : at + COLUMNS] for at in range(0, len(pictures), COLUMNS)]
    scaled = [
        [
            QImage(str(path)).scaled(
                THUMBNAIL,
                THUMBNAIL,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            for path in row
        ]
        for row in rows
    ]
    heights = [max(image.height() for image in row) + GAP for row in scaled]
    sheet = QImage(
        COLUMNS * (THUMBNAIL + GAP) + GAP, sum(heights) + GAP, QImage.Format.Format_RGB32
    )
    sheet.fill(assets.colors().scroll)
    painter = QPainter(sheet)
    top = GAP
    for row, height in zip(scaled, heights, strict=True):
        for column, image in enumerate(row):
            painter.drawImage(GAP + column * (THUMBNAIL + GAP), top, image)
        top += height
    painter.end()
    sheet.save(str(target))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("carpeta", type=Path)
    parser.add_argument("--tema", choices=tokens.SCHEMES)
    parser.add_argument("--densidad", choices=tokens.DENSITIES, default="normal")
    parser.add_argument("--letras", type=int, default=100)
    parser.add_argument("--solo", default="")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "xcb"  # the scenes are tests, which choose offscreen
    app = create_qt_application()
    use_windows_measures(app)
    assets.use_letters(app)
    app.setQuitOnLastWindowClosed(False)
    assets.set_density(app, options.densidad)
    assets.set_letters(app, options.letras)
    assets.apply_style(app)
    names = [name for name in SCENES if re.search(options.solo, name)]
    for theme in [options.tema] if options.tema else tokens.SCHEMES:
        assets.set_color_scheme(app, theme)
        target = options.carpeta / theme
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as temporary:
            folder = DataFolder(Path(temporary)).sample
            make_sample(folder, NoProgress(), lambda: TODAY)
            application = open_application(folder, clock=lambda: TODAY)
            jobs = gui_queue(Dispatcher(), "contactos")
            preferences = Preferences(folder.preferences)
            shell = Shell(folder, jobs, preferences, ErrorReporter(None))
            shell.application = application
            for name in names:
                shell.preferences = Preferences(Path(temporary, f"{names.index(name)}.ini"))
                take(shell, name, target)
            jobs.close()
            application.close()
        lay_out(sorted(target.glob("*.png")), options.carpeta / f"{theme}.png")


if __name__ == "__main__":
    main()
