"""The desktops of an office: the first one, those that are invited, and those that leave."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

from icsoe_desktop.domain.invitacion import (
    EXTENSION,
    ContenidoInvitacion,
    new_code,
    open_invitation,
    seal_invitation,
)
from icsoe_desktop.domain.llaves_oficina import (
    LlaveOficina,
    SelloRotoError,
    new_private,
    newest,
    public_of,
)
from icsoe_desktop.domain.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion import LLAVES, RolOficina
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.autorizacion import authorize
from icsoe_desktop.services.bitacora import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion_llaves import (
    RegistroMiembro,
    fetch_keys,
    key_data,
    key_id,
    member_data,
    own_password,
    read_members,
)
from icsoe_desktop.services.sincronizacion_oficina import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion_servidor import Escritura, Servidor
from icsoe_desktop.services.sincronizacion_valores import (
    Conexion,
    Invitacion,
    Miembro,
    VistaInvitacion,
)
from icsoe_desktop.store.engine import Store

MAX_NAME = 80
_NAME_PLACE = "|nombre"

NAME_MISSING = "Escriba un nombre de 1 a 80 caracteres."
NOT_RESPONSIBLE = (
    "Sólo un responsable de la oficina puede hacer esto. No se cambió nada. Pídalo a quien la "
    "administra."
)
OFFICE_TAKEN = (
    "Esa oficina ya tiene equipos. No se cambió nada. Para unirse a ella pida una invitación a "
    "uno de sus responsables."
)
NO_OFFICE = "Escriba la oficina que le dio el administrador del servidor: of- y su identificador."
ALREADY_ACTIVE = "Esa cuenta ya es de un equipo de la oficina. No se cambió nada. Use otra cuenta."
NOT_MEMBER = "Ese equipo ya no está en la oficina. No se cambió nada. Actualice la lista."
NOT_MYSELF = (
    "Este equipo no se retira ni cambia de rol a sí mismo. No se cambió nada. Hágalo desde otro "
    "equipo responsable, o use «Salir de la oficina»."
)
WRITTEN_TWICE = (
    "Otro equipo cambió la oficina al mismo tiempo. No se cambió nada. Inténtelo de nuevo."
)
OTHER_SERVER = (
    "La invitación lleva a un servidor distinto del que fijó quien administra este equipo. "
    "Pregúntele antes de usarla."
)
INVITATION_READ_AGAIN = "La invitación ya no está abierta. No se cambió nada. Ábrala de nuevo."


class Miembros:
    def __init__(
        self, store: Store, bitacora: BitacoraService, oficina: Oficina, direccion: str = ""
    ) -> None:
        """direccion: the only one that an invitation may lead to; empty for any."""
        self._direccion = direccion.rstrip("/")
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina
        self._read: dict[str, ContenidoInvitacion] = {}

    # -- entering an office

    def create(
        self, sesion: Sesion, conexion: Conexion, nombre: str, equipo: str, progress: Progress
    ) -> None:
        nombre, equipo = _name(nombre, "nombre"), _name(equipo, "equipo")
        if not re.fullmatch(r"of-[0-9a-f-]{32,36}", conexion.oficina):
            raise InvalidInputError(NO_OFFICE, "oficina")
        with self._store.read() as db:
            self._oficina.refuse_second(db)
        with closing(self._oficina.connect_with(conexion)) as servidor:
            progress.report(0, 3, "Preparando la oficina")
            datos = servidor.office()
            if "nombre" in datos.datos or servidor.page(LLAVES, 0, None).registros:
                raise InvalidInputError(OFFICE_TAKEN, "oficina")
            llave, private, miembro = LlaveOficina.generate(), new_private(), self._store.new_id()
            sealed = llave.seal(nombre.encode(), (conexion.oficina + _NAME_PLACE).encode())
            # The key is kept here before anything that needs it leaves.
            self._enter(
                sesion,
                conexion,
                miembro=miembro,
                privada=private,
                nombre=nombre,
                equipo=equipo,
                rol=RolOficina.RESPONSABLE,
                llaves=(llave,),
                generacion=datos.generacion,
                descargada=True,
            )
            try:
                progress.report(1, 3, "Publicando este equipo")
                self._publish(servidor, conexion, miembro, equipo, private, llave)
                servidor.set_office({"nombre": base64.b64encode(sealed).decode()})
            except BaseException:
                self._oficina.leave(sesion)
                raise
            progress.report(3, 3, "La oficina está lista")

    def read_invitation(self, archivo: bytes, codigo: str) -> VistaInvitacion:
        found = open_invitation(archivo, codigo)
        fixed = self._direccion
        # A stranger's invitation must not lead the data to a stranger's server.
        if fixed and found.direccion.rstrip("/") not in (fixed, f"{fixed}/v1"):
            raise InvalidInputError(OTHER_SERVER, "archivo")
        token = secrets.token_hex(16)
        self._read = {token: found}
        return VistaInvitacion(
            found.direccion, found.oficina, found.nombre, found.cuenta, found.rol, token
        )

    def join(self, sesion: Sesion, vista: VistaInvitacion, equipo: str, progress: Progress) -> None:
        equipo = _name(equipo, "equipo")
        found = self._read.get(vista.token)
        if found is None:
            raise UserFacingError(INVITATION_READ_AGAIN)
        with self._store.read() as db:
            self._oficina.refuse_second(db)
        first = Conexion(found.direccion, found.cuenta, found.contrasena, found.oficina)
        with closing(self._oficina.connect_with(first)) as servidor:
            progress.report(0, None, "Entrando a la oficina")
            generation = servidor.office().generacion
            private, miembro = new_private(), self._store.new_id()
            llave = found.llaves[-1]
            self._publish(servidor, first, miembro, equipo, private, llave)
            self._enter(
                sesion,
                first,
                miembro=miembro,
                privada=private,
                nombre=found.nombre,
                equipo=equipo,
                rol=found.rol,
                llaves=found.llaves,
                generacion=generation,
                descargada=False,
            )
            # From here on the invitation is of no use to anybody else.
            own = own_password(private)
            servidor.change_password(own)
            with self._store.write() as db:
                self._oficina.set_password(db, own)
            self._read = {}

    # -- those who are in it

    def all(self, progress: Progress) -> tuple[Miembro, ...]:
        with self._store.read() as db:
            row = self._oficina.row(db)
            servidor, name, mine = self._oficina.connect(db), row.oficina, row.miembro
        progress.report(0, None, "Consultando los equipos de la oficina")
        with closing(servidor):
            roles, members = servidor.roles(), self._members(servidor, name)
        return tuple(
            Miembro(
                one.id,
                one.cuenta,
                one.equipo,
                roles.get(one.cuenta, RolOficina.CONSULTA),
                one.id == mine,
                one.activo and one.cuenta in roles,
            )
            for one in members
        )

    def invite(
        self, sesion: Sesion, cuenta: str, contrasena: str, rol: RolOficina, progress: Progress
    ) -> Invitacion:
        cuenta = cuenta.strip()
        if not cuenta:
            raise InvalidInputError("Escriba la cuenta del equipo que invita.", "cuenta")
        if not contrasena:
            raise InvalidInputError("Escriba la primera contraseña de esa cuenta.", "contrasena")
        with self._as_responsible() as (servidor, name):
            if any(one.cuenta == cuenta and one.activo for one in self._members(servidor, name)):
                raise InvalidInputError(ALREADY_ACTIVE, "cuenta")
            progress.report(0, 2, "Dando acceso a la cuenta")
            servidor.set_role(cuenta, rol)
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self._oficina.row(db)
            keys = self._oficina.keys(db)
            contenido = ContenidoInvitacion(
                row.direccion,
                row.oficina,
                row.nombre,
                cuenta,
                contrasena,
                rol,
                tuple(keys[numero] for numero in sorted(keys)),
            )
            self._bitacora.record(db, sesion, Accion.MIEMBRO_INVITADO, OBJETO, row.id, rol.value)
        progress.report(1, 2, "Sellando la invitación")
        codigo = new_code()
        archivo = seal_invitation(contenido, codigo)
        return Invitacion(archivo, codigo, f"invitacion-{cuenta}{EXTENSION}", cuenta)

    def set_role(
        self, sesion: Sesion, miembro_id: uuid.UUID, rol: RolOficina, progress: Progress
    ) -> None:
        with self._as_responsible() as (servidor, name):
            member = self._one(servidor, name, miembro_id)
            progress.report(0, None, "Cambiando el rol")
            servidor.set_role(member.cuenta, rol)
        self._note(sesion, Accion.MIEMBRO_ROL, miembro_id, rol.value)

    def remove(self, sesion: Sesion, miembro_id: uuid.UUID, progress: Progress) -> None:
        with self._as_responsible() as (servidor, name):
            member = self._one(servidor, name, miembro_id)
            # A key that somebody else made meanwhile comes first.
            fetch_keys(self._store, self._oficina, servidor)
            progress.report(0, None, "Retirando el acceso")
            servidor.set_role(member.cuenta, None)
            self._write(servidor, member, {**member.datos, "activo": False})
            # Its right is gone already; the new key keeps it out of copies of the server too.
            progress.report(0, None, "Haciendo una llave nueva")
            self.rotate(servidor, name)
        self._note(sesion, Accion.MIEMBRO_RETIRADO, miembro_id)

    def rotate(self, servidor: Servidor, name: str) -> None:
        """A new key for every active member; new records are sealed with it from here on.

        One record, written at once: whoever else makes this number too finds it taken.
        """
        with self._store.read() as db:
            llavero = self._oficina.keys(db)
        former = newest(llavero)
        new = LlaveOficina.generate(former.numero + 1)
        members = [one for one in read_members(servidor, name, llavero) if one.activo]
        datos = key_data(new, former, members, name)
        written = Escritura(str(key_id(name, new.numero)), datos, None)
        (answer,) = servidor.write(LLAVES, [written])
        if answer.version is None:
            raise UserFacingError(answer.motivo or WRITTEN_TWICE)
        with self._store.write() as db:
            self._oficina.add_key(db, new)

    # -- parts

    def _enter(self, sesion: Sesion, conexion: Conexion, **values: object) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self._oficina.begin(db, conexion, **values)  # type: ignore[arg-type]
            self._bitacora.record(db, sesion, Accion.SINCRONIZACION_CONFIGURADA, OBJETO, row.id)

    def _publish(
        self,
        servidor: Servidor,
        conexion: Conexion,
        miembro: uuid.UUID,
        equipo: str,
        private: bytes,
        llave: LlaveOficina,
    ) -> None:
        datos = member_data(
            miembro, conexion.cuenta, equipo, public_of(private), conexion.oficina, llave
        )
        (answer,) = servidor.write(LLAVES, [Escritura(str(miembro), datos, None)])
        if answer.version is None:
            raise UserFacingError(answer.motivo or WRITTEN_TWICE)

    @contextmanager
    def _as_responsible(self) -> Iterator[tuple[Servidor, str]]:
        """The server, for as long as this is held, and the name of the office there."""
        with self._store.read() as db:
            row = self._oficina.row(db)
            servidor, name, cuenta = self._oficina.connect(db), row.oficina, row.cuenta
        with closing(servidor):
            if servidor.roles().get(cuenta) is not RolOficina.RESPONSABLE:
                raise NotAllowedError(NOT_RESPONSIBLE)
            yield servidor, name

    def _members(self, servidor: Servidor, name: str) -> list[RegistroMiembro]:
        with self._store.read() as db:
            llavero = self._oficina.keys(db)
        return read_members(servidor, name, llavero)

    def _one(self, servidor: Servidor, name: str, miembro_id: uuid.UUID) -> RegistroMiembro:
        with self._store.read() as db:
            if self._oficina.row(db).miembro == miembro_id:
                raise UserFacingError(NOT_MYSELF)
        for one in self._members(servidor, name):
            if one.id == miembro_id and one.activo:
                return one
        raise UserFacingError(NOT_MEMBER)

    def _write(self, servidor: Servidor, member: RegistroMiembro, datos: dict[str, object]) -> None:
        (answer,) = servidor.write(LLAVES, [Escritura(str(member.id), datos, member.version)])
        if answer.version is None:
            raise UserFacingError(answer.motivo or WRITTEN_TWICE)

    def _note(
        self, sesion: Sesion, accion: Accion, miembro_id: uuid.UUID, detalle: str = ""
    ) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            self._bitacora.record(db, sesion, accion, OBJETO, miembro_id, detalle)


def office_name(datos: object, oficina: str, llave: LlaveOficina) -> str:
    """What the office is called; empty when it does not say so to this key."""
    try:
        sealed = base64.b64decode(str(datos), validate=True)
        return llave.unseal(sealed, (oficina + _NAME_PLACE).encode()).decode()
    except (binascii.Error, SelloRotoError, ValueError):
        return ""


def _name(text: str, campo: str) -> str:
    name = clean(text)
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidInputError(NAME_MISSING, campo)
    return name
