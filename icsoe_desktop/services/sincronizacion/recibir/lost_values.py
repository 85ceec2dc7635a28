"""Lost values: their form inside a record and their rows in the store."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS, LostValue, MergeResult
from icsoe_desktop.domain.sincronizacion.records import Autor, Content, RecordKind, read_autor
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto
from icsoe_desktop.store.sincronizacion import packets
from icsoe_desktop.store.sincronizacion.shared_rows import from_plain, to_plain
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow


@dataclass(frozen=True, slots=True)
class TwoAuthors:
    """Of the version here and of the received one; None where nobody knows."""

    local: Autor | None = None
    remote: Autor | None = None


def lost_in_record(
    lost: LostValue, cuando: datetime, authors: TwoAuthors | None = None
) -> dict[str, Any]:
    """The JSON form of a lost value inside its record."""
    authors = authors or TwoAuthors()
    both = (authors.remote, authors.local) if lost.local_lost else (authors.local, authors.remote)
    return {
        "campo": lost.first_field,
        "vigente": list(lost.kept),
        "perdido": list(lost.lost),
        "cuando": to_plain(cuando),
        "de": _plain_authors(*both),
    }


def _plain_authors(*authors: Autor | None) -> list[list[str] | None]:
    return [one.plain() if one else None for one in authors]


def kept_side(values: Any, vigente: Autor | None = None, perdido: Autor | None = None) -> str:
    """ConflictoRow.vigente: the values that stand, and who wrote these and the lost ones."""
    told = {"valores": values, "de": _plain_authors(vigente, perdido)}
    return json.dumps(told, ensure_ascii=False)


def authors_of(row: ConflictoRow) -> tuple[Autor | None, Autor | None]:
    """Who wrote the values that stand, and the lost ones."""
    return _read_authors(json.loads(row.vigente)["de"])


def _read_authors(told: Any) -> tuple[Autor | None, Autor | None]:
    one, other = told if isinstance(told, list) and len(told) == 2 else (None, None)
    return read_autor(one), read_autor(other)


def conflicts_of(db: Session, kind: RecordKind, record_id: uuid.UUID) -> dict[str, Any]:
    rows = db.scalars(
        select(ConflictoRow).where(
            ConflictoRow.coleccion == kind.collection.value,
            ConflictoRow.registro == record_id,
            ConflictoRow.clase == ClaseConflicto.CAMPO.value,
        )
    )
    return {
        row.id.hex: {
            "campo": row.campo,
            "vigente": (kept := json.loads(row.vigente))["valores"],
            "perdido": json.loads(row.perdido),
            "cuando": to_plain(row.cuando),
            "de": kept["de"],
        }
        for row in rows
    }


def put_conflicts(
    db: Session, kind: RecordKind, record_id: uuid.UUID, wanted: dict[str, Any]
) -> None:
    """Replace the stored conflicts of a record.

    wanted: the value of CONFLICTOS in the record.
    Raises ValueError, KeyError or TypeError if an entry is not a conflict.
    """
    present = {
        row.id.hex: row
        for row in db.scalars(
            select(ConflictoRow).where(
                ConflictoRow.coleccion == kind.collection.value,
                ConflictoRow.registro == record_id,
                ConflictoRow.clase == ClaseConflicto.CAMPO.value,
            )
        )
    }
    for key, row in present.items():
        if key not in wanted:
            db.delete(row)
    for key, one in wanted.items():
        _check(kind, one)
        vigente = kept_side(one["vigente"], *_read_authors(one.get("de")))
        if key in present:
            present[key].vigente = vigente
            continue
        column: Any = ConflictoRow.__table__.c.cuando
        db.add(
            ConflictoRow(
                id=uuid.UUID(key),
                coleccion=kind.collection.value,
                registro=record_id,
                clase=ClaseConflicto.CAMPO.value,
                campo=str(one["campo"]),
                vigente=vigente,
                perdido=json.dumps(one["perdido"], ensure_ascii=False),
                otro=None,
                cuando=from_plain(column, one["cuando"]),
            )
        )
    db.flush()


def forget_losers(db: Session, record_ids: Sequence[uuid.UUID]) -> None:
    """Delete the lost values of deleted records, so that no personal data stay."""
    db.execute(delete(ConflictoRow).where(ConflictoRow.registro.in_(record_ids)))


def _check(kind: RecordKind, one: dict[str, Any]) -> None:
    sides = one["vigente"], one["perdido"]
    if not all(isinstance(side, list) for side in sides) or not 0 < len(sides[0]) == len(sides[1]):
        raise ValueError("no values")
    if kind is RecordKind.MOVIMIENTOS:
        for (values,) in sides:
            packets.check(values)
    elif not all(isinstance(each, str | int | float | None) for side in sides for each in side):
        raise ValueError("no plain values")


def with_losers(
    mixed: MergeResult, record_id: uuid.UUID, version: int, authors: TwoAuthors | None = None
) -> Content | None:
    """The merged content with its lost values inside, so that every desktop shows them.

    version: the server's version, which gives the lost values their date.
    """
    if mixed.content is None or not mixed.lost_values:
        return mixed.content
    told = dict(mixed.content.get(CONFLICTOS) or {})
    for lost in mixed.lost_values:
        told[lost.identify(record_id).hex] = lost_in_record(lost, moment_of(version), authors)
    return {**mixed.content, CONFLICTOS: told}


def moment_of(version: int) -> datetime:
    """The time at which the server wrote the version (milliseconds since 1970)."""
    return datetime.fromtimestamp(version / 1000, UTC)
