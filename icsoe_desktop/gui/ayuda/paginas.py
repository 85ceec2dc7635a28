"""The manual: its pages, what links them, and finding words in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from icsoe_desktop.domain.texto import fold, strip_accents

INDEX = "inicio"
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class PaginaManual:
    """texto: Markdown, whose first line is the title."""

    nombre: str
    texto: str = field(repr=False)

    @property
    def titulo(self) -> str:
        return self.texto.partition("\n")[0].lstrip("# ").strip()

    @property
    def enlaces(self) -> tuple[str, ...]:
        """Where its links lead, as they are written."""
        return tuple(_LINK.findall(self.texto))

    def says(self, palabras: str) -> bool:
        """Whether every word is in it; accents and capitals do not count."""
        text = fold(self.texto)
        return all(palabra in text for palabra in fold(palabras).split())


def read_manual(read: Callable[[str], str]) -> tuple[PaginaManual, ...]:
    """The index, and then the pages that it links, in its order.

    read: the Markdown of a page, by its name.
    """
    index = PaginaManual(INDEX, read(INDEX))
    names = (target_of(link)[0] for link in index.enlaces if is_page(link))
    others = dict.fromkeys(name for name in names if name != INDEX)
    return (index, *(PaginaManual(name, read(name)) for name in others))


def is_page(link: str) -> bool:
    """Whether a link stays in the manual."""
    return ":" not in link


def target_of(link: str) -> tuple[str, str]:
    """«correo.md#por-enviar» → page «correo», section «por-enviar»; either may be empty."""
    page, _, section = link.partition("#")
    return page.removesuffix(".md"), section


def slug(heading: str) -> str:
    """The name of a section, made from its heading as GitHub makes it."""
    kept = "".join(c for c in heading.strip().lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def places_of(palabras: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and length of each word found in `text`; accents and capitals do not count."""
    plain = "".join(_plain(character) for character in text)
    for palabra in fold(palabras).split():
        start = plain.find(palabra)
        while start >= 0:
            yield start, len(palabra)
            start = plain.find(palabra, start + len(palabra))


def _plain(character: str) -> str:
    """One character for one, so that places in the text stay where they are."""
    plain = strip_accents(character, keep_enye=False).lower()
    return plain if len(plain) == 1 else character
