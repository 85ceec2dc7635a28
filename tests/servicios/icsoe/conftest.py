"""The installation, the two contratistas in it, and cheap password hashing."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.domain.verificacion import Cadena
from icsoe_desktop.gateways.autoridades import Autoridades
from icsoe_desktop.gateways.boveda import Boveda
from icsoe_desktop.gateways.plantillas import Plantillas
from icsoe_desktop.gateways.verificador_certificados import VerificadorCertificados
from icsoe_desktop.services import acceso_icsoe, contrasenas
from icsoe_desktop.services.acceso_icsoe import AccesoIcsoeService
from icsoe_desktop.services.activacion import ActivacionService
from icsoe_desktop.services.acuses import AcusesService
from icsoe_desktop.services.ajustes import AjustesService
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.services.capturistas import CapturistasService
from icsoe_desktop.services.consulta_bitacora import ConsultaBitacoraService
from icsoe_desktop.services.consulta_capturistas import ConsultaCapturistasService
from icsoe_desktop.services.contratistas import ContratistasService
from icsoe_desktop.services.correos_capturista import CorreosCapturista
from icsoe_desktop.services.domicilios import CodigosPostalesService
from icsoe_desktop.services.importacion_capturistas import ImportacionCapturistasService
from icsoe_desktop.services.privacidad import PrivacidadService
from icsoe_desktop.store.engine import Store
from tests.certificados.generador import Emisora
from tests.servicios.archivos_prueba import Archivos
from tests.servicios.icsoe.mundo import Mundo
from tests.smtp_real import PASSWORD, SmtpReal


@pytest.fixture(autouse=True)
def cheap_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real function with little memory: these tests are not about its cost."""
    monkeypatch.setattr(contrasenas, "MEMORY_KIB", 64)
    monkeypatch.setattr(contrasenas, "ITERATIONS", 1)
    monkeypatch.setattr(acceso_icsoe, "HASH_OF_NOBODY", contrasenas.hash_password("de nadie"))


@pytest.fixture(scope="session")
def emisora() -> Emisora:
    return Emisora()


@pytest.fixture(scope="session")
def emisora_de_pruebas() -> Emisora:
    return Emisora("A.C. DE PRUEBAS DE VERDAD")


@pytest.fixture
def verificador(emisora: Emisora, emisora_de_pruebas: Emisora) -> VerificadorCertificados:
    pinned = [emisora.autoridad(Cadena.SAT), emisora_de_pruebas.autoridad(Cadena.PRUEBA)]
    return VerificadorCertificados(Autoridades(pinned))


@pytest.fixture
def mundo(
    store: Store,
    boveda: Boveda,
    bitacora: BitacoraService,
    buzon: BuzonService,
    verificador: VerificadorCertificados,
    emisora: Emisora,
    tmp_path: Path,
) -> Mundo:
    plantillas = tmp_path / "plantillas"
    correos = CorreosCapturista(store, buzon, Plantillas(plantillas))
    capturistas = CapturistasService(store, bitacora, correos)
    return Mundo(
        store=store,
        bitacora=bitacora,
        buzon=buzon,
        archivos=Archivos(tmp_path, emisora),
        acceso=AccesoIcsoeService(store, boveda, bitacora, correos, verificador, pruebas=False),
        correos=correos,
        contratistas=ContratistasService(store, bitacora),
        acuses=AcusesService(store, bitacora),
        codigos_postales=CodigosPostalesService(store, bitacora),
        capturistas=capturistas,
        consulta=ConsultaCapturistasService(store, bitacora),
        importacion=ImportacionCapturistasService(store, bitacora, capturistas),
        activacion=ActivacionService(store, bitacora, correos),
        log=ConsultaBitacoraService(store, bitacora),
        privacidad=PrivacidadService(store, bitacora, correos),
        plantillas=plantillas,
    )


@pytest.fixture
def moral(mundo: Mundo) -> Sesion:
    """A persona moral that did all its first steps."""
    return mundo.moral()


@pytest.fixture
def fisica(mundo: Mundo) -> Sesion:
    """A persona física that did all its first steps, in the same installation."""
    return mundo.fisica()


@pytest.fixture
def buzon_real(ajustes: AjustesService, sesion: Sesion, smtp: SmtpReal) -> SmtpReal:
    """The server that mail leaves by."""
    ajustes.save_servidor_correo(sesion, smtp.servidor(), PASSWORD)
    return smtp
