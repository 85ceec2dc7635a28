"""The page Alta de usuario: validate a CURP, capture the person, or import a list."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHeaderView, QWidget

from icsoe_desktop.domain.icsoe.capturista import GUARDADO
from icsoe_desktop.domain.identificadores.persona import ETIQUETAS_PERSONA, NombrePersona
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_alta_capturista import Ui_AltaCapturistaForm
from icsoe_desktop.gui.icsoe.capturistas import importacion
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.datos import DatosWidget
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import confirm, inform, open_remembered
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import (
    SHEETS,
    AskedFile,
    NewFile,
    choose_file,
    choose_new_file,
)
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.gui.kit.tables import Column, RowsTable, tabular_font
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_icsoe
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.capturistas.importacion import save_template
from icsoe_desktop.services.capturistas.relaciones import (
    AltaCambiadaError,
    Capturista,
    CapturistaGuardado,
    CapturistaRepetidoError,
    CurpValidada,
)

PURPOSE = "capturistas"
LIST = AskedFile("Elegir la lista de usuarios", PURPOSE, SHEETS)
TEMPLATE = NewFile("Guardar la plantilla de la lista", PURPOSE, "Excel (*.xlsx)", "usuarios.xlsx")
UNDO = (
    "Se eliminará el alta de {nombre}, como si no se hubiera registrado: su liga deja de servir y "
    "los correos que no hayan salido ya no salen. ¿Desea eliminarla?"
)
TEMPLATE_SAVED = (
    "Se guardó {nombre}, con los nombres de las columnas. Llene un renglón por persona y elija "
    "«Importar de Excel…»."
)
UNDONE = "Se eliminó el alta de {nombre}."
NOMBRE, ELIMINAR = 2, 4
T = TypeVar("T")
Failed = Callable[[Exception], None]

# The columns of the seed, and the name and CURP: with equal roles its rows would all look alike.
COLUMNS = (
    Column[Capturista](
        "Id", lambda c: str(c.numero), sort=lambda c: c.numero, tip=lambda c: c.nombre, width=70
    ),
    Column[Capturista]("Rol asignado", lambda c: c.rol, tip=lambda c: c.nombre, width=110),
    Column[Capturista]("Nombre", lambda c: c.nombre, tip=lambda c: c.nombre, width=260),
    Column[Capturista](ETIQUETAS_PERSONA["curp"], lambda c: c.curp, tabular=True, width=190),
    Column[Capturista](
        "Eliminar", lambda _c: "Eliminar", tip=lambda c: c.nombre, centered=True, width=90
    ),
)


class AltaPage(Page):
    """The fields of the person appear once their CURP is valid."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_AltaCapturistaForm()
        self.form.setupUi(self)
        self._context, self._sesion = context, context.require_sesion()
        self._service = context.application.capturistas
        self._busy = False
        self._validada: CurpValidada | None = None
        self._repetido: uuid.UUID | None = None  # the row that has this CURP already
        self._agregados: tuple[Capturista, ...] = ()  # since the page was opened, newest last
        form = self.form
        self.datos = DatosWidget(context.application.capturistas.today, form.datos_panel)
        self.datos.aviso_wanted.connect(lambda: show_aviso_icsoe(context, self.window()))
        self.datos.put_between(form.ver_button, form.agregados_table)
        form.curp_edit.setFont(tabular_font())
        self._fields = CheckedFields(fields_of(form, "curp"), self)
        self.agregados = RowsTable(form.agregados_table, COLUMNS, context.preferences)
        header = form.agregados_table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NOMBRE, QHeaderView.ResizeMode.Stretch)
        self._buttons = RowButtons(
            form.agregados_table,
            {ELIMINAR: RowButton("descartado", lambda _row: True)},
        )
        # Its key is a combination: the labels of the person leave no letter.
        template = QAction("Guardar plantilla…", self)
        template.setShortcut(QKeySequence("Ctrl+Shift+P"))
        template.setToolTip("Guardar un Excel con las columnas de la lista (Ctrl+Mayús+P)")
        template.triggered.connect(self._choose_template)
        self.addAction(template)
        self.plantilla_button = ActionButton(template.text(), "", self, "").follow(template)
        self.plantilla_button.setObjectName("plantilla_button")
        form.lista_botones_layout.addWidget(self.plantilla_button)
        QWidget.setTabOrder(form.importar_button, self.plantilla_button)
        self._connect()
        self._forget()
        self._show_added(())

    def arrive(self) -> None:
        if self._validada is None:
            self.form.curp_edit.setFocus()

    @property
    def unsaved(self) -> bool:
        return bool(self.form.curp_edit.text()) or any(self.datos.typed().values())

    def discard(self) -> None:
        self._clear()

    def import_file(self, path: Path) -> None:
        """Show a preview of the alta of everyone in the list."""
        dialog = importacion.create(path, self._say, self._context, self)
        open_remembered(dialog, self._context.preferences)

    def _connect(self) -> None:
        form = self.form
        form.curp_edit.returnPressed.connect(self._validate)
        # textChanged, not textEdited: dictation and password managers set the
        # text without keystrokes.
        form.curp_edit.textChanged.connect(self._on_curp_changed)
        form.validar_button.clicked.connect(self._validate)
        form.ver_button.clicked.connect(self._show_repeated)
        form.regresar_button.clicked.connect(lambda: self.page_wanted.emit("contratista"))
        form.limpiar_button.clicked.connect(self._clear)
        form.guardar_button.clicked.connect(self._save)
        form.importar_button.clicked.connect(self._choose_file)
        self.datos.submitted.connect(self._save)
        self._buttons.pressed.connect(lambda row, _column: self._ask_to_undo(row))

    def _run(
        self, work: Callable[[Progress], T], then: Callable[[T], object], failed: Failed
    ) -> None:
        """One work at a time. work: must not refer to this page, which its errors would hold."""

        def done(result: T) -> None:
            self._set_busy(False)
            then(result)

        def stopped(error: Exception) -> None:
            self._set_busy(False)
            failed(error)

        self._set_busy(True)
        self._say("")
        self._context.ask(self, work, done, stopped)

    def _validate(self) -> None:
        curp, service, sesion = self.form.curp_edit.text(), self._service, self._sesion
        if not self._busy:
            self._forget()
            self._run(
                lambda _progress: service.validate(sesion, curp),
                self._on_validated,
                self._on_refused,
            )

    def _on_curp_changed(self, text: str) -> None:
        # After validation the field gets the normalised CURP. That is no edit by the user.
        if self._validada is None or text != self._validada.curp:
            self._forget()

    def _on_validated(self, validada: CurpValidada) -> None:
        self._show_person(validada)
        self.form.curp_edit.setText(validada.curp)
        self.datos.set_curp(validada.curp)
        if validada.conocida and not self.datos.typed()["nombres"]:
            self.datos.fill(asdict(NombrePersona.of(validada)))
        self.datos.focus_first()

    def _save(self) -> None:
        if self._validada is None:
            self._validate()
        elif self.datos.attempt() and not self._busy:
            nuevo, cotejada = self.datos.nuevo(), self.datos.cotejada
            service, sesion = self._service, self._sesion
            self.datos.draw(())
            self._run(
                lambda _progress: service.register(sesion, nuevo, cotejada),
                self._on_saved,
                self._on_refused,
            )

    def _on_saved(self, guardado: CapturistaGuardado) -> None:
        self._show_added((*self._agregados, guardado.capturista))
        self._context.shell.mail_changed.emit()
        self._clear()
        inform(self, guardado.sentence(GUARDADO), then=self.form.curp_edit.setFocus)

    def _on_refused(self, error: Exception) -> None:
        """Show what is wrong under the CURP, which hides the other fields, or under another."""
        match error:
            case InvalidInputError(campo=campo) if campo == "curp" or self._validada is None:
                self._repetido = (
                    error.relacion_id if isinstance(error, CapturistaRepetidoError) else None
                )
                self._show_person(None)
                self._fields.draw([("curp", error.message)])
                self.form.ver_button.setVisible(self._repetido is not None)
            case InvalidInputError(campo=str(campo)):
                self.datos.draw([(campo, error.message)])
            case _:
                self._context.errors.show(self, error)

    def _clear(self) -> None:
        self.form.curp_edit.clear()
        self.datos.fill({})
        self._forget()
        self.form.curp_edit.setFocus()

    def _forget(self) -> None:
        """Discard the result of the former CURP, because the user is typing another one."""
        self._repetido = None
        self._show_person(None)
        self._fields.draw(())
        self.form.ver_button.hide()
        self.datos.draw(())
        self._say("")

    def _show_person(self, validada: CurpValidada | None) -> None:
        self._validada = validada
        self.form.datos_panel.setVisible(validada is not None)

    def _ask_to_undo(self, row: int) -> None:
        capturista = self.agregados.model.row(row)
        confirm(
            self,
            UNDO.format(nombre=capturista.nombre),
            "&Eliminar",
            then=lambda: self._undo(capturista),
            destructive=True,
        )

    def _undo(self, capturista: Capturista) -> None:
        """«Eliminar»: undo the alta of somebody who was just added."""
        service, sesion = self._service, self._sesion

        def undone(_none: None) -> None:
            self._show_added(tuple(one for one in self._agregados if one.id != capturista.id))
            self._say(UNDONE.format(nombre=capturista.nombre))

        def refused(error: Exception) -> None:
            if isinstance(error, AltaCambiadaError):
                now = (error.ahora if one.id == capturista.id else one for one in self._agregados)
                self._show_added(tuple(now))
            self._context.errors.show(self, error)

        if not self._busy:
            self._run(
                lambda _progress: service.undo_register(sesion, capturista.id, visto=capturista),
                undone,
                refused,
            )

    def _show_added(self, agregados: tuple[Capturista, ...]) -> None:
        self._agregados = agregados
        self.form.agregados_panel.setVisible(bool(agregados))
        self.agregados.set_rows(agregados)

    def _show_repeated(self) -> None:
        relacion_id = self._repetido
        if relacion_id is not None:
            self._clear()
            self.page_wanted.emit("consulta_capturistas")
            shown = self.window()
            page = shown.page if isinstance(shown, IcsoeWindow) else None
            if isinstance(page, ConsultaPage):
                page.select(relacion_id)

    def _choose_file(self) -> None:
        choose_file(self, LIST, self._context.preferences, self.import_file)

    def save_template(self, path: Path) -> None:
        self._context.ask(
            self,
            lambda _progress: save_template(path),
            lambda _none: inform(self, TEMPLATE_SAVED.format(nombre=path.name)),
        )

    def _choose_template(self) -> None:
        choose_new_file(self, TEMPLATE, self._context.preferences, self.save_template)

    def _set_busy(self, busy: bool) -> None:
        form, self._busy = self.form, busy
        form.curp_edit.setReadOnly(busy)
        for button in (form.validar_button, form.guardar_button, form.limpiar_button):
            button.setEnabled(not busy)
        self.datos.set_read_only(busy)

    def _say(self, text: str) -> None:
        show_message(self.form.mensaje_label, text, "success")


def create(context: Context, parent: QWidget) -> Page:
    return AltaPage(context, parent)
