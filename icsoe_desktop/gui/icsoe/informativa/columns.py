"""Columns of the tables of the Informativa."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtGui import QIcon

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.contrato import CAMPOS_CONTRATANTE, CAMPOS_CONTRATO, Motivo
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Urgencia
from icsoe_desktop.domain.icsoe.revision import Hallazgo
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.gui.kit.tables import Column, count_column
from icsoe_desktop.services.informativa.valores import ContratoFila, InformativaFila

_STATE_ICONS: Final = {
    EstadoInformativa.EN_CAPTURA: "advertencia",
    EstadoInformativa.REVISADA: "correcto",
    EstadoInformativa.LISTA: "correcto",
    EstadoInformativa.PRESENTADA: "vigente",
    EstadoInformativa.CORREGIDA: "deshabilitado",
    EstadoInformativa.SIN_EFECTOS: "deshabilitado",
}
_MOTIVOS: Final = {
    Motivo.CELEBRADO: "celebrado",
    Motivo.MODIFICADO: "modificado",
    Motivo.OTRO: "a mano",
}
_LATE: Final = {Urgencia.VENCIDO: "error", Urgencia.POR_VENCER: "advertencia"}


def _tone_icon(name: str) -> QIcon:
    return assets.tinted(name, TONES[name])


def _plazo_icon(fila: InformativaFila) -> QIcon:
    name = _LATE.get(fila.urgencia) if fila.urgencia else None
    return _tone_icon(name) if name else QIcon()


def _acuse(fila: InformativaFila) -> str:
    if fila.acuse is None:
        return ""
    tarde = ", fuera de plazo" if fila.acuse.tarde else ""
    return f"{fila.acuse.folio}{tarde}"


def _ultimo(fila: InformativaFila) -> str:
    """The moment first: it stays in sight where the name is cut."""
    if not fila.historial:
        return ""
    last = fila.historial[-1]
    return f"{formats.moment(last.cuando)}, {last.quien}"


def _presentada(fila: InformativaFila) -> str:
    """No hour is asked of SISUB."""
    if fila.acuse is None:
        return ""
    if fila.tipo is TipoInformativa.SISUB:
        return formats.day(fecha_local(fila.acuse.presentada))
    return formats.moment(fila.acuse.presentada)


def _dentro(fila: ContratoFila) -> str:
    return f"Sí, {_MOTIVOS[fila.motivo]}" if fila.dentro else "No"


def _historia(fila: InformativaFila) -> str:
    return "\n".join(
        f"{paso.estado}: {paso.quien}, {formats.moment(paso.cuando)}" for paso in fila.historial
    )


INFORMATIVAS: Final[tuple[Column[InformativaFila], ...]] = (
    Column[InformativaFila](
        "Periodo",
        lambda fila: fila.periodo.nombre,
        sort=lambda fila: (fila.periodo, fila.historial[0].cuando if fila.historial else 0),
        width=192,
    ),
    Column[InformativaFila]("Tipo", lambda fila: str(fila.tipo), width=108),
    Column[InformativaFila](
        "Estado",
        lambda fila: str(fila.estado),
        state=lambda fila: _STATE_ICONS[fila.estado],
        tip=_historia,
        width=142,
    ),
    count_column("Contratos", lambda fila: fila.contratos, width=70),
    Column[InformativaFila]("Plazo", lambda fila: fila.plazo, icon=_plazo_icon, width=262),
    Column[InformativaFila]("Acuse", _acuse, width=120),
    Column[InformativaFila]("Estado desde", _ultimo, tip=_historia, width=120),
)
ELSEWHERE: Final = "En el equipo que lo guardó"
ACUSES: Final = (
    INFORMATIVAS[0],
    INFORMATIVAS[1],
    replace(INFORMATIVAS[2], width=125),
    Column[InformativaFila](
        "Folio", lambda fila: fila.acuse.folio if fila.acuse else "", tabular=True, width=120
    ),
    Column[InformativaFila](
        "Presentada",
        _presentada,
        sort=lambda fila: fila.acuse.presentada.timestamp() if fila.acuse else 0.0,
        tabular=True,
        width=122,
    ),
    Column[InformativaFila](
        "A tiempo",
        lambda fila: "" if fila.acuse is None else "Fuera de plazo" if fila.acuse.tarde else "Sí",
        icon=lambda fila: _tone_icon("advertencia") if fila.acuse and fila.acuse.tarde else QIcon(),
        width=138,
    ),
    # Nobody counts the contracts of SISUB here.
    replace(
        INFORMATIVAS[3],
        text=lambda fila: "" if fila.tipo is TipoInformativa.SISUB else f"{fila.contratos:,}",
    ),
    Column[InformativaFila](
        "Acuse",
        lambda fila: fila.acuse.nombre if fila.acuse else ELSEWHERE,
        middle=True,
        width=124,
    ),
)
CONTRATOS: Final = (
    Column[ContratoFila](
        "En la Informativa",
        _dentro,
        sort=lambda fila: not fila.dentro,
        icon=lambda fila: _tone_icon("correcto") if fila.dentro else QIcon(),
        tip=lambda fila: str(fila.motivo) if fila.dentro else "",
        width=128,
    ),
    Column[ContratoFila](CAMPOS_CONTRATO.label("numero"), lambda fila: fila.numero, width=140),
    Column[ContratoFila](
        CAMPOS_CONTRATANTE.title("nombre", Place.GRID),
        lambda fila: fila.contratante,
        tip=lambda fila: f"{fila.contratante}, RFC {fila.rfc}",
        width=210,
    ),
    Column[ContratoFila](
        CAMPOS_CONTRATO.label("inicio"),
        lambda fila: formats.day(fila.inicio),
        sort=lambda fila: fila.inicio,
        tabular=True,
        width=95,
    ),
    Column[ContratoFila](
        CAMPOS_CONTRATO.label("fin"),
        lambda fila: formats.day(fila.fin),
        sort=lambda fila: fila.fin.toordinal() if fila.fin else 0,
        tabular=True,
        width=95,
    ),
    Column[ContratoFila](
        CAMPOS_CONTRATO.label("trabajadores"),
        lambda fila: f"{fila.trabajadores:,}",
        sort=lambda fila: fila.trabajadores,
        icon=lambda fila: QIcon() if fila.trabajadores else _tone_icon("error"),
        right=True,
        width=105,
    ),
    Column[ContratoFila](
        "Rechazados",
        lambda fila: f"{fila.rechazos:,}" if fila.rechazos else "",
        sort=lambda fila: fila.rechazos,
        icon=lambda fila: _tone_icon("error") if fila.rechazos else QIcon(),
        right=True,
        width=90,
    ),
    Column[ContratoFila](
        "Servicio", lambda fila: fila.servicio, tip=lambda fila: fila.servicio, width=150
    ),
)


def hallazgo_columns(names: Mapping[uuid.UUID, str]) -> tuple[Column[Hallazgo], ...]:
    """names: contract's id → its name."""
    return (
        Column[Hallazgo](
            "Gravedad",
            lambda one: "Bloquea" if one.bloquea else "Advertencia",
            sort=lambda one: not one.bloquea,
            state=lambda one: "error" if one.bloquea else "advertencia",
            width=122,
        ),
        Column[Hallazgo](
            "Contrato",
            lambda one: names.get(one.contrato_id, "") if one.contrato_id else "",
            width=190,
        ),
        Column[Hallazgo](
            "Renglón",
            lambda one: "" if one.renglon is None else f"{one.renglon + 1:,}",
            sort=lambda one: -1 if one.renglon is None else one.renglon,
            right=True,
            width=75,
        ),
        Column[Hallazgo]("Qué se encontró", lambda one: one.texto, tip=lambda one: one.texto),
    )
