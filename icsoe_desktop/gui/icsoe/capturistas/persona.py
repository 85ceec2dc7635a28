"""Datos de la persona: export or delete a person's stored data on their request."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPdfWriter, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_datos_persona import Ui_DatosPersonaForm
from icsoe_desktop.gui.idse.modulo import archivos
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.paper import RESOLUTION, PaperBlock, paint_sheet, prepare_page
from icsoe_desktop.gui.kit.progress import run_with_progress

TITLE = "Datos personales"


def write_datos(datos: Mapping[str, Any], path: Path, cabeza: str) -> None:
    """Write the data as JSON or PDF, by the suffix. cabeza: on each page.

    Raises UserFacingError.
    """
    if path.suffix.lower() == ".json":
        text = json.dumps(datos, ensure_ascii=False, indent=2)
        archivos.write_whole(path, f"{text}\n".encode())
    else:
        write_pdf(path, TITLE, cabeza, blocks_of(datos))


def write_pdf(path: Path, title: str, cabeza: str, blocks: Sequence[PaperBlock]) -> None:
    """Print a sheet on letter pages. Raises UserFacingError."""

    def paint(temporary: Path) -> None:
        writer = QPdfWriter(str(temporary))
        writer.setTitle(title)
        writer.setResolution(RESOLUTION)
        prepare_page(writer)
        paint_sheet(writer, title, cabeza, blocks)

    archivos.write_pdf(path, paint)


def blocks_of(datos: Mapping[str, Any]) -> list[PaperBlock]:
    """The sections in order: a title, and pairs of label and value or several such lists."""
    blocks = []
    for title, section in datos.items():
        entries = [section] if isinstance(section, Mapping) else list(section)
        for at, entry in enumerate(entries or [{"Nada.": ""}]):
            rows = [(label, "" if value is None else str(value)) for label, value in entry.items()]
            blocks.append(PaperBlock("" if at else title, rows))
    return blocks


PDF = ("PDF (*.pdf)", "datos-personales.pdf")
JSON = ("JSON (*.json)", "datos-personales.json")
WRITING = "Escribiendo sus datos…"
WRITTEN = "Se guardaron los datos en «{name}»."
DELETE = (
    "Se eliminarán todos los datos de {nombre} con este contratista. Ya no podrá ingresar por él "
    "y no se puede deshacer. ¿Desea eliminarlos?"
)
DELETE_CONTRATISTA = (
    "Se eliminará todo lo que se guarda de {nombre}: sus capturistas, contratos, trabajadores, "
    "Informativas y acuses, también en los demás equipos de la oficina. No se puede deshacer. "
    "¿Desea eliminarlo?"
)
WHAT_GOES = (
    "También puede eliminarlos (derecho de cancelación): sus capturistas, contratos, trabajadores, "
    "Informativas y acuses. Lo presentado al IMSS debe conservarse cinco años (LSS 15, fracción "
    "II): guarde antes esta copia, el archivo de cada acuse y un respaldo."
)
OWN: Final = (
    "Es una copia de todo lo que se guarda de usted (derecho de acceso). El archivo no va cifrado: "
    "guárdelo donde sólo lo vea quien usted decida."
)
CONTRATISTA_DELETED = "Se eliminaron los datos del contratista. La sesión termina."
Export = Callable[[], dict[str, Any]]
Delete = Callable[[], object]
# Of a worker in the contracts.
DELETE_PERSON: Final = (
    "Se quitará a la persona con {nombre} de todos los contratos de este contratista, y no se "
    "puede deshacer. Lo ya presentado al IMSS se conserva. ¿Desea eliminar sus datos?"
)
PERSON_GOES: Final = (
    "También puede pedir que se eliminen (derecho de cancelación): se quita de los contratos de "
    "este contratista. Lo ya presentado al IMSS se conserva cinco años (LSS 15, fracción II)."
)
PERSON_DELETED: Final = "Se quitó a la persona de los contratos."


class PersonaDialog(QDialog):
    """delete: None if a person exports their own data. Only the contratista can delete them."""

    deleted = Signal()

    def __init__(
        self,
        nombre: str,
        export: Export,
        delete: Delete | None,
        context: Context,
        parent: QWidget,
        pregunta: str = DELETE,
        explicacion: str = "",
    ) -> None:
        """pregunta: the question before the deletion; it may name {nombre}.

        explicacion: what the deletion takes along, if it is not a capturista's.
        """
        super().__init__(parent)
        self.form = Ui_DatosPersonaForm()
        self.form.setupUi(self)
        self._nombre = nombre
        self._pregunta = pregunta
        self._export = export
        self._delete = delete
        self._context = context
        form = self.form
        form.quien_label.setText(nombre)
        if explicacion:
            form.eliminar_label.setText(explicacion)
        show_message(form.mensaje_label, "")
        for widget in (form.separador, form.eliminar_label, form.eliminar_button):
            widget.setVisible(delete is not None)
        form.pdf_button.clicked.connect(lambda: self._choose(*PDF))
        form.json_button.clicked.connect(lambda: self._choose(*JSON))
        form.eliminar_button.clicked.connect(self._ask_to_delete)
        form.cerrar_button.clicked.connect(self.reject)
        form.cerrar_button.setDefault(True)
        self.finished.connect(self.deleteLater)
        form.pdf_button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)

    @classmethod
    def of(
        cls, relacion_id: uuid.UUID, nombre: str, context: Context, parent: QWidget
    ) -> PersonaDialog:
        """The dialog for a capturista's data, opened by their contratista."""
        sesion, privacidad = context.require_sesion(), context.application.privacidad
        return cls(
            nombre,
            lambda: privacidad.export(sesion, relacion_id),
            lambda: privacidad.delete(sesion, relacion_id),
            context,
            parent,
        )

    @classmethod
    def own(cls, context: Context, parent: QWidget) -> PersonaDialog:
        """The dialog for the data of the session's own user."""
        sesion, privacidad = context.require_sesion(), context.application.privacidad
        return cls(
            sesion.nombre, lambda: privacidad.export_own(sesion), None, context, parent
        )._mine()

    @classmethod
    def of_contratista(cls, context: Context, parent: QWidget) -> PersonaDialog:
        """The dialog for the data of the session's contratista, who may delete them."""
        sesion, privacidad = context.require_sesion(), context.application.privacidad
        return cls(
            sesion.nombre,
            lambda: privacidad.export_own(sesion),
            lambda: privacidad.delete_own(sesion),
            context,
            parent,
            DELETE_CONTRATISTA,
            WHAT_GOES,
        )._mine()

    def _mine(self) -> PersonaDialog:
        """Speak to the person whose data they are."""
        self.setWindowTitle("Mis datos")
        self.form.titulo_label.setText("Mis datos")
        self.form.exportar_label.setText(OWN)
        return self

    def write(self, path: Path) -> None:
        """Write the data as JSON or PDF, by the suffix of `path`."""
        export, today = self._export, fecha_local(self._context.application.store.clock())
        cabeza = f"{TITLE} de {self._nombre} · {day(today)}"
        run_with_progress(
            self._context,
            self,
            self.windowTitle(),
            WRITING,
            lambda _progress: write_datos(export(), path, cabeza),
            lambda _none: self._say(WRITTEN.format(name=path.name)),
        )

    def _choose(self, kind: str, name: str) -> None:
        new = NewFile("Exportar los datos de la persona", "datos_persona", kind, name)
        choose_new_file(self, new, self._context.preferences, self.write)

    def _ask_to_delete(self) -> None:
        confirm(
            self,
            self._pregunta.format(nombre=self._nombre),
            "&Eliminar sus datos",
            self._do_delete,
            destructive=True,
        )

    def _do_delete(self) -> None:
        delete = self._delete
        if delete is not None:
            self.form.eliminar_button.setEnabled(False)
            self._context.ask(
                self, lambda _progress: delete(), self._on_deleted, self._on_not_deleted
            )

    def _on_deleted(self, _done: object) -> None:
        self.deleted.emit()
        self.accept()

    def _on_not_deleted(self, error: Exception) -> None:
        self.form.eliminar_button.setEnabled(True)
        self._context.errors.show(self, error)

    def _say(self, text: str) -> None:
        show_message(self.form.mensaje_label, text, "success")
