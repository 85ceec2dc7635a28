"""Every window and dialog, open, by name; the windows of the registry come by themselves."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.idse.acceso.presenter import AccesoPresenter
from icsoe_desktop.gui.idse.acceso.window import AccesoWindow
from icsoe_desktop.gui.idse.calculadora.window import CalculadoraWindow
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.confronta.window import ConfrontaWindow
from icsoe_desktop.gui.idse.modificar_salarios.table import EVERYBODY
from icsoe_desktop.gui.idse.modificar_salarios.window import ModificarSalariosWindow
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.recuperar.window import RecuperarWindow
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.gui.idse.usuarios.dialogs import CodigoRecuperacionDialog
from icsoe_desktop.gui.idse.vigilar.presenter import FilaVigilada
from icsoe_desktop.gui.idse.vigilar.window import VigilarWindow
from icsoe_desktop.gui.inicio.acerca.window import AcercaWindow
from icsoe_desktop.gui.inicio.desbloquear.window import DesbloquearWindow
from icsoe_desktop.gui.kit.dialogs import TextoDialog, confirm, open_dialog, warn
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.oficina.correo.dialogos import PruebaDialog, PruebaPresenter
from icsoe_desktop.gui.oficina.correo.presenter import DatosServidor
from icsoe_desktop.gui.oficina.privacidad.window import TITLE_IDSE, text_idse
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.tablero.service import PrimerPaso
from tests.completas.escenas_icsoe import ICSOE_SCENES
from tests.completas.escenas_modulo import CORREO_SCENES, INFORMATIVA_SCENES, MODULO_SCENES
from tests.completas.escenas_sincronizacion import SCENES as SINCRONIZACION_SCENES
from tests.services.confronta.archivos import muchas
from tests.support.reposo import settle
from tests.support.servicios import with_services

Scene = Callable[[Context], QWidget]

CODIGO = "-".join(["K7QX", "M2PW", "9RTB", "4HNC", "V8DF", "3JGY", "6SAZ"])
ROWS = "Registro patronal,Razón social,RFC\nZ9912345106,Otra razón,TBI990101QX5\nX,,\n"


def _registry(key: str) -> Scene:
    return lambda context: context.shell.open(key, context.sesion)


def _acceso(context: Context) -> QWidget:
    presenter = AccesoPresenter(context.jobs)
    window = AccesoWindow(presenter)
    presenter.setParent(window)
    presenter.connect_service(context.application.acceso)
    presenter.offer_everything()
    window.mark_pruebas()
    window.show()
    return window


class _Nobody:
    """Answers for an empty folder."""

    def default_usuario(self) -> str:
        return ""

    def any_usuario(self) -> bool:
        return False


def _primera_vez(context: Context) -> QWidget:
    presenter = AccesoPresenter(context.jobs)
    window = AccesoWindow(presenter)
    presenter.setParent(window)
    window.show()
    settle()
    presenter.connect_service(cast(AccesoService, _Nobody()))
    presenter.offer_everything()
    return window


def _desbloquear(context: Context) -> QWidget:
    window = DesbloquearWindow(
        lambda _unlock: context.application,
        context.jobs,
        "La llave de estos datos no está en el llavero del equipo.",
        None,
    )
    window.open()
    return window


def _second_step(context: Context) -> QWidget:
    window = context.shell.open("recuperar", None)
    assert isinstance(window, RecuperarWindow)
    window.form.correo_edit.setText("alma@ejemplo.mx")
    window.form.tengo_button.click()
    return window


def _authorization(context: Context) -> QWidget:
    window = context.shell.open("usuarios", None)
    return _child(window)


def _aviso(context: Context) -> QWidget:
    window = context.shell.open("usuarios", context.sesion)
    return _opened(TextoDialog(TITLE_IDSE, text_idse(context), window))


def _codigo(context: Context) -> QWidget:
    parent = context.shell.open("usuarios", context.sesion)
    return _opened(CodigoRecuperacionDialog(CODIGO, context.require_sesion(), context, parent))


def _prueba(context: Context) -> QWidget:
    parent = context.shell.open("servidor_correo", context.sesion)
    presenter = PruebaPresenter(
        context.application.ajustes, context.jobs, context.require_sesion(), DatosServidor()
    )
    return _opened(PruebaDialog(presenter, context.errors, "alma@ejemplo.mx", parent))


def _importacion(context: Context) -> QWidget:
    path = Path(context.folder.root, "registros.csv")
    path.write_text(ROWS, encoding="utf-8")
    parent = context.shell.open("registros_patronales", context.sesion)
    assert isinstance(parent, RegistrosPatronalesWindow)
    parent.import_file(path)
    return _child(parent)


def _licencia(context: Context) -> QWidget:
    window = context.shell.open("acerca", context.sesion)
    assert isinstance(window, AcercaWindow)
    settle()
    window.form.licencia_button.click()
    dialog = window.findChild(TextoDialog)
    assert dialog is not None
    return dialog


def _fijada(key: str) -> Scene:
    """A window whose settings the administrator of the machine fixed."""

    def scene(context: Context) -> QWidget:
        politica = Central(
            correo=ServidorCorreo.parse(
                "smtp.empresa.mx", "587", Seguridad.STARTTLS, "", "a@empresa.mx", "Nóminas"
            ),
            correo_fijo=True,
            apariencia={"tema": "claro"},
            directivas=frozenset({"apariencia"}),
        )
        app = context.application
        ajustes = AjustesService(app.store, app.bitacora, MailGateway(), politica)
        application = with_services(app, politica=politica, ajustes=ajustes)
        entry = next(one for one in WINDOWS if one.key == key)
        create: Callable[[Context, QWidget | None], QDialog]
        create = import_module(entry.module).create
        return _opened(create(replace(context, application=application), None))

    return scene


def _message(context: Context) -> QWidget:
    parent = context.shell.open("acerca", context.sesion)
    return warn(parent, "El certificado vence en 7 días. Pida su renovación. " * 4)


def _question(context: Context) -> QWidget:
    parent = context.shell.open("acerca", context.sesion)
    return confirm(parent, "¿Desea eliminarlo?", "&Eliminar", then=list, destructive=True)


def _file_dialog(context: Context) -> QWidget:
    parent = context.shell.open("acerca", context.sesion)
    asked = AskedFile("Elegir certificado", "prueba", ("Certificados (*.cer)", ALL_FILES))
    return choose_file(parent, asked, context.preferences, then=list)


def _opened(dialog: QDialog) -> QWidget:
    open_dialog(dialog)
    return dialog


def _child(parent: QWidget) -> QWidget:
    """The dialog that the window opens as soon as its work is done."""
    settle(lambda: QApplication.activeModalWidget() not in (None, parent))
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def _vigilar(context: Context) -> QWidget:
    """With files reviewed: good, with problems, and unreadable."""
    window = context.shell.open("vigilar", context.sesion)
    assert isinstance(window, VigilarWindow)
    when = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    for name, estado, icono, errores in (
        ("altas_marzo.txt", "Bien", "correcto", 0),
        ("bajas_marzo.zip", "Con errores", "error", 2),
        ("notas.pdf", "No se pudo leer", "error", 0),
    ):
        path = Path(name)
        fila = FilaVigilada(when, path, estado, icono, 120, errores, 0, "", path)
        filas = *window._presenter.state.filas, fila
        state = replace(window._presenter.state, filas=filas, revisados=len(filas))
        window._presenter.state = state
        window._presenter.changed.emit(state)
    window.form.carpeta_edit.setText(r"C:\Nomina\Salida")
    return window


def _calculadora(context: Context) -> QWidget:
    """With a result and its remarks."""
    window = context.shell.open("calculadora", context.sesion)
    assert isinstance(window, CalculadoraWindow)
    settle(lambda: window._presenter.state.limites is not None)
    form = window.form
    for edit, text in (
        (form.salario_edit, "12,345.67"),
        (form.ingreso_edit, "01/03/2019"),
        (form.vacaciones_edit, "12"),
        (form.pagado_edit, "5974.32"),
        (form.dias_devengados_edit, "59"),
        (form.despensa_edit, "3,000.00"),
        (form.puntualidad_edit, "2,500.00"),
    ):
        edit.setText(text)
    form.periodo_combo.setCurrentIndex(5)
    return window


def _calculadora_mal(context: Context) -> QWidget:
    window = _calculadora(context)
    assert isinstance(window, CalculadoraWindow)
    window.form.prima_edit.setText("25")
    window.form.copiar_button.click()
    return window


def _calculadora_de_captura(context: Context) -> QWidget:
    captura = SCENES["modulo: alta"](context)
    assert isinstance(captura, CapturaMovimientoDialog)
    captura.form.calcular_button.click()
    return _child(captura)


def _confronta(context: Context) -> QWidget:
    """A month of receipts and its emission, as they were read."""
    window = context.shell.open("confronta", context.sesion)
    assert isinstance(window, ConfrontaWindow)
    # Read whole before it goes.
    with tempfile.TemporaryDirectory() as folder:
        window._presenter.add(muchas(Path(folder)))
        settle(lambda: window._presenter.state.can_compare)
    return window


def _confrontada(context: Context) -> QWidget:
    """With what differs, and one of it in sight."""
    window = _confronta(context)
    assert isinstance(window, ConfrontaWindow)
    window.form.comparar_button.click()
    settle(lambda: bool(window.lados.model.rowCount()))
    return window


def _modificar(razon: Razon, *edits: tuple[str, str]) -> Scene:
    """With all who work there, some of them typed."""

    def open_it(context: Context) -> QWidget:
        window = context.shell.open("modificar_salarios", context.sesion)
        assert isinstance(window, ModificarSalariosWindow)
        presenter, form = window._presenter, window.form
        settle(lambda: not presenter.state.working)
        form.razon_combo.setCurrentIndex(form.razon_combo.findData(razon))
        form.mostrar_combo.setCurrentIndex(EVERYBODY)
        settle(lambda: not presenter.state.working)
        form.porcentaje_edit.setText("4.5")
        settle(lambda: not presenter.state.working and not window._typing.isActive())
        window._tick_shown(on=True)
        rows = presenter.state.rows[: len(edits)]
        for row, (campo, text) in zip(rows, edits, strict=False):
            presenter.edit(row.empleo.clave, campo, text)
        form.cambios_table.selectRow(0)
        return window

    return open_it


def _modificar_sin_valor(context: Context) -> QWidget:
    window = _modificar(Razon.MINIMO)(context)
    assert isinstance(window, ModificarSalariosWindow)
    window.form.fecha_edit.setText("01/01/2040")
    settle(lambda: bool(window._presenter.state.faltan))
    return window


def _modulo(context: Context) -> ModuloWindow:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    settle(lambda: bool(window.tablero_presenter.state.months))
    return window


def _graficas(context: Context) -> QWidget:
    window = _modulo(context)
    bar = window.tablero.area.verticalScrollBar()
    settle(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    window.tablero.by_kind.bars.current_changed.emit(10)
    return window


def _primeros_pasos(context: Context) -> QWidget:
    window = _modulo(context)
    done = {paso: at == 0 for at, paso in enumerate(PrimerPaso)}
    window.tablero.pasos.show_steps(done)
    return window


def _tablas(context: Context) -> QWidget:
    window = _graficas(context)
    assert isinstance(window, ModuloWindow)
    window.tablero.by_kind.table_button.click()
    return window


def _page(key: str) -> Scene:
    """A window of the registry inside the module."""

    def open_in_the_module(context: Context) -> QWidget:
        window = context.shell.open("modulo", context.sesion)
        settle()
        context.shell.open(key, context.sesion, window)
        return window

    return open_in_the_module


SCENES: dict[str, Scene] = {
    **{entry.key: _registry(entry.key) for entry in WINDOWS},
    **{f"página: {entry.key}": _page(entry.key) for entry in WINDOWS if entry.page},
    "acceso": _acceso,
    "acceso: primera vez": _primera_vez,
    "desbloquear": _desbloquear,
    "recuperar: el código": _second_step,
    "usuarios: autorizar": _authorization,
    "usuarios: aviso": _aviso,
    "usuarios: código de recuperación": _codigo,
    "servidor de correo: prueba": _prueba,
    "registros patronales: importar": _importacion,
    "vigilar: revisados": _vigilar,
    "calculadora: resultado": _calculadora,
    "calculadora: mal": _calculadora_mal,
    "calculadora: de la captura": _calculadora_de_captura,
    "confronta: archivos": _confronta,
    "confronta: diferencias": _confrontada,
    "modificar salarios: porcentaje": _modificar(
        Razon.PORCENTAJE, ("salario", "812.50"), ("sbc", "mil"), ("sbc", "300.00")
    ),
    "modificar salarios: tope": _modificar(Razon.TOPE),
    "modificar salarios: sin valor": _modificar_sin_valor,
    "tablero: gráficas": _graficas,
    "tablero: primeros pasos": _primeros_pasos,
    "tablero: tabla": _tablas,
    "acerca: licencia": _licencia,
    "apariencia: fijada": _fijada("apariencia"),
    "servidor de correo: fijado": _fijada("servidor_correo"),
    "mensaje": _message,
    "pregunta": _question,
    "elegir archivo": _file_dialog,
    **CORREO_SCENES,
    **ICSOE_SCENES,
    **INFORMATIVA_SCENES,
    **MODULO_SCENES,
    **SINCRONIZACION_SCENES,
}
