"""`icsoe-desktop sbc calcular`: the SBC of a worker, without data folder or login."""

from __future__ import annotations

import argparse
from decimal import Decimal

from icsoe_desktop.cli.answer import GOOD, CommandAnswer
from icsoe_desktop.cli.command import add_command, add_group, day_argument, number_argument
from icsoe_desktop.domain.valores_legales.valores import plain_pesos

PERIODOS = ("diario", "semanal", "catorcenal", "quincenal", "mensual", "mensual-30.4")
# Option, its unit, its value if it is not given, its help.
NUMBERS = (
    ("--aguinaldo", "DÍAS", "15", "de fábrica, 15"),
    ("--vacaciones", "DÍAS", "", "de fábrica, las de la ley"),
    ("--prima", "PARTE", "0.25", "de fábrica, 0.25"),
    ("--otras", "PESOS", "0", "otras fijas, por año"),
    ("--variable", "PESOS", "0", "variable pagada"),
    ("--despensa", "PESOS", "0", "despensa pagada"),
    ("--puntualidad", "PESOS", "0", "premio pagado"),
    ("--asistencia", "PESOS", "0", "premio pagado"),
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sbc calcular`."""
    actions = add_group(
        subparsers,
        "sbc",
        help="calcular el salario base de cotización",
        description="El salario base de cotización (SBC).",
    )
    calcular = add_command(
        actions,
        "sbc calcular",
        calcular_sbc,
        help="calcular el SBC con cada paso y su artículo",
        description=(
            "Calcula el SBC de un día con el salario, las prestaciones y la parte variable, y dice "
            "cada paso con su artículo. No pide usuario y no abre datos: usa los valores de "
            "fábrica. Termina con 0 si se calculó, con 1 si un dato no es posible y con 2 si la "
            "orden está mal escrita."
        ),
        example="sbc calcular --salario 500 --periodo diario --ingreso 2020-03-01 "
        "--fecha 2026-11-23",
    )
    add = calcular.add_argument
    add(
        "--salario",
        type=number_argument,
        required=True,
        metavar="PESOS",
        help="lo que se paga por periodo",
    )
    add("--periodo", choices=PERIODOS, default="diario", help="de fábrica, diario")
    for name, told in (
        ("--ingreso", "primer día de trabajo"),
        ("--fecha", "día del que se calcula"),
    ):
        add(name, type=day_argument, required=True, metavar="AAAA-MM-DD", help=told)
    for name, unit, usual, told in NUMBERS:
        default = Decimal(usual) if usual else None
        add(name, type=number_argument, default=default, metavar=unit, help=told)
    add("--dias-devengados", type=int, default=0, metavar="N", help="del bimestre de la variable")
    add("--zona", choices=("general", "frontera"), default="general", help="de fábrica, general")
    add("--reducida", action="store_true", help="semana o jornada reducida")
    add("--dias-del-anio", type=int, choices=(365, 366), default=365, help="de fábrica, 365")
    add("--sin-redondear", action="store_true", help="factor sin redondear a cuatro decimales")


def calcular_sbc(args: argparse.Namespace, answer: CommandAnswer) -> int:
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.domain.salarios.bimestres import Variable
    from icsoe_desktop.domain.salarios.calculo import DatosSbc, PeriodoDePago, Reglas, calculate
    from icsoe_desktop.domain.valores_legales.valores import TablaValores, Zona

    result = calculate(
        DatosSbc(
            salario=args.salario,
            periodo=next(one for one in PeriodoDePago if one.nombre == args.periodo),
            ingreso=args.ingreso,
            fecha=args.fecha,
            zona=Zona(args.zona),
            aguinaldo=args.aguinaldo,
            vacaciones=args.vacaciones,
            prima=args.prima,
            otras=args.otras,
            variable=Variable(
                args.variable,
                args.despensa,
                args.puntualidad,
                args.asistencia,
                args.dias_devengados,
            ),
            reducida=args.reducida,
        ),
        TablaValores(),
        Reglas(args.dias_del_anio, redondea_factor=not args.sin_redondear),
    )
    for line in result.as_text().splitlines():
        answer.say(line)
    answer.put(
        sbc=plain_pesos(result.sbc),
        sbc_sin_limites=plain_pesos(result.calculado),
        factor=f"{result.factor:f}",
        desde=result.desde.isoformat(),
        pasos=[
            {
                "paso": paso.nombre,
                "operacion": paso.operacion,
                "resultado": paso.resultado,
                "fundamento": paso.fundamento,
            }
            for paso in result.pasos
        ],
        advertencias=list(result.advertencias),
    )
    return GOOD
