"""`icsoe-desktop sincronizar`: runs one synchronisation round without windows."""

from __future__ import annotations

import argparse
from typing import Any

from icsoe_desktop.cli.answer import CommandAnswer
from icsoe_desktop.cli.command import add_command
from icsoe_desktop.cli.datos import add_entrance, for_looking

NOT_SHARING = (
    "Este equipo no comparte datos con ninguna oficina. No se cambió nada. Configúrela en la "
    "ventana Sincronización."
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sincronizar`."""
    command = add_command(
        subparsers,
        "sincronizar",
        sync,
        help="intercambiar los cambios con los demás equipos de la oficina",
        description=(
            "Recibe y envía los cambios de la oficina una vez, y dice qué quedó por enviar. "
            "Termina con 1 cuando no se pudo completar."
        ),
        example="sincronizar --json",
    )
    add_entrance(command, writes=False)


def sync(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress

    with for_looking(args) as (application, _):
        if not application.is_sharing:
            return _tell(answer, {"completa": False, "motivo": NOT_SHARING})
        done = application.sincronizacion.sync(NoProgress())
        state = application.sincronizacion.state()
    success = state.ultimo_exito
    return _tell(
        answer,
        {
            "completa": done.completa,
            "enviados": done.enviados,
            "recibidos": done.recibidos,
            "pendientes": done.pendientes,
            "conflictos": state.conflictos,
            "apartados": done.apartados,
            "ultimo_exito": success.isoformat() if success else None,
            "motivo": done.motivo,
        },
    )


def _tell(answer: CommandAnswer, found: dict[str, Any]) -> int:
    answer.put(**found)
    if "enviados" in found:
        answer.say(
            "Enviados: {enviados:,}. Recibidos: {recibidos:,}. Por enviar: {pendientes:,}. "
            "Conflictos: {conflictos:,}. Apartados: {apartados:,}.".format(**found)
        )
    if found["motivo"]:
        answer.warn(found["motivo"])
    return 0 if found["completa"] else 1
