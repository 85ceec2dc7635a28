"""Adds commands to the parser: each with --json, an example in its help and its full name.

Reads the passwords of commands.
"""

from __future__ import annotations

import argparse
import getpass
import gettext
import re
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from icsoe_desktop.cli.answer import USAGE, CommandAnswer, CommandError, ErrorCode, run_command

Work = Callable[[argparse.Namespace, CommandAnswer], int]

DATOS: Final = "carpeta de datos"
XLSX: Final = "El archivo de {} debe terminar en .xlsx."
UNREADABLE: Final = "No se pudo leer el archivo de la contraseña."
ONE_INPUT: Final = (
    "La entrada estándar (-) sólo puede dar una contraseña. Use un archivo para la otra."
)


def add_group(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    *,
    help: str,
    description: str,
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    """A group of commands: `movimientos` of `movimientos importar`."""
    group = commands.add_parser(name, help=help, description=description)
    return group.add_subparsers(dest="accion", metavar="ACCIÓN", required=True)


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    orden: str,
    work: Work,
    *,
    help: str,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    """Add one command. orden: its full name, «movimientos importar». work: returns the exit status.

    example: the words after the program's name.
    """
    command = commands.add_parser(
        orden.rpartition(" ")[2],
        # Otherwise `--contrasena SECRETO` would mean --contrasena-archivo.
        allow_abbrev=False,
        help=help,
        description=description,
        epilog=f"Ejemplo: icsoe-consola {example}",
    )
    command.add_argument("--json", action="store_true", help="responder con un solo documento JSON")
    command.set_defaults(
        run=lambda args: run_command(args, lambda answer: work(args, answer)), orden=orden
    )
    return command


def day_argument(text: str) -> date:
    """A day of an option. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"«{text[:20]}» no es una fecha, por ejemplo 2026-11-23"
        ) from None


def number_argument(text: str) -> Decimal:
    """An amount with a decimal point: no exponent, underscore or digit of another script."""
    if not re.fullmatch(r"[+-]?([0-9]{1,15}(\.[0-9]{0,9})?|\.[0-9]{1,9})", text):
        raise argparse.ArgumentTypeError(
            f"«{text[:20]}» no es un número con punto decimal, por ejemplo 1234.56"
        )
    return Decimal(text)


def require_xlsx(path: Path | None, which: str) -> None:
    """Raises CommandError for another suffix. which: the file, in words."""
    if path is not None and path.suffix.lower() != ".xlsx":
        raise CommandError(ErrorCode.USO, XLSX.format(which), USAGE)


def add_data_folder(command: argparse.ArgumentParser) -> None:
    """The option may also stand before the command; the one after the command wins."""
    command.add_argument("--datos", metavar="RUTA", default=argparse.SUPPRESS, help=DATOS)


MAX_BYTES = 64 * 1024
STANDARD_INPUT = "-"


def read_password(name: str) -> bytearray:
    """The bytes of the file, or of standard input for «-», without one final line end.

    Keeps all other white space. Raises OSError.
    """
    if name == STANDARD_INPUT:
        password = bytearray(sys.stdin.buffer.read(MAX_BYTES))
    else:
        with Path(name).open("rb") as file:
            password = bytearray(file.read(MAX_BYTES))
    for ending in (b"\r\n", b"\n"):
        if password.endswith(ending):
            del password[-len(ending) :]
            break
    return password


def ask_password(prompt: str) -> bytearray | None:
    """None without a terminal, or if the user aborted the prompt."""
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    try:
        return bytearray(getpass.getpass(prompt), "utf-8", "surrogateescape")
    except EOFError:
        return None


def password_in(name: str, unreadable: str = UNREADABLE) -> bytearray:
    """As `read_password`. Raises CommandError with that sentence."""
    try:
        return read_password(name)
    except (OSError, ValueError):
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, unreadable) from None


def text_in(name: str, unreadable: str = UNREADABLE) -> str:
    """The password in that file. Raises CommandError with that sentence."""
    password = password_in(name, unreadable)
    try:
        return password.decode()
    except UnicodeDecodeError:
        raise CommandError(ErrorCode.CONTRASENA_ILEGIBLE, unreadable) from None
    finally:
        password[:] = bytes(len(password))


def asked_text(prompt: str) -> str | None:
    """The typed password. None as of `ask_password`."""
    password = ask_password(prompt)
    return None if password is None else password.decode("utf-8", "replace")


def refuse_one_input(*names: str | None) -> None:
    """Raises CommandError if standard input is to give more than one password."""
    if names.count(STANDARD_INPUT) > 1:
        raise CommandError(ErrorCode.USO, ONE_INPUT, USAGE)


MESSAGES: Final = {
    "%(prog)s: error: %(message)s\n": "%(prog)s: error: %(message)s\n",
    "%(prog)s: warning: %(message)s\n": "%(prog)s: advertencia: %(message)s\n",
    "ambiguous option: %(option)s could match %(matches)s": (
        "opción ambigua: %(option)s puede ser %(matches)s"
    ),
    "argument %(argument_name)s: %(message)s": "argumento %(argument_name)s: %(message)s",
    "can't open '%(filename)s': %(error)s": "no se puede abrir «%(filename)s»: %(error)s",
    "expected %s argument": "falta %s valor",
    "expected %s arguments": "faltan %s valores",
    "expected at least one argument": "falta al menos un valor",
    "expected at most one argument": "lleva un valor como máximo",
    "expected one argument": "falta su valor",
    "ignored explicit argument %r": "no lleva valor: %r",
    "invalid %(type)s value: %(value)r": "no es un valor: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "no es una opción: %(value)r (elija entre %(choices)s)"
    ),
    # since Python 3.14
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": (
        "no es una opción: %(value)r; ¿quiso decir %(closest)r? (elija entre %(choices)s)"
    ),
    "not allowed with argument %s": "no se combina con %s",
    "one of the arguments %s is required": "falta uno de estos: %s",
    "options": "opciones",
    "positional arguments": "argumentos",
    "subcommands": "órdenes",
    "the following arguments are required: %s": "faltan: %s",
    "unexpected option string: %s": "opción inesperada: %s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": (
        "no es una orden: %(parser_name)r (elija entre %(choices)s)"
    ),
    "unrecognized arguments: %s": "no se reconoce: %s",
    "usage: ": "uso: ",
}


class Spanish(gettext.NullTranslations):
    """A message that is not in the catalogue stays as it is."""

    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def speak_spanish() -> None:
    spanish = Spanish()
    vars(argparse).update(_=spanish.gettext, ngettext=spanish.ngettext)
