"""The pages of ICSOE, each without data and with some; and the module with movements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from sqlalchemy import func, select

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.capturista import LINK, AccionFila, Estatus
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.activacion.window import ActivacionWindow
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.icsoe.inicio_capturista.page import ElegirDialog, InicioCapturistaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.modulo.filtro import LOTES_TAB, TODOS_TAB
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.services.acceso.activacion import ActivacionService, LigaAbierta
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from tests.gui.icsoe.capturistas.comun import PERSONA
from tests.gui.icsoe.comun import acuse_of, do_steps, domicilio_of
from tests.gui.idse.comun import alta, baja, modificacion
from tests.services.mundo import nuevo
from tests.support.reposo import settle

Scene = Callable[[Context], QWidget]
W = TypeVar("W", bound=QWidget)

# Check letters of nobody: the last of each RFC is free.
NUEVO, VACIO, LLENO = "TBI990101QX5", "TBI990101QX6", "TBI990101QX7"


def entered(context: Context, rfc: str, until: PasoContratista) -> Sesion:
    """The session of a contratista who did the steps before `until`; made once in each store."""
    application, store = context.application, context.application.store
    with store.write() as db:
        row = db.scalars(select(ContratistaRow).where(ContratistaRow.rfc == rfc)).one_or_none()
        if row is None:
            now = store.clock()
            row = ContratistaRow(
                id=store.new_id(),
                numero=(db.scalar(select(func.max(ContratistaRow.numero))) or 0) + 1,
                rfc=rfc,
                nombre="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
                es_persona_moral=True,
                efirma_numero="00001000000500000001",
                efirma_hasta=now + timedelta(days=400),
                siguiente_relacion=1,
                creado=now,
                actualizado=now,
            )
            db.add(row)
        sesion = Sesion(Rol.CONTRATISTA, row.id, row.nombre, row.id)
    do_steps(application, sesion, until, context.folder.root)
    return sesion


def _with_capturista(context: Context, estatus: Estatus = Estatus.ACTIVA) -> tuple[Sesion, Sesion]:
    """A contratista with one capturista who may enter, and her session."""
    sesion = entered(context, LLENO, PasoContratista.COMPLETO)
    application = context.application
    with application.store.read() as db:
        known = db.scalars(select(PersonaRow).where(PersonaRow.curp == PERSONA.curp)).first()
    if known is None:
        application.capturistas.register(sesion, PERSONA)
    with application.store.write() as db:
        persona = db.scalars(select(PersonaRow).where(PersonaRow.curp == PERSONA.curp)).one()
        persona.contrasena_hash = "de una escena"
        relacion = db.scalars(select(RelacionRow).where(RelacionRow.persona_id == persona.id)).one()
        relacion.estatus = estatus
        return sesion, Sesion(Rol.CAPTURISTA, persona.id, "Xóchitl Amezcua Beltrán")


def icsoe_window(context: Context, sesion: Sesion, page: str = "") -> IcsoeWindow:
    window = context.shell.open("icsoe", sesion)
    assert isinstance(window, IcsoeWindow)
    # Who begins is told so first.
    settle(lambda: window.page is not None or QApplication.activeModalWidget())
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        box.accept()
        settle(lambda: window.page is not None)
    if page:
        window.show_page(page)
        settle()
    return window


def _generales(context: Context) -> QWidget:
    return icsoe_window(context, entered(context, NUEVO, PasoContratista.DATOS_GENERALES))


def _tab(paso: PasoContratista, *, kept: bool) -> Scene:
    """A tab of Información del contratista, with what was saved or before anything was."""

    def scene(context: Context) -> QWidget:
        sesion = entered(context, VACIO, PasoContratista.COMPLETO)
        window = icsoe_window(context, sesion, "contratista")
        page = window.page
        assert isinstance(page, ContratistaPage)
        settle(lambda: page.tab_of)
        page.tabs.setCurrentWidget(page.tab_of[paso])
        if paso is PasoContratista.DOMICILIO and not kept:
            domicilio_of(page).form.no_radio.click()
        elif paso is PasoContratista.ACUSE:
            acuse_of(page).focus_first()
        else:
            page.tab_of[paso].focus_first()
        settle()
        return window

    return scene


def _own_data(context: Context) -> QWidget:
    """The copy of the contratista's data, or their deletion."""
    window = _tab(PasoContratista.DATOS_GENERALES, kept=True)(context)
    dialog = PersonaDialog.of_contratista(
        replace(context, sesion=entered(context, VACIO, PasoContratista.COMPLETO)), window
    )
    open_dialog(dialog)
    return dialog


def _page(key: str, *, filled: bool) -> Scene:
    def scene(context: Context) -> QWidget:
        sesion = (
            _with_capturista(context)[0]
            if filled
            else entered(context, VACIO, PasoContratista.COMPLETO)
        )
        return icsoe_window(context, sesion, key)

    return scene


def _validated(context: Context) -> QWidget:
    window = icsoe_window(
        context, entered(context, VACIO, PasoContratista.COMPLETO), "alta_capturista"
    )
    page = window.page
    assert isinstance(page, AltaPage)
    page.form.curp_edit.setText(PERSONA.curp)
    page.form.validar_button.click()
    settle(page.datos.isVisible)
    return window


def _consulta(context: Context) -> QWidget:
    window = icsoe_window(context, _with_capturista(context)[0], "consulta_capturistas")
    page = window.page
    assert isinstance(page, ConsultaPage)
    settle(lambda: page.form.usuarios_table.model().rowCount() > 0)
    return window


