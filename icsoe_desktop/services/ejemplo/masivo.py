"""Sample rows by the hundred thousand, for benchmarks and tests: seeded, streamed, fast."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from icsoe_desktop.domain.ejemplo.movimientos import (
    REGISTROS_PATRONALES,
    MovimientoEjemplo,
    movimientos_con_estado,
    people_of,
)
from icsoe_desktop.domain.ejemplo.personas import (
    SEMILLA,
    CapturistaEjemplo,
    Trabajador,
    capturistas,
    registros_patronales,
)
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.terminos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.services.capturistas.relaciones import searchable
from icsoe_desktop.services.movimientos.filas import NUMERO_DE
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos import ejemplos_masivos as masivos
from icsoe_desktop.store.movimientos.trabajadores import folded, raw_of
from icsoe_desktop.store.tables import ContratistaRow
from icsoe_desktop.store.types import Instant, day_number


def fill_movimientos(
    store: Store, filas: int, progress: Progress | None = None, semilla: int = SEMILLA
) -> None:
    """Writes so many movements in every state, about six a worker, all or none.

    They come of no import. Once a seed: its workers are there afterwards. Raises Cancelled.
    """
    told = progress or NoProgress()
    people = people_of(filas, semilla)
    registros = registros_patronales(REGISTROS_PATRONALES, semilla)
    with store.write() as db:
        raw = raw_of(db)
        first = masivos.next_worker(raw)
        workers = (_worker(first + at, one) for at, one in enumerate(people))
        masivos.put_workers(raw, workers, len(people), told.report)
        rows = (
            _movement(store.new_id(), first, one)
            for one in movimientos_con_estado(filas, people, registros, semilla)
        )
        masivos.put_movements(raw, rows, filas, told.report)
        told.report(filas, filas)


def fill_capturistas(
    store: Store,
    contratista_id: uuid.UUID,
    cuantos: int,
    progress: Progress | None = None,
    semilla: int = SEMILLA,
) -> None:
    """Writes so many capturistas of a contratista in every estatus, all or none.

    None has a password. Once a seed: a CURP is one person's. Raises Cancelled.
    """
    told = progress or NoProgress()
    with store.write() as db:
        raw = raw_of(db)
        quien = db.get_one(ContratistaRow, contratista_id).rfc
        first = masivos.take_numbers(raw, contratista_id, cuantos)
        pairs = _capturistas(store, contratista_id, quien, first, capturistas(cuantos, semilla))
        masivos.put_capturistas(raw, pairs, cuantos, told.report)
        told.report(cuantos, cuantos)


def _worker(fila: int, one: Trabajador) -> tuple[Any, ...]:
    return (
        fila,
        one.nss,
        one.curp,
        one.primer_apellido,
        one.segundo_apellido,
        one.nombres,
        folded(one.primer_apellido),
        folded(one.segundo_apellido),
        folded(one.nombres),
    )


def _movement(new_id: uuid.UUID, first: int, one: MovimientoEjemplo) -> tuple[Any, ...]:
    registro, answered = one.registro, _day(one.respondido)
    return (
        new_id.bytes,
        first + one.trabajador,
        registro.tipo,
        registro.registro_patronal,
        day_number(registro.fecha),
        registro.sbc,
        registro.tipo_trabajador,
        registro.tipo_salario,
        registro.jornada,
        registro.causa_baja,
        registro.umf,
        registro.guia,
        registro.clave_trabajador,
        NUMERO_DE[one.estado],
        _day(one.emitido),
        _day(one.recibido),
        answered if one.estado is EstadoAviso.APROBADO else None,
        answered if one.estado is EstadoAviso.RECHAZADO else None,
        one.codigo_rechazo,
        one.causa_rechazo,
    )


def _capturistas(
    store: Store,
    contratista_id: uuid.UUID,
    quien: str,
    first: int,
    people: Iterator[CapturistaEjemplo],
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    clock = store.clock()
    now = Instant().process_bind_param(clock, None)
    for numero, one in enumerate(people, first):
        datos, persona_id = one.datos, store.new_id().bytes
        names = (datos.nombres, datos.primer_apellido, datos.segundo_apellido)
        yield (
            (persona_id, datos.curp, *names, now, now),
            (
                store.new_id().bytes,
                contratista_id.bytes,
                persona_id,
                numero,
                datos.curp,
                *names,
                datos.telefono,
                datos.correo,
                one.estatus.value,
                fold(datos.nombre),
                searchable(numero, datos, clock),
                AVISO_ICSOE_VERSION,
                quien,
                now if one.confirmada else None,
                now,
                now if one.estatus is Estatus.BAJA else None,
                now,
            ),
        )


def _day(day: date | None) -> int | None:
    return None if day is None else day_number(day)
