"""Desktops of an office for tests: each with its own store, and what people do at them."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import (
    Apartado,
    Conexion,
    Conflicto,
    ResumenSincronizacion,
    RolOficina,
)
from icsoe_desktop.services.sincronizacion.oficina.acts import Draft
from icsoe_desktop.services.sincronizacion.oficina.server import Connect, SyncServer
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from tests.caos.vuelco import Vuelco, dump
from tests.services.sincronizacion.servidor_memoria import OFICINA, Memoria
from tests.support import plantillas
from tests.support.dobles import enabled_user

__all__ = ["OFICINA"]
QUIET = NoProgress()


CERTIFICADO = {"usuario": b"USUARIO1", "certificado": b"\x00\xffcer", "llave": b"\x01key"}


class Reloj:
    """Goes on by itself: no two things happen at one moment."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=7)
        return self.now


@dataclass
class Equipo:
    """A desktop. file: its store."""

    nombre: str
    store: Store
    sync: SincronizacionService
    sesion: Sesion
    conectar: Connect
    file: Path
    reloj: Reloj

    @property
    def conexion(self) -> Conexion:
        with self.store.read() as db:
            return self.sync._oficina.conexion(db)

    def round(self) -> ResumenSincronizacion:
        return self.sync.sync(QUIET)

    def conflicts(self) -> tuple[Conflicto, ...]:
        return self.sync.conflictos.all(self.sesion)

    def aside(self) -> tuple[Apartado, ...]:
        return self.sync.conflictos.set_aside(self.sesion)

    def add_contratista(self, rfc: str, nombre: str = "Obras Ficticias") -> uuid.UUID:
        now = self.store.clock()
        with self.store.write() as db:
            numero = max(db.scalars(select(ContratistaRow.numero)), default=0) + 1
            row = ContratistaRow(
                id=self.store.new_id(), numero=numero, rfc=rfc, nombre=nombre,
                es_persona_moral=len(rfc) == 12, efirma_numero="1" * 20,
                efirma_hasta=datetime(2030, 1, 1, tzinfo=UTC), siguiente_relacion=1,
                creado=now, actualizado=now,
            )  # fmt: skip
            db.add(row)
        return row.id

    def add_capturista(self, contratista: uuid.UUID, curp: str, **values: Any) -> uuid.UUID:
        now = self.store.clock()
        names = {"nombres": "Rosa", "primer_apellido": "Ficticia", "segundo_apellido": "Demo"}
        names |= {key: values.pop(key) for key in tuple(values) if key in names}
        with self.store.write() as db:
            owner = db.get_one(ContratistaRow, contratista)
            persona = db.scalars(select(PersonaRow).where(PersonaRow.curp == curp)).one_or_none()
            if persona is None:
                persona = PersonaRow(
                    id=self.store.new_id(), curp=curp, **names, creado=now, actualizado=now
                )
                db.add(persona)
                db.flush()
            defaults: dict[str, Any] = {
                "telefono": "5555555555", "correo": "rosa@ejemplo.mx", "estatus": "Registrada",
                "aviso_version": "1", "usuario_alta": owner.rfc,
            }  # fmt: skip
            row = RelacionRow(
                id=self.store.new_id(), contratista_id=contratista, persona_id=persona.id,
                numero=owner.siguiente_relacion, curp=curp, **names, nombre_orden="", buscado="",
                **(defaults | values), creado=now, actualizado=now,
            )  # fmt: skip
            owner.siguiente_relacion += 1
            db.add(row)
        return row.id

    def add_registro(self, registro_patronal: str, razon_social: str) -> uuid.UUID:
        now = self.store.clock()
        with self.store.write() as db:
            row = RegistroPatronalRow(
                id=self.store.new_id(), registro_patronal=registro_patronal,
                razon_social=razon_social, rfc="OFI010101AB1", creado=now, actualizado=now,
            )  # fmt: skip
            db.add(row)
        return row.id

    def add_certificado(self, registro: uuid.UUID) -> uuid.UUID:
        """An e.firma whose parts are `CERTIFICADO`."""
        now, key, row_id = self.store.clock(), self.store.key, self.store.new_id()
        sealed = {
            f"{name}_{'sellada' if name == 'llave' else 'sellado'}": key.seal(
                value, "certificados", row_id, name
            )
            for name, value in CERTIFICADO.items()
        }
        with self.store.write() as db:
            row = CertificadoRow(
                id=row_id, registro_patronal_id=registro, tipo="e.firma", numero="3" * 20,
                titular="Titular Inventado", rfc="OFI010101AB1", emisor="AC", cadena="buena",
                valido_desde=now, valido_hasta=now + timedelta(days=900),
                certificado_nombre="a.cer", certificado_sha256=b"1" * 32, llave_nombre="a.key",
                llave_sha256=b"2" * 32, contrasena_sellada=None, creado=now, **sealed,
            )  # fmt: skip
            db.add(row)
        return row_id

    def change(self, kind: type[Any], row_id: uuid.UUID, **values: Any) -> None:
        with self.store.write() as db:
            row = db.get_one(kind, row_id)
            for name, value in values.items():
                setattr(row, name, value)
            row.actualizado = self.store.clock()

    def get(self, kind: type[Any], row_id: uuid.UUID, *names: str) -> tuple[Any, ...]:
        with self.store.read() as db:
            row = db.get_one(kind, row_id)
            return tuple(getattr(row, name) for name in names)

    def replica(self) -> Vuelco:
        """All that is shared, but for conflicts, which not everybody has."""
        found = dump(self.store)
        del found["conflictos"]
        return found

    def count(self, table: str) -> int:
        with self.store.read() as db:
            return int(db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


@dataclass(frozen=True)
class Molde:
    """The store of a desktop as it was left. sesion: None where nobody is in it yet."""

    nombre: str
    content: bytes
    key: DataKey
    now: datetime
    sesion: Sesion | None = None

    @contextmanager
    def open(self, file: Path, conectar: Connect, clock: Reloj) -> Iterator[Equipo]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.content)
        with closing(Store(open_engine(file, self.key), self.key, clock)) as store:
            sync = SincronizacionService(store, BitacoraService(store), conectar, lambda *_: ())
            sesion = self.sesion or enabled_user(store)
            yield Equipo(self.nombre, store, sync, sesion, conectar, file, clock)


