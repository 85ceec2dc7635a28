"""Merges a form with data that another person changed since the form was opened.

A field that the user did not touch keeps its current value. If both changed a field, the user is
told before a value is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from icsoe_desktop.domain.fields import FieldTable, Place
from icsoe_desktop.errors import InvalidInputError

CHANGED = (
    "Alguien más cambió lo mismo mientras usted lo modificaba: {campos}. No se guardó nada. Revise "
    "lo que hay ahora; si guarda otra vez, queda lo de usted."
)
NOW_IS = (
    "Alguien más lo cambió a «{valor}» mientras usted lo modificaba. No se guardó nada: guarde "
    "otra vez para dejar lo de usted, o escriba ese valor."
)
NOW_IS_EMPTY = (
    "Alguien más lo dejó vacío mientras usted lo modificaba. No se guardó nada: guarde otra vez "
    "para dejar lo de usted, o bórrelo."
)


class CambioAjenoError(InvalidInputError):
    """The user and another person changed the same field. Nothing was saved.

    ahora: field → current value. visto: the values that the form was opened with, updated in these
    fields. Saving again with this `visto` states that the user saw the current values.
    """

    def __init__(self, ahora: Mapping[str, str], visto: object, tabla: FieldTable) -> None:
        super().__init__(CHANGED.format(campos=tabla.labels(ahora)), next(iter(ahora)))
        self.ahora = dict(ahora)
        self.visto = visto

    @property
    def sentences(self) -> dict[str, str]:
        """Sentence for each field."""
        return {
            campo: NOW_IS.format(valor=valor) if valor else NOW_IS_EMPTY
            for campo, valor in self.ahora.items()
        }


def keep_others(visto: Any, tecleado: Any, actual: Any, tabla: FieldTable) -> dict[str, str]:
    """Values to write: the user's change if there is one, otherwise the current value.

    The arguments have the fields as attributes, in canonical form. visto: a dataclass with the
    values that the form was opened with. Raises CambioAjenoError.
    """
    wanted: dict[str, str] = {}
    both: dict[str, str] = {}
    for campo in tabla.names(Place.FORM):
        was, mine, now = (getattr(side, campo) or "" for side in (visto, tecleado, actual))
        wanted[campo] = now if mine == was else mine
        if mine not in (was, now) and now != was:
            both[campo] = now
    if both:
        raise CambioAjenoError(both, replace(visto, **both), tabla)
    return wanted
