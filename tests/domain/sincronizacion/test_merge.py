"""Merging: what one side changed stays, what both changed is decided alike everywhere."""

from __future__ import annotations

import json
import uuid
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.sincronizacion.deletions import MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS, merge, merge_estado
from icsoe_desktop.domain.sincronizacion.records import RecordKind, canonical, pack, unpack
from icsoe_desktop.domain.sincronizacion.stamps import (
    KEPT_NAMES,
    MAX_NUMBER,
    NAME_LENGTH,
    History,
)
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.seguridad.sealed_record import (
    Envelope,
    EnvelopeUnreadableError,
    PackedContent,
    open_record,
    seal_record,
)
from icsoe_desktop.store.tables.movimientos import ESTADOS

OFICINA = "of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab"
REGISTRO = uuid.UUID("018f3c1a-7b1e-7a2b-9c3d-0123456789ac")
CAMPOS = ("telefono", "correo", "nombres")

contents = st.fixed_dictionaries(
    {campo: st.sampled_from(["a", "b", "c", None]) for campo in CAMPOS} | {CONFLICTOS: st.just({})}
)
days = st.sampled_from([None, 20260302, 20260305])
words = st.sampled_from(["", "X1", "X2"])
states = st.tuples(
    st.sampled_from(ESTADOS), st.sampled_from([None, 0, 1]), *[days] * 4, words, words,
    st.sampled_from([None, "a" * 32, "b" * 32]),
).map(list)  # fmt: skip


@given(contents, contents)
def test_what_only_one_side_changed_is_what_both_have(base: Any, changed: Any) -> None:
    for local, remoto in ((changed, base), (base, changed), (changed, changed)):
        found = merge(RecordKind.RELACION, base, local, remoto)
        assert (found.content, found.lost_values) == (changed, ())


@given(contents, contents, contents)
def test_a_field_is_changed_by_one_of_them_or_its_loser_is_kept(
    base: Any, local: Any, remoto: Any
) -> None:
    found = merge(RecordKind.RELACION, base, local, remoto)
    assert found.content is not None
    lost = {one.first_field: one.lost[0] for one in found.lost_values}
    for campo in CAMPOS:
        now = found.content[campo]
        for side in (local, remoto):
            if side[campo] != base[campo]:
                assert side[campo] in (now, lost.get(campo, now))
    # Whoever meets the result afterwards has nothing left to decide.
    again = merge(RecordKind.RELACION, remoto, found.content, remoto)
    assert (again.content, again.lost_values) == (found.content, ())


@given(contents, contents)
def test_a_baja_of_the_server_wins_and_the_other_is_kept(local: Any, remoto: Any) -> None:
    def with_status(side: Any, estatus: str) -> Any:
        return {**side, "estatus": estatus, "confirmada": None, "dado_de_baja": None}

    base = with_status(local, "Registrada")
    found = merge(
        RecordKind.RELACION, base, with_status(local, "Activa"), with_status(remoto, "Baja")
    )
    assert found.content is not None
    assert found.content["estatus"] == "Baja"
    assert ("estatus", ("Activa", None, None)) in [
        (o.first_field, o.lost) for o in found.lost_values
    ]


@given(states, states, states)
def test_states_are_a_lattice(one: Any, other: Any, third: Any) -> None:
    assert merge_estado(one, other) == merge_estado(other, one)
    assert merge_estado(one, one) == one
    assert merge_estado(merge_estado(one, other), third) == merge_estado(
        one, merge_estado(other, third)
    )
    height = {name: place for place, name in enumerate(ESTADOS)}
    merged = merge_estado(one, other)
    assert height[merged[0]] == max(height[one[0]], height[other[0]])


def test_what_a_constancia_said_stays_where_another_desktop_only_marked_the_lote() -> None:
    lote = "a" * 32
    marked = ["Rechazado", None, 20260302, 20260303, None, 20260305, "", "", lote]
    read = ["Rechazado", 1, 20260302, None, None, 20260304, "X1", "causa inventada", lote]
    expected = ["Rechazado", 1, 20260302, 20260303, None, 20260305, "X1", "causa inventada", lote]
    assert merge_estado(marked, read) == merge_estado(read, marked) == expected


packages = st.dictionaries(
    st.sampled_from(["m1", "m2", "m3"]), st.sampled_from([["x"], ["y"], ["z"]]), max_size=3
).map(lambda moves: {MOVIMIENTOS: moves})


@given(packages, packages, packages)
def test_movements_that_one_side_added_or_changed_stay(base: Any, local: Any, remoto: Any) -> None:
    found = merge(RecordKind.MOVIMIENTOS, base, local, remoto).content
    assert found is not None
    for side, other in ((local, remoto), (remoto, local)):
        for key, value in side[MOVIMIENTOS].items():
            if base[MOVIMIENTOS].get(key) != value:
                kept = found[MOVIMIENTOS][key]
                assert kept == value or kept == other[MOVIMIENTOS].get(key)
    gone = base[MOVIMIENTOS].keys() - local[MOVIMIENTOS].keys() - remoto[MOVIMIENTOS].keys()
    assert not gone & found[MOVIMIENTOS].keys()


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["edit", "sync"]),
                          st.sampled_from(CAMPOS)), max_size=40))  # fmt: skip
