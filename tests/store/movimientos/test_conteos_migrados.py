"""A store of the version before the counts: it opens, and what it had is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.engine import open_engine
from icsoe_desktop.store.migrate import alembic_config, migrate
from tests.conftest import Reloj

BEFORE = "0015"
# fecha, estado, extemporaneo, recibido, lote_id
OLD: tuple[tuple[Any, ...], ...] = (
    (20260301, 0, None, None, None),
    (20260301, 0, None, None, None),
    (20260301, 0, None, None, b"L" * 16),
    (20260302, 3, None, 20260304, b"L" * 16),
    (20260302, 5, 1, 20260309, b"L" * 16),
    (20260302, 4, 1, 20260309, b"L" * 16),
)
COUNTED = {
    (0, 20260301, "08", "0", 0, -1, -1): 2,
    (0, 20260301, "08", "0", 1, -1, -1): 1,
    (3, 20260302, "08", "0", 0, -1, 20260304): 1,
    (4, 20260302, "08", "0", 0, -1, -1): 1,
    (5, 20260302, "08", "0", 0, 1, 20260309): 1,
}


def test_the_movements_of_the_version_before_are_counted(tmp_path: Path, reloj: Reloj) -> None:
    engine = open_engine(tmp_path / "icsoe.db", DataKey.generate())
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        run("COMMIT")
        run("PRAGMA foreign_keys = OFF")
        run("BEGIN")
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        for at, values in enumerate(OLD):
            run(
                "INSERT INTO movimientos (id, trabajador, tipo, registro_patronal, tipo_trabajador,"
                " tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, codigo_rechazo, "
                "causa_rechazo, fecha, estado, extemporaneo, recibido, lote_id) VALUES "
                "(?, 1, '08', 'Y5412345109', '', '0', '', '', '', '', '', '', '', ?, ?, ?, ?, ?)",
                (bytes([at]) * 16, *values),
            )
        connection.commit()
    assert migrate(engine, tmp_path / "copias", reloj) is True
    with engine.begin() as connection:
        run = connection.exec_driver_sql
        rows = run("SELECT * FROM conteos").all()
        assert {tuple(row[:-1]): row[-1] for row in rows} == COUNTED
        run("UPDATE movimientos SET estado = 1 WHERE fila = 1")
        moved = run("SELECT estado, cuantos FROM conteos WHERE fecha = 20260301 ORDER BY 1, 2")
        assert [tuple(row) for row in moved] == [(0, 1), (0, 1), (1, 1)]
    engine.dispose()
