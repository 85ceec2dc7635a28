"""Capturistas as people register, change and give them up at one desktop."""

from __future__ import annotations

import json
import random
from typing import Any

from sqlalchemy import select

from icsoe_desktop.domain.ejemplo.personas import capturistas
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo, Estatus
from icsoe_desktop.store.tables import ConflictoRow, RelacionRow
from icsoe_desktop.store.types import Instant
from tests.caos.actos import Actos, Lugar
from tests.caos.diario import Diario


class EdicionesCapturistas(Actos):
    def __init__(self, lugar: Lugar, diario: Diario, azar: random.Random, personas: int) -> None:
        """personas: whom all desktops know; of few, often two register the same one."""
        super().__init__(lugar, diario, azar)
        self._personas = list(capturistas(personas))

    def _relacion(self, *estatus: Estatus) -> RelacionRow | None:
        with self.app.store.read() as db:
            rows = db.scalars(
                select(RelacionRow)
                .where(RelacionRow.estatus.in_([each.value for each in estatus]))
                .order_by(RelacionRow.curp)
            ).all()
            db.expunge_all()
        return self.azar.choice(rows) if rows else None

    def alta(self) -> None:
        datos = self.azar.choice(self._personas)
        telefono, correo = self.telefono(), self.correo()
        nuevo = CapturistaNuevo(
            curp=datos.curp,
            nombres=datos.nombres,
            primer_apellido=datos.primer_apellido,
            segundo_apellido=datos.segundo_apellido,
            telefono=telefono,
            correo=correo,
            confirmacion=correo,
        )
        with self.act("alta", lugar=f"capturista|{datos.curp}", fichas=[telefono, correo]):
            self.app.capturistas.register(self.lugar.contratista, nuevo)

    def cambio(self) -> None:
        row = self._relacion(Estatus.REGISTRADA)
        if row is None:
            return
        visto = self.app.capturistas.get(self.lugar.contratista, row.id)
        telefono, correo = visto.telefono, visto.correo
        fichas, previas = [], []
        if self.azar.random() < 0.6:
            previas.append(telefono)
            telefono = self.telefono()
            fichas.append(telefono)
        if not fichas or self.azar.random() < 0.4:
            previas.append(correo)
            correo = self.correo()
            fichas.append(correo)
        nuevo = CapturistaNuevo(
            curp=visto.curp,
            nombres=visto.nombres,
            primer_apellido=visto.primer_apellido,
            segundo_apellido=visto.segundo_apellido,
            telefono=telefono,
            correo=correo,
            confirmacion=correo,
        )
        with self.act("cambio", lugar=f"capturista|{row.curp}", fichas=fichas, previas=previas):
            self.app.capturistas.update(self.lugar.contratista, row.id, nuevo, visto=visto)

    def baja(self) -> None:
        row = self._relacion(Estatus.REGISTRADA, Estatus.ACTIVA)
        if row is None:
            return
        with self.act("baja", lugar=f"capturista|{row.curp}") as result:
            done = self.app.capturistas.baja(self.lugar.contratista, row.id)
            result["fichas"] = [_instant(done.dado_de_baja)]

    def activar(self) -> None:
        row = self._relacion(Estatus.BAJA)
        if row is None:
            return
        previas = [_instant(row.dado_de_baja)]
        with self.act("activar", lugar=f"capturista|{row.curp}", previas=previas):
            self.app.capturistas.activar(self.lugar.contratista, row.id, row.dado_de_baja)

    def deshacer(self) -> None:
        row = self._relacion(Estatus.REGISTRADA)
        if row is None:
            return
        visto = self.app.capturistas.get(self.lugar.contratista, row.id)
        # What had lost of her goes with her: the desktop shows it, and whoever deletes her knows.
        with self.app.store.read() as db:
            lost = db.scalars(
                select(ConflictoRow.perdido).where(ConflictoRow.registro == row.id)
            ).all()
        previas = [visto.telefono, visto.correo]
        previas += [str(value) for values in map(json.loads, lost) for value in values]
        with self.act("deshacer", lugar=f"capturista|{row.curp}", previas=previas):
            self.app.capturistas.undo_register(self.lugar.contratista, row.id, visto=visto)


def _instant(moment: Any) -> str:
    return str(Instant().process_bind_param(moment, None))
