"""Find or create the row of a worker; delete workers without movements."""

from __future__ import annotations

from collections.abc import Iterable

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.store.connection import RawConnection, only_row

Identidad = tuple[str, str, str, str, str]  # nss, curp, primer_apellido, segundo_apellido, nombres


def folded(name: str) -> str:
    """The same as `fold`, but faster for the names in the IMSS's files."""
    return name.lower() if name.isascii() and name.isupper() and "`" not in name else fold(name)


def row_of_worker(raw: RawConnection, identidad: Identidad) -> int:
    """The row number of the worker; adds the worker if missing.

    A CURP that was unknown is added to the row with the same NSS and name.
    """
    nss, curp, primer, segundo, nombres = identidad
    found: list[tuple[int, str]] = raw.execute(
        "SELECT fila, curp FROM trabajadores "
        "WHERE nss = ? AND primer_apellido = ? AND segundo_apellido = ? AND nombres = ? "
        "ORDER BY curp DESC",
        (nss, primer, segundo, nombres),
    ).fetchall()
    for fila, known in found:
        if known == curp or not curp:
            return fila
    for fila, known in found:
        if not known:
            raw.execute("UPDATE trabajadores SET curp = ? WHERE fila = ?", (curp, fila))
            return fila
    fila = only_row(
        raw.execute(
            "INSERT INTO trabajadores (nss, curp, primer_apellido, segundo_apellido, nombres, "
            "orden_primer, orden_segundo, orden_nombres) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "RETURNING fila",
            (*identidad, folded(primer), folded(segundo), folded(nombres)),
        )
    )[0]
    return int(fila)


def forget_workers(raw: RawConnection, filas: Iterable[int]) -> None:
    """Delete these workers, except those that a movement refers to."""
    raw.executemany(
        "DELETE FROM trabajadores WHERE fila = ? "
        "AND NOT EXISTS (SELECT 1 FROM movimientos WHERE trabajador = trabajadores.fila)",
        [(fila,) for fila in filas],
    )
