"""Hoja de captura: each field in the order of the portal, to copy; CSV files, PDF and print."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QGuiApplication,
    QKeySequence,
    QPalette,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidgetItem,
    QWidget,
)

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA
from icsoe_desktop.domain.icsoe.hoja import BloqueHoja
from icsoe_desktop.domain.icsoe.informativa import PORTAL
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_hoja_captura import Ui_HojaCapturaForm
from icsoe_desktop.gui.icsoe.capturistas.persona import write_pdf
from icsoe_desktop.gui.idse.modulo.archivos import write_new
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.fields import on_enter, on_key, show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_folder, choose_new_file
from icsoe_desktop.gui.kit.formats import day, saved, short_name
from icsoe_desktop.gui.kit.paper import PaperBlock, paint_sheet, prepare_page
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.services.informativa.valores import Salida

CONTRATO_ROLE: Final = Qt.ItemDataRole.UserRole
COPY: Final = "Copiar"
COPY_COLUMN: Final = 2
COPIED: Final = "Se copió: {campo}."
WRITTEN: Final = "Se guardaron {cuantos} en {carpeta}."
WRITING: Final = "Guardando {nombre}…"
TITLE: Final = "Hoja de captura de la Informativa"


class CopyDelegate(QStyledItemDelegate):
    """Draws «Copiar» as a link. A button for each field would cost a widget."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Any) -> None:
        super().initStyleOption(option, index)
        ink = QColor(assets.colors().accent_text)
        palette: Any = option.palette
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
            palette.setColor(role, ink)


