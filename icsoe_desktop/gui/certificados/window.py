"""Certificados IMSS: an IMSS .pfx, or an e.firma's .cer and .key, for each registro patronal."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from icsoe_desktop.domain.verificacion import Campo, Verificacion
from icsoe_desktop.gui.acceso.window import PRUEBAS
from icsoe_desktop.gui.archivos import choose_file
from icsoe_desktop.gui.caps_lock import CapsLockHint
from icsoe_desktop.gui.certificados.columnas import COLUMNS
from icsoe_desktop.gui.certificados.contenido import Contenido
from icsoe_desktop.gui.certificados.presenter import (
    MISSING_ARCHIVO,
    MISSING_CONTRASENA,
    MISSING_LLAVE,
    MISSING_REGISTRO,
    PFX_SUFFIXES,
    CertificadosPresenter,
    CertificadosState,
)
from icsoe_desktop.gui.dialogs import confirm, inform, warn
from icsoe_desktop.gui.fields import FieldErrors, show_message, show_text_with
from icsoe_desktop.gui.forms.ui_certificados import Ui_CertificadosForm
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.tables import RowsTable
from icsoe_desktop.services.certificados import CertificadoElegido, RegistroConCertificado

LOOK_DELAY_MS = 250

NO_CERTIFICATES = (
    "Por el momento no ha configurado certificados IMSS: los servicios en línea para el envío de "
    "movimientos IDSE no estarán disponibles. Puede agregarlos cuando lo necesite."
)
DISCARD = "Eligió un certificado que aún no guarda. ¿Desea descartarlo y cerrar?"
DELETE = (
    "Se eliminará de este equipo el certificado del registro patronal {registro}, con su llave y "
    "su contraseña si se guardó. Los archivos originales no se tocan. ¿Desea eliminarlo?"
)
REPLACE = (
    "El registro patronal {registro} ya tiene un certificado vigente. ¿Desea reemplazarlo por el "
    "que eligió?"
)
WORKING = "Un momento…"


class CertificadosWindow(QDialog):
    def __init__(
        self, presenter: CertificadosPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.form = Ui_CertificadosForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._filling = False
        self._usuario_typed = False
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        self.table = RowsTable(form.registros_table, COLUMNS, context.preferences)
        self._errors = FieldErrors(
            {
                Campo.REGISTRO_PATRONAL: (form.registro_combo, form.registro_error),
                Campo.CERTIFICADO: (form.archivo_edit, form.archivo_error),
                Campo.LLAVE: (form.llave_edit, form.llave_error),
                "usuario": (form.usuario_edit, form.usuario_error),
                Campo.CONTRASENA: (form.contrasena_edit, form.contrasena_error),
            }
        )
        self._caps_lock = CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        show_text_with(form.mostrar_usuario_check, form.usuario_edit)
        show_text_with(form.mostrar_contrasena_check, form.contrasena_edit)
        self._contenido = Contenido(form)
        self._look = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self._look_at_key = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self.setAcceptDrops(True)
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.registro_combo.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_dirty() or not self._presenter.state.any_certificado:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def reject(self) -> None:
        if self._is_dirty():
            confirm(
                self,
                DISCARD,
                "&Descartar",
                then=self._discard,
                destructive=True,
                reject="&Seguir editando",
            )
        elif self._presenter.state.loaded and not self._presenter.state.any_certificado:
            warn(self, NO_CERTIFICATES, then=super().reject)
        else:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_files([url.toLocalFile() for url in event.mimeData().urls()])
        event.acceptProposedAction()

    def take_files(self, paths: list[str]) -> None:
        """Puts dropped files where their names say; the content is looked at afterwards."""
        for path in paths:
            target = self.form.llave_edit if _is_key(path) else self.form.archivo_edit
            target.setText(path)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.guardar_button.clicked.connect(self._save)
        form.eliminar_button.clicked.connect(self._delete)
        form.cerrar_button.clicked.connect(self.reject)
        form.archivo_button.clicked.connect(
            lambda: self._choose(
                form.archivo_edit, "Elegir certificado", "Certificados (*.pfx *.p12 *.cer *.crt)"
            )
        )
        form.llave_button.clicked.connect(
            lambda: self._choose(form.llave_edit, "Elegir llave privada", "Llave privada (*.key)")
        )
        form.archivo_edit.textChanged.connect(lambda _text: self._look.start())
        form.registro_combo.activated.connect(lambda _index: self._look.start())
        form.llave_edit.textChanged.connect(lambda _text: self._look_at_key.start())
        self._look.timeout.connect(self._look_into_archivo)
        self._look_at_key.timeout.connect(self._look_into_llave)
        # Not textEdited: dictation and password managers write without keys.
        form.contrasena_edit.textChanged.connect(self._on_contrasena_typed)
        form.usuario_edit.textChanged.connect(self._on_usuario_typed)
        form.agregar_registro_button.clicked.connect(self._open_registros)
        self.table.view.selectionModel().selectionChanged.connect(self._on_row_chosen)
        presenter.changed.connect(self._draw)
        presenter.saved.connect(self._on_saved)
        presenter.deleted.connect(lambda: inform(self, presenter.state.message))
        presenter.replacement_asked.connect(self._ask_to_replace)
        presenter.failed.connect(lambda error: self._context.errors.show(self, error))
        QTimer.singleShot(0, self, presenter.load)

    def _on_contrasena_typed(self) -> None:
        if not self._filling:
            self._presenter.edit_contrasena()

    def _on_usuario_typed(self) -> None:
        if not self._filling:
            self._usuario_typed = True
            self._presenter.edit_usuario()

    def _look_into_archivo(self) -> None:
        self._presenter.choose_archivo(_path(self.form.archivo_edit), self._registro_id())

    def _look_into_llave(self) -> None:
        self._presenter.choose_llave(_path(self.form.llave_edit))

    def _look_now(self) -> None:
        """What was just typed is looked at before it is saved, so that no late answer follows."""
        for timer, look in (
            (self._look, self._look_into_archivo),
            (self._look_at_key, self._look_into_llave),
        ):
            if timer.isActive():
                timer.stop()
                look()

    def _choose(self, edit: QLineEdit, title: str, name_filter: str) -> None:
        choose_file(
            self,
            title,
            [name_filter, "Todos los archivos (*)"],
            f"certificados/{edit.objectName()}",
            self._context.preferences,
            then=lambda path: edit.setText(str(path)),
        )

    def _registro_id(self) -> UUID | None:
        data = self.form.registro_combo.currentData()
        return data if isinstance(data, UUID) else None

    def _choose_registro(self, registro_id: UUID | None) -> None:
        # Not findData: Qt compares Python objects by identity, and every reading makes new ones.
        combo = self.form.registro_combo
        for at in range(combo.count()):
            if combo.itemData(at) == registro_id:
                combo.setCurrentIndex(at)

    def _registro(self) -> RegistroConCertificado | None:
        wanted = self._registro_id()
        return next((r for r in self._presenter.state.registros if r.registro_id == wanted), None)

    def _save(self) -> None:
        self._look_now()
        form, es_pfx = self.form, self._presenter.state.es_pfx
        registro_id, archivo = self._registro_id(), _path(form.archivo_edit)
        llave, contrasena = _path(form.llave_edit), form.contrasena_edit.text()
        missing: dict[str, str] = {}
        if registro_id is None:
            missing[Campo.REGISTRO_PATRONAL] = MISSING_REGISTRO
        if not archivo:
            missing[Campo.CERTIFICADO] = MISSING_ARCHIVO
        if archivo and not llave and not es_pfx:
            missing[Campo.LLAVE] = MISSING_LLAVE
        if not contrasena and not es_pfx:
            missing[Campo.CONTRASENA] = MISSING_CONTRASENA
        elegido = None
        if not missing and registro_id is not None:
            elegido = CertificadoElegido(
                registro_id=registro_id,
                archivo=Path(archivo),
                llave=None if es_pfx else Path(llave),
                usuario=form.usuario_edit.text(),
                contrasena=contrasena,
                numero=form.opcion_combo.currentData() if form.opcion_combo.count() else None,
                guardar_contrasena=form.guardar_contrasena_check.isChecked(),
            )
        caps_lock = self._caps_lock.is_on
        self._presenter.save(elegido, missing, caps_lock)

    def _ask_to_replace(self, elegido: CertificadoElegido) -> None:
        registro = self._registro()
        name = registro.registro_patronal if registro else ""
        confirm(
            self,
            REPLACE.format(registro=name),
            "&Reemplazar",
            then=lambda: self._presenter.save(elegido, {}, False),
            destructive=True,
        )

    def _delete(self) -> None:
        registro = self.table.selected()
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

    def _is_dirty(self) -> bool:
        form = self.form
        return bool(
            _path(form.archivo_edit) or _path(form.llave_edit) or form.contrasena_edit.text()
        )

    def _discard(self) -> None:
        self._clear()
        self.reject()

    def _clear(self) -> None:
        form = self.form
        self._filling = True
        for edit in (
            form.archivo_edit,
            form.llave_edit,
            form.usuario_edit,
            form.contrasena_edit,
        ):
            edit.clear()
        self._filling = self._usuario_typed = False
        for check in (
            form.mostrar_usuario_check,
            form.mostrar_contrasena_check,
            form.guardar_contrasena_check,
        ):
            check.setChecked(False)
        self._look.stop()
        self._look_at_key.stop()
        self._presenter.clear()

    def _on_saved(self, registro: RegistroConCertificado) -> None:
        message = self._presenter.state.message
        self._clear()
        inform(self, message, then=lambda: self._select(registro.registro_id))

    def _select(self, registro_id: UUID) -> None:
        for row in self._presenter.state.registros:
            if row.registro_id == registro_id:
                self.table.select(row)

    def _on_row_chosen(self) -> None:
        """Walking the list chooses the registro patronal to work on."""
        registro = self.table.selected()
        self._draw_buttons()
        if registro is not None and not self._is_dirty():
            self._choose_registro(registro.registro_id)

    def _draw(self, state: CertificadosState) -> None:
        form = self.form
        self._draw_registros(state)
        form.llave_edit.setEnabled(not state.es_pfx)
        form.llave_button.setEnabled(not state.es_pfx)
        if state.es_pfx and form.llave_edit.text():
            form.llave_edit.clear()
        self._contenido.draw(state.elegido)
        self._draw_usuario(state.elegido)
        self._errors.show(dict(state.problems))
        show_message(form.mensaje_label, WORKING if state.busy else "", "hint")
        self._draw_buttons()

    def _draw_registros(self, state: CertificadosState) -> None:
        form = self.form
        self.table.set_rows(state.registros)
        shown = form.tabla_page if state.registros or not state.loaded else form.vacia_page
        form.lista_stack.setCurrentWidget(shown)
        known = [form.registro_combo.itemData(i) for i in range(form.registro_combo.count())]
        wanted = [one.registro_id for one in state.registros]
        if known != wanted:
            chosen = self._registro_id()
            form.registro_combo.clear()
            for one in state.registros:
                form.registro_combo.addItem(
                    f"{one.registro_patronal}  {one.razon_social}", one.registro_id
                )
            form.registro_combo.setCurrentIndex(0)
            self._choose_registro(chosen)

    def _draw_usuario(self, found: Verificacion | None) -> None:
        """The certificate's own, unless somebody typed another."""
        certificado = found.certificado if found else None
        if certificado is not None and certificado.usuario and not self._usuario_typed:
            self._filling = True
            self.form.usuario_edit.setText(certificado.usuario)
            self._filling = False

    def _draw_buttons(self) -> None:
        state = self._presenter.state
        chosen = self.table.selected()
        self.form.guardar_button.setEnabled(bool(state.registros) and not state.busy)
        self.form.eliminar_button.setEnabled(
            chosen is not None and chosen.certificado is not None and not state.busy
        )


def _is_key(path: str) -> bool:
    return Path(path).suffix.casefold() not in (*PFX_SUFFIXES, ".cer", ".crt", ".pem")


def _path(edit: QLineEdit) -> str:
    """What was typed, without the quotes that Windows' «Copiar como ruta» adds."""
    return edit.text().strip().strip('"')


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = CertificadosPresenter(
        context.application.certificados, context.jobs, context.require_sesion()
    )
    window = CertificadosWindow(presenter, context, parent)
    window.setWindowModality(Qt.WindowModality.WindowModal)
    presenter.setParent(window)
    return window
