"""Datos de la persona: export or delete a person's stored data on their request."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QShowEvent, QTextDocument
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_datos_persona import Ui_DatosPersonaForm
from icsoe_desktop.gui.idse.modulo import archivos
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.gui.kit.file_choice import choose_new_file
from icsoe_desktop.gui.kit.progress import run_with_progress

MARGIN_MM = 18
RESOLUTION = 300
TITLE = "Datos personales"


def write_datos(datos: Mapping[str, Any], path: Path) -> None:
    """Write the data as JSON or PDF, by the suffix. Raises UserFacingError."""
    if path.suffix.lower() == ".json":
        text = json.dumps(datos, ensure_ascii=False, indent=2)
        archivos.write_whole(path, f"{text}\n".encode())
    else:
        write_pdf(path, TITLE, as_html(datos))


def write_pdf(path: Path, title: str, html: str) -> None:
    """Print a document on letter pages. Raises UserFacingError."""
    archivos.write_pdf(path, lambda temporary: _print(temporary, title, html))


def _print(path: Path, title: str, html: str) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    writer.setResolution(RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setHtml(html)
    document.print_(writer)


def as_html(datos: Mapping[str, Any]) -> str:
    """The sections in order: a title, and pairs of label and value or several such lists."""
    parts = [f"<h1>{TITLE}</h1>"]
    for title, section in datos.items():
        parts.append(f"<h2>{escape(title)}</h2>")
        entries = [section] if isinstance(section, Mapping) else list(section)
        if not entries:
            parts.append("<p>Nada.</p>")
        parts += [_table(entry) for entry in entries]
    return "".join(parts)


def _table(entry: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><td width="34%" style="padding:2px 8px 2px 0"><b>{escape(label)}</b></td>'
        f'<td style="padding:2px 0">{escape("" if value is None else str(value))}</td></tr>'
        for label, value in entry.items()
    )
    return f'<table width="100%" cellspacing="0" style="margin-bottom:8px">{rows}</table>'


PURPOSE = "datos_persona"
PDF, JSON = "PDF (*.pdf)", "JSON (*.json)"
WRITING = "Escribiendo sus datos…"
WRITTEN = "Se guardaron los datos de la persona en «{name}»."
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
CONTRATISTA_DELETED = "Se eliminaron los datos del contratista. La sesión termina."
Export = Callable[[], dict[str, Any]]
Delete = Callable[[], object]


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
        form.pdf_button.clicked.connect(lambda: self._choose("datos-personales.pdf", PDF))
        form.json_button.clicked.connect(lambda: self._choose("datos-personales.json", JSON))
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
        return cls(sesion.nombre, lambda: privacidad.export_own(sesion), None, context, parent)

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
        )

    def write(self, path: Path) -> None:
        """Write the data as JSON or PDF, by the suffix of `path`."""
        export = self._export
        run_with_progress(
            self._context,
            self,
            self.windowTitle(),
            WRITING,
            lambda _progress: write_datos(export(), path),
            lambda _none: self._say(WRITTEN.format(name=path.name)),
        )

    def _choose(self, name: str, name_filter: str) -> None:
        choose_new_file(
            self,
            "Exportar los datos de la persona",
            name,
            name_filter,
            PURPOSE,
            self._context.preferences,
            self.write,
        )

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
