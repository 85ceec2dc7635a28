"""`icsoe-desktop respaldo`: makes, verifies and restores backups without windows."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
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

if TYPE_CHECKING:
    from icsoe_desktop.services.respaldo.restauracion import (
        RestauracionService,
        VistaPreviaRespaldo,
    )

Found = dict[str, Any]

UNREADABLE = "No se pudo leer el archivo de la contraseña."
NO_PASSWORD = "Falta la contraseña del respaldo. Use --contrasena-archivo."
ONE_INPUT = "La entrada estándar (-) sólo puede dar una contraseña. Use un archivo para la otra."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."
DIFFERENT = "Las dos contraseñas no son iguales. No se cambió nada."
NO_OWN_PASSWORD = (
    "En esa carpeta ya hay datos y el respaldo los reemplazaría. No se cambió nada. Dé la "
    "contraseña de un usuario de esos datos con --contrasena-datos-archivo."
)
STATUS = "Termina con 0 si se pudo, con 1 si no y con 2 si la orden está mal escrita."
IN_USE = (
    "El programa está abierto con esta carpeta de datos. No se cambió nada. Ciérrelo y vuelva a "
    "intentarlo."
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `respaldo crear`, `verificar` and `restaurar`. `run` holds the command's function."""
    actions = add_group(
        subparsers,
        "respaldo",
        help="respaldos: crear, verificar, restaurar",
        description="Crea, verifica y restaura respaldos cifrados de los datos.",
    )
    for name, words, run in (
        ("crear", "guardar un respaldo en RUTA", crear),
        ("verificar", "comprobar un respaldo y decir qué contiene", verificar),
        (
            "restaurar",
            "poner los datos del respaldo en lugar de los actuales, que se conservan",
            restaurar,
        ),
    ):
        action = add_command(
            actions,
            f"respaldo {name}",
            run,
            help=words,
            description=f"{words[0].upper()}{words[1:]}. {STATUS}",
            example=f"respaldo {name} nomina.icsoe-respaldo --contrasena-archivo clave.txt",
        )
        action.add_argument("ruta", type=Path, metavar="RUTA", help="archivo .icsoe-respaldo")
        action.add_argument(
            "--contrasena-archivo",
            metavar="RUTA",
            help="archivo con la contraseña del respaldo, o - para la entrada estándar",
        )
        add_data_folder(action)
        if name != "verificar":
            action.add_argument(
                "--contrasena-datos-archivo",
                metavar="RUTA",
                help="archivo con la contraseña de un usuario de los datos que hay: para crear, "
                "donde no hay llavero; para restaurar, donde ya hay datos",
            )


def crear(args: argparse.Namespace) -> int:
    def work() -> Found:
        from icsoe_desktop.arranque.bootstrap import open_application
        from icsoe_desktop.paths import open_data_folder
        from icsoe_desktop.services.acceso.desbloqueo import Unlock

        if args.contrasena_archivo == args.contrasena_datos_archivo == STANDARD_INPUT:
            raise CommandError(ErrorCode.USO, ONE_INPUT, USAGE)
        unlock = None
        if args.contrasena_datos_archivo is not None:
            unlock = Unlock(contrasena=_read(args.contrasena_datos_archivo))
        contrasena = _password(args, again=True)
        folder = open_data_folder(args.datos)
        if not folder.store.exists():
            raise CommandError(ErrorCode.SIN_DATOS, NO_DATA)
        application = open_application(folder, unlock)
        try:
            done = application.respaldo.create(None, args.ruta.absolute(), contrasena)
        finally:
            application.close()
        return {
            "ruta": str(done.ruta),
            "octetos": done.octetos,
            "conteos": dict(done.conteos),
            "mensaje": f"Se guardó y se comprobó el respaldo «{done.ruta.name}».",
        }

    return _run(args, work)


def verificar(args: argparse.Namespace) -> int:
    def work() -> Found:
        from icsoe_desktop.arranque.apertura import build_restauracion
        from icsoe_desktop.paths import open_data_folder

        service = build_restauracion(open_data_folder(args.datos))
        return _described(
            service.preview(args.ruta, _password(args)), "El respaldo está completo y sin daños."
        )

    return _run(args, work)


def restaurar(args: argparse.Namespace) -> int:
    def work() -> Found:
        from icsoe_desktop.arranque.apertura import build_restauracion
        from icsoe_desktop.arranque.bootstrap import lock_folder
        from icsoe_desktop.paths import open_data_folder

        folder = open_data_folder(args.datos)
        lock = lock_folder(folder)
        if lock is None:
            raise CommandError(ErrorCode.EN_USO, IN_USE)
        try:
            if args.contrasena_archivo == args.contrasena_datos_archivo == STANDARD_INPUT:
                raise CommandError(ErrorCode.USO, ONE_INPUT, USAGE)
            service = build_restauracion(folder)
            service.finish()
            _prove_owner(args, service)
            contrasena = _password(args)
            vista = service.preview(args.ruta, contrasena)
            kept = service.restore(args.ruta, contrasena, expected=vista)
            service.finish()
        finally:
            lock.unlock()
        said = "Se restauraron los datos."
        if kept.exists():
            said += f" Los anteriores quedaron en «{kept}»."
        return _described(vista, said)

    return _run(args, work)


def _prove_owner(args: argparse.Namespace, service: RestauracionService) -> None:
    """Check a user's password of the data to be replaced. Raises UserFacingError."""
    if not service.has_owner():
        return
    if args.contrasena_datos_archivo is not None:
        contrasena = _read(args.contrasena_datos_archivo)
    else:
        prompt = "Contraseña de un usuario de los datos que hay: "
        typed = ask_password(prompt) if can_ask() else None
        if typed is None:
            raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_OWN_PASSWORD)
        contrasena = typed.decode("utf-8", "replace")
    service.prove_owner(contrasena)


def _described(vista: VistaPreviaRespaldo, mensaje: str) -> Found:
    return {
        "ruta": str(vista.ruta),
        "creado": vista.creado.isoformat(),
        "octetos": vista.octetos,
        "conteos": dict(vista.conteos),
        "mensaje": mensaje,
    }


def _run(args: argparse.Namespace, work: Callable[[], Found]) -> int:
    def answered(answer: CommandAnswer) -> int:
        found = work()
        answer.put(**found)
        answer.say(found["mensaje"])
        if "creado" in found:
            from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO

            when = datetime.fromisoformat(found["creado"]).astimezone(HORA_DE_MEXICO)
            answer.say(f"Creado: {when:%d/%m/%Y %H:%M}")
        answer.say(
            ", ".join(
                f"{name.replace('_', ' ')}: {count:,}"
                for name, count in found["conteos"].items()
                if not name.startswith("sincronizacion")
            )
        )
        return 0

    return run_command(args, answered)


def _password(args: argparse.Namespace, again: bool = False) -> str:
    if args.contrasena_archivo is not None:
        return _read(args.contrasena_archivo)
    typed = ask_password("Contraseña del respaldo: ") if can_ask() else None
    if typed is None:
        raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_PASSWORD)
    if again and ask_password("Otra vez: ") != typed:
        raise CommandError(ErrorCode.DATO_NO_VALIDO, DIFFERENT)
    return typed.decode("utf-8", "replace")


def _read(name: str) -> str:
    try:
        return read_password(name).decode()
    except (OSError, ValueError):
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, UNREADABLE) from None
