"""The mail server that a contratista set while it was alone stays its own after the update."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.engine import open_engine
from icsoe_desktop.store.migrate import alembic_config, migrate
from tests.conftest import Reloj

BEFORE = "0012"
WHEN = "2026-01-05T12:00:00.000000Z"
OWNER = uuid.UUID("01890000-0000-7000-8000-00000000abcd")


@pytest.mark.parametrize("users", [0, 1])
def test_the_server_of_a_lone_contratista_becomes_its_own(
    tmp_path: Path, reloj: Reloj, users: int
) -> None:
    engine = open_engine(tmp_path / "icsoe.db", DataKey.generate())
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.execute(
            text(
                "INSERT INTO contratistas (id, numero, rfc, nombre, es_persona_moral, "
                "efirma_numero, efirma_hasta, siguiente_relacion, creado, actualizado) VALUES "
                "(:id, 1, 'TBI990101QX5', 'Talleres', 1, '1', :t, 1, :t, :t)"
            ),
            {"id": OWNER.bytes, "t": WHEN},
        )
        connection.execute(
            text("INSERT INTO ajustes VALUES (:id, 'correo.servidor', '{}', NULL)"),
            {"id": uuid.uuid4().bytes},
        )
        connection.execute(
            text(
                "INSERT INTO correos (id, para, asunto, estado, motivo, intentos, "
                "proximo_intento, creado) VALUES (:id, 'a@b.mx', 'A', 'Pendiente', '', 0, :t, :t)"
            ),
            {"id": uuid.uuid4().bytes, "t": WHEN},
        )
        if users:
            connection.execute(
                text(
                    "INSERT INTO usuarios (id, nombres, primer_apellido, segundo_apellido, correo, "
                    "correo_buscado, contrasena_hash, habilitado, aviso_version, creado, "
                    "actualizado) VALUES (:id, 'A', 'B', '', 'a@b.mx', 'a@b.mx', 'x', 1, '', :t, "
                    ":t)"
                ),
                {"id": uuid.uuid4().bytes, "t": WHEN},
            )
    assert migrate(engine, tmp_path / "copias", reloj) is True
    with engine.connect() as connection:
        names = connection.execute(text("SELECT nombre FROM ajustes")).scalars().all()
        owners = connection.execute(text("SELECT contratista_id FROM correos")).scalars().all()
    engine.dispose()
    if users:
        assert (list(names), list(owners)) == (["correo.servidor"], [None])
    else:
        assert list(names) == [f"correo.servidor.{OWNER.hex}"]
        assert list(owners) == [OWNER.bytes]
