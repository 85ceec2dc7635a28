"""`icsoe-desktop capturistas`: lists a contratista's capturistas; its e.firma authorises it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import GOOD, CommandAnswer
from icsoe_desktop.cli.command import add_command, add_group, require_xlsx
from icsoe_desktop.cli.datos import add_efirma, as_contratista
from icsoe_desktop.domain.texto import counted

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application

EXAMPLE_EFIRMA = "--rfc XAXX010101000 --cer empresa.cer --llave empresa.key"
ROWS_AT_ONCE = 500
ESTATUS = ("Registrada", "Activa", "Baja")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `capturistas exportar` and `listar`. `run` holds the command's function."""
    actions = add_group(
        subparsers,
        "capturistas",
        help="capturistas de un contratista: exportar, listar",
        description="Capturistas de un contratista, que se identifica con su e.firma.",
    )
    exportar = add_command(
        actions,
        "capturistas exportar",
        exportar_capturistas,
        help="guardar la lista en un libro de Excel",
        description=(
            "Guarda la lista de capturistas en un libro de Excel. Termina con 0 si se guardó, con "
            "1 si no y con 2 si la orden está mal escrita."
        ),
        example=f"capturistas exportar lista.xlsx {EXAMPLE_EFIRMA}",
    )
    exportar.add_argument("salida", type=Path, metavar="SALIDA.xlsx", help="libro que se guarda")
    listar = add_command(
        actions,
        "capturistas listar",
        listar_capturistas,
        help="escribir la lista en la salida estándar",
        description=(
            "Escribe la lista de capturistas, uno por renglón. Termina con 0 si se escribió, con 1 "
            "si no y con 2 si la orden está mal escrita."
        ),
        example=f"capturistas listar --estatus Activa --json {EXAMPLE_EFIRMA}",
    )
    listar.add_argument("--texto", default="", help="sólo los que contengan este texto")
    listar.add_argument("--estatus", choices=ESTATUS, help="sólo los de este estatus")
    for command in (exportar, listar):
        add_efirma(command)


def exportar_capturistas(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress

    require_xlsx(args.salida, "salida")
    with as_contratista(args) as (application, sesion):
        written = application.consulta_capturistas.export(sesion, args.salida, NoProgress())
    verb = "Se guardó" if written == 1 else "Se guardaron"
    answer.put(guardados=written, ruta=str(args.salida))
    answer.say(f"{verb} {counted(written, 'capturista', 'capturistas')} en «{args.salida}».")
    return GOOD


def listar_capturistas(args: argparse.Namespace, answer: CommandAnswer) -> int:
    with as_contratista(args) as (application, sesion):
        rows = _rows(application, sesion, args)
        if answer.is_json:
            answer.stream("capturistas", (_as_json(row) for row in rows))
        else:
            for row in rows:
                answer.say(f"{row.numero}\t{row.curp}\t{row.nombre}\t{row.correo}\t{row.estatus}")
    return GOOD


def _rows(application: Application, sesion: Sesion, args: argparse.Namespace) -> Iterator[Any]:
    from icsoe_desktop.domain.icsoe.capturista import Estatus
    from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas

    consulta = application.consulta_capturistas
    estatus = None if args.estatus is None else Estatus(args.estatus)
    numeros = consulta.numeros(sesion, FiltroCapturistas(args.texto, estatus))
    for start in range(0, len(numeros), ROWS_AT_ONCE):
        yield from consulta.rows(sesion, numeros[start : start + ROWS_AT_ONCE])


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "id": row.numero,
        "rol": row.rol,
        "curp": row.curp,
        "nombre": row.nombre,
        "correo": row.correo,
        "estatus": str(row.estatus).lower(),
        "grupo": row.grupo,
        "contratista": row.contratista,
        "fecha_alta": row.creado.isoformat(),
        "usuario_alta": row.usuario_alta,
        "bloqueado": row.bloqueado,
    }
