"""Plans the files of lotes: how movements are split, file names, and warnings."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from icsoe_desktop.domain.certificados.certificado import hora_local
from icsoe_desktop.domain.dispmag import Enie, plan_names, write
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import Movimiento, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.lotes.valores import (
    ArchivoLote,
    AvisoLote,
    NivelAviso,
    OpcionesLote,
    PlanLote,
)

Par = tuple[uuid.UUID, Movimiento]
Clave = tuple[str, TipoMovimiento, str]

_LEVELS = tuple(NivelAviso)
LATE = "Va tarde: su plazo terminó el {}."
NO_GUIA = (
    "Falta la guía: los 5 números de la subdelegación. Escríbala en las opciones, o "
    "una vez en Registros patronales."
)
NAMES_OF_TIPO = {
    TipoMovimiento.ALTA: "reingresos",
    TipoMovimiento.MODIFICACION: "modificaciones",
    TipoMovimiento.BAJA: "bajas",
}


def plan_files(
    pares: Sequence[Par],
    opciones: OpcionesLote,
    limites: TablaLimites,
    now: datetime,
    peligros: Sequence[Mapping[uuid.UUID, tuple[str, str]]] = (),
    guias: Mapping[str, str] = MappingProxyType({}),
    tarde: Mapping[uuid.UUID, str] = MappingProxyType({}),
) -> PlanLote:
    """One file per registro patronal, type and guía. A single file without `separar`.

    A movement that cannot be written is left out, so that it does not hold up the others.
    peligros: movement → field and sentence, of each kind that the data tell, the gravest first.
    guias: registro patronal → its guía, for movements without one. tarde: movement → sentence.
    """
    filled = [
        (each_id, _with_guia(each, guias.get(each.registro_patronal) or opciones.guia))
        for each_id, each in pares
    ]
    grave: dict[str, Any] = {"nivel": NivelAviso.PELIGRO}
    avisos = [
        _aviso(par, *kind[par[0]], **grave) for kind in peligros for par in filled if par[0] in kind
    ]
    avisos += [
        _aviso(par, "fecha", tarde[par[0]], nivel=NivelAviso.TARDE)
        for par in filled
        if par[0] in tarde
    ]
    avisos += [aviso for par in filled for aviso in _warnings_of(par, limites)]
    impeded = {aviso.movimiento_id for aviso in avisos if aviso.impide}
    groups: dict[Clave | None, list[Par]] = {}
    for movimiento_id, movimiento in filled:
        if movimiento_id in impeded:
            continue
        key: Clave | None = None
        if opciones.separar:
            key = (movimiento.registro_patronal, movimiento.tipo, movimiento.guia)
        groups.setdefault(key, []).append((movimiento_id, movimiento))
    avisos += _changes_of(filled, _enie(opciones))
    archivos: list[ArchivoLote] = []
    made: Counter[str] = Counter()
    for key, group in groups.items():
        try:
            archivo = _file(key, group, opciones, now)
            made[archivo.nombre_archivo] += 1
            number = made[archivo.nombre_archivo]
            if number > 1:  # the same registro patronal and type with another guía
                name = f"{archivo.nombre_archivo.removesuffix('.txt')}-{number}.txt"
                archivo = replace(archivo, nombre_archivo=name)
            archivos.append(archivo)
        except InvalidInputError as error:
            impeded |= {movimiento_id for movimiento_id, _ in group}
            campo = error.campo or "archivo"
            avisos.append(_aviso(group[0], campo, error.message, nivel=NivelAviso.IMPIDE))
    fuera = tuple(movimiento_id for movimiento_id, _ in filled if movimiento_id in impeded)
    avisos.sort(key=lambda aviso: _LEVELS.index(aviso.nivel))
    return PlanLote(tuple(archivos), tuple(avisos), opciones, fuera)


def _enie(opciones: OpcionesLote) -> Enie:
    return "N" if opciones.enie == "N" else "#"


def _with_guia(movimiento: Movimiento, guia: str) -> Movimiento:
    return movimiento if movimiento.guia else replace(movimiento, guia=guia)


def _aviso(par: Par, campo: str, mensaje: str, **more: Any) -> AvisoLote:
    movimiento_id, movimiento = par
    return AvisoLote(
        movimiento_id=movimiento_id, nombre=movimiento.nombre, campo=campo, mensaje=mensaje, **more
    )


def _warnings_of(par: Par, limites: TablaLimites) -> list[AvisoLote]:
    _, movimiento = par
    avisos = [
        _aviso(
            par,
            each.campo,
            each.texto,
            nivel=NivelAviso.PELIGRO if each.peligro else NivelAviso.NOTA,
        )
        for each in movimiento.warnings(limites)
    ]
    if not movimiento.guia:
        avisos.append(_aviso(par, "guia", NO_GUIA, nivel=NivelAviso.IMPIDE))
    return avisos


def _changes_of(pares: Sequence[Par], enie: Enie) -> list[AvisoLote]:
    return [
        _aviso(
            pares[change.indice],
            change.campo,
            change.motivo,
            antes=change.original,
            despues=change.escrito,
            # Letters that are lost may be somebody else's name.
            nivel=NivelAviso.PELIGRO if change.recorta else NivelAviso.NOTA,
        )
        for change in plan_names([movimiento for _, movimiento in pares], enie)
    ]


def _file(
    key: Clave | None, group: Sequence[Par], opciones: OpcionesLote, now: datetime
) -> ArchivoLote:
    content = write(
        [movimiento for _, movimiento in group],
        enie=_enie(opciones),
        # The plan lists every truncation, and the user decides.
        allow_truncation=True,
        allow_mixed=not opciones.separar,
        with_totals=opciones.con_totales,
    )
    registro, tipo = (key[0], key[1]) if key else (None, None)
    stamp = f"{hora_local(now):%Y%m%d-%H%M%S}"
    kind = NAMES_OF_TIPO[tipo] if tipo else "movimientos"
    name = f"{registro or 'varios'}-{kind}-{stamp}.txt"
    return ArchivoLote(
        registro, tipo, name, tuple(movimiento_id for movimiento_id, _ in group), content
    )
