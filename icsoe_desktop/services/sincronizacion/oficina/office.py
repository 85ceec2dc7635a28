"""The office of this desktop: settings, keys and state in the store."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion.records import (
    RESTORED,
    RecordKind,
    RolOficina,
    pack,
    unpack,
)
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.seguridad.office_keys import OfficeKey, proofs_agree
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion.answers import (
    ClaseConflicto,
    Conexion,
    EstadoSincronizacion,
    ServerFinding,
)
from icsoe_desktop.services.sincronizacion.oficina.server import Connect, SyncServer
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.sincronizacion import (
    ActaRow,
    ConflictoRow,
    LlaveOficinaRow,
    NuevoRow,
    OficinaRow,
    RetenidoRow,
    SalidaRow,
    VersionRow,
)

OBJETO = "sincronización"
TABLE = OficinaRow.__tablename__
KEYS = LlaveOficinaRow.__tablename__
UNDONE = 0  # number of the row of acts that lists what a person has to do again
# In that list, besides: another desktop goes on under the name of this one; and this store comes
# from a backup, with the number of records that its first round received.
TWIN = "gemelo"

NOT_CONFIGURED = (
    "Este equipo no comparte datos con ninguna oficina. No se cambió nada. Configure primero la "
    "sincronización."
)
CONFIGURED_ALREADY = (
    "Este equipo ya comparte datos con una oficina. No se cambió nada. Salga primero de ella."
)
OTHER_OFFICE = "Para cambiar de oficina o de cuenta, salga primero de la oficina actual."
REFUSED = "El servidor no se puede usar. No se cambió nada. {}"


class Oficina:
    def __init__(self, store: Store, bitacora: BitacoraService, connect: Connect) -> None:
        self._store = store
        self._bitacora = bitacora
        self._connect = connect

    # -- reading

    def row(self, db: Session) -> OficinaRow:
        """Raises UserFacingError if the desktop has no office."""
        found = self.find(db)
        if found is None:
            raise UserFacingError(NOT_CONFIGURED)
        return found

    def find(self, db: Session) -> OficinaRow | None:
        return db.scalars(select(OficinaRow)).one_or_none()

    def state(self) -> EstadoSincronizacion:
        with self._store.read() as db:
            row = self.find(db)
            if row is None:
                return EstadoSincronizacion(configurada=False)

            def count(table: type[Row], *where: ColumnElement[bool]) -> int:
                return db.scalar(select(func.count()).select_from(table).where(*where)) or 0

            aside = SalidaRow.apartado.is_not(None)
            gone = ConflictoRow.clase == ClaseConflicto.BORRADO.value
            undone = self.undone(db)
            return EstadoSincronizacion(
                configurada=True,
                direccion=row.direccion,
                oficina=row.oficina,
                nombre=row.nombre,
                cuenta=row.cuenta,
                equipo=row.nombre_equipo,
                rol=RolOficina(row.rol) if row.rol else None,
                pausada=row.pausada,
                detenida=row.detenida,
                descargada=row.descargada,
                motivo=row.motivo,
                ultimo_exito=row.ultimo_exito,
                ultimo_intento=row.ultimo_intento,
                esperan=count(SalidaRow, ~aside) + count(NuevoRow),
                apartados=count(SalidaRow, aside) + count(RetenidoRow),
                conflictos=count(ConflictoRow, ~gone),
                borrados=count(ConflictoRow, gone),
                por_repetir=tuple(one for one in undone if not one.startswith((TWIN, RESTORED))),
                duplicado=TWIN in undone,
                restaurado=next(
                    (int(one[len(RESTORED) :] or -1) for one in undone if one.startswith(RESTORED)),
                    None,
                ),
            )

    def keys(self, db: Session) -> dict[int, OfficeKey]:
        row = self.row(db)
        return {
            one.numero: OfficeKey(
                self._store.key.unseal(one.sellada, KEYS, row.id, str(one.numero)),
                one.numero,
            )
            for one in db.scalars(select(LlaveOficinaRow))
        }

    def private(self, db: Session) -> bytes:
        row = self.row(db)
        return self._store.key.unseal(row.privada_sellada, TABLE, row.id, "privada")

    def conexion(self, db: Session) -> Conexion:
        row = self.row(db)
        secret = self._store.key.unseal(row.contrasena_sellada, TABLE, row.id, "contrasena")
        return Conexion(
            direccion=row.direccion,
            cuenta=row.cuenta,
            contrasena=secret.decode(),
            oficina=row.oficina,
        )

    def connect(self, db: Session) -> SyncServer:
        return self._connect(self.conexion(db))

    def connect_with(self, conexion: Conexion) -> SyncServer:
        return self._connect(conexion)

    # -- writing

    def refuse_second(self, db: Session, conexion: Conexion) -> None:
        """Raises UserFacingError if the desktop already has an office.

        A copy of another desktop may enter its own office again, with an account of its own.
        """
        row = self.find(db)
        if row is None:
            return
        other = row.oficina == conexion.oficina and row.cuenta != conexion.cuenta
        if not (other and TWIN in self.undone(db)):
            raise UserFacingError(CONFIGURED_ALREADY)

    def begin(
        self,
        db: Session,
        conexion: Conexion,
        *,
        miembro: uuid.UUID,
        privada: bytes,
        nombre: str,
        equipo: str,
        rol: RolOficina,
        llaves: Sequence[OfficeKey],
        generacion: str,
        descargada: bool,
    ) -> OficinaRow:
        """Store the office, create the triggers of the outbox and queue every shared row.

        A copy of another desktop keeps what waits and what it knows of the server's records.
        """
        self.refuse_second(db, conexion)
        former = self.find(db)
        row_id = self._store.new_id() if former is None else former.id
        db.execute(delete(ActaRow))  # they are made for each member
        key = self._store.key
        row = OficinaRow(
            id=row_id,
            direccion=conexion.direccion,
            oficina=conexion.oficina,
            nombre=nombre,
            cuenta=conexion.cuenta,
            contrasena_sellada=key.seal(conexion.contrasena.encode(), TABLE, row_id, "contrasena"),
            miembro=miembro,
            nombre_equipo=equipo,
            privada_sellada=key.seal(privada, TABLE, row_id, "privada"),
            rol=rol.value,
            pausada=False,
            detenida=False,
            motivo="",
            generacion=generacion,
            descargada=descargada,
            ultimo_exito=None,
            ultimo_intento=None,
            creado=self._store.clock(),
            aplicando=False,
        )
        row = db.merge(row)
        db.flush()
        for office_key in llaves:
            self.take_key(db, office_key)
        db.flush()
        raw = raw_of(db)
        outbox.install(raw)
        outbox.enqueue_everything(raw)
        return row

    def take_key(self, db: Session, office_key: OfficeKey) -> None:
        """Store an office key. Another key with its number is of an act that does not stand."""
        row, number = self.row(db), office_key.number
        known = self.keys(db).get(number)
        if known is not None and proofs_agree(known.raw(), office_key.raw()):
            return
        if known is not None:
            self.forget_keys_after(db, number - 1)
        sealed = self._store.key.seal(office_key.raw(), KEYS, row.id, str(number))
        db.add(LlaveOficinaRow(numero=number, sellada=sealed))
        db.flush()

    def forget_keys_after(self, db: Session, number: int) -> None:
        """Forget later keys, which the others lack, and send again what they may have sealed."""
        later = list(db.scalars(select(LlaveOficinaRow).where(LlaveOficinaRow.numero > number)))
        if not later:
            return
        for one in later:
            db.delete(one)
        sent = select(VersionRow).where(~VersionRow.borrado, VersionRow.clase != "")
        self.seal_again(db, db.scalars(sent))

    def seal_again(self, db: Session, rows: Iterable[VersionRow]) -> None:
        """Send these versions once more as they are, sealed with the newest key."""
        for row in rows:
            row.reponer = True
            if db.get(SalidaRow, (row.coleccion, row.registro)) is None:
                outbox.enqueue(raw_of(db), RecordKind(row.clase), [row.registro])
        db.flush()

    def seal_since(self, db: Session, limits: Mapping[str, int]) -> None:
        """`seal_again` for what this desktop knows from after its collection had this version.

        An earlier key sealed it, so who took the act before it came holds it.
        """
        for collection, version in limits.items():
            later = select(VersionRow).where(
                VersionRow.coleccion == collection,
                VersionRow.version > version,
                VersionRow.clase != "",
            )
            self.seal_again(db, list(db.scalars(later)))

    # -- what a person has to do again

    def note_undone(self, db: Session, texts: Iterable[str]) -> None:
        """Note what an act did that does not stand."""
        known = self.undone(db)
        added = [one for one in texts if one not in known]
        if added:
            db.merge(ActaRow(numero=UNDONE, contenido=pack([*known, *added])))

    def after_round(self, received: int, *, first: bool, twin: bool) -> None:
        """Note what a good round found. first: of this start of the program."""
        with self._store.read() as db:
            known = self.undone(db)
        wanted = [*known, TWIN] if twin and TWIN not in known else list(known)
        if first:  # somebody has read it
            wanted = [one for one in wanted if not one.startswith(f"{RESTORED} ")]
        wanted = [f"{RESTORED} {received}" if one == RESTORED else one for one in wanted]
        if wanted != list(known):
            with self._store.write() as db:
                db.merge(ActaRow(numero=UNDONE, contenido=pack(wanted)))

    def drop_undone(self, db: Session, text: str) -> None:
        known = self.undone(db)
        if text in known:
            left = [one for one in known if one != text]
            db.merge(ActaRow(numero=UNDONE, contenido=pack(left)))

    def undone(self, db: Session) -> tuple[str, ...]:
        row = db.get(ActaRow, UNDONE)
        return () if row is None else tuple(unpack(row.contenido))

    def forget_undone(self, sesion: Sesion) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            db.execute(delete(ActaRow).where(ActaRow.numero == UNDONE))

    def change_connection(self, sesion: Sesion, conexion: Conexion) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self.row(db)
            if (conexion.oficina, conexion.cuenta) != (row.oficina, row.cuenta):
                raise InvalidInputError(OTHER_OFFICE, "oficina")
            row.direccion = conexion.direccion
            self.set_password(db, conexion.contrasena)
            row.detenida, row.motivo = False, ""
            self._bitacora.record(db, sesion, Accion.SINCRONIZACION_CONFIGURADA, OBJETO, row.id)

    def set_password(self, db: Session, contrasena: str) -> None:
        row = self.row(db)
        row.contrasena_sellada = self._store.key.seal(
            contrasena.encode(), TABLE, row.id, "contrasena"
        )

    def set_paused(self, sesion: Sesion, pausada: bool) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self.row(db)
            row.pausada = pausada
            if not pausada:
                row.detenida, row.motivo = False, ""
            accion = Accion.SINCRONIZACION_PAUSADA if pausada else Accion.SINCRONIZACION_REANUDADA
            self._bitacora.record(db, sesion, accion, OBJETO, row.id)

    def forget(self, sesion: Sesion) -> None:
        """Forget the office. The shared data stay."""
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self.row(db)
            self._bitacora.record(db, sesion, Accion.SINCRONIZACION_ABANDONADA, OBJETO, row.id)
            db.flush()
            outbox.forget_everything(raw_of(db))

    def note_attempt(self, motivo: str, *, detenida: bool = False, exito: bool = False) -> None:
        """Store the result of a round.

        exito: everything was received. motivo: then why nothing may be sent, or an empty text.
        """
        with self._store.write() as db:
            row = self.find(db)
            if row is None:
                return
            now: datetime = self._store.clock()
            row.ultimo_intento = now
            row.motivo, row.detenida = motivo, detenida
            if exito:
                row.ultimo_exito = now

    @staticmethod
    def require_good(findings: Sequence[ServerFinding]) -> None:
        """Raises UserFacingError with the text of each failed check."""
        bad = [one.text for one in findings if not one.ok]
        if bad:
            raise UserFacingError(REFUSED.format(" ".join(bad)))
