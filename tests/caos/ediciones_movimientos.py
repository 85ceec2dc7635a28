"""Movements and lotes as one desktop makes them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.datos import linea_168, linea_totales, registros_patronales
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.movimientos.movimiento import (
    EstadoLote,
    Jornada,
    TipoMovimiento,
    TipoSalario,
)
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.lotes.valores import Lote, OpcionesLote
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, MovimientoFila
from icsoe_desktop.store.connection import raw_of

COMUNES = 30  # workers whom every desktop knows: two capture the same movement
PROPIOS = 3_000
DIA = date(2026, 3, 9)
_KEPT = (
    "tipo", "registro_patronal", "nss", "primer_apellido", "segundo_apellido", "nombres", "fecha",
    "tipo_salario", "jornada", "guia", "curp",
)  # fmt: skip
_CLAVE = (
    "SELECT m.id, t.nss || '|' || m.fecha || '|' || m.tipo || '|' || "
    "substr(m.registro_patronal, 1, 10), m.estado FROM movimientos m "
    "JOIN trabajadores t ON t.fila = m.trabajador"
)


class Movimientos:
    def __init__(
        self, app: Application, sesion: Sesion, equipo: int, carpeta: Path, azar: random.Random
    ) -> None:
        self._app = app
        self._sesion = sesion
        self._equipo = equipo
        self._folder = carpeta
        self._azar = azar
        self._known = trabajadores(COMUNES, 1)
        self._own = trabajadores(PROPIOS, 100 + equipo)
        self._registros = registros_patronales(4, 7)

    def clave(self, fila: MovimientoFila) -> str:
        return f"{fila.nss}|{fila.fecha:%Y%m%d}|{fila.tipo.value}|{fila.registro_patronal[:10]}"

    def new(self, token: str) -> tuple[str, str, CapturaMovimiento]:
        """A modificación of salary: its natural key, its token, what is typed."""
        leido = self._record(f"M{token}")
        captura = CapturaMovimiento(
            tipo=TipoMovimiento.MODIFICACION,
            registro_patronal=leido.registro_patronal,
            nss=leido.nss,
            primer_apellido=leido.primer_apellido,
            segundo_apellido=leido.segundo_apellido,
            nombres=leido.nombres,
            fecha=leido.fecha,
            sbc="512.00",
            tipo_salario=TipoSalario.FIJO,
            jornada=Jornada.NORMAL,
            clave_trabajador=leido.clave_trabajador,
            curp=leido.curp,
        )
        return _key(leido), leido.clave_trabajador, captura

    def file(self, n: int, count: int) -> tuple[Path, list[str]]:
        records = [self._record(f"I{self._equipo}{n:05}{at:02}") for at in range(count)]
        path = self._folder / f"movimientos-{n}.txt"
        lines = [*map(linea_168, records), linea_totales(count)]
        path.write_text("\r\n".join(lines) + "\r\n", encoding="ascii", newline="")
        return path, sorted({_key(one) for one in records})

    def bring_in(self, path: Path) -> None:
        service = self._app.importacion_movimientos
        preview = service.preview(self._sesion, [path], NoProgress())
        try:
            service.apply(self._sesion, preview, Decision(solo_buenos=True), NoProgress())
        finally:
            service.discard(preview)

    def pending(self, most: int) -> list[MovimientoFila]:
        """Some that are Pendiente and in no lote, of one registro patronal."""
        with self._app.store.read() as db:
            rows = (
                raw_of(db)
                .execute(
                    "SELECT id, registro_patronal FROM movimientos "
                    "WHERE estado = 0 AND lote_id IS NULL ORDER BY id"
                )
                .fetchall()
            )
        if not rows:
            return []
        registro = self._azar.choice(rows)[1]
        of_one = [row[0] for row in rows if row[1] == registro]
        chosen = self._azar.sample(of_one, min(most, len(of_one)))
        return [self._app.movimientos.get(self._sesion, uuid.UUID(bytes=one)) for one in chosen]

    def changed(self, fila: MovimientoFila, token: str) -> tuple[str, str, str, CapturaMovimiento]:
        ficha = f"E{token}"
        kept: dict[str, Any] = {name: getattr(fila, name) for name in _KEPT}
        sbc = f"{(fila.sbc or 50000) / 100:.2f}"
        captura = CapturaMovimiento(**kept, sbc=sbc, clave_trabajador=ficha)
        return self.clave(fila), ficha, fila.clave_trabajador, captura

    def generate(self, filas: Sequence[MovimientoFila]) -> dict[str, list[str]]:
        """The lotes that were made, with the natural keys of their movements."""
        plan = self._app.lotes.plan(
            self._sesion, [one.id for one in filas], OpcionesLote(guia="01400"), NoProgress()
        )
        made = self._app.lotes.generate(self._sesion, plan)
        keys = {one.id: self.clave(one) for one in filas}
        return {
            lote.id.hex: [keys[each] for each in archivo.ids]
            for lote, archivo in zip(made, plan.archivos, strict=True)
        }

    def mark(self, lote: Lote) -> tuple[str, Callable[[], Any]]:
        """The next step of a lote, and what does it."""
        service, sesion = self._app.lotes, self._sesion
        match lote.estado:
            case EstadoLote.GENERADO if self._azar.random() < 0.7:
                return "Enviado", lambda: service.mark_sent(sesion, lote.id, DIA)
            case EstadoLote.GENERADO:
                return "Cancelado", lambda: service.cancel(sesion, lote.id)
            case EstadoLote.ENVIADO if self._azar.random() < 0.85:
                numero = f"{self._azar.randrange(10**8):08}"
                return "Recibido", lambda: service.mark_received(sesion, lote.id, DIA, numero)
            case EstadoLote.ENVIADO:
                return "Cancelado", lambda: service.cancel(sesion, lote.id)
            case _ if self._azar.random() < 0.7:
                return "Aprobado", lambda: service.mark_approved(sesion, lote.id, DIA)
            case _:
                return "Rechazado", lambda: service.mark_rejected(
                    sesion, lote.id, DIA, "EJ1", "NO CORRESPONDE (EJEMPLO)"
                )

    def in_lote(self, lote: uuid.UUID) -> list[str]:
        with self._app.store.read() as db:
            rows = raw_of(db).execute(f"{_CLAVE} WHERE m.lote_id = ?", (lote.bytes,)).fetchall()
        return sorted(row[1] for row in rows)

    def states(self, most: int) -> dict[str, int]:
        """Natural key → number of the state, of some."""
        with self._app.store.read() as db:
            rows = raw_of(db).execute(f"{_CLAVE} WHERE m.estado > 0").fetchall()
        chosen = self._azar.sample(rows, min(most, len(rows)))
        return {row[1]: row[2] for row in chosen}

    def _record(self, clave: str) -> MovimientoLeido:
        common = self._azar.random() < 0.15
        who = self._azar.choice(self._known if common else self._own)
        # Of the common ones few days only, so that the same movement is captured twice.
        fecha = DIA + timedelta(days=self._azar.randrange(4 if common else 200))
        registro = self._registros[int(who.nss[:10]) % len(self._registros)]
        # fmt: off
        return MovimientoLeido(
            1, "07", registro, who.nss, who.primer_apellido, who.segundo_apellido, who.nombres,
            fecha, 512_00, "", "0", "0", "", "", "01400", clave, who.curp, (),
        )
        # fmt: on


def _key(leido: MovimientoLeido) -> str:
    return f"{leido.nss}|{leido.fecha:%Y%m%d}|{leido.tipo}|{leido.registro_patronal[:10]}"
