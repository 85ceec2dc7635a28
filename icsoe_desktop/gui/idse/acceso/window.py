"""Acceso a conexión en línea con IDSE: the first window."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.forms.ui_acceso import Ui_AccesoForm
from icsoe_desktop.gui.idse.acceso.presenter import AccesoPresenter, AccesoState
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.fields import (
    focused_button,
    on_low_screen,
    room_on_screen,
    set_height,
    set_property,
    show_message,
    show_text_with,
)

if TYPE_CHECKING:
    from icsoe_desktop.gui.idse.acceso.primera_vez import PrimeraVez
    from icsoe_desktop.gui.kit.checked_fields import CheckedFields

PRUEBAS = "Instalación de prueba: acepta certificados de prueba del SAT, que no tienen validez."
MARK_PX = 28
HEIGHT = 560  # of the form
LOW_MARGINS, LOW_SPACING = (32, 12, 32, 8), 8
LOW_BAR = 24


class AccesoWindow(QWidget):
    registration_wanted = Signal()
    recovery_wanted = Signal()
    icsoe_wanted = Signal()
    sample_wanted = Signal()
    restore_wanted = Signal()
    join_wanted = Signal()  # to join an office, without a user
    closed = Signal()
    painted = Signal()  # after the first painting

    def __init__(self, presenter: AccesoPresenter, sample: bool = False) -> None:
        """sample: this is the login window of the sample data."""
        super().__init__()
        self.form = Ui_AccesoForm()
        self.form.setupUi(self)
        self._presenter = presenter
        for label in (self.form.usuario_error, self.form.contrasena_error, self.form.prueba_label):
            label.hide()
        self._sample_offered = not sample
        self.form.ejemplo_button.setVisible(not sample)
        show_text_with(self.form.mostrar_check, self.form.contrasena_edit)
        CapsLockHint(self.form.contrasena_edit, self.form.mayusculas_label)
        self._was_painted = False
        if on_low_screen(self):
            self._fit_low_screen()
        self._connect()
        self._draw(presenter.state)

    def withhold_sample(self) -> None:
        """Do not offer the sample data: the machine's policy forbids them."""
        self._sample_offered = False
        self.form.ejemplo_button.hide()

    def mark_pruebas(self) -> None:
        self.form.prueba_label.setText(PRUEBAS)
        self.form.prueba_label.show()

    def clear_contrasena(self) -> None:
        self.form.contrasena_edit.clear()
        self.form.mostrar_check.setChecked(False)

    def forget_consulta(self) -> None:
        """After a session in modo sólo consulta: the next person may want to enter as a user."""
        self.form.consulta_check.setChecked(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # Emit later: the window's children are painted after this event.
            QTimer.singleShot(0, self, self._on_painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button in focus, or the primary one; Esc closes, as in a dialog."""
        from PySide6.QtCore import Qt  # slow import: docs/decisions/0012

        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (focused_button(self) or self.form.continuar_button).click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    @cached_property
    def _fields(self) -> CheckedFields:
        """Made once somebody can type."""
        from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of

        fields = CheckedFields(fields_of(self.form, "usuario", "contrasena"), self)
        fields.edited.connect(self._presenter.mend)
        return fields

    @cached_property
    def primera_vez(self) -> PrimeraVez:
        from icsoe_desktop.gui.idse.acceso.primera_vez import PrimeraVez

        made = PrimeraVez(self.form.cuerpo)
        layout = self.form.cuerpo_layout
        layout.insertWidget(layout.indexOf(self.form.mensaje_label) + 1, made, 1)
        made.registration_wanted.connect(self._then(self.registration_wanted))
        made.icsoe_wanted.connect(self._then(self.icsoe_wanted))
        made.sample_wanted.connect(self._then(self.sample_wanted))
        made.restore_wanted.connect(self._then(self.restore_wanted))
        made.join_wanted.connect(self._then(self.join_wanted))
        for one, following in pairwise((self.form.consulta_check, *made.buttons)):
            QWidget.setTabOrder(one, following)
        return made

    def _on_painted(self) -> None:
        # After the first painting: an icon is slow to make (docs/decisions/0012).
        self.form.marca_label.setPixmap(assets.icon("icsoe").pixmap(MARK_PX, MARK_PX))
        self._fields.draw(self._presenter.state.problems)
        self.painted.emit()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.consulta_check.toggled.connect(presenter.choose_consulta)
        form.continuar_button.clicked.connect(self._enter)
        form.registrate_button.clicked.connect(self._then(self.registration_wanted))
        form.olvido_button.clicked.connect(self._then(self.recovery_wanted))
        form.icsoe_button.clicked.connect(self._then(self.icsoe_wanted))
        form.ejemplo_button.clicked.connect(self._then(self.sample_wanted))
        form.restaurar_button.clicked.connect(self._then(self.restore_wanted))
        presenter.changed.connect(self._draw)
        presenter.usuario_known.connect(self.fill_in)
        presenter.refused.connect(self._on_refused)

    def _then(self, wanted: SignalInstance) -> Callable[[], None]:
        """Emits `wanted` once every service can be used, unless the policy turns out to forbid."""

        def emit() -> None:
            if wanted is not self.sample_wanted or self._sample_offered:
                wanted.emit()

        return lambda: self._presenter.when_whole(emit)

    def _draw_beginning(self, state: AccesoState) -> None:
        """Show the ways to begin in place of the fields and of the foot with its links."""
        form, begins = self.form, state.begins
        if not begins and "primera_vez" not in self.__dict__:
            return
        cards = self.primera_vez
        turned = cards.isHidden() == begins
        cards.setEnabled(state.others_enabled)
        for widget in (
            form.datos_group,
            form.continuar_button,
            form.olvido_button,
            form.sin_cuenta_label,
            form.pie,
        ):
            widget.setHidden(begins)
        cards.setVisible(begins)
        form.ejemplo_button.setVisible(self._sample_offered and not begins)
        cards.ejemplo_card.setVisible(self._sample_offered)
        if begins:
            form.restaurar_button.hide()
            if not cards.isAncestorOf(self.focusWidget() or self):
                cards.registrar_button.setFocus()
        if turned:
            # Once the words of the cards have their width.
            QTimer.singleShot(0, self, self._fit_height)

    def _fit_low_screen(self) -> None:
        """Make the body scroll, with smaller margins and the button in the foot."""
        from icsoe_desktop.gui.kit.stacks import scroll_body

        form = self.form
        self._hide_mark()
        form.cuerpo_layout.setContentsMargins(*LOW_MARGINS)
        form.cuerpo_layout.setSpacing(LOW_SPACING)
        form.pie_layout.insertWidget(0, form.continuar_button)
        form.pie_layout.setSpacing(LOW_SPACING)
        # From edge to edge of the window, also while the rest has a scroll bar.
        form.accesoForm_layout1.removeWidget(form.prueba_label)
        scroll_body(self)
        form.accesoForm_layout1.insertWidget(0, form.prueba_label)
        # A scroll bar beside it must not break the title.
        wide = QSize(self.width() + LOW_BAR, self.height())
        self.resize(wide.boundedTo(room_on_screen(self).size()))

    def _hide_mark(self) -> None:
        for one in (self.form.marca_label, self.form.marca_nombre):
            one.hide()

    def _fit_height(self) -> None:
        """The height of the form, or what the cards need; the mark makes room for them."""
        layout = self.layout()
        if layout is not None and not self.isMaximized():
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            if needed > room_on_screen(self).height():
                self._hide_mark()
                needed = layout.totalHeightForWidth(self.width())
            set_height(self, max(HEIGHT, needed))

    def _enter(self) -> None:
        self._presenter.enter(self.form.usuario_edit.text(), self.form.contrasena_edit.text())
        self._fields.focus_wrong()

    def fill_in(self, usuario: str) -> None:
        self.form.usuario_edit.setText(usuario)
        self._focus_first()

    def _on_refused(self, _message: str) -> None:
        self.form.contrasena_edit.selectAll()
        self.form.contrasena_edit.setFocus()

    def _focus_first(self) -> None:
        form = self.form
        first = form.contrasena_edit if form.usuario_edit.text() else form.usuario_edit
        first.setFocus()

    def _draw(self, state: AccesoState) -> None:
        form = self.form
        for widget in (form.usuario_edit, form.contrasena_edit, form.mostrar_check):
            widget.setEnabled(state.fields_enabled)
        form.datos_group.setEnabled(not state.consulta)
        # A hint keeps its ink where it is off; a plain label is grey like its field.
        set_property(form.usuario_hint, "role", "" if state.consulta else "hint")
        form.consulta_check.setEnabled(state.ready and not state.busy)
        form.continuar_button.setText(state.accept_text)
        form.continuar_button.setEnabled(state.ready and not state.busy)
        form.registrate_button.setEnabled(state.others_enabled)
        form.olvido_button.setEnabled(state.others_enabled and state.any_usuario)
        form.icsoe_button.setEnabled(state.others_enabled)
        form.ejemplo_button.setEnabled(state.others_enabled)
        # Users who can log in restore from inside the program.
        form.restaurar_button.setVisible(state.ready and not state.any_usuario)
        form.restaurar_button.setEnabled(state.others_enabled)
        self._draw_beginning(state)
        if self._was_painted:
            self._fields.draw(state.problems)
        waiting = state.busy or not state.ready or not state.any_usuario
        show_message(form.mensaje_label, state.message, "hint" if waiting else "error")
