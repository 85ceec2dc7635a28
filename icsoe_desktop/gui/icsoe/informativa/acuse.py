"""The dialogs that keep an acuse: of a return of ICSOE, and of SISUB."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.icsoe.informativa import FOLIO_MISSING
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acuse_informativa import Ui_AcuseInformativaForm
from icsoe_desktop.gui.forms.ui_acuse_sisub import Ui_AcuseSisubForm
from icsoe_desktop.gui.idse.modulo.dialogos import DiasInhabilesDialog
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.informativa.paquete import LecturaAcuse
from icsoe_desktop.services.informativa.valores import EstadoSisub, InformativaFila

FILTERS: Final = ("Acuse (*.pdf *.png *.jpg *.jpeg)", ALL_FILES)
NAMES: Final = ("folio", "presentada", "hora", "contratos", "archivo")
NAMES_SISUB: Final = ("folio", "presentada", "archivo")
SAVED: Final = "Se guardó el acuse. La Informativa quedó presentada."
SAVED_SISUB: Final = "Se guardó el acuse de SISUB: ese periodo ya no está por presentarse."
NO_FILE: Final = "Elija el archivo del acuse."
NO_DAY: Final = "Escriba la fecha de presentación: dd/mm/aaaa."
BAD_HOUR: Final = "Escriba la hora como está en el acuse: 13:45."
BAD_COUNT: Final = "Escriba cuántos contratos dice el acuse, con números."
FOREIGN: Final = "{dudas} Puede ser el acuse de otra. ¿Desea guardarlo así?"
DIAS_INFONAVIT: Final = "Días inhábiles del INFONAVIT"
PERIODS: Final = 6
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
F = TypeVar("F", bound=Any)


class AcuseDialog(FormDialog[F, object]):
    """A file that the portal gave, with its folio and day. A PDF is read when it is chosen."""

    donde = "el acuse"
    titulo = "Elegir el acuse"
    saved = Signal(str)
    told = ""

    def _begin(self) -> None:
        self._path: Path | None = None
        self._read: LecturaAcuse | None = None
        self._filled = ""
        self._reading = self._wanted = False
        self._day = DateField(self.form.presentada_edit)
        Drops(self, lambda paths: self.take_file(paths[0]), one=True)
        self.form.archivo_button.clicked.connect(self._choose)
        self.finished.connect(self.deleteLater)
        self.form.folio_edit.setFocus()

    @property
    def periodo(self) -> Periodo:
        raise NotImplementedError

    @property
    def contratos(self) -> int | None:
        """The typed number of contracts."""
        return None

    def typed(self) -> object:
        return self._path, self.fields.texts()

    def take_file(self, path: Path) -> None:
        self._path, self._read, self._reading = path, None, True
        self.form.archivo_value.setText(path.name)
        self.fields.forget(["archivo"])
        typed = bool(self.form.folio_edit.text().strip())
        (self.form.guardar_button if typed else self.form.folio_edit).setFocus()
        sesion, service = self.context.require_sesion(), self.context.application.paquetes

        def on_read(found: LecturaAcuse | None) -> None:
            if self._path == path:
                self._on_read(found)

        self.context.ask(
            self,
            lambda progress: service.read_acuse(sesion, path, progress),
            on_read,
            # What is wrong with the file is said when it is saved.
            lambda _error: on_read(None),
        )

    def _on_read(self, found: LecturaAcuse | None) -> None:
        self._reading, self._read = False, found
        folio = self.form.folio_edit
        if found is not None and found.leido.folio and folio.text().strip() in ("", self._filled):
            self._filled = found.leido.folio
            folio.setText(self._filled)
            self.fields.forget(["folio"])
        if self._wanted:
            self._wanted = False
            self.save()

    def _choose(self) -> None:
        asked = AskedFile(self.titulo, "acuse_informativa", FILTERS)
        choose_file(self, asked, self.context.preferences, self.take_file)

    def check(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        if self._path is None:
            found["archivo"] = NO_FILE
        if not self.form.folio_edit.text().strip():
            found["folio"] = FOLIO_MISSING
        if wrong := self._day.problem_or(NO_DAY):
            found["presentada"] = wrong
        return found

    def save(self) -> None:
        """Asks first where the PDF is of another RFC, period, folio or count, or kept already."""
        if self._reading:
            self._wanted = True
            return
        if self.busy or not self.fields.attempt():
            return
        read, folio = self._read, self.form.folio_edit.text()
        doubts: tuple[str, ...] = ()
        if read is not None:
            found = read.leido.doubts(read.rfc, self.periodo, folio, self.contratos)
            doubts = read.guardado + found
        if doubts:
            confirm(
                self,
                FOREIGN.format(dudas=" ".join(doubts)),
                "Guardar así",
                super().save,
                destructive=True,
            )
        else:
            super().save()

    def on_saved(self, _saved: object) -> None:
        self.saved.emit(self.told)
        self.accept()


class AcuseInformativaDialog(AcuseDialog[Ui_AcuseInformativaForm]):
    titulo = "Elegir el acuse de la Informativa"
    told = SAVED

    def __init__(self, fila: InformativaFila, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_AcuseInformativaForm(), context, parent, *NAMES)
        self._fila = fila
        self._begin()
        self.form.informativa_label.setText(f"{fila.tipo}, {fila.periodo.nombre}")
        self.form.contratos_edit.setText(str(fila.contratos))
        self.keep()

    @property
    def periodo(self) -> Periodo:
        return self._fila.periodo

    @property
    def contratos(self) -> int | None:
        return int(self.form.contratos_edit.text())

    def check(self) -> Mapping[str, str]:
        texts, found = self.fields.texts(), dict(super().check())
        if _HOUR.fullmatch(texts["hora"].strip()) is None:
            found["hora"] = BAD_HOUR
        if not (texts["contratos"].isascii() and texts["contratos"].strip().isdigit()):
            found["contratos"] = BAD_COUNT
        return found

    def work(self) -> Callable[[Progress], object]:
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


class AcuseSisubDialog(AcuseDialog[Ui_AcuseSisubForm]):
    titulo = "Elegir el acuse de SISUB"
    told = SAVED_SISUB

    def __init__(self, sisub: EstadoSisub, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_AcuseSisubForm(), context, parent, *NAMES_SISUB)
        self._begin()
        form = self.form
        periodo = sisub.periodo
        if periodo.abre > context.application.informativas.today():
            periodo = periodo.previous
        for _ in range(PERIODS):
            form.periodo_combo.addItem(periodo.nombre, periodo)
            try:
                periodo = periodo.previous
            except ValueError:
                break
        if sisub.atrasados:
            form.periodo_combo.setCurrentText(sisub.atrasados[0].nombre)
        show_message(form.multa_label, sisub.multa if sisub.atrasados else "", "hint")
        form.dias_button.clicked.connect(self._open_days)
        self.keep()

    @property
    def periodo(self) -> Periodo:
        found: Periodo = self.form.periodo_combo.currentData()
        return found

    def typed(self) -> object:
        return super().typed(), self.form.periodo_combo.currentIndex()

    def work(self) -> Callable[[Progress], object]:
        path, day, folio = self._path, self._day.value, self.form.folio_edit.text()
        if path is None or day is None:
            raise ValueError("checked before")
        sesion, service = self.context.require_sesion(), self.context.application.sisub
        periodo = self.periodo
        return lambda _progress: service.save_acuse(
            sesion, periodo, path, folio=folio, presentada=day
        )

    def _open_days(self) -> None:
        open_dialog(
            DiasInhabilesDialog(self.context, self, self.context.application.sisub, DIAS_INFONAVIT)
        )
