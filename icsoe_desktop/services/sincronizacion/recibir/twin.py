"""Notices another desktop that goes on under this one's name: one is a copy of the other's disk."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.services.sincronizacion.enviar.bases import short_name
from icsoe_desktop.services.sincronizacion.recibir.arrival import Arrival
from icsoe_desktop.store.tables.sincronizacion import VersionRow


class TwinWatch:
    """Lives as long as the program runs.

    seen: a desktop wrote as this one since this program began. The first round reads what was
    there before: a disk that was restored finds its own lost writes there.
    """

    def __init__(self) -> None:
        self.seen = False
        self._since: int | None = None

    def begin(self, db: Session) -> bool:
        """After each good round. Whether it was the first one."""
        first = self._since is None
        if first:
            self._since = db.scalar(select(func.max(VersionRow.version))) or 0
        return first

    def look(self, arrival: Arrival) -> None:
        """A received record that is newer than what this desktop knows, or apart from it."""
        own = arrival.envelope.history.own
        if self._since is None or own is None or arrival.remote.version <= self._since:
            return
        if own[0].startswith(short_name(arrival.db)):
            self.seen |= arrival.was_restored(arrival.unanswered(), own)
