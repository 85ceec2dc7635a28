"""A new column that travels must be one that desktops of the version before may leave out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.engine import open_engine
from icsoe_desktop.store.migrate import alembic_config, columns_of_tables
from icsoe_desktop.store.movimientos.movement_rows import MovementContent
from icsoe_desktop.store.sincronizacion import packets, states
from icsoe_desktop.store.sincronizacion.shared_rows import (
    SHARED,
    columns_of,
    may_be_absent,
)
from icsoe_desktop.store.tables.movimientos import MovimientoRow

# The first version that shared anything: no peer is older.
FIRST_SHARED = "v1_0001"
# What every program sends, in this order, for good.
MOVEMENT = (
    "tipo", "registro_patronal", "fecha", "sbc", "tipo_trabajador", "tipo_salario", "jornada",
    "causa_baja", "umf", "guia", "clave_trabajador", "rfc", "corrige",
)  # fmt: skip
STATE = (
    "estado", "extemporaneo", "emitido", "recibido", "aprobado", "rechazado", "codigo_rechazo",
    "causa_rechazo", "lote_id",
)  # fmt: skip
# Of this desktop alone.
OWN = {
    "fila", "id", "trabajador", "constancia_id", "importacion", "seguro", "limite", "dictamen",
    "en_archivo",
}  # fmt: skip


def complaints(first: Mapping[str, set[str]]) -> list[str]:
    """first: the columns of each table in the first version that shared it."""
    travelling = [(one.row.__tablename__, columns_of(kind)) for kind, one in SHARED.items()]
    return [
        f"{table}.{column.name} has no default: desktops of the version before do not send it, and "
        "every record of theirs would be set aside. Make it nullable, or declare it with "
        "mapped_column(default=..., server_default=...) and give the migration the same "
        "server_default. See docs/decisions/0025-esquema-entre-versiones.md."
        for table, columns in travelling
        for column in columns
        if column.name not in first[table] and not may_be_absent(column)
    ]


def columns_at(engine: Engine, revision: str) -> dict[str, set[str]]:
    """The columns of the tables once an empty store is at the revision."""
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        found = columns_of_tables(connection)
        connection.commit()
    return found


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    path: Path = tmp_path_factory.mktemp("primera") / "vacio.db"
    engine = open_engine(path, DataKey.generate())
    found = columns_at(engine, FIRST_SHARED)
    engine.dispose()
    return found


def test_a_new_column_that_travels_has_a_default(first: dict[str, set[str]]) -> None:
    assert complaints(first) == []


def test_a_new_column_without_a_default_is_told_with_what_to_do(
    first: dict[str, set[str]],
) -> None:
    older = first | {
        "relaciones": first["relaciones"] - {"telefono", "cotejada"},
        "contratantes": first["contratantes"] - {"domicilio"},
    }
    found = complaints(older)
    assert [one.split(" ")[0] for one in found] == ["relaciones.telefono", "contratantes.domicilio"]
    assert all("mapped_column(default=" in one for one in found)


def test_a_new_column_of_movements_travels_last_and_has_a_default() -> None:
    columns = set(MovimientoRow.__table__.columns.keys())
    travelling = (*MovementContent._fields, *states.COLUMNS)
    assert columns - set(travelling) == OWN, (
        "A new column of movimientos goes last in MovementContent or in states.COLUMNS, or is "
        "named in OWN if it is of this desktop alone."
    )
    assert (MovementContent._fields[: len(MOVEMENT)], states.COLUMNS[: len(STATE)]) == (
        MOVEMENT,
        STATE,
    ), "Desktops of other versions know these values by their places: add new ones at the end."
    always = packets.WORKER + len(MOVEMENT), len(STATE)
    assert always == (packets.ALWAYS, states.ALWAYS)
    size = packets.WORKER + len(MovementContent._fields), len(states.COLUMNS)
    assert size == (packets.SIZE, states.SIZE), (
        "Give the new value of a movement its default in packets.LATER, that of a state in "
        "carriers.FREE."
    )
