"""The contratista's way in: what opens it, for how long, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.contrasenas import confirm
from icsoe_desktop.services.acceso.icsoe import (
    OTHER_EFIRMA,
    VALIDATE_FIRST,
    EfirmaElegida,
    ProblemaIngreso,
    VerificacionIngreso,
)
from icsoe_desktop.services.acceso.intentos import TooManyAttemptsError
from tests.conftest import Reloj
from tests.gateways.certificados.generador import efirma_fisica, efirma_moral
from tests.services.mundo import CLAVE, HASTA, RFC_FISICA, RFC_MORAL, Mundo


def test_the_efirma_of_the_rfc_enters_once_it_was_validated(mundo: Mundo, boveda: Boveda) -> None:
    elegida = mundo.efirma(efirma_moral(), RFC_MORAL)
    found = mundo.acceso.verify(elegida)
    assert found.hasta is not None
    assert found.mensaje == (
        f"La validación de la FIEL fue exitosa. La e.firma vence el {found.hasta:%d/%m/%Y}."
    )
    assert found.problemas == ()
    assert found.titular == "TALLERES DEL BAJIO IMAGINARIO SA DE CV"

    ingreso = mundo.acceso.enter(found)

    assert ingreso.primera_vez
    assert ingreso.codigo_recuperacion is not None
    opened = boveda.open_with_recovery_code(ingreso.codigo_recuperacion)
    assert opened.raw() == mundo.store.key.raw()
    assert ingreso.sesion == Sesion(
        Rol.CONTRATISTA,
        ingreso.sesion.usuario_id,
        found.titular,
        ingreso.sesion.usuario_id,
        encargado=True,
    )
    assert mundo.audit() == [("alta de contratista", ""), ("ingreso", "e.firma")]
    # Nobody said that they keep it: another is shown, for there is no user who could ask.
    another = mundo.acceso.enter(mundo.acceso.verify(elegida))
    assert another.codigo_recuperacion not in (None, ingreso.codigo_recuperacion)
    with mundo.store.write() as db:
        confirm(db, mundo.store)
    again = mundo.acceso.enter(mundo.acceso.verify(elegida))
    assert (again.sesion, again.primera_vez, again.codigo_recuperacion) == (
        ingreso.sesion,
        False,
        None,
    )


def test_of_several_problems_the_first_is_said_and_each_stands_at_its_field() -> None:
    problems = (
        ProblemaIngreso("No es su RFC.", "rfc"),
        ProblemaIngreso("No es su llave.", "llave"),
    )
    found = VerificacionIngreso(problems)
    assert (found.exitosa, found.mensaje) == (False, "No es su RFC.")
    assert found.por_campo("llave") == ("No es su llave.",)
    assert found.por_campo("certificado") == ()


def test_a_second_validation_leaves_the_first_one_good(mundo: Mundo) -> None:
    elegida = mundo.efirma(efirma_moral(), RFC_MORAL)
    first, second = mundo.acceso.verify(elegida), mundo.acceso.verify(elegida)
    assert (
        mundo.acceso.enter(second).sesion.usuario_id == mundo.acceso.enter(first).sesion.usuario_id
    )


def test_a_validation_is_good_once_and_for_five_minutes(mundo: Mundo, reloj: Reloj) -> None:
    elegida = mundo.efirma(efirma_moral(), RFC_MORAL)
    used = mundo.acceso.verify(elegida)
    mundo.acceso.enter(used)
    old = mundo.acceso.verify(elegida)
    reloj.advance(minutes=5)
    fresh = mundo.acceso.verify(elegida)
    reloj.advance(minutes=4, seconds=59)
    forged = VerificacionIngreso((), "Alguien", "un-token-inventado")
    for bad in (used, old, forged, VerificacionIngreso((), "Alguien", None)):
        with pytest.raises(InvalidInputError, match="ya no está vigente") as refused:
            mundo.acceso.enter(bad)
        assert refused.value.message == VALIDATE_FIRST
    assert mundo.acceso.enter(fresh).sesion.rol is Rol.CONTRATISTA


def test_wrong_passwords_are_slowed_down_and_wrong_files_are_not(
    mundo: Mundo, reloj: Reloj
) -> None:
    good = mundo.efirma(efirma_moral(), RFC_MORAL)
    missing = replace(good, archivo=Path("/no/existe.cer"))
    for _ in range(10):
        assert not mundo.acceso.verify(missing).exitosa
    wrong = replace(good, contrasena="otra")
    for _ in range(4):
        assert not mundo.acceso.verify(wrong).exitosa
    with pytest.raises(TooManyAttemptsError) as slowed:
        mundo.acceso.verify(good)
    assert slowed.value.espera_s == 2
    other = mundo.efirma(efirma_fisica(), RFC_FISICA)
    assert mundo.acceso.verify(other).exitosa
    reloj.advance(seconds=2)
    assert mundo.acceso.verify(good).exitosa


def test_a_contratista_reads_of_the_failures_with_its_own_rfc(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    from icsoe_desktop.services.bitacora.consulta import FiltroBitacora

    wrong = replace(mundo.efirma(efirma_moral(), RFC_MORAL), contrasena="otra")
    mundo.acceso.verify(wrong)
    failures = FiltroBitacora(accion="ingreso fallido")
    [line] = mundo.log.page(moral, failures, 0, 10)
    assert line[1:-1] == (
        mundo.store.clock(),
        "sin sesión",
        "ingreso fallido",
        "",
        "",
        "e.firma: Contraseña",
    )
    assert mundo.log.count(fisica, failures) == 0


def test_nothing_of_key_or_password_stays(mundo: Mundo, tmp_path: Path) -> None:
    elegida = mundo.efirma(efirma_moral(), RFC_MORAL)
    found = mundo.acceso.verify(elegida)
    mundo.acceso.enter(found)
    assert CLAVE not in f"{elegida!r}{found!r}"
    with mundo.store.engine.connect() as connection:
        for table in (row[0] for row in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).all()):  # fmt: skip
            told = repr(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())  # noqa: S608
            assert CLAVE not in told
    assert elegida.llave is not None
    key = elegida.llave.read_bytes()
    for path in tmp_path.glob("icsoe.db*"):
        assert key[40:80] not in path.read_bytes()


def test_a_registered_efirma_is_offered_to_whoever_names_its_rfc(
    mundo: Mundo, sesion: Sesion, verificador: CertificateVerifier
) -> None:
    from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
    from icsoe_desktop.services.certificados.service import CertificadosService
    from icsoe_desktop.services.certificados.valores import CertificadoElegido

    registros = RegistrosPatronalesService(mundo.store, mundo.bitacora)
    certificados = CertificadosService(mundo.store, mundo.bitacora, verificador, False)
    cer, key = mundo.archivos.efirma(efirma_moral().con(hasta=HASTA))
    for number in ("Z9912345106", "A1234567895"):
        registro = registros.add(
            sesion,
            registro_patronal=number,
            razon_social="Talleres del Bajío Imaginario",
            rfc=RFC_MORAL,
        )
        certificados.save(
            sesion, CertificadoElegido(registro.id, cer, key, "", CLAVE, guardar_contrasena=True)
        )
    registro = registros.add(
        sesion, registro_patronal="B1020304056", razon_social="Otra", rfc=RFC_MORAL
    )
    certificados.save(
        sesion,
        CertificadoElegido(
            registro.id, mundo.archivos.pfx("B1020304056"), None, "USUARIO99", CLAVE
        ),
    )

    assert mundo.acceso.registered("TBI") == ()
    assert mundo.acceso.registered("TBI990101") == ()
    assert mundo.acceso.registered(RFC_FISICA) == ()
    [offered] = mundo.acceso.registered(f" {RFC_MORAL.lower()} ")
    assert offered.titular == "TALLERES DEL BAJIO IMAGINARIO SA DE CV"
    assert offered.estado.es_vigente

    chosen = EfirmaElegida(RFC_MORAL, CLAVE, registrada=offered.id)
    assert mundo.acceso.enter(mundo.acceso.verify(chosen)).primera_vez
    # The kept password is never used in the place of the one that has to be typed.
    assert mundo.acceso.verify(replace(chosen, contrasena="")).por_campo("contrasena") == (
        "Escriba la contraseña de la llave privada.",
    )
    other = mundo.acceso.verify(replace(chosen, rfc=RFC_FISICA))
    assert not other.exitosa


def test_a_locked_window_opens_only_with_the_same_efirma(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    own = mundo.efirma(efirma_moral(), RFC_MORAL)
    mundo.acceso.sesiones.begin(moral)
    mundo.acceso.lock(moral)
    assert mundo.acceso.unlock_with_efirma(moral, own).exitosa
    wrong = mundo.acceso.unlock_with_efirma(moral, replace(own, contrasena="otra"))
    assert wrong.mensaje == "La contraseña de la llave privada es incorrecta."
    found = mundo.acceso.unlock_with_efirma(moral, mundo.efirma(efirma_fisica(), RFC_FISICA))
    assert (found.exitosa, found.mensaje) == (False, OTHER_EFIRMA)
    with pytest.raises(NotAllowedError):
        mundo.acceso.unlock_with_password(moral, CLAVE)
    mundo.acceso.sesiones.leave(moral)
    mundo.acceso.sesiones.leave(moral)
    mundo.acceso.sesiones.close()
    assert [accion for accion, _ in mundo.audit()][-4:] == [
        "pantalla bloqueada",
        "pantalla desbloqueada",
        "ingreso fallido",
        "salida",
    ]
