"""Somebody who forgot her password, and the mail that reaches her."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

import pytest

from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.recuperacion import RecuperacionService
from icsoe_desktop.services.acceso.usuarios import AltaUsuario, UsuariosService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.support.plantillas import usuario_nuevo
from tests.support.smtp_real import SmtpReal

ALMA, BETO = "alma@ejemplo.mx", "beto@ejemplo.mx"
OLD, NEW, NEWER = "Ocre-Mazo7.Viga", "Lirio#Pozo9Tren", "Cauce/Nube3.Faro"


@dataclass(frozen=True)
class Olvido:
    """Alma, whose password is OLD, and the services that help her."""

    alma: AltaUsuario
    recuperacion: RecuperacionService
    acceso: AccesoService
    usuarios: UsuariosService
    boveda: Boveda
    buzon: BuzonService
    smtp: SmtpReal
    store: Store
    reloj: Reloj

    def beto(self) -> AltaUsuario:
        """A second user."""
        return self.usuarios.register(self.alma.sesion, usuario_nuevo(BETO, NEWER, "Beto", "Cruz"))

    def ask(self, correo: str = ALMA) -> str:
        """The code that came by mail to whoever asked for one."""
        self.recuperacion.request(correo)
        return self.code()

    def code(self) -> str:
        """Sends what waits and reads the code in the last mail, as a person would."""
        self.buzon.send_due(NoProgress())
        [code] = re.findall(r"^    (\d{4} \d{4})$", self.last_text(), flags=re.MULTILINE)
        return str(code)

    def last_text(self) -> str:
        body = self.smtp.received[-1].message.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture
def olvido(request: pytest.FixtureRequest) -> Olvido:
    return Olvido(**{each.name: request.getfixturevalue(each.name) for each in fields(Olvido)})


def another(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"
