"""Opens the data for a command and logs in: to look, as a user, or with an e.firma."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from icsoe_desktop.cli.answer import CommandError, ErrorCode
from icsoe_desktop.cli.command import (
    add_data_folder,
    ask_password,
    asked_text,
    password_in,
    refuse_one_input,
    text_in,
)

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.paths import DataFolder
    from icsoe_desktop.services.acceso.desbloqueo import Unlock
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.importacion.valores import Formato, Formatos

NO_PASSWORD = "Falta la contraseña. Use --contrasena-archivo."
NO_USER = "Falta el usuario. Use --usuario."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."
NO_FORMATO = "No hay columnas guardadas con el nombre «{}». Los que hay: {}."
NAMED_UNREADABLE = "No se pudo leer el archivo «{}» de la contraseña."
NOT_ENTERED = "No se ingresó. {}"


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


def add_efirma(command: argparse.ArgumentParser) -> None:
    """Add the options of `as_contratista`."""
    command.add_argument(
        "--cer", type=Path, required=True, metavar="RUTA", help="certificado (.cer) de la e.firma"
    )
    command.add_argument(
        "--llave", type=Path, required=True, metavar="RUTA", help="llave privada (.key)"
    )
    command.add_argument("--rfc", required=True, metavar="RFC", help="RFC del contratista")
    command.add_argument(
        "--contrasena-archivo",
        metavar="RUTA",
        help=(
            "archivo con la contraseña de la llave, o - para la entrada estándar; se quita un solo "
            "fin de línea. Sin él, se pregunta"
        ),
    )
    add_data_folder(command)
    opening = command.add_mutually_exclusive_group()
    opening.add_argument(
        "--contrasena-datos-archivo",
        metavar="RUTA",
        help=(
            "archivo con la contraseña de un usuario, para abrir los datos donde el llavero del "
            "sistema no está disponible"
        ),
    )
    opening.add_argument(
        "--codigo-datos-archivo",
        metavar="RUTA",
        help="lo mismo, con el código de recuperación de los datos",
    )


def kept_formato(args: argparse.Namespace) -> Formato | Formatos:
    """What --columnas names. Without it nothing, and no data are opened."""
    from icsoe_desktop.services.importacion.valores import NO_FORMATOS

    if args.columnas is None:
        return NO_FORMATOS
    with with_data(args) as application:
        sesion = application.acceso.enter_consulta()
        return chosen_formato(application, sesion, args.columnas)


def chosen_formato(application: Application, sesion: Sesion, nombre: str) -> Formato:
    """Raises CommandError if nothing is kept under this name."""
    formatos = application.importacion_movimientos.formatos(sesion)
    if nombre not in formatos:
        known = ", ".join(f"«{each}»" for each in sorted(formatos)) or "ninguno todavía"
        raise CommandError(ErrorCode.DATO_NO_VALIDO, NO_FORMATO.format(nombre, known))
    return formatos[nombre]


@contextmanager
def as_user(args: argparse.Namespace) -> Iterator[tuple[Application, Sesion]]:
    """The services, in the session of a user. Raises CommandError."""
    from icsoe_desktop.errors import InvalidInputError

    contrasena = _password(args)
    if contrasena is None:
        contrasena = asked_text("Contraseña: ")
    if not contrasena:
        raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_PASSWORD)
    with opened(args, spare=contrasena) as application:
        usuario = args.usuario or application.acceso.default_usuario()
        if not usuario:
            raise CommandError(ErrorCode.DATO_NO_VALIDO, NO_USER)
        try:
            sesion = application.acceso.enter(usuario, contrasena)
        except InvalidInputError as error:
            raise CommandError(ErrorCode.ACCESO_NEGADO, error.message) from None
        application.acceso_icsoe.sesiones.begin(sesion)
        yield application, sesion


@contextmanager
def for_looking(args: argparse.Namespace) -> Iterator[tuple[Application, Sesion]]:
    """The services, in consultation mode. Raises CommandError."""
    with with_data(args) as application:
        sesion = application.acceso.enter_consulta()
        application.acceso_icsoe.sesiones.begin(sesion)
        yield application, sesion


@contextmanager
def as_contratista(args: argparse.Namespace) -> Iterator[tuple[Application, Sesion]]:
    """The services, in the session of the e.firma of `add_efirma`. Raises CommandError."""
    from icsoe_desktop.services.acceso.valores import EfirmaElegida

    contrasena, unlock = _secrets(args)
    try:
        with opened(args, unlock) as application:
            found = application.acceso_icsoe.verify(
                EfirmaElegida(args.rfc, contrasena, args.cer, args.llave)
            )
            if not found.exitosa:
                said = " ".join(each.texto for each in found.problemas)
                raise CommandError(ErrorCode.ACCESO_NEGADO, NOT_ENTERED.format(said))
            sesion = application.acceso_icsoe.enter(found, only_known=True).sesion
            application.acceso_icsoe.sesiones.begin(sesion)
            yield application, sesion
    finally:
        contrasena[:] = bytes(len(contrasena))


@contextmanager
def with_data(args: argparse.Namespace) -> Iterator[Application]:
    """The services, in no session. Raises CommandError."""
    with opened(args, spare=_password(args)) as application:
        yield application


def data_folder(args: argparse.Namespace) -> DataFolder:
    """Raises CommandError if it has no data."""
    from icsoe_desktop.paths import open_data_folder

    folder = open_data_folder(args.datos)
    if not folder.store.exists():
        raise CommandError(ErrorCode.SIN_DATOS, NO_DATA)
    return folder


@contextmanager
def opened(
    args: argparse.Namespace, unlock: Unlock | None = None, *, spare: str | None = None
) -> Iterator[Application]:
    """Open the services. spare: password of a user, for data that the keyring does not open."""
    from icsoe_desktop.arranque.bootstrap import open_application
    from icsoe_desktop.errors import StoreLockedError
    from icsoe_desktop.services.acceso.desbloqueo import Unlock

    folder = data_folder(args)
    try:
        application = open_application(folder, unlock)
    except StoreLockedError:
        if not spare:
            raise
        application = open_application(folder, Unlock(contrasena=spare))
    try:
        yield application
    finally:
        application.close()


def _password(args: argparse.Namespace) -> str | None:
    return None if args.contrasena_archivo is None else text_in(args.contrasena_archivo)


def _secrets(args: argparse.Namespace) -> tuple[bytearray, Unlock | None]:
    """(password of the key, unlock of the data). None instead of an unlock uses the keyring."""
    from icsoe_desktop.services.acceso.desbloqueo import Unlock

    key, data, code = (
        args.contrasena_archivo,
        args.contrasena_datos_archivo,
        args.codigo_datos_archivo,
    )
    refuse_one_input(key, data, code)
    unlock = None
    if data is not None:
        unlock = Unlock(contrasena=text_in(data, NAMED_UNREADABLE.format(data)))
    elif code is not None:
        unlock = Unlock(codigo=text_in(code, NAMED_UNREADABLE.format(code)))
    if key is not None:
        return password_in(key, NAMED_UNREADABLE.format(key)), unlock
    return ask_password("Contraseña de la llave privada: ") or bytearray(), unlock
