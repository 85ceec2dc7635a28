"""The fields of a record as one table: labels, sheets, columns and comparisons derive from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any, Protocol

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError


class Place(Flag):
    """Where a field shows."""

    FORM = auto()  # a person changes it: another's change of it is told before it is lost
    SHEET = auto()  # imported from Excel or CSV
    GRID = auto()
    SEARCH = auto()  # found by the grid's quick filter
    EXCEL = auto()  # exported
    ARCO = auto()  # in the copy of a person's data


NOWHERE = Place(0)


class ParsedText(Protocol):
    @property
    def valor(self) -> str: ...

    @property
    def advertencias(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field. name: the attribute of the value and the column of the row.

    places: a field that is in none still has its label in conflicts and in the bitácora.
    parse: text to its canonical form, raising InvalidInputError; None: any clean text.
    missing: what to say of an empty text, where `parse` does not say it.
    aliases: other headers that a sheet may give it.
    expected: what a cell of a sheet should hold, for who has to correct it.
    titles: the header where it is worded otherwise than the label.
    width: of its column in Excel, in characters.
    """

    name: str
    label: str
    places: Place = NOWHERE
    parse: Callable[[str], ParsedText] | None = None
    missing: str = ""
    optional: bool = False
    aliases: tuple[str, ...] = ()
    expected: str = ""
    titles: Mapping[Place, str] = field(default_factory=dict)
    width: float = 20

    def read(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The canonical form of what was typed, and what is odd about it.

        Raises InvalidInputError (campo: the name).
        """
        plain = clean(text)
        if not plain and self.missing:
            raise InvalidInputError(self.missing, self.name)
        if self.parse is None or (not plain and self.optional):
            return plain, ()
        try:
            found = self.parse(text)
        except InvalidInputError as error:
            raise InvalidInputError(error.message, self.name) from None
        return found.valor, found.advertencias

    def title(self, place: Place) -> str:
        return next((title for at, title in self.titles.items() if place in at), self.label)


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The fields of a record.

    order: names in the order of a place that has its own; fields that it leaves out come last.
    """

    fields: tuple[Field, ...]
    order: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    # Asked for once a row by imports and exports.
    _at: dict[Place, tuple[Field, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)

    def at(self, place: Place) -> tuple[Field, ...]:
        """The fields that show there, in order."""
        found = self._at.get(place)
        if found is None:
            order = self.order.get(place, ())
            found = self._at[place] = tuple(
                # Stable: fields without a position keep the order of the table.
                sorted(
                    (each for each in self.fields if place in each.places),
                    key=lambda each: order.index(each.name) if each.name in order else len(order),
                )
            )
        return found

    def names(self, place: Place) -> tuple[str, ...]:
        return tuple(each.name for each in self.at(place))

    def title(self, name: str, place: Place) -> str:
        return self[name].title(place)

    def label(self, name: str) -> str:
        """The name itself for a field that a newer program added."""
        return next((each.label for each in self.fields if each.name == name), name)

    def labels(self, names: Iterable[str]) -> str:
        """«Teléfono fijo, RFC»."""
        return ", ".join(self.label(name) for name in names)

    def headers(self) -> dict[str, tuple[str, ...]]:
        """field → the headers by which a sheet may name it, the label first."""
        return {
            each.name: (each.title(Place.SHEET), *each.aliases) for each in self.at(Place.SHEET)
        }

    def missing(self, found: Iterable[str]) -> tuple[Field, ...]:
        """The columns that a sheet must have and does not."""
        there = set(found)
        return tuple(
            each for each in self.at(Place.SHEET) if not each.optional and each.name not in there
        )

    def changed(self, before: Any, after: Any) -> tuple[str, ...]:
        """The fields of the form that differ between two values or rows."""
        return tuple(
            name for name in self.names(Place.FORM) if getattr(before, name) != getattr(after, name)
        )
