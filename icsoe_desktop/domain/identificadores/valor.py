"""What identifiers and ways to reach people have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, NoReturn, Self

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

# No dots: Excel writes a number as 1234567890.0, and dropping its dot would make an NSS of it.
_SEPARATORS = re.compile(r"[\s\-_‐‑‒–—−]+")


def compact(text: str) -> str:
    """The text in capitals, without the spaces and hyphens that only group it for the eye."""
    return _SEPARATORS.sub("", clean(text)).upper()


def digits_only(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class Identificador:
    """campo: the field that a refusal names."""

    campo: ClassVar[str]
    valor: str = field(repr=False)

    def __post_init__(self) -> None:
        self._validate()

    def _validate(self) -> None:
        raise NotImplementedError

    @property
    def advertencias(self) -> tuple[str, ...]:
        """What is odd but does not stop anybody: finished Spanish sentences."""
        return ()

    @property
    def agrupado(self) -> str:
        """The value in groups, for the eye; what is copied is `valor`."""
        return self.valor

    @classmethod
    def _refuse(cls, message: str) -> NoReturn:
        raise InvalidInputError(message, cls.campo)


@dataclass(frozen=True, slots=True)
class Compacto(Identificador):
    """One that is kept without the spaces and hyphens that people write in it."""

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(compact(text))


def grouped(text: str, *sizes: int) -> str:
    parts = []
    for size in sizes:
        parts.append(text[:size])
        text = text[size:]
    return " ".join(part for part in (*parts, text) if part)
