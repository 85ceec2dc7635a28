"""A form that is saved over data which somebody else changed since it was opened.

What the user did not touch stays as it is now; what both changed is told before anything is lost.
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
    """Both changed the same; nothing was saved.

    ahora: field → what is there now. visto: what the form was opened with, and of those fields
    what is there now; given when it is saved again, it says that somebody knows.
    """

    def __init__(self, ahora: Mapping[str, str], visto: object, tabla: FieldTable) -> None:
        super().__init__(CHANGED.format(campos=tabla.labels(ahora)), next(iter(ahora)))
        self.ahora = dict(ahora)
        self.visto = visto

    @property
    def sentences(self) -> dict[str, str]:
        """What to say under each field."""
        return {
            campo: NOW_IS.format(valor=valor) if valor else NOW_IS_EMPTY
            for campo, valor in self.ahora.items()
        }


def keep_others(visto: Any, tecleado: Any, actual: Any, tabla: FieldTable) -> dict[str, str]:
    """What is to be written in each field of the form: the user's change, else what is there.

    The three have the fields as attributes, in canonical form; visto: a dataclass, what the form
    was opened with. Raises CambioAjenoError.
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
