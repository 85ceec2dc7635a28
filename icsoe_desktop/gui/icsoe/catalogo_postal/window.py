"""The window Catálogo postal: the catalogue in use, a preview of a file, the import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_catalogo_postal import Ui_CatalogoPostalForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import accept_copy, choose_file, dropped_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Step
from icsoe_desktop.services.contratista.domicilios import (
    CatalogoPostal,
    CodigosPostalesService,
    VistaPreviaCatalogo,
)

NO_CATALOGUE = (
    "Aún no hay catálogo postal en este equipo. Con él, al escribir un código postal aparecen sus "
    "colonias; sin él se escriben a mano."
)
STOPPING = "Cancelando; el catálogo anterior queda como estaba…"
READING, IMPORTING = "Leyendo el archivo…", "Importando…"
CANCELLED = "Se canceló. No se cambió nada."
ALREADY = "Este catálogo es el que ya está en uso; no hace falta importarlo otra vez."

NO_STEP = Step(0, None, "")


class FaseCatalogoPostal(Enum):
    RESTING = auto()
    READING = auto()
    SHOWING = auto()
    IMPORTING = auto()


@dataclass(frozen=True)
class CatalogoPostalState:
    """vigente: the catalogue in use. vista: preview of the chosen file."""

    fase: FaseCatalogoPostal = FaseCatalogoPostal.RESTING
    loaded: bool = False
    vigente: CatalogoPostal | None = None
    vista: VistaPreviaCatalogo | None = None
    step: Step = NO_STEP
    stopping: bool = False
    message: str = ""

    @property
    def working(self) -> bool:
        return self.fase in (FaseCatalogoPostal.READING, FaseCatalogoPostal.IMPORTING)

    @property
    def can_import(self) -> bool:
        return (
            self.fase is FaseCatalogoPostal.SHOWING
            and self.vista is not None
            and not self.vista.ya_importado
        )

    @property
    def vigente_text(self) -> str:
        one = self.vigente
        if not self.loaded:
            return ""
        if one is None:
            return NO_CATALOGUE
        return (
            f"En uso: {one.nombre}, del {format_fecha(one.fecha)}, {_rows(one.renglones)}; "
            f"importado el {format_fecha(one.importado.astimezone(HORA_DE_MEXICO).date())}."
        )

    @property
    def resumen_text(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        count = vista.con_problemas
        bad = (
            f"; {count:,} con problemas, que se {'omite' if count == 1 else 'omiten'}"
            if count
            else ""
        )
        return (
            f"{_rows(vista.renglones)}{bad}. Fecha del archivo: {format_fecha(vista.fecha)}. "
            f"Formato {vista.formato}, codificación {vista.codificacion}."
        )


class CatalogoPostalPresenter(StatePresenter[CatalogoPostalState]):
    def __init__(self, service: CodigosPostalesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, CatalogoPostalState())
        self._service = service
        self._sesion = sesion
        self._job: Job | None = None

    def load(self) -> None:
        self.ask(
            lambda _progress: self._service.current(self._sesion),
            lambda vigente: self._show(vigente=vigente, loaded=True),
        )

    def choose(self, path: Path) -> None:
        """Show a preview of the file; saves nothing yet."""
        if self.state.working:
            return
        self._show(
            fase=FaseCatalogoPostal.READING, vista=None, step=Step(0, None, READING), message=""
        )
        self._job = self.run(
            lambda progress: self._service.preview_import(self._sesion, path, progress),
            self._on_read,
            self._on_progress,
        )

    def import_it(self) -> None:
        vista = self.state.vista
        if vista is None or not self.state.can_import:
            return
        self._show(
            fase=FaseCatalogoPostal.IMPORTING, step=Step(0, vista.renglones, IMPORTING), message=""
        )
        self._job = self.run(
            lambda progress: self._service.apply_import(self._sesion, vista, progress),
            self._on_imported,
            self._on_progress,
        )

    def cancel(self) -> bool:
        """Stop the running work; return whether there was any."""
        if self._job is None:
            return False
        self._job.cancel()
        self._show(stopping=True)
        return True

    def _on_progress(self, step: Step) -> None:
        what = f"{step.what.rstrip('…')}…" if step.what else self.state.step.what
        self._show(step=replace(step, what=what))

    def _on_read(self, outcome: Outcome[VistaPreviaCatalogo]) -> None:
        def show(vista: VistaPreviaCatalogo) -> None:
            if self.state.stopping:
                self._rest(CANCELLED)
            else:
                message = ALREADY if vista.ya_importado else ""
                self._show(fase=FaseCatalogoPostal.SHOWING, vista=vista, message=message)

        self._job = None
        self.settle(outcome, show, self._on_failed, lambda: self._rest(CANCELLED))

    def _on_imported(self, outcome: Outcome[CatalogoPostal]) -> None:
        def tell(vigente: CatalogoPostal) -> None:
            self._show(vigente=vigente)
            self._rest(f"Se importó el catálogo postal: {_rows(vigente.renglones)}.")

        self._job = None
        self.settle(outcome, tell, self._on_failed, lambda: self._rest(CANCELLED))

    def _on_failed(self, error: Exception) -> None:
        self._rest("")
        self.failed.emit(error)

    def _rest(self, message: str) -> None:
        self._show(fase=FaseCatalogoPostal.RESTING, vista=None, stopping=False, message=message)


def _rows(count: int) -> str:
    return counted(count, "renglón", "renglones")


DOWNLOAD_URL = (
    "https://www.correosdemexico.gob.mx/SSLServicios/ConsultaCP/CodigoPostal_Exportar.aspx"
)
FILTERS = ("Catálogo postal (*.zip *.txt)", "Todos los archivos (*)")
MUESTRA = (
    Column[Asentamiento]("C. P.", lambda r: r.codigo_postal, tabular=True, width=70),
    Column[Asentamiento]("Colonia", lambda r: r.colonia, width=220),
    Column[Asentamiento]("Tipo", lambda r: r.tipo, width=110),
    Column[Asentamiento]("Municipio o alcaldía", lambda r: r.municipio, width=170),
    Column[Asentamiento]("Estado", lambda r: r.estado),
)
PROBLEMAS = (
    Column[tuple[int, str]](
        "Línea", lambda r: f"{r[0]:,}", sort=lambda r: r[0], right=True, width=80
    ),
    Column[tuple[int, str]]("Problema", lambda r: r[1]),
)
NO_FILE = (
    "Aún no se elige archivo",
    "Aquí verá una muestra de las colonias antes de importarlas.",
)


class CatalogoPostalWindow(Presented[Ui_CatalogoPostalForm, CatalogoPostalPresenter], QDialog):
    """Draws CatalogoPostalState. Closing the window stops running work first."""

    def __init__(
        self, presenter: CatalogoPostalPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.present(Ui_CatalogoPostalForm(), presenter, context)
        self._shown: VistaPreviaCatalogo | None = None
        form = self.form
        self.muestra = RowsTable(form.muestra_table, MUESTRA, context.preferences)
        self.problemas = RowsTable(form.problemas_table, PROBLEMAS, context.preferences)
        wrap_rows(form.problemas_table)
        self.empty = EmptyState(form.muestra_table, "documento", *NO_FILE)
        form.vista_splitter.setStretchFactor(0, 3)
        form.vista_splitter.setStretchFactor(1, 2)
        self.setAcceptDrops(True)
        form.elegir_button.clicked.connect(self._choose)
        form.descarga_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(DOWNLOAD_URL)))
        form.importar_button.clicked.connect(presenter.import_it)
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        self._draw(presenter.state)
        QTimer.singleShot(0, self, presenter.load)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._presenter.state.working:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def reject(self) -> None:
        """Esc stops the running work; if there is none, it closes the window."""
        if not self._presenter.cancel():
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None and not self._presenter.state.working:
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path = Path(event.mimeData().urls()[0].toLocalFile())
        accept_copy(event)
        QTimer.singleShot(0, self, lambda: self._presenter.choose(path))

    def _choose(self) -> None:
        choose_file(
            self,
            "Elegir el catálogo de códigos postales",
            FILTERS,
            "catalogo_postal",
            self._context.preferences,
            self._presenter.choose,
        )

    def _draw(self, state: CatalogoPostalState) -> None:
        form = self.form
        form.vigente_label.setText(state.vigente_text)
        form.elegir_button.setEnabled(not state.working)
        form.archivo_label.setText(state.vista.nombre if state.vista else "")
        form.archivo_label.setVisible(state.vista is not None)
        form.resumen_label.setText(state.resumen_text)
        form.resumen_label.setVisible(state.vista is not None)
        form.avance_panel.setVisible(state.working)
        form.avance_bar.setMaximum(state.step.total or 0)
        form.avance_bar.setValue(state.step.done if state.step.total else -1)
        form.avance_label.setText(STOPPING if state.stopping else state.step.what)
        vista = state.vista
        form.problemas_panel.setVisible(vista is not None and bool(vista.problemas))
        # Without rows it is no place to stop at.
        stops = Qt.FocusPolicy.NoFocus if vista is None else Qt.FocusPolicy.StrongFocus
        form.muestra_table.setFocusPolicy(stops)
        if vista is not None and vista is not self._shown:
            self._shown = vista
            self.muestra.set_rows(vista.muestra)
            self.problemas.set_rows(vista.problemas)
            form.importar_button.setFocus()
        form.importar_button.setEnabled(state.can_import)
        form.cancelar_button.setText("&Cancelar" if state.working else "&Cerrar")
        form.cancelar_button.setEnabled(not state.stopping)
        show_message(form.mensaje_label, state.message, "success")


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = CatalogoPostalPresenter(
        context.application.codigos_postales, context.jobs, context.require_sesion()
    )
    return CatalogoPostalWindow(presenter, context, parent)
