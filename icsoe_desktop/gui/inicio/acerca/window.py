"""Acerca de ICSOE Desktop: version, newer version, data folder, licences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.actualizacion import Actualizacion
from icsoe_desktop.domain.licencia import Licencia
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acerca import Ui_AcercaForm
from icsoe_desktop.gui.kit.dialogs import TextoDialog, open_dialog
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.jobs import JobQueue, Step
from icsoe_desktop.paths import portable_folder
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.version import build_of, long_version

NEWEST = "Tiene la versión más reciente."
SEARCHING = "Buscando…"
STARTED = "Se abrió el instalador, que pedirá cerrar este programa. Se guardó en {archivo}"
BY_OTHERS = "La instala quien administra este equipo, como instaló la que usa."


@dataclass(frozen=True)
class ActualizacionState:
    """enabled: an administrator configured the update address. found: a newer version.

    can_install: whether the program can start its installer.
    """

    enabled: bool
    can_install: bool
    busy: bool = False
    found: Actualizacion | None = None
    message: str = ""


class ActualizacionPresenter(StatePresenter[ActualizacionState]):
    def __init__(
        self,
        actualizaciones: ActualizacionesService,
        jobs: JobQueue,
        found: Actualizacion | None = None,
    ) -> None:
        """jobs: a separate queue, so that data does not wait for a slow network.

        found: a newer version, if already known.
        """
        self._actualizaciones = actualizaciones
        super().__init__(
            jobs,
            ActualizacionState(
                actualizaciones.enabled,
                actualizaciones.can_install,
                found=found,
                message=self._offer(found) if found else "",
            ),
        )

    def go_on(self) -> None:
        """Look for a newer version; if one was found that can be installed from here, do it."""
        if self.state.busy:
            return
        found = self.state.found if self.state.can_install else None
        self._show(busy=True, message=SEARCHING if found is None else "")
        if found is None:
            self.ask(
                lambda _progress: self._actualizaciones.find_newer(),
                lambda newer: self._show(
                    found=newer, message=self._offer(newer) if newer else NEWEST
                ),
                busy=False,
                message="",
            )
        else:
            self.ask(
                lambda progress: self._actualizaciones.install(found, progress),
                self._on_started,
                on_progress=self._on_step,
                busy=False,
                message="",
            )

    def stop(self) -> None:
        self._jobs.close(timeout_s=0)

    def _on_step(self, step: Step) -> None:
        if step.total:
            self._show(message=f"{step.what} {step.done * 100 // step.total} %")

    def _on_started(self, installer: Path) -> None:
        self._show(message=STARTED.format(archivo=installer))

    def _offer(self, found: Actualizacion) -> str:
        whose = "" if self._actualizaciones.can_install else BY_OTHERS
        words = (f"Hay una versión nueva: {found.version}.", whose, found.notas)
        return " ".join(word for word in words if word)


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
        queue = gui_queue(Dispatcher(self), "actualizaciones")
        self.presenter = ActualizacionPresenter(
            context.application.actualizaciones, queue, context.shell.newer
        )
        self.presenter.setParent(self)
        self.presenter.changed.connect(self._draw)
        self.presenter.failed.connect(lambda error: context.errors.show(self, error))
        form.actualizar_button.clicked.connect(self.presenter.go_on)
        self.finished.connect(lambda _result: self.presenter.stop())
        self._draw(self.presenter.state)

    def _draw(self, state: ActualizacionState) -> None:
        form = self.form
        form.actualizar_button.setVisible(state.enabled)
        form.actualizar_button.setEnabled(not state.busy)
        form.actualizar_button.setText(
            "&Descargar e instalar"
            if state.found is not None and state.can_install
            else "&Buscar una versión nueva"
        )
        form.actualizacion_label.setVisible(bool(state.message))
        form.actualizacion_label.setText(state.message)

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


def create(context: Context, parent: QWidget | None) -> QWidget:
    return AcercaWindow(context, parent)
