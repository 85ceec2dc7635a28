"""Who is known: read from the movements, nothing of its own."""

from __future__ import annotations

from typing import NamedTuple

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.services.acceso.autorizacion import reading
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from icsoe_desktop.services.valores_legales.limites import valores_of
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.known_workers import known_workers
from icsoe_desktop.store.movimientos.ordered_lists import rows_of

PAGE = 300
MAX_TEXT = 200


class TrabajadorVisto(NamedTuple):
    """A worker as the newest movement names them. Never log it.

    ultimo: that movement, with the CURP of another one if it has none. sbc: centavos, the newest
    one that was not rejected; None if there is none.
    """

    ultimo: MovimientoFila
    sbc: int | None

    @property
    def nombre(self) -> str:
        """The surnames first, as the list is sorted."""
        one = self.ultimo
        apellidos = " ".join(part for part in (one.primer_apellido, one.segundo_apellido) if part)
        return f"{apellidos}, {one.nombres}"


class PaginaTrabajadores(NamedTuple):
    """filas: the first by surname. total: how many were found."""

    filas: tuple[TrabajadorVisto, ...]
    total: int


class TrabajadoresService:
    """Needs ESCRIBIR_MOVIMIENTOS: seed 004 has no search of people in consultation mode."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, sesion: Sesion, texto: str = "", limit: int = PAGE) -> PaginaTrabajadores:
        """texto: words of the name, an NSS or a CURP, or parts of them; empty for everybody.

        Takes milliseconds, but not on the GUI thread.
        """
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            found, total = known_workers(raw, texto[:MAX_TEXT], limit)
            lector = Lector(calendario_of(db), self._store.today(), valores_of(db))
            filas = lector.present(rows_of(raw, [one.ultimo for one in found]))
            return PaginaTrabajadores(
                tuple(
                    TrabajadorVisto(fila._replace(curp=fila.curp or one.curp), one.sbc)
                    for fila, one in zip(filas, found, strict=True)
                ),
                total,
            )
