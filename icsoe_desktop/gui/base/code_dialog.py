"""Shows a recovery code once, to be printed, copied or saved to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QShowEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_codigo_recuperacion import Ui_CodigoRecuperacionForm
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.paper import CodePaper
from icsoe_desktop.gui.kit.plain_text import copy_secret

NOT_SAVED: Final = (
    "No se pudo guardar el archivo ({motivo}). El código sigue en pantalla. Elija otra carpeta o "
    "imprímalo."
)
COPIED: Final = "Se copió. Péguelo en un lugar seguro: el portapapeles lo leen otros programas."
# Above and below the two lines of the code.
CODE_AIR_PX: Final = 28


class CodeDialog(QDialog):
    """Closes only once the person says that the code is kept. Deleted when closed."""

    save_title = "Guardar el código de recuperación"
    file_name = "codigo-de-recuperacion.txt"

    def __init__(
        self, code: str, title: str, purpose: str, context: Context, parent: QWidget
    ) -> None:
        """title, purpose: of the paper and the file that the code is kept on."""
        super().__init__(parent)
        self.form = Ui_CodigoRecuperacionForm()
        self.form.setupUi(self)
        self._code, self._title, self._purpose = code, title, purpose
        self._context = context
        self.company = ""  # whose data the code opens, as the paper says it
        form = self.form
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        font.setPointSizeF(self.font().pointSizeF() * 1.3)
        form.codigo_edit.setFont(font)
        form.codigo_edit.setFixedHeight(2 * QFontMetrics(font).lineSpacing() + CODE_AIR_PX)
        groups = code.split("-")
        form.codigo_edit.setPlainText(f"{'-'.join(groups[:4])}-\n{'-'.join(groups[4:])}")
        show_message(form.mensaje_label, "")
        form.guardado_check.toggled.connect(form.continuar_button.setEnabled)
        form.continuar_button.clicked.connect(self.accept)
        form.imprimir_button.clicked.connect(self._print)
        form.copiar_button.clicked.connect(self._copy)
        form.guardar_button.clicked.connect(self._choose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)

    def reject(self) -> None:
        """Ignore Esc: the code cannot be shown again."""
        if self.form.guardado_check.isChecked():
            super().accept()
        else:
            self.form.guardado_check.setFocus()

    def paper(self) -> CodePaper:
        now = self._context.application.store.clock()
        return CodePaper(self._title, self._code, self._purpose, now, self.company)

    def save(self, path: Path) -> None:
        try:
            path.write_text(self.paper().text(), encoding="utf-8")
        except OSError as error:
            motivo = error.strerror or "error de escritura"
            self._context.errors.show(self, UserFacingError(NOT_SAVED.format(motivo=motivo)))
            return
        self._say(formats.saved(path))

    def _copy(self) -> None:
        copy_secret(self._code)
        self._say(COPIED)

    def _say(self, text: str) -> None:
        show_message(self.form.mensaje_label, text, "hint")

    def _choose(self) -> None:
        new = NewFile(self.save_title, "codigo", "Texto (*.txt)", self.file_name)
        choose_new_file(self, new, self._context.preferences, self.save)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.paper().paint(printer))
        QDialog.open(dialog)
