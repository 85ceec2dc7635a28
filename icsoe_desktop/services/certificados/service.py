"""The certificate of each registro patronal: an IMSS .pfx, or the .cer and .key of an e.firma."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.contrasena import POLITICA_USUARIO_CERTIFICADO_IMSS
from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    TipoCertificado,
    Vigencia,
    vigencia_of,
)
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.certificados.verificacion import (
    CampoCertificado,
    ClaseArchivoCertificado,
    Esperado,
    MensajeCertificado,
    Verificacion,
)
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.certificados.archivos import read_file
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.autorizacion import check_right, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.certificados.valores import (
    CertificadoElegido,
    CertificadoGuardado,
    RegistroConCertificado,
)
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, only, still_there
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow

TABLE = CertificadoRow.__tablename__
OBJETO = "certificado"

NO_REGISTRO = "El registro patronal ya no existe. No se guardó nada. Actualice la lista."
DELETED_ALREADY = "El certificado ya no existe. No se cambió nada. Actualice la lista."
DELETE_EXPIRED_FIRST = (
    "El certificado asignado a este registro patronal ya venció. No se guardó nada. Elimínelo y "
    "después agregue el nuevo."
)
HAS_ONE = (
    "Este registro patronal ya tiene un certificado. No se guardó nada. Elimínelo o "
    "confirme que desea reemplazarlo."
)
AJUSTE_PFX = "pfx_imss"
LIMIT_FIXED = (
    "Esa fecha la fijó quien administra este equipo. No se cambió nada. Pídale que la corrija en "
    "central.ini."
)
NOT_GOOD = "El certificado no se guardó. Corrija lo que se indica y vuelva a guardar."


class HasOneError(InvalidInputError):
    """The registro patronal has a certificate already.

    ahora, nuevo: what each is and serves for. pierde: the present one serves, and the new one does
    not.
    """

    def __init__(self, ahora: str, nuevo: str, *, pierde: bool) -> None:
        super().__init__(HAS_ONE, CampoCertificado.REGISTRO_PATRONAL)
        self.ahora, self.nuevo, self.pierde = ahora, nuevo, pierde


class CertificadoRefusedError(UserFacingError):
    """The chosen files are not a valid certificate. verificacion: every reason."""

    def __init__(self, verificacion: Verificacion) -> None:
        super().__init__(" ".join(verificacion.mensajes) or NOT_GOOD)
        self.verificacion = verificacion


class CertificadosService:
    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        verificador: CertificateVerifier,
        pruebas: bool,
        limite: LimitePfx | None = None,
    ) -> None:
        """pruebas: accept certificates of the SAT's test authorities.

        limite: the policy's limit of the .pfx, which nobody here can change.
        """
        self._central = limite
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._verificador = verificador
        self._pruebas = pruebas

    def all(self, sesion: Sesion) -> tuple[RegistroConCertificado, ...]:
        """Every registro patronal with its certificate, by number."""
        with reading(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS) as db:
            return self.catalogue(db)[0]

    def catalogue(self, db: Session) -> tuple[tuple[RegistroConCertificado, ...], LimitePfx]:
        """Like `all`, with the limit of the .pfx. For services: it checks no right."""
        rows = db.execute(
            select(RegistroPatronalRow, CertificadoRow)
            .outerjoin(
                CertificadoRow, CertificadoRow.registro_patronal_id == RegistroPatronalRow.id
            )
            .order_by(RegistroPatronalRow.registro_patronal)
        ).all()
        limite = self._limite(db)
        return tuple(self._value(registro, row, limite) for registro, row in rows), limite

    def limite_pfx(self, sesion: Sesion) -> LimitePfx:
        """Until when a .pfx of the IMSS serves for movements."""
        with reading(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS) as db:
            return self._limite(db)

    def save_limite_pfx(self, sesion: Sesion, ultimo: date | None, fuente: str) -> LimitePfx:
        """Change that day. ultimo: None goes back to the shipped one.

        Raises InvalidInputError (campo «ultimo» or «fuente»).
        """
        limite = LimitePfx() if ultimo is None else LimitePfx(ultimo, clean(fuente))
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            if self._central is not None:
                raise InvalidInputError(LIMIT_FIXED, "ultimo")
            kept = {"ultimo": limite.ultimo.isoformat(), "fuente": limite.fuente}
            keep_values(db, self._store, AJUSTE_PFX, {} if ultimo is None else kept)
            detalle = f"{limite.ultimo:%d/%m/%Y}: {limite.fuente}"
            self._note(db, sesion, Accion.CAMBIO_LIMITE_PFX, detalle=detalle)
        return limite

    def any_missing(self, sesion: Sesion) -> bool:
        """Whether a registro patronal of the catalogue has no currently valid certificate."""
        return any(
            one.certificado is None or not one.certificado.estado.es_vigente
            for one in self.all(sesion)
        )

    def inspect(self, sesion: Sesion, archivo: Path, registro_id: uuid.UUID | None) -> Verificacion:
        """Inspect the chosen file, without key and password."""
        with reading(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS) as db:
            esperado = self._expected(db, registro_id, None)
            limite = self._limite(db)
        now = self._store.clock()
        return limite.judged(self._verificador.inspect(archivo, now=now, esperado=esperado), now)

    def inspect_key(self, sesion: Sesion, llave: Path) -> tuple[MensajeCertificado, ...]:
        """Problems of the chosen key, without its password."""
        check_right(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS)
        return self._verificador.inspect_key(llave)

    def are_swapped(self, sesion: Sesion, archivo: Path, llave: Path) -> bool:
        """Whether the two files were chosen in each other's field."""
        check_right(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS)
        kinds = tuple(
            self._verificador.inspect(path, now=self._store.clock()).clase
            for path in (archivo, llave)
        )
        return kinds == (ClaseArchivoCertificado.LLAVE, ClaseArchivoCertificado.CERTIFICADO)

    def save(self, sesion: Sesion, elegido: CertificadoElegido) -> RegistroConCertificado:
        """Check the files and store them unchanged, sealed.

        Raises CertificadoRefusedError, InvalidInputError (campo: usuario, registro_patronal),
        NotAllowedError. Takes up to a second for a .pfx.
        """
        with reading(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS) as db:
            esperado = replace(
                self._expected(db, elegido.registro_id, elegido.numero),
                representante=elegido.representante,
            )
        archivo = read_file(elegido.archivo)
        llave = None if elegido.llave is None else read_file(elegido.llave)
        found = self._verificador.verify(
            archivo, llave, elegido.contrasena, now=self._store.clock(), esperado=esperado
        )
        if found.certificado is None or not found.completa:
            raise CertificadoRefusedError(found)
        usuario = _check_usuario(elegido.usuario, found)
        # Last: nobody should decide to replace a certificate by one that is not good.
        with writing(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS) as db:
            former = self._check_place(db, elegido, found.certificado)
            registro = _registro(db, elegido.registro_id)
            row = self._put(
                db,
                sesion,
                former,
                self._row(elegido, found.certificado, found, archivo, llave, usuario),
            )
            if elegido.todos and found.certificado.tipo is TipoCertificado.EFIRMA:
                for other in _same_rfc(db, registro):
                    one = replace(elegido, registro_id=other.id)
                    self._put(
                        db,
                        sesion,
                        _certificate_of(db, other.id),
                        self._row(one, found.certificado, found, archivo, llave, usuario),
                    )
            return self._value(registro, row, self._limite(db))

    def delete(self, sesion: Sesion, certificado_id: uuid.UUID) -> None:
        """Delete a certificate with its key and password."""
        with writing(self._store, sesion, Permiso.ADMINISTRAR_CERTIFICADOS) as db:
            row = still_there(db, CertificadoRow, certificado_id, DELETED_ALREADY)
            detalle = _described(db, row)
            db.delete(row)
            self._note(db, sesion, Accion.BAJA_CERTIFICADO, certificado_id, detalle)

    def _limite(self, db: Session) -> LimitePfx:
        if self._central is not None:
            return self._central
        kept = kept_values(db, AJUSTE_PFX)
        if not kept:
            return LimitePfx()
        return LimitePfx(date.fromisoformat(kept["ultimo"]), str(kept["fuente"]))

    def _put(
        self, db: Session, sesion: Sesion, former: CertificadoRow | None, row: CertificadoRow
    ) -> CertificadoRow:
        """Store the row in the place of `former`."""
        if former is not None:
            detalle = _described(db, former)
            db.delete(former)
            db.flush()
            self._note(db, sesion, Accion.BAJA_CERTIFICADO, former.id, detalle)
        db.add(row)
        self._note(db, sesion, Accion.ALTA_CERTIFICADO, row.id, row.tipo)
        return row

    def _expected(self, db: Session, registro_id: uuid.UUID | None, numero: str | None) -> Esperado:
        if registro_id is None:
            return Esperado(pruebas=self._pruebas, numero=numero)
        registro = _registro(db, registro_id)
        return Esperado(
            registro_patronal=registro.registro_patronal,
            rfc=registro.rfc,
            pruebas=self._pruebas,
            numero=numero,
        )

    def _check_place(
        self, db: Session, elegido: CertificadoElegido, nuevo: Certificado
    ) -> CertificadoRow | None:
        """The certificate to replace, or None. Raises InvalidInputError if that is forbidden."""
        _registro(db, elegido.registro_id)
        former = _certificate_of(db, elegido.registro_id)
        if former is None:
            return None
        estado = vigencia_of(former.valido_desde, former.valido_hasta, self._store.clock())
        if estado.vigencia is Vigencia.VENCIDO:
            raise InvalidInputError(DELETE_EXPIRED_FIRST, CampoCertificado.REGISTRO_PATRONAL)
        if not elegido.reemplazar:
            limite, now = self._limite(db), self._store.clock()
            both = [
                (TipoCertificado(one.tipo), one.valido_desde, one.valido_hasta)
                for one in (former, nuevo)
            ]
            good = [limite.estado(*one, now).vigencia is not Vigencia.NO_SIRVE for one in both]
            ahora, other = (limite.sirve(*one, now) for one in both)
            raise HasOneError(ahora, other, pierde=good == [True, False])
        return former

    def _row(
        self,
        elegido: CertificadoElegido,
        certificado: Certificado,
        found: Verificacion,
        archivo: bytes,
        llave: bytes | None,
        usuario: str,
    ) -> CertificadoRow:
        row_id = self._store.new_id()

        def seal(plain: bytes, name: str) -> bytes:
            return self._store.key.seal(plain, TABLE, row_id, name)

        keeps = elegido.guardar_contrasena
        contrasena = seal(elegido.contrasena.encode(), "contrasena") if keeps else None
        return CertificadoRow(
            id=row_id,
            registro_patronal_id=elegido.registro_id,
            tipo=str(certificado.tipo),
            numero=certificado.numero,
            titular=certificado.titular or "",
            rfc=certificado.rfc or "",
            emisor=certificado.emisor or "",
            cadena=str(found.cadena),
            valido_desde=certificado.valido_desde,
            valido_hasta=certificado.valido_hasta,
            usuario_sellado=seal(usuario.encode(), "usuario"),
            certificado_nombre=elegido.archivo.name,
            certificado_sha256=hashlib.sha256(archivo).digest(),
            certificado_sellado=seal(archivo, "certificado"),
            llave_nombre=None if elegido.llave is None else elegido.llave.name,
            llave_sha256=None if llave is None else hashlib.sha256(llave).digest(),
            llave_sellada=None if llave is None else seal(llave, "llave"),
            contrasena_sellada=contrasena,
            creado=self._store.clock(),
        )

    def _value(
        self, registro: RegistroPatronalRow, row: CertificadoRow | None, limite: LimitePfx
    ) -> RegistroConCertificado:
        certificado = None
        if row is not None:
            estado = limite.estado(
                TipoCertificado(row.tipo), row.valido_desde, row.valido_hasta, self._store.clock()
            )
            usuario = self._store.key.unseal(row.usuario_sellado, TABLE, row.id, "usuario")
            certificado = of_row(
                CertificadoGuardado,
                row,
                usuario=usuario.decode(),
                estado=estado,
                nota=limite.nota if estado.vigencia is Vigencia.NO_SIRVE else "",
            )
        return of_row(
            RegistroConCertificado, registro, registro_id=registro.id, certificado=certificado
        )


