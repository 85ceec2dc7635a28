"""What a round talks with a server with."""

from __future__ import annotations

from typing import NamedTuple

from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts


class Talk(NamedTuple):
    """The connection of one round, and where what it reads and sends is merged, counted and told.

    Whatever takes one raises SyncServerError and Cancelled; finished batches stay.
    """

    server: SyncServer
    integration: RecordIntegration
    counts: RoundCounts
    progress: Progress
