"""The fields of a record as one table, for labels, sheets, columns and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any, Protocol

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError


class Place(Flag):
    """A place where a field appears."""

    FORM = auto()  # editable: the form warns before another person's change of it is lost
    SHEET = auto()  # imported from Excel or CSV
    GRID = auto()
    SEARCH = auto()  # searched by the grid's quick filter
    EXCEL = auto()  # in the Excel export
    ARCO = auto()  # in the copy of a person's data


NOWHERE = Place(0)


class ParsedText(Protocol):
    @property
    def valor(self) -> str: ...

    @property
    def advertencias(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    name: attribute of the value and column of the row.
    places: a field without places still has a label for conflicts and the bitácora.
    parse: converts text to a value with the canonical form and raises InvalidInputError. None
    accepts any clean text.
    missing: error for an empty text, if `parse` does not give it.
    aliases: other accepted headers in a sheet.
    expected: description of a valid cell, for the person who corrects the sheet.
    titles: header, where it differs from the label.
    width: column width in Excel, in characters.
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
        """The canonical form of typed text, and its warnings.

        Raises InvalidInputError (campo: the field's name).
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

    order: for a place with an own order, the field names in it. Other fields come last.
    """

    fields: tuple[Field, ...]
    order: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    # Imports and exports read it once per row.
    _at: dict[Place, tuple[Field, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)

    def at(self, place: Place) -> tuple[Field, ...]:
        """The fields of a place, in its order."""
        found = self._at.get(place)
        if found is None:
            order = self.order.get(place, ())
            found = self._at[place] = tuple(
                # The sort is stable: fields without a position keep the order of the table.
                sorted(
                    (each for each in self.fields if place in each.places),
                    key=lambda each: order.index(each.name) if each.name in order else len(order),
                )
            )
        return found

    def names(self, place: Place) -> tuple[str, ...]:
        return tuple(each.name for each in self.at(place))

    def problems(self, texts: Mapping[str, str]) -> dict[str, str]:
        """field → what is wrong in its text; fields without an error are left out."""
        found: dict[str, str] = {}
        for name, text in texts.items():
            try:
                self[name].read(text)
            except InvalidInputError as error:
                found[name] = error.message
        return found

    def title(self, name: str, place: Place) -> str:
        return self[name].title(place)

    def label(self, name: str) -> str:
        """The label of a field, or the name itself if a newer program added the field."""
        return next((each.label for each in self.fields if each.name == name), name)

    def labels(self, names: Iterable[str]) -> str:
        """Labels joined by commas: «Teléfono fijo, RFC»."""
        return ", ".join(self.label(name) for name in names)

    def headers(self) -> dict[str, tuple[str, ...]]:
        """field → headers that a sheet may use for it, the label first."""
        return {
            each.name: (each.title(Place.SHEET), *each.aliases) for each in self.at(Place.SHEET)
        }

    def missing(self, found: Iterable[str]) -> tuple[Field, ...]:
        """The required columns that a sheet does not have."""
        there = set(found)
        return tuple(
            each for each in self.at(Place.SHEET) if not each.optional and each.name not in there
        )

    def changed(self, before: Any, after: Any) -> tuple[str, ...]:
        """Names of the form's fields that differ between two values or rows."""
        return tuple(
            name for name in self.names(Place.FORM) if getattr(before, name) != getattr(after, name)
        )
