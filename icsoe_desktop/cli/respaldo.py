"""`icsoe-desktop respaldo`: makes, verifies and restores backups without windows."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.contrasena import STANDARD_INPUT, ask_password, can_ask, read_password
from icsoe_desktop.errors import UserFacingError

if TYPE_CHECKING:
    from icsoe_desktop.services.respaldo.restauracion import (
        RestauracionService,
        VistaPreviaRespaldo,
    )

Answer = dict[str, Any]

UNREADABLE = "No se pudo leer el archivo de la contraseña."
NO_PASSWORD = "Falta la contraseña del respaldo. Use --contrasena-archivo."
ONE_INPUT = "La entrada estándar (-) sólo puede dar una contraseña. Use un archivo para la otra."
NO_DATA = "No hay datos de ICSOE Desktop en esa carpeta. Revise --datos."
NO_OWN_PASSWORD = (
    "En esa carpeta ya hay datos y el respaldo los reemplazaría. No se cambió nada. Dé la "
    "contraseña de un usuario de esos datos con --contrasena-datos-archivo."
)
IN_USE = (
    "El programa está abierto con esta carpeta de datos. No se cambió nada. Ciérrelo y vuelva a "
    "intentarlo."
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `respaldo crear`, `verificar` and `restaurar`. `run` holds the command's function."""
    respaldo = subparsers.add_parser(
        "respaldo",
        help="respaldos: crear, verificar, restaurar",
        description="Crea, verifica y restaura respaldos cifrados de los datos.",
    )
    actions = respaldo.add_subparsers(dest="accion", metavar="ACCIÓN", required=True)
    for name, words, run in (
        ("crear", "guardar un respaldo en RUTA", crear),
        ("verificar", "comprobar un respaldo y decir qué contiene", verificar),
        (
            "restaurar",
            "poner los datos del respaldo en lugar de los actuales, que se conservan",
            restaurar,
        ),
    ):
        # Otherwise `--contrasena SECRETO` would mean --contrasena-archivo.
        action = actions.add_parser(name, allow_abbrev=False, help=words, description=words)
        action.add_argument("ruta", type=Path, metavar="RUTA", help="archivo .icsoe-respaldo")
        action.add_argument(
            "--contrasena-archivo",
            metavar="RUTA",
            help="archivo con la contraseña del respaldo, o - para la entrada estándar",
        )
        action.add_argument("--json", action="store_true", help="responder en JSON")
        action.add_argument(
            "--datos", metavar="RUTA", default=argparse.SUPPRESS, help="carpeta de datos"
        )
        if name != "verificar":
            action.add_argument(
                "--contrasena-datos-archivo",
                metavar="RUTA",
                help="archivo con la contraseña de un usuario de los datos que hay: para crear, "
                "donde no hay llavero; para restaurar, donde ya hay datos",
            )
        action.set_defaults(run=run)


def crear(args: argparse.Namespace) -> int:
    def work() -> Answer:
        from icsoe_desktop.arranque.bootstrap import open_application
        from icsoe_desktop.paths import open_data_folder
        from icsoe_desktop.services.acceso.desbloqueo import Unlock

        if args.contrasena_archivo == args.contrasena_datos_archivo == STANDARD_INPUT:
            raise UserFacingError(ONE_INPUT)
        unlock = None
        if args.contrasena_datos_archivo is not None:
            unlock = Unlock(contrasena=_read(args.contrasena_datos_archivo))
        contrasena = _password(args, again=True)
        folder = open_data_folder(args.datos)
        if not folder.store.exists():
            raise UserFacingError(NO_DATA)
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

    return _answer(args, work)


def verificar(args: argparse.Namespace) -> int:
    def work() -> Answer:
        from icsoe_desktop.arranque.apertura import build_restauracion
        from icsoe_desktop.paths import open_data_folder

        service = build_restauracion(open_data_folder(args.datos))
        return _described(
            service.preview(args.ruta, _password(args)), "El respaldo está completo y sin daños."
        )

    return _answer(args, work)


def restaurar(args: argparse.Namespace) -> int:
    def work() -> Answer:
        from icsoe_desktop.arranque.apertura import build_restauracion
        from icsoe_desktop.arranque.bootstrap import lock_folder
        from icsoe_desktop.paths import open_data_folder

        folder = open_data_folder(args.datos)
        lock = lock_folder(folder)
        if lock is None:
            raise UserFacingError(IN_USE)
        try:
            if args.contrasena_archivo == args.contrasena_datos_archivo == STANDARD_INPUT:
                raise UserFacingError(ONE_INPUT)
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

    return _answer(args, work)


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
            raise UserFacingError(NO_OWN_PASSWORD)
        contrasena = typed.decode("utf-8", "replace")
    service.prove_owner(contrasena)


def _described(vista: VistaPreviaRespaldo, mensaje: str) -> Answer:
    return {
        "ruta": str(vista.ruta),
        "creado": vista.creado.isoformat(),
        "octetos": vista.octetos,
        "conteos": dict(vista.conteos),
        "mensaje": mensaje,
    }


def _answer(args: argparse.Namespace, work: Callable[[], Answer]) -> int:
    try:
        answer = work()
    except UserFacingError as error:
        if args.json:
            sys.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(f"{error}\n")
        return 1
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return 0
    counts = ", ".join(
        f"{name.replace('_', ' ')}: {count:,}" for name, count in answer["conteos"].items()
    )
    when = f"Creado: {answer['creado']}\n" if "creado" in answer else ""
    sys.stdout.write(f"{answer['mensaje']}\n{when}{counts}\n")
    return 0


def _password(args: argparse.Namespace, again: bool = False) -> str:
    if args.contrasena_archivo is not None:
        return _read(args.contrasena_archivo)
    typed = ask_password("Contraseña del respaldo: ") if can_ask() else None
    if typed is None:
        raise UserFacingError(NO_PASSWORD)
    if again and ask_password("Otra vez: ") != typed:
        raise UserFacingError("Las dos contraseñas no son iguales.")
    return typed.decode("utf-8", "replace")


def _read(name: str) -> str:
    try:
        return read_password(name).decode()
    except (OSError, ValueError):
        raise UserFacingError(UNREADABLE) from None
