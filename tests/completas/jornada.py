"""The way of seed 004, from the first start to the second day, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.idse.certificados.presenter import SAVED
from icsoe_desktop.gui.inicio.session_flow import CERTIFICADOS_MISSING, MODO_CONSULTA
from icsoe_desktop.services.acceso.idse import NOT_ENTERED
from tests.completas.persona import (
    Key,
    Modifier,
    alt,
    menu,
    message,
    press,
    says,
    type_in,
    wait_for,
    window,
)

ACCESO = "Acceso a conexión en línea con IDSE"
MODULO = "Conexión en línea con IDSE"
CERTIFICADOS = "Certificados IMSS"


@dataclass
class Persona:
    """Who works, and with what. The last ones are learnt on the way."""

    correo: str = "ximena.tzotzil@ejemplo.mx"
    contrasena: str = "Fresno.Azul74"
    nueva: str = "Papel.Verde93"
    nombre: tuple[str, str, str] = ("Ximena", "Zárate", "Ñuñez")
    registro: str = "Z9912345106"
    razon_social: str = "Talleres del Bajío Imaginario SA de CV"
    rfc: str = "TBI990101QX5"
    clave: str = "Muy.Secreta93"
    servidor: tuple[str, str, str] = ("127.0.0.1", "nomina@ejemplo.mx", "Correo.Interno58")
    puerto: int = 0
    codigo_recuperacion: str = field(default="", init=False)
    codigo_correo: str = field(default="", init=False)


def wait_until_idle(program: Program) -> None:
    wait_for("the work to end", lambda: not program.busy)


def first_start(program: Program, who: Persona) -> None:
    """Registers the first user; the session begins by itself: ends in the module."""
    window(ACCESO)
    wait_for("the data", lambda: program.acceso_presenter.state.whole)
    alt("Registrarme")
    window("Usuarios para conexión en línea con IDSE")
    wait_until_idle(program)
    for text in (*who.nombre, who.correo, who.contrasena, who.contrasena):
        type_in(text)
        press(Key.Key_Tab)
    alt("Acepto el Aviso de privacidad y el Acuerdo de servicio.")
    press(Key.Key_Return)
    code = window("Código de recuperación")
    texts = [*code.findChildren(QPlainTextEdit), *code.findChildren(QTextEdit)]
    who.codigo_recuperacion = re.sub(r"\s", "", texts[0].toPlainText())
    press(Key.Key_Escape)
    assert code.isVisible()
    alt("Ya lo imprimí o lo guardé en un lugar seguro")
    alt("Continuar")
    window(MODULO)
    wait_until_idle(program)


def add_registro(program: Program, who: Persona) -> None:
    menu("Administración", "Registros patronales")
    window("Registros patronales")
    wait_until_idle(program)
    for text in (who.registro, who.razon_social, who.rfc):
        type_in(text)
        press(Key.Key_Tab)
    press(Key.Key_Return)
    says("guardó")
    press(Key.Key_Escape)
    window(MODULO)


def enter(program: Program, contrasena: str) -> None:
    """The mail is filled in: only the password is to be typed."""
    window(ACCESO)
    wait_for("the data", lambda: program.acceso_presenter.state.whole)
    wait_until_idle(program)
    type_in(contrasena)
    press(Key.Key_Return)


def put_certificate(program: Program, who: Persona, cer: Path, key: Path) -> None:
    """From the alert to the saved certificate; ends in the module."""
    message(CERTIFICADOS_MISSING)
    window(CERTIFICADOS)
    wait_until_idle(program)
    for label, text in (
        ("Certificado digital", str(cer)),
        ("Llave privada", str(key)),
        ("Contraseña", "No.Es.Esta93"),
    ):
        alt(label)
        type_in(text)
    press(Key.Key_Return)
    says("La contraseña de la llave privada es incorrecta.")
    alt("Contraseña")
    type_in(who.clave)
    alt("Guardar también la contraseña, cifrada en este equipo")
    press(Key.Key_Return)
    message(SAVED)
    window(CERTIFICADOS)
    wait_until_idle(program)
    press(Key.Key_Escape)
    window(MODULO)


def set_up_mail(program: Program, who: Persona) -> None:
    menu("Herramientas", "Servidor de correo")
    window("Servidor de correo")
    wait_until_idle(program)
    servidor, usuario, contrasena = who.servidor
    for label, text in (
        ("Servidor", servidor),
        ("Puerto", str(who.puerto)),
        ("Usuario", usuario),
        ("Contraseña", contrasena),
        ("Correo del remitente", usuario),
    ):
        alt(label)
        type_in(text)
    alt("Seguridad")
    press(Key.Key_N)
    alt("Puerto")
    type_in(str(who.puerto))
    press(Key.Key_Return)
    says("guardó")
    press(Key.Key_Escape)
    window(MODULO)


def quit_from_module() -> None:
    window(MODULO)
    press(Key.Key_Q, Modifier.ControlModifier)


def fail_and_recover(program: Program, who: Persona, mailed: Callable[[], str]) -> None:
    """A wrong password, then a new one by mail; ends at the entrance.

    mailed: waits for the mail and gives its code.
    """
    enter(program, "Otra.Clave93")
    message(NOT_ENTERED)
    window(ACCESO)
    alt("¿Olvidó su contraseña?")
    window("Recuperar contraseña")
    wait_until_idle(program)
    press(Key.Key_Return)
    # «Se envió», or «va en camino» where the program's own round took the mail a moment earlier.
    says("Sirve una sola vez")
    who.codigo_correo = mailed()
    for text in (who.codigo_correo, who.nueva, who.nueva):
        type_in(text)
        press(Key.Key_Tab)
    alt("Guardar contraseña")
    message("Contraseña actualizada.")
    window(ACCESO)


def leave() -> None:
    window(MODULO)
    press(Key.Key_W, Modifier.ControlModifier | Modifier.ShiftModifier)
    window(ACCESO)


def consult(program: Program) -> None:
    """Enters to look only; ends in the module."""
    window(ACCESO)
    wait_until_idle(program)
    alt("Ingresar en modo sólo consulta")
    press(Key.Key_Return)
    message(MODO_CONSULTA)
    window(MODULO)


def wait_for_mail(received: Callable[[], str | None]) -> str:
    """The code in the newest mail; the program goes on meanwhile."""
    text = wait_for("a mail", received)
    found = re.search(r"^\s+([0-9]{4} [0-9]{4})\s*$", text, re.MULTILINE)
    assert found is not None
    return found[1]
