"""A whole name in one cell, as payroll sheets and the IMSS's emission have it, in its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from icsoe_desktop.domain.identificadores.curp import PARTICLES, Curp, compare
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.texto import clean, fold

MAX_WORDS: Final = 12
# Words apart from particles. Of more, only the usual way to part them is tried.
MAX_TRIED: Final = 7


class NombreSeparado(NamedTuple):
    """seguro: signs between the parts or the CURP tell them; else the usual order does."""

    nombre: NombrePersona
    seguro: bool


def split_name(text: str, curp: Curp | None = None) -> NombreSeparado | None:
    """The parts of «Paterno Materno Nombres», or of another order that the CURP proves.

    Also of «Paterno$Materno$Nombres», as SUA writes it, and «Apellidos, Nombres». Particles stay
    with the word that follows: «De la Cruz». None without two words, or with too many.
    """
    plain = clean(text)
    if len(plain.split()) > MAX_WORDS:
        return None
    parts = [clean(part) for part in plain.split("$")]
    if len(parts) == 1:
        parts = [clean(part) for part in plain.split(",")]
    if len(parts) == 3:
        return _sure(parts[0] or parts[1], parts[1] if parts[0] else "", parts[2])
    if len(parts) == 2:
        apellidos, nombres = _groups(parts[0]), parts[1]
        if len(apellidos) > 2:
            return _by_curp(_two_apellidos(apellidos, nombres), curp)
        return _sure(apellidos[0], "".join(apellidos[1:]), nombres) if apellidos else None
    return _by_curp(_ways(_groups(plain)), curp) if len(parts) == 1 else None


def _sure(primero: str, segundo: str, nombres: str) -> NombreSeparado | None:
    if not primero or not nombres:
        return None
    return NombreSeparado(_person(primero, segundo, nombres), True)


def _by_curp(ways: Iterator[NombrePersona], curp: Curp | None) -> NombreSeparado | None:
    """The first way that fits the CURP; if none does, the first one, which is the usual one."""
    usual = next(ways, None)
    if usual is None or curp is None:
        return None if usual is None else NombreSeparado(usual, False)
    if not compare(curp, usual):
        return NombreSeparado(usual, True)
    fitting = next((one for one in ways if not compare(curp, one)), None)
    return NombreSeparado(fitting or usual, fitting is not None)


def _groups(text: str) -> list[str]:
    """The words, each with the particles before it."""
    found: list[str] = []
    held: list[str] = []
    for word in text.split():
        held.append(word)
        if fold(word).upper() not in PARTICLES:
            found.append(" ".join(held))
            held = []
    return [*found, " ".join(held)] if held else found


def _two_apellidos(groups: list[str], nombres: str) -> Iterator[NombrePersona]:
    for at in range(1, len(groups) + 1):
        yield _person(" ".join(groups[:at]), " ".join(groups[at:]), nombres)


def _ways(groups: list[str]) -> Iterator[NombrePersona]:
    """Every way to part a name, the usual ones first."""
    count = len(groups)
    if count == 2:
        yield _person(groups[0], "", groups[1])
        yield _person(groups[1], "", groups[0])
        return
    # (words of the first apellido, of the second one): one and one is usual, none is rare.
    sizes = [(first, second) for first in range(1, count) for second in range(count - first)]
    sizes.sort(key=lambda size: (size[1] == 0, size[0] + size[1], size[0]))
    sizes = sizes if count <= MAX_TRIED else sizes[:1]
    for first, second in sizes:
        both = first + second
        yield _person(
            " ".join(groups[:first]), " ".join(groups[first:both]), " ".join(groups[both:])
        )
    for first, second in sizes if count <= MAX_TRIED else ():
        at = count - first - second
        yield _person(
            " ".join(groups[at : at + first]),
            " ".join(groups[at + first :]),
            " ".join(groups[:at]),
        )


def _person(primero: str, segundo: str, nombres: str) -> NombrePersona:
    return NombrePersona(nombres=nombres, primer_apellido=primero, segundo_apellido=segundo)
