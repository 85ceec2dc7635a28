"""The page Alta de usuario: validate a CURP, capture the person, or import a list."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHeaderView, QWidget

from icsoe_desktop.domain.identificadores.persona import ETIQUETAS_PERSONA, NombrePersona
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_alta_capturista import Ui_AltaCapturistaForm
from icsoe_desktop.gui.icsoe.capturistas.alta_presenter import (
    CapturistaAltaPresenter,
    CapturistaAltaState,
)
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.datos import DatosWidget
from icsoe_desktop.gui.icsoe.capturistas.importacion import (
    ImportacionCapturistasDialog,
    ImportacionCapturistasPresenter,
)
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import confirm, inform, open_remembered
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import choose_file, choose_new_file
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.gui.kit.tables import Column, RowsTable, tabular_font
from icsoe_desktop.services.capturistas.importacion import save_template
from icsoe_desktop.services.capturistas.relaciones import (
    Capturista,
    CapturistaGuardado,
    CurpValidada,
)

PURPOSE = "capturistas"
SHEETS = ("Excel o CSV (*.xlsx *.xlsm *.csv *.txt)", "Todos los archivos (*)")
UNDO = (
    "Se eliminará el alta de {nombre}, como si no se hubiera registrado: su liga deja de servir y "
    "los correos que no hayan salido ya no salen. ¿Desea eliminarla?"
)
TEMPLATE_SAVED = (
    "Se guardó {nombre}, con los nombres de las columnas. Llene un renglón por persona y elija "
    "«Importar de Excel…»."
)
NOMBRE, ELIMINAR = 2, 4

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


class AltaPage(Presented[Ui_AltaCapturistaForm, CapturistaAltaPresenter], Page):
    """Draws CapturistaAltaState. The fields of the person appear once their CURP is valid."""

    def __init__(
        self, presenter: CapturistaAltaPresenter, context: Context, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.present(Ui_AltaCapturistaForm(), presenter, context)
        form = self.form
        self.datos = DatosWidget(context.application.capturistas.today, form.datos_panel)
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
        template.setToolTip("Guardar un Excel con las columnas de la lista (Ctrl+Shift+P)")
        template.triggered.connect(self._choose_template)
        self.addAction(template)
        self.plantilla_button = ActionButton(template.text(), "", self, "").follow(template)
        self.plantilla_button.setObjectName("plantilla_button")
        form.lista_botones_layout.addWidget(self.plantilla_button)
        QWidget.setTabOrder(form.importar_button, self.plantilla_button)
        self._connect()
        self._draw(presenter.state)

    def arrive(self) -> None:
        if self._presenter.state.validada is None:
            self.form.curp_edit.setFocus()

    @property
    def unsaved(self) -> bool:
        return bool(self.form.curp_edit.text()) or any(self.datos.typed().values())

    def discard(self) -> None:
        self._clear()

    def import_file(self, path: Path) -> None:
        """Show a preview of the alta of everyone in the list."""
        presenter = ImportacionCapturistasPresenter(
            self._context.application.importacion_capturistas,
            self._context.jobs,
            self._context.require_sesion(),
            path,
        )
        presenter.imported.connect(lambda _resultado: self._context.shell.mail_changed.emit())
        dialog = ImportacionCapturistasDialog(presenter, self._context, self)
        presenter.told.connect(lambda text: show_message(self.form.mensaje_label, text, "success"))
        open_remembered(dialog, self._context.preferences)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
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
        presenter.changed.connect(self._draw)
        presenter.validated.connect(self._on_validated)
        presenter.saved.connect(self._on_saved)

    def _validate(self) -> None:
        self._presenter.validate(self.form.curp_edit.text())

    def _on_curp_changed(self, text: str) -> None:
        validada = self._presenter.state.validada
        # After validation the field gets the normalised CURP. That is no edit by the user.
        if validada is None or text != validada.curp:
            self._presenter.edit_curp()

    def _on_validated(self, validada: CurpValidada) -> None:
        self.form.curp_edit.setText(validada.curp)
        self.datos.set_curp(validada.curp)
        if validada.conocida and not self.datos.typed()["nombres"]:
            self.datos.fill(asdict(NombrePersona.of(validada)))
        self.datos.focus_first()

    def _save(self) -> None:
        if self._presenter.state.validada is None:
            self._validate()
        elif self.datos.attempt():
            self._presenter.save(self.datos.nuevo(), self.datos.cotejada)

    def _on_saved(self, _guardado: CapturistaGuardado, text: str) -> None:
        self._context.shell.mail_changed.emit()
        self._clear()
        inform(self, text, then=self.form.curp_edit.setFocus)

    def _clear(self) -> None:
        self.form.curp_edit.clear()
        self.datos.fill({})
        self._presenter.clear()
        self.form.curp_edit.setFocus()

    def _ask_to_undo(self, row: int) -> None:
        capturista = self.agregados.model.row(row)
        confirm(
            self,
            UNDO.format(nombre=capturista.nombre),
            "&Eliminar",
            then=lambda: self._presenter.undo(capturista),
            destructive=True,
        )

    def _show_repeated(self) -> None:
        relacion_id = self._presenter.state.repetido
        if relacion_id is not None:
            self._clear()
            self.page_wanted.emit("consulta_capturistas")
            shown = self.window()
            page = shown.page if isinstance(shown, IcsoeWindow) else None
            if isinstance(page, ConsultaPage):
                page.select(relacion_id)

    def _choose_file(self) -> None:
        choose_file(
            self,
            "Elegir la lista de usuarios",
            SHEETS,
            PURPOSE,
            self._context.preferences,
            self.import_file,
        )

    def save_template(self, path: Path) -> None:
        self._context.ask(
            self,
            lambda _progress: save_template(path),
            lambda _none: inform(self, TEMPLATE_SAVED.format(nombre=path.name)),
        )

    def _choose_template(self) -> None:
        choose_new_file(
            self,
            "Guardar la plantilla de la lista",
            "usuarios.xlsx",
            "Excel (*.xlsx)",
            PURPOSE,
            self._context.preferences,
            self.save_template,
        )

    def _draw(self, state: CapturistaAltaState) -> None:
        form = self.form
        form.curp_edit.setReadOnly(state.busy)
        form.validar_button.setEnabled(not state.busy)
        form.guardar_button.setEnabled(not state.busy)
        form.limpiar_button.setEnabled(not state.busy)
        self.datos.set_read_only(state.busy)
        self._fields.draw([("curp", state.curp_problem)] if state.curp_problem else [])
        form.ver_button.setVisible(state.repetido is not None)
        form.datos_panel.setVisible(state.validada is not None)
        form.agregados_panel.setVisible(bool(state.agregados))
        self.agregados.set_rows(state.agregados)
        show_message(form.mensaje_label, state.message, "success")
        self.datos.draw(state.problems)


def create(context: Context, parent: QWidget) -> Page:
    presenter = CapturistaAltaPresenter(
        context.application.capturistas, context.jobs, context.require_sesion()
    )
    return AltaPage(presenter, context, parent)
