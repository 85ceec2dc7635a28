"""Who works where and with which SBC, derived from the notices: nothing of it is stored.

A notice that the IMSS received or approved tells it; where there is none, one that was presented.
Pending, rejected and cancelled ones tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.tables.movimientos import ESTADOS


class LastNotice(NamedTuple):
    """The last notice of an NSS in a registro patronal; a tipo 02 says that they left.

    base: ten characters of the registro patronal. fecha, alta: numbers of `day_number`. alta: of
    the last alta that tells, None if no notice does. sbc: centavos, None in a baja. estado: index
    in ESTADOS. The name and the codes are those of the notice; absent texts are empty.
    """

    nss: str
    base: str
    alta: int | None
    fila: int
    tipo: str
    fecha: int
    sbc: int | None
    estado: int
    registro_patronal: str
    curp: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str
    tipo_trabajador: str
    tipo_salario: str
    jornada: str
    guia: str
    clave_trabajador: str


class OpenNotice(NamedTuple):
    """A notice that is not rejected nor cancelled. fecha: of `day_number`. sbc: centavos."""

    nss: str
    base: str
    tipo: str
    fecha: int
    sbc: int | None
    estado: int


_RECEIVED: Final = tuple(map(ESTADOS.index, (EstadoAviso.RECIBIDO, EstadoAviso.APROBADO)))
_PRESENTED: Final = (ESTADOS.index(EstadoAviso.ENVIADO), *_RECEIVED)
_VOID: Final = tuple(map(ESTADOS.index, (EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)))
_BY_EMPLOYER: Final = "substr(m.registro_patronal, 1, 10)"
# Received first, then the day, then the row: 25 bits of day above 32 of row.
_ORDER: Final = f"((m.estado IN {_RECEIVED}) << 57) + (m.fecha << 32) + m.fila"
# Workers in the order of an index with all that is grouped by; SBC and codes only of the last.
_LAST: Final = (
    "SELECT u.nss, u.base, (u.alta >> 32) & 33554431, m.fila, m.tipo, m.fecha, m.sbc, m.estado, "  # noqa: S608
    "m.registro_patronal, t.curp, t.primer_apellido, t.segundo_apellido, t.nombres, "
    "m.tipo_trabajador, m.tipo_salario, m.jornada, m.guia, m.clave_trabajador "
    f"FROM (SELECT t.nss AS nss, {_BY_EMPLOYER} AS base, max({_ORDER}) AS orden, "
    f"max(CASE WHEN m.tipo = '{TipoMovimiento.ALTA}' THEN {_ORDER} END) AS alta "
    "FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
    f"WHERE m.estado IN {_PRESENTED} AND m.fecha <= ? GROUP BY 1, 2) u "
    "CROSS JOIN movimientos m ON m.fila = u.orden & 4294967295 "
    "CROSS JOIN trabajadores t ON t.fila = m.trabajador "
    "ORDER BY t.primer_apellido, t.segundo_apellido, t.nombres, t.nss, m.registro_patronal"
)
_UNANSWERED: Final = tuple(map(ESTADOS.index, (EstadoAviso.PENDIENTE, EstadoAviso.ENVIADO)))
_NOTICES: Final = (
    f"SELECT t.nss, {_BY_EMPLOYER}, m.tipo, m.fecha, m.sbc, m.estado "  # noqa: S608
    "FROM movimientos m CROSS JOIN trabajadores t ON t.fila = m.trabajador WHERE "
)
_OPEN: Final = (
    f"{_NOTICES} m.fecha >= ?1 AND m.estado NOT IN {_VOID} UNION ALL "
    f"{_NOTICES} +m.fecha < ?1 AND m.estado IN {_UNANSWERED} ORDER BY 4"
)


def last_notices(raw: RawConnection, until: int) -> Iterator[LastNotice]:
    """The last notice of each NSS and registro patronal that tells; by name, and then by both.

    until: a number of `day_number`; later movements do not count. Whoever has two registros
    patronales comes twice.
    """
    return map(LastNotice._make, raw.execute(_LAST, (until,)))


def open_notices(raw: RawConnection, since: int) -> Iterator[OpenNotice]:
    """Those of this day (`day_number`) or later and, of before, those without an answer.

    Oldest first.
    """
    return map(OpenNotice._make, raw.execute(_OPEN, (since,)))
