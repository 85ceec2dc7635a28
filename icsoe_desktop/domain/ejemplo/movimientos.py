"""Invented movements from a seed, as a reader of files gives them, and in every state."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from icsoe_desktop.domain.dispmag import RegistroLeido
from icsoe_desktop.domain.ejemplo.personas import (
    SEMILLA,
    Trabajador,
    registros_patronales,
    trabajadores,
)
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso

MOVIMIENTOS_POR_TRABAJADOR = 6
REGISTROS_PATRONALES = 40
PRIMER_DIA = date(2025, 2, 1)  # from here on the tables have minimum wage and UMA
ULTIMO_DIA = date(2026, 12, 31)

_DAY = timedelta(days=1)
_ESTADOS = (
    (EstadoAviso.APROBADO, 78),
    (EstadoAviso.RECHAZADO, 6),
    (EstadoAviso.PENDIENTE, 6),
    (EstadoAviso.ENVIADO, 4),
    (EstadoAviso.RECIBIDO, 4),
    (EstadoAviso.CANCELADO, 2),
)
_TODOS = [estado for estado, parts in _ESTADOS for _ in range(parts)]
# Invented: the IMSS publishes no catalogue of them. Source: dominio/idse.md §2.
_RECHAZOS = (
    ("EJ1", "EL NSS NO CORRESPONDE AL NOMBRE (EJEMPLO)"),
    ("EJ2", "YA EXISTE UN MOVIMIENTO CON LA MISMA FECHA (EJEMPLO)"),
)


class MovimientoEjemplo(NamedTuple):
    """trabajador: the place among `trabajadores`. The days are None where the state has none."""

    trabajador: int
    registro: RegistroLeido
    estado: EstadoAviso
    emitido: date | None
    recibido: date | None
    respondido: date | None
    codigo_rechazo: str
    causa_rechazo: str


def people_of(filas: int, semilla: int = SEMILLA) -> list[Trabajador]:
    """The workers whom so many movements name."""
    return trabajadores(max(1, filas // MOVIMIENTOS_POR_TRABAJADOR), semilla)


def movimientos(filas: int, semilla: int = SEMILLA) -> Iterator[RegistroLeido]:
    """About six a worker, of forty employers; no two the same."""
    registros = registros_patronales(REGISTROS_PATRONALES, semilla)
    dias = (PRIMER_DIA, ULTIMO_DIA)
    for _quien, registro in _movimientos(
        filas, people_of(filas, semilla), registros, dias, semilla
    ):
        yield registro


def movimientos_con_estado(
    filas: int,
    people: Sequence[Trabajador],
    registros: Sequence[str],
    semilla: int = SEMILLA,
    *,
    dias: tuple[date, date] = (PRIMER_DIA, ULTIMO_DIA),
) -> Iterator[MovimientoEjemplo]:
    """The same movements as they stand some weeks after: sent, answered, refused, still here.

    people, registros: of whom they are, chosen by the seed.
    """
    azar = random.Random(semilla + 2)  # noqa: S311 - no secret comes of it
    for quien, registro in _movimientos(filas, people, registros, dias, semilla):
        estado = _TODOS[int(azar.random() * len(_TODOS))]
        sent = estado not in (EstadoAviso.PENDIENTE, EstadoAviso.CANCELADO)
        received = sent and estado is not EstadoAviso.ENVIADO
        emitido = registro.fecha + 2 * _DAY
        refused = azar.choice(_RECHAZOS) if estado is EstadoAviso.RECHAZADO else ("", "")
        yield MovimientoEjemplo(
            quien,
            registro,
            estado,
            emitido if sent else None,
            emitido if received else None,
            emitido + _DAY if estado.is_answered else None,
            *refused,
        )


def _movimientos(
    filas: int,
    people: Sequence[Trabajador],
    registros: Sequence[str],
    dias: tuple[date, date],
    semilla: int,
) -> Iterator[tuple[int, RegistroLeido]]:
    azar = random.Random(semilla)  # noqa: S311 - no secret comes of it
    length = (dias[1] - dias[0]).days
    fechas = [dias[0] + timedelta(days=dia) for dia in range(length)]
    usados = bytearray(len(people))
    for linea in range(1, filas + 1):
        quien = azar.randrange(len(people))
        persona = people[quien]
        # The worker's own days never repeat: the nth movement lies in the nth part of them.
        vez = usados[quien]
        usados[quien] += 1
        fecha = fechas[(quien * 31 + vez * 23) % length]
        tipo = ("08", "07", "07", "07", "02")[vez % 5]
        registro = registros[quien % len(registros)]
        clave = f"E{quien:07}"
        if tipo == "02":
            # fmt: off
            yield quien, RegistroLeido(
                linea, tipo, registro, persona.nss, persona.primer_apellido,
                persona.segundo_apellido, persona.nombres, fecha, None, "", "", "",
                azar.choice("1236A"), "", "01400", clave, "", (),
            )
            # fmt: on
            continue
        sbc = azar.randrange(441_00, 2800_00)
        # fmt: off
        yield quien, RegistroLeido(
            linea, tipo, registro, persona.nss, persona.primer_apellido,
            persona.segundo_apellido, persona.nombres, fecha, sbc,
            "1" if tipo == "08" else "", azar.choice("012"), "0", "",
            f"{quien % 90 + 1:03}" if tipo == "08" else "", "01400", clave, persona.curp, (),
        )
        # fmt: on
