"""`icsoe-desktop vigilar`: reviews what appears in a folder, without data folder or login."""

from __future__ import annotations

import argparse
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from icsoe_desktop.cli.answer import USAGE, CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import add_command
from icsoe_desktop.cli.datos import add_entrance, add_formato, kept_formato

if TYPE_CHECKING:
    from icsoe_desktop.services.importacion.vigilancia import ArchivoVigilado, Vigilancia

EVERY_S: Final = 30
LONGEST_S: Final = 3_600
JSON_ONCE = "--json sólo se combina con --una-vez: sin él la orden no termina."
STILL_NOT: Final = "{} Se sigue intentando."
STOPPED: Final = "Se dejó de vigilar la carpeta."


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `vigilar`."""
    command = add_command(
        subparsers,
        "vigilar",
        vigilar_carpeta,
        help="revisar cada archivo que aparece en una carpeta",
        description=(
            "Revisa cada archivo que aparece en una carpeta y lleva 5 segundos sin cambiar, y "
            "escribe junto a él NOMBRE.revision.txt y NOMBRE.revision.json. No toca nada más, no "
            "pide usuario y sólo abre datos con --columnas. Se detiene con Ctrl+C. Con --una-vez "
            "termina con 0 si lo revisado no tiene errores, con 1 si los tiene o algo quedó sin "
            "revisar y con 2 si la orden está mal escrita."
        ),
        example="vigilar C:\\Nomina\\Salida --cada 60",
    )
    command.add_argument("carpeta", type=Path, metavar="CARPETA", help="la carpeta que se vigila")
    command.add_argument(
        "--cada",
        type=_seconds,
        default=EVERY_S,
        metavar="SEGUNDOS",
        help=f"cuánto esperar entre una mirada y otra; de fábrica, {EVERY_S}",
    )
    command.add_argument(
        "--una-vez", action="store_true", help="revisar lo que hay y terminar; para una tarea"
    )
    add_formato(command)
    add_entrance(command, writes=False)


def vigilar_carpeta(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.importacion.vigilancia import QUIET_S, Vigilancia

    if answer.is_json and not args.una_vez:
        raise CommandError(ErrorCode.USO, JSON_ONCE, USAGE)
    formato = kept_formato(args)
    watch = Vigilancia(args.carpeta, lambda: datetime.now(UTC), formatos=formato)
    if args.una_vez:
        list(watch.look(NoProgress()))
        time.sleep(QUIET_S)
        return _tell_all(answer, _look(watch, answer), watch.left_out)
    # A service manager ends it with SIGTERM, a person with Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _watch_on(watch, answer, args.cada)
    except KeyboardInterrupt:
        answer.say(STOPPED)
    return 0


def _watch_on(watch: Vigilancia, answer: CommandAnswer, every_s: int) -> None:
    from icsoe_desktop.errors import UserFacingError

    told = ""
    _look(watch, answer)  # a folder that is not there at the start is a mistake
    while True:
        time.sleep(every_s)
        try:
            _look(watch, answer)
            told = ""
        except UserFacingError as error:
            # A drive of the network comes and goes.
            if told != error.message:
                answer.warn(STILL_NOT.format(error.message))
            told = error.message


def _look(watch: Vigilancia, answer: CommandAnswer) -> list[ArchivoVigilado]:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.importacion.informe import summary_of
    from icsoe_desktop.services.importacion.vigilancia import left_out_sentence

    found = []
    for one in watch.look(NoProgress()):
        found.append(one)
        for each in one.archivos:
            answer.say(f"{datetime.now():%H:%M:%S} {summary_of(each)}")  # noqa: DTZ005
        if one.motivo:
            answer.warn(f"{one.path.name}: {one.motivo}")
    if watch.left_out:
        answer.warn(left_out_sentence(watch.left_out))
    return found


def _tell_all(answer: CommandAnswer, found: list[ArchivoVigilado], left_out: int) -> int:
    from icsoe_desktop.services.importacion.informe import file_as_json

    answer.put(
        revisados=[
            {
                "archivo": one.path.name,
                "revision": None if one.motivo else one.result.name,
                "motivo": one.motivo,
                "archivos": [file_as_json(each) for each in one.archivos],
            }
            for one in found
        ],
        sin_revisar=left_out,
    )
    return 0 if all(one.is_good for one in found) and not left_out else 1


def _seconds(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST_S:
        return int(text)
    raise argparse.ArgumentTypeError(f"se escribe un número de 1 a {LONGEST_S}")
