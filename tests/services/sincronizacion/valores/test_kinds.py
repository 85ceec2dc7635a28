"""The three tables of the shared kinds, one a layer, are of the same kinds."""

from __future__ import annotations

from icsoe_desktop.domain.sincronizacion.merge import RULES
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS, REFERENCES
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED


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
    told = {
        (table, column, kind)
        for kind, shared in SHARED.items()
        for table, column in shared.named_by
    }
    for name, table in tables.items():
        for column in table.columns.keys() & REFERENCES.keys():
            assert (name, column, REFERENCES[column]) in told
