"""Reads who works with which SBC, and makes the notices of their new one: one import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.dispmag import Leido, LineaRechazada, ProblemaDispmag
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import (
    EstadoAviso,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.salarios.cambios import CambioSalario
from icsoe_desktop.domain.salarios.razones import Criterio, Empleo, OtroAviso, Plantilla
from icsoe_desktop.domain.valores_legales.valores import pesos
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress, empty
from icsoe_desktop.services.acceso.autorizacion import check_right, reading
from icsoe_desktop.services.importacion.renglones import record_of
from icsoe_desktop.services.importacion.valores import FilasPropias
from icsoe_desktop.services.movimientos.escritura import advertencias_of
from icsoe_desktop.services.movimientos.filas import ESTADO_DE
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.salarios.hoja import HojaLeida, read_pay
from icsoe_desktop.services.valores_legales.limites import limites_of, reglas_of
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.last_notices import LastNotice, last_notices, open_notices
from icsoe_desktop.store.types import day_number, day_of

READING: Final = "Leyendo quién trabaja y con qué SBC"
AT_ONCE: Final = 5_000
NOBODY: Final = "No hay ningún aviso por crear: nadie está marcado."
INCOMPLETE: Final = (
    "No se creó nada: de {} marcados no se sabe el SBC nuevo. Escríbalo, escriba su salario o "
    "quíteles la marca."
)
ONE_INCOMPLETE: Final = (
    "No se creó nada: de un marcado no se sabe el SBC nuevo. Escríbalo, escriba su salario o "
    "quítele la marca."
)


class SalariosService:
    def __init__(self, store: Store) -> None:
        self._store = store

    def today(self) -> date:
        return self._store.today()

    def plantilla(
        self, sesion: Sesion, desde: date, hasta: date, registro_patronal: str, progress: Progress
    ) -> Plantilla:
        """Who works on the last of these days, by name, NSS and registro patronal.

        registro_patronal: only this one; empty for all. Raises Cancelled.
        """
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            progress.report(0, None, READING)
            wanted = registro_patronal[:10]
            otros: dict[tuple[str, str], list[OtroAviso]] = {}
            for one in open_notices(raw, day_number(desde)):
                otro = OtroAviso(one.tipo, day_of(one.fecha), ESTADO_DE[one.estado])
                otros.setdefault((one.nss, one.base), []).append(otro)
            empleos: list[Empleo] = []
            bajas: dict[tuple[str, str], date] = {}
            for number, last in enumerate(last_notices(raw, day_number(hasta))):
                if number % AT_ONCE == 0:
                    progress.report(number, None, READING)
                if wanted and last.base != wanted:
                    continue
                if last.tipo == TipoMovimiento.BAJA:
                    bajas[last.nss, last.base] = day_of(last.fecha)
                else:
                    empleos.append(_empleo(last, otros.get((last.nss, last.base), ())))
            empty(otros)
            return Plantilla(
                tuple(empleos), bajas, limites_of(db), reglas_of(db), calendario_of(db)
            )

    def read_sheet(
        self, sesion: Sesion, path: Path, plantilla: Plantilla, progress: Progress
    ) -> HojaLeida:
        """The pay that a sheet gives for the workers of `plantilla`. Writes nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        check_right(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
        return read_pay(path, plantilla, progress)


def _empleo(last: LastNotice, otros: Sequence[OtroAviso]) -> Empleo:
    estado = ESTADO_DE[last.estado]
    fecha = day_of(last.fecha)
    # fmt: off
    return Empleo(
        last.nss, last.registro_patronal, last.primer_apellido, last.segundo_apellido,
        last.nombres, last.curp, last.sbc, None if last.alta is None else day_of(last.alta),
        last.tipo_trabajador, last.tipo_salario or TipoSalario.FIJO, last.jornada or Jornada.NORMAL,
        "", last.guia, last.clave_trabajador, estado is EstadoAviso.ENVIADO,
        tuple(one for one in otros if one != (last.tipo, fecha, estado)),
    )
    # fmt: on


def chosen(cambios: Iterable[CambioSalario]) -> tuple[CambioSalario, ...]:
    """The ticked ones. Raises InvalidInputError (campo «cambios») if a notice cannot be made."""
    ticked = tuple(one for one in cambios if one.elegido)
    if not ticked:
        raise InvalidInputError(NOBODY, "cambios")
    incomplete = sum(one.sbc is None for one in ticked)
    if incomplete:
        text = ONE_INCOMPLETE if incomplete == 1 else INCOMPLETE.format(f"{incomplete:,}")
        raise InvalidInputError(text, "cambios")
    return ticked


def as_import(criterio: Criterio, cambios: Sequence[CambioSalario]) -> FilasPropias:
    """The notices of these rows, for the import: judged like the rows of a sheet."""

    def judged(limites: TablaLimites) -> Iterator[Leido]:
        for linea, cambio in enumerate(cambios, 1):
            yield _judged(linea, cambio, limites)

    return FilasPropias(criterio.nombre, len(cambios), judged)


def _judged(linea: int, cambio: CambioSalario, limites: TablaLimites) -> Leido:
    empleo = cambio.empleo
    try:
        movimiento = Movimiento(
            tipo=TipoMovimiento.MODIFICACION,
            registro_patronal=empleo.registro_patronal,
            nss=empleo.nss,
            primer_apellido=empleo.primer_apellido,
            segundo_apellido=empleo.segundo_apellido,
            nombres=empleo.nombres,
            fecha=cambio.fecha,
            sbc=cambio.sbc,
            tipo_trabajador=TipoTrabajador(empleo.tipo_trabajador)
            if empleo.tipo_trabajador
            else None,
            tipo_salario=TipoSalario(cambio.tipo_salario),
            jornada=Jornada(empleo.jornada),
            guia=empleo.guia,
            clave_trabajador=empleo.clave_trabajador,
            curp=empleo.curp,
        )
    except InvalidInputError as error:
        campo = error.campo or "nss"
        problem = ProblemaDispmag(
            linea, 0, CAMPOS_MOVIMIENTO.label(campo), _found(cambio, campo), error.message, "error"
        )
        return LineaRechazada(linea, "", (problem,))
    warnings = tuple(
        ProblemaDispmag(
            linea, 0, CAMPOS_MOVIMIENTO.label(campo), _found(cambio, campo), text, "advertencia"
        )
        for campo, text in advertencias_of(movimiento, limites).items()
    )
    return record_of(linea, movimiento, warnings)


def _found(cambio: CambioSalario, campo: str) -> str:
    """The value with whose it is: a line of no file cannot be looked up."""
    empleo, value = cambio.empleo, getattr(cambio.empleo, campo, "")
    if campo == "sbc":
        value = "" if cambio.sbc is None else pesos(cambio.sbc)
    elif campo == "fecha":
        value = format_fecha(cambio.fecha)
    return f"{empleo.nss} {full_name(empleo)}: {value}"
