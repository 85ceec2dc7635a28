"""`icsoe-desktop respaldo`: makes, verifies and restores backups without windows."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from icsoe_desktop.cli.answer import GOOD, CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import (
    add_command,
    add_data_folder,
    add_group,
    asked_text,
    refuse_one_input,
    text_in,
)
from icsoe_desktop.cli.datos import opened

if TYPE_CHECKING:
    from icsoe_desktop.services.respaldo.restauracion import (
        RestauracionService,
        VistaPreviaRespaldo,
    )

NO_PASSWORD = "Falta la contraseña del respaldo. Use --contrasena-archivo."
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
    """Add `respaldo crear`, `verificar` and `restaurar`."""
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


def crear(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.services.acceso.desbloqueo import Unlock

    own = args.contrasena_datos_archivo
    refuse_one_input(args.contrasena_archivo, own)
    unlock = None if own is None else Unlock(contrasena=text_in(own))
    contrasena = _password(args, again=True)
    with opened(args, unlock) as application:
        done = application.respaldo.create(None, args.ruta.absolute(), contrasena)
    said = f"Se guardó y se comprobó el respaldo «{done.ruta.name}»."
    return _tell(answer, said, done.ruta, done.octetos, done.conteos)


def verificar(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.arranque.apertura import build_restauracion
    from icsoe_desktop.paths import open_data_folder

    vista = build_restauracion(open_data_folder(args.datos)).preview(args.ruta, _password(args))
    return _tell_seen(answer, "El respaldo está completo y sin daños.", vista)


def restaurar(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.arranque.apertura import build_restauracion
    from icsoe_desktop.arranque.bootstrap import lock_folder
    from icsoe_desktop.paths import open_data_folder

    folder = open_data_folder(args.datos)
    lock = lock_folder(folder)
    if lock is None:
        raise CommandError(ErrorCode.EN_USO, IN_USE)
    try:
        refuse_one_input(args.contrasena_archivo, args.contrasena_datos_archivo)
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
    return _tell_seen(answer, said, vista)


def _prove_owner(args: argparse.Namespace, service: RestauracionService) -> None:
    """Check a user's password of the data to be replaced. Raises UserFacingError."""
    if not service.has_owner():
        return
    name = args.contrasena_datos_archivo
    if name is not None:
        contrasena: str | None = text_in(name)
    else:
        contrasena = asked_text("Contraseña de un usuario de los datos que hay: ")
    if contrasena is None:
        raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_OWN_PASSWORD)
    service.prove_owner(contrasena)


def _tell_seen(answer: CommandAnswer, said: str, vista: VistaPreviaRespaldo) -> int:
    return _tell(answer, said, vista.ruta, vista.octetos, vista.conteos, vista.creado)


def _tell(
    answer: CommandAnswer,
    said: str,
    ruta: Path,
    octetos: int,
    conteos: tuple[tuple[str, int], ...],
    creado: datetime | None = None,
) -> int:
    answer.put(ruta=str(ruta))
    answer.say(said)
    if creado is not None:
        from icsoe_desktop.domain.certificados.certificado import hora_local

        answer.put(creado=creado.isoformat())
        answer.say(f"Creado: {hora_local(creado):%d/%m/%Y %H:%M}")
    answer.put(octetos=octetos, conteos=dict(conteos), mensaje=said)
    answer.say(
        ", ".join(
            f"{name.replace('_', ' ')}: {count:,}"
            for name, count in conteos
            if not name.startswith("sincronizacion")
        )
    )
    return GOOD


def _password(args: argparse.Namespace, again: bool = False) -> str:
    if args.contrasena_archivo is not None:
        return text_in(args.contrasena_archivo)
    typed = asked_text("Contraseña del respaldo: ")
    if typed is None:
        raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_PASSWORD)
    if again and asked_text("Otra vez: ") != typed:
        raise CommandError(ErrorCode.DATO_NO_VALIDO, DIFFERENT)
    return typed
