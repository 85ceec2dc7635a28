"""The fields of a registro patronal, and the messages under them."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import asdict

from PySide6.QtCore import QObject

from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.gui.forms.ui_registros_patronales import Ui_RegistrosPatronalesForm
from icsoe_desktop.gui.idse.registros_patronales.presenter import (
    CapturaRegistroPatronal,
    RegistrosPatronalesPresenter,
)
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.tables import tabular_font

NO_ZONE = "Sin indicar (se revisa con el salario mínimo general)"


class RegistroPatronalFields(QObject):
    """Passes the typed values to the presenter and shows its messages."""

    def __init__(
        self,
        form: Ui_RegistrosPatronalesForm,
        presenter: RegistrosPatronalesPresenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._filling = False
        self._fields = CheckedFields(
            fields_of(form, "registro_patronal", "razon_social", "rfc"),
            self,
            self._check,
            self._warn,
        )
        tabular = tabular_font()
        for edit in (form.registro_patronal_edit, form.rfc_edit):
            edit.setFont(tabular)
        self._zona = form.zona_combo
        self._zona.addItem(NO_ZONE, "")
        for zona in Zona:
            self._zona.addItem(zona.nombre, zona.value)
        self._fields.edited.connect(lambda: presenter.type_in(self._typed()))
        self._zona.currentIndexChanged.connect(lambda _at: self._on_zona())
        presenter.form_wanted.connect(self.fill)
        presenter.overtaken.connect(lambda: self._fields.tell(dict(presenter.state.ajenos)))
        self._fields.say()

    def attempt(self) -> None:
        """Check all fields from now on, also empty ones."""
        self._fields.attempt()

    def focus_first(self) -> None:
        self._fields.focus_first(["registro_patronal"])

    def set_read_only(self, read_only: bool) -> None:
        self._fields.set_read_only(read_only)
        self._zona.setEnabled(not read_only)

    def draw(self, problems: Iterable[tuple[str, str]]) -> None:
        self._fields.draw(problems)

    def fill(self, captura: CapturaRegistroPatronal) -> None:
        empty = captura == CapturaRegistroPatronal()
        self._filling = True
        self._zona.setCurrentIndex(max(self._zona.findData(captura.zona), 0))
        self._filling = False
        self._fields.fill(asdict(captura), known=not empty)
        if empty:
            self.focus_first()

    def _typed(self) -> CapturaRegistroPatronal:
        return CapturaRegistroPatronal(**self._fields.texts(), zona=self._zona.currentData())

    def _on_zona(self) -> None:
        if not self._filling:
            self._presenter.type_in(self._typed())

    def _check(self) -> dict[str, str]:
        return self._presenter.problems_of(self._typed())

    def _warn(self, left: Set[str]) -> dict[str, str]:
        return self._presenter.warnings_of(self._typed(), left)
