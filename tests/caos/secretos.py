"""Judges whether somebody who was removed can read what was written afterwards.

They have their desktop and everything that ever lay at the server, as its administrator has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, KEYS_COLLECTION
from icsoe_desktop.seguridad.office_keys import OfficeKey, OfficeSealBrokenError, unwrap
from icsoe_desktop.seguridad.sealed_record import EnvelopeUnreadableError, open_record
from tests.caos.diario import Acto

Version = tuple[str, str, dict[str, Any]]  # collection, id, data


@dataclass
class Retirado:
    """Somebody who was removed. legitimas: names of the keys that were made before it."""

    equipo: int
    privada: bytes = field(repr=False)
    miembro: uuid.UUID
    llaves: list[OfficeKey]
    legitimas: set[str]


def key_name(raw: bytes) -> str:
    """As a desktop's journal names a key."""
    return hashlib.sha256(raw).hexdigest()[:16]


def secret_tokens(
    actos: Iterable[Acto], lines: Mapping[int, Sequence[dict[str, Any]]], legitimas: set[str]
) -> set[str]:
    """What was typed at a desktop that from then on sealed with later keys only.

    lines: desktop → lines of its journal that name the key that seals from there on.
    """
    found = set()
    for acto in actos:
        mine = lines.get(acto.equipo, ())
        before = [one["llave"] for one in mine if one["n"] < acto.n][-1:]
        after = [one["llave"] for one in mine if one["n"] > acto.n]
        if before and acto.hecho and legitimas.isdisjoint([*before, *after]):
            found |= set(acto.fichas)
    return found


def every_key(one: Retirado, versions: Iterable[Version], oficina: str) -> list[OfficeKey]:
    """The keys of the desktop, and those that lie at the server for it."""
    found = {(key.number, key.raw()): key for key in one.llaves}
    for coleccion, _name, data in versions:
        if coleccion not in (ACTS_COLLECTION, KEYS_COLLECTION):
            continue
        for number, wrapped in _wraps(data, one.miembro.hex):
            with suppress(OfficeSealBrokenError, ValueError, TypeError, binascii.Error):
                sealed = base64.b64decode(wrapped)
                key = unwrap(sealed, int(number), one.privada, oficina, one.miembro)
                found[key.number, key.raw()] = key
    return list(found.values())


def _wraps(data: dict[str, Any], miembro: str) -> Iterable[tuple[str, Any]]:
    wraps = data.get("sobres")
    mine = wraps.get(miembro) if isinstance(wraps, dict) else None
    return mine.items() if isinstance(mine, dict) else ()


def opened(versions: Iterable[Version], keys: Iterable[OfficeKey], oficina: str) -> str:
    """Everything that the keys open, as text."""
    by_number: dict[int, list[OfficeKey]] = {}
    for key in keys:
        by_number.setdefault(key.number, []).append(key)
    texts = []
    for coleccion, name, data in versions:
        number = data.get("k")
        if not isinstance(number, int):
            continue
        for key in by_number.get(number, ()):
            with suppress(EnvelopeUnreadableError, ValueError):
                envelope = open_record(data, {number: key}, oficina, coleccion, uuid.UUID(name))
                texts.append(json.dumps(envelope.content, ensure_ascii=False))
    return "\n".join(texts)


def readable(text: str, tokens: Iterable[str]) -> list[str]:
    """The tokens that stand in the text as a value."""
    return sorted(one for one in tokens if f'"{one}"' in text)
