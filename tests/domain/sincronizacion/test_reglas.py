"""Who wins, unit by unit, when two desktops changed the same fields."""

from __future__ import annotations

from typing import Any

import pytest

from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.domain.sincronizacion.deletions import BAJAS, MOVIMIENTOS, deletion_mark
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS, merge, merge_estado
from icsoe_desktop.domain.sincronizacion.records import RecordKind

ANTES, DESPUES = "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"


def both_ways(
    clase: RecordKind, base: dict[str, Any] | None, one: dict[str, Any], other: dict[str, Any]
) -> dict[str, Any]:
    """What both desktops end with, whichever synced first; nothing may be left to choose."""
    found = merge(clase, base, one, other)
    again = merge(clase, base, other, one)
    assert found == again
    assert found.content is not None
    assert found.lost_values == ()
    return {key: value for key, value in found.content.items() if key != CONFLICTOS}


def password(created: str | None, digest: str, correo: str) -> dict[str, Any]:
    return {"contrasena_creada": created, "contrasena_hash": digest, "correo": correo}


@pytest.mark.parametrize("base", [{}, password("2026-01-01T00:00:00Z", "h0", "a@b.mx")])
@pytest.mark.parametrize("times", [(ANTES, DESPUES), (DESPUES, ANTES)])
def test_of_two_passwords_the_later_to_sync_stays_whole_and_the_other_is_kept(
    base: Any, times: tuple[str, str]
) -> None:
    mine, theirs = password(times[0], "h1", "z@b.mx"), password(times[1], "h2", "c@b.mx")
    found = merge(RecordKind.PERSONA, base, mine, theirs)
    assert found.content == {**mine, CONFLICTOS: {}}
    assert [one.lost for one in found.lost_values] == [tuple(theirs.values())]


def test_a_password_beats_having_none() -> None:
    none, some = password(None, "", "z@b.mx"), password(ANTES, "h1", "a@b.mx")
    base = password(None, "", "")
    assert both_ways(RecordKind.PERSONA, base, none, some) == some


@pytest.mark.parametrize(
    ("clase", "base", "loses", "wins"),
    [
        (
            RecordKind.CONTRATISTA,
            {"efirma_hasta": "2026-01-01", "efirma_numero": "1", "nombre": "UNO"},
            {"efirma_hasta": "2027-01-01", "efirma_numero": "9", "nombre": "ZETA"},
            {"efirma_hasta": "2028-01-01", "efirma_numero": "2", "nombre": "DOS"},
        ),
        (
            RecordKind.CONTRATISTA,
            {"terminos_aceptados": None, "terminos_version": None},
            {"terminos_aceptados": DESPUES, "terminos_version": "2026-01"},
            {"terminos_aceptados": ANTES, "terminos_version": "2026-11"},
        ),
        (
            RecordKind.CONTRATISTA,
            {"completado": None},
            {"completado": DESPUES},
            {"completado": ANTES},
        ),
        (RecordKind.PERSONA, {"aviso_version": 1}, {"aviso_version": 2}, {"aviso_version": 3}),
        (RecordKind.RELACION, {"aviso_version": 1}, {"aviso_version": 2}, {"aviso_version": 3}),
        (RecordKind.RELACION, {"cotejada": None}, {"cotejada": ANTES}, {"cotejada": DESPUES}),
        (RecordKind.RELACION, {"creado": None}, {"creado": DESPUES}, {"creado": ANTES}),
        (
            RecordKind.RELACION,
            {"actualizado": None},
            {"actualizado": ANTES},
            {"actualizado": DESPUES},
        ),
    ],
)
def test_a_date_or_version_decides_for_all_that_goes_with_it(
    clase: RecordKind, base: dict[str, Any], loses: dict[str, Any], wins: dict[str, Any]
) -> None:
    assert both_ways(clase, base, loses, wins) == wins
    # Also when they meet for the first time.
    assert both_ways(clase, None, loses, wins) == wins


