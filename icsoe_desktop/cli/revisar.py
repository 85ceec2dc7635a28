"""`icsoe-desktop movimientos revisar`: reviews files without data folder or login."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from icsoe_desktop.cli.answer import CommandAnswer
from icsoe_desktop.cli.command import add_command, require_xlsx
from icsoe_desktop.cli.datos import add_entrance, add_formato, kept_formato
from icsoe_desktop.domain.texto import counted

if TYPE_CHECKING:
    from icsoe_desktop.services.importacion.revision import ArchivoRevisado
    from icsoe_desktop.services.importacion.valores import ProblemaImportacion

SHOWN_PROBLEMS = 100


def add_review(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `movimientos revisar`."""
    revisar = add_command(
        actions,
        "movimientos revisar",
        revisar_archivos,
        help="revisar archivos de otros programas, sin usuario ni carpeta de datos",
        description=(
            "Revisa archivos de 168 posiciones, de SUA (ASEG, MOVT, AFIL, INCAP, CRED), Excel, CSV "
            "y constancias en PDF, también dentro de un .zip, y dice cada problema con su lugar. "
            "No pide usuario, no cambia nada y sólo abre datos con --columnas. Termina con 0 si no "
            "hay errores, con 1 si los hay (con --estricto, también con advertencias) y con 2 si "
            "la orden está mal escrita."
        ),
        example="movimientos revisar altas.txt bajas.zip --json",
    )
    revisar.add_argument(
        "archivos", nargs="+", metavar="ARCHIVO", help="archivo, o - para la entrada estándar"
    )
    revisar.add_argument(
        "--excel", type=Path, metavar="SALIDA.xlsx", help="guardar los problemas en este libro"
    )
    revisar.add_argument(
        "--estricto", action="store_true", help="terminar con 1 también si hay advertencias"
    )
    add_formato(revisar)
    add_entrance(revisar, writes=False)


def revisar_archivos(args: argparse.Namespace, answer: CommandAnswer) -> int:
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.domain.certificados.certificado import fecha_local
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.importacion.informe import (
        file_as_json,
        problem_as_json,
        sentence_of,
        summary_of,
        write_workbook_of,
    )
    from icsoe_desktop.services.importacion.revision import review

    require_xlsx(args.excel, "--excel")
    today = fecha_local(datetime.now(UTC))
    formato = kept_formato(args)
    files: list[ArchivoRevisado] = []

    def problems(tell: Callable[[ProblemaImportacion], None]) -> Iterator[ProblemaImportacion]:
        for found in review(args.archivos, today, NoProgress(), sys.stdin.buffer, formato):
            files.append(found)
            shown = 0
            for problema in found.problems:
                tell(problema)
                shown += 1
                if shown <= SHOWN_PROBLEMS:
                    answer.say(sentence_of(problema))
                yield problema
            if shown > SHOWN_PROBLEMS:
                more = counted(shown - SHOWN_PROBLEMS, "problema", "problemas")
                answer.say(f"… y {more} más; con --json o --excel, todos.")
            answer.say(summary_of(found))

    try:
        with answer.listing("problemas") as add:
            every = problems(lambda problema: add(problem_as_json(problema)))
            if args.excel is None:
                for _ in every:
                    pass
            else:
                write_workbook_of(args.excel, every)
    finally:
        answer.put(
            leidos=sum(each.leidos for each in files),
            advertencias=sum(each.advertencias for each in files),
            archivos=[file_as_json(each) for each in files],
        )
    warned = args.estricto and any(each.advertencias for each in files)
    return 1 if warned or not all(each.is_good for each in files) else 0
