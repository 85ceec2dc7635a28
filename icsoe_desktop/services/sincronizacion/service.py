"""Sharing with the other desktops of an office: what windows and the command line may ask for."""

from __future__ import annotations

import uuid

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import (
    Apartado,
    Comprobacion,
    Conexion,
    Conflicto,
    Eleccion,
    EstadoSincronizacion,
    Invitacion,
    Miembro,
    ResumenSincronizacion,
    VistaInvitacion,
)
from icsoe_desktop.services.sincronizacion.oficina.joining import OfficeEntry
from icsoe_desktop.services.sincronizacion.oficina.members import OfficeMembers
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import Connect, TryOut
from icsoe_desktop.services.sincronizacion.recibir.conflicts import Conflictos
from icsoe_desktop.services.sincronizacion.round import SyncRound
from icsoe_desktop.store.engine import Store


class SincronizacionService:
    """Everything but `state` and `sync` needs CONFIGURAR: an enabled IDSE user.

    What takes a Progress speaks with the server and belongs in the queue of synchronisation;
    it raises Cancelled, and UserFacingError when the server cannot be reached or refuses.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        connect: Connect,
        try_out: TryOut,
        direccion: str = "",
    ) -> None:
        """direccion: what an administrator set for the machine; empty when nobody did."""
        self._store = store
        self._direccion = direccion
        self._try_out = try_out
        self._oficina = Oficina(store, bitacora, connect)
        self._conflictos = Conflictos(store, bitacora, self._oficina)
        self._round = SyncRound(store, bitacora, self._oficina)
        self._entry = OfficeEntry(store, bitacora, self._oficina, direccion)
        self._members = OfficeMembers(store, bitacora, self._oficina)

    # -- what everybody may see and do

    def state(self) -> EstadoSincronizacion:
        """Reads the store only; quick enough for a timer of the status bar."""
        return self._oficina.state()

    def sync(self, progress: Progress) -> ResumenSincronizacion:
        """One round: reads, merges, sends. For the timer, «Sincronizar ahora» and the command.

        What the network does is in `motivo` and in `state`, never an exception; a pause or no
        office gives an empty summary with its reason. Raises Cancelled between batches: what was
        done stays done.
        """
        return self._round.run(progress)

    # -- setting up

    def default_address(self, sesion: Sesion) -> str:
        """What the administrator of the machine set, or empty."""
        self._authorize(sesion)
        return self._direccion

    def test(
        self, sesion: Sesion, conexion: Conexion, progress: Progress
    ) -> tuple[Comprobacion, ...]:
        """«Probar conexión»: the server's dangerous settings, one by one. Keeps nothing."""
        self._authorize(sesion)
        return self._try_out(conexion, progress)

    def create(
        self, sesion: Sesion, conexion: Conexion, nombre: str, equipo: str, progress: Progress
    ) -> EstadoSincronizacion:
        """Makes this desktop the first of the office `conexion.oficina`, with a new key.

        nombre: of the office, equipo: of this desktop. All that is here waits to be sent then.
        Raises InvalidInputError (campo: direccion, cuenta, contrasena, oficina, nombre, equipo).
        """
        self._authorize(sesion)
        self._require(self._try_out(conexion, progress))
        self._entry.create(sesion, conexion, nombre, equipo, progress)
        return self.state()

    def read_invitation(self, sesion: Sesion, archivo: bytes, codigo: str) -> VistaInvitacion:
        """Opens an invitation; takes about 0.3 s.

        Raises InvalidInputError (campo «archivo» or «codigo»): also for one to another server than
        the administrator of the machine set.
        """
        self._authorize(sesion)
        return self._entry.read_invitation(archivo, codigo)

    def join(
        self, sesion: Sesion, vista: VistaInvitacion, equipo: str, progress: Progress
    ) -> ResumenSincronizacion:
        """Joins the office and downloads it; what is here already is merged with it.

        The invitation is used up: this desktop gives its account a password of its own. A
        download that is cancelled goes on with the next `sync`.
        """
        self._authorize(sesion)
        self._entry.join(sesion, vista, equipo, progress)
        return self._round.run(progress)

    def change_connection(self, sesion: Sesion, conexion: Conexion, progress: Progress) -> None:
        """Another address or password of the same office and account; then it goes on."""
        self._authorize(sesion)
        self._require(self._try_out(conexion, progress))
        self._oficina.change_connection(sesion, conexion)
        self._round.look_again()

    def pause(self, sesion: Sesion) -> None:
        self._oficina.set_paused(sesion, True)

    def resume(self, sesion: Sesion) -> None:
        """Ends a pause; also tries again where it had been stopped."""
        self._oficina.set_paused(sesion, False)
        self._round.look_again()

    def leave(self, sesion: Sesion) -> None:
        """This desktop keeps its data and shares no more; what waited is not sent."""
        self._oficina.leave(sesion)
        self._round.look_again()

    # -- what waits for a person

    def conflicts(self, sesion: Sesion) -> tuple[Conflicto, ...]:
        """The newest first."""
        return self._conflictos.all(sesion)

    def resolve(self, sesion: Sesion, conflicto: Conflicto, eleccion: Eleccion) -> None:
        """The choice reaches every desktop with the next round.

        conflicto: as somebody saw it. Raises UserFacingError, also when it says something else now.
        """
        self._conflictos.resolve(sesion, conflicto, eleccion)

    def set_aside(self, sesion: Sesion) -> tuple[Apartado, ...]:
        """What could not be sent or written, with its reason."""
        return self._conflictos.set_aside(sesion)

    def retry(self, sesion: Sesion, collection: str, registro_id: uuid.UUID) -> None:
        """Tries one that was set aside again, with the next round."""
        self._conflictos.retry(sesion, collection, registro_id)

    # -- members

    def members(self, sesion: Sesion, progress: Progress) -> tuple[Miembro, ...]:
        self._authorize(sesion)
        return self._members.all(progress)

    def invite(
        self,
        sesion: Sesion,
        cuenta: str,
        contrasena: str,
        rol: RolOficina,
        progress: Progress,
    ) -> Invitacion:
        """An invitation for an account that the server's administrator made.

        contrasena: the first one of that account, which joining replaces.
        Raises NotAllowedError unless this desktop's account is a responsable.
        """
        self._authorize(sesion)
        return self._members.invite(sesion, cuenta, contrasena, rol, progress)

    def set_role(
        self, sesion: Sesion, miembro_id: uuid.UUID, rol: RolOficina, progress: Progress
    ) -> None:
        self._authorize(sesion)
        self._members.set_role(sesion, miembro_id, rol, progress)

    def remove_member(self, sesion: Sesion, miembro_id: uuid.UUID, progress: Progress) -> None:
        """Takes its right away and makes a new key: it cannot read what is written from now on."""
        self._authorize(sesion)
        self._members.remove(sesion, miembro_id, progress)

    def _authorize(self, sesion: Sesion) -> None:
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)

    def _require(self, comprobaciones: tuple[Comprobacion, ...]) -> None:
        self._oficina.require_good(comprobaciones)
