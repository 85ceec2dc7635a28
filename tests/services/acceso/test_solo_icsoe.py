"""An installation without IDSE users and two contratistas: a whole product, without a keyring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.errors import NotAllowedError, StoreLockedError
from icsoe_desktop.gateways.boveda.boveda import LOCKED_CODE_ONLY
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.acceso.icsoe import EfirmaElegida
from icsoe_desktop.services.acceso.valores import IngresoContratista
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.respaldo.service import Programa
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.conftest import Reloj
from tests.domain.icsoe.informativas import contrato, filas
from tests.gateways.certificados.generador import Emisora, efirma_fisica
from tests.gui.conftest import usuario_nuevo
from tests.services.archivos_prueba import CLAVE, RFC_MORAL, Archivos
from tests.services.mundo import PDF, RFC_FISICA
from tests.support.dobles import NoLlavero
from tests.support.smtp_real import SmtpReal, smtp_server

RESPALDO = "Respaldo.Largo93"


class Equipo:
    """One machine: starts the program, and lets a contratista in with its e.firma."""

    def __init__(self, folder: DataFolder, archivos: Archivos, reloj: Reloj) -> None:
        self.folder = folder
        self._archivos = archivos
        self._reloj = reloj
        self.application: Application | None = None

    def start(self, unlock: Unlock | None = None) -> Application:
        self.stop()
        self.application = open_application(
            self.folder, unlock, keyring=NoLlavero(), clock=self._reloj
        )
        return self.application

    def stop(self) -> None:
        if self.application is not None:
            self.application.close()
            self.application = None

    def enter(self, rfc: str) -> IngresoContratista:
        assert self.application is not None
        datos = None if rfc == RFC_MORAL else efirma_fisica()
        cer, key = self._archivos.efirma(datos, rfc)
        acceso = self.application.acceso_icsoe
        found = acceso.verify(EfirmaElegida(rfc, CLAVE, cer, key))
        assert found.exitosa, found.mensaje
        return acceso.enter(found)


@pytest.fixture
def equipo(
    tmp_path: Path, reloj: Reloj, emisora: Emisora, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Equipo]:
    pinned = Autoridades([emisora.autoridad(Cadena.SAT)])
    monkeypatch.setattr(Autoridades, "pinned", lambda *_: pinned)
    made = Equipo(DataFolder(tmp_path / "datos"), Archivos(tmp_path, emisora), reloj)
    (tmp_path / "datos").mkdir()
    made.start()
    yield made
    made.stop()


def mail_server(application: Application, sesion: Sesion, smtp: SmtpReal) -> None:
    application.ajustes.save_servidor_correo(sesion, smtp.servidor(), "")


def test_two_contratistas_walk_a_machine_without_idse_users(
    equipo: Equipo, tmp_path: Path, reloj: Reloj
) -> None:
    application = equipo.application
    assert application is not None
    # The first entry: a code, and a warning that each start will ask for it.
    first = equipo.enter(RFC_MORAL)
    code = first.codigo_recuperacion
    assert code is not None
    assert first.cada_vez
    moral = first.sesion
    application.usuarios.confirm_code(moral)
    # Nobody has to ask for the backup of each day: the code opens it.
    assert application.respaldo.is_due()
    daily = application.respaldo.run_scheduled()
    seen = build_restauracion(equipo.folder, NoLlavero(), reloj).preview(daily.ruta, code)
    assert dict(seen.conteos)["contratistas"] == 1
    # The other enters on the same machine: the code that the first keeps stays good.
    second = equipo.enter(RFC_FISICA)
    assert (second.codigo_recuperacion, second.cada_vez) == (None, True)
    fisica = second.sesion
    with smtp_server() as one, smtp_server() as other:
        mail_server(application, moral, one)
        mail_server(application, fisica, other)
        assert application.ajustes.servidor_correo(moral) == one.servidor()
        assert application.ajustes.servidor_correo(fisica) == other.servidor()
    assert {each.que for each in application.vigencias.all(moral)} >= {"e.firma"}
    contrato_id = application.contratos.save(moral, contrato(1))
    application.contratos.save_workers(moral, contrato_id, filas(50))
    informativas = application.informativas
    former = Periodo.of(informativas.today()).previous
    informativa = informativas.create(moral, former, TipoInformativa.SIN_INFORMACION)
    informativas.mark(moral, informativa, EstadoInformativa.LISTA, NoProgress())
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(PDF)
    informativas.save_acuse(
        moral, informativa, acuse, folio="SI1", presentada=reloj.now, contratos=0
    )
    # Each may back up; what it holds is of both.
    ruta = tmp_path / "respaldo.icsoe"
    made = application.respaldo.create(moral, ruta, RESPALDO)
    assert ("contratistas", 2) in made.conteos
    application.respaldo.save_programa(fisica, Programa(24, 3, tmp_path / "copias"), RESPALDO)
    assert application.respaldo.programa(moral).cada_horas == 24
    reloj.now += timedelta(days=2)
    assert application.respaldo.is_due()
    # Restore: what came after the backup is gone, both enter again.
    with application.store.write() as db:
        row = db.get_one(ContratistaRow, fisica.usuario_id)
        row.correo = "cambiado@ejemplo.mx"
    application.contratos.save_workers(moral, contrato_id, filas(2))
    vista = application.respaldo.preview(fisica, ruta, RESPALDO)
    application.respaldo.restore(fisica, vista, RESPALDO)
    equipo.stop()
    assert build_restauracion(equipo.folder, NoLlavero(), reloj).finish()
    with pytest.raises(StoreLockedError) as locked:
        equipo.start()
    assert (locked.value.message, locked.value.passwords) == (LOCKED_CODE_ONLY, False)
    application = equipo.start(Unlock(codigo=code))
    back = [equipo.enter(RFC_MORAL), equipo.enter(RFC_FISICA)]
    assert [one.codigo_recuperacion for one in back] == [None, None]
    with application.store.read() as db:
        assert db.get_one(ContratistaRow, fisica.usuario_id).correo is None
    # With the contracts, their workers, the returns and the files of their acuses.
    assert application.contratos.get(moral, contrato_id).datos == contrato(1)
    assert list(application.contratos.workers(moral, contrato_id).filas) == filas(50)
    assert application.informativas.acuse(moral, informativa).contenido == PDF


def test_a_contratista_asks_for_another_code_and_the_former_one_ends(equipo: Equipo) -> None:
    application = equipo.application
    assert application is not None
    first = equipo.enter(RFC_MORAL)
    application.usuarios.confirm_code(first.sesion)
    assert equipo.enter(RFC_MORAL).codigo_recuperacion is None
    application.acceso_icsoe.renew_code(first.sesion)
    again = equipo.enter(RFC_MORAL).codigo_recuperacion
    assert again not in (None, first.codigo_recuperacion)
    with pytest.raises(StoreLockedError):
        equipo.start(Unlock(codigo=first.codigo_recuperacion or ""))
    equipo.start(Unlock(codigo=again or ""))


def test_once_there_is_an_idse_user_they_configure_the_machine(equipo: Equipo) -> None:
    application = equipo.application
    assert application is not None
    sesion = equipo.enter(RFC_MORAL).sesion
    assert sesion.can(Permiso.CONFIGURAR)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: application.respaldo.programa(sesion),
        lambda: application.valores_legales.table(sesion),
        lambda: application.sincronizacion.conflictos.all(sesion),
        lambda: application.acceso_icsoe.renew_code(sesion),
    )
    for attempt in attempts[:2]:
        attempt()
    application.usuarios.register(None, usuario_nuevo())
    for attempt in attempts:
        with pytest.raises(NotAllowedError, match="ellos lo respaldan y configuran"):
            attempt()
    assert not equipo.enter(RFC_MORAL).sesion.can(Permiso.CONFIGURAR)
    assert sesion.rol is Rol.CONTRATISTA
