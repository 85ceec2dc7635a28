"""What a person reads of a record in conflict, movement by movement."""

from __future__ import annotations

from typing import Any

import pytest

from icsoe_desktop.domain.icsoe.trabajadores import pack_rows
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.informativa.recibidos import in_words
from icsoe_desktop.services.sincronizacion.identidad.record_names import (
    movement_in_words,
    movement_title,
)
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.engine import Store
from tests.domain.icsoe.informativas import filas

PERSONA = {"nombres": "Gael", "primer_apellido": "Rivera", "segundo_apellido": "Diego"}
ALTA: list[Any] = [
    "12345678903", "", "RIVERA", "DIEGO", "GAEL", "08", "A1234567895", 2026_10_06, 1234_05,
    "1", "0", "6", "", "035", "01400", "E7",
]  # fmt: skip
BAJA: list[Any] = [*ALTA[:5], "02", *ALTA[6:8], None, "", "", "", "2", "", "01400", ""]


@pytest.mark.parametrize(
    ("kind", "content", "title"),
    [
        (RecordKind.CONTRATISTA, {"nombre": "UNO", "rfc": "OFI010101AB1"}, "UNO"),
        (
            RecordKind.REGISTRO_PATRONAL,
            {"registro_patronal": "A1234567895", "razon_social": "UNO"},
            "A1234567895 UNO",
        ),
        (RecordKind.PERSONA, {**PERSONA, "curp": "C"}, "Gael Rivera Diego"),
        (
            RecordKind.RELACION,
            {**PERSONA, "curp": "C", "contratista_id": "7"},
            "Gael Rivera Diego",
        ),
        (RecordKind.CERTIFICADO, {"titular": "UNO", "numero": "0001"}, "UNO 0001"),
        (RecordKind.LOTE, {"nombre_archivo": "alta.txt"}, "alta.txt"),
        (RecordKind.MOVIMIENTOS, {}, ""),
    ],
)
def test_a_record_has_a_title_for_people(
    kind: RecordKind, content: dict[str, Any], title: str
) -> None:
    assert KINDS[kind].title(content) == title


def test_two_captures_of_a_movement_are_compared_in_words() -> None:
    assert movement_title(ALTA) == "GAEL RIVERA DIEGO"
    alta = movement_in_words(ALTA)
    for part in ("Alta o reingreso", "A1234567895", "06/10/2026", "SBC 1,234.05", "035", "01400"):
        assert part in alta.replace("UMF ", "")
    assert alta.endswith("clave E7")
    baja = movement_in_words(BAJA)
    assert baja.startswith("Baja, A1234567895, 06/10/2026, ")
    assert "SBC" not in baja
    assert "clave" not in baja


def test_a_list_of_workers_is_told_by_what_the_other_version_lacks(store: Store) -> None:
    rows = filas(3)
    all_three, first = pack_rows(rows), pack_rows(rows[:1])
    with store.read() as db:
        assert in_words(db, "trabajadores", [first], [all_three]) == ["1 trabajador"]
        more = (
            f"3 trabajadores; sólo aquí: {rows[1].nss} {rows[1].sbc}, {rows[2].nss} {rows[2].sbc}"
        )
        assert in_words(db, "trabajadores", [all_three], [first]) == [more]
        # The other version has no list at all.
        for nothing in ([], [None]):
            (told,) = in_words(db, "trabajadores", [first], nothing)
            assert told == f"1 trabajador; sólo aquí: {rows[0].nss} {rows[0].sbc}"
