"""Known workers offered under the NSS while a name, an NSS or a CURP is typed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.services.trabajadores.service import PaginaTrabajadores

PAUSE_MS: Final = 120
FEW: Final = 8
ROOM_PX, MOST_PX = 32, 640
# Two letters are in too many names, and take longer to look for.
LEAST: Final = 3
NSS_LENGTH: Final = 11
NSS_ROLE: Final = Qt.ItemDataRole.UserRole


class Sugerencias(QObject):
    """The arrows choose and Enter takes: the field then holds the NSS."""

    chosen = Signal()

    def __init__(self, edit: QLineEdit, context: Context) -> None:
        super().__init__(edit)
        self._edit = edit
        self._context = context
        self._model = QStandardItemModel(self)
        completer = QCompleter(self._model, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(NSS_ROLE)
        completer.setMaxVisibleItems(FEW)
        completer.setWidget(edit)
        completer.activated.connect(self._take)
        self.completer = completer
        self._pause = delayed(self, PAUSE_MS, self._ask)
        edit.textEdited.connect(self._on_typed)

    def _on_typed(self, text: str) -> None:
        popup = self.completer.popup()
        if popup is not None:
            popup.hide()
        digits = compact(text)
        whole = len(digits) == NSS_LENGTH and digits.isdecimal()
        if len(text.strip()) < LEAST or whole:
            self._pause.stop()
        else:
            self._pause.start()

    def _ask(self) -> None:
        text = self._edit.text()
        service, sesion = self._context.application.trabajadores, self._context.require_sesion()

        def show(page: PaginaTrabajadores) -> None:
            if text == self._edit.text() and self._edit.hasFocus():
                self._show(page)

        self._context.ask(self._edit, lambda _progress: service.find(sesion, text, FEW), show)

    def _show(self, page: PaginaTrabajadores) -> None:
        self._model.clear()
        for one in page.filas:
            item = QStandardItem(f"{one.nombre}   {formats.nss(one.ultimo.nss)}")
            item.setData(one.ultimo.nss, NSS_ROLE)
            self._model.appendRow(item)
        popup = self.completer.popup()
        if page.filas and popup is not None:
            # As wide as the names, not as the field: the NSS tells two of one name apart.
            popup.setMinimumWidth(min(popup.sizeHintForColumn(0) + ROOM_PX, MOST_PX))
            self.completer.complete()

    def _take(self, nss: str) -> None:
        self._edit.setText(nss)
        self.chosen.emit()
