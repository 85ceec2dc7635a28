"""Invented workers and movements from a seed: identifiers with good check digits, of nobody.

The tests use it in small, the benchmarks at a million.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from stdnum.mx import curp as stdnum_curp

from icsoe_desktop.domain.curp import expected_letters
from icsoe_desktop.domain.dispmag import RegistroLeido
from icsoe_desktop.domain.identificadores import check_digit_nss, check_digit_registro_patronal

SEMILLA = 20_260_302
MOVIMIENTOS_POR_TRABAJADOR = 6
PRIMER_DIA = date(2025, 2, 1)  # from here on the tables have minimum wage and UMA
ULTIMO_DIA = date(2026, 12, 31)

_SILABAS = "BA CA DA FA GA LA MA NA PA RA SA TA BE CE DE LE ME NE PE RE SE TE BI DI LI MI NI RI TI"
_FINALES = "LES RTA NDO RRO STA LLO NTE SCO RIN LVA MOR QUE ZUR BEL DAL FIN GON JAR"
_APELLIDOS = (
    "GARCIA HERNANDEZ MARTINEZ LOPEZ GONZALEZ PEREZ RODRIGUEZ SANCHEZ RAMIREZ CRUZ FLORES GOMEZ "
    "MORALES VAZQUEZ REYES JIMENEZ TORRES DIAZ GUTIERREZ RUIZ MENDOZA AGUILAR ORTIZ CASTILLO "
    "MORENO ROMERO ALVAREZ MENDEZ CHAVEZ RIVERA MUÑOZ PEÑA NUÑEZ ZUÑIGA"
)
_NOMBRES = (
    "ALMA BRUNO CARLA DARIO ELENA FABIAN GLORIA HUGO IRENE JULIO KARINA LUIS MARTA NORMA OSCAR "
    "PAULA RAUL SILVIA TOMAS URSULA VICTOR WENDY XIMENA YOLANDA ZAIRA ANDRES BEATRIZ CESAR"
)
_ENTIDADES = "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS"


class Trabajador(NamedTuple):
    nss: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str
    curp: str


def trabajadores(cuantos: int, semilla: int = SEMILLA) -> list[Trabajador]:
    azar = random.Random(semilla)
    silabas, finales, entidades = _SILABAS.split(), _FINALES.split(), _ENTIDADES.split()
    apellidos, propios = _APELLIDOS.split(), _NOMBRES.split()

    def apellido() -> str:
        if azar.random() < 0.5:
            return azar.choice(apellidos)
        return azar.choice(silabas) + azar.choice(silabas) + azar.choice(finales)

    people = []
    for number in range(cuantos):
        primer, segundo = apellido(), "" if azar.random() < 0.02 else apellido()
        nombres = azar.choice(propios)
        if azar.random() < 0.6:
            nombres += " " + azar.choice(propios)
        born = date(1960, 1, 1) + timedelta(days=azar.randrange(45 * 365))
        nss = f"{azar.randrange(10, 98):02}{number:08}"
        inicio, consonantes = expected_letters(nombres, primer, segundo)
        siglo = "A" if born.year >= 2000 else "0"
        sexo, entidad = azar.choice("HM"), azar.choice(entidades)
        curp = f"{inicio}{born:%y%m%d}{sexo}{entidad}{consonantes}{siglo}"
        curp += stdnum_curp.calc_check_digit(curp + "0")
        people.append(Trabajador(nss + check_digit_nss(nss), primer, segundo, nombres, curp))
    return people


def registros_patronales(cuantos: int, semilla: int = SEMILLA) -> list[str]:
    azar = random.Random(semilla)
    bases = (f"{azar.choice('ABCDEYZ')}{azar.randrange(10**7):07}10" for _ in range(cuantos))
    return [base + check_digit_registro_patronal(base) for base in bases]


def movimientos(filas: int, semilla: int = SEMILLA) -> Iterator[RegistroLeido]:
    """As a reader gives them: about six a worker, of forty employers; no two the same."""
    azar = random.Random(semilla)
    people = trabajadores(max(1, filas // MOVIMIENTOS_POR_TRABAJADOR), semilla)
    registros = registros_patronales(40, semilla)
    dias = (ULTIMO_DIA - PRIMER_DIA).days
    fechas = [PRIMER_DIA + timedelta(days=dia) for dia in range(dias)]
    usados = bytearray(len(people))
    for linea in range(1, filas + 1):
        quien = azar.randrange(len(people))
        persona = people[quien]
        # The worker's own days never repeat: the nth movement lies in the nth part of them.
        vez = usados[quien]
        usados[quien] += 1
        fecha = fechas[(quien * 31 + vez * 23) % dias]
        tipo = ("08", "07", "07", "07", "02")[vez % 5]
        registro = registros[quien % 40]
        clave = f"E{quien:07}"
        if tipo == "02":
            # fmt: off
            yield RegistroLeido(
                linea, tipo, registro, persona.nss, persona.primer_apellido,
                persona.segundo_apellido, persona.nombres, fecha, None, "", "", "",
                azar.choice("1236A"), "", "01400", clave, "", (),
            )
            # fmt: on
            continue
        sbc = azar.randrange(441_00, 2800_00)
        # fmt: off
        yield RegistroLeido(
            linea, tipo, registro, persona.nss, persona.primer_apellido,
            persona.segundo_apellido, persona.nombres, fecha, sbc,
            "1" if tipo == "08" else "", azar.choice("012"), "0", "",
            f"{quien % 90 + 1:03}" if tipo == "08" else "", "01400", clave, persona.curp, (),
        )
        # fmt: on


def linea_168(registro: RegistroLeido) -> str:
    """The record's line, without its end; written apart from the program's own writer."""

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
    """168-position files with so many movements, 500,000 at most in each."""
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
