"""The counts that triggers keep are those of a recount, whoever writes and whatever is undone."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.migrate import HEAD_SCHEMA
from icsoe_desktop.store.movimientos.movement_counts import keep_rejected, owed_by_day
from icsoe_desktop.store.movimientos.workers import parse
from icsoe_desktop.store.tables.movimientos import ESTADOS

PENDIENTE, ENVIADO, CANCELADO, RECIBIDO, RECHAZADO, _APROBADO = range(len(ESTADOS))
NSS = ("11111111111", "22222222222")
# Two workers are one person: another spelling of the name.
WORKERS = {1: NSS[0], 2: NSS[0], 3: NSS[1]}
REGISTROS = ("Y5412345109", "Y5412345108", "Z1112345101")
LOTE = uuid.UUID(int=7).bytes

VALUES: dict[str, tuple[Any, ...]] = {
    "trabajador": tuple(WORKERS),
    "tipo": ("07", "08"),
    "tipo_salario": ("", "0"),
    "registro_patronal": REGISTROS,
    "fecha": (20260301, 20260302),
    "estado": (RECHAZADO, *range(len(ESTADOS))),
    "extemporaneo": (None, 0, 1),
    "recibido": (None, 20260302, 20260303),
    "lote_id": (None, LOTE),
    "id": tuple(at.to_bytes(16, "big") for at in range(40)),
}
FILAS = range(1, 8)
# Most acts write; some begin, keep or undo a transaction, or a part of one.
ACTS = ("alta", "alta", "cambio", "cambio", "cambio", "cambio", "baja")
ENDS = ("BEGIN", "ROLLBACK", "COMMIT", "SAVEPOINT aqui", "ROLLBACK TO aqui")


@pytest.fixture(scope="module")
def raw() -> Iterator[RawConnection]:
    """An empty store of the present schema, in memory."""
    engine = create_engine("sqlite://", module=dbapi2, poolclass=StaticPool)
    with engine.connect() as connection:
        for statement in json.loads(HEAD_SCHEMA.read_text("utf-8"))["statements"]:
            connection.exec_driver_sql(statement)
        found = connection.connection.driver_connection
        assert found is not None
        found.isolation_level = None
        for fila, nss in WORKERS.items():
            found.execute(
                "INSERT INTO trabajadores VALUES (?, ?, '', ?, '', 'ANA', ?, '', 'ana')",
                (fila, nss, f"SOTO {fila}", f"soto {fila}"),
            )
        yield found
    engine.dispose()


def act(raw: RawConnection, azar: Random) -> None:
    try:
        match azar.choice(ACTS) if azar.random() < 0.8 else azar.choice(ENDS):
            case "alta":
                row = {name: azar.choice(values) for name, values in VALUES.items()}
                raw.execute(
                    f"INSERT INTO movimientos ({', '.join(row)}, tipo_trabajador, jornada, "  # noqa: S608
                    "causa_baja, umf, guia, clave_trabajador, codigo_rechazo, causa_rechazo) "
                    f"VALUES ({', '.join('?' * len(row))}, '', '', '', '', '', '', '', '')",
                    tuple(row.values()),
                )
            case "cambio":
                name = azar.choice(tuple(VALUES))
                values = (azar.choice(VALUES[name]), azar.choice(FILAS))
                raw.execute(f"UPDATE movimientos SET {name} = ? WHERE fila = ?", values)  # noqa: S608
            case "baja":
                raw.execute("DELETE FROM movimientos WHERE fila = ?", (azar.choice(FILAS),))
            case end:
                raw.execute(end)
    except (dbapi2.OperationalError, dbapi2.IntegrityError):
        pass  # no transaction to end, or the id is taken: nothing was written


def rows_of(raw: RawConnection) -> list[dict[str, Any]]:
    names = ["fila", *VALUES]
    rows = raw.execute(f"SELECT {', '.join(names)} FROM movimientos").fetchall()  # noqa: S608
    return [dict(zip(names, row, strict=True)) for row in rows]


def recount(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for one in rows:
        answered = one["estado"] in (RECIBIDO, _APROBADO)
        late, day = (
            one[name] if answered and one[name] is not None else -1
            for name in ("extemporaneo", "recibido")
        )
        in_file = int(one["estado"] == PENDIENTE and one["lote_id"] is not None)
        key = (one["estado"], one["fecha"], one["tipo"], one["tipo_salario"], in_file, late, day)
        found[key] += 1
    return found


def settles(later: dict[str, Any], rejected: dict[str, Any]) -> bool:
    """Whether it presents the rejected one again. A change of salary has to be of the same day."""
    return (
        rejected["estado"] == RECHAZADO
        and later["estado"] not in (RECHAZADO, CANCELADO)
        and WORKERS[later["trabajador"]] == WORKERS[rejected["trabajador"]]
        and later["tipo"] == rejected["tipo"]
        and later["id"] > rejected["id"]
        and later["registro_patronal"][:10] == rejected["registro_patronal"][:10]
        and (later["tipo"] != "07" or later["fecha"] == rejected["fecha"])
    )


def owed(rows: list[dict[str, Any]]) -> Counter[tuple[str, str, int, str]]:
    """How many, by kind, salary, day and what has to be done."""
    found: Counter[tuple[str, str, int, str]] = Counter()
    for one in rows:
        match one["estado"]:
            case 0:
                part = "free" if one["lote_id"] is None else "in file"
            case 1 | 3:
                part = "presented"
            case 4 if not any(settles(other, one) for other in rows):
                part = "rejected"
            case _:
                continue
        found[one["tipo"], one["tipo_salario"], one["fecha"], part] += 1
    return found


def told(raw: RawConnection) -> Counter[tuple[str, str, int, str]]:
    found: Counter[tuple[str, str, int, str]] = Counter()
    for tipo, salario, fecha, *counts in owed_by_day(raw):
        for part, count in zip(("free", "in file", "presented", "rejected"), counts, strict=True):
            found[tipo, salario, fecha, part] += count
    return +found


@given(azar=st.randoms(use_true_random=True), keeps=st.booleans())
def test_whatever_is_written_or_undone_the_counts_are_those_of_a_recount(
    raw: RawConnection, azar: Random, keeps: bool
) -> None:
    """keeps: what is found of the rejected ones is kept after each act."""
    for _ in range(80):
        act(raw, azar)
        rows = rows_of(raw)
        kept = raw.execute("SELECT * FROM conteos").fetchall()
        assert {row[:-1]: row[-1] for row in kept} == recount(rows)
        assert told(raw) == owed(rows)
        by_fila = {one["fila"]: one for one in rows}
        for fila, por in raw.execute("SELECT fila, por FROM rechazados").fetchall():
            settling = {other["fila"] for other in rows if settles(other, by_fila[fila])}
            assert por in settling if por is not None else not settling
        if keeps:
            keep_rejected(raw)
    if raw.in_transaction:
        raw.execute("ROLLBACK")
    raw.execute("DELETE FROM movimientos")
    assert raw.execute("SELECT count(*) FROM conteos").fetchone() == (0,)
    assert raw.execute("SELECT count(*) FROM rechazados").fetchone() == (0,)


@pytest.mark.parametrize(
    ("texto", "words"),
    [
        # Eighteen letters without their spaces, as a CURP has.
        ("FANANDO KARINA WENDY", ("fanando", "karina", "wendy")),
        ("RIDG 050515 HNL VLL 09", ("ridg050515hnlvll09",)),
        ("1234-56-7890-3", ("12345678903",)),
        ("Muñoz Peña", ("munoz", "pena")),
    ],
)
def test_a_grouped_curp_or_nss_is_one_word_and_a_name_is_several(
    texto: str, words: tuple[str, ...]
) -> None:
    found = parse(texto)
    assert found is not None
    assert (found.indexed, found.short) == (words, ())
