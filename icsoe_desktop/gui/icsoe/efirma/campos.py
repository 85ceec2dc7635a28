"""The fields of an e.firma: RFC, source, files, password."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.forms.ui_efirma_campos import Ui_EfirmaCamposForm
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_text_with
from icsoe_desktop.gui.kit.file_choice import choose_file, typed_path
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.services.acceso.icsoe import EfirmaElegida, EfirmaRegistrada

FILES = "Archivos de este equipo o de una memoria USB"
CER_FILTERS = ("Certificado (*.cer *.crt)", "Todos los archivos (*)")
KEY_FILTERS = ("Llave privada (*.key)", "Todos los archivos (*)")


class EfirmaFields(QWidget):
    """The values that the user typed and chose, with the problems under each field."""

    edited = Signal()
    rfc_edited = Signal(str)
    submitted = Signal()  # Enter in a field

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_EfirmaCamposForm()
        self.form.setupUi(self)
        form = self.form
        self._preferences = preferences
        self.registradas: tuple[EfirmaRegistrada, ...] = ()
        self._fixed_rfc = ""
        form.rfc_edit.setFont(tabular_font())
        self._fields = CheckedFields(
            {
                "rfc": CheckedField(form.rfc_edit, form.rfc_error),
                "certificado": CheckedField(form.archivo_edit, form.certificado_error),
                "llave": CheckedField(form.llave_edit, form.llave_error),
                "contrasena": CheckedField(form.contrasena_edit, form.contrasena_error),
            },
            self,
        )
        self._fields.edited.connect(self.edited)
        self._caps_lock = CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        self.show_registered(())
        self._connect()

    def elegida(self) -> EfirmaElegida:
        form = self.form
        registrada = self._registrada()
        return EfirmaElegida(
            rfc=self._fixed_rfc or form.rfc_edit.text(),
            contrasena=form.contrasena_edit.text(),
            archivo=None if registrada else _path(form.archivo_edit),
            llave=None if registrada else _path(form.llave_edit),
            registrada=registrada,
        )

    @property
    def caps_lock(self) -> bool:
        return self._caps_lock.is_on

    def fix_rfc(self, rfc: str) -> None:
        """Use this RFC and hide its field."""
        self._fixed_rfc = rfc
        for widget in (self.form.rfc_label, self.form.rfc_edit, self.form.rfc_error):
            widget.hide()

    def show_registered(self, registradas: tuple[EfirmaRegistrada, ...]) -> None:
        """Offer the e.firmas that are registered in Certificados IMSS."""
        form = self.form
        chosen = self._registrada()
        self.registradas = registradas
        form.origen_combo.clear()
        form.origen_combo.addItem(FILES)
        for one in registradas:
            form.origen_combo.addItem(f"{one.titular}, {one.estado.texto.lower()}")
        for at, one in enumerate(registradas, start=1):
            if one.id == chosen:
                form.origen_combo.setCurrentIndex(at)
        for widget in (form.origen_label, form.origen_combo):
            widget.setVisible(bool(registradas))
        self._show_files()

    def draw(self, problems: Iterable[tuple[str, str]]) -> None:
        self._fields.draw(problems)

    def focus_first(self) -> None:
        """Focus the first empty field."""
        form = self.form
        order = [form.archivo_edit, form.llave_edit, form.contrasena_edit]
        if not self._fixed_rfc:
            order.insert(0, form.rfc_edit)
        waiting = (edit for edit in order if not edit.text() and not edit.isHidden())
        next(waiting, form.contrasena_edit).setFocus()

    def focus_wrong(self) -> None:
        self._fields.focus_wrong()
        if self.form.contrasena_error.text():
            self.form.contrasena_edit.selectAll()

    def take_files(self, paths: list[Path]) -> None:
        """Put dropped files into the fields that fit their names. The content is checked later."""
        self.form.origen_combo.setCurrentIndex(0)
        for path in paths:
            is_key = path.suffix.casefold() == ".key"
            (self.form.llave_edit if is_key else self.form.archivo_edit).setText(str(path))

    def clear_contrasena(self) -> None:
        self.form.contrasena_edit.clear()
        self.form.mostrar_check.setChecked(False)

    def set_read_only(self, read_only: bool) -> None:
        form = self.form
        self._fields.set_read_only(read_only)
        for widget in (form.origen_combo, form.archivo_button, form.llave_button):
            widget.setEnabled(not read_only)

    def _connect(self) -> None:
        form = self.form
        form.rfc_edit.textChanged.connect(self.rfc_edited)
        for edit in (form.rfc_edit, form.archivo_edit, form.llave_edit, form.contrasena_edit):
            edit.returnPressed.connect(self.submitted)
        form.origen_combo.activated.connect(self._on_origin)
        form.archivo_button.clicked.connect(
            lambda: self._choose(form.archivo_edit, "Elegir el certificado (.cer)", CER_FILTERS)
        )
        form.llave_button.clicked.connect(
            lambda: self._choose(form.llave_edit, "Elegir la llave privada (.key)", KEY_FILTERS)
        )

    def _choose(self, edit: QLineEdit, title: str, filters: tuple[str, ...]) -> None:
        def chosen(path: Path) -> None:
            edit.setText(str(path))
            edit.setFocus()

        choose_file(self.window(), title, filters, "efirma", self._preferences, chosen)

    def _on_origin(self) -> None:
        self._show_files()
        self.edited.emit()

    def _show_files(self) -> None:
        form = self.form
        by_name = self._registrada() is not None
        for widget in (
            form.archivo_label,
            form.archivo_edit,
            form.archivo_button,
            form.llave_label,
            form.llave_edit,
            form.llave_button,
        ):
            widget.setVisible(not by_name)
        grow_to_fit(self.window())

    def _registrada(self) -> uuid.UUID | None:
        at = self.form.origen_combo.currentIndex()
        return self.registradas[at - 1].id if 0 < at <= len(self.registradas) else None


def _path(edit: QLineEdit) -> Path | None:
    text = typed_path(edit)
    return Path(text) if text else None