def test_desktops_that_sync_in_any_order_end_alike_and_lose_nothing(steps: Any) -> None:
    """As the round does it: the server serialises, each merges against what it saw."""
    start: dict[str, Any] = {**dict.fromkeys(CAMPOS, "0"), CONFLICTOS: {}}
    server = dict(start)
    local = [dict(start) for _ in range(3)]
    base = [dict(start) for _ in range(3)]
    written: dict[str, set[str]] = {campo: set() for campo in CAMPOS}
    superseded: dict[str, set[str]] = {campo: set() for campo in CAMPOS}
    lost: dict[str, set[Any]] = {campo: set() for campo in CAMPOS}

    def sync(who: int) -> None:
        nonlocal server
        found = merge(RecordKind.RELACION, base[who], local[who], server)
        assert found.content is not None
        for one in found.lost_values:
            lost[one.first_field].add(one.lost[0])
        local[who] = dict(found.content)
        server, base[who] = dict(local[who]), dict(local[who])

    for at, (who, what, campo) in enumerate(steps):
        if what == "sync":
            sync(who)
        else:
            superseded[campo].add(local[who][campo])  # seen by whoever writes over it
            local[who][campo] = f"{at}"
            written[campo].add(f"{at}")
    for _ in range(2):
        for who in range(3):
            sync(who)
    assert local[0] == local[1] == local[2] == server
    for campo in CAMPOS:
        assert written[campo] <= superseded[campo] | lost[campo] | {server[campo]}


def test_an_edit_beats_a_deletion_and_an_old_copy_does_not() -> None:
    base = {"telefono": "1", CONFLICTOS: {}}
    edited = {**base, "telefono": "2"}
    assert merge(RecordKind.RELACION, base, None, base).content is None
    assert merge(RecordKind.RELACION, base, base, None).content is None
    assert merge(RecordKind.RELACION, base, None, edited).content == edited
    assert merge(RecordKind.RELACION, base, edited, None).content == edited
    assert merge(RecordKind.RELACION, base, None, None).content is None


def test_an_envelope_opens_only_in_its_place_and_keeps_its_history() -> None:
    llave = OfficeKey.generate()
    historia = History().written(("uno", 1)).written(("dos", 7))
    sobre = Envelope(RecordKind.RELACION, {"telefono": "5555555555"}, history=historia)
    data = seal_record(sobre, llave, OFICINA, REGISTRO)
    assert open_record(data, {1: llave}, OFICINA, "capturistas", REGISTRO) == sobre
    assert "5555555555" not in json.dumps(data)
    for keyring, oficina, coleccion, registro in (
        ({1: OfficeKey.generate()}, OFICINA, "capturistas", REGISTRO),
        ({1: llave}, "of-otra", "capturistas", REGISTRO),
        ({1: llave}, OFICINA, "contratistas", REGISTRO),
        ({1: llave}, OFICINA, "capturistas", uuid.UUID(int=7)),
    ):
        with pytest.raises(EnvelopeUnreadableError):
            open_record(data, keyring, oficina, coleccion, registro)
    with pytest.raises(EnvelopeUnreadableError) as later:
        open_record({**data, "k": 2}, {1: llave}, OFICINA, "capturistas", REGISTRO)
    assert later.value.missing_key


# The first text that Hypothesis makes on a machine costs a second.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["v", "k", "s", "i", "x"]), json_values))
def test_whatever_a_server_says_is_opened_or_refused(data: Any) -> None:
    llave = OfficeKey(b"k" * 32, 1)
    for changed in (data, {"v": 1, "k": 1, **data}):
        with pytest.raises(EnvelopeUnreadableError):
            open_record(changed, {1: llave}, OFICINA, "capturistas", REGISTRO)


@given(json_values)
def test_packing_gives_the_same_back(value: Any) -> None:
    assert unpack(pack(value)) == value


@given(
    st.dictionaries(st.text(), json_values, max_size=4),
    st.dictionaries(st.text(min_size=1, max_size=NAME_LENGTH), st.integers(1, MAX_NUMBER)),
)
def test_a_content_that_is_packed_once_reads_as_if_it_had_been_packed_twice(
    contenido: dict[str, Any], escritos: dict[str, int]
) -> None:
    llave = OfficeKey(b"k" * 32, 1)
    historia = History(tuple(escritos.items())[:KEPT_NAMES])
    sobre = Envelope(RecordKind.RELACION, contenido, history=historia)
    empacado = PackedContent.of(contenido)
    assert zlib.decompress(empacado.alone()) == canonical(contenido)
    # From RFC 1950 alone: whoever reads it needs none of ours.
    assert zlib.decompress(empacado.between(b"[", b"]")) == b"[" + canonical(contenido) + b"]"
    data = seal_record(sobre, llave, OFICINA, REGISTRO, empacado)
    assert open_record(data, {1: llave}, OFICINA, "capturistas", REGISTRO) == sobre


def test_a_large_content_packed_once_is_as_short_as_packed_apart() -> None:
    contenido = {str(at): ["PEREZ", "GARCIA", at * 7919 % 100_003] for at in range(5_000)}
    once, apart = PackedContent.of(contenido).alone(), pack(contenido)
    assert unpack(once) == contenido
    assert len(once) < len(apart) + 16
