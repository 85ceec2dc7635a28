"""What a record of this desktop tells the others, without a server."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.valores import kinds
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.store.tables import LoteRow
from tests.services.sincronizacion.equipos import Equipo


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
