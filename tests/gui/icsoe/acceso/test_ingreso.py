"""From the mail to the home of the capturista (seed 002, steps 1 to 11)."""

from __future__ import annotations

from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gateways.correo.plantillas import SHIPPED
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.activacion.olvido import OlvidoWindow
from icsoe_desktop.gui.icsoe.activacion.window import ActivacionWindow
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage
from icsoe_desktop.gui.icsoe.inicio_capturista.page import ElegirDialog, InicioCapturistaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    CONTRASENA,
    NOMBRE,
    PERSONA,
    Key,
    dialog_of,
    entrance,
    focused,
    last_link,
    opened,
    press_key,
    receive,
    said,
    type_here,
)
from tests.gui.icsoe.comun import gone
from tests.support.reposo import settle
from tests.support.smtp_real import SmtpReal


def test_the_seed_is_walked_from_the_mail_to_the_home_with_the_keyboard_alone(
    shell: Shell, flow: IcsoeFlow, application: Application, smtp: SmtpReal, registrada: Capturista
) -> None:
    # 1 and 2: two mails, the second with the link.
    first, second = receive(application, smtp)
    assert "TORNILLOS Y BIRLOS SA DE CV" in first
    assert "icsoe://" not in first
    assert "icsoe://activar/" in second
    # 3: the password.
    window = opened(shell, last_link(smtp))
    form = window.form
    assert NOMBRE in said(form.quien_label)
    assert "TORNILLOS Y BIRLOS SA DE CV" in said(form.quien_label)
    assert focused(window) is form.nueva_edit
    type_here(window, CONTRASENA)
    press_key(window, Key.Key_Tab)
    type_here(window, CONTRASENA)
    press_key(window, Key.Key_Tab, 2)
    assert focused(window) is form.aviso_check
    press_key(window, Key.Key_Space)
    form.nueva_edit.setFocus()
    press_key(window, Key.Key_Return)
    # 4: said.
    assert shown_box().text() == "Contraseña actualizada"
    QTest.keyClick(shown_box(), Key.Key_Return)
    settle(lambda: gone(window))
    # 5: the third mail.
    [third] = receive(application, smtp)
    assert "contraseña" in third.split("\n")[0].lower()
    assert CONTRASENA not in third
    # 6: Inicio de sesión.
    access = entrance(flow)
    type_here(access, PERSONA.curp)
    press_key(access, Key.Key_Tab)
    type_here(access, CONTRASENA)
    entered: list[Sesion] = []
    flow.entered.connect(entered.append)
    press_key(access, Key.Key_Return)
    settle(lambda: entered)
    icsoe = shell.open("icsoe", entered[0])
    assert isinstance(icsoe, IcsoeWindow)
    # She has one contratista: straight in. The seed's home is in «Inicio».
    settle(lambda: isinstance(icsoe.page, InformativaPage) and not shell.jobs.busy)
    assert entered[0].contratista_id is not None
    icsoe.show_page("inicio_capturista")
    settle(lambda: not shell.jobs.busy)
    # 7: home.
    page = icsoe.page
    assert isinstance(page, InicioCapturistaPage)
    assert icsoe.form.clave_value.text() == PERSONA.curp
    assert icsoe.form.nombre_value.text() == NOMBRE
    assert icsoe.form.rol_value.text() == "Capturista"
    assert page.form.elegir_label.text() == "Selecciona un contratista para trabajar:"
    settle(lambda: "otro" in page.form.seleccionar_button.text())
    page.form.seleccionar_button.setFocus()
    press_key(icsoe, Key.Key_Space)
    # 8 and 9: the list, Siguiente.
    dialog = dialog_of(page, ElegirDialog)
    settle(lambda: dialog.form.siguiente_button.isEnabled())
    model = dialog.form.contratistas_table.model()
    assert [model.index(0, at).data() for at in (1, 2)] == [
        "TBI990101QX5",
        "TORNILLOS Y BIRLOS SA DE CV",
    ]
    QTest.keyClick(dialog.form.contratistas_table, Key.Key_Return)
    # 10: which one; Continuar.
    box = shown_box()
    assert "TORNILLOS Y BIRLOS SA DE CV" in box.text()
    QTest.keyClick(box, Key.Key_Return)
    # 11: Informativa at once; home, with the contratista and its button, in «Inicio».
    settle(lambda: icsoe.form.contratista_value.isVisible())
    settle(lambda: icsoe.page is not page and not shell.jobs.busy)
    assert isinstance(icsoe.page, InformativaPage)
    icsoe.show_page("inicio_capturista")
    settle(lambda: not shell.jobs.busy)
    now = icsoe.page
    assert isinstance(now, InicioCapturistaPage)
    settle(now.form.contratista_label.isVisible)
    assert "TORNILLOS Y BIRLOS SA DE CV, RFC TBI990101QX5" in said(now.form.contratista_label)
    assert focused(icsoe) is now.form.informativa_button
    press_key(icsoe, Key.Key_Space)
    assert isinstance(icsoe.page, InformativaPage)
    settle(icsoe.page.no_returns.title.isVisible)
    assert "Todavía no hay Informativas" in said(icsoe.page.no_returns.title)


def test_the_entrance_leads_to_the_code_and_to_a_forgotten_password(
    flow: IcsoeFlow, sesion: Sesion
) -> None:
    window = entrance(flow)
    press(window, "Tengo un código de activación")
    code = dialog_of(window, ActivacionWindow)
    press(code, "¿Olvidaste tu contraseña?")
    forgotten = dialog_of(window, OlvidoWindow)
    press(forgotten, "Tengo un código de activación")
    dialog_of(window, ActivacionWindow).reject()


def test_the_mails_name_the_button_and_the_window_as_they_are(flow: IcsoeFlow) -> None:
    window = entrance(flow)
    button = window.form.codigo_button.text().replace("&", "")
    mails = sorted(SHIPPED.glob("*.txt"))
    naming = [path.name for path in mails if f"«{button}»" in path.read_text("utf-8")]
    assert naming == [
        "confirmar_contratista.txt",
        "crear_contrasena.txt",
        "restablecer_contrasena.txt",
    ]
    for name in naming:
        html = (SHIPPED / name).with_suffix(".html").read_text("utf-8")
        assert button in html
        assert window.form.titulo_label.text() in html
