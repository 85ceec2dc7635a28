"""Merges two versions of a record that two desktops changed. Keeps the lost values for the user.

The merge compares both versions with the base, the last version that both sides knew.
Source: docs/decisions/0014-sincronizacion.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso, EstadoLote
from icsoe_desktop.domain.sincronizacion.deletions import (
    MOVIMIENTOS,
    deletions_of,
    with_deletions,
    without_deleted,
)
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, canonical

CONFLICTOS: Final = "conflictos"  # inside a record: id → {campo, perdido, cuando}

Choose = Callable[[Any, Any], Any]  # (local, remote) → the value that wins; neither is missing


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that change together, and the rule for changes on both sides.

    choose: picks the winner; the other value is dropped.
    Without it, one value becomes a LostValue; see `merge`.
    server_wins: the server's value wins instead, and the local value becomes a LostValue.
    some_wins: a first field that is not None wins over None, and nothing is lost.
    """

    fields: tuple[str, ...]
    server_wins: bool = False
    some_wins: bool = False
    choose: Choose | None = None


@dataclass(frozen=True, slots=True)
class LostValue:
    """The values of a field group that lost. first_field: identifies the group.

    local_lost: those of this desktop lost.
    """

    first_field: str
    fields: tuple[str, ...]
    kept: tuple[Any, ...] = field(repr=False)
    lost: tuple[Any, ...] = field(repr=False)
    local_lost: bool = field(default=False, compare=False)

    def identify(self, record_id: uuid.UUID) -> uuid.UUID:
        """The id of the conflict: equal on every desktop where the same value loses."""
        text = canonical([self.first_field, self.lost]).decode()
        return uuid.uuid5(record_id, text)


@dataclass(frozen=True, slots=True)
class MergeResult:
    """content: None if the record is deleted."""

    content: Content | None = field(repr=False)
    lost_values: tuple[LostValue, ...] = ()


# (base, local, remote), as in `merge`; local and remote exist
MergeBoth = Callable[[Content | None, Content, Content], MergeResult]


@dataclass(frozen=True, slots=True)
class MergeRule:
    """How two versions of one kind of record merge: by field, or as `both` says.

    groups: the fields that have a rule. Each other field is a group of its own.
    deletion_wins: even against an edit.
    """

    groups: tuple[FieldGroup, ...] = ()
    both: MergeBoth | None = None
    deletion_wins: bool = False


def _first(_: Any, remote: Any) -> Any:
    return remote


_COMMON: Final = (
    FieldGroup(("creado",), choose=min),
    FieldGroup(("actualizado",), choose=max),
    # Each desktop assigns the short numbers by itself.
    FieldGroup(("numero",), choose=_first),
)

_OF_CONTRATISTA: Final = (
    FieldGroup(("creado",), choose=min),
    FieldGroup(("actualizado",), choose=max),
    FieldGroup(("contratista_id",), choose=_first),
)


# As the history is written. No note can hold it: its quotes are escaped.
_PRESENTED: Final = '"estado": "Presentada"'


def _further(one: Any, other: Any) -> Any:
    """The history of states that came further; what was presented is never undone."""
    return max(one, other, key=lambda text: (_PRESENTED in text, len(text), text))


# These fields of a lote tell one state, and go together.
_ESTADO_LOTE: Final = frozenset(
    {"estado", "enviado", "recibido", "respondido", "cancelado", "numero", "folio"}
)


def merge(
    kind: RecordKind,
    base: Content | None,
    local: Content | None,
    remote: Content | None,
) -> MergeResult:
    """The version that both desktops must have. An edit beats a deletion.

    Of two edits of one field the local one wins, which syncs later.
    base: None if the common version is not known. Then nothing tells which side changed a field,
    and the server's value stays. Empty if there never was one.
    local, remote: None if that side deleted the record.
    base, local, remote: with every field that this program knows; see `RecordContents.sides`.
    """
    rule = RULES[kind]
    if local is None or remote is None:
        if rule.deletion_wins or (local is None and remote is None):
            return MergeResult(None)
        left = remote if local is None else local
        gone_unchanged = base is not None and left == base
        return MergeResult(None if gone_unchanged else left)
    if rule.both is not None:
        return rule.both(base, local, remote)
    return _merge_fields(rule.groups, base, local, remote)


