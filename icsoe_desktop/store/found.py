"""One row of the store, by its values or by its key, and as a value."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.store.tables.base import Row

R = TypeVar("R", bound=Row)
V = TypeVar("V")


def only(db: Session, kind: type[R], **values: Any) -> R | None:
    """The only row with these values; None if there is none."""
    return db.scalars(select(kind).filter_by(**values)).one_or_none()


def still_there(db: Session, kind: type[R], key: Any, gone: str) -> R:
    """The row with this key. Raises UserFacingError with that sentence if it is gone."""
    row = db.get(kind, key)
    if row is None:
        raise UserFacingError(gone)
    return row


def of_row(kind: type[V], row: Any, **others: Any) -> V:
    """A dataclass whose fields are the row's attributes of the same names, but for `others`."""
    names = (one.name for one in fields(cast(Any, kind)) if one.name not in others)
    return kind(**{name: getattr(row, name) for name in names}, **others)