def empty_store() -> Molde:
    found = plantillas.empty()
    return Molde("", found.files["icsoe.db"], found.made, Reloj().now)


@contextmanager
def open_equipo(
    folder: Path, nombre: str, conectar: Connect, wrong_by: timedelta = timedelta()
) -> Iterator[Equipo]:
    """A desktop over an empty store, with an IDSE user who may configure."""
    empty = replace(empty_store(), nombre=nombre)
    file = folder / nombre / "icsoe.db"
    with empty.open(file, conectar, Reloj(empty.now + wrong_by)) as equipo:
        yield equipo


def open_again(*equipos: Equipo) -> None:
    """The program ends and starts."""
    for equipo in equipos:
        equipo.sync = SincronizacionService(
            equipo.store, BitacoraService(equipo.store), equipo.conectar, lambda *_: ()
        )


@dataclass(frozen=True)
class OficinaHecha:
    """An office made once, to be copied for each test: its desktops and what its server has."""

    equipos: tuple[Molde, ...]
    memoria: Memoria
    row: uuid.UUID | None

    @contextmanager
    def open(self, folder: Path, memoria: Memoria) -> Iterator[list[Equipo]]:
        memoria.become(self.memoria)
        with ExitStack() as stack:
            yield [
                stack.enter_context(
                    one.open(folder / one.nombre / "icsoe.db", memoria.conectar, Reloj(one.now))
                )
                for one in self.equipos
            ]


NAMES = ("uno", "dos", "tres", "cuatro")


@cache
def made_office(
    roles: tuple[RolOficina, ...],
    begin: Callable[[list[Equipo]], uuid.UUID] | None = None,
) -> OficinaHecha:
    """The office of «uno», who invited the others. begin: what they did then, and to which row."""
    memoria = Memoria()
    with tempfile.TemporaryDirectory() as folder:
        with ExitStack() as stack:
            uno, *others = equipos = [
                stack.enter_context(open_equipo(Path(folder), nombre, memoria.conectar))
                for nombre in NAMES[: len(roles) + 1]
            ]
            create_office(uno, memoria.conexion("uno"))
            for other, rol in zip(others, roles, strict=True):
                said = join_office(uno, other, other.nombre, memoria.cuentas[other.nombre], rol)
                assert said.motivo == ""
            for equipo in equipos * 2:  # everybody is let in, and knows it
                assert equipo.round().motivo == ""
            row = begin(equipos) if begin else None
        return OficinaHecha(tuple(map(as_left, equipos)), memoria, row)


def as_left(equipo: Equipo) -> Molde:
    """Of a desktop that is closed."""
    return Molde(
        equipo.nombre, equipo.file.read_bytes(), equipo.store.key, equipo.reloj.now, equipo.sesion
    )


def create_office(equipo: Equipo, conexion: Conexion) -> None:
    equipo.sync.create(equipo.sesion, conexion, "Despacho Ficticio", equipo.nombre, QUIET)


def join_office(
    host: Equipo, guest: Equipo, cuenta: str, contrasena: str, rol: RolOficina = RolOficina.MIEMBRO
) -> ResumenSincronizacion:
    invitacion = host.sync.miembros.invite(host.sesion, cuenta, contrasena, rol, QUIET)
    vista = guest.sync.read_invitation(guest.sesion, invitacion.archivo, invitacion.codigo)
    return guest.sync.join(guest.sesion, vista, guest.nombre, QUIET)


class CancelAt:
    """Cancels at a certain report that begins with the word."""

    def __init__(self, report: int, word: str) -> None:
        self._left, self._word = report, word

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        self._left -= what.startswith(self._word)
        if not self._left:
            raise Cancelled


def rotate(titular: Equipo) -> None:
    """Make the next office key. It seals all later records."""
    make_key(titular.sync, titular.conectar(titular.conexion))


def make_key(sync: SincronizacionService, connection: SyncServer) -> None:
    def change(draft: Draft) -> None:
        draft.new_key = True

    with closing(connection) as server:
        sync._register.signer.change(server, change)
