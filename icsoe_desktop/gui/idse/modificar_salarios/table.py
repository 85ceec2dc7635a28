"""The rows of Modificar salarios: ticked, edited in place, sorted, shown in part, and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon

from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.salarios.cambios import CambioSalario, TotalesSalario
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.idse.modificar_salarios.entradas import SALARIO, SBC_NUEVO, Clave
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.tables import Column, RowsModel

NOTHING: Final = -1
TICKED: Final = {True: "Marcado", False: "Sin marcar"}


def _amount(centavos: int | None) -> str:
    return "" if centavos is None else f"{centavos // 100:,}.{centavos % 100:02d}"


def _signed(centavos: int | None) -> str:
    if centavos is None:
        return ""
    return f"{'-' if centavos < 0 else '+' if centavos else ''}{_amount(abs(centavos))}"


def _number(value: int | None) -> int:
    return NOTHING if value is None else value


def remarks(row: CambioSalario) -> str:
    return " ".join(row.textos)


def _picture(row: CambioSalario) -> QIcon:
    if not row.textos:
        return QIcon()
    missing = row.sbc is None and (row.elegido or row.empleo.sbc is None)
    return assets.tinted("error", "error") if missing else assets.tinted("advertencia", "warning")


def _factor(row: CambioSalario) -> str:
    return "" if row.factor is None else f"{row.factor.normalize():.6}".rstrip("0")


SBC: Final = CAMPOS_MOVIMIENTO.label("sbc")
DAY: Final = "Fecha"
C = Column[CambioSalario]
COLUMNS: Final[tuple[Column[CambioSalario], ...]] = (
    C("✓", lambda r: "", sort=lambda r: not r.elegido, copy=lambda r: "Sí" * r.elegido, width=22),
    C("Nombre", lambda r: full_name(r.empleo), sort=attrgetter(
        *(f"empleo.{part}" for part in ("primer_apellido", "segundo_apellido", "nombres"))),
      width=165),
    C(CAMPOS_MOVIMIENTO.label("nss"), lambda r: formats.nss(r.empleo.nss),
      sort=lambda r: r.empleo.nss, copy=lambda r: r.empleo.nss, tabular=True, width=116),
    C(f"{SBC} de hoy", lambda r: _amount(r.empleo.sbc), sort=lambda r: _number(r.empleo.sbc),
      tabular=True, right=True, width=66),
    C(SALARIO, lambda r: _amount(r.entrada.salario), sort=lambda r: _number(r.entrada.salario),
      tabular=True, right=True, width=66),
    C("Variable", lambda r: _amount(r.variable), sort=lambda r: _number(r.variable),
      tabular=True, right=True, width=60),
    C("Factor", _factor, sort=lambda r: r.factor or 0, tabular=True, right=True, width=56),
    C(SBC_NUEVO, lambda r: _amount(r.sbc), sort=lambda r: _number(r.sbc), tabular=True, right=True,
      width=66),
    C("Diferencia", lambda r: _signed(r.diferencia), sort=lambda r: r.diferencia or 0,
      tabular=True, right=True, width=66),
    C("Observaciones", remarks, sort=lambda r: (not r.textos, r.textos), icon=_picture,
      tip=lambda r: "\n".join(r.textos), width=230),
    C(DAY, lambda r: formats.day(r.fecha), sort=lambda r: r.fecha, tabular=True, width=82),
    C("Último día", lambda r: formats.day(r.limite), sort=lambda r: r.limite, tabular=True,
      width=82),
    C(CAMPOS_MOVIMIENTO.label("registro_patronal"),
      lambda r: "" if r.empleo.sbc is None else formats.registro(r.empleo.registro_patronal),
      sort=lambda r: r.empleo.registro_patronal, copy=lambda r: r.empleo.registro_patronal,
      tabular=True, width=110),
)  # fmt: skip
PLACES: Final = {column.title: at for at, column in enumerate(COLUMNS)}
TICK: Final = 0
NAME: Final = 1
VARIABLE: Final = 5
# Column → attribute of EntradaSalario.
EDITABLE: Final = {PLACES[SALARIO]: "salario", PLACES[SBC_NUEVO]: "sbc", PLACES[DAY]: "fecha"}
PASTED_INTO: Final = {PLACES[SALARIO]: "salario", PLACES[SBC_NUEVO]: "sbc"}


MOSTRAR: Final[tuple[tuple[str, Callable[[CambioSalario], bool]], ...]] = (
    ("Los propuestos", lambda r: r.se_propone),
    ("Todos", lambda r: True),
    ("Los marcados", lambda r: r.elegido),
    ("Con observaciones", lambda r: bool(r.textos)),
)
PROPOSED, EVERYBODY, TICKED_ONES, ODD = range(len(MOSTRAR))
HINTS: Final = {
    Razon.MINIMO: (
        "A quien queda por debajo del mínimo nuevo de su zona se le propone el mínimo por el "
        "factor de su año de trabajo. A quien el IMSS sube de oficio se le deja sin marcar."
    ),
    Razon.TOPE: (
        "Se marca a quien está justo en el tope anterior, o por encima del nuevo. Para saber hasta "
        "dónde sube hace falta su salario diario."
    ),
    Razon.ANIVERSARIO: (
        "Se marca a quien cumple años de trabajo en esos días y con ellos cambia su factor: SBC ÷ "
        "factor anterior × factor nuevo."
    ),
    Razon.VARIABLES: (
        "Lea la hoja con NSS, Parte variable y Días devengados del bimestre anterior: a la parte "
        "fija se le suma la variable por día."
    ),
    Razon.PORCENTAJE: (
        "Marque a quién se le sube. El SBC nuevo es el de hoy más el porcentaje, o el salario "
        "diario que escriba por su factor."
    ),
    Razon.HOJA: "Lea la hoja con NSS y SBC: el SBC se toma como está escrito.",
}


def totals_text(totales: TotalesSalario) -> str:
    marked = "marcado" if totales.elegidos == 1 else "marcados"
    text = f"{totales.elegidos:,} {marked} de {totales.filas:,}"
    if totales.incompletos:
        text += f", {totales.incompletos:,} sin SBC nuevo"
    if totales.nuevo:
        change = totales.nuevo - totales.hoy
        sign = "+" if change >= 0 else "-"
        text += (
            f" · SBC de un día: {formats.money(totales.hoy)} → {formats.money(totales.nuevo)} "
            f"({sign}{formats.money(abs(change))})"
        )
    return text.replace("$ ", "$\N{NO-BREAK SPACE}")


class CambiosModel(RowsModel[CambioSalario]):
    """Rows that change in place keep their order, so that nothing moves under the hands."""

    edited = Signal(object, str, str)  # Clave, attribute of EntradaSalario, text
    ticked = Signal(object, bool)  # Clave

    def __init__(self, parent: QObject) -> None:
        super().__init__(COLUMNS, parent)
        self._places: list[int] = []  # of the shown rows, in all; empty until they are needed

    def _sorted(self, rows: Sequence[CambioSalario]) -> tuple[CambioSalario, ...]:
        self._places.clear()
        if self._sorting == (NAME, Qt.SortOrder.AscendingOrder) and rows is not self._rows:
            return tuple(rows)  # they come so, those without a name first
        return super()._sorted(rows)

    def replace(self, rows: Sequence[CambioSalario], at: Mapping[Clave, int]) -> None:
        """Show new values of the workers that are shown. at: their places in rows."""
        if not self._places:
            self._places = [at[row.empleo.clave] for row in self._rows]
        self._rows = tuple(map(rows.__getitem__, self._places))
        if self._rows:
            last = self.index(len(self._rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def claves(self, places: Iterable[int]) -> list[Clave]:
        return [self._rows[at].empleo.clave for at in places]

    def flags(self, index: Any) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid() or self._rows[index.row()].empleo.sbc is None:
            return flags
        if index.column() == TICK:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in EDITABLE else flags

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if column == TICK:
            match role:
                case Qt.ItemDataRole.CheckStateRole if row.empleo.sbc is not None:
                    state = Qt.CheckState
                    return state.Checked if row.elegido else state.Unchecked
                case Qt.ItemDataRole.AccessibleTextRole:
                    return TICKED[row.elegido]
                case Qt.ItemDataRole.ToolTipRole:
                    return plain_tip(TICKED[row.elegido])
        if role == Qt.ItemDataRole.EditRole and column in EDITABLE:
            return self.columns[column].text(row)
        return super().data(index, role)

    def setData(self, index: Any, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid():
            return False
        row, column = self._rows[index.row()], index.column()
        if column == TICK and role == Qt.ItemDataRole.CheckStateRole:
            self.ticked.emit(row.empleo.clave, Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if column not in EDITABLE or role != Qt.ItemDataRole.EditRole:
            return False
        if str(value) != self.columns[column].text(row):
            self.edited.emit(row.empleo.clave, EDITABLE[column], str(value))
        return True
