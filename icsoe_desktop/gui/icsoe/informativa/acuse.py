"""Acuse of the Informativa: the file that the portal gave, with its folio, day and hour."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acuse_informativa import Ui_AcuseInformativaForm
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.file_choice import accept_copy, choose_file, dropped_file
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.informativa.valores import InformativaFila

FILTERS: Final = ("Acuse (*.pdf *.png *.jpg *.jpeg)", "Todos los archivos (*)")
NAMES: Final = ("folio", "presentada", "hora", "contratos", "archivo")
SAVED: Final = "Se guardó el acuse. La Informativa quedó presentada."
NO_FILE: Final = "Elija el archivo del acuse."
NO_FOLIO: Final = "Escriba el folio del acuse."
NO_DAY: Final = "Escriba la fecha de presentación: dd/mm/aaaa."
BAD_HOUR: Final = "Escriba la hora como está en el acuse: 13:45."
BAD_COUNT: Final = "Escriba cuántos contratos dice el acuse, con números."
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class AcuseInformativaDialog(FormDialog[Ui_AcuseInformativaForm, None]):
    donde = "el acuse"
    saved = Signal(str)

    def __init__(self, fila: InformativaFila, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_AcuseInformativaForm(), context, parent, *NAMES)
        form = self.form
        self._fila = fila
        self._path: Path | None = None
        form.informativa_label.setText(f"{fila.tipo}, {fila.periodo.nombre}")
        self._day = DateField(form.presentada_edit)
        form.contratos_edit.setText(str(fila.contratos))
        self.setAcceptDrops(True)
        form.archivo_button.clicked.connect(self._choose)
        self.finished.connect(self.deleteLater)
        self.keep()
        form.folio_edit.setFocus()

    def typed(self) -> tuple[Path | None, dict[str, str]]:
        return self._path, self.fields.texts()

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
        self.fields.forget(["archivo"])
        typed = bool(self.form.folio_edit.text().strip())
        (self.form.guardar_button if typed else self.form.folio_edit).setFocus()

    def _choose(self) -> None:
        choose_file(
            self,
            "Elegir el acuse de la Informativa",
            FILTERS,
            "acuse_informativa",
            self.context.preferences,
            self.take_file,
        )

    def check(self) -> Mapping[str, str]:
        texts = self.fields.texts()
        found: dict[str, str] = {}
        if self._path is None:
            found["archivo"] = NO_FILE
        if not texts["folio"].strip():
            found["folio"] = NO_FOLIO
        if wrong := self._day.problem_or(NO_DAY):
            found["presentada"] = wrong
        if _HOUR.fullmatch(texts["hora"].strip()) is None:
            found["hora"] = BAD_HOUR
        if not (texts["contratos"].isascii() and texts["contratos"].strip().isdigit()):
            found["contratos"] = BAD_COUNT
        return found

    def work(self) -> Callable[[Progress], None]:
        path, day, texts = self._path, self._day.value, self.fields.texts()
        hour = _HOUR.fullmatch(texts["hora"].strip())
        if path is None or day is None or hour is None:
            raise ValueError("checked before")
        when = datetime.combine(day, time(int(hour[1]), int(hour[2])), HORA_DE_MEXICO)
        sesion, service = self.context.require_sesion(), self.context.application.informativas
        return lambda _progress: service.save_acuse(
            sesion,
            self._fila.id,
            path,
            folio=texts["folio"],
            presentada=when,
            contratos=int(texts["contratos"]),
        )

    def on_saved(self, _none: None) -> None:
        self.saved.emit(SAVED)
        self.accept()
