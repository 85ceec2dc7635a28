"""The form of a contract, with its contratante and its folio of the REPSE."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from icsoe_desktop.domain.icsoe.contrato import (
    Contratante,
    DatosContrato,
    FolioRepse,
    RevisionContrato,
    check_contrato,
)
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contrato import Ui_ContratoForm
from icsoe_desktop.gui.icsoe.contratista.domicilio_estado import in_words
from icsoe_desktop.gui.icsoe.informativa.domicilio import DomicilioDialog
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import (
    FRAME_HEIGHT,
    fix,
    grow_to_fit,
    room_on_screen,
    set_height,
)
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.formats import day, read_date
from icsoe_desktop.gui.kit.stacks import keep_right_edge
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.contratista.acuses import ArchivoElegido, read_document
from icsoe_desktop.services.informativa.valores import ContratoGuardado

NAMES: Final = (
    "rfc",
    "nombre",
    "celular",
    "correo",
    "telefono_fijo",
    "domicilio",
    "folio",
    "texto",
    "numero",
    "objeto",
    "inicio",
    "fin",
    "modificaciones",
)
_CONTRATANTE: Final = tuple(Contratante.__dataclass_fields__)
SAVED: Final = "El contrato se guardó."
SAVED_NEW: Final = "El contrato se guardó. Ahora sus trabajadores."
SAVING: Final = "Guardando…"
PDF: Final = AskedFile(
    "PDF del contrato", "contrato_pdf", ("PDF o imagen (*.pdf *.png *.jpg *.jpeg)", ALL_FILES)
)
LEAST_VIEWER: Final = 420
AS_FISCAL: Final = "Igual al fiscal"
DOMICILIO_FIXED: Final = "Se cambia con «Cambiar…»."
TWICE: Final = (
    "Ya hay un contrato con ese contratante, ese número y esas fechas. Todavía no se guarda nada. "
    "¿Es otro contrato?"
)


class ContratoDialog(FormDialog[Ui_ContratoForm, uuid.UUID]):
    donde = "el contrato"
    saved = Signal(str, object)  # What to say; uuid.UUID of the contract.

    def __init__(
        self,
        guardado: ContratoGuardado | None,
        contratantes: tuple[Contratante, ...],
        folios: tuple[FolioRepse, ...],
        rfc: str,
        informativa_id: uuid.UUID | None,
        context: Context,
        parent: QWidget,
        others: Set[tuple[object, ...]] = frozenset(),
    ) -> None:
        """rfc: the contratista's. informativa_id: open return that takes a new contract in.
        others: `clave` of each contract that is there.
        """
        super().__init__(Ui_ContratoForm(), context, parent, *NAMES)
        form = self.form
        self._guardado = guardado
        self._informativa_id = informativa_id
        self._contratantes = {each.rfc: each for each in contratantes}
        self._folios = folios
        self._rfc, self._others = rfc, others
        for edit in (form.inicio_edit, form.fin_edit):
            DateField(edit)
        _suggest(form.rfc_edit, [each.rfc for each in contratantes])
        _suggest(form.folio_edit, list(dict.fromkeys(each.folio for each in folios)))
        _suggest(form.texto_edit, list(dict.fromkeys(each.texto for each in folios)))
        datos = guardado.datos if guardado else DatosContrato()
        if guardado is None and len(folios) == 1:
            datos = replace(datos, folio=folios[0])
        self._domicilio = datos.contratante.domicilio
        fix(DOMICILIO_FIXED, form.domicilio_edit)
        form.domicilio_edit.textChanged.connect(lambda: form.domicilio_edit.setCursorPosition(0))
        self.fields.fill(_texts(datos), known=guardado is not None)
        self.keep()
        form.rfc_edit.editingFinished.connect(self._fill_contratante)
        form.folio_edit.editingFinished.connect(self._fill_folio)
        form.pdf_button.clicked.connect(self._choose_pdf)
        form.domicilio_button.clicked.connect(self._ask_domicilio)
        self.setWindowTitle("Contrato" if guardado else "Contrato nuevo")
        form.titulo_label.setText(self.windowTitle())
        self.finished.connect(self.deleteLater)
        keep_right_edge(form.datos_scroll, form.layout_15)
        form.rfc_edit.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_all_fields()
        grow_to_fit(self)

    def _show_all_fields(self) -> None:
        """A scroll area asks for less height than its content has."""
        layout = self.layout()
        if layout is not None:
            layout.activate()  # the message was hidden since it was laid out
        area = self.form.datos_scroll
        hidden = self.form.datos_contenido.sizeHint().height() - area.viewport().height()
        if hidden > 0:
            set_height(self, self.height() + hidden)

    def focus_field(self, campo: str) -> None:
        """campo: as the review names it, «contratante.rfc»."""
        name = campo.split(".")[-1]
        if name in NAMES:
            self.fields.leave_all()
            self.fields.focus_first([name])

    def _choose_pdf(self) -> None:
        preferences = self.context.preferences
        choose_file(self, PDF, preferences, self.show_pdf)

    def show_pdf(self, path: Path) -> None:
        """Show a file of the signed contract beside the form. The file is not stored."""

        def show(archivo: ArchivoElegido) -> None:
            viewer = VisorDialog(archivo, self.context, self)
            self.finished.connect(viewer.reject)
            room, width = room_on_screen(self), self.frameGeometry().width()
            self.move(room.left(), self.y())
            left = max(LEAST_VIEWER, room.width() - width)
            viewer.setGeometry(room.adjusted(room.width() - left, FRAME_HEIGHT, 0, 0))
            viewer.show()

        self.context.ask(self, lambda _progress: read_document(path), show)

    def _fill_contratante(self) -> None:
        """A known RFC brings the other fields, if nobody typed them."""
        texts = self.fields.texts()
        known = self._contratantes.get(texts["rfc"].strip().upper())
        others = [name for name in _CONTRATANTE if name != "rfc"]
        if known is not None and not any(texts[name].strip() for name in others[:-1]):
            self._domicilio = known.domicilio
            with self.fields.keeping():
                for name in others:
                    edit: QLineEdit = getattr(self.form, f"{name}_edit")
                    edit.setText(_shown(known, name))
            self.fields.say()

    def _ask_domicilio(self) -> None:
        def keep(text: str) -> None:
            self._domicilio = text
            self.form.domicilio_edit.setText(_in_one_line(text))

        dialog = DomicilioDialog(self._domicilio, keep, self.context, self)
        self.finished.connect(dialog.leave)
        open_dialog(dialog)

    def _fill_folio(self) -> None:
        found = [each.texto for each in self._folios if each.folio == self.form.folio_edit.text()]
        if len(found) == 1 and not self.form.texto_edit.text().strip():
            self.form.texto_edit.setText(found[0])

    def check(self) -> Mapping[str, str]:
        texts = self.fields.texts()
        wrong: dict[str, str] = {}
        for name in ("inicio", "fin"):
            try:
                read_date(texts[name])
            except ValueError as error:
                wrong[name] = str(error)
        try:
            _days(texts["modificaciones"])
        except ValueError as error:
            wrong["modificaciones"] = str(error)
        found = {campo.split(".")[-1]: text for campo, text in self._revision().problemas.items()}
        return found | wrong

    def _revision(self) -> RevisionContrato:
        return check_contrato(self._datos(), self._rfc)

    def _datos(self) -> DatosContrato:
        texts = self.fields.texts()
        return DatosContrato(
            numero=texts["numero"],
            objeto=texts["objeto"],
            inicio=_date(texts["inicio"]),
            fin=_date(texts["fin"]),
            modificaciones=_days_or_none(texts["modificaciones"]),
            contratante=Contratante(
                **{**{name: texts[name] for name in _CONTRATANTE}, "domicilio": self._domicilio}
            ),
            folio=FolioRepse(folio=texts["folio"], texto=texts["texto"]),
        )

    def save(self) -> None:
        if self.busy or not self.fields.attempt():
            return
        clave = self._datos().clave
        known = self._guardado is not None and clave == self._guardado.datos.clave
        if clave in self._others and not known:
            confirm(self, TWICE, "&Guardar de todos modos", lambda: self.run(self.work()))
        else:
            self.run(self.work())

    def work(self) -> Callable[[Progress], uuid.UUID]:
        guardado, datos, informativa_id = self._guardado, self._datos(), self._informativa_id
        sesion, service = self.context.require_sesion(), self.context.application.contratos
        contrato_id = guardado.id if guardado else None
        visto = guardado.datos if guardado else None
        return lambda _progress: service.save(sesion, datos, contrato_id, visto, informativa_id)

    def on_saved(self, contrato_id: uuid.UUID) -> None:
        self.saved.emit(SAVED if self._guardado else SAVED_NEW, contrato_id)
        self.accept()

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self.say(SAVING if busy else "", "hint")


def _shown(contratante: Contratante, name: str) -> str:
    text: str = getattr(contratante, name)
    return _in_one_line(text) if name == "domicilio" else text


def _in_one_line(domicilio: str) -> str:
    return in_words(Domicilio.of(domicilio)).replace("\n", ", ") if domicilio else AS_FISCAL


def _suggest(edit: QLineEdit, texts: list[str]) -> None:
    completer = QCompleter(edit)
    completer.setModel(QStringListModel(texts, completer))
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    edit.setCompleter(completer)


def _texts(datos: DatosContrato) -> dict[str, str]:
    return {
        **{name: _shown(datos.contratante, name) for name in _CONTRATANTE},
        "folio": datos.folio.folio,
        "texto": datos.folio.texto,
        "numero": datos.numero,
        "objeto": datos.objeto,
        "inicio": day(datos.inicio),
        "fin": day(datos.fin),
        "modificaciones": ", ".join(day(each) for each in datos.modificaciones),
    }


def _date(text: str) -> date | None:
    try:
        return read_date(text)
    except ValueError:
        return None


def _days(text: str) -> tuple[date, ...]:
    """Raises ValueError for anything but dates and commas."""
    found = [read_date(part) for part in text.replace(";", ",").split(",") if part.strip()]
    return tuple(each for each in found if each is not None)


def _days_or_none(text: str) -> tuple[date, ...]:
    try:
        return _days(text)
    except ValueError:
        return ()
