"""Ver archivo: the current page, its zoom and its image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.contratista.vista_documento import DocumentPages, Imagen

ZOOM_STEP = 1.25
MIN_ZOOM, MAX_ZOOM = 0.4, 4.0
MIN_WIDTH = 200  # pixels
OPENING = "Abriendo el archivo…"

# Converts a page's pixels to the object that the window paints. Runs in the worker.
Draw = Callable[[Imagen], object]


@dataclass(frozen=True)
class VisorState:
    """pagina: from 0. zoom: 1 fits the width. imagen: the page's image, None until drawn."""

    paginas: int = 0
    pagina: int = 0
    zoom: float = 1.0
    imagen: object = None
    message: str = OPENING
    failed: bool = False


class VisorPresenter(StatePresenter[VisorState]):
    def __init__(self, pages: DocumentPages, jobs: JobQueue, draw: Draw) -> None:
        super().__init__(jobs, VisorState())
        self._pages = pages
        self._draw = draw
        self._fit = 0
        self._asked = 0

    def open(self, fit: int) -> None:
        """fit: available width for the page, in screen pixels."""
        self._fit = fit
        self.ask(self._pages.count, self._on_opened)

    def close(self) -> None:
        """End the process that reads the document, even while it draws."""
        pages = self._pages
        pages.stop()
        self._jobs.add(lambda _progress: pages.close(), lambda _outcome: None)

    def set_fit(self, fit: int) -> None:
        if fit != self._fit and self.state.paginas:
            self._fit = fit
            self._draw_page()

    def go(self, by: int) -> None:
        pagina = min(max(self.state.pagina + by, 0), max(self.state.paginas - 1, 0))
        if pagina != self.state.pagina:
            self._show(pagina=pagina)
            self._draw_page()

    def enlarge(self, factor: float) -> None:
        zoom = min(max(self.state.zoom * factor, MIN_ZOOM), MAX_ZOOM)
        if self.state.paginas and zoom != self.state.zoom:
            self._show(zoom=zoom)
            self._draw_page()

    def fit(self) -> None:
        if self.state.paginas and self.state.zoom != 1.0:
            self._show(zoom=1.0)
            self._draw_page()

    def _draw_page(self) -> None:
        self._asked += 1
        asked, pages, pagina = self._asked, self._pages, self.state.pagina
        width = max(round(self._fit * self.state.zoom), MIN_WIDTH)
        self.run(
            lambda progress: self._draw(pages.picture(pagina, width, progress)),
            lambda outcome: self._on_drawn(outcome, asked),
        )

    def _on_opened(self, paginas: int) -> None:
        self._show(paginas=paginas)
        self._draw_page()

    def _on_drawn(self, outcome: Outcome[object], asked: int) -> None:
        if asked == self._asked:
            self.settle(outcome, lambda imagen: self._show(imagen=imagen, message=""))

    def _fail(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._show(message=error.message, failed=True)
        else:
            self._show(message="")
            self.failed.emit(error)
