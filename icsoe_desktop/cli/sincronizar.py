"""`icsoe-desktop sincronizar`: runs one synchronisation round without windows."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.datos import add_entrance, for_looking

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application

NOT_SHARING = (
    "Este equipo no comparte datos con ninguna oficina. No se cambió nada. Configúrela en la "
    "ventana Sincronización."
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sincronizar`. `run` holds the command's function."""
    words = "intercambiar los cambios con los demás equipos de la oficina"
    command = subparsers.add_parser(
        "sincronizar",
        allow_abbrev=False,
        help=words,
        description=(
            "Recibe y envía los cambios de la oficina una vez, y dice qué quedó por enviar. "
            "Termina con 1 cuando no se pudo completar."
        ),
    )
    command.add_argument("--json", action="store_true", help="responder en JSON")
    add_entrance(command, writes=False)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return for_looking(args, lambda application, sesion: _sync(args, application, sesion))


def _sync(args: argparse.Namespace, application: Application, _: Sesion) -> int:
    from icsoe_desktop.jobs import NoProgress

    if not application.is_sharing:
        return _tell(args, {"completa": False, "motivo": NOT_SHARING})
    done = application.sincronizacion.sync(NoProgress())
    state = application.sincronizacion.state()
    success = state.ultimo_exito
    return _tell(
        args,
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


def _tell(args: argparse.Namespace, answer: dict[str, Any]) -> int:
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    elif "enviados" in answer:
        sys.stdout.write(
            "Enviados: {enviados:,}. Recibidos: {recibidos:,}. Por enviar: {pendientes:,}. "
            "Conflictos: {conflictos:,}. Apartados: {apartados:,}.\n".format(**answer)
        )
    if answer["motivo"] and not args.json:
        sys.stderr.write(f"{answer['motivo']}\n")
    return 0 if answer["completa"] else 1
