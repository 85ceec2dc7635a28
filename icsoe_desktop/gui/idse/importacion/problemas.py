"""The lists of an import: problems, those that say the same together, repeated movements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.file_choice import WORKBOOK, NewFile, choose_new_file
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.jobs import Step
from icsoe_desktop.services.importacion.informe import write_template_of
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Duplicado,
    Gravedad,
    GrupoProblemas,
    ProblemaImportacion,
)

R = TypeVar("R")

EXPORTING: Final = Step(0, None, "Guardando la lista de problemas")
EXPORTED: Final = "Se guardó la lista de problemas."


def choose_problems_file(
    parent: QWidget, purpose: str, preferences: Preferences, then: Callable[[Path], object]
) -> None:
    """Like choose_new_file."""
    new = NewFile("Guardar la lista de problemas", purpose, "CSV (*.csv)", "problemas.csv")
    choose_new_file(parent, new, preferences, then)


TEMPLATE: Final = NewFile(
    "Guardar la plantilla de Excel", "plantilla", WORKBOOK, "plantilla de movimientos.xlsx"
)
TEMPLATE_SAVED: Final = (
    "Se guardó la plantilla en {}. Llénela en Excel e impórtela: sus columnas ya se conocen."
)


def save_template(parent: QWidget, context: Context, tell: Callable[[str], object]) -> None:
    """Save an empty sheet with notes and lists where the user says. tell: shows a sentence."""

    def save(path: Path) -> None:
        context.ask(
            parent,
            lambda _progress: write_template_of(path),
            lambda _none: tell(TEMPLATE_SAVED.format(path)),
        )

    choose_new_file(parent, TEMPLATE, context.preferences, save)


REPEATED: Final = "Movimientos que ya están en los datos o dos veces en los archivos."


@dataclass(frozen=True)
class FilaGrupo:
    """A row of the list of problems. grupo: None for the repeated movements."""

    orden: int
    grupo: GrupoProblemas | None
    filas: int

    @property
    def clase(self) -> tuple[str, str]:
        """What it is, and the icon of its state."""
        if self.grupo is None:
            return "Repetidos", "pendiente"
        if self.grupo.es_lectura:
            return "Lectura", "recibido"
        is_error = self.grupo.gravedad is Gravedad.ERROR
        return self.grupo.gravedad.value, "error" if is_error else "advertencia"

    @property
    def campo(self) -> str:
        return self.grupo.campo if self.grupo else ""

    @property
    def que(self) -> str:
        return self.grupo.esperado if self.grupo else REPEATED


GRUPOS: Final[tuple[Column[FilaGrupo], ...]] = (
    Column[FilaGrupo](
        "Qué es",
        lambda g: g.clase[0],
        sort=lambda g: g.orden,
        state=lambda g: g.clase[1],
        width=115,
    ),
    # A reading says itself in how many rows it was made.
    Column[FilaGrupo](
        "Filas",
        lambda g: "" if g.grupo and g.grupo.es_lectura else f"{g.filas:,}",
        sort=lambda g: g.filas,
        right=True,
        width=60,
    ),
    Column[FilaGrupo]("Campo", lambda g: g.campo, width=130),
    Column[FilaGrupo]("Qué pasa", lambda g: g.que, width=330),
)
PROBLEMAS: Final[tuple[PagedColumn[ProblemaImportacion], ...]] = (
    PagedColumn("Archivo", lambda p: p.archivo, width=120),
    PagedColumn(
        "Línea", lambda p: f"{p.linea:,}", copy=lambda p: str(p.linea), right=True, width=50
    ),
    PagedColumn("Dónde", lambda p: p.lugar, width=95),
    PagedColumn(
        "Encontrado",
        lambda p: p.encontrado or "(vacío)",
        tip=lambda p: p.esperado,
        tabular=True,
        width=150,
    ),
)
LINE_AND_PLACE: Final = (1, 2)
DUPLICADOS: Final[tuple[PagedColumn[Duplicado], ...]] = (
    PagedColumn("Archivo", lambda d: d.archivo, width=140),
    PagedColumn(
        "Línea", lambda d: f"{d.linea:,}", copy=lambda d: str(d.linea), right=True, width=50
    ),
    PagedColumn("Por qué", lambda d: _why(d), width=150),
    PagedColumn(
        "Movimiento",
        lambda d: columns.MOVIMIENTO_CORTO[d.tipo],
        icon=lambda d: columns.movimiento_icon(d.tipo),
        width=130,
    ),
    PagedColumn("Fecha", lambda d: formats.day(d.fecha), tabular=True, width=90),
    PagedColumn(
        CAMPOS_MOVIMIENTO.label("nss"),
        lambda d: formats.nss(d.nss),
        copy=lambda d: d.nss,
        tabular=True,
        width=115,
    ),
    PagedColumn("Nombre", lambda d: d.nombre, width=230),
    PagedColumn(
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda d: formats.registro(d.registro_patronal),
        copy=lambda d: d.registro_patronal,
        tabular=True,
        width=125,
    ),
)


def _why(duplicado: Duplicado) -> str:
    if duplicado.clase is ClaseDuplicado.EN_ARCHIVO:
        return f"Igual a la línea {duplicado.otra_linea:,}"
    return duplicado.clase.value


class Rows(Generic[R]):
    """Rows of the preview, read by block."""

    def __init__(self, count: int, read: Callable[[int, int], Sequence[R]]) -> None:
        self._count = count
        self._read = read

    @property
    def count(self) -> int:
        return self._count

    def rows(self, start: int, count: int) -> Sequence[R | None]:
        return self._read(start, count)
