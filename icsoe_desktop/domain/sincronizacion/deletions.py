"""Which movements of a packet were deleted. Without a base, only these marks tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import Content, canonical

MOVIMIENTOS: Final = "movimientos"  # inside a record: id → the values of a movement
BAJAS: Final = "bajas"  # inside a packet: id → the mark of the values that were deleted


def deletions_of(content: Content | None) -> dict[str, str]:
    """The marks of deleted movements in a packet; those of a hostile member may be anything."""
    told = (content or {}).get(BAJAS)
    if not isinstance(told, dict):
        return {}
    return {key: mark for key, mark in told.items() if isinstance(mark, str)}


def deletion_mark(values: Any) -> str:
    """Tells whether the values of a movement are those that were deleted.

    Too short to find out who it was.
    """
    return hashlib.sha256(canonical(values)).hexdigest()[:8]


def with_deletions(packet: Content, deleted: Mapping[str, str]) -> dict[str, Any]:
    """The packet with the marks of the movements that it does not have."""
    rest = {key: mark for key, mark in deleted.items() if key not in packet[MOVIMIENTOS]}
    others = {key: one for key, one in packet.items() if key != BAJAS}
    return {**others, BAJAS: rest} if rest else others


def without_deleted(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], deleted: Mapping[str, str]
) -> dict[str, Any]:
    """The movements of one side, without those that the other side deleted as they are."""
    return {
        key: values
        for key, values in mine.items()
        if key in theirs or key not in deleted or deletion_mark(values) != deleted[key]
    }
