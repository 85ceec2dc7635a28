"""`icsoe-desktop vigencias listar`: what ends and when, without windows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from icsoe_desktop.cli.answer import GOOD, NOT_GOOD, CommandAnswer
from icsoe_desktop.cli.command import add_command, add_group
from icsoe_desktop.cli.datos import add_entrance, as_user

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application

MAX_DAYS: Final = 3660


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `vigencias listar`. `run` holds the command's function."""
    actions = add_group(
        subparsers,
        "vigencias",
        help="lo que vence: certificados y obligaciones con fecha",
        description="Lo que vence y cuándo.",
    )
    listar = add_command(
        actions,
        "vigencias listar",
        listar_vigencias,
        help="listar lo que vence",
        description=(
            "Lista certificados y obligaciones con su último día, lo más urgente primero. Termina "
            "con 0 si nada venció, con 1 si algo venció o ya no sirve y con 2 si la orden está mal "
            "escrita."
        ),
        example="vigencias listar --dias 60 --json --usuario nomina@ejemplo.mx",
    )
    listar.add_argument(
        "--dias", type=_days, metavar="N", help="sólo lo que vence en estos días, y lo vencido"
    )
    listar.add_argument(
        "--ics", type=Path, metavar="RUTA", help="guardar además el calendario (.ics)"
    )
    add_entrance(listar, writes=True)


def listar_vigencias(args: argparse.Namespace) -> int:
    def work(answer: CommandAnswer, application: Application, sesion: Sesion) -> int:
        from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento

        service = application.vigencias
        hoy, found = service.today(), service.all(sesion)
        shown = [
            one
            for one in found
            if args.dias is None
            or one.dias(hoy) <= args.dias
            or one.estado(hoy) is EstadoVencimiento.VENCIDO
        ]
        if args.ics is not None:
            count = service.save_calendar(sesion, args.ics)
            answer.put(ruta=str(args.ics), eventos=count)
        answer.put(
            vigencias=[
                {
                    "que": one.que,
                    "de_quien": one.de_quien,
                    "registros_patronales": list(one.registros),
                    "vence": one.vence.isoformat(),
                    "ultimo_dia": one.ultimo.isoformat(),
                    "dias": one.dias(hoy),
                    "estado": one.estado(hoy).value,
                    "que_hacer": one.que_hacer,
                }
                for one in shown
            ]
        )
        for one in shown:
            answer.say(
                f"{one.ultimo.isoformat()}\t{one.plazo(hoy)}\t{one.que}\t{one.de_quien}\t"
                f"{one.que_hacer}"
            )
        lost = any(one.estado(hoy) is EstadoVencimiento.VENCIDO for one in found)
        return NOT_GOOD if lost else GOOD

    return as_user(args, work)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > MAX_DAYS:
        raise argparse.ArgumentTypeError(f"escriba un número de días, de 0 a {MAX_DAYS}")
    return int(text)
