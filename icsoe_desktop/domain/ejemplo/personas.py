"""Invented people and employers from a seed. Their valid identifiers belong to nobody.

Used by the sample data, the tests and the benchmarks, from a dozen people to a million.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from itertools import count, islice
from typing import NamedTuple

from icsoe_desktop.domain.icsoe.capturista import DatosCapturista
from icsoe_desktop.domain.identificadores.curp import expected_letters
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.identificadores.valor import (
    check_digit_curp,
    check_digit_rfc,
)

SEMILLA = 20_260_302
# Mail to this domain is never delivered. Source: RFC 2606 §2.
DOMINIO = "ejemplo.invalid"

_SILABAS = "BA CA DA FA GA LA MA NA PA RA SA TA BE CE DE LE ME NE PE RE SE TE BI DI LI MI NI RI TI"
_FINALES = "LES RTA NDO RRO STA LLO NTE SCO RIN LVA MOR QUE ZUR BEL DAL FIN GON JAR"
_APELLIDOS = (
    "GARCIA HERNANDEZ MARTINEZ LOPEZ GONZALEZ PEREZ RODRIGUEZ SANCHEZ RAMIREZ CRUZ FLORES GOMEZ "
    "MORALES VAZQUEZ REYES JIMENEZ TORRES DIAZ GUTIERREZ RUIZ MENDOZA AGUILAR ORTIZ CASTILLO "
    "MORENO ROMERO ALVAREZ MENDEZ CHAVEZ RIVERA MUÑOZ PEÑA NUÑEZ ZUÑIGA JUAREZ RAMOS DOMINGUEZ "
    "HERRERA MEDINA CASTRO VARGAS GUZMAN VELAZQUEZ ROJAS CONTRERAS SALAZAR LUNA ORTEGA GUERRERO "
    "ESTRADA BAUTISTA CORTES SOTO ALVARADO ESPINOZA LARA AVILA RIOS CERVANTES SILVA DELGADO VEGA "
    "MARQUEZ SANDOVAL CARRILLO LEON MEJIA SOLIS ROSAS IBARRA VALDEZ CAMPOS SANTOS CAMACHO PADILLA"
)
# Names that go together in any order. Without MARIA and JOSE, which a CURP skips.
_MUJERES = (
    "ALMA BEATRIZ CARLA CECILIA ELENA GLORIA IRENE KARINA LUCIA MARTA NORMA PATRICIA PAULA ROSA "
    "SILVIA SOFIA TERESA VERONICA XIMENA YOLANDA"
)
_HOMBRES = (
    "ALBERTO ANDRES ANTONIO BRUNO CARLOS DANIEL DAVID EDUARDO ENRIQUE FELIPE FERNANDO GABRIEL HUGO "
    "JAVIER LUIS MANUEL MIGUEL OSCAR RAUL RICARDO"
)
_ENTIDADES = "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS"


class Trabajador(NamedTuple):
    nss: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str
    curp: str


def trabajadores(cuantos: int, semilla: int = SEMILLA) -> list[Trabajador]:
    """The first of `iter_trabajadores`."""
    return list(islice(iter_trabajadores(semilla), cuantos))


def iter_trabajadores(semilla: int = SEMILLA) -> Iterator[Trabajador]:
    """Invented workers, without end. Every NSS is unique. A CURP may repeat."""
    azar = random.Random(semilla)  # noqa: S311 - not a secret
    silabas, finales, entidades = _SILABAS.split(), _FINALES.split(), _ENTIDADES.split()
    apellidos, mujeres, hombres = _APELLIDOS.split(), _MUJERES.split(), _HOMBRES.split()

    def apellido() -> str:
        # The invented ones give many different people where a million is asked for.
        if azar.random() < 0.8:
            return azar.choice(apellidos)
        return azar.choice(silabas) + azar.choice(silabas) + azar.choice(finales)

    for number in count():
        primer, segundo = apellido(), "" if azar.random() < 0.02 else apellido()
        sexo = azar.choice("HM")
        both = azar.sample(mujeres if sexo == "M" else hombres, 2)
        nombres = " ".join(both if azar.random() < 0.4 else both[:1])
        born = date(1960, 1, 1) + timedelta(days=azar.randrange(45 * 365))
        # A low number gives years 00 in digits 3 to 6: born and affiliated in 2000, as no real NSS.
        nss = f"{azar.randrange(10, 98):02}{number:08}"
        inicio, consonantes = expected_letters(nombres, primer, segundo)
        siglo = "A" if born.year >= 2000 else "0"
        entidad = azar.choice(entidades)
        curp = f"{inicio}{born:%y%m%d}{sexo}{entidad}{consonantes}{siglo}"
        curp += check_digit_curp(curp)
        yield Trabajador(nss + check_digit_nss(nss), primer, segundo, nombres, curp)


def rfc(letras: str, fecha: str, homonimia: str) -> str:
    """An RFC with its check digit.

    letras: three for a persona moral, four for a persona física. fecha: AAMMDD.
    homonimia: two characters, the first at most V.
    """
    first = f"{letras}{fecha}{homonimia}"
    return first + check_digit_rfc(first)


def capturistas(cuantos: int, semilla: int = SEMILLA) -> Iterator[DatosCapturista]:
    """Invented capturistas of one contratista. Every CURP is unique."""
    azar = random.Random(semilla + 1)  # noqa: S311 - not a secret
    seen: set[str] = set()
    # The next seed gives other people than the workers.
    people = iter_trabajadores(semilla + 1)
    while len(seen) < cuantos:
        persona = next(people)
        if persona.curp in seen:
            continue
        seen.add(persona.curp)
        name = f"{persona.nombres.split()[0]}.{persona.primer_apellido}".lower()
        correo = f"{name.replace('ñ', 'n')}{len(seen)}@{DOMINIO}"
        yield DatosCapturista(
            curp=persona.curp,
            **asdict(NombrePersona.of(persona)),
            telefono="55" + "".join(azar.choices("0123456789", k=8)),
            correo=correo,
        )