def _of_capturista(context: Context) -> IcsoeWindow:
    return icsoe_window(context, _with_capturista(context)[1])


def _of_capturista_at_work(context: Context) -> IcsoeWindow:
    """With the contratista chosen: the header says both of them."""
    contratista, sesion = _with_capturista(context)
    return icsoe_window(context, replace(sesion, contratista_id=contratista.contratista_id))


def _child(window: QWidget, kind: type[W]) -> W:
    """The dialog of that kind that the window opens."""
    settle(lambda: any(one.isVisible() for one in window.findChildren(kind)))
    return next(one for one in window.findChildren(kind) if one.isVisible())


def _of_chosen(button: str, kind: type[QWidget]) -> Scene:
    """What a button of Consulta opens over the first capturista; without one, Editar."""

    def scene(context: Context) -> QWidget:
        sesion = _with_capturista(context, Estatus.REGISTRADA)[0]
        page = icsoe_window(context, sesion, "consulta_capturistas").page
        assert isinstance(page, ConsultaPage)
        settle(lambda: page.form.usuarios_table.model().rowCount() > 0)
        page.table.select(0)
        if button:
            settle(getattr(page.form, button).isEnabled)
            getattr(page.form, button).click()
        else:
            page.acciones._do_selected(AccionFila.EDITAR)
        return _child(page, kind)

    return scene


def _list(context: Context) -> QWidget:
    """A list of capturistas with one that is good and one that is not."""
    window = icsoe_window(context, _with_capturista(context)[0], "alta_capturista")
    page = window.page
    assert isinstance(page, AltaPage)
    path = Path(context.folder.root, "lista.csv")
    lines = (
        "CURP,Nombre(s),Primer apellido,Segundo apellido,Teléfono,Correo",
        f"{nuevo(9).curp},Eva,Paz,,3312345678,eva@ejemplo.mx",
        "AEBX900514,,Amezcua,Beltrán,33,xochitl@",
    )
    path.write_text("\n".join(lines), "utf-8")
    page.import_file(path)
    dialog = _child(page, SheetImportDialog)
    settle(dialog.form.resumen_label.isVisible)
    return dialog


def _choose(context: Context) -> QWidget:
    page = _of_capturista(context).page
    assert isinstance(page, InicioCapturistaPage)
    page.form.seleccionar_button.click()
    dialog = _child(page, ElegirDialog)
    settle(dialog.form.siguiente_button.isEnabled)
    return dialog


def _link(*, known: bool) -> Scene:
    """A good link: of somebody who makes a password, or who confirms with the one that is known."""

    def scene(context: Context) -> QWidget:
        liga = LigaAbierta(
            codigo="K7QX",
            nombre="Xóchitl Amezcua Beltrán",
            contratista="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
            pide_contrasena_actual=known,
            datos=(),
        )
        window = context.shell.open("activacion", None)
        assert isinstance(window, ActivacionWindow)
        with patch.object(ActivacionService, "open", return_value=liga):
            window.open_link(f"{LINK}K7QX")
            settle(lambda: not window.form.codigo_page.isVisible())
        return window

    return scene


def _module(tab: int) -> Scene:
    def scene(context: Context) -> QWidget:
        service, sesion = context.application.movimientos, context.require_sesion()
        if not service.history(sesion, alta().nss):
            for one in (alta(), modificacion(nss="11223344554", nombres="EVA"), baja()):
                service.capture(sesion, one)
        window = context.shell.open("modulo", sesion)
        assert isinstance(window, ModuloWindow)
        window.form.pestanas_tabs.setCurrentIndex(tab)
        settle(lambda: tab == LOTES_TAB or window.presenter.state.count)
        return window

    return scene


ICSOE_SCENES: dict[str, Scene] = {
    "icsoe: primer paso": _generales,
    "icsoe: generales": _tab(PasoContratista.DATOS_GENERALES, kept=True),
    "icsoe: mis datos": _own_data,
    "icsoe: domicilio": _tab(PasoContratista.DOMICILIO, kept=True),
    "icsoe: domicilio por escribir": _tab(PasoContratista.DOMICILIO, kept=False),
    "icsoe: domicilio convencional": _tab(PasoContratista.CONVENCIONAL, kept=False),
    "icsoe: acuse": _tab(PasoContratista.ACUSE, kept=True),
    "icsoe: alta": _page("alta_capturista", filled=False),
    "icsoe: alta validada": _validated,
    "icsoe: consulta vacía": _page("consulta_capturistas", filled=False),
    "icsoe: consulta": _consulta,
    "icsoe: tablero": _page("tablero_contratista", filled=True),
    "icsoe: tablero vacío": _page("tablero_contratista", filled=False),
    "icsoe: mis contratistas": _page("mis_contratistas", filled=True),
    "icsoe: informativa": _page("informativa", filled=True),
    "icsoe: acuses vacía": _page("acuses", filled=True),
    "icsoe: inicio del capturista": _of_capturista,
    "icsoe: informativa del capturista": _of_capturista_at_work,
    "icsoe: modificar capturista": _of_chosen("", ModificarDialog),
    "icsoe: datos de una capturista": _of_chosen("persona_button", PersonaDialog),
    "icsoe: lista de capturistas": _list,
    "icsoe: elegir contratista": _choose,
    "activación: contraseña": _link(known=False),
    "activación: confirmar": _link(known=True),
    "modulo: movimientos": _module(TODOS_TAB),
    "modulo: lotes": _module(LOTES_TAB),
}
