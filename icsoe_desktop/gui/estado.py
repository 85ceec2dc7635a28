"""The right end of the main windows' status bar: newer version, waiting mails, session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

if TYPE_CHECKING:
    from icsoe_desktop.gui.envio import EstadoEnvio
    from icsoe_desktop.gui.shell import Shell

SPACING = 16


class StatusPanel(QWidget):
    """A permanent widget of a status bar. Each part is there only while it has something to say."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self.version_button = QToolButton(self)
        self.version_button.setObjectName("version_button")
        self.version_button.clicked.connect(lambda: shell.open("acerca", None, self.window()))
        self.correo_label = QLabel(self)
        self.sesion_label = QLabel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for part in (self.version_button, self.correo_label, self.sesion_label):
            part.hide()
            layout.addWidget(part)
        shell.version_offered.connect(self._show_version)
        shell.mail_state.connect(self._show_mail)
        self._show_version()

    def show_sesion(self, nombre: str) -> None:
        self.sesion_label.setText(f"Sesión: {nombre}")
        self.sesion_label.show()

    def _show_version(self) -> None:
        newer = self._shell.newer
        if newer is not None:
            self.version_button.setText(f"Hay una versión nueva: {newer.version}")
            self.version_button.show()

    def _show_mail(self, state: EstadoEnvio) -> None:
        self.correo_label.setText(state.text)
        self.correo_label.setToolTip(state.motivo)
        self.correo_label.setVisible(bool(state.text))
