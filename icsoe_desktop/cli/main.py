"""The Spanish command line of the program."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from icsoe_desktop.cli import bitacora as cli_bitacora
from icsoe_desktop.cli import capturistas as cli_capturistas
from icsoe_desktop.cli import certificado as cli_certificado
from icsoe_desktop.cli import confrontar as cli_confrontar
from icsoe_desktop.cli import informativa as cli_informativa
from icsoe_desktop.cli import movimientos as cli_movimientos
from icsoe_desktop.cli import respaldo as cli_respaldo
from icsoe_desktop.cli import sbc as cli_sbc
from icsoe_desktop.cli import servidor as cli_servidor
from icsoe_desktop.cli import sincronizar as cli_sincronizar
from icsoe_desktop.cli import vigencias as cli_vigencias
from icsoe_desktop.cli import vigilar as cli_vigilar
from icsoe_desktop.cli.answer import USAGE, CommandAnswer, ErrorCode
from icsoe_desktop.cli.command import add_command, speak_spanish
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.version import build_of, long_version

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
PROGRAMS: Final = ("icsoe-consola", "icsoe-desktop")
ASKED: Final = "_ARGCOMPLETE"


def add_completar(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `completar`."""
    command = add_command(
        subparsers,
        "completar",
        write_script,
        help="completar las órdenes con el tabulador, en la terminal que se indique",
        description=(
            "Escribe lo que hay que agregar a la configuración de la terminal para que el "
            "tabulador complete las órdenes y sus opciones. Termina con 0."
        ),
        example="completar powershell >> $PROFILE",
    )
    command.add_argument("terminal", choices=SHELLS, metavar="TERMINAL", help=", ".join(SHELLS))


def write_script(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from argcomplete.shell_integration import shellcode

    names = [*PROGRAMS, "icsoe-consola.exe"] if args.terminal == "powershell" else PROGRAMS
    script = shellcode(list(names), shell=args.terminal)
    answer.put(guion=script)
    answer.say(script)
    return 0


def complete_if_asked(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks for completions, and end the process. Otherwise do nothing."""
    if ASKED in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)


LINK_SCHEME = "icsoe:"
LINK_NOT_ALONE = (
    "La liga que se abrió trae órdenes además del código, y no se obedeció. No se cambió nada. Si "
    "espera un correo de activación, copie de él el código y péguelo en «Tengo un código de "
    "activación». Si no sabe de dónde viene la liga, no la use."
)


class SpanishParser(argparse.ArgumentParser):
    """argparse with Spanish texts. Exits with status 2 for a usage error."""

    def __init__(self, **options: object) -> None:
        speak_spanish()
        super().__init__(add_help=False, **options)  # type: ignore[arg-type]
        self.add_argument("-h", "--ayuda", "--help", action="help", help="muestra esta ayuda")

    def error(self, message: str) -> NoReturn:
        raise UsageError(self.prog.partition(" ")[2], self.format_usage(), message)


class UsageError(Exception):
    """A wrong command. orden: the words of the command as far as known."""

    def __init__(self, orden: str, usage: str, message: str) -> None:
        super().__init__(message)
        self.orden = orden
        self.usage = usage
        self.message = message


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments. run: the command's function, or None for the windows.

    Exits with status 2 for a usage error and 0 after --ayuda or --version.
    Raises UserFacingError for a link with other arguments.
    """
    link = _link_in(argv)
    _speak_utf8()
    parser = build_parser()
    complete_if_asked(parser)
    try:
        arguments = parser.parse_args([] if link is not None else argv)
    except UsageError as error:
        _refuse(parser.prog, error, as_json="--json" in argv)
    arguments.enlace = link
    return arguments


def build_parser() -> SpanishParser:
    """The parser with every command, in the order of the manual."""
    parser = SpanishParser(
        prog="icsoe-desktop",
        description="Conexión en línea con IDSE, certificados IMSS e ICSOE, en el escritorio.",
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"ICSOE Desktop {long_version(build_of())}",
        help="muestra la versión",
    )
    parser.add_argument(
        "--datos", metavar="RUTA", help="carpeta de datos (también: variable ICSOE_DATOS)"
    )
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="abre cada ventana con datos de ejemplo, comprueba que no haya fallas y termina",
    )
    parser.set_defaults(run=None)
    commands: Any = parser.add_subparsers(
        title="órdenes", metavar="ORDEN", parser_class=SpanishParser, required=False
    )
    for group in (
        cli_movimientos,
        cli_vigilar,
        cli_confrontar,
        cli_sbc,
        cli_certificado,
        cli_vigencias,
        cli_capturistas,
        cli_informativa,
        cli_sincronizar,
        cli_servidor,
        cli_respaldo,
        cli_bitacora,
    ):
        group.add_commands(commands)
    add_completar(commands)
    return parser


def _refuse(program: str, error: UsageError, *, as_json: bool) -> NoReturn:
    output, errors = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()
    errors.write(error.usage)
    answer = CommandAnswer(error.orden, as_json=as_json, output=output, errors=errors)
    answer.finish(USAGE, ErrorCode.USO, f"{program} {error.orden}: error: {error.message}")
    sys.exit(USAGE)


def _link_in(argv: Sequence[str]) -> str | None:
    """The link that the operating system passed, if any. Raises UserFacingError.

    Windows inserts a link into the registered command unchanged: a quote in the link ends the
    argument, and the rest would become options of this program.
    """
    if not any(word.strip().casefold().startswith(LINK_SCHEME) for word in argv):
        return None
    # The registered command ends its options with «--» before the link.
    words = argv[1:] if argv[0] == "--" else argv
    if len(words) != 1:
        raise UserFacingError(LINK_NOT_ALONE)
    return words[0].strip()


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        # A window program on Windows has no streams, and a console may use cp1252.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
