"""`icsoe-desktop movimientos exportar-sua`: MOVT and ASEG for SUA without windows."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import add_command, day_argument
from icsoe_desktop.cli.datos import add_entrance, for_looking
from icsoe_desktop.domain.texto import counted

if TYPE_CHECKING:
    from icsoe_desktop.services.sua.valores import PlanSua

ENIES = ("/", "#", "Ñ", "N")
LEFT_OUT = "Quedó fuera lo que dice la lista: {}."


def add_export_for_sua(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `movimientos exportar-sua`."""
    exportar = add_command(
        actions,
        "movimientos exportar-sua",
        exportar_sua,
        help="guardar los avisos aprobados de un periodo en archivos para SUA",
        description=(
            "Guarda los avisos aprobados de un periodo en archivos que SUA importa: MOVT, y ASEG "
            "con las altas de quien es nuevo en el registro patronal y tiene RFC. Cada archivo se "
            "lee de nuevo antes de darlo por bueno. No necesita usuario. Termina con 0 si se "
            "guardó todo, con 1 si algo quedó fuera o no se pudo y con 2 si la orden está mal "
            "escrita."
        ),
        example="movimientos exportar-sua --desde 2026-11-01 --hasta 2026-11-30 "
        "--registro-patronal Y1234567890 --carpeta C:\\SUA",
    )
    add = exportar.add_argument
    for name, which in (("--desde", "desde"), ("--hasta", "hasta")):
        add(
            name,
            type=day_argument,
            required=True,
            metavar="FECHA",
            help=f"movimientos {which} esta fecha, aaaa-mm-dd",
        )
    add(
        "--registro-patronal",
        action="append",
        default=[],
        metavar="RP",
        help="sólo de este registro patronal; se puede repetir",
    )
    add("--carpeta", type=Path, required=True, metavar="RUTA", help="carpeta de los archivos")
    add("--enie", choices=ENIES, default=ENIES[0], help="cómo se escribe la Ñ (de fábrica, /)")
    add(
        "--sin-aseg",
        action="store_true",
        help="todas las altas en MOVT: SUA ya tiene a los trabajadores",
    )
    add_entrance(exportar, writes=False)


def exportar_sua(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.sua.service import NOTHING
    from icsoe_desktop.services.sua.valores import OpcionesSua

    with for_looking(args) as (application, sesion):
        registros = tuple(RegistroPatronal.parse(one).completo for one in args.registro_patronal)
        opciones = OpcionesSua(args.desde, args.hasta, registros, args.enie, not args.sin_aseg)
        plan = application.sua.plan(sesion, opciones, NoProgress())
        paths: Sequence[Path] = ()
        if plan.archivos:
            paths = application.sua.write(sesion, plan, args.carpeta, NoProgress())
    _tell(answer, plan, paths)
    if not paths:
        raise CommandError(ErrorCode.NADA_QUE_HACER, NOTHING)
    if plan.fuera:
        left = counted(len(plan.fuera), "movimiento", "movimientos")
        raise CommandError(ErrorCode.CON_PROBLEMAS, LEFT_OUT.format(left))
    return 0


def _tell(answer: CommandAnswer, plan: PlanSua, paths: Sequence[Path]) -> None:
    answer.put(guardados=plan.movimientos, archivos=list(_files(plan, paths)))
    for path, archivo in zip(paths, plan.archivos, strict=True):
        lines = counted(len(archivo.filas), "movimiento", "movimientos")
        verb = "Se guardó" if len(archivo.filas) == 1 else "Se guardaron"
        answer.say(f"{verb} {lines} en «{path}».")
    answer.put(
        cambios=[
            {
                "nombre": one.nombre,
                "campo": one.cambio.campo,
                "antes": one.cambio.original,
                "despues": one.cambio.escrito,
                "mensaje": one.cambio.motivo,
            }
            for one in plan.cambios
        ],
        fuera=[
            {
                "registro_patronal": one.registro_patronal,
                "nss": one.nss,
                "nombre": one.nombre,
                "tipo": one.tipo.value,
                "fecha": one.fecha.isoformat(),
                "motivo": one.motivo,
            }
            for one in plan.fuera
        ],
    )
    for change in plan.cambios:
        said = change.cambio
        answer.say(
            f"{change.nombre}, {said.campo}: «{said.original}» se escribe «{said.escrito}». "
            f"{said.motivo}"
        )
    for one in plan.fuera:
        answer.warn(f"{one.nombre}, {one.tipo.nombre} del {one.fecha:%d/%m/%Y}: {one.motivo}")


def _files(plan: PlanSua, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path, archivo in zip(paths, plan.archivos, strict=True):
        yield {
            "clase": f"sua_{archivo.disposicion.clase.name.lower()}",
            "registro_patronal": archivo.registro_patronal,
            "ruta": str(path),
            "movimientos": len(archivo.filas),
        }
