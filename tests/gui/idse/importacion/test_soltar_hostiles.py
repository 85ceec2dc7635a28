"""Hostile files dropped on the module: the window answers all the while and nothing is imported."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import TODOS
from tests.gui.conftest import drag, drop
from tests.gui.idse.comun import dialog, escape, show_tab
from tests.hostiles.hojas import (
    entities,
    many_bad_rows,
    many_cells,
    one_long_csv_line,
    only_spaces,
    two_corners,
)
from tests.hostiles.pdfs import HOSTILE as PDFS
from tests.support.reposo import until
from tests.support.tiers import long_cases

PATIENCE_S = 2.0


class Heartbeat:
    """The longest time for which the GUI thread answered nothing."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.monotonic()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(10)

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        self._last = now


@pytest.fixture
def heartbeat() -> Iterator[Heartbeat]:
    found = Heartbeat()
    yield found
    found._timer.stop()


def bad_lines(path: Path) -> Path:
    path = path.with_suffix(".txt")
    path.write_bytes(b"<img src=x>\r\n" * 20_000)
    return path


def long_line(path: Path) -> Path:
    path = path.with_suffix(".txt")
    path.write_bytes(b"7" * 30_000_000)
    return path


def zipped_pdf(path: Path) -> Path:
    path = path.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Lote_1.pdf", bytes(200 * 2**20))
    return path


def pdf(name: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path = path.with_suffix(".pdf")
        path.write_bytes(PDFS[name]())
        return path

    return make


FILES: dict[str, Callable[[Path], Path]] = {
    "sólo espacios": only_spaces,
    "entidades": entities,
    "dos esquinas": two_corners,
    "una línea de CSV": one_long_csv_line,
    "renglones malos": bad_lines,
    "una línea sin fin": long_line,
    "un PDF que crece en su ZIP": zipped_pdf,
    **{name: pdf(name) for name in ("formas anidadas", "muchas letras")},
}


SOME = {"entidades", "renglones malos", "una línea sin fin"}


def dropped(window: ModuloWindow, path: Path, heartbeat: Heartbeat) -> None:
    heartbeat.longest, heartbeat._last = 0.0, time.monotonic()
    show_tab(window, "Todos")
    assert drag(window, path)
    drop(window, path)


def open_windows() -> list[QDialog]:
    windows = QApplication.topLevelWidgets()
    return [each for each in windows if isinstance(each, QDialog) and each.isVisible()]


def is_read(window: QDialog) -> bool:
    """A message, or a dialog that shows what it read."""
    if isinstance(window, QMessageBox):
        return True
    presenter = getattr(window, "_presenter", None)
    return presenter is not None and presenter.state.vista is not None


@pytest.mark.parametrize("name", long_cases(FILES, FILES.keys() - SOME))
def test_a_dropped_file_of_a_stranger_never_stops_the_window(
    name: str,
    window: ModuloWindow,
    application: Application,
    sesion: Sesion,
    heartbeat: Heartbeat,
    tmp_path: Path,
) -> None:
    path = FILES[name](tmp_path / "x.xlsx")
    dropped(window, path, heartbeat)
    until(lambda: any(is_read(each) for each in open_windows()))
    assert heartbeat.longest < PATIENCE_S
    for each in open_windows():
        each.reject()
    until(lambda: not open_windows())
    assert application.movimientos.first_page(sesion, TODOS, None, 10) == []
    assert window.isEnabled()


def test_reading_a_book_without_end_is_cancelled_with_a_key(
    window: ModuloWindow, heartbeat: Heartbeat, tmp_path: Path
) -> None:
    path = many_cells(tmp_path / "x.xlsx")
    dropped(window, path, heartbeat)
    found = dialog(ImportacionMovimientosDialog)
    escape(found)
    assert heartbeat.longest < PATIENCE_S


def test_a_list_of_twenty_thousand_bad_rows_is_shown_a_page_at_a_time(
    window: ModuloWindow, heartbeat: Heartbeat, tmp_path: Path
) -> None:
    header = (
        "nss",
        "registro patronal",
        "tipo de movimiento",
        "fecha",
        "primer apellido",
        "nombres",
    )
    path = many_bad_rows(tmp_path / "x.csv", header, 20_000)
    dropped(window, path, heartbeat)
    until(lambda: any(is_read(each) for each in open_windows()))
    assert heartbeat.longest < PATIENCE_S
    for each in open_windows():
        each.reject()