@pytest.mark.parametrize(
    ("clase", "campo"),
    [
        (RecordKind.CONTRATISTA, "numero"),
        (RecordKind.RELACION, "numero"),
        (RecordKind.RELACION, "usuario_alta"),
        (RecordKind.RELACION, "persona_id"),
        (RecordKind.RELACION, "contratista_id"),
    ],
)
def test_what_the_server_has_of_a_relation_or_number_stays_and_nobody_is_asked(
    clase: RecordKind, campo: str
) -> None:
    found = merge(clase, {campo: 1}, {campo: 3}, {campo: 2})
    assert found.content == {campo: 2, CONFLICTOS: {}}
    assert found.lost_values == ()


def test_an_address_is_taken_whole_and_never_mixed() -> None:
    base, mine, theirs = (
        {"domicilio_social": Domicilio(codigo_postal="01000", colonia=colonia, calle=calle).valor}
        for calle, colonia in (("UNO", "A"), ("DOS", "A"), ("UNO", "B"))
    )
    found = merge(RecordKind.CONTRATISTA, base, mine, theirs)
    assert found.content == {**mine, CONFLICTOS: {}}
    (lost,) = found.lost_values
    assert (lost.first_field, lost.lost) == ("domicilio_social", tuple(theirs.values()))


def test_a_field_that_only_one_side_has_is_kept_and_one_that_nobody_has_is_not_made() -> None:
    found = merge(RecordKind.PERSONA, {}, {"curp": "X"}, {"nueva": 1})
    assert found.content == {"curp": "X", "nueva": 1, CONFLICTOS: {}}


def test_a_conflict_that_one_side_resolved_is_gone_and_a_new_one_stays() -> None:
    base = {CONFLICTOS: {"a": 1, "b": 2}}
    mine = {CONFLICTOS: {"b": 2, "c": 3}}
    theirs = {CONFLICTOS: {"a": 1, "b": 2, "d": 4}}
    assert merge(RecordKind.RELACION, base, mine, theirs).content == {
        CONFLICTOS: {"b": 2, "c": 3, "d": 4}
    }
    # Of movements too, whose record says nothing where there is none.
    package = merge(RecordKind.MOVIMIENTOS, base, mine, theirs)
    assert package.content == {MOVIMIENTOS: {}, CONFLICTOS: {"b": 2, "c": 3, "d": 4}}
    assert merge(RecordKind.MOVIMIENTOS, base, {CONFLICTOS: {}}, theirs).content == {
        MOVIMIENTOS: {},
        CONFLICTOS: {"d": 4},
    }
    none = merge(RecordKind.MOVIMIENTOS, None, {MOVIMIENTOS: {}}, {MOVIMIENTOS: {}})
    assert none.content == {MOVIMIENTOS: {}}


def test_a_movement_that_two_desktops_typed_is_the_later_one_and_the_other_is_kept() -> None:
    base, mine, theirs = ({MOVIMIENTOS: {"m": [typed]}} for typed in ("x", "y", "z"))
    found = merge(RecordKind.MOVIMIENTOS, base, mine, theirs)
    assert found.content == mine
    (lost,) = found.lost_values
    assert (lost.first_field, lost.fields, lost.kept, lost.lost) == (
        "m",
        ("m",),
        (["y"],),
        (["z"],),
    )


def test_a_movement_that_one_side_deleted_stays_only_if_the_other_edited_it() -> None:
    base = {MOVIMIENTOS: {"m": ["x"]}}
    gone: dict[str, Any] = {MOVIMIENTOS: {}}
    edited = {MOVIMIENTOS: {"m": ["y"]}}
    assert both_ways(RecordKind.MOVIMIENTOS, base, gone, base) == gone
    assert both_ways(RecordKind.MOVIMIENTOS, base, gone, edited) == edited


def test_a_deleted_movement_is_known_from_a_new_one_though_no_version_is_known_to_both() -> None:
    gone: dict[str, Any] = {MOVIMIENTOS: {}, BAJAS: {"m": deletion_mark(["x"])}}
    there: dict[str, Any] = {MOVIMIENTOS: {"m": ["x"], "n": ["x"]}}
    left = {MOVIMIENTOS: {"n": ["x"]}, BAJAS: gone[BAJAS]}
    assert both_ways(RecordKind.MOVIMIENTOS, None, gone, there) == left
    edited: dict[str, Any] = {MOVIMIENTOS: {"m": ["y"]}}
    assert both_ways(RecordKind.MOVIMIENTOS, None, gone, edited) == edited
    # What one side had to keep, as a lote carries it, stays.
    assert both_ways(RecordKind.MOVIMIENTOS, gone, gone, there) == there


