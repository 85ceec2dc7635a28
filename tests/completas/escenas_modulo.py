"""The dialogs of the module, of mail accounts, and of the Informativa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from benchmarks.datos import movimientos
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO, fecha_local
from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, CodigoDispositivo, ProveedorIdentidad
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseInformativaDialog
from icsoe_desktop.gui.icsoe.informativa.acuses import AcusesPage
from icsoe_desktop.gui.icsoe.informativa.contrato import ContratoDialog
from icsoe_desktop.gui.icsoe.informativa.dialogos import LlenarDialog
from icsoe_desktop.gui.icsoe.informativa.domicilio import DomicilioDialog
from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage
from icsoe_desktop.gui.icsoe.informativa.trabajadores import TrabajadoresDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.sua.window import ExportarSuaWindow
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
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.vinculo import WAITING_CODE
from tests.completas.escenas_icsoe import Scene, entered, icsoe_window
from tests.domain.icsoe.informativas import contrato, filas
from tests.gui.icsoe.comun import pdf_file
from tests.support.reposo import settle


def _sua(context: Context) -> QWidget:
    window = context.shell.open("sua", context.sesion)
    assert isinstance(window, ExportarSuaWindow)
    window.form.desde_edit.setText("01/09/2025")
    window.form.hasta_edit.setText("31/03/2026")
    settle(lambda: window._presenter.state.plan is not None)
    return window


def module_on_rows(context: Context) -> ModuloWindow:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    window.lugares.show_movimientos()
    settle(lambda: window.grid.table.model.rowCount() > 0)
    window.grid.table.select(0)
    settle(lambda: window.grid.table.selected() is not None)
    return window


def _opened_by(act: Callable[[ModuloWindow], object]) -> Scene:
    def scene(context: Context) -> QWidget:
        window = module_on_rows(context)
        act(window)
        settle(lambda: QApplication.activeModalWidget() is not None)
        settle()
        found = QApplication.activeModalWidget()
        assert found is not None
        return found

    return scene


def _generate(context: Context) -> QWidget:
    """With the focus in its first field; once the plan is there, the button takes it.

    A message, if nothing can be generated from what the store has.
    """
    dialog = _opened_by(lambda window: window.generate())(context)
    combo = dialog.findChild(QComboBox)
    if combo is not None:
        combo.setFocus()
    return dialog


def _sheet(context: Context, header: tuple[str, ...]) -> Path:
    """A sheet as an office makes it, with things to correct and a doubtful column."""
    rows = [
        (
            "Alta", one.registro_patronal, one.nss if at % 9 else "123", one.primer_apellido,
            one.segundo_apellido, one.nombres, f"{one.fecha:%m/%d/%Y}",
            f"{(one.sbc or 40000) / 100:.2f}".replace(".", ","), "Permanente",
            "Quincenal" if at % 3 else "Fijo", one.guia,
        )
        for at, one in enumerate(movimientos(60))
    ]  # fmt: skip
    path = Path(context.folder.root, "nómina de noviembre.csv")
    path.write_text("\n".join(";".join(row) for row in (header, *rows)), "utf-8-sig")
    return path


def _import(context: Context) -> QWidget:
    header = (
        "Mov.", "No. de registro patronal", "N.S.S.", "A. Paterno", "A. Materno", "Nombre(s)",
        "Fecha de ingreso", "S.D.I.", "T. Trab.", "T. Salario", "Subdelegación (guía)",
    )  # fmt: skip
    path = _sheet(context, header)
    return _opened_by(lambda window: window.importacion.start([path]))(context)


def _columns(context: Context) -> QWidget:
    """A workbook whose headings are not the program's."""
    header = (
        "Qué", "Reg. Pat.", "Seguro social", "Paterno", "Materno", "Nombre", "Cuándo", "Salario",
        "Clase", "Pago", "",
    )  # fmt: skip
    path = _sheet(context, header)
    return _opened_by(lambda window: window.importacion.start([path]))(context)


MODULO_SCENES: dict[str, Scene] = {
    "modulo: alta": _opened_by(lambda window: window.acciones.capturar.actions()[0].trigger()),
    "modulo: modificación": _opened_by(
        lambda window: window.acciones.capturar.actions()[1].trigger()
    ),
    "modulo: baja": _opened_by(lambda window: window.acciones.capturar.actions()[2].trigger()),
    "modulo: historial": _opened_by(lambda window: window.acciones.historial.trigger()),
    "modulo: importaciones": _opened_by(lambda window: window.acciones.importaciones.trigger()),
    "modulo: días inhábiles": _opened_by(lambda window: window.acciones.dias.trigger()),
    "sua: avisos de un periodo": _sua,
    "modulo: generar archivo": _generate,
    "modulo: importar": _import,
    "modulo: exportar": _opened_by(lambda window: window.export()),
    "modulo: columnas": _columns,
    "modulo: ir a": _opened_by(lambda window: window.acciones.ir[0].trigger()),
}


# Their check letter is free: nobody's.
CON_CONTRATOS, LISTA = "TBI990101QX9", "TBI990101QX8"


