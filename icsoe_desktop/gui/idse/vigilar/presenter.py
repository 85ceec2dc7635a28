"""Vigilar carpeta: looks at the folder again and again while the session lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import counted
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.informe import summary_of
from icsoe_desktop.services.importacion.valores import NO_FORMATOS, Formatos
from icsoe_desktop.services.importacion.vigilancia import (
    ArchivoVigilado,
    Vigilancia,
    left_out_sentence,
)

EVERY_MS: Final = 6_000
# The window is for the day's files; the results lie beside them for ever.
KEPT: Final = 500

NO_CHOICE: Final = "Elija la carpeta que se vigila."


@dataclass(frozen=True)
class FilaVigilada:
    """A reviewed file. resumen: what was found, a sentence for each file in a ZIP."""

    cuando: datetime
    path: Path
    estado: str
    icono: str
    leidos: int
    con_errores: int
    advertencias: int
    resumen: str
    revision: Path | None


@dataclass(frozen=True)
class VigilarState:
    """filas: newest first, at most KEPT of `revisados`. watching: looks again and again.
    problem: under the folder's field.
    """

    carpeta: str = ""
    watching: bool = False
    filas: tuple[FilaVigilada, ...] = ()
    revisados: int = 0
    problem: str = ""
    away: str = ""
    left_out: str = ""


class VigilarPresenter(StatePresenter[VigilarState]):
    """Belongs to the shell, so that it goes on watching without its window."""

    found = Signal(object)  # tuple[FilaVigilada, ...], just reviewed

    def __init__(
        self, parent: QObject, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        dispatcher = Dispatcher()
        # A large file must not keep the other windows waiting.
        super().__init__(gui_queue(dispatcher, "vigilancia"), VigilarState())
        dispatcher.setParent(self)
        self.setParent(parent)
        self._clock = clock
        self._watch: Vigilancia | None = None
        self._formatos: Callable[[], Formatos] = lambda: NO_FORMATOS
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)

    def watch(self, carpeta: str, formatos: Callable[[], Formatos] = lambda: NO_FORMATOS) -> None:
        """Begin to watch a folder. formatos: reads what is kept of sheets, in the worker."""
        if not carpeta:
            self._show(problem=NO_CHOICE)
            return
        self._formatos = formatos
        self._watch = Vigilancia(Path(carpeta), self._clock)
        self._show(carpeta=carpeta, watching=True, problem="", away="")
        self._timer.start()
        self._look(first=True)

    def stop(self) -> None:
        self._timer.stop()
        self._watch = None
        self._show(watching=False, away="", left_out="")

    def close(self) -> None:
        """Stop, and end the work that still runs."""
        self.stop()
        self._jobs.close()

    def _look(self, first: bool = False) -> None:
        watch = self._watch
        if watch is None or self._looking:
            return
        self._looking = True

        formatos = self._formatos

        def work(progress: Progress) -> tuple[ArchivoVigilado, ...]:
            # An import may have named others since the last look.
            watch.formatos = formatos()
            return tuple(watch.look(progress))

        def done(found: tuple[ArchivoVigilado, ...]) -> None:
            self._looking = False
            if watch is self._watch:
                self._on_found(found)
                left = watch.left_out
                self._show(left_out=left_out_sentence(left) if left else "")

        def failed(error: Exception) -> None:
            self._looking = False
            if watch is self._watch:
                self._on_failed(error, first=first)

        self.ask(work, done, failed)

    def _on_found(self, found: tuple[ArchivoVigilado, ...]) -> None:
        now = self._clock()
        new = tuple(_row(one, now) for one in found)[::-1]
        revisados = self.state.revisados + len(new)
        self._show(filas=(*new, *self.state.filas)[:KEPT], revisados=revisados, away="")
        if new:
            self.found.emit(new)

    def _on_failed(self, error: Exception, *, first: bool) -> None:
        if not isinstance(error, UserFacingError):
            self.stop()
            self._fail(error)
        elif first:
            self.stop()
            self._show(problem=error.message)
        else:
            # A drive of the network comes and goes: it goes on trying.
            self._show(away=error.message)


def _row(one: ArchivoVigilado, now: datetime) -> FilaVigilada:
    errors = sum(each.con_errores for each in one.archivos)
    warnings = sum(each.advertencias for each in one.archivos)
    unread = any(each.motivo for each in one.archivos)
    if unread:
        estado, icono = "No se pudo leer", "error"
    elif errors:
        estado, icono = "Con errores", "error"
    elif warnings:
        estado, icono = "Con advertencias", "advertencia"
    else:
        estado, icono = "Bien", "correcto"
    resumen = "\n".join([*map(summary_of, one.archivos), *([one.motivo] if one.motivo else [])])
    return FilaVigilada(
        now,
        one.path,
        estado,
        icono,
        sum(each.leidos for each in one.archivos),
        errors,
        warnings,
        resumen,
        None if one.motivo else one.result,
    )


def announcement(filas: tuple[FilaVigilada, ...]) -> str:
    """What a notification says. It names no file: some desktops draw its text as HTML."""
    bad = sum(fila.icono == "error" for fila in filas)
    reviewed = counted(len(filas), "archivo", "archivos")
    verb = "Se revisó" if len(filas) == 1 else "Se revisaron"
    if not bad:
        return f"{verb} {reviewed}, sin errores."
    return f"{verb} {reviewed}; con errores: {bad:,}."
