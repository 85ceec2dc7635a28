"""A store of the version before the dated values: it opens, migrates, and nothing is lost."""

from __future__ import annotations

import uuid
from pathlib import Path

from alembic import command
from sqlalchemy import text

from icsoe_desktop.domain.valores_legales.valores import Concepto, Zona
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.migrate import alembic_config, migrate, schema_version
from icsoe_desktop.store.migrations import HEAD
from icsoe_desktop.store.tables import RegistroPatronalRow
from tests.conftest import Reloj

BEFORE = "0006"
WHEN = "2026-01-05T12:00:00.000000Z"


def test_a_data_folder_of_the_version_before_keeps_all_it_had(tmp_path: Path, reloj: Reloj) -> None:
    key = DataKey.generate()
    engine = open_engine(tmp_path / "icsoe.db", key)
    registro_id = uuid.uuid4().bytes
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.execute(
            text(
                "INSERT INTO registros_patronales "
                "(id, registro_patronal, razon_social, rfc, creado, actualizado) "
                "VALUES (:id, 'Y6077636105', 'Del norte', 'EKU9003173C9', :t, :t)"
            ),
            {"id": registro_id, "t": WHEN},
        )
        connection.execute(text("INSERT INTO dias_calendario VALUES (20260402, 0, 'Jueves Santo')"))
    assert migrate(engine, tmp_path / "copias", reloj) is True
    assert schema_version(engine) == HEAD
    store = Store(engine, key, reloj)
    with store.write() as db:
        row = db.get_one(RegistroPatronalRow, uuid.UUID(bytes=registro_id))
        assert (row.razon_social, row.rfc, row.zona) == ("Del norte", "EKU9003173C9", "")
        motivos = db.execute(text("SELECT motivo FROM dias_calendario")).scalars().all()
        assert list(motivos) == ["Jueves Santo"]
        row.zona = Zona.FRONTERA
    with store.read() as db:
        limites = limites_of(db)
        assert limites.on(reloj().date(), "Y6077636105").piso == 440_87
        assert limites.valores.on(Concepto.UMA, reloj().date()) is not None
    store.close()
