"""Carga y adjunto de documentos: the acuse of the STPS register (REPSE)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.repse import EstadoRepse
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contratista_acuse import Ui_ContratistaAcuseForm
from icsoe_desktop.gui.icsoe.contratista.acuse_presenter import AcusePresenter, AcuseState
from icsoe_desktop.gui.icsoe.contratista.pestana import Tab
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import press_on_enter, show_message
from icsoe_desktop.gui.kit.file_choice import accept_copy, choose_file, dropped_file
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.contratista.service import InformacionContratista

FILTERS = ("Acuse (*.pdf *.png *.jpg *.jpeg)", "Todos los archivos (*)")
DELETE = (
    "Se eliminará de este equipo el acuse guardado. El archivo original no se toca. ¿Desea "
    "eliminarlo?"
)
ICON_SIZE = 20
REPSE_ICONS = {
    EstadoRepse.VIGENTE: "vigente",
    EstadoRepse.ABIERTA: "por_vencer",
    EstadoRepse.ULTIMO_MES: "por_vencer",
    EstadoRepse.CERRADA: "vencido",
}


class AcuseTab(Tab):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ContratistaAcuseForm()
        self.form.setupUi(self)
        self._archivo_mark = Mark(self.form.archivo_icono, "pendiente", "warning", ICON_SIZE)
        self._vigencia_mark = Mark(self.form.vigencia_icono, "vigente", "success", ICON_SIZE)
        form = self.form
        self._context = context
        self._filling = False
        presenter = AcusePresenter(
            context.application.acuses, context.jobs, context.require_sesion()
        )
        presenter.setParent(self)
        self._presenter = presenter
        archivo = CheckedField(form.elegir_button, form.archivo_error)
        self._fields = CheckedFields({"archivo": archivo, **fields_of(form, "fecha")}, self)
        DateField(form.fecha_edit)
        self.setAcceptDrops(True)
        form.elegir_button.clicked.connect(self._choose)
        form.ver_button.clicked.connect(presenter.view)
        form.eliminar_button.clicked.connect(self._delete)
        form.guardar_button.clicked.connect(self._save)
        # textChanged, not textEdited: dictation and the calendar set the text without keystrokes.
        form.fecha_edit.textChanged.connect(self._on_fecha_typed)
        form.fecha_edit.editingFinished.connect(
            lambda: presenter.leave_fecha(form.fecha_edit.text())
        )
        press_on_enter(self, form.guardar_button)
        presenter.changed.connect(self._draw)
        presenter.loaded.connect(self._on_loaded)
        presenter.document_known.connect(self._show_document)
        presenter.saved.connect(self.saved)
        presenter.failed.connect(self.failed)
        self._draw(presenter.state)

    def show_info(self, info: InformacionContratista) -> None:
        self._presenter.load()

    def focus_first(self) -> None:
        has_file = self._presenter.state.has_file
        (self.form.fecha_edit if has_file else self.form.elegir_button).setFocus()

    @property
    def unsaved(self) -> bool:
        return self._presenter.is_unsaved(self.form.fecha_edit.text())

    def discard(self) -> None:
        self._presenter.discard()

    def take_file(self, path: Path) -> None:
        self._presenter.choose(path)
        self.form.fecha_edit.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None and not self._presenter.state.busy:
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path = Path(event.mimeData().urls()[0].toLocalFile())
        accept_copy(event)
        # Return first: the program that the file comes from waits until the drop is handled.
        QTimer.singleShot(0, self, lambda: self.take_file(path))

    def _choose(self) -> None:
        choose_file(
            self.window(),
            "Elegir el acuse de registro en padrón de la STPS",
            FILTERS,
            "acuse",
            self._context.preferences,
            self.take_file,
        )

    def _save(self) -> None:
        self._presenter.save(self.form.fecha_edit.text())
        self._fields.focus_wrong()

    def _delete(self) -> None:
        if self._presenter.state.elegido is not None:
            self._presenter.drop_chosen()
        else:
            confirm(self.window(), DELETE, "&Eliminar", self._presenter.delete, destructive=True)

    def _on_fecha_typed(self) -> None:
        if not self._filling:
            self._presenter.type_fecha()

    def _on_loaded(self, fecha: str) -> None:
        self._filling = True
        self.form.fecha_edit.setText(fecha)
        self._filling = False
        self._draw(self._presenter.state)

    def _show_document(self, document: ArchivoElegido) -> None:
        open_dialog(VisorDialog(document, self._context, self.window()))

    def _draw(self, state: AcuseState) -> None:
        form = self.form
        form.archivo_value.setText(state.archivo_text)
        name = "correcto" if state.acuse and not state.elegido else "pendiente"
        self._archivo_mark.show(name, TONES[name])
        form.ver_button.setEnabled(state.has_file and not state.busy)
        form.eliminar_button.setEnabled(state.has_file and not state.busy)
        form.elegir_button.setEnabled(not state.busy)
        form.guardar_button.setEnabled(not state.busy)
        self._fields.draw(state.problems)
        form.vigencia_label.setText(self._presenter.vigencia_text(form.fecha_edit.text()))
        form.vigencia_icono.setVisible(state.vigencia is not None)
        if state.vigencia is not None:
            icon = REPSE_ICONS[state.vigencia]
            self._vigencia_mark.show(icon, TONES[icon])
        show_message(form.mensaje_label, state.message, "success")
