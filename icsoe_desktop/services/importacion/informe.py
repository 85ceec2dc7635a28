"""How problems are told: in sentences, in JSON (docs/esquemas), in a workbook and in CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.texto import counted, safe_cell
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.hojas.escritura import (
    ColumnaHoja,
    ColumnaPlantilla,
    Tipo,
    write_template,
    write_workbook,
)
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.regular_file import replacing
from icsoe_desktop.services.importacion.renglones import choices_of
from icsoe_desktop.services.importacion.revision import ArchivoRevisado
from icsoe_desktop.services.importacion.valores import ProblemaImportacion

SHEET: Final = "Problemas"
PROBLEM_COLUMNS: Final = (
    ColumnaHoja("Archivo", ancho=30),
    ColumnaHoja("Línea", Tipo.ENTERO, ancho=8),
    ColumnaHoja("Posición", Tipo.ENTERO, ancho=9),
    ColumnaHoja("Campo", ancho=24),
    ColumnaHoja("Encontrado", ancho=30),
    ColumnaHoja("Esperado", ancho=60),
    ColumnaHoja("Gravedad", ancho=12),
    ColumnaHoja("Columna", ancho=9),
)
TEMPLATE: Final = "Movimientos"


def problem_as_json(problema: ProblemaImportacion) -> dict[str, object]:
    """The keys of a problem wherever problems are told to machines."""
    return problema._asdict() | {"gravedad": problema.gravedad.value.lower()}


def file_as_json(found: ArchivoRevisado) -> dict[str, object]:
    error = {"codigo": "archivo_no_valido", "mensaje": found.motivo} if found.motivo else None
    return {
        "archivo": found.archivo,
        "clase": found.clase,
        "leidos": found.leidos,
        "con_errores": found.con_errores,
        "advertencias": found.advertencias,
        "error": error,
    }


def sentence_of(problema: ProblemaImportacion) -> str:
    place = f", {problema.lugar}" if problema.lugar else ""
    return (
        f"{problema.gravedad.value}: {problema.archivo}, línea {problema.linea}{place} "
        f"({problema.campo}): se encontró «{problema.encontrado}». {problema.esperado}"
    )


def summary_of(found: ArchivoRevisado) -> str:
    if found.motivo:
        return f"{found.archivo}: {found.motivo}"
    rows = counted(found.leidos, "renglón", "renglones")
    if found.is_good and not found.advertencias:
        return f"{found.archivo}: bien, {rows}."
    warnings = counted(found.advertencias, "advertencia", "advertencias")
    return f"{found.archivo}: {rows}, {found.con_errores:,} con errores; {warnings}."


def write_workbook_of(path: Path, problems: Iterator[ProblemaImportacion]) -> None:
    """Write the problems to a workbook while they are found. Raises UserFacingError."""
    write_workbook(path, SHEET, PROBLEM_COLUMNS, problems, NoProgress(), empty=True)


NOT_WRITTEN: Final = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta, su nombre es muy "
    "largo o está abierto en otro programa. Elija otro nombre."
)


def write_problems(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the whole file or nothing: an existing file stays until then.

    Raises UserFacingError.
    """
    try:
        with (
            replacing(path) as temporary,
            temporary.open("x", encoding="utf-8-sig", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(headers)
            writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    except OSError as error:
        raise UserFacingError(NOT_WRITTEN) from error


_NOTAS: Final = {
    "tipo": "08 alta o reingreso, 07 modificación de salario, 02 baja.",
    "registro_patronal": "Once caracteres; con diez, el dígito se calcula.",
    "nss": "Once números. La celda es de texto: Excel no le quita los ceros.",
    "segundo_apellido": "Déjelo vacío si no tiene.",
    "fecha": "dd/mm/aaaa, por ejemplo 20/11/2026.",
    "sbc": "Pesos y centavos diarios, por ejemplo 687.70. Una baja no lo lleva.",
    "tipo_trabajador": "Sólo en altas y modificaciones. Elíjalo de la lista.",
    "tipo_salario": "Sólo en altas y modificaciones. Elíjalo de la lista.",
    "jornada": "Sólo si la semana o la jornada es reducida. Elíjala de la lista.",
    "causa_baja": "Sólo en bajas. Elíjala de la lista.",
    "umf": "Tres números. Sólo en altas.",
    "guia": "Cinco números: la subdelegación y 400.",
    "clave_trabajador": "La de su nómina, hasta diez caracteres.",
    "curp": "Dieciocho caracteres. Con ella se revisan el nombre y el NSS.",
    "rfc": "El del trabajador. El aviso se presenta sin él.",
}
_REQUIRED: Final = "Obligatorio."


def write_template_of(path: Path) -> None:
    """Write an empty sheet that the import reads, with notes and lists. Raises UserFacingError."""
    columnas = [
        ColumnaPlantilla(
            each.title(Place.SHEET),
            " ".join(filter(None, (_NOTAS.get(each.name), "" if each.optional else _REQUIRED))),
            choices_of(each.name),
            max(each.width, len(each.title(Place.SHEET)) + 2),
        )
        for each in CAMPOS_MOVIMIENTO.at(Place.SHEET)
    ]
    write_template(path, TEMPLATE, columnas)
