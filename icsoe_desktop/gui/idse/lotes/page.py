"""The tab Lotes: every generated file and its state, in columns and in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path
from typing import Final
from uuid import UUID

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    EstadoLote,
)
from icsoe_desktop.domain.texto import capitalised
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_lotes import Ui_LotesForm
from icsoe_desktop.gui.idse.lotes.estado_lote import EstadoLoteDialog, Subidos
from icsoe_desktop.gui.idse.lotes.presenter import LotesPresenter, LotesState, cedula_name
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import (
    ALL_FILES,
    WORKBOOK,
    AskedFile,
    NewFile,
    choose_file,
    choose_folder,
    choose_new_file,
)
from icsoe_desktop.gui.kit.formats import day, moment
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.services.lotes.valores import ClaseDocumento, Lote

SEVERAL: Final = "Varios"

COLUMNS: Final = (
    Column[Lote](
        "Generado",
        lambda lote: moment(lote.creado),
        sort=lambda lote: lote.creado,
        newest_first=True,
        tabular=True,
        width=140,
    ),
    Column[Lote](
        "Estado",
        lambda lote: lote.situacion,
        state=lambda lote: columns.LOTE_ICONS[
            EstadoLote.RECHAZADO if lote.tiene_rechazados else lote.estado
        ],
        tip=lambda lote: lote.respuestas,
        width=115,
    ),
    Column[Lote]("Archivo", lambda lote: lote.nombre_archivo, width=345),
    Column[Lote](
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda lote: formats.registro(lote.registro_patronal) or SEVERAL,
        copy=lambda lote: lote.registro_patronal,
        tabular=True,
        width=135,
    ),
    Column[Lote]("Movimiento", lambda lote: kind(lote), width=115),
    Column[Lote](
        "Movimientos",
        lambda lote: f"{lote.movimientos:,}",
        sort=lambda lote: lote.movimientos,
        copy=lambda lote: str(lote.movimientos),
        right=True,
        width=100,
    ),
    Column[Lote]("Lote", lambda lote: lote.numero, tabular=True, width=90),
    Column[Lote]("Constancia", lambda lote: lote.constancia, width=125),
    Column[Lote]("Acuse", lambda lote: lote.acuse),
)


def kind(lote: Lote) -> str:
    return columns.MOVIMIENTO_CORTO[lote.tipo] if lote.tipo is not None else SEVERAL


def detail(lote: Lote) -> str:
    """Details of a lote that the list has no columns for."""
    parts = [capitalised(lote.respuestas)] if lote.respuestas else []
    for word, when in (
        ("Enviado", lote.enviado),
        ("Recibido", lote.recibido),
        ("Respondido", lote.respondido),
        ("Cancelado", lote.cancelado),
    ):
        if when is not None:
            parts.append(f"{word} el {day(when)}")
    if lote.folio:
        parts.append(f"Folio {lote.folio}")
    return " · ".join(parts)


CANCEL: Final = (
    "El lote {archivo} quedará cancelado y {vuelven} a Pendiente. Si ya subió el archivo al "
    "portal, no lo cancele aquí. ¿Desea cancelar el lote?"
)
ANY_DOCUMENT: Final = ("Acuse (*.pdf *.zip *.xml *.txt *.png *.jpg)", ALL_FILES)
EXPORT: Final = NewFile("Exportar Excel", "exportar_lotes", WORKBOOK, "lotes_idse.xlsx")
FILE: Final = NewFile(
    "Guardar el archivo del lote", "lotes", "Archivo de 168 posiciones (*.txt)", "lote.txt"
)
MARKS: Final = {
    EstadoLote.ENVIADO: "&Enviado…",
    EstadoLote.RECIBIDO: "&Recibido…",
    EstadoLote.APROBADO: "&Aprobado…",
    EstadoLote.RECHAZADO: "Recha&zado…",
}


class LotesPage(QWidget):
    """Draws LotesState."""

    generation_wanted = Signal()
    constancia_wanted = Signal()
    movements_wanted = Signal(object, str)  # UUID of the lote, its name

    def __init__(self, presenter: LotesPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_LotesForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._shown: tuple[Lote, ...] | None = None
        self._wanted: Set[UUID] = frozenset()
        self.table = RowsTable(
            self.form.lotes_table, COLUMNS, context.preferences, key=lambda lote: lote.id
        )
        self.empty = EmptyPage(self.form.vacia_page, self.form.vacia_label, "lote")
        self._marks: dict[EstadoLote, QAction] = {}
        self._documents: list[tuple[QAction, Callable[[Lote], bool]]] = []
        self._build_menus()
        self._connect()
        self._draw(presenter.state)

    def focus(self) -> None:
        form = self.form
        shown = form.lista_stack.currentWidget()
        (form.lotes_table if shown is form.tabla_page else form.generar_vacia_button).setFocus()

    def choose(self, ids: Set[UUID]) -> None:
        """Select these lotes as soon as the list has them: what was just made is marked next."""
        self._wanted = ids
        self._select_wanted()

    def ask_after(self, portal: QAction) -> None:
        """Ask whether the files were uploaded, once the user comes back from the portal."""
        self.subidos = Subidos(self._presenter, self._context, portal)

    def export(self) -> None:
        """Ask where, and write the list of lotes."""
        if self._presenter.state.busy:
            return
        choose_new_file(
            self,
            EXPORT.dated(self._context.application.store.clock()),
            self._context.preferences,
            self._presenter.export,
        )

    def _build_menus(self) -> None:
        estados = QMenu(self)
        for estado, text in MARKS.items():
            action = QAction(assets.icon(columns.LOTE_ICONS[estado]), text, self)
            action.triggered.connect(lambda _checked=False, one=estado: self._mark(one))
            estados.addAction(action)
            self._marks[estado] = action
        self.form.estado_button.setMenu(estados)
        documentos = QMenu(self)
        importar = QAction(assets.icon("importar"), "&Importar constancia…", self)
        importar.triggered.connect(lambda _checked=False: self.constancia_wanted.emit())
        documentos.addAction(importar)
        documentos.addSeparator()
        for clase, text in (
            (ClaseDocumento.ACUSE, "&Adjuntar acuse…"),
            (ClaseDocumento.CONSTANCIA, "Ad&juntar constancia…"),
        ):
            attach = QAction(text, self)
            attach.triggered.connect(lambda _checked=False, one=clase: self._choose_document(one))
            documentos.addAction(attach)
        for clase, text in (
            (ClaseDocumento.ACUSE, "&Guardar copia del acuse…"),
            (ClaseDocumento.CONSTANCIA, "Guardar copia de la &constancia…"),
        ):
            action = QAction(text, self)
            action.triggered.connect(lambda _checked=False, one=clase: self._save_document(one))
            documentos.addAction(action)
            self._documents.append((action, _has(clase)))
        self.form.acuse_button.setMenu(documentos)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.archivo_button.clicked.connect(self._save_file)
        form.cedula_button.clicked.connect(self._save_cedula)
        form.ver_button.clicked.connect(self._see)
        form.cancelar_button.clicked.connect(self._ask_to_cancel)
        form.generar_vacia_button.clicked.connect(self.generation_wanted)
        form.lotes_table.doubleClicked.connect(lambda _index: self._see())
        form.lotes_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        presenter.changed.connect(self._draw)
        presenter.written.connect(
            lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        )
        presenter.failed.connect(lambda error: self._context.errors.show(self, error))

    def _with_chosen(self, then: Callable[[Lote], object]) -> None:
        chosen = self.table.selected()
        if chosen is not None and not self._presenter.state.busy:
            then(chosen)

    def _several(self) -> tuple[Lote, ...]:
        """The chosen lotes, if there is more than one and nothing runs."""
        chosen = self.table.selected_rows()
        return chosen if len(chosen) > 1 and not self._presenter.state.busy else ()

    def _choose_folder(self, title: str, then: Callable[[Path], None]) -> None:
        choose_folder(self, title, "lotes", self._context.preferences, then)

    def _save_file(self) -> None:
        if several := self._several():
            self._choose_folder(
                "Guardar los archivos en la carpeta",
                lambda folder: self._presenter.write_files(several, folder),
            )
            return
        self._with_chosen(
            lambda lote: choose_new_file(
                self,
                FILE._replace(name=lote.nombre_archivo),
                self._context.preferences,
                lambda path: self._presenter.write_file(lote, path),
            )
        )

    def _save_cedula(self) -> None:
        if several := self._several():
            self._choose_folder(
                "Guardar las cédulas en la carpeta",
                lambda folder: self._presenter.write_cedulas(several, folder),
            )
            return
        self._with_chosen(
            lambda lote: choose_new_file(
                self,
                NewFile("Guardar la cédula", "cedulas", "PDF (*.pdf)", cedula_name(lote)),
                self._context.preferences,
                lambda path: self._presenter.write_cedula(lote, path),
            )
        )

    def _save_document(self, clase: ClaseDocumento) -> None:
        def save(lote: Lote) -> None:
            name = lote.acuse if clase is ClaseDocumento.ACUSE else lote.constancia
            title = f"Guardar copia: {clase.value.lower()}"
            choose_new_file(
                self,
                NewFile(title, "documentos_lote", ALL_FILES, name),
                self._context.preferences,
                lambda path: self._presenter.write_document(lote, clase, path),
            )

        self._with_chosen(save)

    def _choose_document(self, clase: ClaseDocumento) -> None:
        purpose = f"lotes/{clase.name.lower()}"
        self._with_chosen(
            lambda lote: choose_file(
                self,
                AskedFile("Elegir el documento del lote", purpose, ANY_DOCUMENT),
                self._context.preferences,
                lambda path: self._presenter.attach(lote, clase, path),
            )
        )

    def _mark(self, estado: EstadoLote) -> None:
        several = self._several()

        def ask(lote: Lote) -> None:
            today = self._context.application.store.clock().astimezone(HORA_DE_MEXICO).date()
            dialog = EstadoLoteDialog(several or (lote,), estado, today, self)
            if several:
                dialog.chosen.connect(
                    lambda nuevo: self._presenter.mark_all_sent(several, nuevo.fecha)
                )
            else:
                dialog.chosen.connect(lambda nuevo: self._presenter.mark(lote, nuevo))
            dialog.finished.connect(dialog.deleteLater)
            open_dialog(dialog)

        self._with_chosen(ask)

    def _ask_to_cancel(self) -> None:
        self._with_chosen(
            lambda lote: confirm(
                self,
                CANCEL.format(
                    archivo=lote.nombre_archivo,
                    vuelven=formats.counted(
                        lote.movimientos, "movimiento volverá", "movimientos volverán"
                    ),
                ),
                "&Cancelar el lote",
                then=lambda: self._presenter.cancel(lote),
                destructive=True,
                reject="&Conservar",
            )
        )

    def _see(self) -> None:
        self._with_chosen(
            lambda lote: self.movements_wanted.emit(lote.id, f"del lote {lote.nombre_archivo}")
        )

    def _draw(self, state: LotesState) -> None:
        form = self.form
        empty = state.loaded and not state.lotes
        form.lista_stack.setCurrentWidget(form.vacia_page if empty else form.tabla_page)
        form.lotes_label.setVisible(not empty)
        form.botones_panel.setVisible(not empty)
        if state.lotes != self._shown:
            self._shown = state.lotes
            self.table.set_rows(state.lotes)
            self._select_wanted()
            if self.table.selected() is None and state.lotes:
                self.table.select(state.lotes[0])
        show_message(form.mensaje_label, state.message, state.role)
        self._draw_chosen()

    def _select_wanted(self) -> None:
        wanted = [lote for lote in self._shown or () if lote.id in self._wanted]
        if wanted:
            self._wanted = frozenset()
            self.table.select(*wanted)

    def _draw_chosen(self) -> None:
        form, chosen = self.form, self.table.selected()
        free = chosen is not None and not self._presenter.state.busy
        focused = self.window().focusWidget()
        if not free and focused is not None and form.botones_panel.isAncestorOf(focused):
            # A button that is disabled passes the focus on, possibly to another part of the window.
            form.lotes_table.setFocus()
        rows = self.table.selected_rows()
        one = len(rows) == 1
        several = formats.counted(len(rows), "lote elegido", "lotes elegidos")
        form.detalle_label.setText(detail(rows[0]) if one else several if rows else "")
        for button in (form.archivo_button, form.cedula_button):
            button.setEnabled(free)
        for button in (form.acuse_button, form.ver_button):
            button.setEnabled(free and one)
        open_to = {
            estado: bool(rows)
            and (one or estado is EstadoLote.ENVIADO)
            and all(
                lote.estado is not EstadoLote.CANCELADO and lote.estado.can_become(estado)
                for lote in rows
            )
            for estado in MARKS
        }
        for estado, action in self._marks.items():
            action.setEnabled(open_to[estado])
        form.estado_button.setEnabled(free and any(open_to.values()))
        for action, there in self._documents:
            action.setEnabled(chosen is not None and there(chosen))
        can_cancel = one and rows[0].estado.can_be_cancelled
        form.cancelar_button.setEnabled(free and can_cancel)


def _has(clase: ClaseDocumento) -> Callable[[Lote], bool]:
    if clase is ClaseDocumento.ACUSE:
        return lambda lote: bool(lote.acuse)
    return lambda lote: bool(lote.constancia)
