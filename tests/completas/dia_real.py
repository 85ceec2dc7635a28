"""Run as a program by test_secretos.py: the whole day on the real program, with its real log.

Its first line of standard input is JSON, as is what it tells: secrets only ever go that way, and
to the file that it is given. It stops where the folder is to be searched, until it gets a line.
"""

from __future__ import annotations

import base64
import json
import sys
import traceback
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from icsoe_desktop.arranque import apertura
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.gateways.certificados.autoridades import Autoridad, Autoridades
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.paths import open_data_folder
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.migrate import copy_before_change
from tests.completas import jornada
from tests.completas.jornada import CERTIFICADOS, MODULO, Persona
from tests.completas.persona import Key, alt, menu, press, says, type_in, wait_for, window
from tests.conftest import MemoryKeyring
from tests.support.reposo import close_windows

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


def main() -> None:
    job = json.loads(sys.stdin.readline())
    trust(job)
    who = Persona(servidor=tuple(job["servidor"]), puerto=job["puerto"])
    app, keyring = create_qt_application(), MemoryKeyring()
    app.setQuitOnLastWindowClosed(False)

    program = start(keyring)
    jornada.first_start(program, who)
    jornada.add_registro(program, who)
    jornada.leave()
    jornada.enter(program, who.contrasena)
    jornada.put_certificate(program, who, Path(job["cer"]), Path(job["llave"]))
    jornada.set_up_mail(program, who)
    choose_wrong_files(job)
    application = opened(program)
    copy_before_change(application.store.engine, program.shell.folder.backups, "prueba", now)
    stop_here(who, application, keyring)
    jornada.quit_from_module()
    end(program)

    program = start(keyring)
    jornada.fail_and_recover(program, who, mailed)
    jornada.enter(program, who.nueva)
    window(MODULO)
    jornada.wait_until_idle(program)
    fall_over(program)
    stop_here(who, opened(program), keyring)
    end(program)
    stop_here(who, None, keyring)


def now() -> datetime:
    return NOW


def trust(job: dict[str, Any]) -> None:
    """The authority that issued the certificate of this day counts as the SAT's."""
    autoridad = Autoridad(
        "PRUEBA",
        Cadena.SAT,
        base64.b64decode(job["sujeto"]),
        base64.b64decode(job["spki"]),
        datetime.fromisoformat(job["desde"]),
        datetime.fromisoformat(job["hasta"]),
    )
    autoridades = Autoridades([autoridad])
    setattr(Autoridades, "pinned", lambda *_: autoridades)  # noqa: B010
    with_clock = partial(apertura.open_data, clock=now)
    setattr(apertura, "open_data", with_clock)  # noqa: B010


def start(keyring: MemoryKeyring) -> Program:
    folder = open_data_folder()
    instancia = Instancia(folder)
    assert instancia.claim()
    program = Program(folder, instancia, keyring)
    program.start()
    program.acceso_presenter.wanted.emit()
    return program


def end(program: Program) -> None:
    close_windows()
    program.end()


def opened(program: Program) -> Application:
    application = program.shell.application
    assert application is not None
    return application


def choose_wrong_files(job: dict[str, Any]) -> None:
    """By the dialog, which remembers the folder; the e.firma lies in one named by its RFC."""
    window(MODULO)
    menu("Administración", "Certificados IMSS")
    window(CERTIFICADOS)
    alt("Elegir")
    window("Elegir certificado")
    type_in(job["llave"])
    press(Key.Key_Return)
    window(CERTIFICADOS)
    says("Seleccionó la llave privada (.key) en lugar del certificado (.cer).")
    press(Key.Key_Escape)
    alt("Descartar cambios")
    window(MODULO)


def fall_over(program: Program) -> None:
    """A bug of ours, in the middle of personal data: it goes to the log."""
    who = Persona()
    error = LookupError(f"{who.rfc} {who.correo} no está en {who.registro}")
    program.shell.errors.show(QApplication.activeWindow(), error)
    box = wait_for("the dialog of bugs", QApplication.activeModalWidget)
    press(Key.Key_Escape)
    wait_for("its end", lambda: QApplication.activeModalWidget() is not box)


def mailed() -> str:
    """The code in the mail, which the parent got, comes by standard input."""
    tell(quiere="codigo")
    return str(json.loads(sys.stdin.readline())["codigo"])


def stop_here(who: Persona, application: Application | None, keyring: MemoryKeyring) -> None:
    secrets = {"codigo_recuperacion": who.codigo_recuperacion, "codigo_correo": who.codigo_correo}
    keys = [base64.b64encode(key).decode() for key in keyring.entries.values()]
    if application is not None:
        key = application.store.key
        keys += [base64.b64encode(key.raw()).decode(), base64.b64encode(key.index_key()).decode()]
        keys.append(base64.b64encode(bytes.fromhex(key.file_key_hex())).decode())
    Path(sys.argv[1]).write_text(json.dumps({**secrets, "llaves": keys}), encoding="utf-8")
    tell(quiere="registro")
    sys.stdin.readline()


def tell(**what: str) -> None:
    print(f"DIA {json.dumps(what)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception:  # noqa: BLE001 - told to the parent, whatever it is
        # The program's own hook would send it to a dialog.
        traceback.print_exc()
        sys.exit(1)
