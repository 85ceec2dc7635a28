"""Acerca de ICSOE Desktop: version, newer version, data folder, licences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.actualizacion import Actualizacion
from icsoe_desktop.domain.licencia import Licencia
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue, while_alive
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acerca import Ui_AcercaForm
from icsoe_desktop.gui.kit.dialogs import TextoDialog, open_dialog
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.jobs import Outcome, Progress, Step, settle
from icsoe_desktop.paths import portable_folder
from icsoe_desktop.version import build_of, long_version

NEWEST = "Tiene la versión más reciente."
SEARCHING = "Buscando…"
STARTED = "Se abrió el instalador, que pedirá cerrar este programa. Se guardó en {archivo}"
BY_OTHERS = "La instala quien administra este equipo, como instaló la que usa."


T = TypeVar("T")

ICON_SIZE = 64
UPDATES_OFF = "La búsqueda de versiones nuevas la apagó"


class AcercaWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_AcercaForm()
        self.form.setupUi(self)
        form = self.form
        form.icono_label.setPixmap(assets.icon("icsoe").pixmap(ICON_SIZE, ICON_SIZE))
        portable = "" if portable_folder() is None else ". Portátil: los datos van junto a él"
        form.version_label.setText(f"Versión {long_version(build_of())}{portable}")
        form.datos_edit.setText(str(context.folder.root))
        self._licencias = context.application.licencias
        self._parts: tuple[Licencia, ...] = ()
        form.licencias_list.itemActivated.connect(lambda _item: self._show_licence())
        form.licencia_button.clicked.connect(self._show_licence)
        form.licencia_button.setEnabled(False)
        context.ask(self, lambda _progress: self._licencias.all(), self._list_parts)
        form.cerrar_button.clicked.connect(self.accept)
        politica = context.application.politica
        if politica.actualizaciones_apagadas:
            fixed = FixedNotice(form.acercaForm_layout3, self, 1)
            fixed.say_fixed(UPDATES_OFF, politica, "actualizaciones")
        self._context = context
        self._actualizaciones = context.application.actualizaciones
        # Of its own, so that data does not wait for a slow network.
        self._network = gui_queue(Dispatcher(self), "actualizaciones")
        self.found = context.shell.newer
        form.actualizar_button.setVisible(self._actualizaciones.enabled)
        form.actualizar_button.clicked.connect(self._go_on)
        self.finished.connect(lambda _result: self._network.close(0))
        self._say(self._offer())

    def _go_on(self) -> None:
        """Look for a newer version; if one was found that can be installed from here, do it."""
        service, found = self._actualizaciones, self.found
        self.form.actualizar_button.setEnabled(False)
        if found is not None and service.can_install:
            self._say("")
            self._run(lambda progress: service.install(found, progress), self._on_started)
        else:
            self._say(SEARCHING)
            self._run(lambda _progress: service.find_newer(), self._on_answer)

    def _run(self, work: Callable[[Progress], T], then: Callable[[T], object]) -> None:
        def on_done(outcome: Outcome[T]) -> None:
            self.form.actualizar_button.setEnabled(True)
            self._say("")
            settle(outcome, then, lambda error: self._context.errors.show(self, error))

        self._network.add(work, while_alive(self, on_done), while_alive(self, self._on_step))

    def _on_step(self, step: Step) -> None:
        if step.total:
            self._say(f"{step.what} {step.done * 100 // step.total} %")

    def _on_answer(self, newer: Actualizacion | None) -> None:
        self.found = newer
        self._say(self._offer() or NEWEST)

    def _on_started(self, installer: Path) -> None:
        self._say(STARTED.format(archivo=installer))

    def _offer(self) -> str:
        if self.found is None:
            return ""
        whose = "" if self._actualizaciones.can_install else BY_OTHERS
        words = (f"Hay una versión nueva: {self.found.version}.", whose, self.found.notas)
        return " ".join(word for word in words if word)

    def _say(self, message: str) -> None:
        form, can_install = self.form, self._actualizaciones.can_install
        form.actualizar_button.setText(
            "&Descargar e instalar"
            if self.found is not None and can_install
            else "&Buscar una versión nueva"
        )
        form.actualizacion_label.setVisible(bool(message))
        form.actualizacion_label.setText(message)

    def _list_parts(self, parts: tuple[Licencia, ...]) -> None:
        form = self.form
        self._parts = parts
        form.licencias_list.addItems([one.renglon for one in parts])
        form.licencias_list.setCurrentRow(0)
        form.licencia_button.setEnabled(bool(parts))

    def _show_licence(self) -> None:
        part = self._parts[self.form.licencias_list.currentRow()]
        text = self._licencias.text(part)
        open_dialog(TextoDialog(f"Licencia de {part.nombre}", text, self, plain=True))


create = AcercaWindow
