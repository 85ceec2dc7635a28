"""The dialogs that the module opens over its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from benchmarks.datos import linea_168, movimientos
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.importacion.window import ColumnasDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.services.importacion.valores import Columnas
from tests.support.reposo import settle

Scene = Callable[[Context], QWidget]


def module_on_rows(context: Context) -> ModuloWindow:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    window.lugares.show_movimientos()
    settle(lambda: window.grid.table.model.rowCount() > 0)
    window.grid.table.select(0)
    settle(lambda: window.grid.table.selected() is not None)
    return window


def _opened_by(act: Callable[[ModuloWindow], object]) -> Scene:
    def scene(context: Context) -> QWidget:
        window = module_on_rows(context)
        act(window)
        settle(lambda: QApplication.activeModalWidget() is not None)
        settle()
        found = QApplication.activeModalWidget()
        assert found is not None
        return found

    return scene


def _generate(context: Context) -> QWidget:
    """With the focus in its first field; once the plan is there, the button takes it.

    A message, if nothing can be generated from what the store has.
    """
    dialog = _opened_by(lambda window: window.generate())(context)
    combo = dialog.findChild(QComboBox)
    if combo is not None:
        combo.setFocus()
    return dialog


def _import(context: Context) -> QWidget:
    """A file with a line that is good and one that was cut short."""
    good, bad = (linea_168(one) for one in movimientos(2))
    path = Path(context.folder.root, "movimientos.txt")
    path.write_bytes(f"{good}\r\n{bad[:110]}\r\n".encode("cp1252"))
    return _opened_by(lambda window: window.importacion.start([path]))(context)


def _columns(context: Context) -> QWidget:
    """A workbook whose headings are not the program's."""
    columnas = Columnas(
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
    return _opened_by(
        lambda window: open_dialog(ColumnasDialog("plantilla.xlsx", columnas, window))
    )(context)


MODULO_SCENES: dict[str, Scene] = {
    "modulo: alta": _opened_by(lambda window: window.acciones.capturar.actions()[0].trigger()),
    "modulo: modificación": _opened_by(
        lambda window: window.acciones.capturar.actions()[1].trigger()
    ),
    "modulo: baja": _opened_by(lambda window: window.acciones.capturar.actions()[2].trigger()),
    "modulo: historial": _opened_by(lambda window: window.acciones.historial.trigger()),
    "modulo: importaciones": _opened_by(lambda window: window.acciones.importaciones.trigger()),
    "modulo: días inhábiles": _opened_by(lambda window: window.acciones.dias.trigger()),
    "modulo: generar archivo": _generate,
    "modulo: importar": _import,
    "modulo: exportar": _opened_by(lambda window: window.export()),
    "modulo: columnas": _columns,
    "modulo: ir a": _opened_by(lambda window: window.acciones.ir[0].trigger()),
}
