"""Carga y adjunto de documentos: the acuse of the STPS register (REPSE)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.repse import PRIMER_DIA, EstadoRepse, VentanaRepse
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.form_dialog import SavesForm
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contratista_acuse import Ui_ContratistaAcuseForm
from icsoe_desktop.gui.icsoe.paginas import Tab
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import press_on_enter
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.contratista.acuses import Acuse, ArchivoElegido
from icsoe_desktop.services.contratista.service import InformacionContratista

ACUSE = AskedFile(
    "Elegir el acuse de registro en padrón de la STPS",
    "acuse",
    ("Acuse (*.pdf *.png *.jpg *.jpeg)", ALL_FILES),
)
DELETE = (
    "Se eliminará de este equipo el acuse guardado. El archivo original no se toca. ¿Desea "
    "eliminarlo?"
)
NO_FILE = "Aún no hay un acuse adjunto."
MISSING_DATE = "Escriba la fecha de registro o de la última renovación, como dd/mm/aaaa."
ASK_DATE = (
    "El registro dura tres años y se renueva antes de que terminen. Las modificaciones posteriores "
    "no cambian la fecha: escriba la de registro, o la de la última renovación."
)
MISSING_FILE = "Elija el archivo del acuse de registro en el padrón de la STPS."
SAVED = "El acuse se guardó."
DELETED = "El acuse se eliminó."
ICON_SIZE = 20
REPSE_ICONS = {
    EstadoRepse.VIGENTE: "vigente",
    EstadoRepse.ABIERTA: "por_vencer",
    EstadoRepse.ULTIMO_MES: "por_vencer",
    EstadoRepse.CERRADA: "vencido",
}


class AcuseTab(SavesForm[Ui_ContratistaAcuseForm, PasoContratista], Tab):
    """The saved acuse, or a chosen file that is not saved yet."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._acuse: Acuse | None = None
        self._elegido: tuple[ArchivoElegido, Path] | None = None
        self._service, self._sesion = context.application.acuses, context.require_sesion()
        self.prepare(Ui_ContratistaAcuseForm(), context, "fecha")
        form = self.form
        self._archivo_mark = Mark(form.archivo_icono, "pendiente", "warning", ICON_SIZE)
        self._vigencia_mark = Mark(form.vigencia_icono, "vigente", "success", ICON_SIZE)
        self._fecha = DateField(form.fecha_edit)
        Drops(self, lambda paths: self.take_file(paths[0]), one=True, may=lambda: not self.busy)
        form.elegir_button.clicked.connect(self._choose)
        form.ver_button.clicked.connect(self._view)
        form.eliminar_button.clicked.connect(self._delete)
        self.fields.edited.connect(self._on_fecha_typed)
        press_on_enter(self, form.guardar_button)
        self._draw()

    def make_fields(self, names: tuple[str, ...]) -> CheckedFields:
        archivo = CheckedField(self.form.elegir_button, self.form.archivo_error)
        return CheckedFields({"archivo": archivo, **fields_of(self.form, *names)}, self, self.check)

    def show_info(self, info: InformacionContratista) -> None:
        self.load()

    def load(self) -> None:
        self.context.ask(
            self, lambda _progress: self._service.current(self._sesion), self._on_loaded
        )

    def focus_first(self) -> None:
        (self.form.fecha_edit if self._has_file else self.form.elegir_button).setFocus()

    @property
    def unsaved(self) -> bool:
        fecha = self.form.fecha_edit.text().strip()
        return self._elegido is not None or fecha not in ("", self._kept_fecha)

    def discard(self) -> None:
        self._elegido = None
        self.say("")
        self._fill()

    def take_file(self, path: Path) -> None:
        """Identify the file by its content."""
        self.say("")
        self.fields.draw(())
        self.set_busy(True)

        def inspected(elegido: ArchivoElegido) -> None:
            self._elegido = elegido, path
            self.set_busy(False)

        self.context.ask(
            self,
            lambda _progress: self._service.inspect(self._sesion, path),
            inspected,
            self._on_not_inspected,
        )
        self.form.fecha_edit.setFocus()

    def check(self) -> Mapping[str, str]:
        found = {"archivo": "" if self._has_file else MISSING_FILE}
        found["fecha"] = self._fecha.problem_or(MISSING_DATE)
        return {name: text for name, text in found.items() if text}

    def work(self) -> Callable[[Progress], PasoContratista]:
        service, sesion, fecha = self._service, self._sesion, self._fecha.value
        if fecha is None:
            raise ValueError("checked before")
        self.say("")
        self.fields.draw(())
        if self._elegido is None:
            return lambda _progress: service.change_fecha(sesion, fecha)
        path = self._elegido[1]
        return lambda _progress: service.save(sesion, path, fecha)

    def on_saved(self, paso: PasoContratista) -> None:
        self._elegido = None
        self.say(SAVED)
        self._draw()
        self.saved.emit(paso)

    def set_busy(self, busy: bool) -> None:
        # The date can be typed while a file is read.
        self.busy = busy
        self._draw()

    @property
    def _has_file(self) -> bool:
        return self._elegido is not None or self._acuse is not None

    @property
    def _kept_fecha(self) -> str:
        return day(self._acuse.fecha) if self._acuse else ""

    def _choose(self) -> None:
        choose_file(self.window(), ACUSE, self.context.preferences, self.take_file)

    def _view(self) -> None:
        if self._elegido is not None:
            self._show_document(self._elegido[0])
        else:
            self.context.ask(
                self, lambda _progress: self._service.content(self._sesion), self._show_document
            )

    def _show_document(self, document: ArchivoElegido) -> None:
        open_dialog(VisorDialog(document, self.context, self.window()))

    def _delete(self) -> None:
        if self._elegido is not None:
            self._elegido = None
            self.say("")
            self._draw()
        else:
            confirm(self.window(), DELETE, "&Eliminar", self._do_delete, destructive=True)

    def _do_delete(self) -> None:
        def deleted(_none: None) -> None:
            self.set_busy(False)
            self.say(DELETED)
            self.load()

        self.set_busy(True)
        self.say("")
        self.context.ask(
            self,
            lambda _progress: self._service.delete(self._sesion),
            deleted,
            self._on_not_saved,
        )

    def _on_fecha_typed(self) -> None:
        self.say("")
        self._draw()

    def _on_loaded(self, acuse: Acuse | None) -> None:
        self._acuse = acuse
        self._fill()

    def _on_not_inspected(self, error: Exception) -> None:
        self.set_busy(False)
        if isinstance(error, InvalidInputError):
            self.fields.draw([("archivo", error.message)])
        else:
            self.context.errors.show(self.window(), error)

    def _fill(self) -> None:
        self.fields.fill({"fecha": self._kept_fecha})
        self._draw()

    def _draw(self) -> None:
        form, acuse, elegido = self.form, self._acuse, self._elegido
        form.archivo_value.setText(_archivo_text(acuse, elegido[0] if elegido else None))
        name = "correcto" if acuse and not elegido else "pendiente"
        self._archivo_mark.show(name, TONES[name])
        for button, enabled in (
            (form.ver_button, self._has_file),
            (form.eliminar_button, self._has_file),
            (form.elegir_button, True),
            (form.guardar_button, True),
        ):
            button.setEnabled(enabled and not self.busy)
        hoy = self.context.application.informativas.today()
        fecha = None if self._fecha.problem else self._fecha.value
        known = fecha is not None and PRIMER_DIA <= fecha <= hoy
        form.vigencia_icono.setVisible(known)
        form.vigencia_label.setText(ASK_DATE)
        if fecha is not None and known:
            ventana = VentanaRepse(fecha)
            ends = f"Los tres años terminan el {format_fecha(ventana.vence)}."
            form.vigencia_label.setText(f"{ventana.sentence(hoy)} {ends}")
            icon = REPSE_ICONS[ventana.on(hoy)]
            self._vigencia_mark.show(icon, TONES[icon])


def _archivo_text(acuse: Acuse | None, elegido: ArchivoElegido | None) -> str:
    if elegido is not None:
        return f"{elegido.nombre} ({_size(len(elegido.contenido))}), sin guardar"
    if acuse is not None:
        return f"{acuse.nombre} ({acuse.tipo}, {_size(acuse.tamano)})"
    return NO_FILE


def _size(octets: int) -> str:
    if octets >= 1024 * 1024:
        return f"{octets / 1024 / 1024:.1f} MB"
    return f"{max(1, round(octets / 1024))} KB"
