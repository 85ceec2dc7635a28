"""The installation, and the two contratistas in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.services.acceso.activacion import ActivacionService
from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService
from icsoe_desktop.services.bitacora.consulta import ConsultaBitacoraService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.capturistas.consulta import ConsultaCapturistasService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.services.capturistas.importacion import ImportacionCapturistasService
from icsoe_desktop.services.capturistas.privacidad import PrivacidadService
from icsoe_desktop.services.capturistas.service import CapturistasService
from icsoe_desktop.services.contratista.acuses import AcusesService
from icsoe_desktop.services.contratista.domicilios import CodigosPostalesService
from icsoe_desktop.services.contratista.service import ContratistasService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from tests.gateways.certificados.generador import Emisora
from tests.services.archivos_prueba import Archivos
from tests.services.mundo import Mundo
from tests.support.smtp_real import PASSWORD, SmtpReal


@pytest.fixture
def mundo(
    store: Store,
    boveda: Boveda,
    bitacora: BitacoraService,
    buzon: BuzonService,
    verificador: CertificateVerifier,
    emisora: Emisora,
    tmp_path: Path,
) -> Mundo:
    plantillas = tmp_path / "plantillas"
    correos = CorreosCapturista(store, buzon, MailTemplates(plantillas))
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
