"""The workers of a contract as an editable table, with undo."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from icsoe_desktop.domain.icsoe.trabajadores import (
    CAMPOS_TRABAJADOR,
    MAX_TRABAJADORES,
    TOO_MANY,
    TWICE,
    TrabajadorContrato,
    repeated,
)
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.services.informativa.valores import ListaTrabajadores

COLUMNS: Final = ("nss", "curp", "sbc")
STATE_TITLE: Final = "Estado"
NO_PARENT = QModelIndex()
MAX_UNDO: Final = 50
_SBC: Final = COLUMNS.index("sbc")
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_GOOD = "Correcto"
_KINDS: Final = {"error": "Con problemas", "warning": "Con advertencias", "hint": _GOOD}
EMPTY: Final = (
    "Todavía no hay trabajadores",
    "Llene la lista con sus movimientos, péguela de Excel o escriba el primero con «Agregar "
    "renglón».",
)
BEFORE: Final = "El SBC era {sbc}."


class TrabajadoresModel(QAbstractTableModel):
    """A row is checked when it is drawn: a list of thousands opens at once."""

    edited = Signal()

    def __init__(
        self,
        lista: ListaTrabajadores,
        today: date,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._rows = list(lista.filas)
        self._rechazos = dict(lista.rechazos)
        self._limites = lista.limites
        self._today = today
        self._odd: dict[TrabajadorContrato, dict[str, str]] = {}
        self._told: dict[TrabajadorContrato, dict[str, str]] = {}
        self._twice: frozenset[int] | None = None
        self._before: dict[str, str] = {}  # NSS → SBC before the list was brought up to date
        self._undo: list[tuple[TrabajadorContrato, ...]] = []
        self._font = tabular_font()

    @property
    def rows(self) -> tuple[TrabajadorContrato, ...]:
        return tuple(self._rows)

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    def problem_of(self, at: int) -> str:
        """What is wrong with a row, in one text; empty for a good one."""
        row = self._rows[at]
        texts = list(self._problems(row).values())
        if at in self._repeated():
            texts.append(TWICE)
        if row.nss in self._rechazos:
            texts.append(f"El portal lo rechazó: {self._rechazos[row.nss]}")
        return " ".join(texts)

    def said_of(self, at: int) -> tuple[str, str]:
        """What is wrong with a row or else odd in it, as in a movement, and the role of its label.

        An empty text for a good row. Of one that was brought up to date, what it said before.
        """
        problem = self.problem_of(at)
        if problem:
            return problem, "error"
        odd = " ".join(self._warnings(self._rows[at]).values())
        row = self._rows[at]
        before = self._before.get(row.nss, row.sbc)
        if odd or before == row.sbc:
            return odd, "warning"
        return BEFORE.format(sbc=before), "hint"

    def odd(self) -> int:
        """How many rows have warnings."""
        return sum(bool(self._warnings(row)) for row in self._rows)

    def wrong(self) -> list[int]:
        """Places of the rows with problems."""
        return [at for at in range(len(self._rows)) if self.problem_of(at)]

    def set_rechazos(self, rechazos: Mapping[str, str]) -> None:
        self._rechazos = dict(rechazos)
        self._redraw()

    def replace_all(self, rows: Iterable[TrabajadorContrato]) -> None:
        """Change the whole list in one step that can be undone."""
        now = list(rows)
        if len(now) > MAX_TRABAJADORES:
            raise InvalidInputError(TOO_MANY)
        self._remember()
        self._set(now)

    def add(
        self, rows: Iterable[TrabajadorContrato], gone: Container[int] = ()
    ) -> tuple[int, int, int]:
        """Add rows after the others; a worker who is there already gets the new SBC.

        gone: places that are taken out in the same step. An NSS that comes with another CURP than a
        valid one stays as a second row, for a person to decide. Returns how many were added,
        changed, and in conflict of the added. Raises InvalidInputError.
        """
        now = [row for at, row in enumerate(self._rows) if at not in gone]
        places = {row.nss: at for at, row in enumerate(now) if row.nss}
        added = changed = doubtful = 0
        for row in rows:
            at = places.get(row.nss)
            if at is None:
                now.append(row)
                if row.nss:
                    places[row.nss] = len(now) - 1
                added += 1
            elif row.curp not in ("", now[at].curp) and self._has_curp(now[at]):
                now.append(row)
                added += 1
                doubtful += 1
            elif now[at] != row:
                self._before.setdefault(row.nss, now[at].sbc)
                # The movements may lack the CURP that somebody typed.
                now[at] = row._replace(curp=row.curp or now[at].curp, sbc=row.sbc or now[at].sbc)
                changed += 1
        self.replace_all(now)
        return added, changed, doubtful

    def _has_curp(self, row: TrabajadorContrato) -> bool:
        return bool(row.curp) and "curp" not in self._problems(row)

    def remove(self, places: Iterable[int]) -> None:
        gone = set(places)
        self.replace_all(row for at, row in enumerate(self._rows) if at not in gone)

    def as_text(self, places: Iterable[int]) -> str:
        """Rows with their headers, as Excel pastes them."""
        header = [str(self.headerData(at, Qt.Orientation.Horizontal)) for at in range(3)]
        return "\n".join(["\t".join(header), *("\t".join(self._rows[at]) for at in places)])

    def undo(self) -> None:
        if self._undo:
            self._set(list(self._undo.pop()))

    def rowCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and across and section == _SBC:
            return _RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if not across:
            return f"{section + 1:,}"
        if section < len(COLUMNS):
            return CAMPOS_TRABAJADOR.label(COLUMNS[section])
        return STATE_TITLE

    def flags(self, index: Any) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() < len(COLUMNS) else flags

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        at, column = index.row(), index.column()
        if column == len(COLUMNS):
            return self._state(at, role)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._rows[at][column]
            case Qt.ItemDataRole.FontRole:
                return self._font
            case Qt.ItemDataRole.TextAlignmentRole if column == _SBC:
                return _RIGHT
            case Qt.ItemDataRole.DecorationRole:
                if COLUMNS[column] in self._problems(self._rows[at]):
                    return assets.tinted("error", "error")
                odd = COLUMNS[column] in self._warnings(self._rows[at])
                return assets.tinted("advertencia", "warning") if odd else None
            case Qt.ItemDataRole.ToolTipRole:
                row = self._rows[at]
                told = self._problems(row) or self._warnings(row)
                return plain_tip(told.get(COLUMNS[column], ""))
            case _:
                return None

    def setData(self, index: Any, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() >= len(COLUMNS):
            return False
        cells = list(self._rows[index.row()])
        cells[index.column()] = str(value)
        row = TrabajadorContrato.typed(*cells)
        if row != self._rows[index.row()]:
            self._remember()
            self._rows[index.row()] = row
            self._twice = None
            self._redraw()
            self.edited.emit()
        return True

    def _state(self, at: int, role: int) -> Any:
        text, tone = self.said_of(at)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text or _GOOD
            case Qt.ItemDataRole.AccessibleTextRole:
                kind = _KINDS[tone]
                return f"{kind}: {text}" if text else _GOOD
            case Qt.ItemDataRole.DecorationRole:
                if tone == "hint" or not text:
                    return assets.tinted("correcto", "success")
                return assets.tinted("error" if tone == "error" else "advertencia", tone)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(text)
            case _:
                return None

    def _problems(self, row: TrabajadorContrato) -> dict[str, str]:
        found = self._told.get(row)
        if found is None:
            found = self._told[row] = row.problemas(self._today)
        return found

    def _warnings(self, row: TrabajadorContrato) -> dict[str, str]:
        found = self._odd.get(row)
        if found is None:
            problems = self._problems(row)
            found = {} if problems else row.advertencias(self._today, self._limites)
            self._odd[row] = found
        return found

    def _repeated(self) -> frozenset[int]:
        if self._twice is None:
            self._twice = repeated(self._rows)
        return self._twice

    def _remember(self) -> None:
        self._undo.append(tuple(self._rows))
        del self._undo[:-MAX_UNDO]

    def _set(self, rows: list[TrabajadorContrato]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._twice = None
        self.endResetModel()
        self.edited.emit()

    def _redraw(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, len(COLUMNS))
            self.dataChanged.emit(self.index(0, 0), last)
