"""Reminders by mail of what ends, through the buzón. Off until a user turns them on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.texto import clean, counted
from icsoe_desktop.domain.vigencias.recordatorios import Dichos, Recordatorios, due, noted
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.services.acceso.autorizacion import own_or, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.correo.ajustes import owner_of
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.credenciales import owned
from icsoe_desktop.services.informativa.recordatorios import queue_informativas
from icsoe_desktop.services.vigencias.service import LINK, VigenciasService
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow

TEMPLATE: Final = "vigencias_por_vencer"
SETTING: Final = "vigencias.recordatorios"
TOLD: Final = "vigencias.recordados"
MAX_LINES: Final = 40
MAX_NAME: Final = 80


class RecordatoriosService:
    """Each owner has its own settings: the employer (None), and each contratista."""

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        vigencias: VigenciasService,
        buzon: BuzonService,
        plantillas: MailTemplates,
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._vigencias = vigencias
        self._buzon = buzon
        self._plantillas = plantillas

    def get(self, sesion: Sesion) -> tuple[Recordatorios, bool]:
        """The session's reminders, and whether its mails have a way out."""
        with reading(self._store, sesion, own_or(sesion, Permiso.CONFIGURAR)) as db:
            own = owner_of(sesion)
            return _kept(db, own), self._buzon.can_send(db, own)

    def save(self, sesion: Sesion, recordatorios: Recordatorios) -> None:
        """Raises NotAllowedError."""
        with writing(self._store, sesion, own_or(sesion, Permiso.CONFIGURAR)) as db:
            keep_values(
                db,
                self._store,
                owned(SETTING, owner_of(sesion)),
                {
                    "activos": recordatorios.activos,
                    "para": list(recordatorios.para),
                    "obligaciones": recordatorios.obligaciones,
                },
            )
            self._bitacora.record(
                db,
                sesion,
                Accion.RECORDATORIOS_VIGENCIAS,
                detalle="activados" if recordatorios.activos else "desactivados",
            )

    def queue_informativas(self) -> int:
        """Queue the reminders of the Informativa that are due. Returns how many mails."""
        return queue_informativas(self._store, self._buzon, self._plantillas)

    def queue_due(self) -> int:
        """Queue the reminders of what ends that are due and not queued yet. Returns how many mails.

        One mail to each recipient names everything of the day. Without a mail server nothing is
        queued, and the nearest step is made up for once there is one.
        """
        with self._store.read() as db:
            owners = [
                own
                for own in (None, *db.scalars(select(ContratistaRow.id)))
                if _kept(db, own).activos and self._buzon.can_send(db, own) and self._due(db, own)
            ]
        count = 0
        for own in owners:
            with self._store.write() as db:
                # Looked at again: another process may have been quicker.
                recordatorios, things = _kept(db, own), self._due(db, own)
                if not recordatorios.activos or not things:
                    continue
                for para in recordatorios.para:
                    self._enqueue(db, own, para, things)
                    count += 1
                told = noted(_told(db, own), things, self._vigencias.today())
                keep_values(db, self._store, owned(TOLD, own), {"dichos": told})
        return count

    def _due(self, db: Session, own: uuid.UUID | None) -> tuple[Vencimiento, ...]:
        if own is not None and db.get(ContratistaRow, own) is None:
            return ()
        obligations = _kept(db, own).obligaciones
        things = [
            one
            for one in self._vigencias.of_owner(db, own)
            if not one.clave.startswith(LINK) and (obligations or not one.obligacion)
        ]
        return due(things, self._vigencias.today(), _told(db, own))

    def _enqueue(
        self, db: Session, own: uuid.UUID | None, para: str, things: Sequence[Vencimiento]
    ) -> None:
        first = min(one.ultimo for one in things)
        mensaje = self._plantillas.mensaje(
            TEMPLATE,
            para,
            {
                "cuantas": counted(len(things), "cosa vence pronto", "cosas vencen pronto"),
                "vence": f"{first:%d/%m/%Y}",
                "lista": _lines(things),
            },
        )
        last = max(one.ultimo for one in things)
        end = datetime.combine(last + timedelta(days=1), time(), HORA_DE_MEXICO)
        self._buzon.enqueue(db, mensaje, vence=end, contratista_id=own, entregable=True)


def _kept(db: Session, own: uuid.UUID | None) -> Recordatorios:
    kept = kept_values(db, owned(SETTING, own))
    if not kept:
        return Recordatorios()
    return Recordatorios(kept["activos"], tuple(kept["para"]), kept["obligaciones"])


def _told(db: Session, own: uuid.UUID | None) -> Dichos:
    kept = kept_values(db, owned(TOLD, own)).get("dichos", {})
    return {clave: (ultimo, tuple(pasos)) for clave, (ultimo, pasos) in kept.items()}


def _lines(things: Sequence[Vencimiento]) -> str:
    """Dates and names. No registro patronal, RFC, CURP or NSS: a mail is read on other machines."""
    lines = [
        f"{one.ultimo:%d/%m/%Y} · {one.que}, {_short(one.de_quien)}: {one.que_hacer}"
        for one in things[:MAX_LINES]
    ]
    if len(things) > MAX_LINES:
        lines.append(f"Y {len(things) - MAX_LINES} más: véalas en Vigencias.")
    return "\n".join(lines)


def _short(name: str) -> str:
    """The name in a certificate is foreign text: take control characters and line ends out."""
    text = " ".join(clean(name).split())
    return text if len(text) <= MAX_NAME else f"{text[: MAX_NAME - 1]}…"
