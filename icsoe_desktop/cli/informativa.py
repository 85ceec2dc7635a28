"""`icsoe-desktop informativa`: lists returns, reviews one, and writes its sheet and CSV files."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import GOOD, USAGE, CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.capturistas import EXAMPLE_EFIRMA
from icsoe_desktop.cli.command import add_command, add_group
from icsoe_desktop.cli.datos import add_efirma, as_contratista

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.informativa.valores import InformativaFila

BAD_PERIOD = "Escriba el periodo como AAAA-C: 2026-3 es septiembre–diciembre de 2026."
NO_RETURN = "No hay una Informativa de ese periodo. Créela en las ventanas."
BLOCKED = "La Informativa tiene inconsistencias que el IMSS señala."
NO_FOLDER = "La carpeta de salida no existe. No se escribió nada."
EXISTS = "Ya existe «{nombre}» en esa carpeta. No se escribió nada. Use una carpeta vacía."


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `informativa listar`, `revisar` and `salida`."""
    actions = add_group(
        subparsers,
        "informativa",
        help="Informativas de un contratista: listar, revisar, salida",
        description="Informativas de un contratista, que se identifica con su e.firma.",
    )
    listar = add_command(
        actions,
        "informativa listar",
        listar_informativas,
        help="escribir las Informativas y su estado",
        description=(
            "Escribe las Informativas, la más reciente primero, y cuál está por presentarse. "
            "Termina con 0 si se escribieron, con 1 si no y con 2 si la orden está mal escrita."
        ),
        example=f"informativa listar --json {EXAMPLE_EFIRMA}",
    )
    revisar = add_command(
        actions,
        "informativa revisar",
        revisar_informativa,
        help="buscar lo que el IMSS señala como inconsistencia",
        description=(
            "Revisa una Informativa. Termina con 0 si nada bloquea, con 1 si algo bloquea o no se "
            "pudo revisar y con 2 si la orden está mal escrita."
        ),
        example=f"informativa revisar --periodo 2026-3 --json {EXAMPLE_EFIRMA}",
    )
    salida = add_command(
        actions,
        "informativa salida",
        salida_informativa,
        help="escribir los archivos CSV y la hoja de captura",
        description=(
            "Escribe en la carpeta los archivos CSV de los trabajadores; con --json también la "
            "hoja de captura. Termina con 0 si se escribieron, con 1 si no y con 2 si la orden "
            "está mal escrita."
        ),
        example=f"informativa salida carpeta --periodo 2026-3 {EXAMPLE_EFIRMA}",
    )
    salida.add_argument("carpeta", type=Path, metavar="CARPETA", help="carpeta que ya existe")
    for command in (revisar, salida):
        command.add_argument(
            "--periodo", metavar="AAAA-C", help="ejercicio y cuatrimestre; sin él, el que toca"
        )
    for command in (listar, revisar, salida):
        add_efirma(command)


def listar_informativas(args: argparse.Namespace, answer: CommandAnswer) -> int:
    with as_contratista(args) as (application, sesion):
        tablero = application.informativas.tablero(sesion)
    answer.put(
        periodo=_period(tablero.periodo),
        vence=tablero.periodo.vence(tablero.calendario).isoformat(),
        presentada=tablero.presentada,
    )
    plazo = "ya se presentó" if tablero.presentada else tablero.plazo
    answer.say(f"{tablero.periodo.nombre}: {plazo}")
    answer.stream("informativas", (_as_json(fila) for fila in tablero.filas))
    for fila in tablero.filas:
        answer.say(f"{_period(fila.periodo)}\t{fila.tipo}\t{fila.estado}\t{fila.contratos}")
    return GOOD


def revisar_informativa(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress

    _check_period(args)
    with as_contratista(args) as (application, sesion):
        fila = _chosen(args, application, sesion)
        found = application.informativas.review(sesion, fila.id, NoProgress())
        contratos = application.contratos.rows(sesion, fila.id)
    blocked = any(each.bloquea for each in found)
    names = {row.id: f"{row.numero} {row.contratante}".strip() for row in contratos}
    hallazgos = [
        {
            "bloquea": each.bloquea,
            "contrato": names.get(each.contrato_id) if each.contrato_id else None,
            "campo": each.campo or None,
            "renglon": None if each.renglon is None else each.renglon + 1,
            "mensaje": each.texto,
        }
        for each in found
    ]
    answer.put(informativa=_as_json(fila), bloquea=blocked, hallazgos=hallazgos)
    for each in hallazgos:
        grave = "Bloquea" if each["bloquea"] else "Advertencia"
        answer.say(f"{grave}\t{each['contrato'] or ''}\t{each['renglon'] or ''}\t{each['mensaje']}")
    if blocked:
        raise CommandError(ErrorCode.CON_PROBLEMAS, BLOCKED)
    return GOOD


def salida_informativa(args: argparse.Namespace, answer: CommandAnswer) -> int:
    _check_period(args)
    with as_contratista(args) as (application, sesion):
        if not args.carpeta.is_dir():
            raise CommandError(ErrorCode.ARCHIVO_INACCESIBLE, NO_FOLDER)
        fila = _chosen(args, application, sesion)
        salida = application.informativas.salida(sesion, fila.id)
    for file in salida.archivos:
        if (args.carpeta / file.nombre).exists():
            raise CommandError(ErrorCode.YA_EXISTE, EXISTS.format(nombre=file.nombre))
    for file in salida.archivos:
        # «x»: never over a file that appeared meanwhile.
        with (args.carpeta / file.nombre).open("xb") as target:
            target.write(file.contenido)
        answer.say(str(args.carpeta / file.nombre))
    answer.put(
        informativa=_as_json(fila),
        archivos=[file.nombre for file in salida.archivos],
        hoja=[
            {"titulo": block.titulo, "campos": [line._asdict() for line in block.renglones]}
            for block in salida.bloques
        ],
    )
    return GOOD


def _check_period(args: argparse.Namespace) -> None:
    if args.periodo is not None and re.fullmatch(r"20[2-9][0-9]-[123]", args.periodo) is None:
        raise CommandError(ErrorCode.USO, BAD_PERIOD, USAGE)


def _chosen(args: argparse.Namespace, application: Application, sesion: Sesion) -> InformativaFila:
    """The return of the period: the open one, else the newest."""
    tablero = application.informativas.tablero(sesion)
    wanted = args.periodo or _period(tablero.periodo)
    found = [fila for fila in tablero.filas if _period(fila.periodo) == wanted]
    if not found:
        raise CommandError(ErrorCode.NADA_QUE_HACER, NO_RETURN)
    return next((fila for fila in found if fila.estado.abierta), found[0])


def _period(periodo: Any) -> str:
    return f"{periodo.ejercicio}-{periodo.cuatrimestre}"


def _as_json(fila: InformativaFila) -> dict[str, Any]:
    acuse = fila.acuse
    return {
        "periodo": _period(fila.periodo),
        "tipo": str(fila.tipo),
        "estado": str(fila.estado),
        "contratos": fila.contratos,
        "declarados": fila.declarados,
        "acuse": None
        if acuse is None
        else {
            "folio": acuse.folio,
            "presentada": acuse.presentada.isoformat(),
            "contratos": acuse.contratos,
            "fuera_de_plazo": acuse.tarde,
        },
    }
