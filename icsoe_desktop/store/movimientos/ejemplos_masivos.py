"""Rows of sample data by the hundred thousand, streamed into the open store."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from icsoe_desktop.store.movimientos.masivos import without_indexes

Report = Callable[[int, int, str], None]  # done, total, what

_CHUNK: Final = 20_000
_WORKER: Final = (
    "INSERT INTO trabajadores (fila, nss, curp, primer_apellido, segundo_apellido, nombres, "
    "orden_primer, orden_segundo, orden_nombres) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOVEMENT: Final = (
    "INSERT INTO movimientos (id, trabajador, tipo, registro_patronal, fecha, sbc, "
    "tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, estado, "
    "emitido, recibido, aprobado, rechazado, codigo_rechazo, causa_rechazo) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_PERSON: Final = (
    "INSERT INTO personas (id, curp, nombres, primer_apellido, segundo_apellido, creado, "
    "actualizado) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_RELATION: Final = (
    "INSERT INTO relaciones (id, contratista_id, persona_id, numero, curp, nombres, "
    "primer_apellido, segundo_apellido, telefono, correo, estatus, nombre_orden, buscado, "
    "aviso_version, usuario_alta, confirmada, creado, dado_de_baja, actualizado) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def next_worker(raw: Any) -> int:
    """The row that the next new worker takes."""
    return int(raw.execute("SELECT coalesce(max(fila), 0) + 1 FROM trabajadores").fetchone()[0])


def put_workers(raw: Any, rows: Iterable[tuple[Any, ...]], total: int, report: Report) -> None:
    """rows: `fila` and the columns of a worker."""
    with without_indexes(raw, "trabajadores", total, total, report):
        _insert(raw, _WORKER, rows, total, report, "Escribiendo trabajadores")


def put_movements(raw: Any, rows: Iterable[tuple[Any, ...]], total: int, report: Report) -> None:
    with without_indexes(raw, "movimientos", total, total, report):
        _insert(raw, _MOVEMENT, rows, total, report, "Escribiendo movimientos")


def put_capturistas(
    raw: Any,
    pairs: Iterable[tuple[tuple[Any, ...], tuple[Any, ...]]],
    total: int,
    report: Report,
) -> None:
    """pairs: the row of a person, and that of her relation."""
    source = iter(pairs)
    for done in range(0, total, _CHUNK):
        report(done, total, "Escribiendo capturistas")
        chunk = list(islice(source, _CHUNK))
        raw.executemany(_PERSON, [person for person, _ in chunk])
        raw.executemany(_RELATION, [relation for _, relation in chunk])


def take_numbers(raw: Any, contratista_id: uuid.UUID, count: int) -> int:
    """The first of so many numbers for new relations of a contratista."""
    (last,) = raw.execute(
        "UPDATE contratistas SET siguiente_relacion = siguiente_relacion + ? WHERE id = ? "
        "RETURNING siguiente_relacion",
        (count, contratista_id.bytes),
    ).fetchone()
    return int(last) - count


def _insert(
    raw: Any,
    statement: str,
    rows: Iterable[tuple[Any, ...]],
    total: int,
    report: Report,
    what: str,
) -> None:
    source: Iterator[tuple[Any, ...]] = iter(rows)
    for done in range(0, total, _CHUNK):
        report(done, total, what)
        raw.executemany(statement, islice(source, _CHUNK))
