"""A domicilio, of the contratista or of a contratante: answer, code, components, confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import QButtonGroup, QCompleter, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import (
    EMPTY,
    Asentamiento,
    ClaseDomicilio,
    Domicilio,
    RespuestaDomicilio,
    check_domicilio,
    check_ubicacion,
    with_texts,
)
from icsoe_desktop.domain.identificadores.contacto import CodigoPostal
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contratista_domicilio import Ui_ContratistaDomicilioForm
from icsoe_desktop.gui.icsoe.contratista.domicilio_estado import (
    COMPONENTS,
    DomicilioState,
    Etapa,
    in_words,
)
from icsoe_desktop.gui.icsoe.paginas import Tab
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import name_line_of, press_on_enter, show_message
from icsoe_desktop.services.contratista.domicilios import CatalogoPostal
from icsoe_desktop.services.contratista.service import (
    DomicilioAjenoError,
    InformacionContratista,
)

SAME = "Este domicilio es el mismo que el fiscal. Guarde para continuar."
SAME_SAVED = "Este domicilio es el mismo que el fiscal."
SAVED = "El domicilio se guardó."
CONVENCIONAL = "¿El domicilio convencional de&l contratista es igual a su domicilio fiscal?"


class DomicilioTab(Tab):
    def __init__(
        self,
        context: Context,
        parent: QWidget,
        clase: ClaseDomicilio = ClaseDomicilio.SOCIAL,
    ) -> None:
        super().__init__(parent)
        self.clase = clase
        self.form = Ui_ContratistaDomicilioForm()
        self.form.setupUi(self)
        if clase is ClaseDomicilio.CONVENCIONAL:
            self.form.pregunta_label.setText(CONVENCIONAL)
        form = self.form
        self._context, self._sesion = context, context.require_sesion()
        self._codigos = context.application.codigos_postales
        self._state = DomicilioState()
        self._typed_code = ""
        self._colonias: tuple[Asentamiento, ...] = ()
        self._answers = QButtonGroup(self)
        self._answers.addButton(form.si_radio)
        self._answers.addButton(form.no_radio)
        self._place = CheckedFields(
            fields_of(form, "codigo_postal", "colonia"), self, self._check_place
        )
        self._components = CheckedFields(fields_of(form, *COMPONENTS), self, self._check_components)
        name_line_of(form.colonia_combo, form.colonia_label)
        self._completer()
        form.importar_button.setVisible(self._sesion.can(Permiso.IMPORTAR_CODIGOS_POSTALES))
        self._connect()
        self._draw()

    def event(self, event: QEvent) -> bool:
        # Another window may have imported a postal catalogue meanwhile.
        if event.type() == QEvent.Type.WindowActivate:
            self._load_catalogue()
        return super().event(event)

    def show_info(self, info: InformacionContratista) -> None:
        social = self.clase is ClaseDomicilio.SOCIAL
        self.show_kept(info.social if social else info.convencional)

    def focus_first(self) -> None:
        """Focus the first input of the present stage."""
        form = self.form
        match self._state.etapa:
            case Etapa.PREGUNTA | Etapa.IGUAL:
                form.si_radio.setFocus()
            case Etapa.CODIGO:
                form.codigo_postal_edit.setFocus()
            case Etapa.COMPONENTES:
                form.calle_edit.setFocus()
            case Etapa.RESUMEN:
                kept = self._state.is_kept
                (form.modificar_button if kept else form.aceptar_button).setFocus()

    @property
    def unsaved(self) -> bool:
        return not self._state.is_kept

    def discard(self) -> None:
        self.show_kept(self._state.kept)

    def show_kept(self, kept: RespuestaDomicilio) -> None:
        """Set the saved values and show them."""
        etapa = {None: Etapa.PREGUNTA, True: Etapa.IGUAL, False: Etapa.RESUMEN}[kept.igual]
        draft = kept.domicilio or EMPTY
        self._show(etapa=etapa, kept=kept, draft=draft, overtaken=False)
        self._typed_code = draft.codigo_postal
        self._fill()
        self._load_catalogue()

    def _completer(self) -> None:
        completer = self.form.colonia_combo.completer()
        if completer is None:  # only a combo box that is not editable has none
            raise RuntimeError("the list of colonias must be editable")
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def _connect(self) -> None:
        form = self.form
        # toggled, not clicked: a screen reader's action toggles without a click. Drawing blocks it.
        form.si_radio.toggled.connect(lambda on: self._answer(True) if on else None)
        form.no_radio.toggled.connect(lambda on: self._answer(False) if on else None)
        form.guardar_button.clicked.connect(self._save_igual)
        # textChanged, not textEdited: dictation and password managers set the
        # text without keystrokes.
        form.codigo_postal_edit.textChanged.connect(self._type_code)
        form.importar_button.clicked.connect(self._import_catalogue)
        form.ubicar_button.clicked.connect(self._locate)
        form.ubicar_componentes_button.clicked.connect(self._locate_components)
        form.regresar_button.clicked.connect(self._go_back)
        form.aceptar_button.clicked.connect(self._accept)
        form.modificar_button.clicked.connect(self._back_to_code)
        form.dejar_button.clicked.connect(self._keep_others)
        press_on_enter(
            self,
            form.guardar_button,
            form.ubicar_button,
            form.ubicar_componentes_button,
            form.aceptar_button,
        )

    def _answer(self, igual: bool) -> None:
        """Whether the domicilio is the fiscal one."""
        state = self._state
        if igual:
            self._show(etapa=Etapa.IGUAL, message="")
            return
        if state.etapa in (Etapa.PREGUNTA, Etapa.IGUAL):
            known = state.kept.domicilio
            etapa = Etapa.CODIGO if known is None else Etapa.RESUMEN
            self._show(etapa=etapa, draft=known or state.draft, message="")
            self._fill()
        self.focus_first()

    def _load_catalogue(self) -> None:
        """Read which catalogue is installed; at the start and after an import."""
        codigos, sesion = self._codigos, self._sesion
        self._context.ask(
            self, lambda _progress: codigos.current(sesion), self._on_catalogue, self.failed.emit
        )

    def _on_catalogue(self, catalogo: CatalogoPostal | None) -> None:
        if catalogo != self._state.catalogo:
            self._show(catalogo=catalogo, codigo="", colonias=())
            self._type_code(self._typed_code)

    def _type_code(self, text: str) -> None:
        """Look up the colonias once the postal code is complete."""
        self._typed_code = text
        try:
            codigo = CodigoPostal.parse(text).valor
        except InvalidInputError:
            if self._state.codigo:
                self._show(codigo="", colonias=())
            return
        if codigo != self._state.codigo:
            codigos, sesion = self._codigos, self._sesion
            self._context.ask(
                self,
                lambda _progress: codigos.colonias(sesion, codigo),
                lambda colonias: self._show(codigo=codigo, colonias=colonias),
                self.failed.emit,
            )

    def _import_catalogue(self) -> None:
        shell, sesion = self._context.shell, self._context.sesion
        window = shell.open("catalogo_postal", sesion, self.window())
        window.destroyed.connect(self._load_catalogue)

    def _check_place(self) -> dict[str, str]:
        return check_ubicacion(self.form.codigo_postal_edit.text(), self._colonia())

    def _check_components(self) -> Mapping[str, str]:
        return check_domicilio(with_texts(self._state.draft, self._components.texts()))

    def _colonia(self) -> str:
        """The colonia, without the kind of settlement that the list shows after it."""
        typed = self.form.colonia_combo.currentText().strip()
        known = (one.colonia for one in self._colonias if one.etiqueta == typed)
        return next(known, typed)

    def _locate(self) -> None:
        """The first «Ubicar»: go on to the components, filled in from the catalogue."""
        if not self._place.attempt():
            return
        codigo = CodigoPostal.parse(self.form.codigo_postal_edit.text()).valor
        colonia, colonias = self._colonia(), self._state.colonias
        draft = replace(self._state.draft, codigo_postal=codigo, colonia=colonia)
        known = next((one for one in colonias if one.colonia == colonia), None)
        known = known or next(iter(colonias), None)
        if known is not None:
            draft = replace(draft, municipio=known.municipio, estado=known.estado)
        self._show(etapa=Etapa.COMPONENTES, draft=draft, message="")
        self._fill()
        self.focus_first()

    def _locate_components(self) -> None:
        """The second «Ubicar»: go on to the whole address, for confirmation."""
        if self._components.attempt():
            draft = with_texts(self._state.draft, self._components.texts()).cleaned()
            self._show(etapa=Etapa.RESUMEN, draft=draft, message="")
            self.focus_first()

    def _go_back(self) -> None:
        self._show(draft=with_texts(self._state.draft, self._components.texts()))
        self._back_to_code()
        self.focus_first()

    def _back_to_code(self) -> None:
        self._show(etapa=Etapa.CODIGO, message="")
        self._fill()
        self._type_code(self._state.draft.codigo_postal)

    def _keep_others(self) -> None:
        self.discard()
        self.focus_first()

    def _accept(self) -> None:
        """«Aceptar»: save the address."""
        self.save(self._state.draft)

    def _save_igual(self) -> None:
        """«Guardar»: save that both addresses are the same."""
        self.save(None)

    def save(self, domicilio: Domicilio | None) -> None:
        if self._state.busy:
            return
        service, sesion = self._context.application.contratistas, self._sesion
        visto, clase = self._state.kept, self.clase
        self._show(busy=True, message="")
        self._context.ask(
            self,
            lambda _progress: service.save_domicilio(sesion, domicilio, visto, clase),
            self._on_saved,
            self._on_not_saved,
        )

    def _on_saved(self, paso: PasoContratista) -> None:
        self._show(busy=False, message=SAVED, overtaken=False)
        self.saved.emit(paso)

    def _on_not_saved(self, error: Exception) -> None:
        self._show(busy=False)
        match error:
            case DomicilioAjenoError(ahora=ahora):
                self._show(kept=ahora, overtaken=True)
            case InvalidInputError(campo=str(campo)):
                # Only the service found it: show it on the stage with its field.
                if self._place.has(campo):
                    self._back_to_code()
                    self._place.refuse({campo: error.message})
                else:
                    self._components.refuse({campo: error.message})
            case _:
                self.failed.emit(error)

    def _show(self, **changes: Any) -> None:
        self._state = replace(self._state, **changes)
        self._draw()

    def _fill(self) -> None:
        """Put the draft into the fields."""
        form, draft = self.form, self._state.draft
        with QSignalBlocker(form.codigo_postal_edit), self._place.filling():
            form.codigo_postal_edit.setText(draft.codigo_postal)
            form.colonia_combo.setEditText(draft.colonia)
        self._components.fill({name: getattr(draft, name) for name in COMPONENTS})

    def _draw(self) -> None:
        form, state = self.form, self._state
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
        self._draw_colonias(state.colonias)
        form.catalogo_label.setText(state.catalogo_text)
        form.igual_label.setText(SAME_SAVED if state.kept.igual else SAME)
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

    def _draw_colonias(self, colonias: tuple[Asentamiento, ...]) -> None:
        if colonias == self._colonias:
            return
        combo = self.form.colonia_combo
        typed = combo.currentText()
        self._colonias = colonias
        combo.clear()
        combo.addItems([one.etiqueta for one in colonias])
        only = len(colonias) == 1 and not typed
        combo.setCurrentIndex(0 if only else -1)
        if not only:
            combo.setEditText(typed)
