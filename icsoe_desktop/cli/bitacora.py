"""`icsoe-desktop bitacora verificar`: checks that no line of the bitácora is missing or changed."""

from __future__ import annotations

import argparse

from icsoe_desktop.cli.answer import CommandAnswer
from icsoe_desktop.cli.command import add_command, add_group
from icsoe_desktop.cli.datos import add_entrance, with_data

WORDS = "comprobar que a la bitácora no le falte ni se le haya cambiado nada"


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bitacora verificar`."""
    actions = add_group(subparsers, "bitacora", help="bitácora: verificar", description=WORDS)
    verificar = add_command(
        actions,
        "bitacora verificar",
        verify,
        help=WORDS,
        description=(
            "Comprueba la cadena de huellas de la bitácora y nombra el primer hueco. Termina con 0 "
            "si no hay ninguno, con 1 si lo hay o no se pudo comprobar y con 2 si la orden está "
            "mal escrita."
        ),
        example="bitacora verificar --json",
    )
    verificar.add_argument(
        "--desde",
        type=_number,
        default=1,
        metavar="NÚMERO",
        help="empezar en esta anotación; las anteriores no se comprueban",
    )
    verificar.add_argument(
        "--huella",
        metavar="NÚMERO:HUELLA",
        help="la última anotación y su huella, como las dio una comprobación anterior",
    )
    add_entrance(verificar, writes=False)


def verify(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.bitacora.verificacion import HuellaAnotada

    with with_data(args) as application:
        anotada = None if args.huella is None else HuellaAnotada.parse(args.huella)
        service = application.verificacion_bitacora
        found = service.verify(None, NoProgress(), args.desde, anotada)
    answer.put(
        buena=found.buena,
        anotaciones=found.anotaciones,
        ultima=found.ultima,
        huella=found.huella,
        ancla=found.ancla,
        hueco=found.hueco or None,
    )
    answer.say(found.sentence)
    return 0 if found.buena else 1


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text)):
        raise argparse.ArgumentTypeError("escriba un número desde 1")
    return int(text)
