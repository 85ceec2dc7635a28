"""The scenes of mail: a linked account, how it is linked, and the reminders."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, CodigoDispositivo, ProveedorIdentidad
from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.oficina.correo.dialogos import (
    VincularDialog,
    VincularPresenter,
    VincularState,
)
from icsoe_desktop.gui.oficina.correo.presenter import Entrada
from icsoe_desktop.gui.oficina.correo.window import ServidorCorreoWindow
from icsoe_desktop.gui.oficina.vigencias.dialogos import (
    NO_SERVER,
    OFFICE,
    RecordatoriosDialog,
    VigiladosDialog,
)
from icsoe_desktop.services.correo.vinculo import WAITING_CODE
from tests.support.reposo import settle

CORREO = "nomina@ejemplo.mx"


def _linked(context: Context) -> QWidget:
    window = context.shell.open("servidor_correo", context.sesion)
    assert isinstance(window, ServidorCorreoWindow)
    settle(window.form.guardar_button.isEnabled)
    window.form.servidor_edit.setText("smtp.office365.com")
    combo = window.form.entrada_combo
    combo.setCurrentText(Entrada.VINCULADA.value)
    combo.activated.emit(combo.currentIndex())
    # So that closing asks nobody.
    window.keep()
    return window


def _linking(context: Context) -> QWidget:
    parent = context.shell.open("servidor_correo", context.sesion)
    servidor = ServidorCorreo.parse("smtp.office365.com", "587", Seguridad.STARTTLS, CORREO, CORREO)
    presenter = VincularPresenter(
        context.application.vinculo_correo,
        context.jobs,
        context.require_sesion(),
        servidor,
        ClienteOAuth.parse(ProveedorIdentidad.MICROSOFT, "aplicacion-de-la-oficina"),
    )
    dialog = VincularDialog(presenter, context.errors, parent)
    dialog.form.codigo_radio.setChecked(True)
    codigo = CodigoDispositivo(
        "BCDF-GHJK", "https://microsoft.com/devicelogin", "dispositivo", 900, 5
    )
    presenter.changed.emit(VincularState(busy=True, codigo=codigo, message=WAITING_CODE))
    open_dialog(dialog)
    return dialog


def _reminders(context: Context) -> QWidget:
    parent = context.shell.open("vigencias", context.sesion)
    dialog = RecordatoriosDialog(Recordatorios(), (NO_SERVER, OFFICE), context, parent)
    open_dialog(dialog)
    return dialog


def _watched(context: Context) -> QWidget:
    dialog = VigiladosDialog(context, context.shell.open("vigencias", context.sesion))
    open_dialog(dialog)
    return dialog


CORREO_SCENES: dict[str, Callable[[Context], QWidget]] = {
    "servidor de correo: vinculada": _linked,
    "servidor de correo: vincular": _linking,
    "vigencias: recordatorios": _reminders,
    "vigencias: certificados": _watched,
}
