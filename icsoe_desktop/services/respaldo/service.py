"""Manual and scheduled backups. Each is verified, and the newest are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import hora_local
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.respaldo.archivo import SUFFIX, BackupFolders
from icsoe_desktop.gateways.respaldo.cabecera import WrappedKey
from icsoe_desktop.jobs import Cancelled, NoProgress, Progress
from icsoe_desktop.services.acceso.autorizacion import (
    authorize,
    check_right,
    own_or,
    reading,
    writing,
)
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.respaldo.escritura import AUTOMATIC, EscrituraRespaldo, RespaldoHecho
from icsoe_desktop.services.respaldo.restauracion import (
    RespaldoEncontrado,
    RestauracionService,
    VistaPreviaRespaldo,
    find_backups,
)
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store

NAME = "respaldo"
MOST_KEPT = 365

FIXED = (
    "Los respaldos automáticos los fijó quien administra este equipo. No se cambió nada. Puede "
    "respaldar a mano cuando quiera."
)
PASSWORD_MISSING = "Escriba la contraseña con la que se protegerán los respaldos."
OUR_BUG = (
    "El respaldo programado falló por un error del programa. Sus datos y los respaldos anteriores "
    "están completos. Elija «Respaldar ahora»; si se repite, envíe el registro de errores a quien "
    "da soporte."
)
HOLDS_LESS = (
    "El respaldo se hizo, pero sus datos son muchos menos que los de «{}», que no se borrará. "
    "Revise que no le falte nada. Si está bien así, borre ese archivo; si no, restáurelo."
)
KEEP_AT_LEAST = f"Conserve de 1 a {MOST_KEPT} respaldos."


@dataclass(frozen=True)
class Programa:
    """Schedule of backups. cada_horas: 0 disables it. carpeta: None for the data folder's own.

    tiene_contrasena: backups have their own password; otherwise the users' passwords open them.
    fijo: the administrator's; users cannot change it. elegido: a user saved it.
    """

    cada_horas: int = 0
    conservar: int = 7
    carpeta: Path | None = None
    tiene_contrasena: bool = False
    fijo: bool = False
    elegido: bool = False


# Until somebody chooses: once a day, a week of them, beside the data.
USUAL = Programa(cada_horas=24, conservar=7)


@dataclass(frozen=True)
class FalloRespaldo:
    """What is wrong with the last scheduled backup, as a Spanish sentence."""

    cuando: datetime
    motivo: str


class RespaldoService:
    """backups: folder for copies inside the data folder. inicial: schedule until a user saves one,
    or instead of it if `fijo`.
    """

    def __init__(
        self,
        store: Store,
        boveda: Boveda,
        bitacora: BitacoraService,
        backups: Path,
        restauracion: RestauracionService,
        inicial: Programa = Programa(),
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._backups = backups
        self._restauracion = restauracion
        self._boveda = boveda
        self._inicial = inicial
        self._carpetas = BackupFolders(backups)
        self._escritura = EscrituraRespaldo(store, boveda, backups)

    def programa(self, sesion: Sesion) -> Programa:
        with reading(self._store, sesion, Permiso.CONFIGURAR) as db:
            return self._programa(kept_values(db, NAME))

    def last(self, sesion: Sesion) -> datetime | None:
        """When the last scheduled backup was made. A contratista may know, too: it has her data."""
        with reading(self._store, sesion, own_or(sesion, Permiso.CONFIGURAR)) as db:
            found = kept_values(db, NAME).get("ultimo")
        return datetime.fromisoformat(found) if found else None

    def save_programa(self, sesion: Sesion, programa: Programa, contrasena: str | None) -> None:
        """Save the schedule. contrasena: None keeps the current one.

        Only the wrapped key is stored, not the password. Without one, the passwords of the users
        and the recovery code open the backups.
        Raises InvalidInputError (campo «contrasena» or «conservar») and NotAllowedError.
        """
        if self._inicial.fijo:
            raise UserFacingError(FIXED)
        if not 1 <= programa.conservar <= MOST_KEPT:
            raise InvalidInputError(KEEP_AT_LEAST, "conservar")
        llave = self._escritura.wrap(contrasena) if contrasena is not None else None
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            kept = kept_values(db, NAME)
            if llave is not None:
                kept["llave"] = llave.as_json()
            if programa.cada_horas and "llave" not in kept and not self._can_be_opened():
                raise InvalidInputError(PASSWORD_MISSING, "contrasena")
            kept["cada_horas"] = programa.cada_horas
            kept["conservar"] = programa.conservar
            kept["carpeta"] = str(programa.carpeta) if programa.carpeta else None
            # The new settings may have fixed the cause. The next attempt will tell.
            kept.pop("fallo", None)
            keep_values(db, self._store, NAME, kept)
            detalle = (
                f"cada {programa.cada_horas} horas, conservar {programa.conservar}"
                if programa.cada_horas
                else "nunca"
            )
            self._bitacora.record(db, sesion, Accion.AJUSTES_RESPALDO, detalle=detalle)
        if programa.carpeta is not None:
            self._carpetas.remember(programa.carpeta)

    def create(
        self,
        sesion: Sesion | None,
        ruta: Path,
        contrasena: str | None,
        progress: Progress | None = None,
    ) -> RespaldoHecho:
        """Write and verify a backup at `ruta`.

        sesion: None for the command line, which opened the data with its own key.
        contrasena: None uses the password of scheduled backups. Raises InvalidInputError (campo
        «contrasena»), NotAllowedError, UserFacingError for disk errors, Cancelled.
        """
        with self._store.read() as db:
            if sesion is not None:
                authorize(db, sesion, Permiso.CONFIGURAR)
            kept = kept_values(db, NAME)
        if contrasena is not None:
            llave = self._escritura.wrap(contrasena)
        elif "llave" in kept:
            llave = WrappedKey.from_json(kept["llave"])
        else:
            raise InvalidInputError(PASSWORD_MISSING, "contrasena")
        done = self._write(ruta, llave, progress or NoProgress())
        with self._store.write() as db:
            self._bitacora.record(db, sesion, Accion.RESPALDO_CREADO, detalle=ruta.name)
        return done

    def is_due(self) -> bool:
        with self._store.read() as db:
            kept = kept_values(db, NAME)
        programa = self._programa(kept)
        if not programa.cada_horas:
            return False
        if not programa.tiene_contrasena and not self._can_be_opened():
            return False  # nobody could open them
        last = kept.get("ultimo")
        if last is None:
            return True
        elapsed = self._store.clock() - datetime.fromisoformat(last)
        return not timedelta(0) <= elapsed < timedelta(hours=programa.cada_horas)

    def run_scheduled(self, progress: Progress | None = None) -> RespaldoHecho:
        """Write the scheduled backup now and delete the oldest beyond the number to keep.

        Checks no right: the key is already wrapped. Raises UserFacingError, Cancelled. The reason
        of a failure is stored until a backup succeeds.
        """
        try:
            return self._run_scheduled(progress or NoProgress())
        except UserFacingError as error:
            self._keep_failure(error.message)
            raise
        except Cancelled:
            raise
        except Exception:
            self._keep_failure(OUR_BUG)
            raise

    def last_failure(self) -> FalloRespaldo | None:
        """What is wrong with the last scheduled backup. None after a good one."""
        with self._store.read() as db:
            fallo = kept_values(db, NAME).get("fallo")
        if fallo is None:
            return None
        return FalloRespaldo(datetime.fromisoformat(fallo["cuando"]), str(fallo["motivo"]))

    def clear_leftovers(self) -> tuple[str, ...]:
        """Delete partial files of backups interrupted hours ago. Returns their names."""
        return self._carpetas.clear_leftovers(self._store.clock())

    def _run_scheduled(self, progress: Progress) -> RespaldoHecho:
        with self._store.read() as db:
            kept = kept_values(db, NAME)
        programa = self._programa(kept)
        if "llave" in kept:
            llave = WrappedKey.from_json(kept["llave"])
        elif self._can_be_opened():
            # Nobody knows this password: the users' passwords or the recovery code open it.
            llave = self._escritura.wrap(secrets.token_urlsafe(32))
        else:
            raise InvalidInputError(PASSWORD_MISSING, "contrasena")
        folder = programa.carpeta or self._backups
        if programa.carpeta is None:
            with file_troubles_in_spanish():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._escritura.require_space(folder)
        now = self._store.clock()
        ruta = folder / f"{AUTOMATIC}{hora_local(now):%Y%m%dT%H%M%S}{SUFFIX}"
        done = self._write(ruta, llave, progress)
        retired = self._escritura.retire(folder, programa.conservar)
        fuller = self._escritura.much_fuller(done)
        with self._store.write() as db:
            kept = kept_values(db, NAME)
            kept["ultimo"] = now.isoformat()
            kept.pop("fallo", None)
            if fuller:
                kept["fallo"] = {"cuando": now.isoformat(), "motivo": HOLDS_LESS.format(fuller)}
            keep_values(db, self._store, NAME, kept)
            self._bitacora.record(db, None, Accion.RESPALDO_CREADO, detalle=ruta.name)
            for name in retired:
                self._bitacora.record(db, None, Accion.RESPALDO_RETIRADO, detalle=name)
        return done

    def found(self, sesion: Sesion) -> tuple[RespaldoEncontrado, ...]:
        """The backups in the folders of this installation, newest first."""
        programa = self.programa(sesion)
        chosen = () if programa.carpeta is None else (programa.carpeta,)
        return find_backups(*self._carpetas.all(), *chosen)

    def preview(
        self, sesion: Sesion, ruta: Path, contrasena: str, progress: Progress | None = None
    ) -> VistaPreviaRespaldo:
        check_right(self._store, sesion, Permiso.CONFIGURAR)
        return self._restauracion.preview(ruta, contrasena, progress)

    def restore(
        self,
        sesion: Sesion,
        vista: VistaPreviaRespaldo,
        contrasena: str,
        progress: Progress | None = None,
    ) -> Path:
        """Prepare the restore, which takes place at the next start.

        Returns the folder that will keep the current data.
        """
        check_right(self._store, sesion, Permiso.CONFIGURAR)
        kept = self._restauracion.restore(vista.ruta, contrasena, progress, vista)
        with self._store.write() as db:
            self._bitacora.record(db, sesion, Accion.RESTAURACION, detalle=vista.ruta.name)
        return kept

    def _programa(self, kept: dict[str, Any]) -> Programa:
        if self._inicial.fijo or "cada_horas" not in kept:
            return replace(self._inicial, tiene_contrasena="llave" in kept)
        carpeta = kept.get("carpeta")
        return Programa(
            int(kept["cada_horas"]),
            int(kept.get("conservar", USUAL.conservar)),
            Path(carpeta) if carpeta else None,
            "llave" in kept,
            elegido=True,
        )

    def _can_be_opened(self) -> bool:
        """Whether a user's password or the recovery code opens a backup without its own."""
        return self._boveda.has_passwords() or self._boveda.has_recovery_code()

    def _write(self, ruta: Path, llave: WrappedKey, progress: Progress) -> RespaldoHecho:
        done = self._escritura.write(ruta, llave, progress)
        self._carpetas.remember(ruta.parent)
        return done

    def _keep_failure(self, motivo: str) -> None:
        with self._store.write() as db:
            kept = kept_values(db, NAME)
            kept["fallo"] = {"cuando": self._store.clock().isoformat(), "motivo": motivo}
            keep_values(db, self._store, NAME, kept)
