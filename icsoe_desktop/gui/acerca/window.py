"""Acerca de ICSOE Desktop: version, data folder, licences."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop import __version__
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.forms.ui_acerca import Ui_AcercaForm
from icsoe_desktop.gui.shell import Context

ICON_SIZE = 64

LICENCES = """\
Qt para Python (PySide6): LGPL 3
SQLCipher: BSD; sqlcipher3: zlib
SQLAlchemy, alembic: MIT
cryptography: Apache 2.0 o BSD
keyring, platformdirs, openpyxl, rustpy-xlsxwriter: MIT
requests: Apache 2.0
python-stdnum: LGPL 2.1"""


class AcercaWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_AcercaForm()
        self.form.setupUi(self)
        form = self.form
        form.icono_label.setPixmap(assets.icon("icsoe").pixmap(ICON_SIZE, ICON_SIZE))
        form.version_label.setText(f"Versión {__version__}")
        form.datos_edit.setText(str(context.folder.root))
        form.licencias_browser.setPlainText(LICENCES)
        form.cerrar_button.clicked.connect(self.accept)


def create(context: Context, parent: QWidget | None) -> QWidget:
    return AcercaWindow(context, parent)
