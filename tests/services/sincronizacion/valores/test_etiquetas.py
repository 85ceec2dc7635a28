"""A conflict calls a field as the windows do, never by the name of its column."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.sincronizacion.merge import RULES
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.sincronizacion.shared_rows import columns_of


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
