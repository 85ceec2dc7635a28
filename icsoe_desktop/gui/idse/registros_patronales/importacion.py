"""Importar registros patronales: a preview of a sheet row by row, then the import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.gui.base.sheet_import.presenter import (
    START,
    Palabras,
    SheetImportPhase,
    SheetImportPresenter,
)
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.importacion.columnas import ColumnasDialog
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.formats import counted, counted_if_any
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.certificados.importacion_registros import RenglonRegistro
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.importacion.service import NOTHING_SAID
from icsoe_desktop.services.importacion.valores import Columnas, Formato, Indicaciones
from icsoe_desktop.services.listas import ResultadoLista


def summary(resultado: ResultadoLista) -> str:
    """A sentence about the result of an import."""
    parts = [
        counted_if_any(resultado.nuevos, "nuevo", "nuevos"),
        counted_if_any(resultado.cambiados, "cambiado", "cambiados"),
        counted_if_any(resultado.iguales, "sin cambios", "sin cambios"),
        counted_if_any(
            resultado.omitidos, "omitido por sus problemas", "omitidos por sus problemas"
        ),
    ]
    return f"Se importó el archivo: {', '.join(part for part in parts if part)}."


KEPT_FOR: Final = "Sirve para los archivos con los mismos encabezados."
PALABRAS = Palabras(
    title="Importar registros patronales",
    only_good="Importar &sólo los renglones correctos",
    button=lambda n: f"&Importar {counted(n, 'renglón', 'renglones')}" if n else "&Importar",
    done=summary,
    reading="Leyendo el archivo…",
    importing="Importando…",
    stopping="Cancelando; no se guardará nada…",
    nothing_to_do="No hay nada que importar: el catálogo ya tiene estos datos.",
    only_bad="Ningún renglón se puede importar. Corrija el archivo y vuelva a elegirlo.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en el archivo y vuelva a elegirlo, o importe sólo "
        "los correctos."
    ),
)


class ImportacionRegistrosPresenter(SheetImportPresenter):
    columns_wanted = Signal(object)  # Columnas

    def __init__(
        self, service: RegistrosPatronalesService, jobs: JobQueue, sesion: Sesion, path: Path
    ) -> None:
        super().__init__(
            jobs,
            PALABRAS,
            path.name,
            lambda progress: service.preview_import(sesion, path, progress, self._said),
            lambda vista, progress, only_good: service.apply_import(
                sesion, vista, progress, only_good=only_good
            ),
        )
        self._headers: Callable[[Progress], Columnas] = lambda progress: service.columns(
            sesion, path, progress
        )
        self._said = NOTHING_SAID

    def start(self) -> None:
        """Read the headers first, because the user may have to assign them."""
        self.begin(self._columns, self._on_columns, self._on_progress)

    def ask_columns(self) -> None:
        """Let the user say again what the columns are."""
        self.begin(self._columns, self.columns_wanted.emit, self._on_progress)

    def match(self, formato: Formato, nombre: str) -> None:
        """Read with what the user said of the columns. nombre: to keep it under, or empty."""
        self._said = Indicaciones(formato, nombre)
        self._show(fase=SheetImportPhase.READING, step=START)
        super().start()

    def _columns(self, progress: Progress) -> Columnas:
        columnas, said = self._headers(progress), self._said
        if said.formato is None:
            return columnas
        return replace(columnas, propuesto=said.formato, nombre=said.nombre)

    def _on_columns(self, columnas: Columnas) -> None:
        if columnas.completas:
            super().start()
        else:
            self.columns_wanted.emit(columnas)


def _found(renglon: RenglonRegistro, campo: str) -> str:
    """The row's value of `campo`, as far as it could be read."""
    if renglon.datos is not None:
        return str(getattr(renglon.datos, campo))
    return str(renglon.nuevo.get(campo, ""))


def _registro(renglon: RenglonRegistro) -> str:
    if renglon.datos is None:
        return _found(renglon, "registro_patronal")
    return RegistroPatronal(renglon.datos.registro_patronal).agrupado


def _before(renglon: RenglonRegistro) -> str:
    """The catalogue's present value, if the row would change it."""
    datos, existente = renglon.datos, renglon.existente
    if datos is None or existente is None:
        return ""
    return "; ".join(
        f"{CAMPOS_REGISTRO_PATRONAL.label(campo)}: {getattr(existente, campo)}"
        for campo in CAMPOS_REGISTRO_PATRONAL.changed(existente, datos)
    )


RENGLONES = (
    Column[RenglonRegistro](
        CAMPOS_REGISTRO_PATRONAL.label("registro_patronal"),
        _registro,
        copy=lambda r: _found(r, "registro_patronal"),
        tabular=True,
        width=150,
    ),
    Column[RenglonRegistro](
        CAMPOS_REGISTRO_PATRONAL.label("razon_social"),
        lambda r: _found(r, "razon_social"),
        width=215,
    ),
    Column[RenglonRegistro](
        CAMPOS_REGISTRO_PATRONAL.label("rfc"), lambda r: _found(r, "rfc"), tabular=True, width=118
    ),
    Column[RenglonRegistro]("Antes decía", _before, width=150),
)


class ImportacionRegistrosDialog(SheetImportDialog):
    def __init__(
        self, presenter: ImportacionRegistrosPresenter, context: Context, parent: QWidget
    ) -> None:
        label = CAMPOS_REGISTRO_PATRONAL.label
        super().__init__(presenter, RENGLONES, label, context, parent, expected=True)
        self._columns = self.form.columnas_button
        self._columns.show()
        self._columns.clicked.connect(presenter.ask_columns)
        self._columns.setEnabled(False)
        presenter.changed.connect(
            lambda state: self._columns.setEnabled(state.fase is SheetImportPhase.SHOWING)
        )
        presenter.columns_wanted.connect(lambda columnas: self._ask_columns(presenter, columnas))

    def _ask_columns(self, presenter: ImportacionRegistrosPresenter, columnas: Columnas) -> None:
        dialog = ColumnasDialog(presenter.state.archivo, columnas, self, hint=KEPT_FOR)
        dialog.accepted.connect(lambda: presenter.match(dialog.chosen, dialog.nombre))
        if presenter.state.vista is None:
            dialog.rejected.connect(self._close)
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)
