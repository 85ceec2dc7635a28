"""The page that creates an office with this desktop as its first member."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_sincronizacion_crear import Ui_SincronizacionCrearForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.oficina.sincronizacion.alta_presenter import (
    CONEXION_FIELDS,
    OficinaAltaPresenter,
    OficinaAltaState,
)
from icsoe_desktop.gui.oficina.sincronizacion.conexion import ConexionPanel, RevisionDialog
from icsoe_desktop.gui.oficina.sincronizacion.pages import FocusKeeper, Foot, fill, walk_after


class CrearPage(QWidget):
    left = Signal()

    def __init__(self, presenter: OficinaAltaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionCrearForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        self.conexion = ConexionPanel(self)
        fill(form.conexion_panel, self.conexion)
        walk_after(
            self.conexion.form.mostrar_check,
            form.oficina_edit,
            form.nombre_edit,
            form.equipo_edit,
            form.cancelar_button,
        )
        self.foot = Foot((form.regresar_button,), (form.probar_button, form.crear_button))
        self._edits: dict[str, QLineEdit] = {
            "oficina": form.oficina_edit,
            "nombre": form.nombre_edit,
            "equipo": form.equipo_edit,
        }
        fields = {
            **self.conexion.fields,
            **fields_of(form, "oficina", "nombre", "equipo"),
        }
        self._fields = CheckedFields(fields, self)
        self._fields.edited.connect(presenter.mend)
        self._focus = FocusKeeper(self, self.foot)
        form.equipo_edit.setText(presenter.equipo)
        self._align_labels()
        form.regresar_button.clicked.connect(self.left)
        form.probar_button.clicked.connect(self._test)
        form.crear_button.clicked.connect(self._create)
        form.cancelar_button.clicked.connect(presenter.cancel)
        presenter.changed.connect(self._draw)
        presenter.prefilled.connect(self._fix_address)
        self._draw(presenter.state)

    def _fix_address(self, direccion: str) -> None:
        self.conexion.fix_address(direccion, self._context.application.politica)

    def _align_labels(self) -> None:
        """Align the fields of both groups."""
        labels = (self.conexion.form.direccion_label, self.form.equipo_label)
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)

    @property
    def primary(self) -> QWidget:
        return self.form.crear_button

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose input."""
        edits = {**self.conexion.edits, **self._edits}
        given = {"direccion": self._presenter.state.direccion, "equipo": self._presenter.equipo}
        return any(edit.text() != given.get(name, "") for name, edit in edits.items())

    def clear(self) -> None:
        """Clear the password once it is no longer needed."""
        for edit in (*self.conexion.edits.values(), *self._edits.values()):
            if not edit.isReadOnly():
                edit.clear()
        self.form.equipo_edit.setText(self._presenter.equipo)

    def focus_first(self) -> None:
        locked = self.conexion.edits["direccion"].isReadOnly()
        self.conexion.edits["cuenta" if locked else "direccion"].setFocus()

    def _test(self) -> None:
        presenter, conexion = self._presenter, self.conexion.typed(self.form.oficina_edit.text())
        values = {name: getattr(conexion, name) for name in CONEXION_FIELDS}
        if not presenter.find_problems(values):
            RevisionDialog(
                lambda progress: presenter.test(conexion, progress), self._context, self
            ).open()

    def _create(self) -> None:
        form = self.form
        self._presenter.create(
            self.conexion.typed(form.oficina_edit.text()),
            form.nombre_edit.text(),
            form.equipo_edit.text(),
        )

    def _draw(self, state: OficinaAltaState) -> None:
        form = self.form
        locked = (form.servidor_group, form.oficina_group, *self.foot.all)
        with self._focus.through(state.busy):
            for widget in locked:
                widget.setEnabled(not state.busy)
            form.avance_panel.setVisible(state.busy)
        form.cancelar_button.setEnabled(not state.cancelling)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)