@pytest.mark.parametrize("marks", [None, 7, ["m"], {"m": 7}, {"m": None}])
def test_marks_of_deletions_that_are_none_delete_nothing(marks: Any) -> None:
    there = {MOVIMIENTOS: {"m": ["x"]}}
    bad = {MOVIMIENTOS: {}, BAJAS: marks}
    assert both_ways(RecordKind.MOVIMIENTOS, None, bad, there) == there


def test_a_certificate_that_somebody_deleted_is_gone_and_one_that_is_there_is_the_servers() -> None:
    base, other = {"numero": "1"}, {"numero": "2"}
    assert merge(RecordKind.CERTIFICADO, base, None, other).content is None
    assert merge(RecordKind.CERTIFICADO, base, other, None).content is None
    assert merge(RecordKind.CERTIFICADO, base, base, other).content == other


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("Generado", "Enviado"),
        ("Enviado", "Cancelado"),
        ("Cancelado", "Recibido"),
        ("Recibido", "Rechazado"),
        ("Rechazado", "Aprobado"),
    ],
)
def test_a_lote_is_the_one_that_came_further(lower: str, higher: str) -> None:
    one, other = {"estado": lower, "nombre": "z"}, {"estado": higher, "nombre": "a"}
    assert both_ways(RecordKind.LOTE, None, one, other) == other


def test_of_two_lotes_that_came_as_far_every_desktop_takes_the_same() -> None:
    one, other = {"estado": "Enviado", "enviado": ANTES}, {"estado": "Enviado", "enviado": DESPUES}
    assert both_ways(RecordKind.LOTE, None, one, other) == other


def test_a_lote_that_came_further_takes_what_only_the_other_desktop_changed_besides() -> None:
    base = {"estado": "Generado", "enviado": None, "nota": "a", "otra": "a", "vieja": "a"}
    further = {**base, "estado": "Recibido", "otra": "b"}
    behind = {**base, "estado": "Enviado", "enviado": ANTES, "nota": "c", "otra": "c", "nueva": "c"}
    assert both_ways(RecordKind.LOTE, base, further, behind) == {**further, "nota": "c"}
    # Where nothing was known before, all of it is as the one that came further has it.
    assert both_ways(RecordKind.LOTE, None, further, behind) == further


def estado(name: str, lote: str | None, *, day: int | None = None) -> list[Any]:
    return [name, None, day, None, None, None, "", "", lote]


def test_a_state_that_came_further_brings_its_own_lote_and_dates() -> None:
    sent, received = estado("Enviado", "b" * 32, day=20260309), estado("Recibido", "a" * 32)
    assert merge_estado(sent, received) == merge_estado(received, sent) == received


def test_a_movement_in_two_lotes_is_in_the_same_one_at_every_desktop() -> None:
    one, other = estado("Enviado", "a" * 32, day=20260309), estado("Enviado", "b" * 32)
    assert merge_estado(one, other) == merge_estado(other, one) == other
    free = estado("Enviado", None, day=20260309)
    assert merge_estado(one, free) == merge_estado(free, one) == one


def test_states_go_up_whatever_was_known_before() -> None:
    base = {MOVIMIENTOS: {"m": estado("Recibido", None)}}
    lower = {MOVIMIENTOS: {"m": estado("Enviado", None)}}
    assert both_ways(RecordKind.ESTADOS, base, base, lower) == base


def test_without_a_common_version_the_server_s_value_stays_and_the_other_is_kept() -> None:
    mine, theirs = {"telefono": "2"}, {"telefono": "4"}
    found = merge(RecordKind.RELACION, None, mine, theirs)
    assert found.content == {**theirs, CONFLICTOS: {}}
    assert [one.lost for one in found.lost_values] == [("2",)]
