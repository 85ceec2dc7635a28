"""Counts wrong passwords of a capturista, over all places that ask for the password."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import ContratistaRow, PersonaRow, RelacionRow

FAILURES_TO_LOCK = 10


class FallosCapturista:
    """Growing delay after failures. Ten in a row lock the person and inform their contratistas.

    The login, the locked window and the links share one count. Otherwise the weakest place could be
    used for guessing.
    """

    def __init__(self, store: Store, bitacora: BitacoraService, correos: CorreosCapturista) -> None:
        self._store = store
        self._bitacora = bitacora
        self._correos = correos
        self._intentos = Intentos(store)

    def check(self, db: Session, curp: str) -> None:
        """Raises TooManyAttemptsError during the delay after the last failure."""
        self._intentos.check(db, _entrance_of(curp))

    def succeeded(self, db: Session, curp: str) -> None:
        self._intentos.succeeded(db, _entrance_of(curp))

    def failed(self, db: Session, curp: str, persona: PersonaRow | None) -> None:
        """Count a failure in the caller's transaction, which must commit.

        persona: None for an unknown CURP.
        """
        self._intentos.failed(db, _entrance_of(curp))
        if persona is None or persona.contrasena_hash is None or persona.bloqueada is not None:
            return
        if self._intentos.failures(db, _entrance_of(curp)) >= FAILURES_TO_LOCK:
            self._lock_out(db, persona)

    def _lock_out(self, db: Session, persona: PersonaRow) -> None:
        persona.bloqueada = self._store.clock()
        for relacion, contratista in db.execute(
            select(RelacionRow, ContratistaRow)
            .join(ContratistaRow, ContratistaRow.id == RelacionRow.contratista_id)
            .where(RelacionRow.persona_id == persona.id, RelacionRow.estatus == Estatus.ACTIVA)
        ).all():
            self._correos.send_blocked(db, contratista, relacion)
            self._bitacora.record(
                db,
                None,
                Accion.CAPTURISTA_BLOQUEADO,
                "capturista",
                relacion.id,
                contratista_id=contratista.id,
            )


def _entrance_of(curp: str) -> str:
    return f"capturista|{curp}"
