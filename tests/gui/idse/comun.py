"""The module's window as a person meets it, and movements of invented people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTableView,
    QWidget,
)
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.paged import LOADING
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, Duda
from tests.support.reposo import until

Box = Callable[[], QMessageBox]
Key = Qt.Key
D = TypeVar("D", bound=QDialog)

# Check digits worked out by hand: Luhn over the digits, the first letter as 10 to 35.
REGISTRO = "Y5412345109"
OTRO_REGISTRO = "B1298765103"
NSS_ANA, NSS_LUIS, NSS_EVA = "12345678903", "98765432103", "11223344554"


def alta(**changes: object) -> CapturaMovimiento:
    values: dict[str, object] = {
        "tipo": TipoMovimiento.ALTA,
        "registro_patronal": REGISTRO,
        "nss": NSS_ANA,
        "primer_apellido": "MUÑOZ",
        "segundo_apellido": "RÍOS",
        "nombres": "ANA",
        "fecha": date(2026, 2, 27),
        "sbc": "450.50",
        "tipo_trabajador": TipoTrabajador.PERMANENTE,
        "tipo_salario": TipoSalario.FIJO,
        "jornada": Jornada.NORMAL,
        "umf": "021",
        "guia": "01400",
        "clave_trabajador": "A-1",
    }
    return CapturaMovimiento(**{**values, **changes})  # type: ignore[arg-type]


def baja(**changes: object) -> CapturaMovimiento:
    values: dict[str, object] = {
        "tipo": TipoMovimiento.BAJA,
        "registro_patronal": REGISTRO,
        "nss": NSS_LUIS,
        "primer_apellido": "PAZ",
        "segundo_apellido": "",
        "nombres": "LUIS",
        "fecha": date(2026, 2, 26),
        "causa_baja": CausaBaja.SEPARACION_VOLUNTARIA,
        "guia": "01400",
    }
    return CapturaMovimiento(**{**values, **changes})  # type: ignore[arg-type]


def modificacion(**changes: object) -> CapturaMovimiento:
    return alta(
        **{
            "tipo": TipoMovimiento.MODIFICACION,
            "fecha": date(2025, 9, 1),
            "tipo_trabajador": None,
            "umf": "",
            **changes,
        }
    )


def capture(application: Application, sesion: Sesion, *capturas: CapturaMovimiento) -> None:
    for one in capturas:
        # Those who make rows are not asked.
        application.movimientos.capture(sesion, one, aceptadas=frozenset(Duda))


def opened(context: Context) -> ModuloWindow:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    settled(window)
    return window


def settled(window: ModuloWindow) -> None:
    """Everything that was asked for is on the screen."""

    def ready() -> bool:
        state = window.presenter.state
        return not state.loading and not any(LOADING in row for row in visible(window))

    until(ready)


def visible(window: ModuloWindow) -> list[tuple[str, ...]]:
    """Rows of the grid, by the columns that are shown."""
    return cells(window.form.movimientos_table)


def cells(view: QTableView) -> list[tuple[str, ...]]:
    model = view.model()
    shown = [at for at in range(model.columnCount()) if not view.isColumnHidden(at)]
    return [
        tuple(model.index(row, column).data() for column in shown)
        for row in range(model.rowCount())
    ]


def column(window: ModuloWindow, title: str) -> list[str]:
    view = window.form.movimientos_table
    model = view.model()
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    at = titles.index(title)
    return [model.index(row, at).data() for row in range(model.rowCount())]


def names(window: ModuloWindow) -> list[str]:
    return column(window, "Nombre")


def show_tab(window: ModuloWindow, name: str) -> None:
    tabs = window.form.pestanas_tabs
    labels = [tabs.tabText(at).replace("&", "") for at in range(tabs.count())]
    tabs.setCurrentIndex(labels.index(name))
    settled(window)


def dialog(kind: type[D]) -> D:
    """Waits for a dialog of that kind on the screen."""
    found: list[D] = []

    def one_is_shown() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind)]
        found[:] = [w for w in found if w.isVisible()]
        return bool(found)

    until(one_is_shown)
    return found[0]


def choose_path(path: Path) -> None:
    """Answers the file dialog on the screen."""
    chooser = dialog(QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.filesSelected.emit([str(path)])
    chooser.close()


def gone(widget: QWidget) -> bool:
    return not isValid(widget) or not widget.isVisible()


def escape(found: QDialog) -> None:
    QTest.keyClick(found, Key.Key_Escape)
    until(lambda: gone(found))


def close(window: QWidget) -> None:
    window.close()
    until(lambda: not isValid(window))


def focused(window: QWidget) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None
    return widget


def said(label: QLabel) -> str:
    return label.text() if label.isVisible() else ""


def type_in(window: QWidget, texts: Iterable[str]) -> None:
    """Types in the field that has the focus, and with Tab in the ones after it."""
    for at, text in enumerate(texts):
        if at:
            QTest.keyClick(focused(window), Key.Key_Tab)
        widget = focused(window)
        if isinstance(widget, QLineEdit):
            widget.selectAll()
        QTest.keyClicks(widget, text)
