"""The window Catálogo postal: the catalogue in use, a preview of a file, the import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_catalogo_postal import Ui_CatalogoPostalForm
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import Job, Outcome, Progress, Step, settle
from icsoe_desktop.services.contratista.domicilios import CatalogoPostal, VistaPreviaCatalogo

NO_CATALOGUE = (
    "Aún no hay catálogo postal en este equipo. Con él, al escribir un código postal aparecen sus "
    "colonias; sin él se escriben a mano."
)
STOPPING = "Cancelando; el catálogo anterior queda como estaba…"
READING, IMPORTING = "Leyendo el archivo…", "Importando…"
CANCELLED = "Se canceló. No se cambió nada."
ALREADY = "Este catálogo es el que ya está en uso; no hace falta importarlo otra vez."

T = TypeVar("T")
DOWNLOAD_URL = (
    "https://www.correosdemexico.gob.mx/SSLServicios/ConsultaCP/CodigoPostal_Exportar.aspx"
)
CATALOGUE = AskedFile(
    "Elegir el catálogo de códigos postales",
    "catalogo_postal",
    ("Catálogo postal (*.zip *.txt)", ALL_FILES),
)
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


class CatalogoPostalWindow(QDialog):
    """The catalogue in use and a preview of a file. Closing stops running work first."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_CatalogoPostalForm()
        self.form.setupUi(self)
        self._context, self._sesion = context, context.require_sesion()
        self._service = context.application.codigos_postales
        self._vista: VistaPreviaCatalogo | None = None
        self._job: Job | None = None
        self._stopping = False
        form = self.form
        self.muestra = RowsTable(form.muestra_table, MUESTRA, context.preferences)
        self.problemas = RowsTable(form.problemas_table, PROBLEMAS, context.preferences)
        wrap_rows(form.problemas_table)
        self.empty = EmptyState(form.muestra_table, "documento", *NO_FILE)
        form.vista_splitter.setStretchFactor(0, 3)
        form.vista_splitter.setStretchFactor(1, 2)
        Drops(self, lambda paths: self.choose(paths[0]), one=True, may=lambda: self._job is None)
        form.elegir_button.clicked.connect(self._choose)
        form.descarga_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(DOWNLOAD_URL)))
        form.importar_button.clicked.connect(self._import)
        form.cancelar_button.clicked.connect(self.reject)
        form.vigente_label.setText("")
        self._rest("")
        QTimer.singleShot(0, self, self._load)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def reject(self) -> None:
        """Esc stops the running work; if there is none, it closes the window."""
        if self._job is None:
            super().reject()
        else:
            self._job.cancel()
            self._stopping = True
            self._draw()

    def choose(self, path: Path) -> None:
        """Show a preview of the file; saves nothing yet."""
        service, sesion = self._service, self._sesion
        if self._job is None:
            self._vista = None
            self._run(
                lambda progress: service.preview_import(sesion, path, progress),
                self._on_read,
                Step(0, None, READING),
            )

    def _choose(self) -> None:
        choose_file(self, CATALOGUE, self._context.preferences, self.choose)

    def _load(self) -> None:
        service, sesion = self._service, self._sesion
        self._context.ask(self, lambda _progress: service.current(sesion), self._show_vigente)

    def _import(self) -> None:
        service, sesion, vista = self._service, self._sesion, self._vista
        if vista is not None and self._job is None:
            self._run(
                lambda progress: service.apply_import(sesion, vista, progress),
                self._on_imported,
                Step(0, vista.renglones, IMPORTING),
            )

    def _run(self, work: Callable[[Progress], T], then: Callable[[T], object], first: Step) -> None:
        def on_done(outcome: Outcome[T]) -> None:
            self._job = None
            settle(outcome, then, self._on_failed, lambda: self._rest(CANCELLED))

        alive, progressed = while_alive(self, on_done), while_alive(self, self._show_step)
        self._job = self._context.jobs.add(work, alive, progressed)
        show_message(self.form.mensaje_label, "")
        self._draw()
        self._show_step(first)

    def _on_read(self, vista: VistaPreviaCatalogo) -> None:
        if self._stopping:
            self._rest(CANCELLED)
            return
        self._vista = vista
        self.muestra.set_rows(vista.muestra)
        self.problemas.set_rows(vista.problemas)
        self.form.archivo_label.setText(vista.nombre)
        self.form.resumen_label.setText(_summary(vista))
        self._draw()
        self.form.importar_button.setFocus()
        show_message(self.form.mensaje_label, ALREADY if vista.ya_importado else "", "success")

    def _on_imported(self, vigente: CatalogoPostal) -> None:
        self._show_vigente(vigente)
        self._rest(f"Se importó el catálogo postal: {_rows(vigente.renglones)}.")

    def _on_failed(self, error: Exception) -> None:
        self._rest("")
        self._context.errors.show(self, error)

    def _rest(self, message: str) -> None:
        self._vista, self._stopping = None, False
        self._draw()
        show_message(self.form.mensaje_label, message, "success")

    def _show_vigente(self, vigente: CatalogoPostal | None) -> None:
        text = NO_CATALOGUE
        if vigente is not None:
            importado = vigente.importado.astimezone(HORA_DE_MEXICO).date()
            text = (
                f"En uso: {vigente.nombre}, del {format_fecha(vigente.fecha)}, "
                f"{_rows(vigente.renglones)}; importado el {format_fecha(importado)}."
            )
        self.form.vigente_label.setText(text)

    def _show_step(self, step: Step) -> None:
        form = self.form
        form.avance_bar.setMaximum(step.total or 0)
        form.avance_bar.setValue(step.done if step.total else -1)
        if step.what and not self._stopping:
            form.avance_label.setText(f"{step.what.rstrip('…')}…")

    def _draw(self) -> None:
        form, vista, working = self.form, self._vista, self._job is not None
        form.elegir_button.setEnabled(not working)
        form.archivo_label.setVisible(vista is not None)
        form.resumen_label.setVisible(vista is not None)
        form.avance_panel.setVisible(working)
        if self._stopping:
            form.avance_label.setText(STOPPING)
        form.problemas_panel.setVisible(vista is not None and bool(vista.problemas))
        # Without rows it is no place to stop at.
        stops = Qt.FocusPolicy.NoFocus if vista is None else Qt.FocusPolicy.StrongFocus
        form.muestra_table.setFocusPolicy(stops)
        can_import = vista is not None and not vista.ya_importado and not working
        form.importar_button.setEnabled(can_import)
        form.cancelar_button.setText("&Cancelar" if working else "&Cerrar")
        form.cancelar_button.setEnabled(not self._stopping)


def _summary(vista: VistaPreviaCatalogo) -> str:
    count = vista.con_problemas
    verb = "omite" if count == 1 else "omiten"
    bad = f"; {count:,} con problemas, que se {verb}" if count else ""
    return (
        f"{_rows(vista.renglones)}{bad}. Fecha del archivo: {format_fecha(vista.fecha)}. "
        f"Formato {vista.formato}, codificación {vista.codificacion}."
    )


def _rows(count: int) -> str:
    return counted(count, "renglón", "renglones")


def create(context: Context, parent: QWidget | None) -> QWidget:
    return CatalogoPostalWindow(context, parent)
