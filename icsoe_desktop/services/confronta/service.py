"""Compares the IMSS with the payroll, explains by our notices, and keeps what was accepted."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.confronta.atributo_sbc import Atributo
from icsoe_desktop.domain.confronta.comparacion import Contexto, compare
from icsoe_desktop.domain.confronta.diferencias import (
    ClaseDiferencia,
    Comparacion,
    DescuadreArchivo,
    Diferencia,
    EstadoDiferencia,
)
from icsoe_desktop.domain.confronta.persona import Lado, PeriodoConfronta, month_of
from icsoe_desktop.domain.texto import clean, counted
from icsoe_desktop.domain.valores_legales.valores import TablaValores
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress, empty
from icsoe_desktop.services.acceso.autorizacion import reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.confronta.fuentes import FuenteLeida, period_of, side_of
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.confronta.notices import curps_of, notices_of, nss_of_curps
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.confronta import DiferenciaAceptadaRow

OBJETO: Final = "confronta"
AJUSTE: Final = "confronta"
COMPARING: Final = "Comparando personas"
MAX_REASON: Final = 200

NO_SIDE: Final = "Falta {}. No se comparó nada. Agregue {} y vuelva a intentarlo."
_OF_SIDE: Final = {
    Lado.IMSS: ("lo que tiene el IMSS", "la emisión (.xls) que se descarga de IDSE"),
    Lado.NOMINA: ("lo que paga la nómina", "los recibos (CFDI), un Excel o los archivos de SUA"),
}
NO_PERIOD: Final = (
    "No se sabe qué mes comparar: ningún archivo lo dice. Indique el mes y vuelva a intentarlo."
)
NO_REASON: Final = "Escriba por qué se acepta. No se guardó nada."
LONG_REASON: Final = f"Escriba como máximo {MAX_REASON} caracteres. No se guardó nada."
NO_KEY: Final = (
    "Sin NSS ni CURP no se puede recordar que se aceptó. No se guardó nada. Corrija primero el "
    "recibo."
)


@dataclass(frozen=True)
class OpcionesConfronta:
    """periodo: None for that of the files. registro_patronal: ten characters, or all. atributo:
    for every RFC emisor, instead of the vote.
    """

    periodo: PeriodoConfronta | None = None
    registro_patronal: str = ""
    atributo: Atributo | None = None


@dataclass(eq=False)
class Confronta:
    """A comparison with its sources. otros: sources of another period. fuera: why → receipts."""

    comparacion: Comparacion
    fuentes: Sequence[FuenteLeida]
    otros: Sequence[FuenteLeida]
    fuera: Counter[str]
    hoy: date
    valores: TablaValores = field(repr=False)

    @property
    def diferencias(self) -> list[Diferencia]:
        return self.comparacion.diferencias


@contextmanager
def _uncollected() -> Iterator[None]:
    """Persons hold no circles: a collection would look at all of them, again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # What the next collection would look at in one go.
        gc.freeze()
        if was:
            gc.enable()


@_uncollected()
def confront(
    fuentes: Sequence[FuenteLeida],
    opciones: OpcionesConfronta,
    contexto: Contexto,
    hoy: date,
) -> Confronta:
    """Compare without data folder. contexto: its period is replaced.

    Raises InvalidInputError where a side or the period is missing, and Cancelled.
    """
    for lado, words in _OF_SIDE.items():
        if not any(one.lado is lado and one.is_readable for one in fuentes):
            raise InvalidInputError(NO_SIDE.format(*words), lado.value)
    periodo = opciones.periodo or period_of(fuentes)
    if periodo is None:
        raise InvalidInputError(NO_PERIOD, "periodo")
    contexto = replace(contexto, periodo=periodo)
    ask = partial(contexto.ask, 0, 1)
    imss, late = side_of(fuentes, Lado.IMSS, periodo, contexto.nss_de, ask)
    nomina, later = side_of(fuentes, Lado.NOMINA, periodo, contexto.nss_de, ask)
    if opciones.atributo is not None:
        emisores = {one.rfc_emisor for one in nomina.personas.values()}
        contexto = replace(contexto, elegidos=dict.fromkeys(emisores, opciones.atributo))
    fuera = +nomina.fuera
    found = compare(imss, nomina, contexto)
    found.diferencias += _sums(fuentes)
    for side in (imss, nomina):
        empty(side.personas, side.curps)
    only = opciones.registro_patronal
    if only:
        found.diferencias = [one for one in found.diferencias if one.registro_patronal == only]
    return Confronta(found, fuentes, [*late, *later], fuera, hoy, contexto.limites.valores)


def _sums(fuentes: Sequence[FuenteLeida]) -> list[Diferencia]:
    """Figures of a file that are not the sum of its own rows."""
    return [
        Diferencia(
            ClaseDiferencia.DESCUADRE,
            one.encabezado.registro_patronal,
            "",
            "",
            "",
            detalle=DescuadreArchivo(one.archivo, one.encabezado.registro_patronal, each).texto,
        )
        for one in fuentes
        if one.encabezado is not None
        for each in one.encabezado.descuadres
    ]


