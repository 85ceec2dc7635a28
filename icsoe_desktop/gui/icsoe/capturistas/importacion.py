"""Alta de usuarios desde una lista: a preview row by row, then the alta."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA
from icsoe_desktop.gui.base.sheet_import.presenter import (
    Palabras,
    SheetImportPresenter,
    SheetImportState,
)
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_importar_capturistas import Ui_ImportarCapturistasForm
from icsoe_desktop.gui.kit.formats import counted, counted_if_any
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.capturistas.importacion import (
    EstadoRenglonCapturista,
    HallazgoCapturista,
    ImportacionCapturistasService,
    RenglonCapturista,
    ResultadoImportacionCapturistas,
    VistaPreviaCapturistas,
)

PALABRAS = Palabras(
    reading="Leyendo la lista…",
    importing="Dando de alta…",
    stopping="Cancelando; no se dará de alta a nadie…",
    nothing_to_do="No hay a quién dar de alta: todas estas personas ya están registradas.",
    only_bad="A nadie de la lista se le puede dar de alta. Corrija el archivo y vuelva a elegirlo.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en el archivo y vuelva a elegirlo, o dé de alta "
        "sólo los correctos."
    ),
)


@dataclass(frozen=True)
class ImportacionCapturistasState(SheetImportState[VistaPreviaCapturistas]):
    palabras = PALABRAS

    def count(self, estado: EstadoRenglonCapturista) -> int:
        return len(self.vista.with_estado(estado)) if self.vista else 0

    @property
    def pending(self) -> int:
        """The number of people who would be registered."""
        return self.count(EstadoRenglonCapturista.NUEVO)

    @property
    def with_problems(self) -> bool:
        return self.count(EstadoRenglonCapturista.CON_PROBLEMAS) > 0

    @property
    def counts(self) -> str:
        if self.vista is None:
            return ""
        parts = (
            counted_if_any(self.pending, "nuevo", "nuevos"),
            counted_if_any(
                self.count(EstadoRenglonCapturista.YA_REGISTRADO), "que ya está", "que ya están"
            ),
            counted_if_any(
                self.count(EstadoRenglonCapturista.REPETIDO),
                "repetido en el archivo",
                "repetidos en el archivo",
            ),
            counted_if_any(
                self.count(EstadoRenglonCapturista.CON_PROBLEMAS), "con problemas", "con problemas"
            ),
        )
        total = counted_if_any(len(self.vista.renglones), "renglón", "renglones")
        return f"{total}: {', '.join(part for part in parts if part)}."


class ImportacionCapturistasPresenter(
    SheetImportPresenter[
        ImportacionCapturistasState, VistaPreviaCapturistas, ResultadoImportacionCapturistas
    ]
):
    told = Signal(str)  # sentence about what was done

    def __init__(
        self,
        service: ImportacionCapturistasService,
        jobs: JobQueue,
        sesion: Sesion,
        path: Path,
    ) -> None:
        super().__init__(jobs, sesion, path, ImportacionCapturistasState(path.name))
        self._service = service

    def _preview(self, progress: Progress) -> VistaPreviaCapturistas:
        return self._service.preview(self._sesion, self._path, progress)

    def _apply(
        self, vista: VistaPreviaCapturistas, progress: Progress, only_good: bool
    ) -> ResultadoImportacionCapturistas:
        return self._service.apply(self._sesion, vista, progress, only_good=only_good)

    def _done(self, resultado: ResultadoImportacionCapturistas) -> None:
        self.told.emit(summary(resultado))
        super()._done(resultado)


def summary(resultado: ResultadoImportacionCapturistas) -> str:
    done = counted_if_any(resultado.nuevos, "usuario", "usuarios")
    left = counted_if_any(resultado.omitidos, "renglón se dejó fuera", "renglones se dejaron fuera")
    return f"Se dio de alta a {done}." + (f" {left}." if left else "")


ICONS = {
    EstadoRenglonCapturista.NUEVO: "generar",
    EstadoRenglonCapturista.YA_REGISTRADO: "correcto",
    EstadoRenglonCapturista.REPETIDO: "descartado",
    EstadoRenglonCapturista.CON_PROBLEMAS: "error",
}


def _state(renglon: RenglonCapturista) -> str:
    return ICONS[renglon.estado]


def _column(name: str, *, tabular: bool = False, width: int) -> Column[RenglonCapturista]:
    label = CAMPOS_CAPTURISTA.label(name)
    return Column[RenglonCapturista](
        label, lambda r: str(getattr(r.nuevo, name)), tabular=tabular, width=width
    )


RENGLONES = (
    Column[RenglonCapturista](
        "Línea", lambda r: str(r.linea), sort=lambda r: r.linea, right=True, width=64
    ),
    Column[RenglonCapturista]("Qué pasará", lambda r: r.estado, state=_state, width=190),
    _column("curp", tabular=True, width=190),
    _column("nombre", width=230),
    _column("telefono", tabular=True, width=110),
    _column("correo", width=160),
)
HALLAZGOS = (
    Column[HallazgoCapturista](
        "Línea", lambda h: str(h.linea), sort=lambda h: h.linea, right=True, width=64
    ),
    Column[HallazgoCapturista](
        "Tipo",
        lambda h: "Problema" if h.es_error else "Advertencia",
        sort=lambda h: (not h.es_error, h.linea),
        state=lambda h: "error" if h.es_error else "advertencia",
        width=130,
    ),
    Column[HallazgoCapturista]("Columna", lambda h: CAMPOS_CAPTURISTA.label(h.campo), width=150),
    Column[HallazgoCapturista]("Encontrado", lambda h: h.encontrado or "(vacío)", width=170),
    Column[HallazgoCapturista]("Qué hacer", lambda h: h.mensaje),
)


class ImportacionCapturistasDialog(SheetImportDialog[RenglonCapturista, HallazgoCapturista]):
    def __init__(
        self, presenter: ImportacionCapturistasPresenter, context: Context, parent: QWidget
    ) -> None:
        super().__init__(
            Ui_ImportarCapturistasForm(), presenter, RENGLONES, HALLAZGOS, context, parent
        )
        # Errors first.
        self.form.hallazgos_table.sortByColumn(1, Qt.SortOrder.AscendingOrder)

    def _import_text(self, pending: int) -> str:
        if not pending:
            return "&Dar de alta"
        return f"&Dar de alta a {counted(pending, 'persona', 'personas')}"
