"""The «salida» of every session, however it ends."""

from __future__ import annotations

import threading
import uuid

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store


class Sesiones:
    """Knows who is in; may be used from any thread."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora
        self._open: dict[uuid.UUID | None, Sesion] = {}
        self._lock = threading.Lock()

    def begin(self, sesion: Sesion) -> None:
        """From now on she is in; again when a capturista chose a contratista."""
        with self._lock:
            self._open[sesion.usuario_id] = sesion

    def leave(self, sesion: Sesion) -> None:
        """Notes that she left, once: the lock, the menu and the window may all say so."""
        with self._lock:
            left = self._open.pop(sesion.usuario_id, None)
        if left is not None:
            with self._store.write() as db:
                self._bitacora.record(db, left, Accion.SALIDA)

    def close(self) -> None:
        """At the end of the program: whoever is still in leaves now."""
        for sesion in list(self._open.values()):
            self.leave(sesion)
