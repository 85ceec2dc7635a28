"""Centro de ayuda: the pages of the manual and their links; current page, search, history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from PySide6.QtCore import QObject, Signal

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
        return all(palabra in self._folded for palabra in words_of(palabras))

    def is_about(self, palabras: str) -> bool:
        """Whether a heading has every word."""
        return any(has_words(one, palabras) for one in self._headings)

    @cached_property
    def _headings(self) -> tuple[str, ...]:
        return tuple(fold(line) for line in self.texto.split("\n") if line.startswith("#"))

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


def words_of(palabras: str) -> list[str]:
    """Those that are searched: «a» and «de» are in every page, and count only alone."""
    words = fold(palabras).split()
    return [each for each in words if len(each) > 2] or words


def has_words(folded: str, palabras: str) -> bool:
    words = words_of(palabras)
    return bool(words) and all(word in folded for word in words)


def places_of(palabras: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and length of each match of the words in `text`, ignoring accents and case."""
    plain = "".join(_plain(character) for character in text)
    for palabra in words_of(palabras):
        start = plain.find(palabra)
        while start >= 0:
            yield start, len(palabra)
            start = plain.find(palabra, start + len(palabra))


@lru_cache(1_000)
def _plain(character: str) -> str:
    """A character without accent and case. One for one: positions in the text stay valid."""
    plain = strip_accents(character, keep_enye=False).lower()
    return plain if len(plain) == 1 else character


NOT_FOUND = "Ninguna página dice «{palabras}». Pruebe con otra palabra."


@dataclass(frozen=True)
class AyudaState:
    """visible: the pages in the list. seccion: the section to scroll to; empty for the top."""

    visible: tuple[PaginaManual, ...]
    pagina: PaginaManual
    seccion: str = ""
    palabras: str = ""
    can_go_back: bool = False

    @property
    def message(self) -> str:
        return "" if self.visible else NOT_FOUND.format(palabras=self.palabras.strip())


class AyudaPresenter(QObject):
    changed = Signal(object)  # AyudaState
    browser_wanted = Signal(str)  # an address outside the manual

    def __init__(self, paginas: tuple[PaginaManual, ...]) -> None:
        super().__init__()
        self._paginas = paginas
        self._by_name = {pagina.nombre: pagina for pagina in paginas}
        self._before: list[tuple[PaginaManual, str]] = []
        self.state = AyudaState(paginas, paginas[0])

    def open(self, page: str) -> None:
        """Show a page or a section: «correo», «correo#servidor-de-correo»."""
        name, seccion = target_of(page)
        state = self.state
        pagina = state.pagina if not name else self._by_name.get(name, self._by_name[INDEX])
        if (pagina, seccion) == (state.pagina, state.seccion):
            return
        self._before.append((state.pagina, state.seccion))
        self._turn_to(pagina, seccion)

    def follow(self, link: str) -> None:
        if is_page(link):
            self.open(link)
        else:
            self.browser_wanted.emit(link)

    def go_back(self) -> None:
        if self._before:
            self._turn_to(*self._before.pop())

    def search(self, palabras: str) -> None:
        """List the pages that contain every word, those with a heading that does first.

        Show the first one unless the present one is listed, and is as good.
        """
        says = (pagina for pagina in self._paginas if pagina.says(palabras))
        found = tuple(sorted(says, key=lambda pagina: not pagina.is_about(palabras)))
        self._show(palabras=palabras, visible=found, seccion="" if palabras else self.state.seccion)
        present = self.state.pagina
        if found and (
            present not in found or (found[0].is_about(palabras) > present.is_about(palabras))
        ):
            self.open(found[0].nombre)

    def _turn_to(self, pagina: PaginaManual, seccion: str) -> None:
        if pagina not in self.state.visible:
            self._show(palabras="", visible=self._paginas)
        self._show(pagina=pagina, seccion=seccion, can_go_back=bool(self._before))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self.state)
