"""The words, icons and rows of the Tablero."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.domain.texto import capitalised, counted
from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento, Vencimiento
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.services.correo.buzon import CuentaBuzon
from icsoe_desktop.services.informativa.valores import InformativaFila
from icsoe_desktop.services.tablero.contratista import TableroContratista
from icsoe_desktop.services.tablero.service import MOST_VENCIMIENTOS, Cifra, TableroDiario

COUNTING: Final = "Contando…"
NOT_READ: Final = "No se pudo contar. {motivo}"
TODAY_ONE: Final = (
    "Hoy termina el plazo de 1 aviso. Mañana va tarde; un alta o una modificación tardía puede "
    "costar una multa (LSS 304-A)."
)
TODAY: Final = (
    "Hoy termina el plazo de {cuenta} avisos. Mañana van tarde; un alta o una modificación tardía "
    "puede costar una multa (LSS 304-A)."
)
NOTHING: Final = "Nada por ahora"
NOTHING_HINT: Final = (
    "Aquí aparece lo que espera: lotes sin respuesta, rechazados, correos detenidos, vigencias."
)
NOTHING_HINT_CONTRATISTA: Final = (
    "Aquí aparece lo que espera: Informativas vencidas o por firmar, acuse del REPSE, capturistas "
    "sin contraseña, correos detenidos, vigencias."
)
SAVED: Final = "Se guardó {nombre}."
OF_MONTH: Final = "del mes: {mes}"
NEXT_TO_END: Final = "Sigue: {que}, {plazo}, {dia}."
# Kept in place of the Tablero as the first page.
OTHER_FIRST: Final = "movimientos"
NEVER: Final = "Todavía no se hace ninguno"
NOT_SHARED: Final = "Este equipo no comparte sus datos"
WITH_USER: Final = "Lo ve quien ingresa con su usuario"
# Icon, tone when it is not zero, hint, and how the list that it opens is named.
FIGURES: Final[dict[Cifra, tuple[str, str, str, str]]] = {
    Cifra.HOY: (
        "calendario",
        "warning",
        "Avisos: su último día es hoy",
        "por presentar cuyo plazo termina hoy",
    ),
    Cifra.EN_RIESGO: (
        "por_vencer",
        "warning",
        "Su plazo es dudoso",
        "que urge presentar, porque su plazo es dudoso",
    ),
    Cifra.SIN_CUBRIR: (
        "advertencia",
        "warning",
        "Altas que urgen",
        "que urge presentar, de quien ya trabaja",
    ),
    Cifra.EXPUESTOS: (
        "vencido",
        "error",
        "Su plazo ya terminó",
        "por presentar cuyo plazo ya terminó",
    ),
    Cifra.SIN_ARCHIVO: (
        "pendiente",
        "info",
        "Falta generar su archivo",
        "que no están en ningún archivo",
    ),
    Cifra.SIN_RESPUESTA: (
        "enviado",
        "info",
        "En archivo o enviados",
        "en archivo o enviados, sin respuesta del IMSS",
    ),
}
REJECTED_HINT, F2_CORRECTS = "Sin volver a presentar", "Corrija con F2"
REJECTED_NAME: Final = "rechazados que no se han vuelto a presentar"
ASK_CONSTANCIA: Final = (
    ". El acuse de IDSE no es aceptación: descargue del portal la constancia y léala en Lotes."
)
CONTRATISTA, CAPTURISTAS, INFORMATIVA = "contratista", "consulta_capturistas", "informativa"
ACUSES: Final = "acuses"
PRIVACIDAD: Final = "privacidad"
_TO_DO: Final = {
    EstadoInformativa.EN_CAPTURA: "En captura",
    EstadoInformativa.REVISADA: "Espera su firma",
    EstadoInformativa.LISTA: "Lista para firma",
}
LOTES, VIGENCIAS, RECHAZADOS, BUZON = "lotes", "vigencias", "rechazados", "buzon"
CONFRONTA: Final = "confronta"


@dataclass(frozen=True)
class Tarea:
    """One row of what to do. orden: the most urgent first.

    destino: what its action opens. objeto: the one that it chooses there.
    """

    clave: str
    orden: tuple[int, int]
    que: str = field(repr=False)
    detalle: str = field(repr=False)
    estado: str
    icono: str
    accion: str
    destino: str
    objeto: uuid.UUID | None = None


COLUMNS: Final = (
    Column[Tarea](
        "Qué",
        lambda t: t.que,
        sort=lambda t: t.orden,
        tip=lambda t: t.que,
        middle=True,
        width=180,
    ),
    Column[Tarea]("Estado", lambda t: t.estado, state=lambda t: t.icono, width=150),
    Column[Tarea]("Acción", lambda t: t.accion, tip=lambda t: t.accion, centered=True, width=64),
    Column[Tarea]("Detalle", lambda t: t.detalle, tip=lambda t: t.detalle, width=230),
)
ACTION: Final = 2


def long_day(day: date) -> str:
    """«Lunes 2 de marzo de 2026»."""
    weekday = formats.WEEKDAYS[day.weekday()].capitalize()
    return f"{weekday} {day.day} de {formats.MONTHS[day.month - 1]} de {day.year}"


def today_sentence(count: int) -> str:
    return "" if not count else TODAY_ONE if count == 1 else TODAY.format(cuenta=f"{count:,}")


def next_to_end(found: Sequence[Vencimiento], hoy: date) -> str:
    coming = [one for one in found if one.ultimo >= hoy and not one.perdido]
    if not coming:
        return ""
    one = min(coming, key=lambda each: each.ultimo)
    plazo = one.plazo(hoy)
    return NEXT_TO_END.format(
        que=one.que, plazo=plazo[:1].lower() + plazo[1:], dia=formats.day(one.ultimo)
    )


def mails(cuenta: CuentaBuzon) -> str:
    waiting = cuenta.pendientes + cuenta.detenidos
    return counted(waiting, "correo", "correos") if waiting else "Ninguno"


_UNNAMED: Final = Tarea(
    PRIVACIDAD,
    (4, 0),
    "Aviso de privacidad",
    "Falta quién responde por los datos, su domicilio y dónde está el aviso integral",
    "Incompleto",
    "advertencia",
    "Completar el aviso de privacidad",
    PRIVACIDAD,
)


def tareas(tablero: TableroDiario) -> Iterator[Tarea]:
    rejected = tablero.cifras[Cifra.RECHAZADOS]
    if rejected:
        yield Tarea(
            RECHAZADOS,
            (0, 0),
            counted(rejected, "aviso rechazado", "avisos rechazados"),
            # Who consults does not know of mails, and corrects nothing.
            REJECTED_HINT if tablero.correos is None else F2_CORRECTS,
            "Rechazado",
            "error",
            "Ver los avisos rechazados",
            RECHAZADOS,
        )
    for at, lote in enumerate(tablero.lotes):
        made = lote.estado is EstadoLote.GENERADO
        days = max(0, (tablero.hoy - lote.desde).days)
        since = "de hoy" if not days else f"hace {counted(days, 'día', 'días')}"
        # The portal's acuse says that it has the file, not that the Institute took the notices.
        ask = not made and days > 0
        yield Tarea(
            f"lote-{lote.archivo}-{at}",
            (1, at),
            f"Lote {lote.archivo}",
            f"{formats.movements(lote.movimientos)}, {since}" + (ASK_CONSTANCIA if ask else ""),
            "Por enviar" if made else "Falta su constancia" if ask else "Sin respuesta",
            "generar" if made else "enviado",
            "Ver los lotes",
            LOTES,
        )
    month = tablero.por_confrontar
    if month is not None:
        yield Tarea(
            CONFRONTA,
            (2, 0),
            f"Confronte la emisión de {formats.MONTHS[month.month - 1]}",
            "Con los recibos de nómina, antes de pagar las cuotas el día 17",
            "Pendiente",
            "pendiente",
            "Abrir Confrontar",
            CONFRONTA,
        )
    yield from _common(tablero.correos, tablero.proximos, tablero.hoy)
    if tablero.sin_responsable:
        yield _UNNAMED


def _sisub(periodo: Periodo, orden: tuple[int, int], cuando: str, icono: str) -> Tarea:
    return Tarea(
        f"{ACUSES}-{periodo.primero:%Y-%m}",
        orden,
        f"SISUB {periodo.nombre}",
        cuando,
        "Sin acuse",
        icono,
        "Ver los acuses",
        ACUSES,
    )


def tareas_contratista(tablero: TableroContratista) -> Iterator[Tarea]:
    past = [fila for fila in tablero.informativas if fila.urgencia is Urgencia.VENCIDO]
    on_time = [fila for fila in tablero.informativas if fila.urgencia is not Urgencia.VENCIDO]
    for at, fila in enumerate(past):
        yield _informativa(fila, (0, at), "vencido")
    for overdue in tablero.informativa.atrasados:
        if overdue in {fila.periodo for fila in past}:
            continue
        day = overdue.vence(tablero.informativa.calendario)
        yield Tarea(
            f"informativa-sin-acuse-{overdue.primero:%Y-%m}",
            (0, len(past)),
            f"Informativa {overdue.nombre}",
            f"Venció el {formats.day(day)} y aquí no hay acuse",
            "Aún sin preparar",
            "vencido",
            "Ver las Informativas",
            INFORMATIVA,
        )
    sisub = tablero.informativa.sisub
    for late in sisub.atrasados:
        day = late.vence(sisub.calendario)
        yield _sisub(late, (0, 90), f"Venció el {formats.day(day)} y aquí no hay acuse", "vencido")
    if sisub.se_presenta:
        ends = sisub.urgencia is Urgencia.POR_VENCER
        icon = "por_vencer" if ends else "pendiente"
        yield _sisub(sisub.periodo, (1, -1 if ends else 90), capitalised(sisub.plazo), icon)
    if tablero.sin_acuse:
        yield Tarea(
            CONTRATISTA,
            (0, len(past) + 1),
            "Acuse de registro REPSE",
            "No hay ninguno guardado",
            "Falta",
            "advertencia",
            "Ver la información del contratista",
            CONTRATISTA,
        )
    for at, fila in enumerate(on_time):
        yield _informativa(fila, (1, at), "pendiente")
    board = tablero.informativa
    if board.se_presenta and board.abierta not in {fila.id for fila in on_time}:
        begun = next((fila for fila in board.filas if fila.id == board.abierta), None)
        yield Tarea(
            "informativa-por-presentar",
            (1, len(on_time)),
            f"Informativa {board.periodo.nombre}",
            capitalised(board.plazo),
            "Aún sin preparar" if begun is None else str(begun.estado),
            "pendiente" if board.urgencia is Urgencia.ABIERTO else "por_vencer",
            "Ver las Informativas",
            INFORMATIVA,
            board.abierta,
        )
    if tablero.sin_contrasena:
        yield Tarea(
            CAPTURISTAS,
            (1, len(on_time)),
            people(tablero.sin_contrasena),
            "Pueden pedir que se les envíe otra liga",
            "Sin contraseña",
            "pendiente",
            "Ver los capturistas sin contraseña",
            CAPTURISTAS,
        )
    yield from _common(tablero.correos, tablero.proximos[:MOST_VENCIMIENTOS], tablero.hoy)
    if tablero.sin_responsable:
        yield _UNNAMED


def _informativa(fila: InformativaFila, orden: tuple[int, int], icono: str) -> Tarea:
    tipo = "" if fila.tipo is TipoInformativa.NORMAL else f", {fila.tipo}"
    return Tarea(
        f"informativa-{fila.id.hex}",
        orden,
        f"Informativa {fila.periodo.nombre}{tipo}",
        capitalised(fila.plazo),
        _TO_DO[fila.estado],
        icono,
        "Abrir esta Informativa",
        INFORMATIVA,
        fila.id,
    )


def people(count: int) -> str:
    return counted(count, "capturista sin contraseña", "capturistas sin contraseña")


def _common(
    correos: CuentaBuzon | None, proximos: Sequence[Vencimiento], hoy: date
) -> Iterator[Tarea]:
    if correos is not None and correos.detenidos:
        yield Tarea(
            BUZON,
            (2, 0),
            counted(correos.detenidos, "correo detenido", "correos detenidos"),
            "El servidor no los aceptó",
            "Detenido",
            "detenido",
            "Ver los correos por enviar",
            BUZON,
        )
    for at, one in enumerate(proximos):
        estado = one.estado(hoy)
        yield Tarea(
            one.clave,
            (3, at),
            one.que,
            f"{formats.day(one.ultimo)}, {one.de_quien}",
            one.plazo(hoy),
            {
                EstadoVencimiento.VENCIDO: "vencido",
                EstadoVencimiento.POR_VENCER: "por_vencer",
                EstadoVencimiento.VIGENTE: "vigente",
            }[estado],
            "Ver las vigencias",
            VIGENCIAS,
        )