def _with_returns(context: Context) -> Sesion:
    """A contratista with three contracts, a return in capture and one with its acuse."""
    sesion = entered(context, CON_CONTRATOS, PasoContratista.COMPLETO)
    informativas, contratos = context.application.informativas, context.application.contratos
    if informativas.tablero(sesion).filas:
        return sesion
    running = Periodo.of(informativas.today())
    for at, workers in enumerate((40, 12, 0), start=1):
        datos = replace(contrato(at), inicio=running.primero + timedelta(days=at * 7), fin=None)
        contrato_id = contratos.save(sesion, datos)
        if workers:
            contratos.save_workers(sesion, contrato_id, filas(workers, at))
    former = running.previous
    presented = informativas.create(sesion, former, TipoInformativa.SIN_INFORMACION)
    informativas.mark(sesion, presented, EstadoInformativa.LISTA, NoProgress())
    when = datetime.combine(former.abre + timedelta(days=9), time(9, 30), HORA_DE_MEXICO)
    informativas.save_acuse(
        sesion,
        presented,
        pdf_file(context.folder.root),
        folio="SI20260012345",
        presentada=min(when, context.application.store.clock()),
        contratos=0,
    )
    informativas.create(sesion, running, TipoInformativa.NORMAL)
    assert fecha_local(when) >= former.abre
    return sesion


def _ready(context: Context) -> Sesion:
    """A contratista whose return, with 3 contracts and 120 workers, is ready to be signed."""
    sesion = entered(context, LISTA, PasoContratista.COMPLETO)
    informativas, contratos = context.application.informativas, context.application.contratos
    if informativas.tablero(sesion).filas:
        return sesion
    # Its window is open: an acuse may already be kept.
    former = Periodo.of(informativas.today()).previous
    for at in (1, 2, 3):
        datos = replace(contrato(at), inicio=former.primero + timedelta(days=at * 7), fin=None)
        contrato_id = contratos.save(sesion, datos)
        contratos.save_workers(sesion, contrato_id, filas(40, at))
    normal = informativas.create(sesion, former, TipoInformativa.NORMAL)
    for estado in (EstadoInformativa.REVISADA, EstadoInformativa.LISTA):
        informativas.mark(sesion, normal, estado, NoProgress())
    return sesion


def _page(key: str, data: Callable[[Context], Sesion] = _with_returns) -> Scene:
    def scene(context: Context) -> QWidget:
        return icsoe_window(context, data(context), key)

    return scene


def _dialog(button: str, row: int = 0, data: Callable[[Context], Sesion] = _with_returns) -> Scene:
    """The window that a button of the page opens, for the chosen contract."""

    def scene(context: Context) -> QWidget:
        window: IcsoeWindow = icsoe_window(context, data(context), "informativa")
        page = window.page
        assert isinstance(page, InformativaPage)
        settle(lambda: page.form.contratos_table.model().rowCount() > row)
        page.form.informativas_table.selectRow(0)
        settle()
        page.form.contratos_table.selectRow(row)
        getattr(page.form, button).click()
        settle(QApplication.activeModalWidget)
        settle()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        return dialog

    return scene


def _workers_with_problems(context: Context) -> QWidget:
    dialog = _dialog("trabajadores_button")(context)
    assert isinstance(dialog, TrabajadoresDialog)
    good, wrong, other = filas(3, 99)
    again = dialog.model.rows[4]
    dialog.model.add([good, wrong._replace(curp="", sbc="0.00"), other._replace(nss="123"), again])
    dialog.model.replace_all([*dialog.model.rows[:6], again, *dialog.model.rows[-3:]])
    dialog.go_to(None)
    settle()
    return dialog


def _fill(context: Context) -> QWidget:
    """Which registros patronales to fill the workers from."""
    dialog = _dialog("trabajadores_button")(context)
    llenar = LlenarDialog(("Y6077636105", "A0000000000", "B1234567890"), dialog)
    open_dialog(llenar)
    return llenar


def _domicilio(context: Context) -> QWidget:
    contrato_dialog = _dialog("modificar_button")(context)
    assert isinstance(contrato_dialog, ContratoDialog)
    contrato_dialog.form.domicilio_button.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DomicilioDialog)
    dialog.tab.form.no_radio.click()
    settle()
    return dialog


def _acuse_refused(context: Context) -> QWidget:
    dialog = _dialog("acuse_button", data=_ready)(context)
    assert isinstance(dialog, AcuseInformativaDialog)
    dialog.form.hora_edit.setText("25:00")
    dialog.form.guardar_button.click()
    settle()
    return dialog


def _sisub(context: Context) -> QWidget:
    window: IcsoeWindow = icsoe_window(context, _with_returns(context), "acuses")
    page = window.page
    assert isinstance(page, AcusesPage)
    settle(page.form.sisub_button.isEnabled)
    page.form.sisub_button.click()
    settle(QApplication.activeModalWidget)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    return dialog


INFORMATIVA_SCENES: dict[str, Scene] = {
    "icsoe: informativa llena": _page("informativa"),
    "icsoe: acuses": _page("acuses"),
    "informativa: nueva": _dialog("nueva_button"),
    "informativa: contrato": _dialog("modificar_button"),
    "informativa: domicilio del contratante": _domicilio,
    "informativa: trabajadores": _dialog("trabajadores_button"),
    "informativa: trabajadores con problemas": _workers_with_problems,
    "informativa: llenar": _fill,
    "informativa: revisión": _dialog("revision_button"),
    "informativa: lista para firma": _page("informativa", _ready),
    "informativa: hoja de captura": _dialog("captura_button", data=_ready),
    "informativa: acuse": _dialog("acuse_button", data=_ready),
    "informativa: acuse de SISUB": _sisub,
    "informativa: acuse incompleto": _acuse_refused,
}


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
