"""Mail for the tests of services: a real server, the outbox, the settings that lead to it.

And an office whose data are backed up, and somebody who forgot her password.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.recuperacion import RecuperacionService
from icsoe_desktop.services.acceso.usuarios import AltaUsuario, UsuariosService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.acceso.con_recuperacion import ALMA, OLD, olvido
from tests.services.con_icsoe import buzon_real, fisica, moral, mundo
from tests.services.con_movimientos import (
    archivo,
    bring,
    caso,
    constancias,
    importacion,
    lotes,
    movimientos,
    papel,
    plazos,
)
from tests.services.correo.caso import Enqueue
from tests.services.respaldo.con_respaldo import Oficina
from tests.support.plantillas import usuario_nuevo
from tests.support.smtp_real import PASSWORD, SmtpReal
from tests.support.smtp_real import smtp as smtp

__all__ = [
    "archivo", "bring", "buzon_real", "caso", "constancias", "fisica", "importacion", "lotes",
    "moral", "movimientos", "mundo", "olvido", "papel", "plazos",
]  # fmt: skip


@pytest.fixture
def gateway() -> MailGateway:
    return MailGateway(step_timeout_s=30, message_timeout_s=30)


@pytest.fixture
def ajustes(store: Store, bitacora: BitacoraService, gateway: MailGateway) -> AjustesService:
    return AjustesService(store, bitacora, gateway)


@pytest.fixture
def buzon(store: Store, ajustes: AjustesService, gateway: MailGateway) -> BuzonService:
    return BuzonService(store, ajustes, gateway)


@pytest.fixture
def configured(sesion: Sesion, ajustes: AjustesService, smtp: SmtpReal) -> SmtpReal:
    """The server, with the settings that lead to it kept."""
    ajustes.save_servidor_correo(sesion, smtp.servidor(), PASSWORD)
    return smtp


@pytest.fixture
def mensaje() -> MensajeCorreo:
    return MensajeCorreo(
        para="beto@ejemplo.mx",
        asunto="Aviso a Íñigo Núñez",
        texto="Mañana vence el certificado de Ñandú, S.A.",
    )


@pytest.fixture
def enqueue(store: Store, buzon: BuzonService, reloj: Reloj) -> Enqueue:
    """Puts one mail to each of these people in the outbox."""

    def put(*names: str, vence: datetime | None = None) -> None:
        for name in names:
            with store.write() as db:
                mensaje = MensajeCorreo(
                    para=f"{name}@ejemplo.mx", asunto=f"Para {name}", texto="Secreto 4711 de Ñandú"
                )
                buzon.enqueue(db, mensaje, vence)

    return put


@pytest.fixture
def oficina(tmp_path: Path, reloj: Reloj) -> Oficina:
    return Oficina(tmp_path / "datos", reloj)


@pytest.fixture
def respaldo(oficina: Oficina, tmp_path: Path) -> Path:
    ruta = tmp_path / "copia.icsoe-respaldo"
    oficina.back_up(ruta)
    return ruta


@pytest.fixture
def usuarios(store: Store, boveda: Boveda, bitacora: BitacoraService) -> UsuariosService:
    return UsuariosService(store, boveda, bitacora)


@pytest.fixture
def acceso(store: Store, boveda: Boveda, bitacora: BitacoraService) -> AccesoService:
    return AccesoService(store, boveda, bitacora)


@pytest.fixture
def alma(usuarios: UsuariosService) -> AltaUsuario:
    return usuarios.register(None, usuario_nuevo(ALMA, OLD))


@pytest.fixture
def recuperacion(
    store: Store,
    boveda: Boveda,
    bitacora: BitacoraService,
    buzon: BuzonService,
    ajustes: AjustesService,
    alma: AltaUsuario,
    smtp: SmtpReal,
) -> RecuperacionService:
    ajustes.save_servidor_correo(alma.sesion, smtp.servidor(), PASSWORD)
    return RecuperacionService(store, boveda, bitacora, buzon)


Disco = Callable[[Path, int], Path]


@pytest.fixture
def disco() -> Iterator[Disco]:
    """Mounts a disk of so many megabytes on a folder."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("montar un disco pequeño pide ser root en Linux")
    mount = shutil.which("mount")
    with ExitStack() as stack:

        def make(folder: Path, megabytes: int) -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            command = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
            if mount is None or subprocess.run([mount, *command], capture_output=True).returncode:
                pytest.skip("este equipo no deja montar un disco pequeño")
            stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
            return folder

        yield make


@pytest.fixture
def disco_lleno(disco: Disco, tmp_path: Path) -> Path:
    """A disk of one megabyte, nearly full."""
    disk = disco(tmp_path / "disco", 1)
    (disk / "fotos").write_bytes(bytes(900_000))
    return disk
