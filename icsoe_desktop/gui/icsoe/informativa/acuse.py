"""Acuse of the Informativa: the file that the portal gave, with its folio, day and hour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acuse_informativa import Ui_AcuseInformativaForm
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.file_choice import accept_copy, choose_file, dropped_file
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.informativa.valores import InformativaFila

FILTERS: Final = ("Acuse (*.pdf *.png *.jpg *.jpeg)", "Todos los archivos (*)")
SAVED: Final = "Se guardó el acuse. La Informativa quedó presentada."
NO_FILE: Final = "Elija el archivo del acuse."
NO_FOLIO: Final = "Escriba el folio del acuse."
NO_DAY: Final = "Escriba la fecha de presentación: dd/mm/aaaa."
BAD_HOUR: Final = "Escriba la hora como está en el acuse: 13:45."
BAD_COUNT: Final = "Escriba cuántos contratos dice el acuse, con números."
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class AcuseInformativaDialog(EditingDialog):
    donde = "el acuse"
    saved = Signal(str)

    def __init__(self, fila: InformativaFila, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_AcuseInformativaForm()
        self.form.setupUi(self)
        form = self.form
        self._fila = fila
        self._context = context
        self._path: Path | None = None
        self._busy = False
        form.informativa_label.setText(f"{fila.tipo}, {fila.periodo.nombre}")
        archivo = CheckedField(form.archivo_button, form.archivo_error)
        self._fields = CheckedFields(
            {**fields_of(form, "folio", "presentada", "hora", "contratos"), "archivo": archivo},
            self,
            self._problems,
        )
        self._day = DateField(form.presentada_edit)
        form.contratos_edit.setText(str(fila.contratos))
        self.setAcceptDrops(True)
        form.archivo_button.clicked.connect(self._choose)
        form.guardar_button.clicked.connect(self._save)
        form.cancelar_button.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self._before = self._fields.texts()
        form.folio_edit.setFocus()

    @property
    def unsaved(self) -> bool:
        return self._path is not None or self._fields.texts() != self._before

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path = Path(event.mimeData().urls()[0].toLocalFile())
        accept_copy(event)
        QTimer.singleShot(0, self, lambda: self.take_file(path))

    def take_file(self, path: Path) -> None:
        self._path = path
        self.form.archivo_value.setText(path.name)
        self._fields.forget(["archivo"])
        typed = bool(self.form.folio_edit.text().strip())
        (self.form.guardar_button if typed else self.form.folio_edit).setFocus()

    def _choose(self) -> None:
        choose_file(
            self,
            "Elegir el acuse de la Informativa",
            FILTERS,
            "acuse_informativa",
            self._context.preferences,
            self.take_file,
        )

    def _problems(self) -> Mapping[str, str]:
        texts = self._fields.texts()
        found: dict[str, str] = {}
        if self._path is None:
            found["archivo"] = NO_FILE
        if not texts["folio"].strip():
            found["folio"] = NO_FOLIO
        if self._day.problem or not texts["presentada"].strip():
            found["presentada"] = self._day.problem or NO_DAY
        if _HOUR.fullmatch(texts["hora"].strip()) is None:
            found["hora"] = BAD_HOUR
        if not (texts["contratos"].isascii() and texts["contratos"].strip().isdigit()):
            found["contratos"] = BAD_COUNT
        return found

    def _save(self) -> None:
        if self._busy or not self._fields.attempt():
            return
        path, day = self._path, self._day.value
        texts = self._fields.texts()
        hour = _HOUR.fullmatch(texts["hora"].strip())
        if path is None or day is None or hour is None:
            return
        when = datetime.combine(day, time(int(hour[1]), int(hour[2])), HORA_DE_MEXICO)
        context, fila = self._context, self._fila
        sesion, service = context.require_sesion(), context.application.informativas
        self._set_busy(True)
        context.ask(
            self,
            lambda _progress: service.save_acuse(
                sesion,
                fila.id,
                path,
                folio=texts["folio"],
                presentada=when,
                contratos=int(texts["contratos"]),
            ),
            self._on_saved,
            self._on_refused,
        )

    def _on_saved(self, _none: object) -> None:
        self._path = None
        self._before = self._fields.texts()
        self.saved.emit(SAVED)
        self.accept()

    def _on_refused(self, error: Exception) -> None:
        self._set_busy(False)
        match error:
            case InvalidInputError(campo=str(campo)):
                self._fields.refuse({campo: error.message})
            case _:
                self._context.errors.show(self, error)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.form.guardar_button.setEnabled(not busy)
        self._fields.set_read_only(busy)
