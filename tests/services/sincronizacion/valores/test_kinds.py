"""The shared kinds: their tables, one a layer, labels, contents and sealed fields."""

from __future__ import annotations

import base64
import uuid

import pytest

from icsoe_desktop.domain.sincronizacion.merge import RULES
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.sincronizacion.valores import kinds
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS, REFERENCES
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.services.sincronizacion.valores.sealed_fields import COLUMNS, TABLE, sealed
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED, columns_of
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import CertificadoRow
from tests.services.sincronizacion.equipos import CERTIFICADO, Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

load_all()


def test_each_kind_has_its_line_in_the_table_of_each_layer() -> None:
    assert set(RULES) == set(KINDS) == set(RecordKind)
    packets = {kind for kind, shared in KINDS.items() if shared.packet is not None}
    assert set(SHARED) == set(RecordKind) - packets
    # What is merged by field has labels for the conflicts, and a name for its natural key.
    for kind, shared in KINDS.items():
        assert shared.merged is (RULES[kind].both is None)
        if shared.merged:
            assert shared.campos is not None
            assert shared.campos.label(shared.key) != shared.key


def test_a_record_is_sent_after_those_that_it_refers_to() -> None:
    order = list(KINDS)
    for kind, shared in SHARED.items():
        for column in shared.row.__table__.columns.keys() & REFERENCES.keys():
            assert order.index(REFERENCES[column]) < order.index(kind)


def test_each_reference_to_a_record_follows_it_to_another_id() -> None:
    tables = {shared.row.__tablename__: shared.row.__table__ for shared in SHARED.values()}
    tables_of = {kind: shared.row.__tablename__ for kind, shared in SHARED.items()}
    told = {
        (table, column, kind)
        for kind, shared in SHARED.items()
        for table, column in shared.named_by
    }
    for name, table in tables.items():
        for column in table.columns.keys() & REFERENCES.keys():
            assert (name, column, REFERENCES[column]) in told
    # A key that stayed behind would show at COMMIT, and end the round of every desktop.
    joining = {tables_of[kind]: kind for kind, shared in KINDS.items() if shared.same is not None}
    for table in Row.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name in joining:
                assert (table.name, key.parent.name, joining[key.column.table.name]) in told


@pytest.mark.parametrize("kind", [kind for kind, shared in KINDS.items() if shared.merged])
def test_every_field_that_may_be_in_conflict_has_a_label(kind: RecordKind) -> None:
    groups = RULES[kind].groups
    together = {name for group in groups for name in group.fields}
    shown = {group.fields[0] for group in groups if group.choose is None}
    shown |= {column.name for column in columns_of(kind)} - together
    assert shown
    campos = KINDS[kind].campos
    assert campos is not None
    assert [name for name in sorted(shown) if campos.label(name) == name] == []


@pytest.mark.parametrize(
    ("content", "told"), [(b"", None), (b"a", "a"), (b"abc", "abc"), (b"abcd", None)]
)
def test_the_file_of_a_lote_travels_unless_it_is_too_long_or_not_here(
    uno: Equipo, monkeypatch: pytest.MonkeyPatch, content: bytes, told: str | None
) -> None:
    monkeypatch.setattr(kinds, "MAX_ARCHIVO_LOTE", 3)
    row = LoteRow(
        id=uno.store.new_id(), registro_patronal="Y5512345105", tipo=None,
        nombre_archivo="a.txt", contenido=content, sha256=b"1" * 32, movimientos=0,
        estado="Generado", creado=uno.store.clock(), numero="", folio="",
    )  # fmt: skip
    with uno.store.write() as db:
        db.add(row)
        db.flush()
        found = RecordRows(uno.store).local(db, RecordKind.LOTE, row.id)
    assert found is not None
    assert found["contenido"] == told


ROW = uuid.UUID(int=7)
PLAIN = {"usuario": b"U1", "certificado": b"\x00cer", "llave": b"\x01key"}
CONTENT = {name: base64.b64encode(value).decode() for name, value in PLAIN.items()}


def test_what_came_is_sealed_in_its_place_and_neither_user_nor_certificate_is_missing() -> None:
    key = DataKey.generate()
    found = sealed(key, {**CONTENT, "contrasena": None}, ROW, None)
    assert found.pop("contrasena_sellada") is None
    opened = {name: key.unseal(found[COLUMNS[name]] or b"", TABLE, ROW, name) for name in PLAIN}
    assert opened == PLAIN
    for name in ("usuario", "certificado"):
        with pytest.raises(ValueError, match="missing"):
            sealed(key, {**CONTENT, name: None}, ROW, None)
    with pytest.raises(ValueError, match=r"base64|padding|Only"):
        sealed(key, {**CONTENT, "llave": "no es base64"}, ROW, None)


def test_a_field_that_did_not_come_stays_as_it_is_here() -> None:
    key, here = DataKey.generate(), CertificadoRow()
    assert "contrasena_sellada" not in sealed(key, CONTENT, ROW, here)
    assert sealed(key, {**CONTENT, "contrasena": None}, ROW, here)["contrasena_sellada"] is None
    # For a row that is new there is nothing to keep.
    assert sealed(key, CONTENT, ROW, None)["contrasena_sellada"] is None


def remove(equipo: Equipo, row_id: uuid.UUID) -> None:
    with equipo.store.write() as db:
        db.delete(db.get_one(CertificadoRow, row_id))


def test_it_arrives_with_its_key_and_opens_there(uno: Equipo, dos: Equipo) -> None:
    row_id = uno.add_certificado(uno.add_registro("Y6077636105", "Con certificado"))
    meet(uno, dos)
    with dos.store.read() as db:
        row = db.get_one(CertificadoRow, row_id)
        opened = {
            name: dos.store.key.unseal(getattr(row, column), "certificados", row_id, name)
            for name, column in (
                ("usuario", "usuario_sellado"),
                ("certificado", "certificado_sellado"),
                ("llave", "llave_sellada"),
            )
        }
    assert opened == CERTIFICADO
    assert uno.count("sincronizacion_salida") == dos.count("sincronizacion_salida") == 0
    remove(dos, row_id)
    meet(dos, uno)
    assert uno.count("certificados") == 0


def test_removed_while_it_was_on_its_way_it_is_gone_everywhere(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uno.add_registro("Y6077636105", "Con certificado")
    meet(uno, dos)
    row_id = uno.add_certificado(registro)
    memoria.antes_de_escribir = lambda: remove(uno, row_id)
    meet(uno, dos)
    meet(uno, dos)
    assert uno.count("certificados") == dos.count("certificados") == 0
