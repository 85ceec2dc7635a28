"""`icsoe-desktop servidor verificar`: whether a desktop can use a sync server."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import add_command, add_group, asked_text, text_in
from icsoe_desktop.cli.datos import NO_PASSWORD

if TYPE_CHECKING:
    from icsoe_desktop.gateways.kinto.values import ServerFinding

GOOD = "El servidor se puede usar."
BAD = "El servidor no se debe usar así."
MARKS = {True: "bien", False: "MAL"}


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `servidor verificar`."""
    actions = add_group(
        subparsers,
        "servidor",
        help="revisar un servidor de sincronización",
        description="Revisa un servidor de sincronización.",
    )
    check_server = add_command(
        actions,
        "servidor verificar",
        verificar_servidor,
        help="decir si un equipo puede usar el servidor",
        description=(
            "Dice si un equipo puede usar un servidor de sincronización: si es el de la receta, "
            "con sus ajustes, y si la cuenta está en la oficina. No escribe nada en él. Termina "
            "con 0 si se puede usar, con 1 si no o si no respondió, y con 2 si la orden está mal "
            "escrita. La contraseña se pregunta, o se lee de un archivo o de la entrada estándar; "
            "nunca se escribe en la orden."
        ),
        example="servidor verificar https://sincro.ejemplo.mx/v1 --cuenta nomina1 "
        "--oficina of-3f2a --contrasena-archivo clave.txt",
    )
    check_server.add_argument("direccion", metavar="URL", help="dirección: https://…/v1")
    check_server.add_argument(
        "--cuenta", required=True, metavar="CUENTA", help="cuenta de un miembro de la oficina"
    )
    check_server.add_argument(
        "--oficina", required=True, metavar="OFICINA", help="clave de la oficina: of-…"
    )
    check_server.add_argument(
        "--contrasena-archivo",
        metavar="RUTA",
        help=(
            "archivo con la contraseña de la cuenta, o - para la entrada estándar; se quita un "
            "solo fin de línea. Sin él, se pregunta"
        ),
    )


def verificar_servidor(args: argparse.Namespace, answer: CommandAnswer) -> int:
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.gateways.kinto.checks import check_server

    name = args.contrasena_archivo
    contrasena = asked_text("Contraseña: ") if name is None else text_in(name)
    if not contrasena:
        raise CommandError(ErrorCode.FALTA_CONTRASENA, NO_PASSWORD)
    found = check_server(args.direccion, args.cuenta, contrasena, args.oficina)
    answer.put(bien=not _is_bad(found), hallazgos=_as_json(found))
    answer.say(_describe(found))
    return 1 if _is_bad(found) else 0


def _is_bad(found: Sequence[ServerFinding]) -> bool:
    return not all(one.ok for one in found)


def _describe(found: Sequence[ServerFinding]) -> str:
    lines = []
    for one in found:
        lines.append(f"{MARKS[one.ok]:<5}{one.setting}: {one.found}")
        if one.remedy:
            lines.append(f"{'':<5}{one.remedy}")
    lines.append(BAD if _is_bad(found) else GOOD)
    return "\n".join(lines)


def _as_json(found: Sequence[ServerFinding]) -> list[dict[str, Any]]:
    return [
        {
            "ajuste": one.setting,
            "bien": one.ok,
            "encontrado": one.found,
            "remedio": one.remedy,
        }
        for one in found
    ]
