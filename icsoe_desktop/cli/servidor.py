"""`icsoe-desktop servidor verificar`: checks the settings of a sync server without windows."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from icsoe_desktop.cli.contrasena import ask_password, can_ask, read_password

if TYPE_CHECKING:
    from icsoe_desktop.gateways.kinto.values import ServerFinding

UNREADABLE = "No se pudo leer el archivo de la contraseña."
NO_PASSWORD = "Falta la contraseña. Use --contrasena-archivo."
GOOD = "El servidor se puede usar."
BAD = "El servidor no se debe usar así."
MARKS = {True: "bien", False: "MAL", None: "sin probar"}


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `servidor verificar`. `run` holds the function that returns the exit status."""
    servidor = subparsers.add_parser(
        "servidor",
        help="revisar un servidor de sincronización",
        description="Revisa un servidor de sincronización.",
    )
    actions = servidor.add_subparsers(dest="accion", metavar="ACCIÓN", required=True)
    check_server = actions.add_parser(
        "verificar",
        # Otherwise `--contrasena SECRETO` would mean --contrasena-archivo.
        allow_abbrev=False,
        help="probar uno por uno los ajustes peligrosos del servidor",
        description=(
            "Prueba uno por uno los ajustes peligrosos de un servidor de sincronización, sin dejar "
            "nada en él. Termina con 0 si se puede usar, con 1 si no o si no respondió, y con 2 si "
            "la orden está mal escrita. La contraseña se pregunta, o se lee de un archivo o de la "
            "entrada estándar; nunca se escribe en la orden."
        ),
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
    check_server.add_argument("--json", action="store_true", help="responder en JSON")
    check_server.set_defaults(run=verificar_servidor)


def verificar_servidor(args: argparse.Namespace) -> int:
    """Print the findings. Returns 0 if none is bad, otherwise 1."""
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.errors import UserFacingError
    from icsoe_desktop.gateways.kinto.checks import check_server

    try:
        contrasena = _password(args.contrasena_archivo)
    except (OSError, ValueError):
        sys.stderr.write(f"{UNREADABLE}\n")
        return 1
    if not contrasena:
        sys.stderr.write(f"{NO_PASSWORD}\n")
        return 1
    try:
        found = check_server(args.direccion, args.cuenta, contrasena, args.oficina)
    except UserFacingError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.write((_as_json(found) if args.json else _describe(found)) + "\n")
    return 1 if _is_bad(found) else 0


def _password(name: str | None) -> str:
    """The password; empty if the user aborted the prompt. Raises OSError, ValueError."""
    if name is None and not can_ask():
        return ""
    read = ask_password("Contraseña: ") if name is None else read_password(name)
    if read is None:
        return ""
    try:
        return read.decode()
    finally:
        read[:] = bytes(len(read))


def _is_bad(found: Sequence[ServerFinding]) -> bool:
    return any(one.ok is False for one in found)


def _describe(found: Sequence[ServerFinding]) -> str:
    lines = []
    for one in found:
        lines.append(f"{MARKS[one.ok]:<12}{one.setting}: {one.found}")
        if one.remedy:
            lines.append(f"{'':<12}{one.remedy}")
    lines.append(BAD if _is_bad(found) else GOOD)
    return "\n".join(lines)


def _as_json(found: Sequence[ServerFinding]) -> str:
    rows = [
        {
            "ajuste": one.setting,
            "bien": one.ok,
            "encontrado": one.found,
            "remedio": one.remedy,
        }
        for one in found
    ]
    return json.dumps({"bien": not _is_bad(found), "hallazgos": rows}, ensure_ascii=False, indent=1)