def merge_estado(local: Any, remote: Any) -> Any:
    """The higher of two states of one notice, with its dates and its lote.

    local, remote: [estado, …, lote]. The order of the arguments does not matter.
    If state and lote are equal, each value comes from the side that has one: one desktop read the
    constancia, and the other one only marked the lote.
    """
    one, other = EstadoAviso(local[0]), EstadoAviso(remote[0])
    if one != other:
        return local if one.merge(other) is one else remote
    if local[-1] != remote[-1]:
        # A movement in two lotes: every desktop must pick the same one.
        return max(local, remote, key=lambda side: side[-1] or "")
    return [_known(a, b) for a, b in zip(local, remote, strict=True)]


def _known(one: Any, other: Any) -> Any:
    if one in (None, "") or other in (None, ""):
        return other if one in (None, "") else one
    return max(one, other)


def _merge_movements(base: Content | None, local: Content, remote: Content) -> MergeResult:
    """Merge a packet. The later sync wins each movement; the other values become lost values."""
    lost: list[LostValue] = []

    def later(key: str, mine: Any, theirs: Any) -> Any:
        kept, loses = (theirs, mine) if base is None else (mine, theirs)
        lost.append(LostValue(key, (key,), (kept,), (loses,), base is None))
        return kept

    sides = [(side or {}).get(MOVIMIENTOS) or {} for side in (base, local, remote)]
    gone = deletions_of(local), deletions_of(remote)
    if base is None:
        # Nothing tells the additions of one side from the deletions of the other one but these.
        _, mine, theirs = sides
        sides = [{}, without_deleted(mine, theirs, gone[1]), without_deleted(theirs, mine, gone[0])]
    movements = _merge_keys(sides, later)
    merged = with_deletions({**remote, **local, MOVIMIENTOS: movements}, gone[0] | gone[1])
    told = _merge_set(*((side or {}).get(CONFLICTOS) or {} for side in (base, local, remote)))
    merged.pop(CONFLICTOS, None)
    return MergeResult({**merged, CONFLICTOS: told} if told else merged, tuple(lost))


def _merge_fields(
    named: Sequence[FieldGroup], base: Content | None, local: Content, remote: Content
) -> MergeResult:
    merged: dict[str, Any] = {}
    lost: list[LostValue] = []
    former = base or {}
    for group in _field_groups(named, (former, local, remote)):
        was, mine, theirs = (_values(group, side) for side in (former, local, remote))
        if mine in (was, theirs):
            chosen = theirs
        elif theirs == was:
            chosen = mine
        elif group.choose is not None:
            chosen = _choose(group.choose, mine, theirs)
        elif group.some_wins and None in (mine[0], theirs[0]) and mine[0] != theirs[0]:
            chosen = theirs if mine[0] is None else mine
        else:
            theirs_win = group.server_wins or base is None
            chosen, loser = (theirs, mine) if theirs_win else (mine, theirs)
            lost.append(LostValue(group.fields[0], group.fields, chosen, loser, theirs_win))
        merged |= {
            name: value
            for name, value in zip(group.fields, chosen, strict=True)
            if any(name in side for side in (local, remote))
        }
    sides = [side.get(CONFLICTOS) or {} for side in (former, local, remote)]
    merged[CONFLICTOS] = _merge_set(*sides)
    return MergeResult(merged, tuple(lost))


