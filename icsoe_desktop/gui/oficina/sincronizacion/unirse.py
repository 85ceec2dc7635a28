"""The page that joins an office: asks for the invitation, then shows its office."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QWidget

from icsoe_desktop.domain.sincronizacion.records import INVITATION_SUFFIX
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_sincronizacion_unirse import Ui_SincronizacionUnirseForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import accept_copy, choose_file, dropped_file
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.oficina.sincronizacion.alta_presenter import (
    OficinaAltaPresenter,
    OficinaAltaState,
)
from icsoe_desktop.gui.oficina.sincronizacion.pages import FocusKeeper, Foot
from icsoe_desktop.gui.oficina.sincronizacion.palabras import ROL_TEXTS, ROLES

FILTERS: Final = (
    f"Invitación de ICSOE Desktop (*{INVITATION_SUFFIX})",
    "Todos los archivos (*)",
)


class UnirsePage(QWidget):
    left = Signal()
    primary_changed = Signal()

    def __init__(self, presenter: OficinaAltaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionUnirseForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        self._fields = CheckedFields(fields_of(form, "archivo", "codigo", "equipo"), self)
        self._fields.edited.connect(presenter.mend)
        self._steps = (
            Foot((form.regresar_button,), (form.continuar_button,)),
            Foot((form.volver_button,), (form.unirse_button,)),
        )
        self.buttons = Foot(
            tuple(one for step in self._steps for one in step.left),
            tuple(one for step in self._steps for one in step.right),
        )
        self._focus = FocusKeeper(self, self.buttons)
        form.equipo_edit.setText(presenter.equipo)
        self.setAcceptDrops(True)
        form.elegir_button.clicked.connect(self._choose)
        form.regresar_button.clicked.connect(self.left)
        form.continuar_button.clicked.connect(self._open)
        form.volver_button.clicked.connect(presenter.close_invitation)
        form.unirse_button.clicked.connect(lambda: presenter.join(form.equipo_edit.text()))
        form.cancelar_button.clicked.connect(presenter.cancel)
        presenter.changed.connect(self._draw)
        self._draw(presenter.state)

    @property
    def primary(self) -> QPushButton:
        opened = self._presenter.state.vista is not None
        return self.form.unirse_button if opened else self.form.continuar_button

    @property
    def foot(self) -> Foot:
        """The buttons of the present step."""
        return self._steps[self._presenter.state.vista is not None]

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose input."""
        form = self.form
        named = form.equipo_edit.text() != self._presenter.equipo
        return named or bool(form.archivo_edit.text() or form.codigo_edit.text())

    def clear(self) -> None:
        """Clear the code once it is no longer needed."""
        form = self.form
        for edit in (form.archivo_edit, form.codigo_edit):
            edit.clear()
        form.equipo_edit.setText(self._presenter.equipo)
        self._presenter.close_invitation()

    def focus_first(self) -> None:
        self.form.archivo_edit.setFocus()

    def take(self, path: Path) -> None:
        """Take over an invitation file and ask for its code."""
        self.form.archivo_edit.setText(str(path))
        self.form.codigo_edit.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None and not self._presenter.state.busy:
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData())
        if path is not None:
            accept_copy(event)
            # Return first: the program that the file comes from waits until the drop is handled.
            QTimer.singleShot(0, self, lambda: self.take(path))

    def _choose(self) -> None:
        preferences = self._context.preferences
        choose_file(self, "Elegir la invitación", FILTERS, "invitacion", preferences, self.take)

    def _open(self) -> None:
        self._presenter.open_invitation(self.form.archivo_edit.text(), self.form.codigo_edit.text())

    def _draw(self, state: OficinaAltaState) -> None:
        form, vista = self.form, state.vista
        page = form.invitacion_page if vista is None else form.confirmar_page
        with self._focus.through(state.busy):
            for widget in (form.pasos_stack, *self.buttons.all):
                widget.setEnabled(not state.busy)
            form.avance_panel.setVisible(state.busy)
        if vista is not None:
            form.oficina_label.setText(vista.nombre)
            form.servidor_label.setText(vista.direccion)
            form.cuenta_label.setText(vista.cuenta)
            form.rol_label.setText(f"{ROLES[vista.rol]}. {ROL_TEXTS[vista.rol]}")
        if form.pasos_stack.currentWidget() is not page:
            form.pasos_stack.setCurrentWidget(page)
            (form.archivo_edit if vista is None else form.equipo_edit).setFocus()
            self.primary_changed.emit()
        form.cancelar_button.setEnabled(not state.cancelling)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)
