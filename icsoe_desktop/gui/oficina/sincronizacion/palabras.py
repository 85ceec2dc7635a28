"""Texts and icons for the states of synchronisation, and relative times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.texto import counted, counted_if_any
from icsoe_desktop.services.sincronizacion.answers import (
    Autor,
    EstadoSincronizacion,
    Luz,
    ResumenSincronizacion,
    RolOficina,
)

SYNCING: Final = "Sincronizando…"
DETENIDA: Final = "Sincronización detenida"
SIN_DESCARGAR: Final = "Descarga sin terminar"
NEVER: Final = "Aún no se ha sincronizado."
NOTHING_NEW: Final = "Todo está al día: no había nada nuevo que enviar ni recibir."

# What the server's troubles promise, and what is true while an office is being set up.
AUTOMATIC: Final = "Se intentará de nuevo"
BY_HAND: Final = "Inténtelo de nuevo"
NOT_REACHED: Final = "No hay conexión con el servidor"
LOOK_FIRST: Final = "Revise la dirección y la red de este equipo, e inténtelo de nuevo"

ICONS: Final = {
    Luz.APAGADA: "sincronizar",
    Luz.AL_DIA: "vigente",
    Luz.PENDIENTE: "pendiente",
    Luz.PAUSADA: "pausa",
    Luz.SIN_CONEXION: "sin_conexion",
    Luz.FALLO: "error",
    Luz.NO_GUARDA: "error",
    Luz.SOLO_CONSULTA: "advertencia",
    Luz.ATENCION: "advertencia",
}
ROLES: Final = {
    RolOficina.RESPONSABLE: "Responsable",
    RolOficina.MIEMBRO: "Miembro",
    RolOficina.CONSULTA: "Consulta",
}
ROL_TEXTS: Final = {
    RolOficina.RESPONSABLE: "Comparte y recibe, y además invita, cambia roles y retira equipos.",
    RolOficina.MIEMBRO: "Comparte lo que cambia y recibe lo de los demás.",
    RolOficina.CONSULTA: "Recibe lo de los demás; lo que cambie en ese equipo no sale de él.",
}


@dataclass(frozen=True)
class LuzBarra:
    """The light in a status bar: text, icon name, and tool tip with the reason."""

    text: str
    icon: str
    tip: str = ""


def light_of(estado: EstadoSincronizacion, now: datetime, syncing: bool = False) -> LuzBarra | None:
    """The light for a state; None if this desktop belongs to no office."""
    if not estado.configurada:
        return None
    if syncing:
        return LuzBarra(SYNCING, "sincronizar", last_success(estado, now))
    tip = " ".join(part for part in (estado.motivo, last_success(estado, now)) if part)
    text = _word(estado, now)
    icon = ICONS[Luz.PENDIENTE if text == SIN_DESCARGAR else estado.luz]
    return LuzBarra(text, icon, tip)


def _word(estado: EstadoSincronizacion, now: datetime) -> str:
    waiting = f"{estado.esperan:,} por enviar" if estado.esperan else ""
    match estado.luz:
        case Luz.PAUSADA:
            return _joined("En pausa", waiting)
        case Luz.ATENCION:
            conflicts = counted_if_any(
                estado.conflictos, "conflicto por decidir", "conflictos por decidir"
            )
            aside = counted_if_any(estado.apartados, "apartado", "apartados")
            stopped = DETENIDA if estado.detenida else ""
            return _joined(stopped, conflicts, aside) or estado.luz.value
        case Luz.SIN_CONEXION | Luz.FALLO | Luz.NO_GUARDA:
            return _joined(estado.luz.value, waiting)
        case Luz.SOLO_CONSULTA:
            return _joined(estado.luz.value, f"{estado.esperan:,} sin enviar")
        case _ if not estado.descargada:
            return SIN_DESCARGAR
        case Luz.PENDIENTE:
            return waiting
        case _:
            when = estado.ultimo_exito
            return f"Sincronizado {ago(when, now)}" if when else Luz.AL_DIA.value


def last_success(estado: EstadoSincronizacion, now: datetime) -> str:
    when = estado.ultimo_exito
    return f"Última sincronización: {moment(when)} ({ago(when, now)})." if when else NEVER


def ago(when: datetime, now: datetime) -> str:
    """«hace 2 min»; the date from one day on. Also valid if the clock was set back meanwhile."""
    passed = now - when
    if passed < timedelta(minutes=1):
        return "hace un momento"
    if passed < timedelta(hours=1):
        return f"hace {passed // timedelta(minutes=1)} min"
    if passed < timedelta(days=1):
        return f"hace {passed // timedelta(hours=1)} h"
    return f"el {when.astimezone(HORA_DE_MEXICO):%d/%m/%Y}"


def day_of(when: datetime) -> date:
    """The day in Mexico City."""
    return when.astimezone(HORA_DE_MEXICO).date()


def moment(when: datetime | None) -> str:
    """dd/mm/aaaa hh:mm, as the clocks of Mexico City show it."""
    return f"{when.astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M}" if when is not None else ""


def signed(autor: Autor | None, when: bool = True) -> str:
    """«Equipo (usuario), fecha y hora»; empty if nobody knows."""
    if autor is None:
        return ""
    who = f"{autor.equipo} ({autor.usuario})" if autor.usuario else autor.equipo
    return f"{who}, {moment(autor.cuando)}" if when else who


def describe(resumen: ResumenSincronizacion) -> str:
    """A sentence about one round."""
    moved = _joined(
        counted_if_any(resumen.enviados, "cambio enviado", "cambios enviados"),
        counted_if_any(resumen.recibidos, "cambio recibido", "cambios recibidos"),
    )
    parts = [f"{moved}."] if moved else []
    if resumen.conflictos:
        new = counted(resumen.conflictos, "conflicto nuevo", "conflictos nuevos")
        parts.append(f"{new} por decidir en «Conflictos».")
    if resumen.apartados:
        parts.append(f"{counted(resumen.apartados, 'apartado', 'apartados')} por revisar.")
    if resumen.motivo:
        parts.append(resumen.motivo)
    return " ".join(parts) or NOTHING_NEW


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def by_hand(said: str) -> str:
    """A trouble of a step that a person takes: nothing repeats it by itself."""
    return said.replace(AUTOMATIC, LOOK_FIRST if said.startswith(NOT_REACHED) else BY_HAND)