def _certificate_of(db: Session, registro_id: uuid.UUID) -> CertificadoRow | None:
    return only(db, CertificadoRow, registro_patronal_id=registro_id)


def _same_rfc(db: Session, registro: RegistroPatronalRow) -> Sequence[RegistroPatronalRow]:
    """The other registros patronales of its RFC."""
    return db.scalars(
        select(RegistroPatronalRow).where(
            RegistroPatronalRow.rfc == registro.rfc, RegistroPatronalRow.id != registro.id
        )
    ).all()


def _described(db: Session, row: CertificadoRow) -> str:
    """For the bitácora: the type, and the registro patronal that the row will not name later."""
    return f"{row.tipo}, {_registro(db, row.registro_patronal_id).registro_patronal}"


def _registro(db: Session, registro_id: uuid.UUID) -> RegistroPatronalRow:
    row = db.get(RegistroPatronalRow, registro_id)
    if row is None:
        raise InvalidInputError(NO_REGISTRO, CampoCertificado.REGISTRO_PATRONAL)
    return row


def _check_usuario(typed: str, found: Verificacion) -> str:
    """The user name: the RFC for an e.firma, the typed and checked name for an IMSS certificate."""
    if found.clase is not ClaseArchivoCertificado.PFX and found.certificado is not None:
        return found.certificado.rfc or ""
    usuario = typed.strip()
    try:
        POLITICA_USUARIO_CERTIFICADO_IMSS.check(usuario)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, "usuario") from error
    return usuario
