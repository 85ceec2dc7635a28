"""The page of conflicts: two values of one field, of which a person chooses one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.texto import capitalised
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.forms.ui_sincronizacion_conflictos import Ui_SincronizacionConflictosForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.sincronizacion.palabras import moment, signed
from icsoe_desktop.gui.oficina.sincronizacion.presenter import Service
from icsoe_desktop.jobs import JobQueue, Outcome, Succeeded
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Conflicto, Eleccion

CHOSEN = {
    Eleccion.VIGENTE: "Se dejó lo vigente. Los demás equipos lo sabrán en la próxima "
    "sincronización.",
    Eleccion.PERDIDO: "Se puso el otro valor. Llegará a los demás equipos en la próxima "
    "sincronización.",
}


@dataclass(frozen=True)
class ConflictosState(TaskState):
    loaded: bool = False
    conflictos: tuple[Conflicto, ...] = ()


class ConflictosPresenter(TaskPresenter[ConflictosState]):
    resolved = Signal()

    def __init__(self, service: Service, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, ConflictosState())
        self._service = service
        self._sesion = sesion
        self._said = ""  # shown with what is read after a choice

    def load(self) -> None:
        if not self.state.busy:
            self.perform(
                lambda _progress: self._service().conflictos.all(self._sesion), self._on_loaded
            )

    def refresh(self) -> None:
        """Read the conflicts again, in the background."""
        if self.state.loaded and not self.state.busy:
            self.run(
                lambda _progress: self._service().conflictos.all(self._sesion), self._on_refreshed
            )

    def choose(self, conflicto: Conflicto, eleccion: Eleccion) -> None:
        if self.state.busy:
            return

        def then(_none: None) -> None:
            self._said = CHOSEN[eleccion]
            self.resolved.emit()
            self.load()

        self.perform(
            lambda _progress: self._service().conflictos.resolve(self._sesion, conflicto, eleccion),
            then,
        )

    def _fail(self, error: Exception) -> None:
        super()._fail(error)
        # The conflict may have changed, or was resolved on another desktop.
        self.refresh()

    def _on_refreshed(self, outcome: Outcome[tuple[Conflicto, ...]]) -> None:
        # While a choice is being saved, ignore the result: a new reading follows.
        if isinstance(outcome, Succeeded) and not self.state.busy:
            self._show(conflictos=outcome.value)

    def _on_loaded(self, conflictos: tuple[Conflicto, ...]) -> None:
        message, self._said = self._said, ""
        self._show(loaded=True, conflictos=conflictos, message=message, role="success")


READING: Final = "Leyendo los conflictos…"
NONE_WAITS: Final = (
    "No hay conflictos por decidir. Cuando dos equipos cambian el mismo dato sin verse, aquí "
    "aparecen los dos valores, para que usted elija con cuál quedarse."
)
CLASH: Final = (
    "Son dos registros con la misma clave: sólo uno puede quedar, y el otro espera hasta que usted "
    "elija."
)
NO_VALUE: Final = "(vacío)"
COLUMNS = (
    Column[Conflicto]("Qué", lambda c: capitalised(c.objeto), width=122),
    Column[Conflicto]("Cuál", lambda c: c.titulo, width=310),
    Column[Conflicto]("Dato", lambda c: c.campo, width=125),
    Column[Conflicto]("Desde", lambda c: moment(c.cuando), sort=lambda c: c.cuando, width=118),
)


class ConflictosPage(QWidget):
    def __init__(self, presenter: ConflictosPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionConflictosForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._drawn: tuple[Conflicto, ...] | None = None
        form = self.form
        self.table = RowsTable(
            form.conflictos_table, COLUMNS, context.preferences, key=lambda one: one.id
        )
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "correcto")
        form.vigente_button.clicked.connect(lambda: self._choose(Eleccion.VIGENTE))
        form.perdido_button.clicked.connect(lambda: self._choose(Eleccion.PERDIDO))
        form.conflictos_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        presenter.changed.connect(self._draw)
        self._draw(presenter.state)

    @property
    def primary(self) -> QPushButton | None:
        """None: Enter must not choose one of two values."""
        return None

    def focus_first(self) -> None:
        if self.form.conflictos_table.isVisibleTo(self):
            self.form.conflictos_table.setFocus()

    def _choose(self, eleccion: Eleccion) -> None:
        chosen = self.table.selected()
        if chosen is not None:
            self._presenter.choose(chosen, eleccion)

    def _draw(self, state: ConflictosState) -> None:
        form = self.form
        show_message(form.mensaje_label, state.message, state.role)
        self.empty.say(NONE_WAITS if state.loaded else READING)
        if state.conflictos != self._drawn:
            self._drawn = state.conflictos
            had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
            self.table.set_rows(state.conflictos)
            if self.table.selected() is None and state.conflictos:
                form.conflictos_table.selectRow(0)
            page = form.tabla_page if state.conflictos else form.vacia_page
            form.lista_stack.setCurrentWidget(page)
            if had_focus:
                self.focus_first()
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        form, chosen = self.form, self.table.selected()
        for button in (form.vigente_button, form.perdido_button):
            button.setEnabled(chosen is not None and not self._presenter.state.busy)
        if chosen is None:
            for part in (form.vigente_text, form.perdido_text):
                part.setPlainText("")
            labels = (
                form.cual_label, form.cuando_label, form.de_vigente_label, form.de_perdido_label,
            )  # fmt: skip
            for label in labels:
                show_message(label, "", "hint")
            return
        show_message(form.de_vigente_label, signed(chosen.de_vigente), "hint")
        show_message(form.de_perdido_label, signed(chosen.de_perdido), "hint")
        _say_in(form.vigente_text, chosen.vigente or NO_VALUE)
        _say_in(form.perdido_text, chosen.perdido or NO_VALUE)
        show_message(form.cual_label, f"{chosen.titulo}: {chosen.campo}", "subtitle")
        clash = chosen.clase is ClaseConflicto.CHOQUE
        show_message(form.cuando_label, CLASH if clash else "", "hint")


def _say_in(part: QPlainTextEdit, text: str) -> None:
    if part.toPlainText() != text:
        # Setting the same text again would lose scroll position and selection.
        part.setPlainText(text)
