"""The window Vigencias: everything that ends, on a time line and in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.texto import counted, fold
from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.domain.vigencias.vencimiento import (
    EstadoVencimiento,
    Vencimiento,
    count_near,
)
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_vigencias import Ui_VigenciasForm
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.fields import breadth, show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.table_view import search_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.vigencias.dialogos import (
    RecordatoriosDialog,
    VigiladosDialog,
    notes_of,
)
from icsoe_desktop.gui.oficina.vigencias.linea import LineaDeTiempo

PURPOSE: Final = "vigencias"
EXCEL: Final = NewFile("Exportar las vigencias", PURPOSE, "Excel (*.xlsx)", "vigencias.xlsx")
CALENDAR: Final = NewFile("Guardar el calendario", PURPOSE, "Calendario (*.ics)", "vigencias.ics")
ALL: Final = "Todos los estados"
LOST: Final = "{count} ya no sirve o venció."
LOST_MANY: Final = "{count} ya no sirven o vencieron."
SOON: Final = "{count} en los próximos 60 días."
LATE: Final = "1 obligación venció y no tiene acuse."
LATE_MANY: Final = "{count} obligaciones vencieron y no tienen acuse."
APART: Final = "{count} con fecha en los próximos 60 días."
NOTHING: Final = (
    "Aún no hay nada que vigilar",
    "Aquí aparecen los certificados, las obligaciones y los plazos con fecha, lo más urgente "
    "primero.",
)
NOTHING_FITS: Final = ("Nada coincide con lo que busca", "Borre el texto o elija otro estado.")
REMINDERS_KEPT: Final = "Los recordatorios se guardaron."
WHAT_TO_DO: Final = "Qué hacer: {}"
LOW: Final = 600  # px of the window, at letters of 100 %
CALM: Final = "Nada venció y nada vence en los próximos 60 días."
STATE_ICONS: Final = {
    EstadoVencimiento.VENCIDO: "vencido",
    EstadoVencimiento.POR_VENCER: "por_vencer",
    EstadoVencimiento.VIGENTE: "vigente",
}


@dataclass(frozen=True)
class Fila:
    """A row, with the day on which it is shown."""

    uno: Vencimiento
    hoy: date

    @property
    def estado(self) -> EstadoVencimiento:
        return self.uno.estado(self.hoy)

    def has(self, words: str) -> bool:
        text = fold(" ".join((self.uno.que, self.uno.de_quien, *self.uno.registros)))
        return all(word in text for word in fold(words).split())


def _registros(fila: Fila) -> str:
    return ", ".join(formats.registro(one) for one in fila.uno.registros)


COLUMNS: Final = (
    Column[Fila](
        "Último día",
        lambda f: formats.day(f.uno.ultimo),
        sort=lambda f: (not f.uno.perdido, f.uno.ultimo),
        tabular=True,
        width=86,
    ),
    Column[Fila](
        "Estado",
        lambda f: f.uno.plazo(f.hoy),
        sort=lambda f: (not f.uno.perdido, f.uno.ultimo),
        state=lambda f: STATE_ICONS[f.estado],
        width=190,
    ),
    Column[Fila]("Qué", lambda f: f.uno.que, tip=lambda f: f.uno.que_hacer, width=235),
    Column[Fila](
        "Vence",
        lambda f: formats.day(f.uno.vence),
        sort=lambda f: f.uno.vence,
        tabular=True,
        width=86,
    ),
    Column[Fila]("Registros patronales", _registros, width=145),
    Column[Fila]("De quién", lambda f: f.uno.de_quien, width=300),
)
REGISTROS: Final = 4


class VigenciasWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_VigenciasForm()
        self.form.setupUi(self)
        self._context = context
        self._service = context.application.vigencias
        self._filas: tuple[Fila, ...] = ()
        form = self.form
        self.linea = LineaDeTiempo(form.linea_panel)
        layout = QVBoxLayout(form.linea_panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.linea)
        form.estado_combo.addItem(ALL, None)
        for estado in EstadoVencimiento:
            form.estado_combo.addItem(estado.value, estado)
        self.table = RowsTable(
            form.vigencias_table, COLUMNS, context.preferences, key=lambda f: f.uno.clave
        )
        self.empty = EmptyState(form.vigencias_table, "calendario", *NOTHING, wanted=False)
        for label in (form.mensaje_label, form.que_hacer_label):
            show_message(label, "")
        form.vigencias_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        form.texto_edit.textChanged.connect(lambda _text: self._draw())
        search_rows(form.texto_edit, form.vigencias_table)
        form.estado_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.excel_button.clicked.connect(lambda: self._choose(EXCEL, self.save_excel))
        form.ics_button.clicked.connect(lambda: self._choose(CALENDAR, self.save_calendar))
        form.vigilados_button.clicked.connect(self._open_watched)
        form.recordatorios_button.clicked.connect(self._open_reminders)
        sesion = context.require_sesion()
        form.recordatorios_button.setVisible(
            sesion.can(Permiso.CONFIGURAR) or sesion.can(Permiso.ADMINISTRAR_CONTRATISTA)
        )
        form.vigilados_button.setVisible(
            sesion.can(Permiso.ADMINISTRAR_CERTIFICADOS)
            or sesion.can(Permiso.ADMINISTRAR_CONTRATISTA)
        )
        form.cerrar_button.clicked.connect(self.reject)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self.load)
        context.shell.data_arrived.connect(self.load)
        form.texto_edit.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window has room for the rows or for the line."""
        super().resizeEvent(event)
        self.form.linea_panel.setVisible(self.height() >= LOW * breadth(self))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Also when it comes back: what was due may be done by now.
        self.load()

    def load(self) -> None:
        service, sesion = self._service, self._context.require_sesion()
        self._context.ask(
            self, lambda _progress: (service.all(sesion), service.today()), self._on_loaded
        )

    def save_excel(self, path: Path) -> None:
        service, sesion = self._service, self._context.require_sesion()
        self._save(path, lambda: service.export(sesion, path), "renglón", "renglones")

    def save_calendar(self, path: Path) -> None:
        service, sesion = self._service, self._context.require_sesion()
        self._save(path, lambda: service.save_calendar(sesion, path), "fecha", "fechas")

    def _save(self, path: Path, work: Callable[[], int], one: str, many: str) -> None:
        def tell(count: int) -> None:
            text = formats.saved(path, counted(count, one, many))
            show_message(self.form.mensaje_label, text, "success")

        self._context.ask(self, lambda _progress: work(), tell)

    def _choose(self, new: NewFile, then: Callable[[Path], None]) -> None:
        new = new.dated(self._context.application.store.clock())
        choose_new_file(self, new, self._context.preferences, then)

    def _open_watched(self) -> None:
        dialog = VigiladosDialog(self._context, self)
        dialog.changed.connect(self.load)
        open_dialog(dialog)

    def _open_reminders(self) -> None:
        context, sesion = self._context, self._context.require_sesion()
        service = context.application.recordatorios

        def opened(read: tuple[Recordatorios, tuple[str, ...]]) -> None:
            dialog = RecordatoriosDialog(*read, context, self)
            dialog.accepted.connect(
                lambda: show_message(self.form.mensaje_label, REMINDERS_KEPT, "success")
            )
            open_dialog(dialog)

        def read(_progress: object) -> tuple[Recordatorios, tuple[str, ...]]:
            kept, has_server = service.get(sesion)
            return kept, notes_of(context, has_server)

        context.ask(self, read, opened)

    def _on_loaded(self, read: tuple[tuple[Vencimiento, ...], date]) -> None:
        found, hoy = read
        self._filas = tuple(Fila(one, hoy) for one in found)
        self.linea.show_all(found, hoy)
        text, role = summary(found, hoy)
        show_message(self.form.resumen_label, text, role)
        self.empty.want(True)
        # A contratista has none: the room is for the texts.
        none = not any(one.registros for one in found)
        self.form.vigencias_table.setColumnHidden(REGISTROS, none)
        self._draw()

    def _draw(self) -> None:
        form = self.form
        wanted, words = form.estado_combo.currentData(), form.texto_edit.text()
        self.table.set_rows(
            tuple(
                fila
                for fila in self._filas
                if (wanted is None or fila.estado == wanted) and fila.has(words)
            )
        )
        if self.table.selected() is None:
            # The most urgent one, so that what to do about it is read at once.
            form.vigencias_table.selectRow(0)
        self._draw_chosen()
        self.empty.say(*(NOTHING_FITS if self._filas else NOTHING))
        show_message(form.mensaje_label, "")

    def _draw_chosen(self) -> None:
        chosen = self.table.selected()
        text = WHAT_TO_DO.format(chosen.uno.que_hacer) if chosen is not None else ""
        show_message(self.form.que_hacer_label, text, "hint")


def summary(found: Sequence[Vencimiento], hoy: date) -> tuple[str, str]:
    """What is lost or soon will be, the obligations apart, and the role of the sentence."""
    lost, soon = count_near(found, hoy)
    owed = [one.estado(hoy) for one in found if one.obligacion]
    late, apart = map(owed.count, (EstadoVencimiento.VENCIDO, EstadoVencimiento.POR_VENCER))
    parts = []
    if lost:
        parts.append((LOST if lost == 1 else LOST_MANY).format(count=lost))
    if soon:
        parts.append(SOON.format(count=counted(soon, "cosa vence", "cosas vencen")))
    if late:
        parts.append(LATE if late == 1 else LATE_MANY.format(count=late))
    if apart:
        parts.append(APART.format(count=counted(apart, "obligación", "obligaciones")))
    return " ".join(parts) or CALM, "warning" if lost or late else "hint"


create = VigenciasWindow