def _choose(choose: Choose, mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Choose by the first field of the group; the other fields come from the same side."""
    if mine[0] is None or theirs[0] is None:
        return theirs if mine[0] is None else mine
    if mine[0] == theirs[0]:
        return theirs
    return mine if choose(mine[0], theirs[0]) == mine[0] else theirs


def _field_groups(named: Sequence[FieldGroup], sides: Iterable[Content]) -> list[FieldGroup]:
    taken = {name for group in named for name in group.fields} | {CONFLICTOS}
    others = sorted({name for side in sides for name in side} - taken)
    return [*named, *(FieldGroup((name,)) for name in others)]


def _values(group: FieldGroup, side: Content) -> tuple[Any, ...]:
    return tuple(side.get(name) for name in group.fields)


def _merge_set(
    base: Mapping[str, Any], local: Mapping[str, Any], remote: Mapping[str, Any]
) -> dict[str, Any]:
    """The entries of both sides, without those of the base that either side removed."""
    gone = {key for key in base if key not in local or key not in remote}
    return {key: value for key, value in ({**local, **remote}).items() if key not in gone}


def _merge_keys(
    sides: Iterable[Mapping[str, Any]], both: Callable[[str, Any, Any], Any]
) -> dict[str, Any]:
    was, mine, theirs = sides
    merged = {}
    for key in sorted({*mine, *theirs}):
        a, b, c = was.get(key), mine.get(key), theirs.get(key)
        if b in (a, c):
            chosen = c
        elif c == a:
            chosen = b
        elif b is None or c is None:
            chosen = c if b is None else b
        else:
            chosen = both(key, b, c)
        if chosen is not None:
            merged[key] = chosen
    return merged


def _merge_states(_base: Content | None, local: Content, remote: Content) -> MergeResult:
    # States only rise, without a base. A cancelled lote resets its movements by itself.
    sides = [{}, local.get(MOVIMIENTOS) or {}, remote.get(MOVIMIENTOS) or {}]
    merged = _merge_keys(sides, lambda _, mine, theirs: merge_estado(mine, theirs))
    return MergeResult({**remote, **local, MOVIMIENTOS: merged})


def _keep_remote(_base: Content | None, _local: Content, remote: Content) -> MergeResult:
    return MergeResult(remote)


def _merge_lote(base: Content | None, local: Content, remote: Content) -> MergeResult:
    """The lote with the higher state, and the other fields that only the other side changed."""
    one, other = EstadoLote(local["estado"]), EstadoLote(remote["estado"])
    if one == other:
        higher = max(local, remote, key=canonical)
    else:
        higher = local if one.merge(other) is one else remote
    lower = remote if higher is local else local
    was = base or {}
    changed = {
        name: value
        for name, value in lower.items()
        if name not in _ESTADO_LOTE and name in was and higher.get(name) == was[name]
    }
    return MergeResult({**higher, **changed})


RULES: Final[dict[RecordKind, MergeRule]] = {
    RecordKind.CONTRATISTA: MergeRule(
        (
            *_COMMON,
            FieldGroup(("efirma_hasta", "efirma_numero", "nombre"), choose=max),
            FieldGroup(("terminos_version", "terminos_aceptados"), choose=max),
            FieldGroup(("completado",), choose=min),
        )
    ),
    RecordKind.REGISTRO_PATRONAL: MergeRule(_COMMON),
    RecordKind.PERSONA: MergeRule(
        (
            *_COMMON,
            FieldGroup(("contrasena_creada", "contrasena_hash", "correo"), some_wins=True),
            FieldGroup(("aviso_version",), choose=max),
        )
    ),
    RecordKind.RELACION: MergeRule(
        (
            *_COMMON,
            FieldGroup(("estatus", "confirmada", "dado_de_baja"), server_wins=True),
            FieldGroup(("usuario_alta",), choose=_first),
            FieldGroup(("aviso_version",), choose=max),
            FieldGroup(("cotejada",), choose=max),
            FieldGroup(("persona_id",), choose=_first),
            FieldGroup(("contratista_id",), choose=_first),
        )
    ),
    RecordKind.CONTRATANTE: MergeRule(_OF_CONTRATISTA),
    RecordKind.FOLIO_REPSE: MergeRule(_OF_CONTRATISTA),
    RecordKind.CONTRATO: MergeRule(
        (
            *_OF_CONTRATISTA,
            FieldGroup(("trabajadores", "cuantos")),
            FieldGroup(("rechazos",), choose=max),
        )
    ),
    RecordKind.INFORMATIVA: MergeRule(
        (
            *_OF_CONTRATISTA,
            FieldGroup(("historial", "estado", "presentado"), choose=_further),
            FieldGroup(("corrige",), choose=_first),
        )
    ),
    # Never changes once it is there.
    RecordKind.CERTIFICADO: MergeRule(both=_keep_remote, deletion_wins=True),
    RecordKind.LOTE: MergeRule(both=_merge_lote),
    RecordKind.MOVIMIENTOS: MergeRule(both=_merge_movements),
    RecordKind.ESTADOS: MergeRule(both=_merge_states),
}
