"""The columns of a lote in the list, and its description in a sentence."""

from __future__ import annotations

from typing import Final

from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO
from icsoe_desktop.gui.idse.modulo import icons
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.formats import day, moment
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.services.lotes.valores import Lote

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
        lambda lote: lote.estado.value,
        state=lambda lote: icons.LOTE_ICONS[lote.estado],
        width=105,
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
    return icons.MOVIMIENTO_CORTO[lote.tipo] if lote.tipo is not None else SEVERAL


def detail(lote: Lote) -> str:
    """Details of a lote that the list has no columns for."""
    parts = []
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
    parts.append(f"{lote.bytes:,} bytes")
    parts.append(f"SHA-256 {lote.sha256}")
    return " · ".join(parts)
