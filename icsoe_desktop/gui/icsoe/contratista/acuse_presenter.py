"""Carga y adjunto de documentos: choose, view, save and delete the REPSE acuse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.repse import EstadoRepse, VentanaRepse
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import BAD_DATE, read_date
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.contratista.acuses import Acuse, AcusesService, ArchivoElegido

NO_FILE = "Aún no hay un acuse adjunto."
MISSING_DATE = "Escriba la fecha de registro o de la última renovación, como dd/mm/aaaa."
ASK_DATE = (
    "El registro dura tres años y se renueva antes de que terminen. Las modificaciones posteriores "
    "no cambian la fecha: escriba la de registro, o la de la última renovación."
)
MISSING_FILE = "Elija el archivo del acuse de registro en el padrón de la STPS."
SAVED = "El acuse se guardó."
DELETED = "El acuse se eliminó."

Problems = dict[str, str]


@dataclass(frozen=True)
class AcuseState:
    """acuse: the saved one. elegido: a chosen file that is not saved yet, and its path.

    problems: «archivo» and «fecha» → sentence.
    """

    acuse: Acuse | None = None
    elegido: ArchivoElegido | None = None
    path: Path | None = None
    busy: bool = False
    problems: tuple[tuple[str, str], ...] = ()
    message: str = ""

    @property
    def archivo_text(self) -> str:
        if self.elegido is not None:
            return f"{self.elegido.nombre} ({self._size(len(self.elegido.contenido))}), sin guardar"
        if self.acuse is not None:
            return f"{self.acuse.nombre} ({self.acuse.tipo}, {self._size(self.acuse.tamano)})"
        return NO_FILE

    @property
    def has_file(self) -> bool:
        return self.elegido is not None or self.acuse is not None

    @property
    def vigencia(self) -> EstadoRepse | None:
        """The state of the saved acuse, unless another file is chosen."""
        return self.acuse.estado if self.acuse and self.elegido is None else None

    @staticmethod
    def _size(octets: int) -> str:
        if octets >= 1024 * 1024:
            return f"{octets / 1024 / 1024:.1f} MB"
        return f"{max(1, round(octets / 1024))} KB"


class AcusePresenter(StatePresenter[AcuseState]):
    loaded = Signal(str)  # date of the saved acuse, as text
    document_known = Signal(object)  # ArchivoElegido, for «Ver archivo»
    saved = Signal(object)  # PasoContratista

    def __init__(self, service: AcusesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, AcuseState())
        self._service = service
        self._sesion = sesion

    def load(self) -> None:
        self.ask(lambda _progress: self._service.current(self._sesion), self._on_loaded, busy=False)

    @property
    def kept_fecha(self) -> str:
        return format_fecha(self.state.acuse.fecha) if self.state.acuse else ""

    def is_unsaved(self, fecha: str) -> bool:
        return self.state.elegido is not None or (
            bool(fecha.strip()) and fecha.strip() != self.kept_fecha
        )

    def discard(self) -> None:
        self._show(elegido=None, path=None, problems=(), message="")
        self.loaded.emit(self.kept_fecha)

    def choose(self, path: Path) -> None:
        """Identify the file by its content."""
        self._show(problems=self._without("archivo"), message="", busy=True)
        self.ask(
            lambda _progress: self._service.inspect(self._sesion, path),
            lambda elegido: self._on_inspected(elegido, path),
            self._on_not_inspected,
            busy=False,
        )

    def type_fecha(self) -> None:
        self._show(problems=self._without("fecha"), message="")

    def leave_fecha(self, text: str) -> None:
        """Show at once that a date is invalid. An empty one is checked on «Guardar»."""
        if text.strip():
            self._show(problems=(*self._without("fecha"), *_check_fecha(text).items()))

    def vigencia_text(self, fecha: str) -> str:
        """A sentence on how long an acuse of this date is valid."""
        state = self.state
        if state.vigencia is not None and state.acuse and fecha.strip() == self.kept_fecha:
            return f"{state.acuse.aviso} Los tres años terminan el {_end(state.acuse.ventana)}."
        day = None if _check_fecha(fecha) else read_date(fecha)
        if day is None:
            return ASK_DATE
        ventana = VentanaRepse(day)
        return (
            f"Con esta fecha, se renueva del {format_fecha(ventana.abre)} al "
            f"{format_fecha(ventana.cierra)}; los tres años terminan el {_end(ventana)}."
        )

    def save(self, fecha: str) -> None:
        if self.state.busy:
            return
        path, service, sesion = self.state.path, self._service, self._sesion
        problems = _check_fecha(fecha)
        if not self.state.has_file:
            problems["archivo"] = MISSING_FILE
        day = None if problems else read_date(fecha)
        if day is None:
            ordered = {name: problems[name] for name in ("archivo", "fecha") if name in problems}
            self._show(problems=tuple(ordered.items()), message="")
            return
        self._show(busy=True, problems=(), message="")

        def keep() -> PasoContratista:
            if path is None:
                return service.change_fecha(sesion, day)
            return service.save(sesion, path, day)

        self.ask(lambda _progress: keep(), self._on_saved, self._refuse, busy=False)

    def view(self) -> None:
        if self.state.elegido is not None:
            self.document_known.emit(self.state.elegido)
        elif self.state.acuse is not None:
            self.ask(
                lambda _progress: self._service.content(self._sesion), self.document_known.emit
            )

    def drop_chosen(self) -> None:
        """«Eliminar»: discard a chosen file that is not saved."""
        self._show(elegido=None, path=None, problems=(), message="")

    def delete(self) -> None:
        self._show(busy=True, message="")
        self.ask(lambda _progress: self._service.delete(self._sesion), self._on_deleted, busy=False)

    def _on_loaded(self, acuse: Acuse | None) -> None:
        self._show(acuse=acuse)
        self.loaded.emit(self.kept_fecha)

    def _on_inspected(self, elegido: ArchivoElegido, path: Path) -> None:
        self._show(elegido=elegido, path=path)

    def _on_not_inspected(self, error: Exception) -> None:
        match error:
            case InvalidInputError():
                self._show(problems=(("archivo", error.message), *self._without("archivo")))
            case _:
                self._fail(error)

    def _on_saved(self, paso: PasoContratista) -> None:
        self._show(elegido=None, path=None, message=SAVED)
        self.saved.emit(paso)

    def _on_deleted(self, _none: None) -> None:
        self._show(message=DELETED)
        self.load()

    def _without(self, campo: str) -> tuple[tuple[str, str], ...]:
        return tuple(one for one in self.state.problems if one[0] != campo)


def _end(ventana: VentanaRepse) -> str:
    return format_fecha(ventana.vence)


def _check_fecha(text: str) -> Problems:
    try:
        return {} if read_date(text) is not None else {"fecha": MISSING_DATE}
    except ValueError:
        return {"fecha": BAD_DATE}
