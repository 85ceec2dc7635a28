"""How windows write dates, money, counts and what movements are called, and read dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from icsoe_desktop.domain.identificadores.valor import grouped
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, EstadoLote, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.domain.texto import counted as counted
from icsoe_desktop.domain.texto import counted_if_any as counted_if_any
from icsoe_desktop.gui.base import assets

# Making an icon takes longer than painting its cell.
icon = lru_cache(assets.icon)

BAD_DATE = "Escriba la fecha como dd/mm/aaaa, por ejemplo 02/03/2026."

MOVIMIENTO_ICONS = {
    TipoMovimiento.ALTA: "alta",
    TipoMovimiento.MODIFICACION: "modificacion",
    TipoMovimiento.BAJA: "baja",
}
ESTADO_ICONS = {
    EstadoAviso.PENDIENTE: "pendiente",
    EstadoAviso.ENVIADO: "enviado",
    EstadoAviso.RECIBIDO: "recibido",
    EstadoAviso.APROBADO: "correcto",
    EstadoAviso.RECHAZADO: "error",
    EstadoAviso.CANCELADO: "deshabilitado",
}
LOTE_ICONS = {
    EstadoLote.GENERADO: "generar",
    EstadoLote.ENVIADO: "enviado",
    EstadoLote.RECIBIDO: "recibido",
    EstadoLote.APROBADO: "correcto",
    EstadoLote.RECHAZADO: "error",
    EstadoLote.CANCELADO: "deshabilitado",
}
PLAZO_ICONS = {
    EstadoLegal.EN_PLAZO: "vigente",
    EstadoLegal.EN_RIESGO: "por_vencer",
    EstadoLegal.EXTEMPORANEO: "vencido",
}
# As short as the module's own tabs.
MOVIMIENTO_CORTO = {
    TipoMovimiento.ALTA: "Alta o reingreso",
    TipoMovimiento.MODIFICACION: "Mod. de salario",
    TipoMovimiento.BAJA: "Baja",
}


def day(when: date | None) -> str:
    return f"{when:%d/%m/%Y}" if when is not None else ""


def moment(when: datetime | None) -> str:
    """On this machine's clock."""
    return f"{when.astimezone():%d/%m/%Y %H:%M}" if when is not None else ""


def money(centavos: int | None) -> str:
    """$ 1,234.56; empty for nothing."""
    if centavos is None:
        return ""
    return f"$ {centavos // 100:,}.{centavos % 100:02d}"


def plain_money(centavos: int | None) -> str:
    """1234.56, as a sheet takes it."""
    return "" if centavos is None else f"{centavos // 100}.{centavos % 100:02d}"


def nss(text: str) -> str:
    return grouped(text, 4, 2, 4)


def registro(text: str) -> str:
    return grouped(text, 3, 5, 2)


def movements(count: int) -> str:
    return counted(count, "movimiento", "movimientos")


def read_date(text: str) -> date | None:
    """None for nothing. Takes 2/3/26, 02-03-2026, 02032026. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", text, re.ASCII)
    match = match or re.fullmatch(r"(\d{2})(\d{2})(\d{4})", text, re.ASCII)
    if match is None:
        raise ValueError(BAD_DATE)
    dia, mes, anio = (int(part) for part in match.groups())
    return date(anio + 2000 if anio < 100 else anio, mes, dia)
