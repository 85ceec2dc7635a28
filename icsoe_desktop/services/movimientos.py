"""The movements: reading them in any order, capturing them by hand, exporting them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.movimientos_valores import (
    TODOS,
    Captura,
    Columna,
    Exportacion,
    Fila,
    Filtro,
    Orden,
    Revision,
    TrabajadorConocido,
    Vista,
)
from icsoe_desktop.services.plazos import PlazosService
from icsoe_desktop.store.engine import Store


class MovimientosService:
    """Any method may be called from any thread; `rows` takes milliseconds, the others belong in
    a job."""

    def __init__(self, store: Store, bitacora: BitacoraService, plazos: PlazosService) -> None: ...

    def first_page(
        self, sesion: Sesion, filtro: Filtro = TODOS, orden: Orden | None = None, limit: int = 100
    ) -> list[Fila]:
        """The first rows at once, while `prepare` works."""
        raise NotImplementedError

    def prepare(self, sesion: Sesion, filtro: Filtro, orden: Orden, progress: Progress) -> Vista:
        """Every movement of the filter, in order, to be read by position. Release it after use.

        Raises Cancelled.
        """
        raise NotImplementedError

    def rows(self, vista: Vista, start: int, count: int) -> list[Fila | None]:
        """A block by position; None stands for a movement that is gone since it was prepared."""
        raise NotImplementedError

    def is_stale(self, vista: Vista) -> bool:
        """Whether anything was written, by whomever, since the view was prepared."""
        raise NotImplementedError

    def release(self, vista: Vista) -> None:
        raise NotImplementedError

    def registros_patronales(self, sesion: Sesion) -> tuple[str, ...]:
        """The registros patronales to filter by: those of the catalogue and those seen."""
        raise NotImplementedError

    def get(self, sesion: Sesion, movimiento_id: uuid.UUID) -> Fila:
        raise NotImplementedError

    def history(self, sesion: Sesion, nss: str) -> tuple[Fila, ...]:
        """Every movement of a worker, the newest first."""
        raise NotImplementedError

    def known_worker(
        self, sesion: Sesion, *, nss: str = "", curp: str = ""
    ) -> TrabajadorConocido | None:
        raise NotImplementedError

    def check(
        self, sesion: Sesion, captura: Captura, movimiento_id: uuid.UUID | None = None
    ) -> Revision:
        """movimiento_id: the one that is being edited."""
        raise NotImplementedError

    def capture(
        self, sesion: Sesion, captura: Captura, *, permitir_duplicado: bool = False
    ) -> Fila:
        """Raises InvalidInputError, naming the field, also for a duplicate."""
        raise NotImplementedError

    def edit(
        self,
        sesion: Sesion,
        movimiento_id: uuid.UUID,
        captura: Captura,
        *,
        permitir_duplicado: bool = False,
    ) -> Fila:
        """Raises UserFacingError once it is no longer Pendiente."""
        raise NotImplementedError

    def delete(self, sesion: Sesion, ids: Sequence[uuid.UUID]) -> int:
        """Deletes all of them or none; only those Pendiente may be deleted."""
        raise NotImplementedError

    def export(
        self,
        sesion: Sesion,
        filtro: Filtro,
        orden: Orden,
        progress: Progress,
        columnas: Sequence[Columna] = tuple(Columna),
    ) -> Exportacion:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
