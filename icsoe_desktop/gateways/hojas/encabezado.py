"""Finds the columns of a table by the names in its header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.gateways.hojas.comun import refuse

Aliases = Mapping[str, Sequence[str]]

MAX_HEADER: Final = 80  # characters of a name


def match_columns(
    header: Sequence[str], wanted: Aliases, *, repeated: bool = False
) -> dict[str, int]:
    """field → index of the column whose name is the field's, or one of its aliases.

    Ignores accents, case, spaces and punctuation. Of several columns, prefers the one named
    like the field, then the earliest alias. Leaves out missing fields. A column that no name fits
    is taken by the words of a name, in any order and abbreviated, if it is the only one.
    Raises InvalidInputError if two columns have the same name; repeated: leaves their field out.
    """
    found: dict[str, int] = {}
    for field, places in places_of(header, wanted).items():
        if len(places) > 1 and repeated:
            continue
        if len(places) > 1:
            first, second = places[:2]
            raise refuse(
                f"Las columnas {column_letter(first)} y {column_letter(second)} se llaman igual, "
                f"«{header[first]}». Deje sólo una y vuelva a elegir el archivo."
            )
        found[field] = places[0]
    return found


def places_of(header: Sequence[str], wanted: Aliases) -> dict[str, list[int]]:
    by_name: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        by_name.setdefault(_plain(cell), []).append(index)
    places: dict[str, list[int]] = {}
    for field, aliases in wanted.items():
        names = (_plain(name) for name in (field, *aliases))
        name = next((name for name in names if name in by_name), None)
        if name is not None:
            places[field] = by_name[name]
    taken = {index for found in places.values() for index in found}
    by_words: dict[tuple[str, ...], list[int]] = {}
    for index, cell in enumerate(header):
        if index not in taken and (words := _words(cell)):
            by_words.setdefault(words, []).append(index)
    for field, aliases in wanted.items() if by_words else ():
        if field not in places:
            named = (by_words.get(_words(name), []) for name in aliases)
            found = next((found for found in named if found), [])
            if len(found) == 1 and found[0] not in taken:
                places[field] = found
                taken.update(found)
    return places


def rivals(header: Sequence[str], wanted: Aliases) -> dict[str, tuple[int, ...]]:
    """field → the columns that fit it, where several do and none alone is named like the field.

    «Fecha de alta» and «Fecha de baja»: nobody can tell which one is «Fecha del movimiento».
    """
    plain = [_plain(cell) for cell in header]
    taken = {at: field for field, places in places_of(header, wanted).items() for at in places}
    found: dict[str, tuple[int, ...]] = {}
    for field, aliases in wanted.items():
        names = {_plain(name) for name in (field, *aliases)}
        words = {_words(name) for name in aliases}
        fits = tuple(
            at
            for at, cell in enumerate(header)
            if taken.get(at, field) == field
            and (plain[at] in names or (bool(_words(cell)) and _words(cell) in words))
        )
        titled = [at for at in fits if plain[at] in (_plain(field), *map(_plain, aliases[:1]))]
        if len(fits) > 1 and len(titled) != 1:
            found[field] = fits
    return found


# Words of headers that are written in several ways; «empleado» is the worker.
_SAME: Final = {
    short: word
    for word, shorts in {
        "numero": "no num nro n nu", "movimiento": "mov movto movimientos", "registro": "reg",
        "patronal": "pat patr", "apellido": "ap apell a", "trabajador": "trab empleado empl emp",
        "tipo": "t", "salario": "sal", "seguridad": "seg", "social": "soc", "fecha": "fec f fch",
        "nombre": "nom nombres", "clave": "cve", "codigo": "cod", "subdelegacion": "subdel",
        "primer": "1 1er primero", "segundo": "2 2o 2do", "cotizacion": "cot cotiz",
        "integrado": "int integ", "ingreso": "ing", "afiliacion": "afil", "diario": "d",
        "modificacion": "mod modif", "jornada": "jor",
        "": "de del la el los las y o s",
    }.items()
    for short in shorts.split()
}  # fmt: skip


_ASIDE: Final = re.compile("[(][0-9]{2}[a-z ]*[)]")  # «CURP (18)», «NSS (11 dígitos)»
_DOTTED: Final = re.compile(r"\b(?:[a-z][.]){2,}")  # «S.D.I. diario»


@lru_cache(maxsize=1_000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a header in one spelling and order; none of a text that is no header."""
    if len(name) > MAX_HEADER:
        return ()
    text = _ASIDE.sub(" ", fold(name.replace("#", " no ").replace("°", "o")))
    words = re.findall("[a-z0-9]+", _DOTTED.sub(lambda one: one[0].replace(".", ""), text))
    return tuple(sorted(filter(None, (_SAME.get(word, word) for word in words))))


def _plain(name: str) -> str:
    return "".join(character for character in fold(name) if character.isalnum())


def column_letter(index: int) -> str:
    """The column's name in Excel: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
