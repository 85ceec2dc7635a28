"""Capturar movimiento: one form that shows the fields of the chosen kind."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from icsoe_desktop.domain.movimientos.movimiento import (
    TipoMovimiento,
)
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_captura_movimiento import Ui_CapturaMovimientoForm
from icsoe_desktop.gui.idse.calculadora.window import CalculadoraWindow
from icsoe_desktop.gui.idse.captura.campos import MovimientoFields
from icsoe_desktop.gui.idse.captura.presenter import (
    CapturaMovimientoPresenter,
    CapturaMovimientoState,
)
from icsoe_desktop.gui.idse.captura.sugerencias import Sugerencias
from icsoe_desktop.gui.idse.modulo.columns import PLAZO_ICONS
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import confirm, open_remembered
from icsoe_desktop.gui.kit.fields import (
    grow_to_fit,
    room_on_screen,
    scroll_to,
    set_height,
    show_message,
)
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.stacks import keep_right_edge
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.movimientos.dudas import DUPLICATE
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, Duda

SAVE_ANYWAY: Final = "¿Desea guardarlo de todas formas?"
UNCHANGED: Final = (
    "No cambió ningún dato, y el Instituto puede rechazarlo otra vez por lo mismo. ¿Desea "
    "volver a presentarlo igual?"
)
EDITING: Final = "Modificar movimiento"
CORRECTING: Final = "Corregir y volver a presentar"
HELP: Final = "modulo#importar-y-capturar"
CORRECTING_HELP: Final = "modulo#corregir-un-rechazado"
PLAZO: Final = "{estado}: se presenta a más tardar el {limite}. {fundamento}"
ICON_PX: Final = 20


def is_table(text: str) -> bool:
    """Whether it is what Excel copies: several rows of several cells."""
    return "\t" in text and "\n" in text.strip()


def is_enter(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
        return False
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CapturaMovimientoDialog(
    Presented[Ui_CapturaMovimientoForm, CapturaMovimientoPresenter], EditingDialog
):
    """Stays open for the next movement after saving a new one, closes after any other."""

    donde = "este movimiento"

    rows_pasted = Signal(str)  # rows that Excel copied: they are for an import

    def __init__(
        self, presenter: CapturaMovimientoPresenter, context: Context, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.present(Ui_CapturaMovimientoForm(), presenter, context)
        self._plazo_mark = Mark(self.form.plazo_icono, "vigente", "success", ICON_PX)
        self.campos = MovimientoFields(self.form, self)
        self._chosen = False  # a suggestion that is not filled in yet
        complete = presenter.state.complete
        if complete:
            title = EDITING if presenter.state.rechazado is None else CORRECTING
            self.setWindowTitle(title)
            self.form.titulo_label.setText(title)
        rejected = presenter.state.rechazado is not None
        context.shell.help.serve(self, CORRECTING_HELP if rejected else HELP)
        self.form.tipo_combo.setEnabled(not complete)
        show_message(self.form.rechazo_label, presenter.state.motivo, "warning")
        self.campos.fill(presenter.state.captura)
        keep_right_edge(self.form.campos_scroll, self.form.capturaMovimientoForm_layout24)
        self.resize(self.size().boundedTo(room_on_screen(self).size()))
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_first()

    @property
    def unsaved(self) -> bool:
        return self._presenter.unsaved

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.guardar_button.clicked.connect(self._save)
        form.cerrar_button.clicked.connect(self.reject)
        form.dejar_button.clicked.connect(self._keep_others)
        form.calcular_button.clicked.connect(self._calculate)
        if not presenter.state.complete:
            self.sugerencias = Sugerencias(form.nss_edit, self._context)
            self.sugerencias.chosen.connect(self._take_chosen)
            for edit in self.findChildren(QLineEdit):
                edit.installEventFilter(self)
        form.campos_scroll.verticalScrollBar().rangeChanged.connect(
            lambda: QTimer.singleShot(0, self, self._show_all)
        )
        QShortcut(QKeySequence.StandardKey.Save, self, self._save)
        QShortcut(QKeySequence("Shift+F1"), self, self.campos.explain)
        self.campos.typed.connect(presenter.type_in)
        self.campos.left.connect(self._on_left)
        presenter.form_wanted.connect(self._fill)
        presenter.saved.connect(self._on_saved)
        presenter.doubts_found.connect(self._ask)
        presenter.changed.connect(self._draw)
        QTimer.singleShot(0, self, presenter.start)

    def _focus_first(self) -> None:
        form = self.form
        wrong = self._presenter.state.campo_rechazado
        if wrong is not None and self.campos.editors[wrong].isVisibleTo(self):
            self.campos.editors[wrong].setFocus()
        elif not form.nss_edit.text():
            form.nss_edit.setFocus()
        elif not form.registro_patronal_combo.currentText():
            form.registro_patronal_combo.setFocus()
        else:
            self._focus_date()

    def _focus_date(self) -> None:
        """Who it is is known: go on with the date, or with what follows it."""
        form = self.form
        if not form.fecha_edit.text():
            form.fecha_edit.setFocus()
        elif form.sbc_edit.isVisibleTo(self):
            form.sbc_edit.setFocus()
        else:
            form.causa_baja_combo.setFocus()

    def _save(self) -> None:
        self.campos.leave_all()
        self._presenter.type_in(self.campos.captura)
        if self._presenter.state.rechazado is None or self._presenter.unsaved:
            self._presenter.save()
        else:
            confirm(self, UNCHANGED, "&Guardar igual", self._presenter.save, destructive=True)

    def _on_left(self, campo: str) -> None:
        if campo in ("nss", "curp"):
            self._presenter.look_up()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Rows that Excel copied do not go into one field; Enter on a new NSS looks it up."""
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste):
            texto = QGuiApplication.clipboard().text()
            if event.type() == QEvent.Type.KeyPress and is_table(texto):
                self.unless_unsaved(lambda: self._give_rows(texto))
                return True
        if is_enter(event) and watched is self.form.nss_edit:
            self._presenter.type_in(self.campos.captura)
            # An Enter on a number that was looked up goes on to «Guardar».
            if self._presenter.look_up(self._go_on):
                return True
        return super().eventFilter(watched, event)

    def _give_rows(self, texto: str) -> None:
        self.done(QDialog.DialogCode.Rejected)
        self.rows_pasted.emit(texto)

    def _take_chosen(self) -> None:
        self._chosen = True
        self._presenter.type_in(self.campos.captura)
        self._presenter.look_up()

    def _go_on(self, known: bool) -> None:
        if known:
            self._focus_date()
        else:
            self.form.curp_edit.setFocus()

    def _fill(self, captura: CapturaMovimiento) -> None:
        self.campos.fill(captura)

    def _on_saved(self, _fila: object) -> None:
        if self._presenter.state.complete:
            self.accept()
            return
        self.campos.forget_left()
        # Wait until the presenter has cleared the form.
        QTimer.singleShot(0, self, self._begin_next)

    def _begin_next(self) -> None:
        self._focus_first()
        # The emptied field that was saved from has been left just now.
        self.campos.forget_left()

    def _calculate(self) -> None:
        captura, edit = self.campos.captura, self.form.sbc_edit

        def use(centavos: int) -> None:
            edit.setText(formats.money(centavos))
            edit.setFocus()

        context, registro = self._context, captura.registro_patronal
        dialog = CalculadoraWindow(context, self, use, captura.fecha, registro)
        context.shell.help.serve(dialog, "sbc")
        open_remembered(dialog, context.preferences)

    def _ask(self, dudas: dict[Duda, str], aceptadas: frozenset[Duda] = frozenset()) -> None:
        """Ask about one doubt after the other, and save what the user wants all the same."""
        duda = next((each for each in dudas if each not in aceptadas), None)
        if duda is None:
            self._presenter.save(aceptadas)
            return
        separator = "\n\n" if duda is Duda.OTRA_PERSONA else " "
        confirm(
            self,
            f"{dudas[duda]}{separator}{SAVE_ANYWAY}",
            "&Guardar de todas formas",
            then=lambda: self._ask(dudas, aceptadas | {duda}),
            destructive=True,
        )

    def _keep_others(self) -> None:
        # Clear the date first: filling the form does not replace text that is not a date.
        self.campos.fecha.set_value(None)
        self._presenter.keep_others()
        self._focus_first()

    def _draw(self, state: CapturaMovimientoState) -> None:
        form, proposals = self.form, state.proposals
        baja = state.captura.tipo is TipoMovimiento.BAJA
        form.salario_group.setTitle("Datos de la baja" if baja else "Salario y aviso")
        self.campos.show_registros(state.registros)
        self.campos.draw(state)
        show_message(
            form.conocido_label,
            " ".join(part for part in (proposals.odd, proposals.known) if part),
            "warning" if proposals.odd else "hint",
        )
        show_message(form.habituales_label, state.habituales, "hint")
        self._draw_plazo(state)
        form.ajeno_panel.setVisible(bool(state.ajeno))
        show_message(form.ajeno_label, state.ajeno, "warning")
        show_message(form.mensaje_label, state.message, "success")
        form.dejar_button.setEnabled(not state.busy)
        form.guardar_button.setEnabled(not state.busy)
        grow_to_fit(self)
        revision = state.revision
        if self._chosen and revision is not None and revision.captura == state.captura:
            # Not before: leaving the field would show what was wrong with the part of a name.
            self._chosen = False
            self._focus_date()

    def _show_all(self) -> None:
        """Grow by what is scrolled out of sight, as far as the screen has room.

        The field with the focus is in sight: it may be the one that a rejection speaks of.
        """
        focused, hidden = self.focusWidget(), self.form.campos_scroll.verticalScrollBar().maximum()
        if hidden:
            set_height(self, self.height() + hidden)
        if focused is not None:
            scroll_to(focused)

    def _draw_plazo(self, state: CapturaMovimientoState) -> None:
        form, plazo, legal = self.form, state.plazo, state.estado_legal
        form.plazo_panel.setVisible(plazo is not None and legal is not None)
        if plazo is None or legal is None:
            return
        revision = state.revision
        icon = PLAZO_ICONS[legal]
        self._plazo_mark.show(icon, TONES[icon])
        text = PLAZO.format(
            estado=legal.value,
            limite=day(plazo.seguro),
            fundamento=(revision.costo if revision is not None else "") or plazo.fundamento,
        )
        form.plazo_label.setToolTip(plain_tip(plazo.fundamento))
        if revision is not None and revision.duplicado:
            text = f"{DUPLICATE} {text}"
        form.plazo_label.setText(text)
