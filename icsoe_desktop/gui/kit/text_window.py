"""A scrolling window with a text to read."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.forms.ui_texto import Ui_TextoForm


class TextoDialog(QDialog):
    """Shows Markdown, or with `plain` any text, with its own window title."""

    def __init__(self, title: str, text: str, parent: QWidget, *, plain: bool = False) -> None:
        super().__init__(parent)
        self.form = Ui_TextoForm()
        self.form.setupUi(self)
        self.setWindowTitle(title)
        if plain:
            self.form.texto_browser.setPlainText(text)
        else:
            self.form.texto_browser.setMarkdown(text)
        self.form.texto_browser.setAccessibleName(title)
        self.form.cerrar_button.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)
