"""`icsoe-desktop capturistas`: lists a contratista's capturistas; its e.firma authorises it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.contrasena import STANDARD_INPUT, ask_password, can_ask, read_password
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import UserFacingError

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.acceso.desbloqueo import Unlock
    from icsoe_desktop.services.application import Application

ROWS_AT_ONCE = 500
ESTATUS = ("Registrada", "Activa", "Baja")

UNREADABLE = "No se pudo leer el archivo «{nombre}» de la contraseña."
ONE_INPUT = "La entrada estándar (-) sólo puede dar una contraseña. Use un archivo para la otra."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."
SUFFIX = "El archivo de salida debe terminar en .xlsx."
NOT_ENTERED = "No se ingresó. {razon}"


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `capturistas exportar` and `listar`. `run` holds the command's function."""
    capturistas = subparsers.add_parser(
        "capturistas",
        help="capturistas de un contratista: exportar, listar",
        description="Capturistas de un contratista, que se identifica con su e.firma.",
    )
    actions = capturistas.add_subparsers(dest="accion", metavar="ACCIÓN", required=True)
    exportar = actions.add_parser(
        "exportar",
        # Otherwise `--contrasena SECRETO` would mean --contrasena-archivo.
        allow_abbrev=False,
        help="guardar la lista en un libro de Excel",
        description=(
            "Guarda la lista de capturistas en un libro de Excel. Termina con 0 si se guardó, con "
            "1 si no y con 2 si la orden está mal escrita."
        ),
    )
    exportar.add_argument("salida", type=Path, metavar="SALIDA.xlsx", help="libro que se guarda")
    exportar.set_defaults(run=exportar_capturistas)
    listar = actions.add_parser(
        "listar",
        allow_abbrev=False,
        help="escribir la lista en la salida estándar",
        description=(
            "Escribe la lista de capturistas, uno por renglón. Termina con 0 si se escribió, con 1 "
            "si no y con 2 si la orden está mal escrita."
        ),
    )
    listar.add_argument("--json", action="store_true", help="responder en JSON")
    listar.add_argument("--texto", default="", help="sólo los que contengan este texto")
    listar.add_argument("--estatus", choices=ESTATUS, help="sólo los de este estatus")
    listar.set_defaults(run=listar_capturistas)
    for command in (exportar, listar):
        _add_credentials(command)


def exportar_capturistas(args: argparse.Namespace) -> int:
    def export(application: Application, sesion: Sesion) -> None:
        from icsoe_desktop.jobs import NoProgress

        written = application.consulta_capturistas.export(sesion, args.salida, NoProgress())
        verb = "Se guardó" if written == 1 else "Se guardaron"
        _say(f"{verb} {counted(written, 'capturista', 'capturistas')} en «{args.salida}».")

    if args.salida.suffix.lower() != ".xlsx":
        sys.stderr.write(f"{SUFFIX}\n")
        return 2
    return _with_session(args, export)


def listar_capturistas(args: argparse.Namespace) -> int:
    def list_them(application: Application, sesion: Sesion) -> None:
        rows = _rows(application, sesion, args)
        if args.json:
            _say(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=1))
            return
        for row in rows:
            _say(f"{row.numero}\t{row.curp}\t{row.nombre}\t{row.correo}\t{row.estatus}")

    return _with_session(args, list_them)


def _add_credentials(command: argparse.ArgumentParser) -> None:
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
    # The option may also stand before the command. The one after the command wins.
    command.add_argument(
        "--datos", metavar="RUTA", default=argparse.SUPPRESS, help="carpeta de datos"
    )
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


def _with_session(args: argparse.Namespace, work: Callable[[Application, Sesion], None]) -> int:
    # Imported here: the windows use the same parser and must not wait for it.

    try:
        contrasena, unlock = _secrets(args)
        try:
            with _session(args, contrasena, unlock) as (application, sesion):
                work(application, sesion)
        finally:
            contrasena[:] = bytes(len(contrasena))
    except UserFacingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


@contextmanager
def _session(
    args: argparse.Namespace, contrasena: bytearray, unlock: Unlock | None
) -> Iterator[tuple[Application, Sesion]]:
    from icsoe_desktop.arranque.bootstrap import open_application
    from icsoe_desktop.paths import open_data_folder
    from icsoe_desktop.services.acceso.valores import EfirmaElegida

    folder = open_data_folder(args.datos)
    if not folder.store.exists():
        raise UserFacingError(NO_DATA)
    application = open_application(folder, unlock)
    try:
        found = application.acceso_icsoe.verify(
            EfirmaElegida(args.rfc, contrasena, args.cer, args.llave)
        )
        if not found.exitosa:
            said = " ".join(each.texto for each in found.problemas)
            raise UserFacingError(NOT_ENTERED.format(razon=said))
        sesion = application.acceso_icsoe.enter(found, only_known=True).sesion
        application.acceso_icsoe.sesiones.begin(sesion)
        yield application, sesion
    finally:
        application.close()


def _secrets(args: argparse.Namespace) -> tuple[bytearray, Unlock | None]:
    """(password of the key, unlock of the data). None instead of an unlock uses the keyring."""
    from icsoe_desktop.services.acceso.desbloqueo import Unlock

    files = (args.contrasena_archivo, args.contrasena_datos_archivo, args.codigo_datos_archivo)
    if files.count(STANDARD_INPUT) > 1:
        raise UserFacingError(ONE_INPUT)
    unlock = None
    if args.contrasena_datos_archivo is not None:
        unlock = Unlock(contrasena=_text(args.contrasena_datos_archivo))
    elif args.codigo_datos_archivo is not None:
        unlock = Unlock(codigo=_text(args.codigo_datos_archivo))
    if args.contrasena_archivo is not None:
        return _read(args.contrasena_archivo), unlock
    asked = ask_password("Contraseña de la llave privada: ") if can_ask() else None
    return asked or bytearray(), unlock


def _read(name: str) -> bytearray:
    try:
        return read_password(name)
    except (OSError, ValueError):
        raise UserFacingError(UNREADABLE.format(nombre=name)) from None


def _text(name: str) -> str:
    try:
        return _read(name).decode()
    except UnicodeDecodeError:
        raise UserFacingError(UNREADABLE.format(nombre=name)) from None


def _rows(application: Application, sesion: Sesion, args: argparse.Namespace) -> Iterator[Any]:
    from icsoe_desktop.domain.icsoe.capturista import Estatus
    from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas

    consulta = application.consulta_capturistas
    estatus = None if args.estatus is None else Estatus(args.estatus)
    numeros = consulta.numeros(sesion, FiltroCapturistas(args.texto, estatus))
    for start in range(0, len(numeros), ROWS_AT_ONCE):
        yield from consulta.rows(sesion, numeros[start : start + ROWS_AT_ONCE])


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "id": row.numero,
        "rol": row.rol,
        "curp": row.curp,
        "nombre": row.nombre,
        "correo": row.correo,
        "estatus": str(row.estatus),
        "grupo": row.grupo,
        "contratista": row.contratista,
        "fecha_alta": row.creado.isoformat(),
        "usuario_alta": row.usuario_alta,
        "bloqueado": row.bloqueado,
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
