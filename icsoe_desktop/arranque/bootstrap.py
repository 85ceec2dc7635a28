"""Builds all gateways, and the services over them. No other module does."""

from __future__ import annotations

import os
import secrets
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from icsoe_desktop.arranque.apertura import DatosAbiertos, open_data
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway
from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring, Keyring
from icsoe_desktop.gateways.certificados.autoridades import Autoridad, Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.gateways.instalacion import this_instalacion
from icsoe_desktop.gateways.licencias import LicenciasGateway, folder_of_program
from icsoe_desktop.gateways.politicas.central_ini import read_central
from icsoe_desktop.gateways.politicas.registro_windows import of_this_machine
from icsoe_desktop.gateways.trust import system_tls
from icsoe_desktop.paths import DataFolder, central_settings
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.licencias import LicenciasService
from icsoe_desktop.services.respaldo.service import USUAL, Programa
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Clock, Store, utc_now
from icsoe_desktop.store.tables import load_all

if TYPE_CHECKING:
    from PySide6.QtCore import QLockFile

    from icsoe_desktop.jobs import Progress
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

ENV_PRUEBAS = "ICSOE_PRUEBAS"


def lock_folder(folder: DataFolder) -> QLockFile | None:
    """Take the lock that the windows hold, for commands that need the folder alone."""
    from PySide6.QtCore import QLockFile

    lock = QLockFile(str(folder.lock))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None


# Only what make_sample makes has this setting, inside the encrypted store.
SAMPLE_MARK = "datos_de_ejemplo"


def open_application(
    folder: DataFolder,
    unlock: Unlock | None = None,
    keyring: Keyring | None = None,
    clock: Clock = utc_now,
) -> Application:
    """Open the store and build every service. Creates a missing store.

    Raises the errors of open_data.
    """
    return build_application(open_data(folder, unlock, keyring, clock), folder)


def build_application(datos: DatosAbiertos, folder: DataFolder) -> Application:
    """Build every service. Closes the data if one cannot be built."""
    load_all()
    try:
        application = _build(
            datos, folder, read_central(central_settings(), registry=of_this_machine())
        )
        application.usuarios.tidy_vault()
    except BaseException:
        datos.store.close()
        raise
    return application


def make_sample(folder: DataFolder, progress: Progress, clock: Clock = utc_now) -> None:
    """Create the sample data in `folder`, which must not exist. All or nothing.

    Raises UserFacingError and Cancelled.
    """
    # Most starts never make a sample: import these only here.
    from icsoe_desktop.gateways.certificados.ejemplo import SampleAuthority
    from icsoe_desktop.services.ejemplo.inicial import fill_sample

    stage = DataFolder(folder.root.with_name(f".{folder.root.name}-{secrets.token_hex(4)}"))
    with file_troubles_in_spanish():
        try:
            stage.root.mkdir(mode=0o700, parents=True)
            autoridad = SampleAuthority(clock())
            stage.sample_authority.write_bytes(autoridad.certificado)
            # The data are invented: their key may lie beside them in clear.
            datos = open_data(stage, None, FileKeyring(stage.root), clock)
            with datos.store.write() as db:
                keep_values(db, datos.store, SAMPLE_MARK, {"ejemplo": True})
            application = build_application(datos, stage)
            try:
                fill_sample(application, autoridad, stage.sample_files, progress)
            finally:
                application.close()
            stage.root.rename(folder.root)
        except BaseException:
            shutil.rmtree(stage.root, ignore_errors=True)
            raise


def delete_sample(folder: DataFolder) -> None:
    """Delete the sample data. Raises UserFacingError; ValueError for any other folder."""
    if not folder.is_sample:
        raise ValueError("not the sample data")
    # Rename first: after a kill, nothing may open the half-deleted folder.
    doomed = folder.root.with_name(f".{folder.root.name}-{secrets.token_hex(4)}")
    with file_troubles_in_spanish():
        folder.root.rename(doomed)
        shutil.rmtree(doomed)


def _build(datos: DatosAbiertos, folder: DataFolder, central: Central) -> Application:
    store, bitacora = datos.store, datos.bitacora
    with store.read() as db:
        ejemplo = bool(kept_values(db, SAMPLE_MARK))
    authorities = _added_authorities(folder) if ejemplo else ()

    @cache
    def sincronizacion() -> SincronizacionService:
        return build_sincronizacion(store, bitacora, central.sincronizacion)

    return Application(
        store,
        datos.boveda,
        bitacora,
        datos.acceso,
        datos.restauracion,
        politica=central,
        pruebas=os.environ.get(ENV_PRUEBAS) == "1",
        ejemplo=ejemplo,
        verificador=CertificateVerifier(Autoridades.pinned(authorities)),
        smtp=MailGateway(system_tls),
        plantillas=MailTemplates(folder.templates),
        backups=folder.backups,
        programa=_backup_schedule(central, ejemplo),
        actualizaciones=ActualizacionesService(
            ActualizacionesGateway(),
            central.actualizaciones,
            folder.updates,
            instalacion=this_instalacion(),
        ),
        licencias=LicenciasService(LicenciasGateway(folder_of_program())),
        sincronizacion=sincronizacion,
    )


def build_sincronizacion(
    store: Store, bitacora: BitacoraService, direccion: str = ""
) -> SincronizacionService:
    """direccion: the server address of the machine's policy; may be empty."""
    from icsoe_desktop.services.sincronizacion.oficina.connection import connect, try_out
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

    return SincronizacionService(store, bitacora, connect, try_out, direccion)


def _backup_schedule(central: Central, ejemplo: bool) -> Programa:
    """The schedule until a user chooses one. Sample data need no backup."""
    if ejemplo:
        return Programa()
    fixed = central.respaldo
    if fixed is None:
        return USUAL
    carpeta = Path(fixed.carpeta) if fixed.carpeta else None
    return Programa(fixed.cada_horas, fixed.conservar, carpeta, fijo=fixed.fijo)


def _added_authorities(folder: DataFolder) -> tuple[Autoridad, ...]:
    from icsoe_desktop.gateways.certificados.ejemplo import read_authority

    return (read_authority(folder.sample_authority.read_bytes()),)
