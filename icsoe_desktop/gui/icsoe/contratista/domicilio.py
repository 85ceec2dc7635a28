"""The tab Domicilio social: answer, code and colonia, components, confirmation."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import QButtonGroup, QCompleter, QWidget

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento, Domicilio
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contratista_domicilio import Ui_ContratistaDomicilioForm
from icsoe_desktop.gui.icsoe.contratista.domicilio_presenter import (
    COMPONENTS,
    DomicilioPresenter,
    DomicilioState,
    Etapa,
    in_words,
)
from icsoe_desktop.gui.icsoe.pagina import Tab
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import name_line_of, press_on_enter, show_message
from icsoe_desktop.services.contratista.service import InformacionContratista

SAME = "El domicilio social es el mismo que el fiscal. Guarde para continuar."
SAME_SAVED = "El domicilio social es el mismo que el fiscal."


class DomicilioTab(Tab):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ContratistaDomicilioForm()
        self.form.setupUi(self)
        form = self.form
        self._context = context
        services = context.application
        presenter = DomicilioPresenter(
            services.contratistas, services.codigos_postales, context.jobs, context.require_sesion()
        )
        presenter.setParent(self)
        self._presenter = presenter
        self._colonias: tuple[Asentamiento, ...] = ()
        self._answers = QButtonGroup(self)
        self._answers.addButton(form.si_radio)
        self._answers.addButton(form.no_radio)
        self._place = CheckedFields(
            fields_of(form, "codigo_postal", "colonia"), self, self._check_place
        )
        self._components = CheckedFields(
            fields_of(form, *COMPONENTS),
            self,
            self._check_components,
        )
        name_line_of(form.colonia_combo, form.colonia_label)
        self._completer()
        self._connect()
        self._draw(presenter.state)

    def event(self, event: QEvent) -> bool:
        # Another window may have imported a postal catalogue meanwhile.
        if event.type() == QEvent.Type.WindowActivate:
            self._presenter.load_catalogue()
        return super().event(event)

    def show_info(self, info: InformacionContratista) -> None:
        self._presenter.keep(info.domicilio_igual, info.domicilio)

    def focus_first(self) -> None:
        """Focus the first input of the present stage."""
        form = self.form
        match self._presenter.state.etapa:
            case Etapa.PREGUNTA | Etapa.IGUAL:
                form.si_radio.setFocus()
            case Etapa.CODIGO:
                form.codigo_postal_edit.setFocus()
            case Etapa.COMPONENTES:
                form.calle_edit.setFocus()
            case Etapa.RESUMEN:
                kept = self._presenter.state.is_kept
                (form.modificar_button if kept else form.aceptar_button).setFocus()

    @property
    def unsaved(self) -> bool:
        return not self._presenter.state.is_kept

    def discard(self) -> None:
        self._presenter.discard()

    def _completer(self) -> None:
        completer = self.form.colonia_combo.completer()
        if completer is None:  # only a combo box that is not editable has none
            raise RuntimeError("the list of colonias must be editable")
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        # toggled, not clicked: a screen reader's action toggles without a click. Drawing blocks it.
        form.si_radio.toggled.connect(lambda on: self._answer(True) if on else None)
        form.no_radio.toggled.connect(lambda on: self._answer(False) if on else None)
        form.guardar_button.clicked.connect(presenter.save_igual)
        # textChanged, not textEdited: dictation and password managers set the
        # text without keystrokes.
        form.codigo_postal_edit.textChanged.connect(presenter.type_code)
        form.importar_button.clicked.connect(self._import_catalogue)
        form.ubicar_button.clicked.connect(self._locate)
        form.ubicar_componentes_button.clicked.connect(self._locate_components)
        form.regresar_button.clicked.connect(self._go_back)
        form.aceptar_button.clicked.connect(presenter.accept)
        form.modificar_button.clicked.connect(presenter.back_to_code)
        form.dejar_button.clicked.connect(self._keep_others)
        press_on_enter(
            self,
            form.guardar_button,
            form.ubicar_button,
            form.ubicar_componentes_button,
            form.aceptar_button,
        )
        presenter.changed.connect(self._draw)
        presenter.draft_changed.connect(self._fill)
        presenter.refused.connect(self._on_refused)
        presenter.saved.connect(self.saved)
        presenter.failed.connect(self.failed)

    def _answer(self, igual: bool) -> None:
        self._presenter.choose(igual)
        if not igual:
            self.focus_first()

    def _typed_place(self) -> dict[str, str]:
        return {
            "codigo_postal": self.form.codigo_postal_edit.text(),
            "colonia": self._colonia(),
        }

    def _check_place(self) -> dict[str, str]:
        return self._presenter.check_ubicacion(self._typed_place())

    def _check_components(self) -> Mapping[str, str]:
        return self._presenter.check_components(self._components.texts())

    def _locate(self) -> None:
        if self._place.attempt():
            self._presenter.locate(**self._typed_place())
            self.focus_first()

    def _colonia(self) -> str:
        """The colonia, without the kind of settlement that the list shows after it."""
        combo = self.form.colonia_combo
        typed = combo.currentText().strip()
        for one in self._colonias:
            if typed == one.etiqueta:
                return one.colonia
        return typed

    def _locate_components(self) -> None:
        if self._components.attempt():
            self._presenter.locate_components(self._components.texts())
            self.focus_first()

    def _go_back(self) -> None:
        self._presenter.hold(self._components.texts())
        self._presenter.back_to_code()
        self.focus_first()

    def _keep_others(self) -> None:
        self._presenter.discard()
        self.focus_first()

    def _import_catalogue(self) -> None:
        shell, sesion = self._context.shell, self._context.sesion
        window = shell.open("catalogo_postal", sesion, self.window())
        window.destroyed.connect(self._presenter.load_catalogue)

    def _on_refused(self, problems: Mapping[str, str]) -> None:
        """Show problems that only the service found, on the stage with their fields."""
        if set(problems) & {"codigo_postal", "colonia"}:
            self._presenter.back_to_code()
            self._place.refuse(problems)
        else:
            self._components.refuse(problems)

    def _fill(self, draft: Domicilio) -> None:
        form = self.form
        with QSignalBlocker(form.codigo_postal_edit), self._place.filling():
            form.codigo_postal_edit.setText(draft.codigo_postal)
            form.colonia_combo.setEditText(draft.colonia)
        self._components.fill({name: getattr(draft, name) for name in COMPONENTS})

    def _draw(self, state: DomicilioState) -> None:
        form = self.form
        # An exclusive group cannot uncheck both buttons, as needed before any answer.
        self._answers.setExclusive(False)
        with QSignalBlocker(form.si_radio), QSignalBlocker(form.no_radio):
            form.si_radio.setChecked(state.etapa is Etapa.IGUAL)
            form.no_radio.setChecked(state.etapa not in (Etapa.PREGUNTA, Etapa.IGUAL))
        self._answers.setExclusive(True)
        pages = {
            Etapa.PREGUNTA: form.nada_page,
            Etapa.IGUAL: form.igual_page,
            Etapa.CODIGO: form.codigo_page,
            Etapa.COMPONENTES: form.componentes_page,
            Etapa.RESUMEN: form.resumen_page,
        }
        form.etapa_stack.setCurrentWidget(pages[state.etapa])
        self._draw_colonias(state)
        form.catalogo_label.setText(state.catalogo_text)
        form.igual_label.setText(SAME_SAVED if state.kept_igual else SAME)
        form.colonia_hint.setText(state.colonia_hint)
        form.colonia_hint.setVisible(bool(state.colonia_hint))
        form.ubicacion_label.setText(
            f"Col. {state.draft.colonia}, C. P. {state.draft.codigo_postal}"
        )
        form.resumen_value.setText(in_words(state.draft))
        outside = state.outside_text if state.etapa is Etapa.RESUMEN else ""
        show_message(form.fuera_label, outside, "warning")
        form.aceptar_button.setVisible(not state.is_kept)
        for button in (
            form.guardar_button,
            form.aceptar_button,
            form.modificar_button,
            form.dejar_button,
            form.si_radio,
            form.no_radio,
        ):
            button.setEnabled(not state.busy)
        show_message(form.ajeno_label, state.ajeno_text, "warning")
        form.ajeno_panel.setVisible(state.overtaken)
        show_message(form.mensaje_label, state.message, "success")

    def _draw_colonias(self, state: DomicilioState) -> None:
        if state.colonias == self._colonias:
            return
        combo = self.form.colonia_combo
        typed = combo.currentText()
        self._colonias = state.colonias
        combo.clear()
        combo.addItems([one.etiqueta for one in state.colonias])
        only = len(state.colonias) == 1 and not typed
        combo.setCurrentIndex(0 if only else -1)
        if not only:
            combo.setEditText(typed)
