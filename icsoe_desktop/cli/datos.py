"""Opens the data for a command and logs in: in consultation mode, or as a user."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from icsoe_desktop.cli.contrasena import ask_password, can_ask, read_password

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application

UNREADABLE = "No se pudo leer el archivo de la contraseña."
NO_PASSWORD = "Falta la contraseña. Use --contrasena-archivo."
NO_USER = "Falta el usuario. Use --usuario."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."
CANCELLED = "Se canceló. No se cambió nada."

Work = Callable[["Application", "Sesion"], int]


class Refused(Exception):
    """The command refuses. It carries the sentence for standard error."""


def add_entrance(command: argparse.ArgumentParser, *, writes: bool) -> None:
    """Add the login options to a command. writes: the command needs a user."""
    command.add_argument(
        "--datos", metavar="RUTA", default=argparse.SUPPRESS, help="carpeta de datos"
    )
    if writes:
        command.add_argument("--usuario", metavar="CORREO", help="correo del usuario que ingresa")
    command.add_argument(
        "--contrasena-archivo",
        metavar="RUTA",
        help=(
            "archivo con la contraseña de un usuario, o - para la entrada estándar; se quita un "
            "solo fin de línea. "
            + (
                "Sin él, se pregunta"
                if writes
                else "Sólo hace falta donde el llavero del sistema no está disponible"
            )
        ),
    )


def as_user(args: argparse.Namespace, work: Work) -> int:
    """Run the work in the session of a user. Returns the exit status."""
    return _said(lambda: _as_user(args, work))


def for_looking(args: argparse.Namespace, work: Work) -> int:
    """Run the work in consultation mode. Returns the exit status."""
    return _said(lambda: _for_looking(args, work))


def _said(run: Callable[[], int]) -> int:
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.errors import UserFacingError
    from icsoe_desktop.jobs import Cancelled

    try:
        return run()
    except (UserFacingError, Refused) as error:
        sys.stderr.write(f"{error}\n")
    except (Cancelled, KeyboardInterrupt):
        sys.stderr.write(f"{CANCELLED}\n")
    return 1


def _as_user(args: argparse.Namespace, work: Work) -> int:
    contrasena = _password(args)
    if contrasena is None and can_ask():
        contrasena = _text(ask_password("Contraseña: ") or bytearray())
    if not contrasena:
        raise Refused(NO_PASSWORD)
    with _application(args, contrasena) as application:
        usuario = args.usuario or application.acceso.default_usuario()
        if not usuario:
            raise Refused(NO_USER)
        return _in_session(application, application.acceso.enter(usuario, contrasena), work)


def _for_looking(args: argparse.Namespace, work: Work) -> int:
    with _application(args, _password(args)) as application:
        return _in_session(application, application.acceso.enter_consulta(), work)


def _in_session(application: Application, sesion: Sesion, work: Work) -> int:
    application.acceso_icsoe.sesiones.begin(sesion)
    return work(application, sesion)


@contextmanager
def _application(args: argparse.Namespace, contrasena: str | None) -> Iterator[Application]:
    """Open the services. contrasena opens the data if the keyring does not."""
    from icsoe_desktop.arranque.bootstrap import open_application
    from icsoe_desktop.errors import StoreLockedError
    from icsoe_desktop.paths import open_data_folder
    from icsoe_desktop.services.acceso.desbloqueo import Unlock

    folder = open_data_folder(args.datos)
    if not folder.store.exists():
        raise Refused(NO_DATA)
    try:
        application = open_application(folder)
    except StoreLockedError:
        if not contrasena:
            raise
        application = open_application(folder, Unlock(contrasena=contrasena))
    try:
        yield application
    finally:
        application.close()


def _password(args: argparse.Namespace) -> str | None:
    if args.contrasena_archivo is None:
        return None
    try:
        return _text(read_password(args.contrasena_archivo))
    except (OSError, ValueError):
        raise Refused(UNREADABLE) from None


def _text(password: bytearray) -> str:
    try:
        return password.decode()
    except UnicodeDecodeError:
        raise Refused(UNREADABLE) from None
    finally:
        password[:] = bytes(len(password))
