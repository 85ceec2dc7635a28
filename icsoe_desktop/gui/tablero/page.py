"""The page Tablero: figures that open their list, what to do, and the state of this desktop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.fields import breadth
from icsoe_desktop.gui.kit.notices import ICON, Banner, Mark
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.gui.tablero import palabras
from icsoe_desktop.gui.tablero.palabras import ACTION, COLUMNS, FIGURES, Tarea
from icsoe_desktop.gui.tablero.presenter import TableroPresenter, TableroState
from icsoe_desktop.services.movimientos.valores import FiltroMovimientos
from icsoe_desktop.services.tablero.service import Cifra, TableroDiario

IN_A_ROW: Final = 3
WIDE, NARROW = 3, 1


@dataclass(frozen=True)
class _Card:
    button: ActionButton
    number: QLabel
    mark: Mark


class TableroPage(QWidget):
    """Draws TableroState."""

    list_wanted = Signal(object, str)  # FiltroMovimientos, how the list is named
    lotes_wanted = Signal()
    window_wanted = Signal(str)  # key of the registry

    def __init__(self, presenter: TableroPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tablero_page")
        self._presenter, self._context = presenter, context
        self.banner = Banner(self)
        self.cards: dict[Cifra, _Card] = {}
        self._lines: dict[str, tuple[QLabel, QLabel]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.banner)
        layout.addLayout(self._build_cards())
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self._build_tareas(), WIDE)
        below.addWidget(self._build_equipo(), NARROW)
        layout.addLayout(below, 1)
        presenter.changed.connect(self._draw)
        shell = context.shell
        for signal in (shell.sync_state, shell.backup_failed):
            signal.connect(self._draw_equipo)
        self._draw(presenter.state)

    def focus(self) -> None:
        self.view.setFocus()

    def open(self, cifra: Cifra) -> None:
        """Ask for the list that the figure counts."""
        tablero = self._presenter.state.tablero
        if tablero is not None:
            name = FIGURES[cifra][3] if cifra in FIGURES else palabras.REJECTED_NAME
            filtro: FiltroMovimientos = cifra.filtro(tablero.hoy)
            self.list_wanted.emit(filtro, name)

    def _build_cards(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        for at, (cifra, (icon, _tone, hint, _name)) in enumerate(FIGURES.items()):
            card = QFrame(self)
            card.setProperty("role", "card")
            box = QHBoxLayout(card)
            box.setContentsMargins(16, 10, 16, 10)
            box.setSpacing(12)
            picture = plain_label("", card)
            mark = Mark(picture, icon, "hint", ICON)
            number = plain_label("…", card)
            number.setProperty("role", "figure")
            button = ActionButton(cifra.value, "", card, "link")
            action = QAction(cifra.value, self)
            action.setShortcut(QKeySequence(f"Alt+{at + 1}"))
            action.triggered.connect(lambda _checked=False, one=cifra: self.open(one))
            button.follow(action)
            words = QVBoxLayout()
            words.setSpacing(0)
            line = QHBoxLayout()
            line.addWidget(button)
            line.addStretch(1)
            words.addLayout(line)
            said = _hint(hint, card)
            # As far in as the words of the link above it.
            said.setContentsMargins(2, 0, 0, 0)
            words.addWidget(said)
            for part in (picture, number):
                box.addWidget(part)
            box.addLayout(words, 1)
            grid.addWidget(card, at // IN_A_ROW, at % IN_A_ROW)
            self.cards[cifra] = _Card(button, number, mark)
        for column in range(IN_A_ROW):
            grid.setColumnStretch(column, 1)
        return grid

    def _build_tareas(self) -> QWidget:
        card, box = _titled("Por hacer", self)
        self.view = QTableView(card)
        self.view.setObjectName("tareas_table")
        self.view.setAccessibleName("Por hacer")
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.view.setMinimumHeight(96)
        self.table = RowsTable(
            self.view, COLUMNS, self._context.preferences, key=lambda tarea: tarea.clave
        )
        self._row_buttons = RowButtons(
            self.view, {ACTION: RowButton(assets.icon("buscar"), lambda _row: True)}
        )
        self._row_buttons.pressed.connect(lambda row, _column: self._act(row))
        self._row_buttons.opened.connect(lambda: self._act(self.view.currentIndex().row()))
        self.view.doubleClicked.connect(lambda index: self._act(index.row()))
        self.nothing = _hint("", card)
        box.addWidget(self.nothing)
        box.addWidget(self.view, 1)
        return card

    def _build_equipo(self) -> QWidget:
        card, box = _titled("Este equipo", self)
        for key, icon, title in (
            ("sincronizacion", "sincronizar", "Sincronización"),
            ("respaldo", "respaldo", "Respaldo automático"),
            ("correo", "correo", "Correos por enviar"),
        ):
            row = QHBoxLayout()
            row.setSpacing(12)
            picture = plain_label("", card)
            Mark(picture, icon, "hint", ICON)
            words = QVBoxLayout()
            words.setSpacing(2)
            said, pill = _hint("", card), plain_label("", card)
            said.setObjectName(f"{key}_dicho")
            words.addWidget(plain_label(title, card))
            words.addWidget(said)
            row.addWidget(picture)
            row.addLayout(words, 1)
            row.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
            box.addLayout(row)
            self._lines[key] = (said, pill)
        box.addStretch(1)
        card.setMinimumWidth(round(300 * max(1.0, breadth(card))))
        return card

    def _act(self, row: int) -> None:
        if not 0 <= row < self.table.model.rowCount():
            return
        match self.table.model.row(row):
            case Tarea(destino=palabras.RECHAZADOS):
                self.open(Cifra.RECHAZADOS)
            case Tarea(destino=palabras.LOTES):
                self.lotes_wanted.emit()
            case Tarea(destino=key):
                self.window_wanted.emit(key)

    def _draw(self, state: TableroState) -> None:
        tablero = state.tablero
        if state.problem:
            self.banner.say(palabras.NOT_READ.format(motivo=state.problem), "error")
        elif tablero is not None:
            self.banner.say(palabras.today_sentence(tablero.cifras[Cifra.HOY]), "warning")
        for cifra, card in self.cards.items():
            count = None if tablero is None else tablero.cifras[cifra]
            card.number.setText("…" if count is None else f"{count:,}")
            spoken = palabras.COUNTING if count is None else formats.movements(count)
            card.button.setAccessibleDescription(spoken)
            icon, tone, _hint_text, _name = FIGURES[cifra]
            card.mark.show(icon, tone if count else "hint")
        rows = () if tablero is None else tuple(palabras.tareas(tablero))
        self.table.set_rows(rows)
        if rows and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.table.model.index(0, ACTION))
        self.nothing.setText(palabras.COUNTING if tablero is None else "Nada por ahora.")
        self.nothing.setVisible(not rows)
        self._draw_equipo()

    def _draw_equipo(self, _state: object = None) -> None:
        tablero, shell = self._presenter.state.tablero, self._context.shell
        light = shell.sync_light
        self._tell("sincronizacion", light.text if light else palabras.NOT_SHARED)
        if tablero is None:
            for key in ("respaldo", "correo"):
                self._tell(key, palabras.COUNTING)
            return
        self._tell_backup(tablero)
        cuenta = tablero.correos
        if cuenta is None:
            self._tell("correo", palabras.WITH_USER)
            return
        waiting = cuenta.pendientes + cuenta.detenidos
        tone = "warning" if waiting else "success"
        self._tell("correo", palabras.mails(cuenta), "Esperan" if waiting else "Al día", tone)

    def _tell_backup(self, tablero: TableroDiario) -> None:
        failure = self._context.shell.backup_failure
        last = tablero.respaldo
        if tablero.correos is None:
            self._tell("respaldo", palabras.WITH_USER)
        elif failure is not None:
            self._tell("respaldo", formats.moment(failure.cuando), "Falló", "error")
        elif last is None:
            self._tell("respaldo", palabras.NEVER)
        else:
            self._tell("respaldo", formats.moment(last), "Correcto", "success")

    def _tell(self, key: str, text: str, pill: str = "", tone: str = "neutral") -> None:
        said, label = self._lines[key]
        said.setText(text)
        label.setText(pill)
        label.setProperty("pill", tone)
        label.style().unpolish(label)
        label.style().polish(label)
        label.setVisible(bool(pill))


def _titled(title: str, parent: QWidget) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame(parent)
    card.setProperty("role", "card")
    box = QVBoxLayout(card)
    box.setContentsMargins(20, 16, 20, 16)
    box.setSpacing(12)
    label = plain_label(title, card)
    label.setProperty("role", "subtitle")
    box.addWidget(label)
    return card, box


def _hint(text: str, parent: QWidget) -> QLabel:
    label = plain_label(text, parent)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
