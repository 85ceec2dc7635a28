"""The windows of the module as a keyboard, a screen reader and larger letters find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.importacion.columns import ColumnasDialog
from icsoe_desktop.gui.idse.modulo.dias_inhabiles import DiasInhabilesDialog
from icsoe_desktop.gui.idse.modulo.exportacion import ExportarDialog
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.importacion.valores import Columnas
from tests.completas import espacio, pantalla
from tests.gui.idse.comun import dialog
from tests.support.reposo import settle

COLUMNAS = Columnas(
    ("Reg. Pat.", "Seguro social", "Paterno", "Materno", "Nombre", "Salario", "Fecha", "Mov."),
    {"nss": "Seguro social"},
    {
        "tipo": "Movimiento",
        "registro_patronal": "Registro patronal",
        "nss": "NSS",
        "primer_apellido": "Primer apellido",
        "segundo_apellido": "Segundo apellido",
        "nombres": "Nombre(s)",
        "fecha": "Fecha del movimiento",
        "sbc": "SBC",
    },
    frozenset({"tipo", "registro_patronal", "nss", "fecha"}),
)


def _module(_qtbot: QtBot, window: ModuloWindow) -> QWidget:
    return window


def _capture(tipo: TipoMovimiento) -> Callable[[QtBot, ModuloWindow], QWidget]:
    def open_(qtbot: QtBot, window: ModuloWindow) -> QWidget:
        window.tareas.capture(tipo)
        found = dialog(qtbot, CapturaMovimientoDialog)
        qtbot.waitUntil(lambda: bool(found._presenter.state.registros))
        return found

    return open_


def _dias(qtbot: QtBot, window: ModuloWindow) -> QWidget:
    window.tareas.open_dias()
    return dialog(qtbot, DiasInhabilesDialog)


def _exportar(qtbot: QtBot, window: ModuloWindow) -> QWidget:
    window.export()
    return dialog(qtbot, ExportarDialog)


def _historial(qtbot: QtBot, window: ModuloWindow) -> QWidget:
    window.grid.table.select(0)
    qtbot.waitUntil(lambda: window.grid.table.selected() is not None)
    window.open_history()
    found = dialog(qtbot, HistorialDialog)
    qtbot.waitUntil(lambda: found.table.model.rowCount() == 1)
    return found


def _columnas(_qtbot: QtBot, window: ModuloWindow) -> QWidget:
    found = ColumnasDialog("plantilla.xlsx", COLUMNAS, window)
    found.open()
    return found


SCENES: dict[str, Callable[[QtBot, ModuloWindow], QWidget]] = {
    "módulo": _module,
    "capturar alta": _capture(TipoMovimiento.ALTA),
    "capturar modificación": _capture(TipoMovimiento.MODIFICACION),
    "capturar baja": _capture(TipoMovimiento.BAJA),
    "días inhábiles": _dias,
    "exportar": _exportar,
    "historial": _historial,
    "columnas": _columnas,
}
each_scene = pytest.mark.parametrize("scene", SCENES)


@pytest.fixture
def see(qtbot: QtBot, filled: ModuloWindow) -> Iterator[Callable[[str], QWidget]]:
    found: list[QWidget] = []

    def open_(name: str) -> QWidget:
        filled.resize(1300, 690)
        window = SCENES[name](qtbot, filled)
        found.append(window)
        settle()
        return window

    yield open_
    for window in found:
        if isinstance(window, QDialog):
            window.done(0)


@each_scene
def test_everything_is_found_by_its_label_reached_by_key_and_read_in_spanish(
    scene: str, see: Callable[[str], QWidget]
) -> None:
    window = see(scene)
    assert pantalla.unnamed(window) == []
    assert pantalla.without_key(window) == []
    assert pantalla.unreachable_actions(window) == []
    assert pantalla.disordered(window) == []
    assert pantalla.badly_focused(window) == []
    assert pantalla.english(window) == []


@pytest.mark.parametrize("scale", [1.0, 1.5])
@each_scene
def test_nothing_is_cut(
    scene: str, scale: float, see: Callable[[str], QWidget], larger: Callable[[float], None]
) -> None:
    larger(scale)
    assert espacio.cut(see(scene)) == []


def test_tab_reaches_what_the_status_bar_shows_late_after_a_page(filled: ModuloWindow) -> None:
    filled.resize(1300, 690)
    shell = filled._context.shell
    for key in ("registros_patronales", "bitacora"):
        shell.open(key, filled._context.sesion, filled)
        settle()
    for button in filled.estado.findChildren(QToolButton):
        button.setText("Tarde")
        button.show()
    settle()
    assert filled.pages.current == "bitacora"
    assert pantalla.disordered(filled) == []
