"""`icsoe-desktop movimientos modificar-salarios`: new SBCs of many workers without windows."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import USAGE, CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import add_command, day_argument, number_argument
from icsoe_desktop.cli.datos import add_entrance, as_user
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import plain_pesos

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.domain.salarios.cambios import CambioSalario
    from icsoe_desktop.domain.salarios.razones import Criterio
    from icsoe_desktop.services.application import Application

RAZONES = ("minimo", "tope", "aniversario", "variables", "porcentaje", "hoja")
SHOWN = 100
NEEDS_SHEET = "Con --razon {} indique la hoja con --hoja."
NEEDS_PERCENTAGE = "Con --razon porcentaje indique cuánto con --porcentaje."
MISSING = "{}. No se creó nada. Capture el valor en Valores."
SIMULATED = "Simulación: no se creó nada."


def add_salary_changes(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `movimientos modificar-salarios`."""
    modificar = add_command(
        actions,
        "movimientos modificar-salarios",
        modificar_salarios,
        help="crear las modificaciones de salario por una razón: mínimo, tope, porcentaje…",
        description=(
            "Calcula el SBC nuevo de quien la razón propone y crea sus avisos pendientes, todos en "
            "una importación, que se deshace completa. Con --porcentaje son todos los del registro "
            "patronal; con --hoja, los que trae. Termina con 0 si se crearon, con 1 si no y con 2 "
            "si la orden está mal escrita."
        ),
        example="movimientos modificar-salarios --razon minimo --fecha 2027-01-01 --simular "
        "--json --usuario nomina@ejemplo.mx",
    )
    add = modificar.add_argument
    add("--razon", choices=RAZONES, required=True, help="por qué se modifican")
    add(
        "--fecha",
        type=day_argument,
        metavar="AAAA-MM-DD",
        help="desde cuándo; de fábrica, el día de la razón",
    )
    add(
        "--hasta",
        type=day_argument,
        metavar="AAAA-MM-DD",
        help="último día de los aniversarios",
    )
    add("--porcentaje", type=number_argument, metavar="N", help="cuánto suben; 4.5 es 4.5 %%")
    add("--hoja", type=Path, metavar="RUTA", help="Excel o CSV con NSS y SBC, salario o variable")
    add("--registro-patronal", default="", metavar="RP", help="sólo de este registro patronal")
    add("--simular", action="store_true", help="decir qué se crearía, sin crear nada")
    add(
        "--solo-completos",
        action="store_true",
        help="omitir a aquellos de quienes no se sabe el SBC nuevo",
    )
    add_entrance(modificar, writes=True)


def modificar_salarios(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.services.salarios.service import as_import, chosen

    if args.razon in ("variables", "hoja") and args.hoja is None:
        raise CommandError(ErrorCode.USO, NEEDS_SHEET.format(args.razon), USAGE)
    if args.razon == "porcentaje" and args.porcentaje is None:
        raise CommandError(ErrorCode.USO, NEEDS_PERCENTAGE, USAGE)
    with as_user(args) as (application, sesion):
        criterio = _criterio(args, application)
        rows = _rows(args, application, sesion, criterio)
        ticked = [one for one in rows if one.elegido]
        if args.solo_completos:
            ticked = [one for one in ticked if one.sbc is not None]
        shown = [one for one in rows if one.elegido or (one.propuesto and one.textos)]
        answer.put(
            razon=criterio.razon.value,
            fecha=criterio.fecha.isoformat(),
            marcados=len(ticked),
            creados=0,
        )
        if answer.is_json:
            answer.stream("cambios", map(_as_json, shown))
        created = 0
        try:
            complete = chosen(ticked)
            if not args.simular:
                created = _create(application, sesion, as_import(criterio, complete))
        finally:
            answer.put(creados=created)
            _tell(answer, shown, created, simulated=args.simular)
        return 0


def _criterio(args: argparse.Namespace, application: Application) -> Criterio:
    from icsoe_desktop.domain.salarios.razones import Criterio, Razon, usual_days

    razon = Razon(args.razon)
    fecha, hasta = usual_days(razon, application.salarios.today())
    if args.fecha is not None:
        fecha, hasta = args.fecha, args.hasta or args.fecha
    # Nobody is there to choose them.
    todos = args.hoja is None
    return Criterio(razon, fecha, hasta, args.porcentaje or Decimal(0), todos=todos)


def _rows(
    args: argparse.Namespace, application: Application, sesion: Sesion, criterio: Criterio
) -> list[CambioSalario]:
    from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
    from icsoe_desktop.domain.salarios.cambios import Calculista, EntradaSalario
    from icsoe_desktop.domain.salarios.razones import missing_values
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.salarios.hoja import with_loose

    service, quietly = application.salarios, NoProgress()
    registro = args.registro_patronal and RegistroPatronal.parse(args.registro_patronal).valor
    plantilla = service.plantilla(sesion, criterio.fecha, criterio.hasta, registro, quietly)
    missing = missing_values(criterio, plantilla)
    if missing:
        raise CommandError(ErrorCode.NADA_QUE_HACER, MISSING.format(" y ".join(missing)))
    entradas: dict[tuple[str, str], EntradaSalario] = {}
    if args.hoja is not None:
        hoja = service.read_sheet(sesion, args.hoja, plantilla, quietly)
        entradas.update(hoja.entradas)
        plantilla = with_loose(plantilla, hoja)
    return list(Calculista(criterio, plantilla).rows(entradas))


def _create(application: Application, sesion: Sesion, filas: Any) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.importacion.valores import Decision

    service, quietly = application.importacion_movimientos, NoProgress()
    vista = service.preview_rows(sesion, filas, quietly)
    try:
        return service.apply(sesion, vista, Decision(), quietly).importados
    finally:
        service.discard(vista)


def _as_json(one: CambioSalario) -> dict[str, object]:
    empleo = one.empleo
    return {
        "nss": empleo.nss,
        "registro_patronal": "" if empleo.sbc is None else empleo.registro_patronal,
        "nombre": _name(one),
        "marcado": one.elegido,
        "sbc_hoy": plain_pesos(empleo.sbc) or None,
        "sbc_nuevo": plain_pesos(one.sbc) or None,
        "factor": None if one.factor is None else str(one.factor),
        "fecha": one.fecha.isoformat(),
        "ultimo_dia": one.limite.isoformat(),
        "observaciones": list(one.textos),
    }


def _tell(
    answer: CommandAnswer, shown: Sequence[CambioSalario], created: int, *, simulated: bool
) -> None:
    for one in shown[:SHOWN]:
        remarks = f" {' '.join(one.textos)}" if one.textos else ""
        mark = "" if one.elegido else "sin marcar, "
        answer.say(
            f"{_name(one) or one.empleo.nss}: {mark}{plain_pesos(one.empleo.sbc) or '—'} → "
            f"{plain_pesos(one.sbc) or '—'}.{remarks}"
        )
    if len(shown) > SHOWN:
        answer.say(f"… y {len(shown) - SHOWN:,} más; con --json, todos.")
    if simulated:
        answer.say(SIMULATED)
    elif created:
        verb = "Se creó" if created == 1 else "Se crearon"
        answer.say(f"{verb} {counted(created, 'aviso', 'avisos')}.")


def _name(one: CambioSalario) -> str:
    from icsoe_desktop.domain.identificadores.persona import full_name

    return full_name(one.empleo)
