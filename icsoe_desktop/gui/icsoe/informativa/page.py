"""Informativa: the board of returns and the contracts of the chosen one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QWidget

from icsoe_desktop.domain.icsoe.contrato import Contratante, FolioRepse
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.revision import Hallazgo
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_informativa import Ui_InformativaForm
from icsoe_desktop.gui.icsoe.informativa import lista
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseInformativaDialog
from icsoe_desktop.gui.icsoe.informativa.columns import CONTRATOS, INFORMATIVAS
from icsoe_desktop.gui.icsoe.informativa.contrato import ContratoDialog
from icsoe_desktop.gui.icsoe.informativa.dialogos import (
    NuevaInformativaDialog,
    RevisionInformativaDialog,
)
from icsoe_desktop.gui.icsoe.informativa.hoja import open_sheet
from icsoe_desktop.gui.icsoe.informativa.lista import ContratosTable
from icsoe_desktop.gui.icsoe.informativa.presenter import InformativaPresenter, InformativaState
from icsoe_desktop.gui.icsoe.informativa.trabajadores import TrabajadoresDialog
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog, open_remembered
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import on_key, set_property, show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.informativa.lista import Lista, pasted
from icsoe_desktop.services.informativa.valores import (
    ContratoFila,
    ContratoGuardado,
    InformativaFila,
    ListaTrabajadores,
)

NO_RETURNS: Final = "Todavía no hay Informativas"
NO_RETURNS_HINT: Final = (
    "Con «Nueva» se prepara la del cuatrimestre; si no hubo contratos, basta "
    "«Sin\N{NO-BREAK SPACE}información»."
)
NO_CONTRACTS: Final = "Todavía no hay contratos"
NO_CONTRACTS_HINT: Final = (
    "Con «Agregar contrato» se captura el primero; los que empiezan o se modifican en el "
    "cuatrimestre entran solos en la Informativa que se cree."
)
SIN_INFORMACION: Final = (
    "Se preparará la Informativa «Sin información» de {periodo}: en el cuatrimestre no se celebró "
    "ni modificó ningún contrato. ¿Desea continuar?"
)
DELETE: Final = (
    "Se eliminará la Informativa {tipo} de {periodo}. Los contratos se conservan. ¿Desea "
    "eliminarla?"
)
DELETE_CONTRACT: Final = (
    "Se eliminará el contrato con {nombre} y su lista de {trabajadores}. ¿Desea eliminarlo?"
)
BACK: Final = "{quien} la devolvió: {nota}"
NOTHING_COPIED: Final = "No hay nada copiado. Copie en Excel los contratos con sus encabezados."
ROWS_IN_SIGHT, FRAME = 3, 8  # with any letters
PUT_IN, TAKE_OUT = "&Poner en la Informativa", "&Quitar de la Informativa"

ContractRead = tuple[ContratoGuardado | None, tuple[Contratante, ...], tuple[FolioRepse, ...], str]


class InformativaPage(Presented[Ui_InformativaForm, InformativaPresenter], Page):
    def __init__(self, presenter: InformativaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.present(Ui_InformativaForm(), presenter, context)
        self._filling = False
        self._shown_returns: tuple[InformativaFila, ...] | None = None
        self._shown_contracts: tuple[ContratoFila, ...] = ()
        # Chosen once it is in the list: the next step is its workers.
        self._saved_contract: uuid.UUID | None = None
        form = self.form
        self.informativas: RowsTable[InformativaFila] = RowsTable(
            form.informativas_table, INFORMATIVAS, context.preferences, key=lambda fila: fila.id
        )
        form.informativas_table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.contratos = ContratosTable(
            form.contratos_table, CONTRATOS, context.preferences, key=lambda fila: fila.id
        )
        self.no_returns = EmptyState(
            form.informativas_table, "documento", NO_RETURNS, NO_RETURNS_HINT
        )
        self.no_contracts = EmptyState(
            form.contratos_table, "lote", NO_CONTRACTS, NO_CONTRACTS_HINT
        )
        for table in (form.informativas_table, form.contratos_table):
            rows, head = table.verticalHeader(), table.horizontalHeader()
            height = rows.defaultSectionSize() * ROWS_IN_SIGHT + FRAME
            table.setMinimumHeight(height + head.sizeHint().height())
        modes = QAbstractItemView.SelectionMode
        form.informativas_table.setSelectionMode(modes.SingleSelection)
        # Several are copied; Ctrl+Inicio still chooses the first one.
        form.contratos_table.setSelectionMode(modes.ContiguousSelection)
        self._connect()
        self._draw(presenter.state)

    def arrive(self) -> None:
        self._presenter.load()
        self.form.informativas_table.setFocus()

    def choose(self, informativa_id: uuid.UUID) -> None:
        """Select the return in the list, with its contracts."""
        self._presenter.choose(informativa_id)

    def refresh(self) -> None:
        if self._presenter.state.tablero is not None:
            self._presenter.load(asked=False)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.nueva_button.clicked.connect(self._new)
        form.sin_informacion_button.clicked.connect(self._sin_informacion)
        form.revision_button.clicked.connect(self._review)
        form.captura_button.clicked.connect(self._sheet)
        form.lista_button.clicked.connect(presenter.mark_ready)
        form.acuse_button.clicked.connect(self._acuse)
        form.eliminar_button.clicked.connect(self._delete)
        form.agregar_button.clicked.connect(lambda: self.open_contract(None))
        edit = self._to_contract(lambda contrato: self.open_contract(contrato.id))
        form.pegar_button.clicked.connect(self.paste)
        Drops(
            form.contratos_table,
            lambda paths: self._bring(paths[0]),
            one=True,
            suffixes=frozenset({".xlsx", ".csv"}),
        )
        self.contratos.copy_wanted.connect(self._copy)
        form.modificar_button.clicked.connect(edit)
        form.trabajadores_button.clicked.connect(
            self._to_contract(lambda contrato: self.open_workers(contrato.id))
        )
        form.incluir_button.clicked.connect(self._to_contract(presenter.include))
        form.borrar_button.clicked.connect(self._to_contract(self._delete_contract))
        form.contratos_table.activated.connect(edit)
        form.informativas_table.activated.connect(lambda _index: form.contratos_table.setFocus())
        selection = form.informativas_table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._on_chosen())
        form.contratos_table.selectionModel().selectionChanged.connect(
            lambda *_: self._draw_buttons(presenter.state)
        )
        presenter.changed.connect(self._draw)
        presenter.created.connect(lambda _id: form.contratos_table.setFocus())
        on_key(form.contratos_table, QKeySequence.StandardKey.Paste, self.paste)
        on_key(self, QKeySequence.StandardKey.Refresh, presenter.load, inside=True)

    def _on_chosen(self) -> None:
        fila = self.informativas.selected()
        if not self._filling and fila is not None:
            self._presenter.choose(fila.id)

    def _new(self) -> None:
        tablero = self._presenter.state.tablero
        if tablero is not None:
            dialog = NuevaInformativaDialog(tablero, self.window())
            dialog.wanted.connect(self._presenter.create)
            open_dialog(dialog)

    def _sin_informacion(self) -> None:
        tablero = self._presenter.state.tablero
        if tablero is not None:
            confirm(
                self.window(),
                SIN_INFORMACION.format(periodo=tablero.periodo.nombre),
                "&Continuar",
                lambda: self._presenter.create(tablero.periodo, TipoInformativa.SIN_INFORMACION),
            )

    def _review(self) -> None:
        fila, state = self._presenter.state.fila, self._presenter.state
        if fila is None:
            return
        names = {row.id: f"{row.numero} {row.contratante}".strip() for row in state.contratos}
        dialog = RevisionInformativaDialog(fila, names, self._context, self.window())
        dialog.go_wanted.connect(self._go)
        dialog.marked.connect(self._presenter.say_reviewed)
        dialog.sent_back.connect(self._presenter.send_back)
        dialog.finished.connect(lambda _result: self._presenter.load())
        open_dialog(dialog)

    def _go(self, hallazgo: Hallazgo) -> None:
        """«Ir»: open what the review found, at its field or row."""
        if hallazgo.contrato_id is None:
            self.form.contratos_table.setFocus()
        elif hallazgo.campo == "trabajadores":
            self.open_workers(hallazgo.contrato_id, hallazgo.renglon)
        else:
            self.open_contract(hallazgo.contrato_id, hallazgo.campo)

    def _sheet(self) -> None:
        fila = self._presenter.state.fila
        if fila is not None:
            open_sheet(fila.id, self._context, self.window())

    def _acuse(self) -> None:
        fila, context = self._presenter.state.fila, self._context
        if fila is None:
            return
        if fila.acuse is None:
            dialog = AcuseInformativaDialog(fila, context, self.window())
            dialog.saved.connect(self._on_saved)
            open_dialog(dialog)
            return
        sesion, service = context.require_sesion(), context.application.informativas

        def show(archivo: ArchivoElegido) -> None:
            open_dialog(VisorDialog(archivo, context, self.window()))

        context.ask(self, lambda _progress: service.acuse(sesion, fila.id), show)

    def _on_saved(self, text: str) -> None:
        self._presenter.say(text)
        self._presenter.load()

    def _on_contract_saved(self, text: str, contrato_id: uuid.UUID) -> None:
        self._saved_contract = contrato_id
        self._on_saved(text)

    def _delete(self) -> None:
        fila = self._presenter.state.fila
        if fila is not None:
            text = DELETE.format(tipo=fila.tipo, periodo=fila.periodo.nombre)
            confirm(self.window(), text, "&Eliminar", self._presenter.delete, destructive=True)

    def open_contract(self, contrato_id: uuid.UUID | None, campo: str = "") -> None:
        """Open the form of a contract; None for a new one. campo: field that gets the focus."""
        context, state = self._context, self._presenter.state
        sesion, service = context.require_sesion(), context.application.contratos

        def show(read: ContractRead) -> None:
            dialog = ContratoDialog(
                *read,
                state.chosen if state.abierta else None,
                context,
                self.window(),
                frozenset(one.clave for one in state.contratos if one.id != contrato_id),
            )
            dialog.saved.connect(self._on_contract_saved)
            open_dialog(dialog)
            dialog.focus_field(campo)

        context.ask(
            self,
            lambda _progress: (
                None if contrato_id is None else service.get(sesion, contrato_id),
                service.contratantes(sesion),
                service.folios(sesion),
                service.rfc(sesion),
            ),
            show,
        )

    def paste(self) -> None:
        """Bring the contracts of the clipboard, copied in Excel."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._bring(pasted(text))
        else:
            self._presenter.say(NOTHING_COPIED)

    def _bring(self, file: Lista) -> None:
        state = self._presenter.state
        open_remembered(
            lista.create(
                file,
                state.chosen if state.abierta else None,
                self._on_saved,
                self._context,
                self.window(),
            ),
            self._context.preferences,
        )

    def _copy(self, rows: tuple[ContratoFila, ...]) -> None:
        """With every column, as «Pegar de Excel» reads them."""
        context, ids = self._context, tuple(row.id for row in rows)
        sesion, service = context.require_sesion(), context.application.lista_contratos
        clipboard = QGuiApplication.clipboard()
        context.ask(self, lambda _progress: service.copied(sesion, ids), clipboard.setText)

    def open_workers(self, contrato_id: uuid.UUID, renglon: int | None = None) -> None:
        context, state = self._context, self._presenter.state
        sesion, service = context.require_sesion(), context.application.contratos

        def show(lista: ListaTrabajadores) -> None:
            dialog = TrabajadoresDialog(lista, state.chosen, context, self.window())
            dialog.saved.connect(self._on_saved)
            open_dialog(dialog)
            dialog.go_to(renglon)

        context.ask(
            self, lambda _progress: service.workers(sesion, contrato_id, state.chosen), show
        )

    def _delete_contract(self, contrato: ContratoFila) -> None:
        trabajadores = counted(contrato.trabajadores, "trabajador", "trabajadores")
        text = DELETE_CONTRACT.format(nombre=contrato.contratante, trabajadores=trabajadores)
        delete = self._presenter.delete_contract
        confirm(self.window(), text, "&Eliminar", lambda: delete(contrato), destructive=True)

    def _to_contract(self, act: Callable[[ContratoFila], object]) -> Callable[..., None]:
        """A slot that acts on the selected contract."""

        def slot(*_signal: object) -> None:
            contrato = self.contratos.selected()
            if contrato is not None:
                act(contrato)

        return slot

    def _draw(self, state: InformativaState) -> None:
        form = self.form
        self._filling = True
        try:
            if state.tablero is not None and state.tablero.filas != self._shown_returns:
                if self._shown_returns is not None:
                    self.avance_changed.emit()  # the band says the same
                self._shown_returns = state.tablero.filas
                self.informativas.set_rows(state.tablero.filas)
            if state.contratos != self._shown_contracts:
                self._shown_contracts = state.contratos
                self.contratos.set_rows(state.contratos)
                if self.contratos.selected() is None and state.contratos:
                    form.contratos_table.selectRow(0)
            self._choose_saved(state)
            fila = state.fila
            if fila is not None and fila != self.informativas.selected():
                self.informativas.select(fila)
        finally:
            self._filling = False
        text, role = state.plazo
        set_property(form.plazo_label, "banner", "true")
        show_message(form.plazo_label, text, role)
        for empty in (self.no_returns, self.no_contracts):
            empty.want(state.tablero is not None)
        back = state.fila.devuelta if state.fila is not None else None
        note = BACK.format(quien=back.quien, nota=back.nota) if back is not None else ""
        told = "\n".join(filter(None, (state.message, note)))
        show_message(form.mensaje_label, told, "warning" if note else "success")
        self._draw_buttons(state)

    def _choose_saved(self, state: InformativaState) -> None:
        saved = next((row for row in state.contratos if row.id == self._saved_contract), None)
        if saved is not None:
            self._saved_contract = None
            self.contratos.select(saved)

    def _draw_buttons(self, state: InformativaState) -> None:
        form, contrato = self.form, self.contratos.selected()
        ready = state.tablero is not None and not state.busy
        chosen = ready and state.fila is not None
        abierta = ready and state.abierta
        form.nueva_button.setEnabled(ready)
        tablero = state.tablero
        form.sin_informacion_button.setEnabled(
            ready and tablero is not None and tablero.abierta is None and not tablero.presentada
        )
        form.revision_button.setEnabled(abierta)
        form.captura_button.setEnabled(chosen)
        form.lista_button.setEnabled(ready and state.may_mark_ready)
        form.acuse_button.setEnabled(ready and state.may_see_acuse)
        form.eliminar_button.setEnabled(abierta)
        form.agregar_button.setEnabled(ready)
        form.pegar_button.setEnabled(ready)
        one = len(self.contratos.selected_rows()) == 1
        for button in (form.modificar_button, form.trabajadores_button, form.borrar_button):
            button.setEnabled(ready and one)
        takes = state.fila is not None and state.fila.tipo.lleva_contratos
        form.incluir_button.setEnabled(abierta and takes and one)
        inside = contrato is not None and contrato.dentro
        form.incluir_button.setText(TAKE_OUT if inside else PUT_IN)


def create(context: Context, parent: QWidget) -> Page:
    application = context.application
    presenter = InformativaPresenter(
        application.informativas, application.contratos, context.jobs, context.require_sesion()
    )
    return InformativaPage(presenter, context, parent)
