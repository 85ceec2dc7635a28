"""Base classes of identifiers and contact data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, NoReturn, Self

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

# Keep dots: Excel writes 1234567890.0, which would become an NSS without its dot.
_SEPARATORS = re.compile(r"[\s\-_‐‑‒–—−]+")


def compact(text: str) -> str:
    """The text in capitals, without spaces and hyphens."""
    return _SEPARATORS.sub("", clean(text)).upper()


def digits_only(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class Identificador:
    """A checked text. campo: the form field that an error names."""

    campo: ClassVar[str]
    valor: str = field(repr=False)

    def __post_init__(self) -> None:
        self._validate()

    def _validate(self) -> None:
        raise NotImplementedError

    @property
    def advertencias(self) -> tuple[str, ...]:
        """Warnings about unusual but accepted values, as Spanish sentences."""
        return ()

    @property
    def agrupado(self) -> str:
        """The value in groups, for display. Copy `valor` instead."""
        return self.valor

    @classmethod
    def _refuse(cls, message: str) -> NoReturn:
        raise InvalidInputError(message, cls.campo)


@dataclass(frozen=True, slots=True)
class Compacto(Identificador):
    """An identifier that is stored without the spaces and hyphens that people type."""

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(compact(text))


def grouped(text: str, *sizes: int) -> str:
    parts = []
    for size in sizes:
        parts.append(text[:size])
        text = text[size:]
    return " ".join(part for part in (*parts, text) if part)
