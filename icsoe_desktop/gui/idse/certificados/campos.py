"""The fields of a certificate: registro patronal, files, user and password."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from icsoe_desktop.domain.certificados.certificado import Certificado
from icsoe_desktop.domain.certificados.verificacion import CampoCertificado
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.forms.ui_certificados import Ui_CertificadosForm
from icsoe_desktop.gui.idse.certificados.presenter import PFX_SUFFIXES
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields
from icsoe_desktop.gui.kit.fields import show_text_with
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file, typed_path
from icsoe_desktop.services.certificados.valores import CertificadoElegido, RegistroConCertificado

LOOK_DELAY_MS = 250

MISSING_REGISTRO = "Elija el registro patronal."
MISSING_ARCHIVO = "Elija el .cer de la e.firma, o un archivo .pfx."
# In two lines: a check box breaks none, and would widen the page past a low screen.
REPRESENTANTE = "Es de un represe&ntante legal ligado\nen el Escritorio Virtual, con RFC {rfc}"
TODOS = "Ponerla en los {count} registros patronales\nde este RFC, reempla&zando lo que tengan"
MISSING_LLAVE = "Elija la llave privada (.key) de la e.firma."
MISSING_CONTRASENA = "Escriba la contraseña."


class CertificadoFields(QObject):
    """The values that the user typed and chose, with the problems under each field."""

    archivo_named = Signal(str)  # shortly after the last keystroke, or for another registro
    llave_named = Signal(str)
    contrasena_edited = Signal()
    usuario_edited = Signal()

    def __init__(
        self, form: Ui_CertificadosForm, preferences: Preferences, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._preferences = preferences
        self._filling = False
        self._usuario_typed = False
        self._registro_chosen = False
        self._fields = CheckedFields(
            {
                CampoCertificado.REGISTRO_PATRONAL: CheckedField(
                    form.registro_combo, form.registro_error
                ),
                CampoCertificado.CERTIFICADO: CheckedField(form.archivo_edit, form.archivo_error),
                CampoCertificado.LLAVE: CheckedField(form.llave_edit, form.llave_error),
                "usuario": CheckedField(form.usuario_edit, form.usuario_error),
                CampoCertificado.CONTRASENA: CheckedField(
                    form.contrasena_edit, form.contrasena_error
                ),
            },
            self,
        )
        self._caps_lock = CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        show_text_with(form.mostrar_usuario_check, form.usuario_edit)
        show_text_with(form.mostrar_contrasena_check, form.contrasena_edit)
        self._look = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self._look_at_key = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self._connect()

    @property
    def caps_lock(self) -> bool:
        return self._caps_lock.is_on

    @property
    def registro_id(self) -> UUID | None:
        data = self._form.registro_combo.currentData()
        return data if isinstance(data, UUID) else None

    @property
    def registro_is_chosen(self) -> bool:
        """Whether the user chose the registro patronal after the file."""
        return self._registro_chosen

    @property
    def is_dirty(self) -> bool:
        form = self._form
        return bool(
            typed_path(form.archivo_edit)
            or typed_path(form.llave_edit)
            or form.contrasena_edit.text()
        )

    def look_now(self) -> None:
        """Check pending input now, before saving, so that no late result follows."""
        for timer, look in (
            (self._look, self._look_into_archivo),
            (self._look_at_key, self._look_into_llave),
        ):
            if timer.isActive():
                timer.stop()
                look()

    def read(self, es_pfx: bool) -> tuple[CertificadoElegido | None, dict[str, str]]:
        """The certificate to save, or None; and what is missing, by field."""
        form = self._form
        registro_id, archivo = self.registro_id, typed_path(form.archivo_edit)
        llave, contrasena = typed_path(form.llave_edit), form.contrasena_edit.text()
        missing: dict[str, str] = {}
        if registro_id is None:
            missing[CampoCertificado.REGISTRO_PATRONAL] = MISSING_REGISTRO
        if not archivo:
            missing[CampoCertificado.CERTIFICADO] = MISSING_ARCHIVO
        if archivo and not llave and not es_pfx:
            missing[CampoCertificado.LLAVE] = MISSING_LLAVE
        if not contrasena and not es_pfx:
            missing[CampoCertificado.CONTRASENA] = MISSING_CONTRASENA
        if missing or registro_id is None:
            return None, missing
        elegido = CertificadoElegido(
            registro_id=registro_id,
            archivo=Path(archivo),
            llave=None if es_pfx else Path(llave),
            usuario=form.usuario_edit.text(),
            contrasena=contrasena,
            numero=form.opcion_combo.currentData() if form.opcion_combo.count() else None,
            guardar_contrasena=form.guardar_contrasena_check.isChecked(),
            representante=_is_ticked(form.representante_check),
            todos=_is_ticked(form.todos_check),
        )
        return elegido, {}

    def take_files(self, paths: list[Path]) -> None:
        """Put dropped files into the fields that fit their names. The content is checked later."""
        for path in paths:
            target = self._form.llave_edit if _is_key(str(path)) else self._form.archivo_edit
            target.setText(str(path))

    def swap_files(self) -> None:
        form = self._form
        archivo, llave = form.archivo_edit.text(), form.llave_edit.text()
        form.archivo_edit.setText(llave)
        form.llave_edit.setText(archivo)

    def look_again(self, *, chosen: bool) -> None:
        """Read the file again, for another registro patronal.

        chosen: the user chose it.
        """
        if typed_path(self._form.archivo_edit):
            self._registro_chosen = chosen
            self._look.start()

    def choose_registro(self, registro_id: UUID | None) -> None:
        # findData compares Python objects by identity, and every reading creates new ones.
        combo = self._form.registro_combo
        for at in range(combo.count()):
            if combo.itemData(at) == registro_id:
                combo.setCurrentIndex(at)

    def show_registros(self, registros: Sequence[RegistroConCertificado]) -> None:
        """Set the registros patronales to choose from; the present choice stays."""
        combo = self._form.registro_combo
        if [combo.itemData(i) for i in range(combo.count())] == [r.registro_id for r in registros]:
            return
        chosen, first = self.registro_id, not combo.count()
        combo.clear()
        for one in registros:
            combo.addItem(f"{one.registro_patronal}  {one.razon_social}", one.registro_id)
        # If the chosen one is gone, choose none: the form may hold its certificate.
        combo.setCurrentIndex(0 if first else -1)
        self.choose_registro(chosen)

    def show_llave(self, es_pfx: bool) -> None:
        """Enable the key fields, unless the certificate is a .pfx."""
        form = self._form
        form.llave_edit.setEnabled(not es_pfx)
        form.llave_button.setEnabled(not es_pfx)
        if es_pfx and form.llave_edit.text():
            form.llave_edit.clear()

    def show_usuario(self, certificado: Certificado | None) -> None:
        """Fill in the certificate's user, unless the user typed another."""
        if certificado is not None and certificado.usuario and not self._usuario_typed:
            self._filling = True
            self._form.usuario_edit.setText(certificado.usuario)
            self._filling = False

    def show_reach(self, rfc: str, count: int) -> None:
        """Offer the ticks that apply to the chosen e.firma.

        rfc: of a representative, or empty. count: registros patronales of the RFC.
        """
        form = self._form
        layout = form.elegido_group_layout4
        for check, shown, text in (
            (form.representante_check, bool(rfc), REPRESENTANTE.format(rfc=rfc)),
            (form.todos_check, count > 1, TODOS.format(count=count)),
        ):
            check.setText(text)
            check.setVisible(shown)
            # Its height in the style sheet is of one line.
            row = layout.getItemPosition(layout.indexOf(check))[0]  # type: ignore[index]
            layout.setRowMinimumHeight(row, check.sizeHint().height() if shown else 0)
            if not shown:
                check.setChecked(False)

    def draw(self, problems: Iterable[tuple[str, str]]) -> None:
        self._fields.draw(problems)

    def clear(self) -> None:
        form = self._form
        self._filling = True
        for edit in (
            form.archivo_edit,
            form.llave_edit,
            form.usuario_edit,
            form.contrasena_edit,
        ):
            edit.clear()
        self._filling = self._usuario_typed = self._registro_chosen = False
        for check in (
            form.mostrar_usuario_check,
            form.mostrar_contrasena_check,
            form.guardar_contrasena_check,
            form.representante_check,
            form.todos_check,
        ):
            check.setChecked(False)
        self._look.stop()
        self._look_at_key.stop()

    def _connect(self) -> None:
        form = self._form
        form.archivo_button.clicked.connect(
            lambda: self._choose(
                form.archivo_edit, "Elegir certificado", "Certificados (*.cer *.crt *.pfx *.p12)"
            )
        )
        form.llave_button.clicked.connect(
            lambda: self._choose(form.llave_edit, "Elegir llave privada", "Llave privada (*.key)")
        )
        form.archivo_edit.textChanged.connect(self._on_archivo_named)
        form.registro_combo.activated.connect(lambda _index: self.look_again(chosen=True))
        form.llave_edit.textChanged.connect(lambda _text: self._look_at_key.start())
        self._look.timeout.connect(self._look_into_archivo)
        self._look_at_key.timeout.connect(self._look_into_llave)
        # textChanged, not textEdited: dictation and password managers set the
        # text without keystrokes.
        form.contrasena_edit.textChanged.connect(self._on_contrasena_typed)
        form.usuario_edit.textChanged.connect(self._on_usuario_typed)

    def _on_archivo_named(self) -> None:
        self._registro_chosen = False
        self._look.start()

    def _on_contrasena_typed(self) -> None:
        if not self._filling:
            self.contrasena_edited.emit()

    def _on_usuario_typed(self) -> None:
        if not self._filling:
            self._usuario_typed = True
            self.usuario_edited.emit()

    def _look_into_archivo(self) -> None:
        self.archivo_named.emit(typed_path(self._form.archivo_edit))

    def _look_into_llave(self) -> None:
        self.llave_named.emit(typed_path(self._form.llave_edit))

    def _choose(self, edit: QLineEdit, title: str, name_filter: str) -> None:
        asked = AskedFile(title, f"certificados/{edit.objectName()}", (name_filter, ALL_FILES))
        choose_file(
            edit.window(), asked, self._preferences, then=lambda path: edit.setText(str(path))
        )


def _is_ticked(check: QCheckBox) -> bool:
    return not check.isHidden() and check.isChecked()


def _is_key(path: str) -> bool:
    return Path(path).suffix.casefold() not in (*PFX_SUFFIXES, ".cer", ".crt", ".pem")
