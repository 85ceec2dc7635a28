"""A comparison as a workbook and as JSON: counters and files first, then each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia, Diferencia
from icsoe_desktop.domain.confronta.persona import Persona
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import plain_pesos
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, HojaExcel, Tipo, write_sheets
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.confronta.fuentes import FuenteLeida
from icsoe_desktop.services.confronta.service import Confronta

CANCELLED_UNKNOWN: Final = (
    "Los recibos cancelados no se pueden conocer sin conexión: si se canceló alguno, quítelo."
)
_TOLD_APART: Final = 5
_COLUMNAS: Final = (
    ColumnaHoja(CAMPOS_MOVIMIENTO.label("registro_patronal"), ancho=16),
    ColumnaHoja(CAMPOS_MOVIMIENTO.label("nss"), ancho=13),
    ColumnaHoja(CAMPOS_MOVIMIENTO.label("curp"), ancho=21),
    ColumnaHoja("Nombre", ancho=36),
    ColumnaHoja("Diferencia", ancho=70),
    ColumnaHoja("SBC en el IMSS", Tipo.IMPORTE, 14),
    ColumnaHoja("SBC en la nómina", Tipo.IMPORTE, 15),
    ColumnaHoja("Día en la nómina", Tipo.FECHA, 14),
    ColumnaHoja("Día en el IMSS", Tipo.FECHA, 14),
    ColumnaHoja("Estado", ancho=14),
    ColumnaHoja("Lo que dicen sus avisos", ancho=50),
    ColumnaHoja("Se acepta porque", ancho=40),
    ColumnaHoja("¿Es la misma persona?", ancho=40),
    ColumnaHoja("Dónde se leyó en el IMSS", ancho=32),
    ColumnaHoja("Dónde se leyó en la nómina", ancho=40),
)


def write_confronta(path: Path, found: Confronta, progress: Progress) -> int:
    """Returns how many differences were written. Raises UserFacingError and Cancelled."""
    by_kind: dict[ClaseDiferencia, list[Diferencia]] = {}
    for one in found.diferencias:
        by_kind.setdefault(one.clase, []).append(one)
    hojas = [
        HojaExcel(
            "Resumen",
            (ColumnaHoja("Qué", ancho=44), ColumnaHoja("Cuánto", ancho=90)),
            summary_of(found),
        )
    ]
    hojas += [
        HojaExcel(
            f"{clase.value} {clase.nombre}"[:31],
            _COLUMNAS,
            map(_row, differences),
            len(differences),
        )
        for clase, differences in sorted(by_kind.items())
    ]
    write_sheets(path, hojas, progress)
    return len(found.diferencias)


def summary_of(found: Confronta) -> Iterator[tuple[str, str]]:
    """The counters and what was understood of each file, as pairs of texts."""
    one = found.comparacion
    yield "Periodo", one.periodo.nombre
    yield "Coincidencia de la plantilla", coincidence_of(found)
    yield "Personas en ambos lados", f"{one.ambas:,}"
    yield "Personas en alguno", f"{one.alguna:,}"
    for clase, count in one.counts().items():
        yield f"{clase.value}. {clase.nombre}", f"{count:,}"
    for estado, count in one.states().items():
        yield estado.value, f"{count:,}"
    for voto in one.votos.values():
        yield f"Atributo con el SBC, {voto.rfc}", voto.frase
    for fuente in found.fuentes:
        yield f"{fuente.lado.value}: {fuente.archivo}", fuente.resumen
        for fuera in fuente.fuera:
            yield f"Fuera: {fuera.archivo}", fuera.motivo
    yield from remarks_of(found)


def remarks_of(found: Confronta) -> Iterator[tuple[str, str]]:
    """What was left out of the comparison, and why."""
    for fuente in found.otros:
        yield f"Otro periodo: {fuente.archivo}", "No se comparó."
    for reason, count in found.fuera.items():
        yield f"Recibos {reason}", f"{count:,}"
    for lone in found.comparacion.sin_pareja:
        side = "el IMSS" if lone.en_imss else "la nómina"
        yield (
            f"Registro patronal {lone.registro_patronal or 'desconocido'}",
            f"sólo en {side}, {counted(lone.personas, 'persona', 'personas')} sin comparar.",
        )
    if found.comparacion.sin_sbc:
        yield "Personas sin SBC que comparar en uno de los lados", f"{found.comparacion.sin_sbc:,}"
    for persona in found.comparacion.sin_clave:
        yield "Sin NSS en los recibos", f"{persona.nombre} {persona.curp}".strip()
    if any(fuente.recibos for fuente in found.fuentes):
        yield "Recibos cancelados", CANCELLED_UNKNOWN


def apart_of(found: Confronta) -> str:
    """The same in few words, without what is so in every comparison."""
    groups: dict[str, list[str]] = {}
    for what, why in remarks_of(found):
        if why != CANCELLED_UNKNOWN:
            groups.setdefault(what, []).append(why.rstrip("."))
    told = [
        f"{what}: {whys[0] if len(whys) == 1 else f'{len(whys):,}'}."
        for what, whys in groups.items()
    ]
    more = len(told) - _TOLD_APART
    if more > 0:
        told[_TOLD_APART:] = [f"Y {more:,} más: vea el Excel."]
    return " ".join(told)


def coincidence_of(found: Confronta) -> str:
    percent = found.comparacion.coincidencia
    return "—" if percent is None else f"{percent:.1f} %"


def place_of(persona: Persona | None) -> str:
    """Where a person was read: file and row, or folio fiscal."""
    if persona is None:
        return ""
    return f"{persona.lugar}, renglón {persona.renglon:,}" if persona.renglon else persona.lugar


def _row(one: Diferencia) -> tuple[object, ...]:
    return (
        one.registro_patronal,
        one.nss,
        one.curp,
        one.nombre,
        one.texto,
        _pesos(one.sbc_imss),
        _pesos(one.sbc_nomina),
        _day(one.dia),
        _day(one.otro_dia),
        one.estado.value,
        one.explicacion,
        one.motivo,
        one.pregunta,
        place_of(one.imss),
        place_of(one.nomina),
    )


def _pesos(centavos: int | None) -> float | None:
    return None if centavos is None else centavos / 100


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def difference_as_json(one: Diferencia) -> dict[str, object]:
    """The keys of a difference for machines; docs/esquemas."""
    return {
        "clase": one.clase.value,
        "nombre_clase": one.clase.nombre,
        "registro_patronal": one.registro_patronal,
        "nss": one.nss,
        "curp": one.curp,
        "nombre": one.nombre,
        "texto": one.texto,
        "sbc_imss": plain_pesos(one.sbc_imss) or None,
        "sbc_nomina": plain_pesos(one.sbc_nomina) or None,
        "dia_nomina": _iso(one.dia),
        "dia_imss": _iso(one.otro_dia),
        "estado": one.estado.value,
        "explicacion": one.explicacion,
        "parecidos": [other.nss for other in one.parecidos],
    }


def _iso(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if ordinal else None


def source_as_json(one: FuenteLeida) -> dict[str, object]:
    return {
        "archivo": one.archivo,
        "lado": one.lado.name.lower(),
        "clase": None if one.clase is None else one.clase.name.lower(),
        "personas": one.personas,
        "registros_patronales": list(one.registros),
        "sin_fecha": one.sin_fecha,
        "fuera": one.fuera_total,
        "motivos": [each.motivo for each in one.fuera[:20]],
    }
