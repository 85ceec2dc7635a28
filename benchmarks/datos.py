"""168-position files of invented movements, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import (
    SEMILLA,
    Trabajador,
    trabajadores,
)
from icsoe_desktop.domain.identificadores.numeros import check_digit_registro_patronal

__all__ = [
    "MOVIMIENTOS_POR_TRABAJADOR",
    "PRIMER_DIA",
    "SEMILLA",
    "ULTIMO_DIA",
    "Trabajador",
    "escribir_archivos",
    "linea_168",
    "linea_totales",
    "movimientos",
    "registros_patronales",
    "trabajadores",
]

MOVIMIENTOS_POR_TRABAJADOR = 6
REGISTROS_PATRONALES = 40
PRIMER_DIA = date(2025, 2, 1)  # the tables have minimum wage and UMA from this day on
ULTIMO_DIA = date(2026, 12, 31)


def registros_patronales(cuantos: int, semilla: int = SEMILLA) -> list[str]:
    azar = random.Random(semilla)
    bases = (f"{azar.choice('ABCDEYZ')}{azar.randrange(10**7):07}10" for _ in range(cuantos))
    return [base + check_digit_registro_patronal(base) for base in bases]


def movimientos(filas: int, semilla: int = SEMILLA) -> Iterator[MovimientoLeido]:
    """About six movements per worker, of forty employers. No two are equal."""
    people = trabajadores(max(1, filas // MOVIMIENTOS_POR_TRABAJADOR), semilla)
    registros = registros_patronales(REGISTROS_PATRONALES, semilla)
    azar = random.Random(semilla)
    length = (ULTIMO_DIA - PRIMER_DIA).days
    fechas = [PRIMER_DIA + timedelta(days=dia) for dia in range(length)]
    usados = bytearray(len(people))
    for linea in range(1, filas + 1):
        quien = azar.randrange(len(people))
        persona = people[quien]
        # A worker's dates do not repeat: each movement is 23 days after the previous one, modulo
        # the range.
        vez = usados[quien]
        usados[quien] += 1
        fecha = fechas[(quien * 31 + vez * 23) % length]
        tipo = ("08", "07", "07", "07", "02")[vez % 5]
        registro = registros[quien % len(registros)]
        clave = f"E{quien:07}"
        if tipo == "02":
            # fmt: off
            yield MovimientoLeido(
                linea, tipo, registro, persona.nss, persona.primer_apellido,
                persona.segundo_apellido, persona.nombres, fecha, None, "", "", "",
                azar.choice("1236A"), "", "01400", clave, "", (),
            )
            # fmt: on
            continue
        sbc = azar.randrange(441_00, 2800_00)
        # fmt: off
        yield MovimientoLeido(
            linea, tipo, registro, persona.nss, persona.primer_apellido,
            persona.segundo_apellido, persona.nombres, fecha, sbc,
            "1" if tipo == "08" else "", azar.choice("012"), "0", "",
            f"{quien % 90 + 1:03}" if tipo == "08" else "", "01400", clave, persona.curp, (),
        )
        # fmt: on


def linea_168(registro: MovimientoLeido) -> str:
    """The line of a record without its line end. Independent of the program's own writer."""

    def nombre(text: str) -> str:
        return text.replace("Ñ", "#").ljust(27)

    tipo = registro.tipo
    salario = (
        "0" * 15
        if tipo == "02"
        else f"{registro.sbc:06}{'':6}{registro.tipo_trabajador or ' '}"
        f"{registro.tipo_salario}{registro.jornada}"
    )
    return (
        registro.registro_patronal
        + registro.nss
        + nombre(registro.primer_apellido)
        + nombre(registro.segundo_apellido)
        + nombre(registro.nombres)
        + salario
        + f"{registro.fecha:%d%m%Y}{registro.umf:3}  {tipo}{registro.guia}"
        + f"{registro.clave_trabajador:10}{registro.causa_baja or ' '}{registro.curp:18}9"
    )


def linea_totales(registros: int, guia: str = "01400") -> str:
    return f"{'*' * 13}{'':43}{registros:06}{'':71}{guia}{'':29}9"


def escribir_archivos(carpeta: Path, filas: int, semilla: int = SEMILLA) -> list[Path]:
    """Write 168-position files with `filas` movements, at most 500,000 per file."""
    carpeta.mkdir(parents=True, exist_ok=True)
    paths = []
    source = movimientos(filas, semilla)
    for start in range(0, filas, 500_000):
        count = min(500_000, filas - start)
        path = carpeta / f"movimientos{start // 500_000 + 1}.txt"
        with path.open("w", encoding="ascii", newline="") as file:
            for _ in range(count):
                file.write(linea_168(next(source)) + "\r\n")
            file.write(linea_totales(count) + "\r\n")
        paths.append(path)
    return paths
