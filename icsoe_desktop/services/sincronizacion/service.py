"""Synchronisation with the other desktops of an office, for windows and the command line."""

from __future__ import annotations

from dataclasses import replace

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import (
    Conexion,
    EstadoSincronizacion,
    ResumenSincronizacion,
    ServerFinding,
    VistaInvitacion,
)
from icsoe_desktop.services.sincronizacion.oficina.joining import OfficeEntry
from icsoe_desktop.services.sincronizacion.oficina.members import OfficeMembers
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.register import OfficeRegister
from icsoe_desktop.services.sincronizacion.oficina.server import Connect, TryOut
from icsoe_desktop.services.sincronizacion.recibir.conflicts import Conflictos
from icsoe_desktop.services.sincronizacion.sync_round import SyncRound
from icsoe_desktop.store.engine import Store


class SincronizacionService:
    """conflictos: what a person decides. miembros: who belongs to the office.

    Every method except `state` and `sync` requires Permiso.CONFIGURAR (an enabled IDSE user).

    Methods with a Progress parameter call the server: run them in the synchronisation queue.
    They raise Cancelled, and UserFacingError when the server is unreachable or refuses.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        connect: Connect,
        try_out: TryOut,
        direccion: str = "",
    ) -> None:
        """direccion: the server address of the machine's policy; empty without a policy."""
        self._store = store
        self._direccion = direccion
        self._try_out = try_out
        self._oficina = Oficina(store, bitacora, connect)
        self.conflictos = Conflictos(store, bitacora, self._oficina)
        self._register = OfficeRegister(store, self._oficina)
        self._round = SyncRound(store, bitacora, self._oficina, self._register)
        self._entry = OfficeEntry(store, bitacora, self._oficina, self._register, direccion)
        self.miembros = OfficeMembers(store, bitacora, self._oficina, self._register)

    # -- without permission check

    def state(self) -> EstadoSincronizacion:
        """Reads only the store; fast enough for a timer of the status bar."""
        state = self._oficina.state()
        with self._store.read() as db:
            titular, alone = self._register.book.titular_alone(db)
        unable = titular and state.rol is not RolOficina.RESPONSABLE
        return replace(state, sin_relevo=alone, sin_firma=unable)

    def sync(self, progress: Progress) -> ResumenSincronizacion:
        """Run one round: read, merge, send.

        Waits for another round of this program. Network errors do not raise: they are in `motivo`
        and in `state`. A paused or missing office gives an empty summary with a `motivo`.
        Raises Cancelled between batches; finished batches stay.
        """
        return self._round.run(progress)

    # -- setting up

    def default_address(self, sesion: Sesion) -> str:
        """The server address of the machine's policy, or an empty text."""
        self._authorize(sesion)
        return self._direccion

    def test(
        self, sesion: Sesion, conexion: Conexion, progress: Progress
    ) -> tuple[ServerFinding, ...]:
        """Check the settings of the server that can lose data. Stores nothing."""
        self._authorize(sesion)
        return self._try_out(conexion, progress)

    def create(
        self, sesion: Sesion, conexion: Conexion, nombre: str, equipo: str, progress: Progress
    ) -> EstadoSincronizacion:
        """Make this desktop the first one of the office `conexion.oficina`, with a new key.

        nombre: name of the office. equipo: name of this desktop.
        Queues every shared row for sending.
        Raises InvalidInputError (campo: direccion, cuenta, contrasena, oficina, nombre, equipo).
        """
        self._authorize(sesion)
        self._oficina.require_good(self._try_out(conexion, progress))
        self._entry.create(sesion, conexion, nombre, equipo, progress)
        return self.state()

    def read_invitation(self, sesion: Sesion, archivo: bytes, codigo: str) -> VistaInvitacion:
        """Open an invitation; takes about 0.3 s.

        Raises InvalidInputError (campo «archivo» or «codigo»), also if the invitation names a
        server other than the one of the machine's policy.
        """
        self._authorize(sesion)
        return self._entry.read_invitation(archivo, codigo)

    def join(
        self, sesion: Sesion, vista: VistaInvitacion, equipo: str, progress: Progress
    ) -> ResumenSincronizacion:
        """Join the office, download its records and merge them with the local ones.

        The invitation works once, until it expires: this desktop replaces the password of its
        account, and the titular's desktop then lets it into the register.
        The next `sync` continues a cancelled download.
        """
        self._authorize(sesion)
        self._entry.join(sesion, vista, equipo, progress)
        return self._round.run(progress)

    def change_connection(self, sesion: Sesion, conexion: Conexion, progress: Progress) -> None:
        """Change the address or password for the same office and account; resume if stopped."""
        self._authorize(sesion)
        self._oficina.require_good(self._try_out(conexion, progress))
        self._oficina.change_connection(sesion, conexion)
        self._round.look_again()

    def pause(self, sesion: Sesion) -> None:
        self._oficina.set_paused(sesion, True)

    def resume(self, sesion: Sesion) -> None:
        """End a pause. Also clears `detenida`, so that rounds run again."""
        self._oficina.set_paused(sesion, False)
        self._round.look_again()

    def leave(self, sesion: Sesion, progress: Progress) -> bool:
        """Leave the office. The desktop keeps its data; pending changes are not sent.

        False if the office could not be told: a responsable must then remove this desktop.
        Raises UserFacingError for the titular of an office with other desktops.
        """
        told = self.miembros.leave(sesion, progress)
        self._round.look_again()
        return told

    # -- the titular

    def take_over(self, sesion: Sesion, codigo: str, progress: Progress) -> None:
        """Make this desktop the titular: it is the suplente, or has the paper's code.

        Raises InvalidInputError (campo «codigo»).
        """
        self.miembros.take_over(sesion, codigo, progress)
        self._round.look_again()

    def forget_undone(self, sesion: Sesion) -> None:
        """Clear `EstadoSincronizacion.por_repetir`."""
        self._oficina.forget_undone(sesion)

    def _authorize(self, sesion: Sesion) -> None:
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
