"""Who works where and with which SBC is what a plain walk over the notices says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.migrate import HEAD_SCHEMA
from icsoe_desktop.store.movimientos.last_notices import last_notices, open_notices
from icsoe_desktop.store.tables.movimientos import ESTADOS

PENDIENTE, ENVIADO, CANCELADO, RECIBIDO, RECHAZADO, APROBADO = range(len(ESTADOS))
NSS = ("11111111111", "22222222222", "33333333333")
WORKERS = {1: NSS[0], 2: NSS[0], 3: NSS[1], 4: NSS[2]}  # two spellings of one name
REGISTROS = ("Y5412345109", "Z1112345101")


def surname(worker: int) -> str:
    """In another order than the NSS."""
    return f"SOTO {len(WORKERS) - worker}"


@pytest.fixture
def raw() -> Iterator[RawConnection]:
    engine = create_engine("sqlite://", module=dbapi2, poolclass=StaticPool)
    with engine.connect() as connection:
        for statement in json.loads(HEAD_SCHEMA.read_text("utf-8"))["statements"]:
            connection.exec_driver_sql(statement)
        found = connection.connection.driver_connection
        assert found is not None
        for fila, nss in WORKERS.items():
            found.execute(
                "INSERT INTO trabajadores VALUES (?, ?, '', ?, '', 'ANA', ?, '', 'ana')",
                (fila, nss, surname(fila), surname(fila).lower()),
            )
        yield found
    engine.dispose()


Row = tuple[int, int, str, str, int, int | None, int]  # fila, worker, tipo, registro, fecha, …


def add(raw: RawConnection, row: Row) -> None:
    raw.execute(
        "INSERT INTO movimientos (fila, id, trabajador, tipo, registro_patronal, fecha, sbc, "
        "estado, tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, "
        "codigo_rechazo, causa_rechazo) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '0', '0', '', '', '', '', '', '')",
        (row[0], row[0].to_bytes(16, "big"), *row[1:]),
    )


def walked(rows: list[Row], until: int) -> dict[tuple[str, str], tuple[int, int | None]]:
    """(NSS, registro) → fila of the last and day of the last alta; the slow way."""
    telling = (ENVIADO, RECIBIDO, APROBADO)
    kept: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row[6] in telling and row[4] <= until:
            kept.setdefault((WORKERS[row[1]], row[3][:10]), []).append(row)

    def height(row: Row) -> tuple[bool, int, int]:
        return row[6] != ENVIADO, row[4], row[0]

    return {
        who: (
            max(found, key=height)[0],
            next((r[4] for r in sorted(found, key=height, reverse=True) if r[2] == "08"), None),
        )
        for who, found in kept.items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_last_notice_that_tells_is_found(raw: RawConnection, seed: int) -> None:
    azar = Random(seed)  # noqa: S311
    rows: list[Row] = []
    for fila in range(1, 60):
        tipo = azar.choice(("02", "07", "08"))
        row: tuple[Any, ...] = (
            fila, azar.choice(list(WORKERS)), tipo, azar.choice(REGISTROS),
            azar.choice((20200229, 20260131, 20260201, 20270101)),
            None if tipo == "02" else 500_00 + fila, azar.randrange(len(ESTADOS)),
        )  # fmt: skip
        rows.append(row)
        add(raw, row)
    by_fila = {row[0]: row for row in rows}
    for until in (20260131, 21001231):
        found = list(last_notices(raw, until))
        expected = walked(rows, until)
        assert {(one.nss, one.base): (one.fila, one.alta) for one in found} == expected
        order = [(one.primer_apellido, one.nss, one.registro_patronal) for one in found]
        assert order == sorted(order)
        for one in found:
            _, worker, tipo, _, fecha, sbc, estado = by_fila[one.fila]
            assert (one.tipo, one.fecha, one.sbc, one.estado) == (tipo, fecha, sbc, estado)
            assert one.primer_apellido == surname(worker)
    opened = sorted((one.fecha, one.sbc or 0) for one in open_notices(raw, 20260201))
    assert opened == sorted(
        (fecha, sbc or 0)
        for *_, fecha, sbc, estado in rows
        if estado not in (RECHAZADO, CANCELADO)
        and (fecha >= 20260201 or estado in (PENDIENTE, ENVIADO))
    )
