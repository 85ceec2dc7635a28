"""Sincronización in every state, drawn from values: no server is asked for how it looks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gateways.kinto.values import ServerFinding
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.oficina.sincronizacion.borrados import BorradosDialog
from icsoe_desktop.gui.oficina.sincronizacion.conexion import (
    CambiarDialog,
    CambiarPresenter,
    RevisionDialog,
)
from icsoe_desktop.gui.oficina.sincronizacion.invitar import InvitacionDialog, InvitarDialog
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow, build_presenters
from icsoe_desktop.jobs import Step
from icsoe_desktop.services.sincronizacion.answers import (
    Apartado,
    Autor,
    Borrado,
    ClaseConflicto,
    Conflicto,
    EstadoSincronizacion,
    Invitacion,
    Miembro,
    RolOficina,
    VistaInvitacion,
)

Scene = Callable[[Context], QWidget]

NOW = datetime.now(UTC)
OFICINA = "Despacho Imaginario del Bajío y Asociados"
DIRECCION = "https://icsoe.ejemplo.mx/v1"
CUENTA = "recepcion-planta-baja"
REASON = (
    "El registro es demasiado grande para el servidor y no se envió. Sus datos siguen en este "
    "equipo."
)
ESTADO = EstadoSincronizacion(
    configurada=True,
    direccion=DIRECCION,
    oficina="of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab",
    nombre=OFICINA,
    cuenta=CUENTA,
    equipo="Recepción, planta baja",
    rol=RolOficina.RESPONSABLE,
    descargada=True,
    ultimo_exito=NOW - timedelta(minutes=2),
    motivo="No hay conexión con el servidor de su oficina. Se intentará de nuevo por sí solo.",
    esperan=1203,
    apartados=2,
    conflictos=2,
)
APARTADOS = (
    Apartado("capturistas", uuid.uuid4(), "capturista", False, REASON, NOW),
    Apartado("lotes", uuid.uuid4(), "archivo de lote", True, REASON, NOW - timedelta(days=2)),
)
CONFLICTOS = (
    Conflicto(
        id=uuid.uuid4(),
        clase=ClaseConflicto.CAMPO,
        objeto="contratista",
        registro_id=uuid.uuid4(),
        titulo="Construcciones Imaginarias del Golfo SA de CV",
        campo="Domicilio",
        vigente="Av. Inventada 123, Col. Centro, C.P. 01000, Álvaro Obregón, Ciudad de México",
        perdido=(
            "Calle Sin Nombre 45 int. 3, entre Uno y Dos, Col. Las Flores, C.P. 64000, Monterrey"
        ),
        cuando=NOW,
        de_vigente=Autor("Recepción, planta baja", "Alma Prieto Imaginaria", NOW),
        de_perdido=Autor("Nóminas 2", "", NOW - timedelta(hours=3)),
    ),
    Conflicto(
        id=uuid.uuid4(),
        clase=ClaseConflicto.CHOQUE,
        objeto="registro patronal",
        registro_id=uuid.uuid4(),
        titulo="Z9912345106 Talleres Imaginarios",
        campo="Registro patronal",
        vigente="Talleres Imaginarios SA de CV",
        perdido="Talleres del Norte Imaginario SA de CV",
        cuando=NOW - timedelta(days=1),
    ),
)
BORRADOS = tuple(
    Borrado(
        id=uuid.uuid4(),
        objeto=objeto,
        titulo=titulo,
        cuando=NOW - timedelta(hours=at),
        autor=Autor("Nóminas 2", "Beto Inventado Ruiz", NOW) if at else None,
    )
    for at, (objeto, titulo) in enumerate(
        (
            ("registro patronal", "Z9912345106 Talleres Imaginarios"),
            ("movimiento", "María de los Ángeles Imaginaria Inventada"),
            ("capturista", "Rosa Ficticia Demo"),
        )
    )
)
MIEMBROS = (
    Miembro(uuid.uuid4(), CUENTA, "Recepción, planta baja", RolOficina.RESPONSABLE, True),
    Miembro(uuid.uuid4(), "nominas-2", "Nóminas 2", RolOficina.MIEMBRO, False),
    Miembro(uuid.uuid4(), "auditoria", "Auditoría", RolOficina.CONSULTA, False, activo=False),
)
COMPROBACIONES = (
    ServerFinding(
        "Servidor",
        False,
        "Puede perder o mostrar datos: se cambiaron ajustes de su receta "
        "(kinto.storage_isolation_level). Quítelos de /etc/icsoe-sync/kinto.ini y reinicie el "
        "servicio icsoe-sync.",
    ),
    ServerFinding("Oficina", True, "La cuenta es de responsable en la oficina."),
    ServerFinding("Reloj", True, "La hora del servidor concuerda con sus datos."),
)


def _window(context: Context, configured: bool = False) -> SincronizacionWindow:
    window = SincronizacionWindow(build_presenters(context, context.jobs), context, None)
    estado = ESTADO if configured else EstadoSincronizacion(configurada=False)
    window.presenters.oficina._show(estado=estado, apartados=APARTADOS if configured else ())
    open_dialog(window)
    return window


def _crear(context: Context) -> QWidget:
    window = _window(context)
    window.inicio.form.crear_button.click()
    window.presenters.crear.create(window.crear.conexion.typed(), "", "")
    return window


def _crear_busy(context: Context) -> QWidget:
    window = _window(context)
    window.inicio.form.crear_button.click()
    what = "Revisando quién puede crear cuentas y oficinas…"
    window.presenters.crear._show(busy=True, step=Step(1, 6, what), message=what)
    return window


def _unirse(context: Context) -> QWidget:
    window = _window(context)
    window.inicio.form.unirse_button.click()
    window.presenters.unirse.open_invitation("", "")
    return window


def _vista(context: Context) -> QWidget:
    window = _window(context)
    window.inicio.form.unirse_button.click()
    vista = VistaInvitacion(
        direccion=DIRECCION,
        oficina="",
        nombre=OFICINA,
        cuenta="nominas-2",
        rol=RolOficina.CONSULTA,
        token="",
    )
    window.presenters.unirse._show(vista=vista)
    return window


def _descarga(context: Context) -> QWidget:
    window = _vista(context)
    assert isinstance(window, SincronizacionWindow)
    what = "Recibiendo lotes y movimientos"
    window.presenters.unirse._show(busy=True, step=Step(31_240, 100_000, what), message=what)
    return window


def _estado(context: Context) -> QWidget:
    window = _window(context, configured=True)
    window.presenters.oficina.say("1,203 cambios enviados, 2 apartados por revisar.", "warning")
    window.estado.form.apartados_table.selectRow(0)
    window.estado.form.apartados_table.setFocus()
    return window


def _sincronizando(context: Context) -> QWidget:
    window = _window(context, configured=True)
    step = Step(120, 480, "Enviando lotes y movimientos")
    window.presenters.oficina._show(busy=True, syncing=True, step=step, message=step.what)
    window.estado.form.apartados_table.setFocus()
    return window


def _copia(context: Context) -> QWidget:
    window = _window(context, configured=True)
    estado = replace(ESTADO, duplicado=True, borrados=3, motivo="")
    window.presenters.oficina._show(estado=estado)
    window.estado.form.apartados_table.setFocus()
    return window


def _borrados(context: Context) -> QWidget:
    window = _window(context, configured=True)
    dialog = BorradosDialog(
        lambda: context.application.sincronizacion, context.require_sesion(), context, window
    )
    open_dialog(dialog)
    dialog.show_rows(BORRADOS)
    dialog.form.borrados_table.selectRow(1)
    dialog.form.borrados_table.setFocus()
    return dialog


def _conflictos(context: Context, at: int = 0) -> QWidget:
    window = _window(context, configured=True)
    window.presenters.conflictos._show(loaded=True, conflictos=CONFLICTOS)
    # Not by its signal, which would read what is in the store.
    window.form.oficina_tabs.blockSignals(True)
    window.form.oficina_tabs.setCurrentWidget(window.conflictos)
    window._draw_foot()
    window.conflictos.form.conflictos_table.selectRow(at)
    window.conflictos.focus_first()
    return window


def _equipos(context: Context) -> QWidget:
    window = _window(context, configured=True)
    window.presenters.equipos._show(loaded=True, miembros=MIEMBROS)
    window.form.oficina_tabs.setCurrentWidget(window.equipos)
    window.equipos.focus_first()
    return window


def _invitar(context: Context) -> QWidget:
    window = _window(context, configured=True)
    dialog = InvitarDialog(window.presenters.invitar, context, window)
    open_dialog(dialog)
    dialog.form.invitar_button.click()
    return dialog


def _invitacion(context: Context) -> QWidget:
    window = _window(context, configured=True)
    invitacion = Invitacion(
        archivo=b"",
        codigo="K7QX-M2PW-9RTB",
        nombre_archivo="invitacion.icsoe-invitacion",
        cuenta="nominas-2",
        vence=datetime(2026, 12, 6, 15, tzinfo=UTC),
    )
    return _shown(InvitacionDialog(invitacion, context, window))


def _cambiar(context: Context, direccion: str = "") -> QWidget:
    window = _window(context, configured=True)
    presenter = CambiarPresenter(
        lambda: context.application.sincronizacion, context.jobs, context.require_sesion()
    )
    return _shown(CambiarDialog(presenter, ESTADO, direccion, context, window))


def _revision(context: Context) -> QWidget:
    window = _window(context)
    dialog = RevisionDialog(lambda _progress: COMPROBACIONES, context, window)
    open_dialog(dialog)
    dialog._show(COMPROBACIONES)
    return dialog


def _shown(dialog: QDialog) -> QWidget:
    open_dialog(dialog)
    return dialog


SCENES: dict[str, Scene] = {
    "sincronización: crear": _crear,
    "sincronización: creando": _crear_busy,
    "sincronización: unirse": _unirse,
    "sincronización: invitación abierta": _vista,
    "sincronización: primera descarga": _descarga,
    "sincronización: estado": _estado,
    "sincronización: sincronizando": _sincronizando,
    "sincronización: copia de otro equipo": _copia,
    "sincronización: recuperar borrados": _borrados,
    "sincronización: conflictos": _conflictos,
    "sincronización: choque": lambda context: _conflictos(context, at=1),
    "sincronización: equipos": _equipos,
    "sincronización: invitar": _invitar,
    "sincronización: invitación": _invitacion,
    "sincronización: cambiar conexión": _cambiar,
    "sincronización: dirección fijada": lambda context: _cambiar(context, ESTADO.direccion),
    "sincronización: revisión": _revision,
}
