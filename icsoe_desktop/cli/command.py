"""Adds commands to the parser: each with --json, an example in its help and its full name."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

Run = Callable[[argparse.Namespace], int]

DATOS: Final = "carpeta de datos"


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
    run: Run,
    *,
    help: str,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    """Add one command. orden: its full name, «movimientos importar». run: returns the exit status.

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
    command.set_defaults(run=run, orden=orden)
    return command


def add_data_folder(command: argparse.ArgumentParser) -> None:
    """The option may also stand before the command; the one after the command wins."""
    command.add_argument("--datos", metavar="RUTA", default=argparse.SUPPRESS, help=DATOS)
