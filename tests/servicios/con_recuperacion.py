"""Somebody who forgot her password, the mail that reaches her, and cheap passwords."""

from __future__ import annotations

import re

import pytest

from icsoe_desktop.gateways import sobre_llaves
from icsoe_desktop.gateways.boveda import Boveda
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services import contrasenas
from icsoe_desktop.services.acceso import AccesoService
from icsoe_desktop.services.ajustes import AjustesService
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.services.recuperacion import RecuperacionService
from icsoe_desktop.services.usuarios import AltaUsuario, UsuarioNuevo, UsuariosService
from icsoe_desktop.store.engine import Store
from tests.smtp_real import PASSWORD, SmtpReal

ALMA, BETO = "alma@ejemplo.mx", "beto@ejemplo.mx"
OLD, NEW, NEWER = "Ocre-Mazo7.Viga", "Lirio#Pozo9Tren", "Cauce/Nube3.Faro"


@pytest.fixture
def cheap_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real function with little memory: these tests are not about its cost."""
    monkeypatch.setattr(contrasenas, "MEMORY_KIB", 64)
    monkeypatch.setattr(contrasenas, "ITERATIONS", 1)
    monkeypatch.setattr(sobre_llaves, "ARGON2_MEMORY_KIB", 64)
    monkeypatch.setattr(sobre_llaves, "ARGON2_ITERATIONS", 1)


@pytest.fixture
def usuarios(store: Store, boveda: Boveda, bitacora: BitacoraService) -> UsuariosService:
    return UsuariosService(store, boveda, bitacora)


@pytest.fixture
def acceso(store: Store, boveda: Boveda, bitacora: BitacoraService) -> AccesoService:
    return AccesoService(store, boveda, bitacora)


@pytest.fixture
def alma(usuarios: UsuariosService) -> AltaUsuario:
    return usuarios.register(None, UsuarioNuevo("Alma", "Prieto", "", ALMA, OLD, OLD, True))


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


def code_in(smtp: SmtpReal, buzon: BuzonService) -> str:
    """Sends what waits and reads the code in the last mail, as a person would."""
    buzon.send_due(NoProgress())
    [code] = re.findall(r"^    (\d{4} \d{4})$", text_of_last(smtp), flags=re.MULTILINE)
    return str(code)


def text_of_last(smtp: SmtpReal) -> str:
    body = smtp.received[-1].message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def another(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"
