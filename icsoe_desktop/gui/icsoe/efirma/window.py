"""The window Ingreso con e.firma, and its fields, which the lock screen shows too."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_efirma import Ui_EfirmaForm
from icsoe_desktop.gui.forms.ui_efirma_campos import Ui_EfirmaCamposForm
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import grow_to_fit, set_property, show_message, show_text_with
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file, typed_path
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.services.acceso.icsoe import EfirmaElegida, EfirmaRegistrada, VerificacionIngreso

FILES = "Archivos de este equipo o de una memoria USB"
VALIDATING, ENTERING = "Validando…", "Ingresando…"
CER = AskedFile("Elegir el certificado (.cer)", "efirma", ("Certificado (*.cer *.crt)", ALL_FILES))
KEY = AskedFile("Elegir la llave privada (.key)", "efirma", ("Llave privada (*.key)", ALL_FILES))


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
        for edit in (form.archivo_edit, form.llave_edit):
            edit.editingFinished.connect(self._put_in_place)
        form.origen_combo.activated.connect(self._on_origin)
        form.archivo_button.clicked.connect(lambda: self._choose(form.archivo_edit, CER))
        form.llave_button.clicked.connect(lambda: self._choose(form.llave_edit, KEY))

    def _choose(self, edit: QLineEdit, asked: AskedFile) -> None:
        def chosen(path: Path) -> None:
            edit.setText(str(path))
            edit.setFocus()
            self._put_in_place()

        choose_file(self.window(), asked, self._preferences, chosen)

    def _put_in_place(self) -> None:
        """Exchange the files when the certificate stands in the key's place, by their names."""
        cer, key = self.form.archivo_edit, self.form.llave_edit
        if _suffix(key) in (".cer", ".crt") and _suffix(cer) in ("", ".key"):
            typed = cer.text()
            cer.setText(key.text())
            key.setText(typed)
        elif _suffix(cer) == ".key" and not key.text():
            key.setText(cer.text())
            cer.clear()

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


def _suffix(edit: QLineEdit) -> str:
    return Path(typed_path(edit)).suffix.casefold()


def _path(edit: QLineEdit) -> Path | None:
    text = typed_path(edit)
    return Path(text) if text else None


class EfirmaWindow(QDialog):
    """«Validar» checks the files; «Ingresar» starts the session while they are unchanged."""

    entered = Signal(object)  # IngresoContratista, or what `use` gives

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        use: Callable[[VerificacionIngreso], object] | None = None,
    ) -> None:
        """use: what a good verification is for, besides entering."""
        super().__init__(parent)
        self._use = use or (lambda found: context.application.acceso_icsoe.enter(found))
        self.form = Ui_EfirmaForm()
        self.form.setupUi(self)
        self._context, self._acceso = context, context.application.acceso_icsoe
        self._busy = ""  # what is being done
        # The valid result that «Ingresar» uses; None before «Validar» and after any edit.
        self._verificacion: VerificacionIngreso | None = None
        self._edits = 0
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        self.fields = EfirmaFields(context.preferences, form.campos_panel)
        layout = QVBoxLayout(form.campos_panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fields)
        self._order_tabs()
        Drops(self, self.fields.take_files)
        self.fields.edited.connect(self._on_edited)
        self.fields.rfc_edited.connect(self._look_up)
        form.validar_button.clicked.connect(self._validate)
        form.ingresar_button.clicked.connect(self._enter)
        form.cancelar_button.clicked.connect(self.reject)
        self._draw("")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields.focus_first()

    def _order_tabs(self) -> None:
        form = self.form
        last: QWidget = self.fields.form.mostrar_check
        for button in (form.validar_button, form.ingresar_button, form.cancelar_button):
            QWidget.setTabOrder(last, button)
            last = button

    def _look_up(self, rfc: str) -> None:
        """Offer the registered e.firmas with this RFC."""
        acceso, form = self._acceso, self.fields.form

        def show(registradas: tuple[EfirmaRegistrada, ...]) -> None:
            if rfc == form.rfc_edit.text() and registradas != self.fields.registradas:
                self.fields.show_registered(registradas)

        self._context.ask(self, lambda _progress: acceso.registered(rfc), show)

    def _on_edited(self) -> None:
        """Discard the result of «Validar», because an input changed."""
        self._edits += 1
        self._verificacion = None
        self.fields.draw(())
        self._draw("")

    def _validate(self) -> None:
        if self._busy:
            return
        acceso, elegida, edits = self._acceso, self.fields.elegida(), self._edits
        caps_lock = self.fields.caps_lock

        def done(found: VerificacionIngreso) -> None:
            self._busy = ""
            if edits == self._edits and found.exitosa:
                self._verificacion = found
            self._draw(found.mensaje if self._verificacion is not None else "")
            if edits == self._edits and not found.exitosa:
                self.fields.draw(found.by_field(caps_lock))
                self.fields.focus_wrong()

        self._busy, self._verificacion = VALIDATING, None
        self.fields.draw(())
        self._draw("")
        self._context.ask(self, lambda _progress: acceso.verify(elegida), done, self._on_failed)

    def _enter(self) -> None:
        use, verificacion = self._use, self._verificacion
        if verificacion is not None and not self._busy:
            self._busy = ENTERING
            self._draw("")
            self._context.ask(
                self, lambda _progress: use(verificacion), self._on_entered, self._on_failed
            )

    def _on_failed(self, error: Exception) -> None:
        self._busy, self._verificacion = "", None
        known = isinstance(error, UserFacingError)
        self._draw(str(error) if known else "")
        if known:
            self.fields.focus_wrong()
        else:
            self._context.errors.show(self, error)

    def _on_entered(self, ingreso: object) -> None:
        self._busy, self._verificacion = "", None
        self._draw("")
        self.fields.clear_contrasena()
        self.accept()
        self.entered.emit(ingreso)

    def _draw(self, message: str) -> None:
        form, busy = self.form, bool(self._busy)
        may_enter = self._verificacion is not None and not busy
        self.fields.set_read_only(busy)
        form.validar_button.setEnabled(not busy)
        was_enabled = form.ingresar_button.isEnabled()
        form.ingresar_button.setEnabled(may_enter)
        self._make_primary(form.ingresar_button if may_enter else form.validar_button)
        if may_enter and not was_enabled:
            form.ingresar_button.setFocus()
        role = "success" if self._verificacion is not None else "error"
        show_message(form.mensaje_label, self._busy or message, "hint" if busy else role)

    def _make_primary(self, primary: QPushButton) -> None:
        for button in (self.form.validar_button, self.form.ingresar_button):
            set_property(button, "primary", button is primary)
            button.setDefault(button is primary)


def create(context: Context, parent: QWidget | None) -> QWidget:
    return EfirmaWindow(context, parent)
