"""The card of this desktop: synchronisation, last backup, mails that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.cards import TitledCard, hint_label
from icsoe_desktop.gui.kit.fields import breadth
from icsoe_desktop.gui.kit.mark import ICON, Mark
from icsoe_desktop.gui.kit.pills import PillLabel
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.services.correo.buzon import CuentaBuzon

LINES: Final = (
    ("sincronizacion", "sincronizar", "Sincronización"),
    ("respaldo", "respaldo", "Respaldo automático"),
    ("correo", "correo", "Correos por enviar"),
)
SHOW_FIRST: Final = "Mostrar el Tablero al &entrar"
WIDTH: Final = 300
# Word, icon and tone of a pill.
NO_STATE: Final = ("", "pendiente", "neutral")
WAITING: Final = ("Esperan", "pendiente", "warning")
UP_TO_DATE: Final = ("Al día", "correcto", "success")
FAILED: Final = ("Falló", "error", "error")
DONE: Final = ("Correcto", "correcto", "success")


class EquipoCard(TitledCard):
    """show_first: whether the Tablero is the first page after entering; kept at once."""

    def __init__(self, shell: Shell, preferences: Preferences, kept: str, parent: QWidget) -> None:
        """kept: name of the preference that holds another first page."""
        super().__init__("Este equipo", parent)
        self._shell = shell
        self._lines: dict[str, tuple[QLabel, PillLabel]] = {}
        for key, icon, title in LINES:
            row = QHBoxLayout()
            row.setSpacing(12)
            picture = plain_label("", self)
            Mark(picture, icon, "hint", ICON)
            words = QVBoxLayout()
            words.setSpacing(2)
            said, pill = hint_label("", self), PillLabel(self)
            said.setObjectName(f"{key}_dicho")
            words.addWidget(plain_label(title, self))
            words.addWidget(said)
            row.addWidget(picture)
            row.addLayout(words, 1)
            row.addWidget(pill.label, 0, Qt.AlignmentFlag.AlignVCenter)
            self.box.addLayout(row)
            self._lines[key] = (said, pill)
        self.box.addStretch(1)
        self.show_first = QCheckBox(SHOW_FIRST, self)
        self.show_first.setObjectName("mostrar_check")
        self.show_first.setChecked(not preferences.get(kept))
        self.show_first.toggled.connect(
            lambda shown: preferences.set(kept, "" if shown else palabras.OTHER_FIRST)
        )
        self.box.addWidget(self.show_first)
        self.setMinimumWidth(round(WIDTH * max(1.0, breadth(self))))
        self._known = self._knows_backup = False
        self._backup: datetime | None = None
        self._mails: CuentaBuzon | None = None
        for signal in (shell.sync_state, shell.backup_failed):
            signal.connect(self._draw)
        self._draw()

    def show_state(
        self, *, mails: CuentaBuzon | None, backup: datetime | None, knows_backup: bool
    ) -> None:
        """mails: None if the session may not know. knows_backup: whether it may know that."""
        self._known, self._knows_backup = True, knows_backup
        self._mails, self._backup = mails, backup
        self._draw()

    def _draw(self, _state: object = None) -> None:
        light = self._shell.sync_light
        self._tell("sincronizacion", light.text if light else palabras.NOT_SHARED)
        if not self._known:
            for key in ("respaldo", "correo"):
                self._tell(key, palabras.COUNTING)
            return
        self._tell_backup()
        if self._mails is None:
            self._tell("correo", palabras.WITH_USER)
            return
        waiting = self._mails.pendientes + self._mails.detenidos
        self._tell("correo", palabras.mails(self._mails), WAITING if waiting else UP_TO_DATE)

    def _tell_backup(self) -> None:
        failure = self._shell.backup_failure
        if not self._knows_backup:
            self._tell("respaldo", palabras.WITH_USER)
        elif failure is not None:
            self._tell("respaldo", formats.moment(failure.cuando), FAILED)
        elif self._backup is None:
            self._tell("respaldo", palabras.NEVER)
        else:
            self._tell("respaldo", formats.moment(self._backup), DONE)

    def _tell(self, key: str, text: str, state: tuple[str, str, str] = NO_STATE) -> None:
        said, pill = self._lines[key]
        said.setText(text)
        pill.show(*state)
