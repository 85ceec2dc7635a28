"""What a contratista and her capturistas do and see."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.activacion.window import ActivacionWindow
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.kit.paged import LOADING
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.consulta import CapturistaFila, FiltroCapturistas
from tests.gui.conftest import press
from tests.services.mundo import link_in, text_of
from tests.support.reposo import settle
from tests.support.smtp_real import SmtpReal

Box = Callable[[], QMessageBox]
Key = Qt.Key
W = TypeVar("W", bound=QWidget)

# Invented: Xóchitl Amezcua Beltrán, born 14 May 1990 in Jalisco. AEBX: A, first vowel inside E;
# B; X. 14-16: M of aMezcua, L of beLtran, C of xoChitl. The last digit by RENAPO's sum.
PERSONA = CapturistaNuevo(
    curp="AEBX900514MJCMLC08",
    nombres="Xóchitl",
    primer_apellido="Amezcua",
    segundo_apellido="Beltrán",
    telefono="3312345678",
    correo="xochitl@ejemplo.mx",
    confirmacion="xochitl@ejemplo.mx",
)
NOMBRE = "Xóchitl Amezcua Beltrán"
CONTRASENA = "Papel.Verde93"


def alta_page(icsoe: IcsoeWindow) -> AltaPage:
    icsoe.show_page("alta_capturista")
    assert isinstance(icsoe.page, AltaPage)
    return icsoe.page


def consulta_page(icsoe: IcsoeWindow) -> ConsultaPage:
    icsoe.show_page("consulta_capturistas")
    page = icsoe.page
    assert isinstance(page, ConsultaPage)
    settle(lambda: not page.form.cargando_page.isVisible())
    settled(page)
    return page


def settled(page: ConsultaPage) -> None:
    """What is shown is here."""
    settle(lambda: all(LOADING not in row for row in rows(page)))


def rows(page: ConsultaPage) -> list[tuple[str, ...]]:
    model = page.form.usuarios_table.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def column(page: ConsultaPage, title: str) -> list[str]:
    model = page.form.usuarios_table.model()
    horizontal = Qt.Orientation.Horizontal
    titles = [model.headerData(at, horizontal) for at in range(model.columnCount())]
    return [row[titles.index(title)] for row in rows(page)]


def wait_for(page: ConsultaPage, title: str, expected: list[str]) -> None:
    settle(lambda: column(page, title) == expected)


def write(edit: QLineEdit, text: str) -> None:
    """As typed; QTest types only ASCII."""
    edit.setFocus()
    edit.selectAll()
    edit.insert(text)
    edit.textEdited.emit(edit.text())


def focused(window: QWidget) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None
    return widget


def type_here(window: QWidget, text: str) -> None:
    """Types in whatever has the focus."""
    widget = focused(window)
    assert isinstance(widget, QLineEdit), widget.objectName()
    write(widget, text)


def press_key(window: QWidget, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(focused(window), key)


def validate(page: AltaPage, curp: str = PERSONA.curp) -> None:
    write(page.form.curp_edit, curp)
    QTest.keyClick(page.form.curp_edit, Key.Key_Return)
    settle(page.datos.isVisible)


def fill(page: AltaPage, persona: CapturistaNuevo = PERSONA) -> None:
    form = page.datos.form
    for edit, text in (
        (form.nombres_edit, persona.nombres),
        (form.primer_apellido_edit, persona.primer_apellido),
        (form.segundo_apellido_edit, persona.segundo_apellido),
        (form.telefono_edit, persona.telefono),
        (form.correo_edit, persona.correo),
        (form.confirmacion_edit, persona.confirmacion),
    ):
        write(edit, text)


def said(label: QLabel) -> str:
    return label.text() if label.isVisible() else ""


def dialog_of(parent: QWidget, kind: type[W]) -> W:
    """The dialog of that kind, once it is there."""
    settle(lambda: any(one.isVisible() for one in parent.findChildren(kind)))
    return next(one for one in parent.findChildren(kind) if one.isVisible())


def closed(parent: QWidget, kind: type[QWidget]) -> None:
    """Waits until no dialog of that kind is there."""
    settle(lambda: not any(one.isVisible() for one in parent.findChildren(kind)))


def child(_qtbot: QtBot, parent: QWidget, kind: type[W]) -> W:
    """As the journeys ask for it."""
    return dialog_of(parent, kind)


def receive(application: Application, smtp: SmtpReal) -> list[str]:
    """Lets what waits leave; the subject and text of each mail that arrived."""
    before = len(smtp.received)
    application.buzon.send_due(NoProgress())
    return [
        f"{each.message['Subject']}\n{text_of(each.message)}" for each in smtp.received[before:]
    ]


def last_link(smtp: SmtpReal) -> str:
    return link_in(smtp.received[-1].message)


def activacion(shell: Shell) -> ActivacionWindow:
    window = shell.open("activacion", None)
    assert isinstance(window, ActivacionWindow)
    return window


def opened(shell: Shell, link: str) -> ActivacionWindow:
    """The window at the step that the link leads to."""
    window = activacion(shell)
    window.open_link(link)
    settle(lambda: not window.form.codigo_page.isVisible())
    return window


def entrance(flow: IcsoeFlow) -> IcsoeAccesoWindow:
    window = flow.open_entrance()
    assert isinstance(window, IcsoeAccesoWindow)
    return window


def home(shell: Shell, flow: IcsoeFlow) -> IcsoeWindow:
    """The window of the capturista after she entered."""
    window = entrance(flow)
    write(window.form.usuario_edit, PERSONA.curp)
    write(window.form.contrasena_edit, CONTRASENA)
    entered: list[Sesion] = []
    flow.entered.connect(entered.append)
    press(window, "Ingresar")
    settle(lambda: entered)
    icsoe = shell.open("icsoe", entered[0])
    assert isinstance(icsoe, IcsoeWindow)
    settle(lambda: icsoe.page is not None and not shell.jobs.busy)
    return icsoe


def kept(application: Application, sesion: Sesion) -> tuple[CapturistaFila, ...]:
    """The capturistas that the contratista has now."""
    consulta = application.consulta_capturistas
    return consulta.rows(sesion, consulta.numeros(sesion, FiltroCapturistas()))
