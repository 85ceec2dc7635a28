"""The Informativa with contracts, workers and a presented return, and each of its windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO, fecha_local
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.informativa.page import InformativaPage
from icsoe_desktop.jobs import NoProgress
from tests.completas.escenas_icsoe import Scene, entered, icsoe_window
from tests.domain.icsoe.informativas import contrato, filas
from tests.gui.icsoe.comun import pdf_file
from tests.support.reposo import settle

# Its check letter is free: nobody's.
CON_CONTRATOS = "TBI990101QX9"


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


def _page(key: str) -> Scene:
    def scene(context: Context) -> QWidget:
        return icsoe_window(context, _with_returns(context), key)

    return scene


def _dialog(button: str, row: int = 0) -> Scene:
    """The window that a button of the page opens, for the chosen contract."""

    def scene(context: Context) -> QWidget:
        window: IcsoeWindow = icsoe_window(context, _with_returns(context), "informativa")
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


INFORMATIVA_SCENES: dict[str, Scene] = {
    "icsoe: informativa llena": _page("informativa"),
    "icsoe: acuses": _page("acuses"),
    "informativa: nueva": _dialog("nueva_button"),
    "informativa: contrato": _dialog("modificar_button"),
    "informativa: trabajadores": _dialog("trabajadores_button"),
    "informativa: revisión": _dialog("revision_button"),
}
