"""The manual: its pages, their links, and text search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from icsoe_desktop.domain.texto import fold, strip_accents

INDEX = "inicio"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"<picture>.*?</picture>\n\n", re.DOTALL)


@dataclass(frozen=True)
class PaginaManual:
    """texto: Markdown; its first line is the title."""

    nombre: str
    texto: str = field(repr=False)

    @property
    def titulo(self) -> str:
        return self.texto.partition("\n")[0].lstrip("# ").strip()

    @property
    def enlaces(self) -> tuple[str, ...]:
        """The targets of its links, as written."""
        return tuple(_LINK.findall(self.texto))

    def says(self, palabras: str) -> bool:
        """Whether the page contains every word, ignoring accents and case."""
        return all(palabra in self._folded for palabra in fold(palabras).split())

    @cached_property
    def _folded(self) -> str:
        """The search asks each page at each typed letter; folding the manual takes 0.3 s."""
        return fold(self.texto)


def read_manual(read: Callable[[str], str]) -> tuple[PaginaManual, ...]:
    """The index page, then the pages that it links, in its order, without their pictures.

    read: returns the Markdown of a page by its name.
    """
    index = PaginaManual(INDEX, without_pictures(read(INDEX)))
    names = (target_of(link)[0] for link in index.enlaces if is_page(link))
    others = dict.fromkeys(name for name in names if name != INDEX)
    return (index, *(PaginaManual(name, without_pictures(read(name))) for name in others))


def without_pictures(texto: str) -> str:
    """Who reads the manual in the program has the window itself beside it."""
    return _PICTURE.sub("", texto)


def is_page(link: str) -> bool:
    """Whether the link leads to a page of the manual."""
    return ":" not in link


def target_of(link: str) -> tuple[str, str]:
    """«correo.md#por-enviar» → page «correo», section «por-enviar»; either may be empty."""
    page, _, section = link.partition("#")
    return page.removesuffix(".md"), section


def slug(heading: str) -> str:
    """The anchor of a section, derived from its heading as on GitHub."""
    kept = "".join(c for c in heading.strip().lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def places_of(palabras: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and length of each match of the words in `text`, ignoring accents and case."""
    plain = "".join(_plain(character) for character in text)
    for palabra in fold(palabras).split():
        start = plain.find(palabra)
        while start >= 0:
            yield start, len(palabra)
            start = plain.find(palabra, start + len(palabra))


@lru_cache(1_000)
def _plain(character: str) -> str:
    """A character without accent and case. One for one: positions in the text stay valid."""
    plain = strip_accents(character, keep_enye=False).lower()
    return plain if len(plain) == 1 else character
