"""Lotes: the list, and the commands on one lote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoLote
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.lotes.cedula import write_pdf
from icsoe_desktop.gui.idse.modulo.archivos import write_new, write_whole
from icsoe_desktop.gui.kit.formats import counted, saved, short_name
from icsoe_desktop.jobs import JobQueue, NoProgress, Outcome
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import ClaseDocumento, Lote

WRITTEN: Final = "Se guardó {nombre}. Súbalo al portal con Acceso a IDSE y márquelo como enviado."
STATE_SAVED: Final = "El lote quedó como {estado}."
CANCELLED: Final = "El lote se canceló. Sus movimientos volvieron a Pendiente."
ATTACHED: Final = "Se guardó una copia de {nombre} con el lote."
WRITTEN_SEVERAL: Final = (
    "Se guardaron {cuenta} archivos en {carpeta}. Súbalos al portal con Acceso a IDSE y márquelos "
    "como enviados."
)
CEDULAS_WRITTEN: Final = "Se guardaron {cuenta} cédulas en {carpeta}."
SENT_SEVERAL: Final = "{cuenta} lotes quedaron como enviados."


@dataclass(frozen=True)
class NuevoEstado:
    """The state that the user records for a lote. codigo, causa: of a rejection, as the IMSS gave
    them.
    """

    estado: EstadoLote
    fecha: date
    numero: str = ""
    folio: str = ""
    codigo: str = ""
    causa: str = ""


@dataclass(frozen=True)
class LotesState:
    lotes: tuple[Lote, ...] = ()
    loaded: bool = False
    busy: bool = False
    message: str = ""
    role: str = "success"


def cedula_name(lote: Lote) -> str:
    return f"cedula_{lote.nombre_archivo.rpartition('.')[0] or lote.nombre_archivo}.pdf"


class LotesPresenter(StatePresenter[LotesState]):
    movements_changed = Signal()
    written = Signal(object)  # Path of a cédula or document to open

    def __init__(self, service: LotesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, LotesState())
        self._service = service
        self._sesion = sesion

    def load(self) -> None:
        self.ask(
            lambda _progress: self._service.all(self._sesion),
            lambda lotes: self._show(lotes=lotes, loaded=True),
            self._on_not_loaded,
        )

    def say(self, text: str, role: str = "success") -> None:
        self._show(message=text, role=role)

    def write_file(self, lote: Lote, path: Path) -> None:
        """Write the file exactly as it was generated."""
        service, sesion = self._service, self._sesion
        self._do(
            lambda: write_whole(path, service.content(sesion, lote.id)),
            WRITTEN.format(nombre=short_name(path)),
        )

    def write_files(self, lotes: Sequence[Lote], folder: Path) -> None:
        """Write the files exactly as generated, under names that are free in the folder."""
        service, sesion = self._service, self._sesion

        def work() -> None:
            for lote in lotes:
                write_new(folder, lote.nombre_archivo, service.content(sesion, lote.id))

        self._do(work, WRITTEN_SEVERAL.format(cuenta=len(lotes), carpeta=folder))

    def write_cedulas(self, lotes: Sequence[Lote], folder: Path) -> None:
        """Write the cédulas under names that are free in the folder."""
        service, sesion = self._service, self._sesion

        def work() -> None:
            for lote in lotes:
                path = write_new(folder, cedula_name(lote), b"")
                try:
                    write_pdf(service.cedula(sesion, lote.id), path)
                except UserFacingError:
                    path.unlink(missing_ok=True)
                    raise

        self._do(work, CEDULAS_WRITTEN.format(cuenta=len(lotes), carpeta=folder))

    def mark_all_sent(self, lotes: Sequence[Lote], fecha: date) -> None:
        service, sesion, ids = self._service, self._sesion, [lote.id for lote in lotes]
        self._do(
            lambda: service.mark_all_sent(sesion, ids, fecha),
            SENT_SEVERAL.format(cuenta=len(ids)),
            moves=True,
        )

    def export(self, path: Path) -> None:
        """Write the list of lotes to an Excel workbook."""
        service, sesion = self._service, self._sesion
        count = counted(len(self.state.lotes), "lote", "lotes")
        self._do(
            lambda: service.export(sesion, path, NoProgress()),
            saved(path, count),
        )

    def write_document(self, lote: Lote, clase: ClaseDocumento, path: Path) -> None:
        service, sesion = self._service, self._sesion

        def work() -> Path:
            write_whole(path, service.document(sesion, lote.id, clase)[1])
            return path

        self._do(work, saved(path))

    def write_cedula(self, lote: Lote, path: Path) -> None:
        service, sesion = self._service, self._sesion

        def work() -> Path:
            write_pdf(service.cedula(sesion, lote.id), path)
            return path

        self._do(work, saved(path))

    def attach(self, lote: Lote, clase: ClaseDocumento, path: Path) -> None:
        self._do(
            lambda: self._service.attach(self._sesion, lote.id, clase, path),
            ATTACHED.format(nombre=short_name(path)),
        )

    def mark(self, lote: Lote, nuevo: NuevoEstado) -> None:
        service, sesion = self._service, self._sesion

        def work() -> Lote:
            match nuevo.estado:
                case EstadoLote.ENVIADO:
                    return service.mark_sent(sesion, lote.id, nuevo.fecha)
                case EstadoLote.RECIBIDO:
                    return service.mark_received(
                        sesion, lote.id, nuevo.fecha, nuevo.numero, nuevo.folio
                    )
                case EstadoLote.APROBADO:
                    return service.mark_approved(sesion, lote.id, nuevo.fecha)
                case EstadoLote.RECHAZADO:
                    return service.mark_rejected(
                        sesion, lote.id, nuevo.fecha, nuevo.codigo, nuevo.causa
                    )
            raise ValueError(nuevo.estado)

        self._do(work, STATE_SAVED.format(estado=nuevo.estado.value.lower()), moves=True)

    def cancel(self, lote: Lote) -> None:
        self._do(lambda: self._service.cancel(self._sesion, lote.id), CANCELLED, moves=True)

    def _do(self, work: Callable[[], object], told: str, moves: bool = False) -> None:
        if self.state.busy:
            return
        self._show(busy=True, message="")

        def tell(value: object) -> None:
            self._show(message=told, role="success")
            if isinstance(value, Path):
                self.written.emit(value)
            if moves:
                self.movements_changed.emit()

        def on_done(outcome: Outcome[object]) -> None:
            self.settle(outcome, tell, busy=False)
            self.load()

        self.run(lambda _progress: work(), on_done)

    def _on_not_loaded(self, error: Exception) -> None:
        self._show(loaded=True)
        self.failed.emit(error)
