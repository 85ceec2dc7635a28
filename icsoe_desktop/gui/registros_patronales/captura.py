"""The three fields of a registro patronal, and what is said under them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFontDatabase

from icsoe_desktop.gui.forms.ui_registros_patronales import Ui_RegistrosPatronalesForm
from icsoe_desktop.gui.kit.fields import FieldErrors, show_message
from icsoe_desktop.gui.registros_patronales.presenter import (
    CapturaRegistroPatronal,
    RegistrosPatronalesPresenter,
)

WARNING = "Advertencia: {texto}"


class CapturaFields(QObject):
    """Tells the presenter what is typed and shows what it says of it."""

    def __init__(
        self,
        form: Ui_RegistrosPatronalesForm,
        presenter: RegistrosPatronalesPresenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._left: set[str] = set()
        self._filling = False
        self._edits = {
            "registro_patronal": form.registro_patronal_edit,
            "razon_social": form.razon_social_edit,
            "rfc": form.rfc_edit,
        }
        self._warnings = {
            "registro_patronal": form.registro_patronal_advertencia,
            "razon_social": form.razon_social_advertencia,
            "rfc": form.rfc_advertencia,
        }
        self._errors = FieldErrors(
            {
                "registro_patronal": (form.registro_patronal_edit, form.registro_patronal_error),
                "razon_social": (form.razon_social_edit, form.razon_social_error),
                "rfc": (form.rfc_edit, form.rfc_error),
            }
        )
        tabular = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        for edit in (form.registro_patronal_edit, form.rfc_edit):
            edit.setFont(tabular)
        for edit in self._edits.values():
            # Not textEdited: dictation and screen readers set the text without keys.
            edit.textChanged.connect(self._on_typed)
            edit.installEventFilter(self)
        presenter.form_wanted.connect(self.fill)
        presenter.overtaken.connect(self._show_overtaken)
        self.say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            for campo, edit in self._edits.items():
                if watched is edit and edit.text():
                    self._left.add(campo)
                    self.say()
        return super().eventFilter(watched, event)

    def leave_all(self) -> None:
        """From now on every field says what it lacks."""
        self._left.update(self._edits)

    def focus_first(self) -> None:
        self._edits["registro_patronal"].setFocus()

    def set_read_only(self, read_only: bool) -> None:
        # Disabled, the field that has the focus would lose it.
        for edit in self._edits.values():
            edit.setReadOnly(read_only)

    def fill(self, captura: CapturaRegistroPatronal) -> None:
        self._filling = True
        self._edits["registro_patronal"].setText(captura.registro_patronal)
        self._edits["razon_social"].setText(captura.razon_social)
        self._edits["rfc"].setText(captura.rfc)
        self._filling = False
        if captura == CapturaRegistroPatronal():
            self._left = set()
            self.focus_first()
        else:
            self.leave_all()
        self.say()

    def say(self) -> None:
        """Shows what there is to say now."""
        avisos = self._presenter.review(self._left)
        state = self._presenter.state
        problems = {**dict(state.ajenos), **avisos.problemas, **dict(state.problems)}
        self._errors.show(problems)
        for campo, label in self._warnings.items():
            text = avisos.advertencias.get(campo, "")
            told = WARNING.format(texto=text) if text and campo not in problems else ""
            show_message(label, told, "warning")
            self._edits[campo].setAccessibleDescription(problems.get(campo) or told)

    def focus_problem(self) -> None:
        self._errors.focus_first(dict(self._presenter.state.problems))

    def _show_overtaken(self) -> None:
        self._errors.focus_first(dict(self._presenter.state.ajenos))

    def _on_typed(self) -> None:
        if self._filling:
            return
        self._presenter.type_in(
            CapturaRegistroPatronal(
                self._edits["registro_patronal"].text(),
                self._edits["razon_social"].text(),
                self._edits["rfc"].text(),
            )
        )
        self.say()
