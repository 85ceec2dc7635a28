"""The dates of the reminders about expiry: one mail for each item and step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.errors import InvalidInputError

PASOS: Final = (60, 30, 15, 7, 1)
MAX_RECIPIENTS: Final = 10

NOBODY: Final = "Escriba a quién se le recuerda: uno o varios correos, separados por comas."
TOO_MANY: Final = f"Escriba como máximo {MAX_RECIPIENTS} correos."

# By item: its last day, and the steps whose mail was made.
Dichos = dict[str, tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Recordatorios:
    """activos: False until a user turns the reminders on. obligaciones: whether recurring legal
    obligations are included.

    para: addresses, checked.
    """

    activos: bool = False
    para: tuple[str, ...] = field(default=(), repr=False)
    obligaciones: bool = True

    @classmethod
    def parse(cls, activos: bool, para: str, obligaciones: bool) -> Self:
        """para: addresses separated by commas, semicolons or spaces.

        Raises InvalidInputError (campo «para»).
        """
        words = [word for word in re.split(r"[,;\s]+", para[:10_000]) if word]
        if len(words) > MAX_RECIPIENTS:
            raise InvalidInputError(TOO_MANY, "para")
        try:
            addresses = tuple(dict.fromkeys(Correo.parse(word).valor for word in words))
        except InvalidInputError as error:
            raise InvalidInputError(error.message, "para") from error
        if activos and not addresses:
            raise InvalidInputError(NOBODY, "para")
        return cls(activos, addresses, obligaciones)


def paso_of(dias: int) -> int | None:
    """The step that is due with so many days left; None before the first and after the end.

    Of several steps that were missed, only the nearest is due.
    """
    if dias < 0:
        return None
    return min((paso for paso in PASOS if dias <= paso), default=None)


def due(things: Iterable[Vencimiento], hoy: date, dichos: Dichos) -> tuple[Vencimiento, ...]:
    """The things whose step is due and was not told yet."""
    found = []
    for one in things:
        paso = paso_of(one.dias(hoy))
        if one.perdido or paso is None:
            continue
        ultimo, told = dichos.get(one.clave, ("", ()))
        # Another last day makes it another thing: a renewed certificate, a moved window.
        if ultimo != one.ultimo.isoformat() or paso not in told:
            found.append(one)
    return tuple(found)


def noted(dichos: Dichos, things: Iterable[Vencimiento], hoy: date) -> Dichos:
    """What was told, with these things told today. Forgets what ended more than a year ago."""
    after: Dichos = {
        clave: told
        for clave, told in dichos.items()
        if (hoy - date.fromisoformat(told[0])).days < 400
    }
    for one in things:
        paso, ultimo = paso_of(one.dias(hoy)), one.ultimo.isoformat()
        before = dichos.get(one.clave, ("", ()))
        told = before[1] if before[0] == ultimo else ()
        if paso is not None:
            after[one.clave] = (ultimo, tuple(sorted({*told, paso})))
    return after
