"""What a contratista owes to IMSS (ICSOE) and INFONAVIT (SISUB), and the acuse of SISUB.

Nothing of SISUB is prepared here. INFONAVIT publishes its own non-working days.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO, fecha_local
from icsoe_desktop.domain.icsoe.informativa import (
    ONLY_CONTRATISTA,
    EstadoInformativa,
    TipoInformativa,
    check_folio,
    estimate_missing_sisub,
    stands,
)
from icsoe_desktop.domain.icsoe.periodo import Periodo, por_presentar
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.domain.vigencias.obligaciones import ICSOE, SISUB, Obligacion
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.contratista.acuses import read_document
from icsoe_desktop.services.informativa.filas import (
    INFORMATIVA_GONE,
    acuse_of,
    fila_of,
    informativa_of,
    informativas_of,
    mine,
    periodo_of,
    set_state,
)
from icsoe_desktop.services.informativa.valores import EstadoSisub
from icsoe_desktop.services.movimientos.terminos import (
    NOT_THERE,
    DiaCalendario,
    calendario_of,
    check_day,
)
from icsoe_desktop.services.valores_legales.limites import valores_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import AcuseInformativaRow, InformativaRow

OBJETO: Final = "informativa"
SETTING: Final = "dias_infonavit"
NOT_YET: Final = "El periodo todavía no termina: su SISUB se presenta desde el {abre}."
FUTURE: Final = "La fecha del acuse todavía no llega. Escriba la que está en él."
ALREADY: Final = "El acuse {folio} de este periodo ya está guardado. No se guardó otra vez."


def obligaciones_of(db: Session, contratista: ContratistaRow, hoy: date) -> dict[str, Obligacion]:
    """The one source of what is owed, for windows, calendars and mails."""
    since = fecha_local(contratista.creado)
    found = {}
    for name, calendario in ((ICSOE, calendario_of(db)), (SISUB, calendario_infonavit(db))):
        done = presented_periods(db, contratista, sisub=name == SISUB)
        before = por_presentar(hoy, calendario).earlier()
        late = [one for one in before if one not in done and one.vence(calendario) >= since]
        found[name] = Obligacion(calendario, done, tuple(reversed(late)))
    return found


def presented_periods(
    db: Session, contratista: ContratistaRow, *, sisub: bool = False
) -> frozenset[Periodo]:
    """The periods of which nothing is due any more, also while a complementaria is prepared. After
    a «Sin efectos» it is due again once a new return is begun.

    Windows, calendars and mails all ask this. sisub: of the return to INFONAVIT.
    """
    rows = [
        (periodo_of(row), TipoInformativa(row.tipo), EstadoInformativa(row.estado))
        for row in informativas_of(db, contratista, sisub=sisub)
    ]
    begun = {periodo for periodo, _tipo, estado in rows if estado.abierta}
    return frozenset(
        periodo
        for periodo, tipo, estado in rows
        if not estado.abierta and (stands(tipo, estado) or periodo not in begun)
    )


def calendario_infonavit(db: Session) -> Calendario:
    days = _days(db)
    return Calendario(
        inhabiles=frozenset(one.fecha for one in days if not one.habil),
        habiles=frozenset(one.fecha for one in days if one.habil),
    )


def sisub_of(db: Session, contratista: ContratistaRow, hoy: date) -> EstadoSisub:
    calendario, presentados, atrasados = obligaciones_of(db, contratista, hoy)[SISUB]
    periodo = por_presentar(hoy, calendario)
    rows = informativas_of(db, contratista, sisub=True)
    return EstadoSisub(
        filas=tuple(fila_of(db, row, calendario, hoy) for row in rows),
        periodo=periodo,
        plazo=periodo.plazo(hoy, calendario),
        urgencia=periodo.urgencia(hoy, calendario),
        presentada=periodo in presentados,
        calendario=calendario,
        atrasados=atrasados,
        multa=estimate_missing_sisub(hoy, valores_of(db)),
    )


class SisubService:
    """INFONAVIT's non-working days are of this desktop, like those of the notices."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora
        self._note = bitacora.about(OBJETO)

    def save_acuse(
        self, sesion: Sesion, periodo: Periodo, path: Path, *, folio: str, presentada: date
    ) -> uuid.UUID:
        """Keep an «acuse de trámite aceptado». A complementario has its own.

        Raises InvalidInputError (campo: «archivo», «folio», «presentada», «periodo») and
        NotAllowedError for anyone but the contratista.
        """
        with self._store.read() as db:
            mine(db, sesion)
        if sesion.rol is not Rol.CONTRATISTA:
            raise NotAllowedError(ONLY_CONTRATISTA)
        archivo, folio = read_document(path), check_folio(folio)
        hoy = self._store.today()
        if periodo.abre > hoy:
            raise InvalidInputError(NOT_YET.format(abre=f"{periodo.abre:%d/%m/%Y}"), "periodo")
        if presentada > hoy:
            raise InvalidInputError(FUTURE, "presentada")
        if presentada < periodo.abre:
            raise InvalidInputError(NOT_YET.format(abre=f"{periodo.abre:%d/%m/%Y}"), "presentada")
        with self._store.write() as db:
            contratista = mine(db, sesion)
            for other in informativas_of(db, contratista, sisub=True):
                kept = acuse_of(db, other.id)
                if periodo_of(other) == periodo and kept is not None and kept.folio == folio:
                    raise InvalidInputError(ALREADY.format(folio=folio), "folio")
            now = self._store.clock()
            row = InformativaRow(
                id=self._store.new_id(),
                contratista_id=contratista.id,
                ejercicio=periodo.ejercicio,
                cuatrimestre=periodo.cuatrimestre,
                tipo=TipoInformativa.SISUB.value,
                estado="",
                contratos="",
                declarados=None,
                historial="[]",
                corrige=None,
                presentado="",
                creado=now,
                actualizado=now,
            )
            set_state(self._store, row, EstadoInformativa.PRESENTADA, sesion.nombre)
            db.add(row)
            db.flush()
            acuse_id = self._store.new_id()
            sealed = self._store.key.seal(
                archivo.contenido, AcuseInformativaRow.__tablename__, acuse_id, "contenido"
            )
            db.add(
                AcuseInformativaRow(
                    id=acuse_id,
                    informativa_id=row.id,
                    folio=folio,
                    presentada=datetime.combine(presentada, time(12), HORA_DE_MEXICO),
                    contratos=0,
                    nombre=archivo.nombre,
                    tipo=str(archivo.tipo),
                    sha256=hashlib.sha256(archivo.contenido).digest(),
                    contenido_sellado=sealed,
                    creado=now,
                )
            )
            self._note(db, sesion, Accion.ACUSE_INFORMATIVA, row.id, f"SISUB, {periodo.nombre}")
            return row.id

    def delete(self, sesion: Sesion, informativa_id: uuid.UUID) -> None:
        """Delete a kept acuse of SISUB: its period is owed again."""
        with self._store.write() as db:
            row = informativa_of(db, mine(db, sesion), informativa_id)
            if sesion.rol is not Rol.CONTRATISTA:
                raise NotAllowedError(ONLY_CONTRATISTA)
            if row.tipo != TipoInformativa.SISUB:
                raise UserFacingError(INFORMATIVA_GONE)
            db.execute(
                delete(AcuseInformativaRow).where(AcuseInformativaRow.informativa_id == row.id)
            )
            detalle = f"SISUB, {periodo_of(row).nombre}"
            self._note(db, sesion, Accion.BAJA_INFORMATIVA, row.id, detalle)
            db.delete(row)

    def days(self, sesion: Sesion) -> tuple[DiaCalendario, ...]:
        """The days of INFONAVIT that differ from the law's list, in order."""
        with self._store.read() as db:
            mine(db, sesion)
            return _days(db)

    def save_day(self, sesion: Sesion, dia: DiaCalendario) -> None:
        """Add a day or replace it. Raises InvalidInputError (campo «fecha» or «motivo»)."""
        dia = check_day(dia)
        with self._store.write() as db:
            mine(db, sesion)
            days = [one for one in _days(db) if one.fecha != dia.fecha]
            self._keep(db, sesion, [*days, dia], dia.fecha, "hábil" if dia.habil else "inhábil")

    def remove_day(self, sesion: Sesion, fecha: date) -> None:
        with self._store.write() as db:
            mine(db, sesion)
            days = _days(db)
            left = [one for one in days if one.fecha != fecha]
            if len(left) == len(days):
                raise InvalidInputError(NOT_THERE, "fecha")
            self._keep(db, sesion, left, fecha, "como dice la ley")

    def _keep(
        self, db: Session, sesion: Sesion, days: list[DiaCalendario], fecha: date, how: str
    ) -> None:
        kept = {one.fecha.isoformat(): [one.habil, one.motivo] for one in days}
        keep_values(db, self._store, SETTING, kept)
        detalle = f"INFONAVIT, {fecha:%d/%m/%Y}: {how}"
        self._bitacora.record(db, sesion, Accion.CAMBIO_CALENDARIO, "calendario", detalle=detalle)


def _days(db: Session) -> tuple[DiaCalendario, ...]:
    kept = kept_values(db, SETTING)
    return tuple(
        DiaCalendario(date.fromisoformat(day), habil, motivo)
        for day, (habil, motivo) in sorted(kept.items())
    )
