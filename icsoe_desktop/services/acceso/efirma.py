"""«Validar»: checks that the chosen files are the e.firma of the typed RFC."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    TipoCertificado,
    fecha_local,
    vigencia_of,
)
from icsoe_desktop.domain.certificados.verificacion import (
    CAMPOS_CERTIFICADO,
    CONTRASENA_DE_LLAVE,
    FALTA_CONTRASENA_DE_LLAVE,
    Esperado,
    Verificacion,
)
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.acceso.valores import (
    EfirmaElegida,
    EfirmaRegistrada,
    ProblemaIngreso,
    VerificacionIngreso,
)
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.registros import CertificadoRow

FRESH_FOR = timedelta(minutes=5)

CHOOSE_CERTIFICATE = "Elija el archivo del certificado (.cer)."
CHOOSE_KEY = "Elija el archivo de la llave privada (.key)."
OF_THE_REPRESENTATIVE = (
    "La e.firma es de una persona física y el RFC escrito es de una persona moral. Use la e.firma "
    "de la empresa, no la de su representante legal."
)
NOT_REGISTERED = "El certificado elegido ya no está registrado. Elija sus archivos."


def other_rfc(rfc: str, typed: str) -> str:
    return f"El RFC del certificado ({rfc}) no corresponde al RFC escrito ({typed})."


@dataclass(frozen=True, kw_only=True)
class EfirmaVerificada:
    """The owner proved by a successful verification. vence: when the proof expires."""

    rfc: str = field(repr=False)
    nombre: str = field(repr=False)
    numero: str
    valido_hasta: datetime
    vence: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Not expired, and not made by a clock that was ahead."""
        return self.vence - FRESH_FOR <= now < self.vence


