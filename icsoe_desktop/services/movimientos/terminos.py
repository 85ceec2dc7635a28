"""Brings what is stored of each movement up to date: its term, and what settled a rejection."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.movimientos.calendario import Calendario
from icsoe_desktop.domain.movimientos.plazos import REGLAS
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.plazos import calendario_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos import movement_counts, stored_terms

HECHOS_CON = "movimientos.plazos"
_HUELLA = "huella"
WHAT = "Actualizando movimientos con IDSE"


def stored_terms_hold(db: Session, calendario: Calendario) -> bool:
    """Whether the stored terms were made with this calendar and the present rules."""
    return kept_values(db, HECHOS_CON).get(_HUELLA) == _huella(calendario)


def _huella(calendario: Calendario) -> str:
    parts = [str(REGLAS)]
    for days in (calendario.inhabiles, calendario.habiles):
        parts.append(",".join(day.isoformat() for day in sorted(days)))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


class TerminosService:
    """Thread-safe. Call `update` in a job."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def update(self, sesion: Sesion, progress: Progress) -> int:
        """Compute every term that is missing or of another calendar; return how many movements.

        Keeps also which rejected movements were presented again. Every step is kept: after
        Cancelled, or after the program ends, the next call goes on. Lists and figures are right
        meanwhile, only slower. Raises Cancelled.
        """
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
        done = self._update_terms(progress)
        self._keep_rejected(progress)
        return done

    def _update_terms(self, progress: Progress) -> int:
        with self._store.read() as db:
            raw = raw_of(db)
            calendario = calendario_of(db)
            if stored_terms_hold(db, calendario) and stored_terms.all_known(raw):
                return 0
            lector = self._lector(calendario)
            changed = stored_terms.differing(raw, lector.term)
            missing = stored_terms.count_unknown(raw)
        total = missing + len(changed)
        for start in range(0, len(changed), stored_terms.KEYS_AT_ONCE):
            progress.report(start, total, WHAT)
            with self._store.write() as db:
                some = changed[start : start + stored_terms.KEYS_AT_ONCE]
                stored_terms.change(raw_of(db), lector.term, some)
        done = len(changed)
        while True:
            progress.report(min(done, total), total, WHAT)
            with self._store.write() as db:
                filled = stored_terms.fill_some(raw_of(db), lector.term)
            if not filled:
                break
            done += filled
        with self._store.write() as db:
            # Somebody may have changed the calendar meanwhile: the next call sees the difference.
            keep_values(db, self._store, HECHOS_CON, {_HUELLA: _huella(calendario)})
        return done

    def _keep_rejected(self, progress: Progress) -> None:
        with self._store.read() as db:
            kept = int(movement_counts.many_unknown_rejected(raw_of(db)))
        while kept:
            progress.report(0, None, WHAT)
            with self._store.write() as db:
                kept = movement_counts.keep_rejected(raw_of(db))

    def _lector(self, calendario: Calendario) -> Lector:
        return Lector(calendario, fecha_local(self._store.clock()))
