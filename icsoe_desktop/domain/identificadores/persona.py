"""A person's name and CURP, shared by every record that has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from icsoe_desktop.domain.identificadores.valor import Identificador
from icsoe_desktop.domain.texto import clean

MAX_NAME_LENGTH = 80
ETIQUETAS_PERSONA = {
    "curp": "CURP",
    "nombres": "Nombre(s)",
    "primer_apellido": "Primer apellido",
    "segundo_apellido": "Segundo apellido",
}
NOMBRE_CAMPOS = ("nombres", "primer_apellido", "segundo_apellido")


@dataclass(frozen=True, slots=True)
class ParteNombre(Identificador):
    """Nombre(s) or an apellido, as typed. It may be empty."""

    campo = "nombres"

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(clean(text))

    def _validate(self) -> None:
        if len(self.valor) > MAX_NAME_LENGTH:
            self._refuse(f"Escriba como máximo {MAX_NAME_LENGTH} caracteres.")
        if self.valor and not any(character.isalpha() for character in self.valor):
            self._refuse("Un nombre lleva letras.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NombrePersona:
    """A person's name. segundo_apellido: empty for a person with one surname."""

    nombres: str = field(repr=False)
    primer_apellido: str = field(repr=False)
    segundo_apellido: str = field(repr=False)

    @classmethod
    def of(cls, source: Any) -> NombrePersona:
        """source: a value or a row with these three attributes."""
        return NombrePersona(**{name: getattr(source, name) for name in NOMBRE_CAMPOS})

    @property
    def nombre(self) -> str:
        return full_name(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentidadPersona(NombrePersona):
    curp: str = field(repr=False)


def name_parts(source: Any) -> tuple[str, ...]:
    """Nombre(s) and both apellidos, in that order. source: a value or row that has them."""
    return tuple(getattr(source, name) for name in NOMBRE_CAMPOS)


def full_name(source: Any) -> str:
    """The parts of a name in one text. source: a value or row that has them."""
    return " ".join(part for part in name_parts(source) if part)
