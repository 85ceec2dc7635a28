"""The tabs of the module, and the lote, import or figure that the rows are restricted to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QObject, Signal

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos

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

    def draw_scope(self) -> None:
        text = SCOPE.format(name=self._scope_name) if self.has_scope else ""
        show_message(self._form.alcance_label, text, "band")


def _latest(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _earliest(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)
