"""`icsoe-desktop movimientos importar CONSTANCIA.pdf`: imports constancias without windows."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import CommandAnswer, CommandError, ErrorCode

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.constancias.cotejo import ResultadoConstancia, VistaConstancia

WITH_PROBLEMS = (
    "Hay datos que faltan o no cuadran en la constancia: no se anotó nada. Use --solo-buenos."
)


def are_constancias(application: Application, args: argparse.Namespace) -> bool:
    """Whether all files are constancias, by their contents. Raises InvalidInputError."""
    from icsoe_desktop.services.importacion.lectura import ClaseArchivoImportado

    clase = application.importacion_movimientos.clase
    return all(clase(path) is ClaseArchivoImportado.CONSTANCIA for path in args.archivos)


def importar_constancias(
    answer: CommandAnswer, application: Application, sesion: Sesion, args: argparse.Namespace
) -> int:
    """Import constancias. Reads all files before it stores any; stores each as a whole."""
    from icsoe_desktop.jobs import NoProgress

    service = application.constancias
    vistas = [service.preview(sesion, path, NoProgress()) for path in args.archivos]
    refused = any(vista.graves for vista in vistas) and not args.solo_buenos
    done: list[ResultadoConstancia] = []
    if not refused and not args.simular:
        done = [
            service.apply(sesion, vista, NoProgress())
            for vista in vistas
            if vista.por_anotar and not vista.ya_aplicada
        ]
    counts = _counts(vistas, done)
    problems = [problem for vista in vistas for problem in _problems(vista)]
    answer.put(**counts, problemas=problems)
    _tell(answer, counts, problems, simulated=args.simular)
    if refused:
        raise CommandError(ErrorCode.CON_PROBLEMAS, WITH_PROBLEMS)
    return 0


def _counts(
    vistas: Sequence[VistaConstancia], done: Sequence[ResultadoConstancia]
) -> dict[str, int]:
    from icsoe_desktop.services.constancias.cotejo import Cotejo

    def count(*cotejos: Cotejo) -> int:
        return sum(vista.count(*cotejos) for vista in vistas)

    approved, refused = sum(one.aprobados for one in done), sum(one.rechazados for one in done)
    return {
        "leidos": sum(len(vista.cotejados) for vista in vistas),
        "importados": approved + refused,
        "duplicados": count(Cotejo.YA_ANOTADO),
        "aprobados": approved,
        "rechazados": refused,
        "no_encontrados": count(Cotejo.NO_ESTA, Cotejo.VARIOS, Cotejo.ILEGIBLE),
        "con_otra_respuesta": count(Cotejo.OTRA_RESPUESTA),
    }


def _problems(vista: VistaConstancia) -> list[dict[str, Any]]:
    """The problems with the JSON keys of other imports. linea: the row. posicion: always 0."""
    return [
        {
            "archivo": vista.archivo,
            "linea": one.renglon,
            "posicion": 0,
            "campo": one.campo,
            "encontrado": one.encontrado,
            "esperado": one.esperado,
            "gravedad": "error" if one.grave else "advertencia",
            "pagina": one.pagina,
        }
        for one in vista.problemas
    ]


def _tell(
    answer: CommandAnswer,
    counts: dict[str, int],
    problems: list[dict[str, Any]],
    *,
    simulated: bool,
) -> None:
    from icsoe_desktop.domain.movimientos.constancia import respuestas

    lines = [
        f"Leídos: {counts['leidos']:,}",
        f"No encontrados: {counts['no_encontrados']:,}",
        f"Con otra respuesta: {counts['con_otra_respuesta']:,}",
        f"Ya anotados: {counts['duplicados']:,}",
        "Simulación: no se anotó nada."
        if simulated
        else f"Anotados: {respuestas(counts['aprobados'], counts['rechazados']) or 'ninguno'}",
    ]
    for one in problems:
        place = f", página {one['pagina']}, renglón {one['linea']}" if one["linea"] else ""
        lines.append(
            f"{one['gravedad'].capitalize()}: {one['archivo']}{place} ({one['campo']}): "
            f"se encontró «{one['encontrado']}», se esperaba {one['esperado']}."
        )
    for line in lines:
        answer.say(line)
