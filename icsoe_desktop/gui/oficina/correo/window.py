"""The window Servidor de correo, drawn from ServidorCorreoState."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.correo import USUAL_PORTS, Seguridad
from icsoe_desktop.domain.correo_oauth import ProveedorIdentidad
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_servidor_correo import Ui_ServidorCorreoForm
from icsoe_desktop.gui.inicio.outgoing_mail import network_queue
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message, show_text_with
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.oficina.correo.dialogos import (
    PruebaDialog,
    PruebaPresenter,
    VincularDialog,
    VincularPresenter,
)
from icsoe_desktop.gui.oficina.correo.presenter import (
    DatosServidor,
    Entrada,
    Kept,
    ServidorCorreoPresenter,
    ServidorCorreoState,
)
from icsoe_desktop.jobs import Progress

OWN = (
    "Por este servidor salen sólo sus correos: los de sus capturistas y sus avisos. Cada "
    "contratista de este equipo pone el suyo."
)
SHARED = " Mientras no guarde el suyo, salen por el de este equipo ({servidor})."
LINKED_SINCE = "Cuenta de {proveedor} vinculada el {dia}."
LEAVE_GONE = (
    "{proveedor} retiró el permiso de esta cuenta. Los correos siguen en espera: vincúlela otra "
    "vez."
)
NOT_LINKED_YET = (
    "Su oficina registra una aplicación con Microsoft o Google y escribe aquí su identificador; "
    "este programa no trae ninguno. El manual (F1) dice cómo."
)
UNLINK = (
    "El permiso de la cuenta {usuario} se borrará de este equipo y los correos esperarán hasta que "
    "vincule otra o escriba una contraseña.\n\n¿Desea desvincularla?"
)
SECRET_KEPT, SECRET_WANTED = "Secreto guardado", "El que da Google con el identificador"
PASSWORD_KEPT = "Contraseña guardada"
PASSWORD_WANTED = "La de la cuenta de correo"

SEGURIDAD_TEXTS = {
    Seguridad.STARTTLS: "STARTTLS",
    Seguridad.SSL: "SSL/TLS",
    Seguridad.NINGUNA: "Ninguna (sólo en este equipo)",
}
FIELDS = (
    "servidor", "puerto", "seguridad", "usuario", "contrasena", "cliente", "inquilino", "secreto",
    "remitente", "nombre_remitente",
)  # fmt: skip

FIXED = "El servidor de correo lo fijó"

LABEL_AIR = 4


@dataclass(frozen=True)
class Proveedor:
    """A preset of a well-known provider. servidor: empty for the preset that fills in nothing."""

    nombre: str
    servidor: str
    seguridad: Seguridad
    ayuda: str

    @property
    def puerto(self) -> str:
        return str(USUAL_PORTS[self.seguridad])


OTRO = Proveedor(
    "Otro",
    "",
    Seguridad.STARTTLS,
    "Los puertos usuales son 587 con STARTTLS y 465 con SSL/TLS.",
)
# Sources: Google Workspace Admin Help, «Send email from a printer, scanner, or app»; Microsoft
# Learn, «POP, IMAP, and SMTP settings for Outlook.com» and «How to set up a multifunction device
# or application to send email using Microsoft 365».
PROVEEDORES = (
    Proveedor(
        "Gmail",
        "smtp.gmail.com",
        Seguridad.STARTTLS,
        "Gmail necesita una contraseña de aplicación, no la de siempre: en su cuenta de Google "
        "active la verificación en dos pasos y genere una en «Contraseñas de aplicaciones». O "
        "entre con la cuenta vinculada.",
    ),
    Proveedor(
        "Outlook / Microsoft 365",
        "smtp.office365.com",
        Seguridad.STARTTLS,
        "Microsoft 365 deja apagada la contraseña para enviar desde fines de diciembre de 2026: "
        "entre con la cuenta vinculada. Quien administra debe permitir «SMTP autenticado» en el "
        "buzón. Outlook.com y Hotmail ya no permiten contraseña.",
    ),
    OTRO,
)


class ServidorCorreoWindow(FormDialog[Ui_ServidorCorreoForm, Kept]):
    donde = "el servidor de correo"

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(Ui_ServidorCorreoForm(), context, parent, *FIELDS)
        services, sesion = context.application, context.require_sesion()
        presenter = self._presenter = ServidorCorreoPresenter(
            services.ajustes, services.vinculo_correo, context.jobs, sesion
        )
        presenter.setParent(self)
        # As far from the field above as the labels that are always there.
        for label in (self.form.inquilino_label, self.form.secreto_label):
            label.setContentsMargins(0, LABEL_AIR, 0, 0)
        self._network = network_queue(context)
        self._own = sesion.rol is Rol.CONTRATISTA
        form = self.form
        with self.fields.keeping():
            for proveedor in PROVEEDORES:
                form.proveedor_combo.addItem(proveedor.nombre, proveedor)
            for seguridad, text in SEGURIDAD_TEXTS.items():
                form.seguridad_combo.addItem(text, seguridad)
            for entrada in Entrada:
                form.entrada_combo.addItem(entrada.value, entrada)
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        self._fill_in(DatosServidor())
        self._connect()
        self._draw(presenter.state)
        self._show_fixed(context.application.politica)

    def _show_fixed(self, politica: Central) -> None:
        """Leave only the password of the account to the user of a fixed server."""
        if not politica.correo_fijo:
            return
        form = self.form
        free = {"contrasena"}
        if politica.correo_cliente is None:
            free |= {"cliente", "inquilino", "secreto"}
        fixed: list[QWidget] = [form.proveedor_combo, form.seguridad_combo]
        for name in FIELDS:
            edit = getattr(form, f"{name}_edit", None)  # not of the combo boxes
            if edit is not None and name not in free:
                fixed.append(edit)
        notice = FixedNotice(form.servidorCorreoForm_layout1, self, 1)
        notice.say_fixed(FIXED, politica, "correo", *fixed)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.proveedor_combo.activated.connect(self._on_proveedor_chosen)
        form.seguridad_combo.activated.connect(self._on_seguridad_chosen)
        self.fields.edited.connect(lambda _name: self.say(""))
        self.fields.left.connect(self._on_left)
        form.servidor_edit.textChanged.connect(self._draw_proveedor)
        form.entrada_combo.activated.connect(self._on_entrada_chosen)
        form.vincular_button.clicked.connect(self._open_link)
        form.desvincular_button.clicked.connect(self._ask_to_unlink)
        form.prueba_button.clicked.connect(self._open_test)
        presenter.changed.connect(self._draw)
        presenter.loaded.connect(self._on_loaded)
        presenter.saved.connect(self._fill_in)
        # The mails that waited for a server go out.
        presenter.saved.connect(lambda _datos: self.context.shell.mail_changed.emit())
        presenter.failed.connect(lambda error: self.context.errors.show(self, error))
        self.finished.connect(lambda _result: self._network.close(0))
        QTimer.singleShot(0, self, presenter.start)

    def typed(self) -> DatosServidor:
        texts, entrada = self.fields.texts(), Entrada(self.form.entrada_combo.currentData())
        if entrada is Entrada.NINGUNA:
            texts |= {"usuario": "", "contrasena": ""}
        return DatosServidor(seguridad=self._chosen_seguridad(), entrada=entrada, **texts)

    def check(self) -> dict[str, str]:
        return self._presenter.check(self.typed())

    def work(self) -> Callable[[Progress], Kept]:
        return self._presenter.saving(self.typed())

    def on_saved(self, read: Kept) -> None:
        self._presenter.note_saved(read)

    def _fill_in(self, datos: DatosServidor) -> None:
        with self.fields.filling():
            self.fields.fill({name: getattr(datos, name) for name in self.fields.texts()})
            self._choose_seguridad(datos.seguridad)
            self.form.entrada_combo.setCurrentIndex([*Entrada].index(datos.entrada))
        self.seen = datos
        self._draw_proveedor()

    def _chosen_seguridad(self) -> Seguridad:
        # Qt returns a StrEnum item as a plain str.
        return Seguridad(self.form.seguridad_combo.currentData())

    def _choose_seguridad(self, seguridad: Seguridad) -> None:
        combo = self.form.seguridad_combo
        combo.setCurrentIndex(combo.findText(SEGURIDAD_TEXTS[seguridad]))

    def _on_loaded(self, datos: DatosServidor) -> None:
        self._fill_in(datos)
        first = self.form.servidor_edit if datos.servidor else self.form.proveedor_combo
        if self.form.servidor_edit.isReadOnly():
            by_password = datos.entrada is Entrada.CONTRASENA
            first = self.form.contrasena_edit if by_password else self.form.entrada_combo
        first.setFocus()

    def _on_proveedor_chosen(self) -> None:
        proveedor = self.form.proveedor_combo.currentData()
        self.form.servidor_edit.setText(proveedor.servidor)
        self.form.puerto_edit.setText(proveedor.puerto)
        self._choose_seguridad(proveedor.seguridad)
        self._draw_proveedor()

    def _on_entrada_chosen(self) -> None:
        # What is typed for the other way must not be saved with this one.
        with self.fields.filling():
            self.form.contrasena_edit.clear()
        self._draw_entrada()
        self.fields.say()

    def _on_seguridad_chosen(self) -> None:
        usual = {str(port) for port in USUAL_PORTS.values()}
        if self.form.puerto_edit.text().strip() in usual | {""}:
            self.form.puerto_edit.setText(str(USUAL_PORTS[self._chosen_seguridad()]))

    def _on_left(self, name: str) -> None:
        form = self.form
        if name == "usuario" and "@" in form.usuario_edit.text() and not form.remitente_edit.text():
            form.remitente_edit.setText(form.usuario_edit.text().strip())

    def _open_test(self) -> None:
        datos, context = self.typed(), self.context
        if not self.fields.attempt():
            return
        test = PruebaPresenter(
            context.application.ajustes, self._network, context.require_sesion(), datos
        )
        open_dialog(PruebaDialog(test, context.errors, datos.remitente.strip(), self))

    def _open_link(self) -> None:
        datos, context = self.typed(), self.context
        problems = self._presenter.check_link(datos)
        if problems:
            self.fields.refuse(problems)
            return
        self.fields.leave_all()
        linking = VincularPresenter(
            context.application.vinculo_correo,
            self._network,
            context.require_sesion(),
            datos.parse(),
            self._presenter.cliente_of(datos),
        )
        dialog = VincularDialog(linking, context.errors, self)
        dialog.accepted.connect(self._presenter.note_linked)
        open_dialog(dialog)

    def _ask_to_unlink(self) -> None:
        vinculo = self._presenter.state.estado.vinculo
        if vinculo is not None:
            confirm(
                self,
                UNLINK.format(usuario=vinculo.usuario),
                "&Desvincular",
                then=self._presenter.unlink,
                destructive=True,
            )

    def discard(self) -> None:
        if isinstance(self.seen, DatosServidor):
            self._fill_in(self.seen)

    def _draw_proveedor(self) -> None:
        form = self.form
        proveedor = proveedor_of(form.servidor_edit.text())
        form.proveedor_combo.setCurrentIndex(PROVEEDORES.index(proveedor))
        form.proveedor_hint.setText(proveedor.ayuda)
        self._draw_entrada()

    def _draw_entrada(self) -> None:
        """Show the fields of one way to enter the account."""
        form = self.form
        entrada = Entrada(form.entrada_combo.currentData())
        linked, by_password = entrada is Entrada.VINCULADA, entrada is Entrada.CONTRASENA
        proveedor = self._presenter.proveedor_of(form.servidor_edit.text())
        google = proveedor is ProveedorIdentidad.GOOGLE
        widgets: tuple[tuple[bool, tuple[QWidget, ...]], ...] = (
            (linked or by_password, (form.usuario_label, form.usuario_edit)),
            (by_password, (form.contrasena_label, form.contrasena_edit, form.mostrar_check)),
            (linked, (form.cliente_label, form.cliente_edit, form.vincular_button)),
            (linked and not google, (form.inquilino_label, form.inquilino_edit)),
            (linked and google, (form.secreto_label, form.secreto_edit)),
        )
        for shown, group in widgets:
            for widget in group:
                widget.setVisible(shown)
        if not by_password:
            form.contrasena_error.hide()
            form.mayusculas_label.hide()
        if entrada is Entrada.NINGUNA:
            form.usuario_error.hide()
        for label, shown in (
            (form.cliente_error, linked),
            (form.inquilino_error, linked and not google),
            (form.secreto_error, linked and google),
        ):
            label.setVisible(shown and bool(label.text()))
        self._draw_link()
        grow_to_fit(self)

    def _draw_link(self) -> None:
        form, vinculo = self.form, self._presenter.state.estado.vinculo
        linked = Entrada(form.entrada_combo.currentData()) is Entrada.VINCULADA
        form.desvincular_button.setVisible(linked and vinculo is not None)
        text, role = NOT_LINKED_YET, "hint"
        if vinculo is not None:
            role = "warning" if vinculo.retirado else "success"
            text = (LEAVE_GONE if vinculo.retirado else LINKED_SINCE).format(
                proveedor=vinculo.cliente.proveedor.value,
                dia=f"{vinculo.desde.astimezone(HORA_DE_MEXICO):%d/%m/%Y}",
            )
        show_message(form.vinculo_label, text if linked else "", role)

    def _draw(self, state: ServidorCorreoState) -> None:
        form = self.form
        for widget in (form.servidor_group, form.cuenta_group, form.prueba_button):
            widget.setEnabled(state.loaded)
        form.guardar_button.setEnabled(state.loaded and not self.busy)
        form.contrasena_edit.setPlaceholderText(
            PASSWORD_KEPT if state.estado.con_contrasena else PASSWORD_WANTED
        )
        vinculo = state.estado.vinculo
        kept = vinculo is not None and bool(vinculo.cliente.secreto)
        form.secreto_edit.setPlaceholderText(SECRET_KEPT if kept else SECRET_WANTED)
        self._draw_link()
        self.say(state.message)
        if self._own:
            shared = SHARED.format(servidor=state.shared) if state.shared else ""
            form.explicacion_label.setText(OWN + shared)


def proveedor_of(servidor: str) -> Proveedor:
    """The provider with this server."""
    name = servidor.strip().lower()
    return next((known for known in PROVEEDORES if known.servidor == name and name), OTRO)


create = ServidorCorreoWindow
