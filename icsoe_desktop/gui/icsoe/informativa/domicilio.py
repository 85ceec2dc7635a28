"""The domicilio of a contratante: the form of the contratista's, in a dialog of a contract."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from icsoe_desktop.domain.icsoe.domicilio import IGUAL, Domicilio, RespuestaDomicilio
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.kit.stacks import scroll_body
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog

TITLE: Final = "Domicilio del contratante"
QUESTION: Final = "¿El domici&lio del contratante es igual a su domicilio fiscal?"
CANCEL: Final = "C&ancelar"


class DomicilioForm(DomicilioTab):
    """Nothing is saved here: the contract is saved with it."""

    chosen = Signal(object)  # Domicilio; None for the fiscal one

    def save(self, domicilio: Domicilio | None) -> None:
        self.chosen.emit(domicilio)


class DomicilioDialog(EditingDialog):
    donde = "el domicilio"

    def __init__(
        self, text: str, then: Callable[[str], None], context: Context, parent: QWidget
    ) -> None:
        """text: `Domicilio.valor`, empty for the fiscal one. then: gets the new one."""
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._then = then
        self.tab = DomicilioForm(context, self)
        self.tab.chosen.connect(self._choose)
        form = self.tab.form
        form.pregunta_label.setText(QUESTION)
        form.titulo_label.setText(TITLE)
        for foot in (
            form.igual_page_pie,
            form.codigo_page_pie,
            form.componentes_page_pie,
            form.resumen_page_pie,
        ):
            cancel, row = QPushButton(CANCEL, foot), foot.layout()
            cancel.clicked.connect(self.reject)
            if isinstance(row, QBoxLayout):
                row.insertWidget(1, cancel)  # after the stretch
                buttons = foot.findChildren(QPushButton)
                for one, following in pairwise(sorted(buttons, key=row.indexOf)):
                    self.setTabOrder(one, following)
        scroll_body(self.tab)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tab)
        self.resize(self.tab.size())
        self.tab.show_kept(RespuestaDomicilio.of(text or IGUAL))
        self.finished.connect(self.deleteLater)

    @property
    def unsaved(self) -> bool:
        return self.tab.unsaved

    def _choose(self, domicilio: Domicilio | None) -> None:
        self._then(domicilio.valor if domicilio is not None else "")
        self.accept()
