"""Right end of the status bar: newer version, mails, synchronisation, session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento, count_near
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.gui.kit.plain_text import plain_label, plain_tip
from icsoe_desktop.services.correo.ajustes import owner_of

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.gui.base.shell import Shell
    from icsoe_desktop.gui.inicio.outgoing_mail import EstadoEnvio
    from icsoe_desktop.gui.oficina.sincronizacion.palabras import LuzBarra
    from icsoe_desktop.services.respaldo.service import FalloRespaldo

SPACING = 16
# The first rows of the window come before.
LOOK_AFTER_MS = 800
TOLD = 6
BACKUP_FAILED = "Revise el respaldo automático"


class StatusPanel(QWidget):
    """A permanent widget of the status bar. Each part is visible only while it has content."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._sesion: Sesion | None = None
        self.version_button = self._button("version", "acerca")
        self.version_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.sincronizacion_button = self._button("sincronizacion")
        self.sincronizacion_button.setAutoRaise(True)  # its icon is lost on a button's ground
        self.sincronizacion_label = plain_label(parent=self)
        self.respaldo_button = self._button("respaldo")
        self.respaldo_button.setText(BACKUP_FAILED)
        self.vigencias_button = self._button("vigencias")
        self.correo_label = plain_label(parent=self)
        self.sesion_label = plain_label(parent=self)
        self._buttons: list[QToolButton] = []  # from left to right
        self._icons: dict[QToolButton, str] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for part in (
            self.version_button,
            self.respaldo_button,
            self.vigencias_button,
            self.correo_label,
            self.sincronizacion_button,
            self.sincronizacion_label,
            self.sesion_label,
        ):
            part.hide()
            layout.addWidget(part)
            if isinstance(part, QToolButton):
                self._buttons.append(part)
                part.installEventFilter(self)
        shell.version_offered.connect(self._show_version)
        shell.mail_state.connect(self._on_mail)
        shell.sync_state.connect(self._show_sync)
        shell.backup_failed.connect(self._show_backup)
        shell.data_arrived.connect(self._look_at_vigencias)
        # What was done in a page or in a window over this one may end something, or begin it.
        self._soon = delayed(self, LOOK_AFTER_MS, self._look_at_vigencias)
        parent.installEventFilter(self)
        self._show_version()
        self._show_sync(shell.sync_light)

    def _button(self, name: str, key: str = "") -> QToolButton:
        """A button that opens a window. key: of the window, if it is not `name`."""
        button = QToolButton(self)
        button.setObjectName(f"{name}_button")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(lambda: self._shell.open(key or name, self._sesion, self.window()))
        return button

    def on_page(self) -> None:
        """Another page came to the front."""
        self._soon.start()
        self.come_last()

    def come_last(self) -> None:
        """Let Tab reach the buttons after everything else. A widget made later is last in the
        chain: call it whenever a page is made.
        """
        end = QWidget(self)  # a new widget is last in the chain
        # setTabOrder does nothing after a widget that takes no focus.
        end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for before, button in pairwise([end, *self._buttons]):
            QWidget.setTabOrder(before, button)
        end.setParent(None)  # nobody else has it: it is deleted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._soon.start()
        elif event.type() == QEvent.Type.ShowToParent:
            self.come_last()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for button, icon in self._icons.items():
                self._mark(button, icon)

    def _mark(self, button: QToolButton, icon: str) -> None:
        self._icons[button] = icon
        button.setIcon(assets.tinted(icon, TONES.get(icon, "neutral")))

    def show_sesion(self, sesion: Sesion) -> None:
        self._sesion = sesion
        self.sesion_label.setText(f"Sesión: {sesion.nombre}")
        self.sesion_label.show()
        self._show_sync(self._shell.sync_light)
        self._show_backup(self._shell.backup_failure)
        self._soon.start()

    def _look_at_vigencias(self) -> None:
        """Count what is lost or expires soon, for users who may open Vigencias."""
        sesion = self._sesion
        if sesion is None or not sesion.can(Permiso.CONSULTAR_BITACORA):
            return
        context = self._shell.context(sesion)
        service = context.application.vigencias
        context.ask(
            self,
            lambda _progress: (service.all(sesion), service.today()),
            self._show_vigencias,
            lambda _error: self.vigencias_button.hide(),
        )

    def _show_vigencias(self, read: tuple[tuple[Vencimiento, ...], date]) -> None:
        found, hoy = read
        near = [one for one in found if one.needs_attention(hoy)]
        lost, soon = count_near(found, hoy)
        parts = []
        if lost:
            parts.append(f"{lost} ya no {'sirve o venció' if lost == 1 else 'sirven o vencieron'}")
        if soon:
            parts.append(f"{soon} por vencer")
        self.vigencias_button.setText(f"Vigencias: {', '.join(parts)}")
        self._mark(self.vigencias_button, "vencido" if lost else "por_vencer")
        tip = "\n".join(f"{one.que}, {one.de_quien}: {one.plazo(hoy)}" for one in near[:TOLD])
        self.vigencias_button.setToolTip(plain_tip(tip))
        # Last: showing it lays the bar out, for the words that it has by then.
        self.vigencias_button.setVisible(bool(near))

    def _show_backup(self, fallo: FalloRespaldo | None) -> None:
        """Show a failed backup to users who may open the backup window."""
        may_open = self._sesion is not None and self._sesion.can(Permiso.CONFIGURAR)
        self.respaldo_button.setVisible(fallo is not None and may_open)
        if fallo is not None:
            self._mark(self.respaldo_button, "advertencia")
            self.respaldo_button.setToolTip(plain_tip(fallo.motivo))

    def _show_sync(self, light: LuzBarra | None) -> None:
        """Show the state of synchronisation: as a button for users who may open the window, else as
        text.
        """
        may_open = self._sesion is not None and self._sesion.can(Permiso.CONFIGURAR)
        button, label = self.sincronizacion_button, self.sincronizacion_label
        button.setVisible(light is not None and may_open)
        label.setVisible(light is not None and not may_open)
        if light is not None:
            self._mark(button, light.icon)
            for part in (button, label):
                part.setText(light.text)
                part.setToolTip(plain_tip(light.tip))

    def _show_version(self) -> None:
        newer = self._shell.newer
        if newer is not None:
            self.version_button.setText(f"Hay una versión nueva: {newer.version}")
            self.version_button.show()

    def _on_mail(self, state: EstadoEnvio) -> None:
        """Who may not open the outbox is told nothing; a contratista of the own mails only."""
        sesion = self._sesion
        if sesion is None or not sesion.can(Permiso.CONFIGURAR_CORREO):
            return
        own, context = owner_of(sesion), self._shell.context(sesion)
        if own is None:
            self._show_mail(state)
            return
        context.ask(
            self,
            lambda _progress: context.application.buzon.counts(own),
            lambda mine: self._show_mail(
                replace(state, pendientes=mine.pendientes, detenidos=mine.detenidos)
            ),
            lambda _error: self.correo_label.hide(),
        )

    def _show_mail(self, state: EstadoEnvio) -> None:
        self.correo_label.setText(state.text)
        self.correo_label.setToolTip(plain_tip(state.motivo))
        self.correo_label.setVisible(bool(state.text))
