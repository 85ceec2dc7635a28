"""What changed is noted by whoever changes it, in the same transaction, and only while shared."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text, update

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.capturistas.relaciones import relation_of
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED, columns_of
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.recibir.test_pasos_movimientos import Mesa, mesa
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"


@pytest.fixture
def una(uno: Equipo) -> Iterator[Mesa]:
    found = mesa(uno)
    yield found
    found.movimientos.close()


def waiting(equipo: Equipo) -> set[tuple[str, uuid.UUID]]:
    with equipo.store.read() as db:
        rows = db.execute(text("SELECT clase, registro FROM sincronizacion_salida"))
        return {(row[0], uuid.UUID(bytes=row[1])) for row in rows}


class Stop(Exception):
    pass


def test_a_change_that_is_taken_back_leaves_nothing_to_send(uno: Equipo) -> None:
    row = uno.add_registro("Y6077636105", "Antes")
    uno.round()
    assert waiting(uno) == set()
    seen = []

    def change_and_stop() -> None:
        with uno.store.write() as db:
            db.get_one(RegistroPatronalRow, row).razon_social = "Después"
            db.flush()
            query = text("SELECT count(*) FROM sincronizacion_salida")
            seen.append(db.execute(query).scalar_one())
            raise Stop

    with pytest.raises(Stop):
        change_and_stop()
    assert seen == [1]
    assert waiting(uno) == set()


def test_plain_sql_is_seen_like_everything_else(uno: Equipo) -> None:
    contratista = uno.add_contratista(RFC)
    row = uno.add_capturista(contratista, CURP)
    uno.round()
    with uno.store.write() as db:
        db.execute(update(RelacionRow).values(telefono="5551111111"))
    assert waiting(uno) == {("capturista", row)}
    uno.round()
    with uno.store.write() as db:
        raw_of(db).execute("UPDATE contratistas SET celular = '5550000000'")
    assert waiting(uno) == {("contratista", contratista)}


def test_the_next_short_number_of_a_contratista_is_nobody_elses_business(uno: Equipo) -> None:
    contratista = uno.add_contratista(RFC)
    uno.round()
    with uno.store.write() as db:
        db.execute(update(ContratistaRow).values(siguiente_relacion=7))
    assert waiting(uno) == set()
    assert uno.get(ContratistaRow, contratista, "siguiente_relacion") == (7,)


def test_an_import_and_its_undoing_are_noted(una: Mesa) -> None:
    una.capture(2)
    with una.equipo.store.write() as db:
        raw_of(db).execute(
            "INSERT INTO movimientos (id, trabajador, tipo, registro_patronal, fecha, "
            "tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, "
            "estado, codigo_rechazo, causa_rechazo) SELECT randomblob(16), trabajador, '02', "
            "registro_patronal, fecha + 1, '', '', '', '6', '', '', '', 0, '', '' FROM movimientos"
        )
    assert una.equipo.sync.state().esperan == 2
    assert una.equipo.round().enviados == 1  # both in one record
    with una.equipo.store.write() as db:
        raw_of(db).execute("DELETE FROM movimientos WHERE tipo = '02'")
    assert {clase for clase, _ in waiting(una.equipo)} == {"movimientos", "estados de movimientos"}


def test_each_contratista_still_sees_only_its_own(uno: Equipo, dos: Equipo) -> None:
    mine, theirs = uno.add_contratista(RFC), dos.add_contratista("OFI020202AB2")
    row, other = uno.add_capturista(mine, CURP), dos.add_capturista(theirs, CURP)
    meet(uno, dos)
    for equipo in (uno, dos):
        with equipo.store.read() as db:
            owner = db.get_one(ContratistaRow, mine)
            assert relation_of(db, owner, row)[0].id == row
            with pytest.raises(UserFacingError, match="ya no está"):
                relation_of(db, owner, other)
        assert equipo.count("personas") == 1


def test_every_column_of_a_shared_table_travels_or_is_named_as_its_own(uno: Equipo) -> None:
    uno.add_capturista(uno.add_contratista(RFC), CURP)
    filas = RecordRows(uno.store)
    for clase, shared in SHARED.items():
        kind = shared.row
        named = {column.name for column in columns_of(clase)} | shared.local
        assert named | {"id"} == set(kind.__table__.columns.keys())
        with uno.store.read() as db:
            ids = [row.id for row in db.query(kind)]
            for row_id in ids:
                found = filas.local(db, clase, row_id)
                assert found is not None
                assert {column.name for column in columns_of(clase)} <= found.keys()


def test_the_triggers_name_every_column_that_travels() -> None:
    for clase in (RecordKind.CONTRATISTA, RecordKind.PERSONA):
        watched = set(SHARED[clase].watched.split(", "))
        travels = {column.name for column in columns_of(clase)}
        # A row keeps these for good once it is made.
        assert travels - watched <= {"creado", "es_persona_moral"}


def test_the_triggers_of_an_older_program_give_way_to_those_of_this_one(uno: Equipo) -> None:
    def triggers() -> set[tuple[str, str]]:
        with uno.store.read() as db:
            rows = db.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            return {(name, sql) for name, sql in rows if name.startswith("sincronizacion_")}

    own = triggers()
    (name, _), *_ = sorted(own)
    with uno.store.write() as db:
        db.execute(text(f'DROP TRIGGER "{name}"'))
        for old in (name, "sincronizacion_de_antes"):
            db.execute(
                text(f"CREATE TRIGGER {old} AFTER INSERT ON contratistas BEGIN SELECT 1; END")
            )
        outbox.install(raw_of(db))
    assert triggers() == own
