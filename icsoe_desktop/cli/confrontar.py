"""`icsoe-desktop confrontar`: the IMSS's emission against the payroll, with or without data."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from icsoe_desktop.cli.answer import GOOD, NOT_GOOD, CommandAnswer
from icsoe_desktop.cli.command import add_command, require_xlsx
from icsoe_desktop.cli.datos import add_entrance, for_looking

if TYPE_CHECKING:
    from icsoe_desktop.services.confronta.fuentes import FuenteLeida
    from icsoe_desktop.services.confronta.service import Confronta, OpcionesConfronta

SHOWN = 100


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `confrontar`."""
    command = add_command(
        subparsers,
        "confrontar",
        confrontar,
        help="confrontar lo que tiene el IMSS con lo que paga la nómina",
        description=(
            "Compara las personas y los salarios de la emisión del IMSS (.xls) o de SUA (ASEG, "
            "MOVT) con los recibos de nómina (CFDI), un Excel o un CSV. No pide usuario y no abre "
            "datos, salvo con --avisos. Termina con 0 si no hay diferencias por resolver, con 1 si "
            "las hay y con 2 si la orden está mal escrita."
        ),
        example="confrontar --imss emision.xls --nomina recibos.zip --excel diferencias.xlsx",
    )
    add = command.add_argument
    add("--imss", type=Path, nargs="+", required=True, metavar="RUTA", help="lo que tiene el IMSS")
    add(
        "--nomina",
        type=Path,
        nargs="+",
        required=True,
        metavar="RUTA",
        help="lo que paga la nómina: archivos, carpetas o .zip",
    )
    add("--avisos", action="store_true", help="explicar con los avisos de la carpeta de datos")
    add("--registro-patronal", metavar="RP", type=_registro, help="sólo las diferencias de éste")
    add("--periodo", metavar="AAAA-MM", type=_month, help="mes que se compara")
    add(
        "--atributo-sbc",
        choices=("base", "integrado"),
        help="atributo del recibo que tiene el SBC; sin él, el que más coincide con el IMSS",
    )
    add("--excel", type=Path, metavar="SALIDA.xlsx", help="guardar las diferencias en este libro")
    add_entrance(command, writes=False)


def confrontar(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress

    require_xlsx(args.excel, "--excel")
    if not args.avisos:
        return _tell(args, answer, _alone(args, _sources(args, answer)))
    with for_looking(args) as (application, sesion):
        sources = _sources(args, answer)
        found = application.confronta.compare(sesion, sources, _options(args), NoProgress())
    return _tell(args, answer, found)


def _alone(args: argparse.Namespace, sources: list[FuenteLeida]) -> Confronta:
    from icsoe_desktop.domain.certificados.certificado import fecha_local
    from icsoe_desktop.domain.confronta.comparacion import Contexto
    from icsoe_desktop.domain.confronta.persona import month_of
    from icsoe_desktop.services.confronta.service import confront

    today = fecha_local(datetime.now(UTC))
    contexto = Contexto(month_of(today.toordinal()))
    return confront(sources, _options(args), contexto, today)


def _sources(args: argparse.Namespace, answer: CommandAnswer) -> list[FuenteLeida]:
    from icsoe_desktop.domain.certificados.certificado import fecha_local
    from icsoe_desktop.domain.confronta.persona import Lado
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.confronta.excel import source_as_json
    from icsoe_desktop.services.confronta.fuentes import read_sources

    today = fecha_local(datetime.now(UTC))
    found = [
        each
        for lado, paths in ((Lado.IMSS, args.imss), (Lado.NOMINA, args.nomina))
        for each in read_sources(paths, today, NoProgress(), lado)
    ]
    answer.put(fuentes=[source_as_json(each) for each in found])
    for each in found:
        answer.say(f"{each.lado.value}: {each.archivo}: {each.resumen}")
    return found


def _options(args: argparse.Namespace) -> OpcionesConfronta:
    from icsoe_desktop.domain.confronta.atributo_sbc import Atributo
    from icsoe_desktop.domain.confronta.persona import month_of
    from icsoe_desktop.services.confronta.service import OpcionesConfronta

    return OpcionesConfronta(
        None if args.periodo is None else month_of(args.periodo.toordinal()),
        args.registro_patronal or "",
        None if args.atributo_sbc is None else Atributo(args.atributo_sbc),
    )


def _tell(args: argparse.Namespace, answer: CommandAnswer, found: Confronta) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.confronta.excel import (
        coincidence_of,
        difference_as_json,
        remarks_of,
        write_confronta,
    )

    one = found.comparacion
    answer.put(
        periodo={
            "desde": date.fromordinal(one.periodo.desde).isoformat(),
            "hasta": date.fromordinal(one.periodo.hasta).isoformat(),
        },
        coincidencia=one.coincidencia,
        personas_en_ambos=one.ambas,
        personas_en_alguno=one.alguna,
        por_resolver=sum(one.counts().values()),
        conteos={str(clase.value): count for clase, count in one.counts().items()},
        atributos_sbc=[
            {
                "rfc": voto.rfc,
                "atributo": voto.atributo.value,
                "aciertos": voto.aciertos,
                "de": voto.de,
                "supuesto": voto.adivinado,
            }
            for voto in one.votos.values()
        ],
    )
    answer.say(f"Periodo: {one.periodo.nombre}")
    answer.say(f"Coincidencia de la plantilla: {coincidence_of(found)}")
    for voto in one.votos.values():
        answer.say(f"SBC de los recibos de {voto.rfc}: {voto.frase}")
    for what, why in remarks_of(found):
        answer.say(f"{what}: {why}")
    for clase, count in one.counts().items():
        if count:
            answer.say(f"{clase.nombre}: {count:,}")
    for each in found.diferencias[:SHOWN]:
        said = f" {each.explicacion}" if each.explicacion else ""
        answer.say(f"{each.registro_patronal} {each.nss} {each.nombre}: {each.texto}{said}")
    if len(found.diferencias) > SHOWN:
        more = len(found.diferencias) - SHOWN
        answer.say(f"… y {more:,} más; con --json o --excel, todas.")
    answer.stream("diferencias", map(difference_as_json, found.diferencias))
    if args.excel is not None:
        write_confronta(args.excel, found, NoProgress())
    return NOT_GOOD if any(each.is_open for each in found.diferencias) else GOOD


def _month(text: str) -> date:
    try:
        if re.fullmatch("20[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"«{text[:20]}» no es un mes, por ejemplo 2025-10")


def _registro(text: str) -> str:
    from icsoe_desktop.domain.confronta.persona import registro_of

    found = registro_of(text)
    if not found:
        raise argparse.ArgumentTypeError(
            f"«{text[:20]}» no es un registro patronal, por ejemplo Y5412345101"
        )
    return found