class IngresoEfirma:
    """Verifies e.firmas and remembers each successful owner for some minutes, in memory only."""

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        verificador: CertificateVerifier,
        pruebas: bool,
    ) -> None:
        """pruebas: accept certificates of the SAT's test authorities."""
        self._store = store
        self._bitacora = bitacora
        self._verificador = verificador
        self._pruebas = pruebas
        self._intentos = Intentos(store)
        self._verified: dict[str, EfirmaVerificada] = {}

    def registered(self, rfc: str) -> tuple[EfirmaRegistrada, ...]:
        """The stored e.firmas of exactly this RFC. Empty for an incomplete RFC.

        This works before login. A complete RFC is required, so that it does not reveal who is
        registered.
        """
        try:
            wanted = Rfc.parse(rfc).valor
        except InvalidInputError:
            return ()
        now = self._store.clock()
        with self._store.read() as db:
            rows = db.scalars(
                select(CertificadoRow)
                .where(
                    CertificadoRow.rfc == wanted,
                    CertificadoRow.tipo == str(TipoCertificado.EFIRMA),
                    CertificadoRow.llave_sellada.is_not(None),
                )
                .order_by(CertificadoRow.valido_hasta.desc())
            ).all()
        # The same e.firma may be stored for several registros patronales.
        by_number = {row.numero: row for row in reversed(rows)}
        return tuple(
            EfirmaRegistrada(
                id=row.id,
                titular=row.titular,
                estado=vigencia_of(row.valido_desde, row.valido_hasta, now),
            )
            for row in reversed(by_number.values())
        )

    def verify(self, elegida: EfirmaElegida) -> VerificacionIngreso:
        """«Validar»: check the files and sign a challenge.

        Key and password are forgotten afterwards.
        Raises TooManyAttemptsError during the delay after wrong passwords.
        """
        try:
            rfc = Rfc.parse(elegida.rfc).valor
        except InvalidInputError as error:
            return VerificacionIngreso((ProblemaIngreso(error.message, "rfc"),))
        with self._store.read() as db:
            self._intentos.check(db, _attempts_of(rfc))
            files = self._files(db, elegida)
        if isinstance(files, ProblemaIngreso):
            return VerificacionIngreso((files,))
        found = self._verificador.verify(
            *files,
            elegida.contrasena or None,
            now=self._store.clock(),
            esperado=Esperado(pruebas=self._pruebas, efirma=True),
        )
        problemas = _problems(found, rfc)
        with self._store.write() as db:
            if problemas:
                self._note_failure(db, rfc, problemas)
            else:
                self._intentos.succeeded(db, _attempts_of(rfc))
        if problemas or found.certificado is None:
            return VerificacionIngreso(problemas)
        titular = found.certificado.titular or rfc
        token = self._remember(rfc, titular, found.certificado)
        hasta = fecha_local(found.certificado.valido_hasta)
        return VerificacionIngreso((), titular, token, hasta)

    def redeem(self, token: str | None) -> EfirmaVerificada | None:
        """The owner proved by a token, once. None for a used, expired or unknown token."""
        verified = self._verified.pop(token or "", None)
        now = self._store.clock()
        if verified is None or not verified.is_fresh(now):
            return None
        return verified

    def _files(
        self, db: Session, elegida: EfirmaElegida
    ) -> tuple[Path | bytes, Path | bytes] | ProblemaIngreso:
        if elegida.registrada is None:
            if elegida.archivo is None:
                return ProblemaIngreso(CHOOSE_CERTIFICATE, "certificado")
            if elegida.llave is None:
                return ProblemaIngreso(CHOOSE_KEY, "llave")
            return elegida.archivo, elegida.llave
        row = db.get(CertificadoRow, elegida.registrada)
        if row is None or row.llave_sellada is None:
            return ProblemaIngreso(NOT_REGISTERED, "certificado")
        table, unseal = CertificadoRow.__tablename__, self._store.key.unseal
        return (
            unseal(row.certificado_sellado, table, row.id, "certificado"),
            unseal(row.llave_sellada, table, row.id, "llave"),
        )

    def _note_failure(self, db: Session, rfc: str, problemas: tuple[ProblemaIngreso, ...]) -> None:
        # Only a wrong password counts as a guess. Choosing the wrong file must not cause a delay.
        if any(each.texto == CONTRASENA_DE_LLAVE for each in problemas):
            self._intentos.failed(db, _attempts_of(rfc))
        self._bitacora.record(
            db,
            None,
            Accion.INGRESO_FALLIDO,
            detalle="e.firma: "
            + CAMPOS_CERTIFICADO.labels(sorted({each.campo for each in problemas})),
            # The owner of the typed RFC may read this line.
            contratista_id=db.scalar(select(ContratistaRow.id).where(ContratistaRow.rfc == rfc)),
        )

    def _remember(self, rfc: str, titular: str, certificado: Certificado) -> str:
        now = self._store.clock()
        self._verified = {t: v for t, v in self._verified.items() if v.is_fresh(now)}
        token = secrets.token_urlsafe(32)
        self._verified[token] = EfirmaVerificada(
            rfc=rfc,
            nombre=titular,
            numero=certificado.numero,
            valido_hasta=certificado.valido_hasta,
            vence=now + FRESH_FOR,
        )
        return token


def _attempts_of(rfc: str) -> str:
    return f"efirma|{rfc}"


def _problems(found: Verificacion, rfc: str) -> tuple[ProblemaIngreso, ...]:
    problemas = [ProblemaIngreso(each.texto, str(each.campo)) for each in found.problemas]
    own = found.certificado and found.certificado.rfc
    if own and own != rfc:
        representative = len(rfc) == 12 and len(own) == 13
        problemas.append(
            ProblemaIngreso(OF_THE_REPRESENTATIVE, "certificado")
            if representative
            else ProblemaIngreso(other_rfc(own, rfc), "rfc")
        )
    if not problemas and not (found.completa and own):
        # The key came without its password, or the certificate has no RFC.
        problemas.append(ProblemaIngreso(FALTA_CONTRASENA_DE_LLAVE, "contrasena"))
    return tuple(problemas)
