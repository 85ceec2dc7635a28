"""Lotes: the 168-position file that is uploaded at the portal, kept with what came back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.lotes_valores import (
    Cedula,
    ClaseDocumento,
    Lote,
    OpcionesLote,
    PlanLote,
)
from icsoe_desktop.store.engine import Store


class LotesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def all(self, sesion: Sesion) -> tuple[Lote, ...]:
        """The newest first."""
        raise NotImplementedError

    def get(self, sesion: Sesion, lote_id: uuid.UUID) -> Lote:
        raise NotImplementedError

    def plan(
        self,
        sesion: Sesion,
        ids: Sequence[uuid.UUID],
        opciones: OpcionesLote,
        progress: Progress,
    ) -> PlanLote:
        """What the files would hold, with every transliteration, truncation and warning.

        Raises UserFacingError when one is gone or not Pendiente, and Cancelled.
        """
        raise NotImplementedError

    def generate(self, sesion: Sesion, plan: PlanLote) -> tuple[Lote, ...]:
        """Keeps the files and marks their movements; write them to disk with `content`.

        Raises UserFacingError when a movement changed since it was planned.
        """
        raise NotImplementedError

    def content(self, sesion: Sesion, lote_id: uuid.UUID) -> bytes:
        raise NotImplementedError

    def mark_sent(self, sesion: Sesion, lote_id: uuid.UUID, fecha: date) -> Lote:
        raise NotImplementedError

    def mark_received(
        self, sesion: Sesion, lote_id: uuid.UUID, fecha: date, numero: str = "", folio: str = ""
    ) -> Lote:
        raise NotImplementedError

    def mark_approved(self, sesion: Sesion, lote_id: uuid.UUID, fecha: date) -> Lote:
        raise NotImplementedError

    def mark_rejected(
        self, sesion: Sesion, lote_id: uuid.UUID, fecha: date, codigo: str, causa: str
    ) -> Lote:
        raise NotImplementedError

    def cancel(self, sesion: Sesion, lote_id: uuid.UUID) -> Lote:
        """Its movements go back to Pendiente. Raises UserFacingError once the IMSS received it."""
        raise NotImplementedError

    def attach(self, sesion: Sesion, lote_id: uuid.UUID, clase: ClaseDocumento, path: Path) -> Lote:
        """Keeps a copy of the file. Raises InvalidInputError (campo «archivo»)."""
        raise NotImplementedError

    def document(
        self, sesion: Sesion, lote_id: uuid.UUID, clase: ClaseDocumento
    ) -> tuple[str, bytes]:
        """Name and content, as they were attached."""
        raise NotImplementedError

    def cedula(self, sesion: Sesion, lote_id: uuid.UUID) -> Cedula:
        raise NotImplementedError
