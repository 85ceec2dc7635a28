"""`icsoe-desktop vigencias`: what ends and when, and its reminders, without windows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from icsoe_desktop.cli.answer import GOOD, NOT_GOOD, CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import add_command, add_group
from icsoe_desktop.cli.datos import add_entrance, as_user, for_looking
from icsoe_desktop.domain.texto import counted

MAX_DAYS: Final = 3660


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of `vigencias`."""
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
    ajustar = add_command(
        actions,
        "vigencias recordatorios",
        adjust_reminders,
        help="ver, activar o desactivar los recordatorios por correo",
        description=(
            "Dice a quién se recuerda por correo lo que vence, y lo cambia si se pide. Salen 60, "
            "30, 15, 7 y 1 días antes, cada uno una vez."
        ),
        example="vigencias recordatorios --activar --para nomina@ejemplo.mx",
    )
    choice = ajustar.add_mutually_exclusive_group()
    choice.add_argument("--activar", action="store_true", help="activarlos")
    choice.add_argument("--desactivar", action="store_true", help="desactivarlos")
    ajustar.add_argument(
        "--para", action="append", metavar="CORREO", help="a quién; se puede repetir"
    )
    ajustar.add_argument(
        "--obligaciones",
        choices=("si", "no"),
        help="también las obligaciones con fecha (cuotas, variables)",
    )
    add_entrance(ajustar, writes=True)
    recordar = add_command(
        actions,
        "vigencias recordar",
        remind,
        help="enviar los recordatorios que tocan hoy",
        description=(
            "Pone en Correos por enviar los recordatorios activados que tocan y no han salido, y "
            "envía lo que espera. Termina con 1 si algo quedó sin salir."
        ),
        example="vigencias recordar --json",
    )
    add_entrance(recordar, writes=False)


def adjust_reminders(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
    from icsoe_desktop.errors import InvalidInputError

    with as_user(args) as (application, sesion):
        service = application.recordatorios
        kept, has_server = service.get(sesion)
        wanted = args.activar or args.desactivar or args.para or args.obligaciones
        if wanted:
            try:
                kept = Recordatorios.parse(
                    args.activar or (kept.activos and not args.desactivar),
                    ",".join(args.para or kept.para),
                    kept.obligaciones if args.obligaciones is None else args.obligaciones == "si",
                )
            except InvalidInputError as error:
                raise CommandError(ErrorCode.DATO_NO_VALIDO, error.message) from None
            service.save(sesion, kept)
    answer.put(
        activos=kept.activos,
        para=list(kept.para),
        obligaciones=kept.obligaciones,
        con_servidor=has_server,
    )
    answer.say("Activados" if kept.activos else "Desactivados")
    for one in kept.para:
        answer.say(one)
    return GOOD


def remind(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress

    with for_looking(args) as (application, _):
        queued = application.recordatorios.queue_due()
        sent = application.buzon.send_due(NoProgress())
    left = sent.pospuestos + sent.detenidos
    answer.put(recordatorios=queued, enviados=sent.enviados, sin_salir=left, motivo=sent.motivo)
    answer.say(
        f"{counted(queued, 'recordatorio', 'recordatorios')}; "
        f"{counted(sent.enviados, 'correo enviado', 'correos enviados')}"
    )
    if left:
        answer.say(f"{counted(left, 'correo sin salir', 'correos sin salir')}: {sent.motivo}")
    return NOT_GOOD if left else GOOD


def listar_vigencias(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento

    with as_user(args) as (application, sesion):
        service = application.vigencias
        hoy, found = service.today(), service.all(sesion)
        if args.ics is not None:
            count = service.save_calendar(sesion, args.ics)
            answer.put(ruta=str(args.ics), eventos=count)
    shown = [
        one
        for one in found
        if args.dias is None
        or one.dias(hoy) <= args.dias
        or one.estado(hoy) is EstadoVencimiento.VENCIDO
    ]
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


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > MAX_DAYS:
        raise argparse.ArgumentTypeError(f"escriba un número de días, de 0 a {MAX_DAYS}")
    return int(text)
