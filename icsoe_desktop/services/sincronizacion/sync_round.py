"""One round with the server: receive and merge first, then send.

A round may stop at any moment, also by kill -9. Each step is one transaction. A write that got
no answer is recognised later by its number.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Set
from contextlib import closing, suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION, RolOficina
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.errors import (
    NoPermissionError,
    PasswordRejectedError,
    SyncServerError,
)
from icsoe_desktop.jobs import Cancelled, Progress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import BROKEN, ResumenSincronizacion
from icsoe_desktop.services.sincronizacion.enviar.delivery import Delivery, waiting
from icsoe_desktop.services.sincronizacion.oficina.keys import OtherActError, own_password
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.register import OfficeRegister
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer
from icsoe_desktop.services.sincronizacion.recibir.arrival import TwinWatch, waits_for_key
from icsoe_desktop.services.sincronizacion.recibir.deletions import MemberDeletions, sweep
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.reception import Reception
from icsoe_desktop.services.sincronizacion.recibir.talk import Talk
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import RetenidoRow, SalidaRow

logger = logging.getLogger(__name__)

NOT_CONFIGURED: Final = "Este equipo no comparte datos con ninguna oficina."
PAUSED: Final = "La sincronización está en pausa."
STOPPED: Final = "La sincronización se detuvo. {}"
# Role changes and server restores do not show in any collection's timestamp: poll for them.
LOOK_EVERY_S: Final = 3_600.0
# A single record that the server replaced by an old one shows nowhere: compare all versions.
COMPARE_EVERY_S: Final = 4 * 3_600.0
WAITING: Final = "Esperando a que termine la sincronización en curso"
LOOK_AGAIN_S: Final = 0.2


class SyncRound:
    def __init__(
        self, store: Store, bitacora: BitacoraService, oficina: Oficina, register: OfficeRegister
    ) -> None:
        self._store = store
        self._register = register
        self._bitacora = bitacora
        self._oficina = oficina
        self._reception = Reception(store, oficina)
        self._delivery = Delivery(store, oficina)
        self._deletions = MemberDeletions()
        self._twin = TwinWatch()
        self._running = threading.Lock()
        self._looked: float | None = None
        # What no act has a key for. See Fence.
        self._no_key: Set[tuple[str, uuid.UUID, int]] = frozenset()
        self._compared: float | None = time.monotonic()

    def run(self, progress: Progress) -> ResumenSincronizacion:
        """See SincronizacionService.sync."""
        while not self._running.acquire(timeout=LOOK_AGAIN_S):
            progress.report(0, None, WAITING)
        try:
            return self._run(progress)
        finally:
            self._running.release()

    def look_again(self) -> None:
        """Make the next round a full one: it also reads keys, role, generation and versions."""
        self._looked = self._compared = None

    def _run(self, progress: Progress) -> ResumenSincronizacion:
        with self._store.read() as db:
            row = self._oficina.find(db)
            if row is None:
                return ResumenSincronizacion(motivo=NOT_CONFIGURED)
            if row.pausada:
                return self._summary(RoundCounts(quiet=True), PAUSED)
            if row.detenida:
                return self._summary(RoundCounts(quiet=True), STOPPED.format(row.motivo))
            counts = RoundCounts(quiet=not row.descargada)
            oficina = row.oficina
        motivo = ""
        try:
            whole = self._is_due()
            try:
                motivo = self._talk(oficina, counts, progress, whole=whole)
            except NoPermissionError:
                self._raise_if_removed()
                if whole:
                    raise
                # The role may have changed: a full round reads it again.
                motivo = self._talk(oficina, counts, progress, whole=True)
            except OtherActError:
                motivo = self._talk(oficina, counts, progress, whole=whole)
        except SyncServerError as error:
            logger.info("synchronisation ended early: %s", type(error).__name__)
            self._oficina.note_attempt(error.message, detenida=error.permanent)
            return self._summary(counts, error.message)
        except Cancelled:
            raise
        except Exception as error:
            said = error.message if isinstance(error, UserFacingError) else BROKEN
            with suppress(UserFacingError):  # of a full disk, which the error tells already
                self._oficina.note_attempt(said)
            raise
        self._oficina.note_attempt(motivo, exito=True)
        with self._store.read() as db:
            first = self._twin.begin(db)
        twin, self._twin.seen = self._twin.seen, False
        self._oficina.after_round(counts.received, first=first, twin=twin)
        return self._summary(counts, motivo)

    def _raise_if_removed(self) -> None:
        with self._store.read() as db:
            server = self._oficina.connect(db)
        with closing(server):
            removed = self._register.removal(server)
        if removed is not None:
            raise removed

    def _is_due(self) -> bool:
        """Whether this round also reads role and generation, which no collection reports."""
        if self._looked is None or time.monotonic() - self._looked >= LOOK_EVERY_S:
            return True
        with self._store.read() as db:
            # The role may have changed to one that may write.
            return self._oficina.row(db).rol == RolOficina.CONSULTA.value and waiting(db) > 0

    def _talk(
        self,
        oficina: str,
        counts: RoundCounts,
        progress: Progress,
        *,
        whole: bool,
    ) -> str:
        """Receive and send. Returns why changes were not sent, or an empty text."""
        started = time.monotonic()
        # If this round fails, the next one is a full round.
        former, self._looked = self._looked, None
        compare = self._compared is None or started - self._compared >= COMPARE_EVERY_S
        with self._store.read() as db:
            server = self._oficina.connect(db)
            waited = waits_for_key(db, max(self._oficina.keys(db)))
        progress.report(0, None, "Conectando con el servidor")
        # What waits for a key comes with an act, or nobody of the office sealed it.
        with closing(self._enter(server, whole or bool(waited - self._no_key))) as server:
            with self._store.read() as db:
                keys, fence = self._oficina.keys(db), self._register.book.fence(db, waited)
            self._no_key = fence.unknown
            integration = RecordIntegration(
                self._store, self._bitacora, oficina, keys, fence, self._deletions, self._twin
            )
            talk = Talk(server, integration, counts, progress)
            self._reception.receive(talk, whole=whole, compare=compare)
            self._compared = started if compare else self._compared
            if counts.quiet:
                with self._store.write() as db:
                    self._oficina.row(db).descargada = True
            motivo = self._delivery.deliver(talk)
            went_back = self._delivery.went_back
            if went_back:
                # Send what the server lost in this round: the window says that nothing waits.
                self._reception.receive(talk, whole=False, compare=False)
                motivo = self._delivery.deliver(talk)
            if whole:
                sweep(self._store, server)
        # What a server that went back lost of members and keys shows in no data collection.
        if not (went_back or self._delivery.went_back or self._reception.went_back):
            self._looked = started if whole else former
        return motivo

    def _enter(self, server: SyncServer, whole: bool) -> SyncServer:
        """Read new keys; returns the server connection that worked.

        If the password is rejected, tries the desktop's own password: joining may have been
        killed after the server changed the password and before the store did.
        Closes the connection when it raises.
        """
        try:
            self._take_keys(server, whole)
            return server
        except PasswordRejectedError:
            with self._store.read() as db:
                own = own_password(self._oficina.private(db))
                conexion = self._oficina.conexion(db)
            server.close()
            if conexion.contrasena == own:
                raise
            other = self._oficina.connect_with(replace(conexion, contrasena=own))
            try:
                self._take_keys(other, whole)
            except BaseException:
                other.close()
                raise
            with self._store.write() as db:
                self._oficina.set_password(db, own)
            return other
        except BaseException:
            server.close()
            raise

    def _take_keys(self, server: SyncServer, whole: bool) -> None:
        # Every change of members and keys moves the timestamp of their collection.
        if self._reception.has_news(server, KEYS_COLLECTION) or whole:
            self._register.refresh(server)

    def _summary(self, counts: RoundCounts, motivo: str) -> ResumenSincronizacion:
        with self._store.read() as db:
            aside = SalidaRow.apartado.is_not(None)
            count = select(func.count()).select_from(SalidaRow)
            held = db.scalar(select(func.count()).select_from(RetenidoRow)) or 0
            return ResumenSincronizacion(
                enviados=counts.sent,
                recibidos=counts.received,
                conflictos=counts.conflicts,
                apartados=(db.scalar(count.where(aside)) or 0) + held,
                pendientes=waiting(db),
                motivo=motivo,
            )
