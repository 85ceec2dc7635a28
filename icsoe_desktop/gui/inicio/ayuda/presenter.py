"""Centro de ayuda: current page, search, history."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from icsoe_desktop.gui.inicio.ayuda.paginas import INDEX, PaginaManual, is_page, target_of

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
        """List the pages that contain every word, and show the first unless the present one is
        listed.
        """
        found = tuple(pagina for pagina in self._paginas if pagina.says(palabras))
        self._show(palabras=palabras, visible=found)
        if found and self.state.pagina not in found:
            self.open(found[0].nombre)

    def _turn_to(self, pagina: PaginaManual, seccion: str) -> None:
        if pagina not in self.state.visible:
            self._show(palabras="", visible=self._paginas)
        self._show(pagina=pagina, seccion=seccion, can_go_back=bool(self._before))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self.state)
