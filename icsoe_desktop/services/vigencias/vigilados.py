"""Certificates kept with consent, so that Vigencias warns of their end: only the .cer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    TipoCertificado,
    fecha_local,
)
from icsoe_desktop.domain.certificados.verificacion import (
    ES_UN_CSD,
    ClaseArchivoCertificado,
    Esperado,
)
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.autorizacion import own_or, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.correo.ajustes import owner_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.registros import CertificadoVigiladoRow

OBJETO: Final = "certificado vigilado"
MAX_KEPT: Final = 50
KINDS: Final = {
    TipoCertificado.EFIRMA: "e.firma",
    TipoCertificado.CSD: "Certificado de Sello Digital (CSD)",
}

NO_CONSENT: Final = "Marque que permite guardar el certificado. No se guardó nada."
ONLY_CER: Final = (
    "Elija el certificado (.cer) de una e.firma o de un sello digital (CSD), no otro archivo. No "
    "se guardó nada."
)
NOT_YOURS: Final = (
    "El certificado es de otro RFC que el del contratista. No se guardó nada. Elija el suyo."
)
TWICE: Final = "Ese certificado ya se vigila. No se cambió nada."
TOO_MANY: Final = f"Ya se vigilan {MAX_KEPT} certificados. Quite los que ya no use."
GONE: Final = "Ese certificado ya no se vigila. No se cambió nada. Actualice la lista."
NOTHING_KEPT: Final = "No se guardó nada."


@dataclass(frozen=True)
class CertificadoVigilado:
    id: uuid.UUID
    tipo: TipoCertificado
    numero: str
    titular: str = field(repr=False)
    hasta: date

    @property
    def que(self) -> str:
        return KINDS[self.tipo]


class VigiladosService:
    """Each owner has its own certificates: the employer (None), and each contratista."""

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        verificador: CertificateVerifier,
        pruebas: bool,
    ) -> None:
        """pruebas: accept certificates of the SAT's test authorities."""
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._verificador = verificador
        self._pruebas = pruebas

    def all(self, sesion: Sesion) -> tuple[CertificadoVigilado, ...]:
        """Raises NotAllowedError."""
        with reading(self._store, sesion, _right(sesion)) as db:
            return watched(db, owner_of(sesion))

    def add(self, sesion: Sesion, archivo: Path, permiso: bool) -> CertificadoVigilado:
        """Keep the certificate of the file.

        permiso: the owner allows it to be kept. Raises InvalidInputError and NotAllowedError.
        """
        own = owner_of(sesion)
        with reading(self._store, sesion, _right(sesion)) as db:
            rfc = None if own is None else db.get_one(ContratistaRow, own).rfc
        if not permiso:
            raise InvalidInputError(NO_CONSENT, "permiso")
        leido = self._read(archivo, rfc)
        with writing(self._store, sesion, _right(sesion)) as db:
            mine = CertificadoVigiladoRow.contratista_id.is_not_distinct_from(own)
            same = select(CertificadoVigiladoRow.id).where(
                mine, CertificadoVigiladoRow.certificado == leido.der
            )
            if db.scalar(same.limit(1)) is not None:
                raise InvalidInputError(TWICE, "archivo")
            if (db.scalar(select(func.count()).where(mine)) or 0) >= MAX_KEPT:
                raise InvalidInputError(TOO_MANY, "archivo")
            row = CertificadoVigiladoRow(
                id=self._store.new_id(),
                contratista_id=own,
                tipo=leido.tipo.value,
                numero=leido.numero,
                titular=leido.titular or "",
                rfc=leido.rfc or "",
                valido_hasta=leido.valido_hasta,
                # What was read, not the file: nothing after the certificate is kept.
                certificado=leido.der,
                creado=self._store.clock(),
            )
            db.add(row)
            self._note(db, sesion, Accion.ALTA_CERTIFICADO, row.id)
            return _value(row)

    def remove(self, sesion: Sesion, vigilado_id: uuid.UUID) -> None:
        """Withdraw the consent: delete the certificate. Raises UserFacingError, NotAllowedError."""
        with writing(self._store, sesion, _right(sesion)) as db:
            row = db.get(CertificadoVigiladoRow, vigilado_id)
            if row is None or row.contratista_id != owner_of(sesion):
                raise UserFacingError(GONE)
            db.delete(row)
            self._note(db, sesion, Accion.BAJA_CERTIFICADO, vigilado_id)

    def _read(self, archivo: Path, rfc: str | None) -> Certificado:
        """The certificate, if it is one of the SAT that still serves. rfc: that it must have."""
        found = self._verificador.inspect(
            archivo, now=self._store.clock(), esperado=Esperado(pruebas=self._pruebas)
        )
        leido = found.certificado
        problems = [one.texto for one in found.problemas if one.texto != ES_UN_CSD]
        if found.clase is not ClaseArchivoCertificado.CERTIFICADO or leido is None:
            said = f"{problems[0]} {NOTHING_KEPT}" if problems else ONLY_CER
            raise InvalidInputError(said, "archivo")
        if leido.tipo not in KINDS:
            raise InvalidInputError(ONLY_CER, "archivo")
        if problems:
            raise InvalidInputError(f"{problems[0]} {NOTHING_KEPT}", "archivo")
        if rfc is not None and leido.rfc != rfc:
            raise InvalidInputError(NOT_YOURS, "archivo")
        return leido


def watched(db: Session, own: uuid.UUID | None) -> tuple[CertificadoVigilado, ...]:
    """The kept certificates of that owner, the first to end first. For services."""
    rows = db.scalars(
        select(CertificadoVigiladoRow)
        .where(CertificadoVigiladoRow.contratista_id.is_not_distinct_from(own))
        .order_by(CertificadoVigiladoRow.valido_hasta, CertificadoVigiladoRow.id)
    )
    return tuple(_value(row) for row in rows)


def _right(sesion: Sesion) -> Permiso:
    return own_or(sesion, Permiso.ADMINISTRAR_CERTIFICADOS)


def _value(row: CertificadoVigiladoRow) -> CertificadoVigilado:
    hasta = fecha_local(row.valido_hasta)
    return of_row(CertificadoVigilado, row, tipo=TipoCertificado(row.tipo), hasta=hasta)
