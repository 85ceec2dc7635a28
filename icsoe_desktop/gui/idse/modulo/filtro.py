"""The search fields and the tabs of the module, and the FiltroMovimientos that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox

from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.movimiento import Situacion, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.idse.modulo.filter_rows import FilterRows
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import name_line_of, search_keys
from icsoe_desktop.gui.kit.mark import ItemMarks
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos

TYPING_PAUSE_MS = 150
ALL = "Todos"
OWED = "Se debe"
BAD_REGISTRO = "Escriba 10 u 11 caracteres, o elija uno de la lista."
BEFORE_START = "Es anterior a la fecha inicial."
_ESTADO, _PLAZO = "modulo/estado", "modulo/plazo"


class FiltroFields(QObject):
    """Emits a filter when the user chooses a value, or shortly after the last keystroke."""

    changed = Signal(object)  # FiltroMovimientos, without tipo, lote and importación
    grid_wanted = Signal()  # move the focus to the rows

    def __init__(
        self, form: Ui_ModuloForm, preferences: Preferences, consulta: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._preferences = preferences
        name_line_of(form.registro_combo, form.registro_label)
        self.desde = DateField(form.desde_edit)
        self.hasta = DateField(form.hasta_edit)
        self._fields = CheckedFields(fields_of(form, "registro", "desde", "hasta"), self)
        self._pause = delayed(self, TYPING_PAUSE_MS, self.search)
        self._told = FiltroMovimientos()
        self._rows = FilterRows(form, self, folds=not consulta)
        self._fill(consulta)
        self._connect()

    def show_registros(self, registros: Sequence[str]) -> None:
        """Set the registros patronales to choose from; what the user typed stays."""
        combo = self._form.registro_combo
        wanted = ["", *registros]
        if [combo.itemData(at) for at in range(combo.count())] == wanted:
            return
        typed = combo.currentText()
        combo.blockSignals(True)
        combo.clear()
        for one in wanted:
            combo.addItem(formats.registro(one) if one else ALL, one)
        combo.setEditText(typed or ALL)
        combo.blockSignals(False)

    @property
    def restricts(self) -> bool:
        return self._told != FiltroMovimientos()

    @property
    def value(self) -> FiltroMovimientos:
        """The filter that was last emitted."""
        return self._told

    def search(self) -> None:
        """Emit the current filter if every field is valid."""
        self._pause.stop()
        problems, filtro = self._read()
        # No focus change: the user may be typing in another field.
        self._fields.refuse(problems, focus=False)
        if filtro is None:
            self._rows.button.setChecked(True)
            # What is wrong can be cleared, also while nothing else restricts.
            self._form.quitar_button.setEnabled(True)
            return
        owed = OWED if filtro.por_resolver else ""
        self._preferences.set(_ESTADO, filtro.situacion or owed)
        self._preferences.set(_PLAZO, filtro.plazo or "")
        self._take(filtro)
        self.changed.emit(filtro)

    def _take(self, filtro: FiltroMovimientos) -> None:
        self._told = filtro
        folding = (
            filtro.registro_patronal, filtro.desde, filtro.hasta, filtro.plazo,
            filtro.situacion or filtro.por_resolver,
        )  # fmt: skip
        self._rows.count(sum(map(bool, folding)))

    def clear(self) -> None:
        self._empty()
        self.search()

    def show_owed(self) -> None:
        """Filter by notices still owed to the IMSS, without any other restriction."""
        self._empty()
        self._form.estado_combo.setCurrentText(OWED)
        self.search()

    def _empty(self) -> None:
        form = self._form
        for edit in (form.desde_edit, form.hasta_edit, form.texto_edit):
            edit.clear()
        form.registro_combo.setEditText(ALL)
        form.estado_combo.setCurrentIndex(0)
        form.plazo_combo.setCurrentIndex(0)

    def focus_texto(self) -> None:
        self._form.texto_edit.setFocus()
        self._form.texto_edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_action(event.keyCombination())
        ):
            # On Linux a field would take Ctrl+U, D, E and K, the editing keys of old terminals.
            event.ignore()
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.search()
            return True
        return super().eventFilter(watched, event)

    def _is_action(self, keys: QKeyCombination) -> bool:
        """Whether an action of the window has this shortcut."""
        wanted = QKeySequence(keys)
        actions = self._form.texto_edit.window().findChildren(QAction)
        return any(wanted in action.shortcuts() for action in actions)

    def _fill(self, consulta: bool) -> None:
        form = self._form
        self.show_registros(())
        form.registro_combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        form.estado_combo.addItem(ALL, None)
        form.estado_combo.addItem(OWED, None)
        for situacion in Situacion:
            form.estado_combo.addItem(situacion.value, situacion)
        form.plazo_combo.addItem(ALL, None)
        for plazo in EstadoLegal:
            form.plazo_combo.addItem(plazo.value, plazo)
        # «Todos» has no icon.
        _mark(form.estado_combo, "calendario", *(columns.SITUACION_ICONS[one] for one in Situacion))
        _mark(form.plazo_combo, *(columns.PLAZO_ICONS[one] for one in EstadoLegal))
        _choose(form.estado_combo, self._preferences.get(_ESTADO))
        # A read-only session has only the search of seed 004.
        only_with_user = (
            form.texto_label,
            form.texto_edit,
            form.plazo_label,
            form.plazo_combo,
            form.quitar_button,
        )
        for widget in only_with_user:
            widget.setVisible(not consulta)
        if not consulta:
            _choose(form.plazo_combo, self._preferences.get(_PLAZO))
        self._take(self._read()[1] or FiltroMovimientos())

    def _connect(self) -> None:
        form = self._form
        form.buscar_button.clicked.connect(self.search)
        form.registro_combo.activated.connect(lambda _at: self.search())
        form.estado_combo.activated.connect(lambda _at: self.search())
        form.plazo_combo.activated.connect(lambda _at: self.search())
        form.texto_edit.textChanged.connect(lambda _text: self._pause.start())
        self.desde.chosen.connect(self.search)
        self.hasta.chosen.connect(self.search)
        for widget in (
            form.registro_combo,
            form.desde_edit,
            form.hasta_edit,
            form.estado_combo,
            form.plazo_combo,
            form.texto_edit,
        ):
            widget.installEventFilter(self)
        line = form.registro_combo.lineEdit()
        if line is not None:
            line.installEventFilter(self)
        search_keys(form.texto_edit, self.grid_wanted.emit)

    def _read(self) -> tuple[dict[str, str], FiltroMovimientos | None]:
        """The problems, field → sentence, and the filter if there are none."""
        form = self._form
        problems: dict[str, str] = {}
        registro = compact(form.registro_combo.currentText())
        if registro in ("", ALL.upper()):
            registro = ""
        elif len(registro) not in (10, 11) or not registro.isalnum():
            problems["registro"] = BAD_REGISTRO
        if self.desde.problem:
            problems["desde"] = self.desde.problem
        if self.hasta.problem:
            problems["hasta"] = self.hasta.problem
        if problems:
            return problems, None
        desde, hasta = self.desde.value, self.hasta.value
        if desde and hasta and hasta < desde:
            return {"hasta": BEFORE_START}, None
        return {}, FiltroMovimientos(
            registro_patronal=registro or None,
            desde=desde,
            hasta=hasta,
            # Qt returns a StrEnum item as a plain str.
            situacion=Situacion(one) if (one := form.estado_combo.currentData()) else None,
            plazo=EstadoLegal(plazo) if (plazo := form.plazo_combo.currentData()) else None,
            texto=form.texto_edit.text().strip(),
            por_resolver=form.estado_combo.currentText() == OWED,
        )


def _choose(combo: QComboBox, text: str) -> None:
    combo.setCurrentIndex(max(0, combo.findText(text)))


def _mark(combo: QComboBox, *names: str) -> None:
    """Put icons in the inks of their states before the items, from the second on."""
    ItemMarks(combo, {at: (name, TONES.get(name, "neutral")) for at, name in enumerate(names, 1)})


SCOPE: Final = "Sólo se muestran los movimientos {name}."
_TAB: Final = "modulo/pestana"

# The last tab shows lotes. A tab with None shows every kind of movement.
TABS: Final[tuple[tuple[str, TipoMovimiento | None], ...]] = (
    ("Rei&ngresos", TipoMovimiento.ALTA),
    ("Mod. &Salarios", TipoMovimiento.MODIFICACION),
    ("Ba&jas", TipoMovimiento.BAJA),
    ("&Todos", None),
)
LOTES: Final = "L&otes"
TODOS_TAB: Final = 3
LOTES_TAB: Final = 4


class Pestanas(QObject):
    changed = Signal()

    def __init__(
        self, form: Ui_ModuloForm, preferences: Preferences, with_lotes: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._preferences = preferences
        self._scope = TODOS
        self._scope_name = ""
        tabs = self._tabs = form.pestanas_tabs
        tabs.setAccessibleName("Pestañas de información")
        tabs.setExpanding(False)
        for text, _tipo in TABS:
            tabs.addTab(text)
        if with_lotes:
            tabs.addTab(LOTES)
        kept = preferences.get(_TAB, "0")
        at = int(kept) if kept.isdecimal() else 0
        tabs.setCurrentIndex(at if at < tabs.count() else 0)
        tabs.currentChanged.connect(self.tell)

    @property
    def tipo(self) -> TipoMovimiento | None:
        at = self._tabs.currentIndex()
        return TABS[at][1] if at < len(TABS) else None

    @property
    def on_lotes(self) -> bool:
        return self._tabs.currentIndex() == LOTES_TAB

    @property
    def has_scope(self) -> bool:
        return self._scope != TODOS

    def tell(self) -> None:
        """Save the current tab for the next start and emit `changed`."""
        self._preferences.set(_TAB, str(self._tabs.currentIndex()))
        self.changed.emit()

    def leave_lotes(self) -> None:
        if self.on_lotes:
            self._tabs.setCurrentIndex(TODOS_TAB)

    def show_scope(self, scope: FiltroMovimientos, name: str) -> None:
        """Restrict the rows to a lote, an import or a figure, on the tab of all movements."""
        self._tabs.blockSignals(True)
        self._tabs.setCurrentIndex(TODOS_TAB)
        self._tabs.blockSignals(False)
        self._scope, self._scope_name = scope, name
        self.tell()

    def forget_scope(self) -> None:
        self._scope, self._scope_name = TODOS, ""

    def narrow(self, filtro: FiltroMovimientos) -> FiltroMovimientos:
        """The filter, restricted to the present tab and scope."""
        return replace(
            filtro,
            tipo=self.tipo,
            desde=_latest(filtro.desde, self._scope.desde),
            hasta=_earliest(filtro.hasta, self._scope.hasta),
            lote_id=self._scope.lote_id,
            importacion_id=self._scope.importacion_id,
            por_resolver=filtro.por_resolver or self._scope.deuda is not None,
            deuda=self._scope.deuda,
            limite=self._scope.limite,
            plazo=self._scope.plazo or filtro.plazo,
        )

    @property
    def scope_sentence(self) -> str:
        return SCOPE.format(name=self._scope_name) if self.has_scope else ""


def _latest(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _earliest(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)