class HojaCapturaDialog(QDialog):
    def __init__(
        self, salida: Salida, ticks: frozenset[int], context: Context, parent: QWidget
    ) -> None:
        """ticks: places of the contracts that are captured in the portal."""
        super().__init__(parent)
        self.form = Ui_HojaCapturaForm()
        self.form.setupUi(self)
        self._salida = salida
        self._context = context
        form = self.form
        fila = salida.informativa
        self.setWindowTitle(f"Hoja de captura: {fila.tipo}, {fila.periodo.nombre}")
        form.titulo_label.setText(self.windowTitle())
        tree = form.hoja_tree
        tree.setAccessibleName("Hoja de captura")
        tree.setHeaderLabels(["Campo", "Valor", ""])
        tree.setUniformRowHeights(True)
        header = tree.header()
        header.setStretchLastSection(False)
        self._fill(ticks)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        tree.setItemDelegateForColumn(COPY_COLUMN, CopyDelegate(tree))
        tree.itemClicked.connect(self._on_clicked)
        tree.itemChanged.connect(lambda _item, _column: self._keep_ticks())
        form.copiar_button.clicked.connect(self.copy_and_go_on)
        form.archivos_button.clicked.connect(self._choose_folder)
        form.archivos_button.setEnabled(bool(salida.archivos))
        form.pdf_button.clicked.connect(self._choose_pdf)
        form.imprimir_button.clicked.connect(self._print)
        form.portal_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(PORTAL)))
        form.cerrar_button.clicked.connect(self.reject)
        on_enter(tree, self.copy_and_go_on)
        on_key(tree, QKeySequence.StandardKey.Copy, self.copy_current)
        self.finished.connect(self.deleteLater)
        form.mensaje_label.hide()
        tree.setFocus()

    def _fill(self, ticks: frozenset[int]) -> None:
        tree = self.form.hoja_tree
        seen: set[int] = set()
        for block in self._salida.bloques:
            title = QTreeWidgetItem(tree, [block.titulo])
            font = title.font(0)
            font.setBold(True)
            title.setFont(0, font)
            if block.contrato is not None and block.contrato not in seen:
                seen.add(block.contrato)
                title.setData(0, CONTRATO_ROLE, block.contrato)
                title.setFlags(title.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                done = block.contrato in ticks
                title.setCheckState(0, Qt.CheckState.Checked if done else Qt.CheckState.Unchecked)
            for line in block.renglones:
                QTreeWidgetItem(title, [line.etiqueta, line.valor, COPY])
            title.setExpanded(True)
        first = tree.topLevelItem(0)
        field = first.child(0) if first is not None else None
        if field is not None:
            tree.setCurrentItem(field)

    @property
    def ticks(self) -> frozenset[int]:
        tree = self.form.hoja_tree
        items = (tree.topLevelItem(at) for at in range(tree.topLevelItemCount()))
        return frozenset(
            int(item.data(0, CONTRATO_ROLE))
            for item in items
            if item is not None
            and item.data(0, CONTRATO_ROLE) is not None
            and item.checkState(0) is Qt.CheckState.Checked
        )

    def copy_current(self) -> None:
        item = self.form.hoja_tree.currentItem()
        if item is not None:
            self._copy(item)

    def copy_and_go_on(self) -> None:
        """Copy the current value and move to the next field."""
        tree = self.form.hoja_tree
        item = tree.currentItem()
        if item is None:
            return
        if item.parent() is not None:
            self._copy(item)
        below = tree.itemBelow(item)
        while below is not None and below.parent() is None:
            below = tree.itemBelow(below)
        if below is not None:
            tree.setCurrentItem(below)
        tree.setFocus()

    def write_files(self, folder: Path) -> None:
        """Write every CSV file into the folder; none replaces another file."""
        try:
            for file in self._salida.archivos:
                write_new(folder, file.nombre, file.contenido)
        except UserFacingError as error:
            self._context.errors.show(self, error)
            return
        cuantos = counted(len(self._salida.archivos), "archivo", "archivos")
        self._say(WRITTEN.format(cuantos=cuantos, carpeta=folder.name))

    def write_pdf(self, path: Path) -> None:
        blocks, cabeza = on_paper(self._salida.bloques), self._cabeza()
        run_with_progress(
            self._context,
            self,
            self.windowTitle(),
            WRITING.format(nombre=short_name(path)),
            lambda _progress: write_pdf(path, TITLE, cabeza, blocks),
            lambda _none: self._say(saved(path)),
        )

    def _cabeza(self) -> str:
        """What every page says of itself."""
        fila, label = self._salida.informativa, CAMPOS_CONTRATISTA.label("rfc")
        lines = (line for block in self._salida.bloques for line in block.renglones)
        rfc = next((line.valor for line in lines if line.etiqueta == label), "")
        today = fecha_local(self._context.application.store.clock())
        return f"Informativa {fila.tipo}, {fila.periodo.nombre} · {label} {rfc} · {day(today)}"

    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == COPY_COLUMN and item.parent() is not None:
            self._copy(item)

    def _copy(self, item: QTreeWidgetItem) -> None:
        QGuiApplication.clipboard().setText(item.text(1))
        self.form.hoja_tree.setCurrentItem(item)
        self._say(COPIED.format(campo=item.text(0)))

    def _say(self, text: str) -> None:
        show_message(self.form.mensaje_label, text, "success")

    def _keep_ticks(self) -> None:
        context, ticks = self._context, self.ticks
        sesion, service = context.require_sesion(), context.application.informativas
        fila = self._salida.informativa
        context.ask(
            self,
            lambda _progress: service.keep_ticks(sesion, fila.id, ticks),
            lambda _none: None,
        )

    def _choose_folder(self) -> None:
        title, preferences = "Guardar los archivos CSV", self._context.preferences
        choose_folder(self, title, "informativa", preferences, self.write_files)

    def _choose_pdf(self) -> None:
        periodo = self._salida.informativa.periodo
        name = f"hoja_de_captura_{periodo.ejercicio}-{periodo.cuatrimestre}.pdf"
        new = NewFile("Guardar la hoja de captura", "informativa", "PDF (*.pdf)", name)
        choose_new_file(self, new, self._context.preferences, self.write_pdf)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        prepare_page(printer)
        dialog = QPrintDialog(printer, self)
        blocks, cabeza = on_paper(self._salida.bloques), self._cabeza()
        dialog.accepted.connect(lambda: paint_sheet(printer, TITLE, cabeza, blocks))
        QDialog.open(dialog)


def on_paper(blocks: Iterable[BloqueHoja]) -> list[PaperBlock]:
    return [
        PaperBlock(
            block.titulo if block.contrato is None else f"☐ {block.titulo}",
            [(line.etiqueta, line.valor) for line in block.renglones],
        )
        for block in blocks
    ]


def open_sheet(informativa_id: uuid.UUID, context: Context, window: QWidget) -> None:
    """Read a return and open its sheet over `window`."""
    sesion, service = context.require_sesion(), context.application.informativas

    def show(read: tuple[Salida, frozenset[int]]) -> None:
        open_dialog(HojaCapturaDialog(*read, context, window))

    context.ask(
        window,
        lambda _progress: (
            service.salida(sesion, informativa_id),
            service.ticks(sesion, informativa_id),
        ),
        show,
    )
