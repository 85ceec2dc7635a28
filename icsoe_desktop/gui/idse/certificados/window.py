"""Certificados IMSS: an IMSS .pfx, or an e.firma's .cer and .key, for each registro patronal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.certificados.verificacion import CampoCertificado
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_certificados import Ui_CertificadosForm
from icsoe_desktop.gui.forms.ui_limite_pfx import Ui_LimitePfxForm
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.idse.certificados.campos import CertificadoFields
from icsoe_desktop.gui.idse.certificados.contenido import COLUMNS, CertificadoContenido
from icsoe_desktop.gui.idse.certificados.presenter import CertificadosPresenter, CertificadosState
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, inform, open_remembered, warn
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.notices import EmptyPage, FixedNotice
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.certificados.service import HasOneError
from icsoe_desktop.services.certificados.valores import CertificadoElegido, RegistroConCertificado

NEEDS_DATE = "Escriba la fecha."
NEEDS_SOURCE = "Escriba de dónde sale la fecha."
FIXED = "La fecha la fijó"


class LimitePfxDialog(FormDialog[Ui_LimitePfxForm, LimitePfx]):
    donde = "la fecha del acuerdo"

    changed = Signal()

    def __init__(self, limite: LimitePfx, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_LimitePfxForm(), context, parent, "ultimo", "fuente")
        form = self.form
        self.ultimo = DateField(form.ultimo_edit)
        self._show_limite(limite)
        writable = not limite.fijo and context.require_sesion().can(Permiso.CONFIGURAR)
        self.fields.set_read_only(not writable)
        for button in (form.guardar_button, form.restablecer_button):
            button.setEnabled(writable)
        if limite.fijo:
            fixed = FixedNotice(form.layout_layout5, self, 1)
            politica = context.application.politica
            fixed.say_fixed(FIXED, politica, "certificados", form.ultimo_edit, form.fuente_edit)
        form.restablecer_button.clicked.connect(lambda: self.run(self._save_as(None)))
        form.ultimo_edit.setFocus()

    def check(self) -> dict[str, str]:
        problems = {}
        if wrong := self.ultimo.problem_or(NEEDS_DATE):
            problems["ultimo"] = wrong
        if not self.form.fuente_edit.text().strip():
            problems["fuente"] = NEEDS_SOURCE
        return problems

    def work(self) -> Callable[[Progress], LimitePfx]:
        return self._save_as(self.ultimo.value)

    def on_saved(self, limite: LimitePfx) -> None:
        self._show_limite(limite)
        self.changed.emit()
        self.accept()

    def _save_as(self, ultimo: date | None) -> Callable[[Progress], LimitePfx]:
        """ultimo: None goes back to the shipped date."""
        service, sesion = self.context.application.certificados, self.context.require_sesion()
        fuente = self.form.fuente_edit.text()
        return lambda _progress: service.save_limite_pfx(sesion, ultimo, fuente)

    def _show_limite(self, limite: LimitePfx) -> None:
        self.fields.fill({"ultimo": day(limite.ultimo), "fuente": limite.fuente})
        self.keep()


NO_CERTIFICATES = (
    "Por el momento no ha configurado certificados. Puede agregarlos cuando lo necesite: el "
    "programa los guarda y vigila su vigencia; los movimientos los presenta usted en IDSE."
)
DELETE = (
    "Se eliminará de este equipo el certificado del registro patronal {registro}, con su llave y "
    "su contraseña si se guardó. Los archivos originales no se tocan. ¿Desea eliminarlo?"
)
REPLACE = (
    "El registro patronal {registro} ya tiene un certificado.\n\nEl que tiene: {ahora}\n"
    "El que eligió: {nuevo}\n\n{pierde}¿Desea reemplazarlo por el que eligió?"
)
LOSES = (
    "El que tiene sirve y el que eligió no: si lo reemplaza, se queda sin con qué presentar "
    "movimientos. "
)
WORKING = "Un momento…"


class CertificadosWindow(Presented[Ui_CertificadosForm, CertificadosPresenter], EditingDialog):
    donde = "los datos del certificado"

    def __init__(
        self, presenter: CertificadosPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.present(Ui_CertificadosForm(), presenter, context)
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        self.table = RowsTable(
            form.registros_table, COLUMNS, context.preferences, key=lambda one: one.registro_id
        )
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "certificado")
        self.campos = CertificadoFields(form, context.preferences, self)
        self._contenido = CertificadoContenido(form)
        ReadingWidth(form.elegido_group, form.elegido_group_layout4)
        Drops(self, self.campos.take_files)
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.registro_combo.setFocus()
        if self._presenter.state.loaded:
            # The page of the registros patronales, from which one comes back, stays open.
            self._presenter.refresh()

    @property
    def unsaved(self) -> bool:
        return self.campos.is_dirty

    def discard(self) -> None:
        self._clear()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._presenter.state.any_certificado:
            super().closeEvent(event)
        else:
            event.ignore()
            self.reject()

    def leave(self) -> None:
        if self._presenter.state.loaded and not self._presenter.state.any_certificado:
            warn(self, NO_CERTIFICATES, then=super().leave)
        else:
            super().leave()

    def _connect(self) -> None:
        form, presenter, campos = self.form, self._presenter, self.campos
        form.guardar_button.clicked.connect(self._save)
        form.eliminar_button.clicked.connect(self._delete)
        form.cerrar_button.clicked.connect(self.reject)
        campos.archivo_named.connect(
            lambda path: presenter.choose_archivo(
                path, campos.registro_id, campos.registro_is_chosen
            )
        )
        campos.llave_named.connect(presenter.choose_llave)
        campos.contrasena_edited.connect(presenter.edit_contrasena)
        campos.usuario_edited.connect(presenter.edit_usuario)
        form.limite_button.clicked.connect(self._ask_limit)
        form.representante_check.toggled.connect(
            lambda _on: presenter.mend(CampoCertificado.REGISTRO_PATRONAL)
        )
        form.agregar_registro_button.clicked.connect(self._open_registros)
        self.table.view.selectionModel().selectionChanged.connect(self._on_row_chosen)
        form.registro_combo.currentIndexChanged.connect(lambda _index: self._mark_registro())
        presenter.registro_proposed.connect(self._on_proposed)
        presenter.swapped.connect(campos.swap_files)
        presenter.changed.connect(self._draw)
        presenter.saved.connect(self._on_saved)
        presenter.deleted.connect(lambda: inform(self, presenter.state.message))
        presenter.replacement_asked.connect(self._ask_to_replace)
        self._context.shell.data_arrived.connect(presenter.refresh)
        QTimer.singleShot(0, self, presenter.load)

    def _registro(self) -> RegistroConCertificado | None:
        wanted = self.campos.registro_id
        return next((r for r in self._presenter.state.registros if r.registro_id == wanted), None)

    def _save(self) -> None:
        self.campos.look_now()
        elegido, missing = self.campos.read(self._presenter.state.es_pfx)
        self._presenter.save(elegido, missing, self.campos.caps_lock)

    def _ask_to_replace(self, elegido: CertificadoElegido, has: HasOneError) -> None:
        registro = self._registro()
        name = registro.registro_patronal if registro else ""
        confirm(
            self,
            REPLACE.format(
                registro=name,
                ahora=has.ahora,
                nuevo=has.nuevo,
                pierde=LOSES if has.pierde else "",
            ),
            "&Reemplazar",
            then=lambda: self._presenter.save(elegido, {}, False),
            destructive=True,
        )

    def _delete(self) -> None:
        registro = self._registro()
        if registro is not None and registro.certificado is not None:
            confirm(
                self,
                DELETE.format(registro=registro.registro_patronal),
                "&Eliminar",
                then=lambda: self._presenter.delete(registro),
                destructive=True,
            )

    def _open_registros(self) -> None:
        shell, sesion = self._context.shell, self._context.sesion
        window = shell.open("registros_patronales", sesion, self)
        window.destroyed.connect(self._presenter.load)

    def _clear(self) -> None:
        self.campos.clear()
        self._presenter.clear()

    def _on_saved(self, registro: RegistroConCertificado) -> None:
        message = self._presenter.state.message
        self._clear()
        inform(self, message, then=lambda: self.campos.choose_registro(registro.registro_id))

    def _on_row_chosen(self) -> None:
        """Choose the selected row's registro patronal in the form too: there is one choice."""
        registro = self.table.selected()
        if registro is not None and registro.registro_id != self.campos.registro_id:
            self.campos.choose_registro(registro.registro_id)
            self.campos.look_again(chosen=True)
        self._draw_buttons()

    def _mark_registro(self) -> None:
        """Select the row of the form's registro patronal."""
        registro, row = self._registro(), self.table.selected()
        if registro is None:
            self.table.view.clearSelection()
        elif row is None or row.registro_id != registro.registro_id:
            self.table.select(registro)

    def _on_proposed(self, registro_id: UUID) -> None:
        self.campos.choose_registro(registro_id)
        self.campos.look_again(chosen=False)

    def _draw(self, state: CertificadosState) -> None:
        form = self.form
        self.table.set_rows(state.registros)
        shown = form.tabla_page if state.registros or not state.loaded else form.vacia_page
        form.lista_stack.setCurrentWidget(shown)
        self.campos.show_registros(state.registros)
        self._mark_registro()
        self.campos.show_llave(state.es_pfx)
        self._contenido.draw(state.elegido)
        self._show_reach(state)
        self.campos.show_usuario(state.elegido.certificado if state.elegido else None)
        self.campos.draw(state.problems)
        self._draw_buttons()

    def _show_reach(self, state: CertificadosState) -> None:
        registro_id = self.campos.registro_id
        found = state.elegido.certificado if state.elegido else None
        of_efirma = found is not None and found.tipo is TipoCertificado.EFIRMA
        others = self._presenter.others_of(registro_id) if of_efirma else ()
        self.campos.show_reach(self._presenter.rfc_of_representante(registro_id), 1 + len(others))

    def _ask_limit(self) -> None:
        context = self._context
        context.ask(
            self,
            lambda _progress: context.application.certificados.limite_pfx(context.require_sesion()),
            self._open_limit,
        )

    def _open_limit(self, limite: LimitePfx) -> None:
        dialog = LimitePfxDialog(limite, self._context, self)
        dialog.changed.connect(self._presenter.refresh)
        open_remembered(dialog, self._context.preferences)

    def _draw_buttons(self) -> None:
        state = self._presenter.state
        chosen = self._registro()
        nota = chosen.certificado.nota if chosen is not None and chosen.certificado else ""
        if state.busy or state.hint or not nota or state.elegido is not None:
            show_message(self.form.mensaje_label, WORKING if state.busy else state.hint, "hint")
        else:
            show_message(self.form.mensaje_label, nota, "warning")
        self.form.guardar_button.setEnabled(bool(state.registros) and not state.busy)
        self.form.eliminar_button.setEnabled(
            chosen is not None and chosen.certificado is not None and not state.busy
        )


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = CertificadosPresenter(
        context.application.certificados, context.jobs, context.require_sesion()
    )
    window = CertificadosWindow(presenter, context, parent)
    window.setWindowModality(Qt.WindowModality.WindowModal)
    return window