class ConfrontaService:
    """Thread-safe. Call it in a job."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def compare(
        self,
        sesion: Sesion,
        fuentes: Sequence[FuenteLeida],
        opciones: OpcionesConfronta,
        progress: Progress,
    ) -> Confronta:
        """Compare, explain by our notices, and mark what was accepted. The bitácora gets counts.

        Raises InvalidInputError, NotAllowedError and Cancelled.
        """
        hoy = self._store.today()
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            raw = raw_of(db)

            def ask(done: int = 0, total: int = 1) -> None:
                progress.report(done, total if total > 1 else None, COMPARING)

            chosen = {
                rfc: Atributo(value)
                for rfc, value in kept_values(db, AJUSTE).get("atributos", {}).items()
                if value in set(Atributo)
            }
            contexto = Contexto(
                month_of(hoy.toordinal()),
                limites_of(db),
                calendario_of(db),
                chosen,
                lambda curps: nss_of_curps(raw, curps, ask),
                lambda asked: curps_of(raw, asked, ask),
                lambda asked: notices_of(raw, asked, ask),
                ask,
            )
            found = confront(fuentes, opciones, contexto, hoy)
            self._mark(db, found.diferencias)
        with self._store.write() as db:
            month = f"{date.fromordinal(found.comparacion.periodo.hasta):%Y-%m}"
            if month_done(db) < month <= f"{hoy:%Y-%m}":
                self._keep(db, {"mes": month})
            self._note(db, sesion, Accion.CONFRONTA, detalle=_counts(found))
        return found

    def accept(self, sesion: Sesion, diferencias: Sequence[Diferencia], motivo: str) -> None:
        """Keep why these are right as they are; they change their state here too.

        Raises InvalidInputError (campo «motivo») and NotAllowedError.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            reason = _reason(motivo)
            if any(not one.clave[1] for one in diferencias):
                raise InvalidInputError(NO_KEY, "motivo")
            assert sesion.usuario_id is not None  # noqa: S101
            for one in diferencias:
                registro, nss, clase = one.clave
                db.merge(
                    DiferenciaAceptadaRow(
                        registro_patronal=registro,
                        nss=nss,
                        diferencia=clase,
                        huella=one.huella,
                        motivo=reason,
                        usuario_id=sesion.usuario_id,
                        cuando=self._store.clock(),
                    )
                )
            detalle = counted(len(diferencias), "diferencia", "diferencias")
            self._note(db, sesion, Accion.DIFERENCIA_ACEPTADA, detalle=detalle)
        for one in diferencias:
            one.estado, one.motivo = EstadoDiferencia.ACEPTADA, reason

    def withdraw(self, sesion: Sesion, diferencias: Sequence[Diferencia]) -> None:
        """These are differences again. Raises NotAllowedError."""
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            for one in diferencias:
                row = db.get(DiferenciaAceptadaRow, one.clave)
                if row is not None:
                    db.delete(row)
            detalle = counted(len(diferencias), "diferencia", "diferencias")
            self._note(db, sesion, Accion.DIFERENCIA_NO_ACEPTADA, detalle=detalle)
        for one in diferencias:
            one.estado, one.motivo = EstadoDiferencia.ABIERTA, ""

    def choose_attribute(self, sesion: Sesion, rfc: str, atributo: Atributo | None) -> None:
        """Remember which attribute of an emisor has the SBC; None for the vote again."""
        with writing(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            chosen = dict(kept_values(db, AJUSTE).get("atributos", {}))
            chosen.pop(rfc, None)
            if atributo is not None:
                chosen[rfc] = atributo.value
            self._keep(db, {"atributos": chosen})

    def _keep(self, db: Session, values: Mapping[str, object]) -> None:
        keep_values(db, self._store, AJUSTE, kept_values(db, AJUSTE) | dict(values))

    def _mark(self, db: Session, diferencias: Sequence[Diferencia]) -> None:
        accepted = {
            (row.registro_patronal, row.nss, row.diferencia): row
            for row in db.query(DiferenciaAceptadaRow)
        }
        for one in diferencias if accepted else ():
            row = accepted.get(one.clave)
            if row is not None and row.huella == one.huella:
                one.estado, one.motivo = EstadoDiferencia.ACEPTADA, row.motivo


def _reason(motivo: str) -> str:
    reason = clean(motivo)
    if not reason:
        raise InvalidInputError(NO_REASON, "motivo")
    if len(reason) > MAX_REASON:
        raise InvalidInputError(LONG_REASON, "motivo")
    return reason


def month_done(db: Session) -> str:
    """The last month that was compared, «2025-10»; empty if none was. For the Tablero."""
    return str(kept_values(db, AJUSTE).get("mes", ""))


def _counts(found: Confronta) -> str:
    states = found.comparacion.states()
    return ", ".join(
        (
            counted(found.comparacion.alguna, "persona", "personas"),
            f"{states[EstadoDiferencia.ABIERTA]:,} por resolver",
            f"{states[EstadoDiferencia.EXPLICADA]:,} ya avisadas",
            f"{states[EstadoDiferencia.ACEPTADA]:,} aceptadas",
        )
    )
