"""`icsoe-desktop completar`: prints what makes a shell complete the commands with Tab."""

from __future__ import annotations

import argparse
import os
from typing import Final

from icsoe_desktop.cli.answer import CommandAnswer, run_command
from icsoe_desktop.cli.command import add_command

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
PROGRAMS: Final = ("icsoe-consola", "icsoe-desktop")
ASKED: Final = "_ARGCOMPLETE"


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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


def write_script(args: argparse.Namespace) -> int:
    def work(answer: CommandAnswer) -> int:
        from argcomplete.shell_integration import shellcode

        names = [*PROGRAMS, "icsoe-consola.exe"] if args.terminal == "powershell" else PROGRAMS
        script = shellcode(list(names), shell=args.terminal)
        answer.put(guion=script)
        answer.say(script)
        return 0

    return run_command(args, work)


def complete_if_asked(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks for completions, and end the process. Otherwise do nothing."""
    if ASKED in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
