"""The plain form of a record: one text for equal values, and nothing hostile is unpacked."""

from __future__ import annotations

import uuid
import zlib

import pytest

from icsoe_desktop.domain.sincronizacion.merge import LostValue
from icsoe_desktop.domain.sincronizacion.records import canonical, pack, parse_record_id, unpack

ID = "018f3c1a-7b1e-7a2b-9c3d-0123456789ac"


def test_equal_values_have_one_text_whatever_order_they_were_made_in() -> None:
    assert canonical({"b": [1, None], "a": "Ñ"}) == '{"a":"Ñ","b":[1,null]}'.encode()
    assert canonical({"a": "Ñ", "b": [1, None]}) == canonical({"b": [1, None], "a": "Ñ"})


def test_a_value_that_loses_twice_is_one_conflict_and_another_value_is_another() -> None:
    def conflict(lost: object, current: object = "z", campo: str = "telefono") -> uuid.UUID:
        return LostValue(campo, (campo,), (current,), (lost,)).identify(uuid.UUID(ID))

    assert conflict({"b": 1, "a": 2}) == conflict({"a": 2, "b": 1}, current="y")
    assert len({conflict("1"), conflict("2"), conflict("1", campo="correo")}) == 3


def test_a_record_is_unpacked_up_to_eight_mebibytes() -> None:
    most = 8 * 1024 * 1024
    assert len(unpack(zlib.compress(b'"' + b"x" * (most - 2) + b'"'))) == most - 2
    with pytest.raises(ValueError, match="too large"):
        unpack(zlib.compress(b'"' + b"x" * (most - 1) + b'"'))


@pytest.mark.parametrize("missing", [1, 4])
def test_a_record_that_was_cut_short_is_refused(missing: int) -> None:
    with pytest.raises(ValueError, match="cut short"):
        unpack(pack({"a": 1})[:-missing])


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"no es", "not compressed"),
        (zlib.compress(b"{"), "Expecting"),
        (zlib.compress(b"[" * 1_000_000), "nested too deeply"),
    ],
)
def test_what_no_desktop_packed_is_refused(data: bytes, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        unpack(data)


def test_a_record_has_the_one_name_of_its_id() -> None:
    assert parse_record_id(ID) == uuid.UUID(ID)
    for name in (ID.upper(), ID.replace("-", ""), f"{{{ID}}}", "no es", ""):
        assert parse_record_id(name) is None
