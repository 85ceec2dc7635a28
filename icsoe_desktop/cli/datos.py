"""Opens the data for a command and logs in: in consultation mode, or as a user."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from icsoe_desktop.cli.answer import CommandAnswer, CommandError, ErrorCode, run_command
from icsoe_desktop.cli.command import add_data_folder, ask_password, can_ask, read_password

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.importacion.valores import Formato, Formatos

UNREADABLE = "No se pudo leer el archivo de la contraseña."
NO_PASSWORD = "Falta la contraseña. Use --contrasena-archivo."
NO_USER = "Falta el usuario. Use --usuario."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."

NO_FORMATO = "No hay columnas guardadas con el nombre «{}». Los que hay: {}."

Work = Callable[["CommandAnswer", "Application", "Sesion"], int]


def add_entrance(command: argparse.ArgumentParser, *, writes: bool) -> None:
    """Add the login options to a command. writes: the command needs a user."""
    add_data_folder(command)
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


def add_formato(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--columnas",
        metavar="NOMBRE",
        help="leer las hojas como se guardó con este nombre al importar una; abre los datos",
    )


def kept_formato(args: argparse.Namespace) -> Formato | Formatos:
    """What --columnas names. Without it nothing, and no data are opened."""
    from icsoe_desktop.services.importacion.valores import NO_FORMATOS

    if args.columnas is None:
        return NO_FORMATOS
    with _application(args, _password(args)) as application:
        sesion = application.acceso.enter_consulta()
        return chosen_formato(application, sesion, args.columnas)


def chosen_formato(application: Application, sesion: Sesion, nombre: str) -> Formato:
    """Raises CommandError if nothing is kept under this name."""
    formatos = application.importacion_movimientos.formatos(sesion)
    if nombre not in formatos:
        known = ", ".join(f"«{each}»" for each in sorted(formatos)) or "ninguno todavía"
        raise CommandError(ErrorCode.DATO_NO_VALIDO, NO_FORMATO.format(nombre, known))
    return formatos[nombre]


def as_user(args: argparse.Namespace, work: Work) -> int:
    """Run the work in the session of a user. Returns the exit status."""
    return run_command(args, lambda answer: _as_user(args, answer, work))


def for_looking(args: argparse.Namespace, work: Work) -> int:
    """Run the work in consultation mode. Returns the exit status."""
    return run_command(args, lambda answer: _for_looking(args, answer, work))


def with_data(args: argparse.Namespace, work: Callable[[CommandAnswer, Application], int]) -> int:
    """Run the work on the opened data, in no session. Returns the exit status."""

    def run(answer: CommandAnswer) -> int:
        with _application(args, _password(args)) as application:
            return work(answer, application)

    return run_command(args, run)


def _as_user(args: argparse.Namespace, answer: CommandAnswer, work: Work) -> int:
    from icsoe_desktop.errors import InvalidInputError

    contrasena = _password(args)
    if contrasena is None and can_ask():
        contrasena = _text(ask_password("Contraseña: ") or bytearray())
    if not contrasena:
        raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_PASSWORD)
    with _application(args, contrasena) as application:
        usuario = args.usuario or application.acceso.default_usuario()
        if not usuario:
            raise CommandError(ErrorCode.DATO_NO_VALIDO, NO_USER)
        try:
            sesion = application.acceso.enter(usuario, contrasena)
        except InvalidInputError as error:
            raise CommandError(ErrorCode.ACCESO_NEGADO, error.message) from None
        application.acceso_icsoe.sesiones.begin(sesion)
        return work(answer, application, sesion)


def _for_looking(args: argparse.Namespace, answer: CommandAnswer, work: Work) -> int:
    with _application(args, _password(args)) as application:
        sesion = application.acceso.enter_consulta()
        application.acceso_icsoe.sesiones.begin(sesion)
        return work(answer, application, sesion)


@contextmanager
def _application(args: argparse.Namespace, contrasena: str | None) -> Iterator[Application]:
    """Open the services. contrasena opens the data if the keyring does not."""
    from icsoe_desktop.arranque.bootstrap import open_application
    from icsoe_desktop.errors import StoreLockedError
    from icsoe_desktop.paths import open_data_folder
    from icsoe_desktop.services.acceso.desbloqueo import Unlock

    folder = open_data_folder(args.datos)
    if not folder.store.exists():
        raise CommandError(ErrorCode.SIN_DATOS, NO_DATA)
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
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, UNREADABLE) from None


def _text(password: bytearray) -> str:
    try:
        return password.decode()
    except UnicodeDecodeError:
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, UNREADABLE) from None
    finally:
        password[:] = bytes(len(password))
