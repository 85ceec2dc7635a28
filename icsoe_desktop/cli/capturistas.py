"""`icsoe-desktop capturistas`: lists a contratista's capturistas; its e.firma authorises it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import USAGE, CommandAnswer, CommandError, ErrorCode, run_command
from icsoe_desktop.cli.command import (
    STANDARD_INPUT,
    add_command,
    add_data_folder,
    add_group,
    ask_password,
    can_ask,
    read_password,
)
from icsoe_desktop.domain.texto import counted

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.acceso.desbloqueo import Unlock
    from icsoe_desktop.services.application import Application

EXAMPLE_EFIRMA = "--rfc XAXX010101000 --cer empresa.cer --llave empresa.key"
ROWS_AT_ONCE = 500
ESTATUS = ("Registrada", "Activa", "Baja")

UNREADABLE = "No se pudo leer el archivo «{nombre}» de la contraseña."
ONE_INPUT = "La entrada estándar (-) sólo puede dar una contraseña. Use un archivo para la otra."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."
SUFFIX = "El archivo de salida debe terminar en .xlsx."
NOT_ENTERED = "No se ingresó. {razon}"


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `capturistas exportar` and `listar`. `run` holds the command's function."""
    actions = add_group(
        subparsers,
        "capturistas",
        help="capturistas de un contratista: exportar, listar",
        description="Capturistas de un contratista, que se identifica con su e.firma.",
    )
    exportar = add_command(
        actions,
        "capturistas exportar",
        exportar_capturistas,
        help="guardar la lista en un libro de Excel",
        description=(
            "Guarda la lista de capturistas en un libro de Excel. Termina con 0 si se guardó, con "
            "1 si no y con 2 si la orden está mal escrita."
        ),
        example=f"capturistas exportar lista.xlsx {EXAMPLE_EFIRMA}",
    )
    exportar.add_argument("salida", type=Path, metavar="SALIDA.xlsx", help="libro que se guarda")
    listar = add_command(
        actions,
        "capturistas listar",
        listar_capturistas,
        help="escribir la lista en la salida estándar",
        description=(
            "Escribe la lista de capturistas, uno por renglón. Termina con 0 si se escribió, con 1 "
            "si no y con 2 si la orden está mal escrita."
        ),
        example=f"capturistas listar --estatus Activa --json {EXAMPLE_EFIRMA}",
    )
    listar.add_argument("--texto", default="", help="sólo los que contengan este texto")
    listar.add_argument("--estatus", choices=ESTATUS, help="sólo los de este estatus")
    for command in (exportar, listar):
        add_credentials(command)


def exportar_capturistas(args: argparse.Namespace) -> int:
    def export(answer: CommandAnswer, application: Application, sesion: Sesion) -> None:
        from icsoe_desktop.jobs import NoProgress

        written = application.consulta_capturistas.export(sesion, args.salida, NoProgress())
        verb = "Se guardó" if written == 1 else "Se guardaron"
        answer.put(guardados=written, ruta=str(args.salida))
        answer.say(f"{verb} {counted(written, 'capturista', 'capturistas')} en «{args.salida}».")

    def work(answer: CommandAnswer) -> int:
        if args.salida.suffix.lower() != ".xlsx":
            raise CommandError(ErrorCode.USO, SUFFIX, USAGE)
        return with_session(args, answer, export)

    return run_command(args, work)


def listar_capturistas(args: argparse.Namespace) -> int:
    def list_them(answer: CommandAnswer, application: Application, sesion: Sesion) -> None:
        rows = _rows(application, sesion, args)
        if answer.is_json:
            answer.stream("capturistas", (_as_json(row) for row in rows))
            return
        for row in rows:
            answer.say(f"{row.numero}\t{row.curp}\t{row.nombre}\t{row.correo}\t{row.estatus}")

    return run_command(args, lambda answer: with_session(args, answer, list_them))


def add_credentials(command: argparse.ArgumentParser) -> None:
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


def with_session(
    args: argparse.Namespace,
    answer: CommandAnswer,
    work: Callable[[CommandAnswer, Application, Sesion], None],
) -> int:
    contrasena, unlock = _secrets(args)
    try:
        with _session(args, contrasena, unlock) as (application, sesion):
            work(answer, application, sesion)
    finally:
        contrasena[:] = bytes(len(contrasena))
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
        raise CommandError(ErrorCode.SIN_DATOS, NO_DATA)
    application = open_application(folder, unlock)
    try:
        found = application.acceso_icsoe.verify(
            EfirmaElegida(args.rfc, contrasena, args.cer, args.llave)
        )
        if not found.exitosa:
            said = " ".join(each.texto for each in found.problemas)
            raise CommandError(ErrorCode.ACCESO_NEGADO, NOT_ENTERED.format(razon=said))
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
        raise CommandError(ErrorCode.USO, ONE_INPUT, USAGE)
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
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, UNREADABLE.format(nombre=name)) from None


def _text(name: str) -> str:
    try:
        return _read(name).decode()
    except UnicodeDecodeError:
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, UNREADABLE.format(nombre=name)) from None


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
        "estatus": str(row.estatus).lower(),
        "grupo": row.grupo,
        "contratista": row.contratista,
        "fecha_alta": row.creado.isoformat(),
        "usuario_alta": row.usuario_alta,
        "bloqueado": row.bloqueado,
    }
