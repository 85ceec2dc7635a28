"""The contratista's way in: every file and RFC that is not the right one, and what is kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.sesion import Rol, Sesion
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.gateways.autoridades import Autoridades
from icsoe_desktop.gateways.boveda import Boveda
from icsoe_desktop.gateways.verificador_certificados import VerificadorCertificados
from icsoe_desktop.services.acceso_icsoe import (
    OTHER_EFIRMA,
    VALIDATE_FIRST,
    AccesoIcsoeService,
    EfirmaElegida,
    Problema,
    VerificacionIngreso,
)
from icsoe_desktop.services.intentos import TooManyAttemptsError
from icsoe_desktop.store.tables import BitacoraRow, ContratistaRow
from tests.certificados.generador import (
    Datos,
    Emisora,
    csd,
    efirma_fisica,
    efirma_moral,
    nueva_llave,
)
from tests.conftest import Reloj
from tests.servicios.icsoe.mundo import CLAVE, HASTA, RFC_FISICA, RFC_MORAL, Mundo

CLAVE_SAT = "12345678a"


def audit(mundo: Mundo) -> list[tuple[str, str]]:
    with mundo.store.read() as db:
        rows = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id))
        return [(row.accion, row.detalle) for row in rows]


def test_the_efirma_of_the_rfc_enters_once_it_was_validated(mundo: Mundo, boveda: Boveda) -> None:
    elegida = mundo.efirma(efirma_moral(), RFC_MORAL)
    found = mundo.acceso.verify(elegida)
    assert (found.mensaje, found.problemas) == ("La validación de la FIEL fue exitosa", ())
    assert found.titular == "TALLERES DEL BAJIO IMAGINARIO SA DE CV"
    assert not found.es_prueba

    ingreso = mundo.acceso.enter(found)

    assert ingreso.primera_vez
    assert ingreso.codigo_recuperacion is not None
    opened = boveda.open_with_recovery_code(ingreso.codigo_recuperacion)
    assert opened.raw() == mundo.store.key.raw()
    assert ingreso.sesion == Sesion(
        Rol.CONTRATISTA, ingreso.sesion.usuario_id, found.titular, ingreso.sesion.usuario_id
    )
    assert audit(mundo) == [("alta de contratista", ""), ("ingreso", "e.firma")]
    again = mundo.acceso.enter(mundo.acceso.verify(elegida))
    assert (again.sesion, again.primera_vez, again.codigo_recuperacion) == (
        ingreso.sesion,
        False,
        None,
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


VENCIDA = efirma_moral().con(hasta=datetime(2026, 3, 1, 18, tzinfo=UTC))
FUTURA = efirma_moral().con(desde=datetime(2026, 4, 1, 18, tzinfo=UTC), hasta=HASTA)


@pytest.mark.parametrize(
    ("datos", "rfc", "contrasena", "problemas"),
    [
        (
            csd().con(hasta=HASTA),
            RFC_MORAL,
            CLAVE,
            [("El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma.",
              "certificado")],
        ),
        (
            efirma_fisica().con(hasta=HASTA),
            RFC_MORAL,
            CLAVE,
            [("La e.firma es de una persona física y el RFC escrito es de una persona moral. Use "
              "la e.firma de la empresa, no la de su representante legal.", "certificado")],
        ),
        (
            efirma_moral().con(hasta=HASTA),
            RFC_FISICA,
            CLAVE,
            [("El RFC del certificado (TBI990101QX5) no corresponde al RFC escrito "
              "(ROTJ850314QX7).", "rfc")],
        ),
        (VENCIDA, RFC_MORAL, CLAVE, [("La e.firma venció el 01/03/2026.", "certificado")]),
        (
            FUTURA,
            RFC_MORAL,
            CLAVE,
            [("La e.firma será válida a partir del 01/04/2026; verifique la fecha de su equipo.",
              "certificado")],
        ),
        (
            efirma_moral().con(hasta=HASTA),
            RFC_MORAL,
            "otra",
            [("La contraseña de la llave privada es incorrecta.", "contrasena")],
        ),
        (
            efirma_moral().con(hasta=HASTA),
            RFC_MORAL,
            "",
            [("Escriba la contraseña de la llave privada.", "contrasena")],
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_sentence(
    mundo: Mundo, datos: Datos, rfc: str, contrasena: str, problemas: list[tuple[str, str]]
) -> None:
    cer, key = mundo.archivos.efirma(datos)
    found = mundo.acceso.verify(EfirmaElegida(rfc, contrasena, cer, key))
    assert [(each.texto, each.campo) for each in found.problemas] == problemas
    assert (found.mensaje, found.token) == (problemas[0][0], None)
    with pytest.raises(InvalidInputError):
        mundo.acceso.enter(found)
    with mundo.store.read() as db:
        assert db.scalars(select(ContratistaRow)).all() == []
    [(accion, detalle)] = audit(mundo)
    assert accion == "ingreso fallido"
    assert "TBI" not in detalle


def test_files_in_the_wrong_place_and_none_at_all(mundo: Mundo) -> None:
    good = mundo.efirma(efirma_moral(), RFC_MORAL)
    swapped = mundo.acceso.verify(replace(good, archivo=good.llave, llave=good.archivo))
    assert swapped.por_campo("certificado") == (
        "Seleccionó la llave privada (.key) en lugar del certificado (.cer).",
    )
    assert swapped.por_campo("llave") == ("El archivo no es una llave privada (.key).",)
    assert mundo.acceso.verify(replace(good, archivo=None)).problemas == (
        Problema("Elija el archivo del certificado (.cer).", "certificado"),
    )
    assert mundo.acceso.verify(replace(good, llave=None)).problemas == (
        Problema("Elija el archivo de la llave privada (.key).", "llave"),
    )
    [bad_rfc] = mundo.acceso.verify(replace(good, rfc="TBI")).problemas
    assert bad_rfc.campo == "rfc"
    pfx = mundo.acceso.verify(replace(good, archivo=mundo.archivos.pfx()))
    assert pfx.por_campo("certificado") == (
        "Es un archivo .pfx; elija el certificado (.cer) de la e.firma.",
    )


def test_a_key_of_somebody_else_is_refused(mundo: Mundo, emisora: Emisora) -> None:
    good = mundo.efirma(efirma_moral(), RFC_MORAL)
    cer = mundo.archivos.folder / "otra.cer"
    cer.write_bytes(emisora.emitir(efirma_moral(), nueva_llave(quien="otro titular")))
    assert mundo.acceso.verify(replace(good, archivo=cer)).problemas == (
        Problema(
            "El certificado (.cer) y la llave privada (.key) no corresponden entre sí.", "llave"
        ),
    )


def test_an_unknown_issuer_and_a_test_one_are_told_apart(
    mundo: Mundo,
    emisora_de_pruebas: Emisora,
    boveda: Boveda,
    verificador: VerificadorCertificados,
) -> None:
    good = mundo.efirma(efirma_moral(), RFC_MORAL)
    cer = mundo.archivos.folder / "otra.cer"
    cer.write_bytes(Emisora("A.C. INVENTADA").emitir(efirma_moral(), nueva_llave()))
    assert mundo.acceso.verify(replace(good, archivo=cer)).mensaje == (
        "El certificado no fue emitido por el SAT."
    )
    cer.write_bytes(emisora_de_pruebas.emitir(efirma_moral(), nueva_llave()))
    of_test = replace(good, archivo=cer)
    assert mundo.acceso.verify(of_test).mensaje == (
        "Es un certificado de prueba del SAT; no tiene validez."
    )
    trial = AccesoIcsoeService(
        mundo.store, boveda, mundo.bitacora, mundo.correos, verificador, pruebas=True
    )
    found = trial.verify(of_test)
    assert (found.exitosa, found.es_prueba) == (True, True)


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
    from icsoe_desktop.services.consulta_bitacora import FiltroBitacora, LineaBitacora

    wrong = replace(mundo.efirma(efirma_moral(), RFC_MORAL), contrasena="otra")
    mundo.acceso.verify(wrong)
    failures = FiltroBitacora(accion="ingreso fallido")
    [line] = mundo.log.page(moral, failures, 0, 10)
    assert line == LineaBitacora(
        mundo.store.clock(), "sin sesión", "ingreso fallido", "", "e.firma: Contraseña"
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
    mundo: Mundo, sesion: Sesion, verificador: VerificadorCertificados
) -> None:
    from icsoe_desktop.services.certificados import CertificadoElegido, CertificadosService
    from icsoe_desktop.services.registros_patronales import RegistrosPatronalesService

    registros = RegistrosPatronalesService(mundo.store, mundo.bitacora)
    certificados = CertificadosService(mundo.store, mundo.bitacora, verificador, False)
    cer, key = mundo.archivos.efirma(efirma_moral().con(hasta=HASTA))
    for number in ("Z9912345106", "A1234567895"):
        registro = registros.add(sesion, number, "Talleres del Bajío Imaginario", RFC_MORAL)
        certificados.save(
            sesion, CertificadoElegido(registro.id, cer, key, "", CLAVE, guardar_contrasena=True)
        )
    registro = registros.add(sesion, "B1020304056", "Otra", RFC_MORAL)
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
    assert (offered.titular, offered.archivo, offered.estado.es_vigente) == (
        "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        "efirma.cer",
        True,
    )

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
    assert [accion for accion, _ in audit(mundo)][-4:] == [
        "pantalla bloqueada",
        "pantalla desbloqueada",
        "ingreso fallido",
        "salida",
    ]


@pytest.mark.parametrize(
    ("name", "rfc", "titular"),
    [
        ("efirma_moral_EKU9003173C9", "EKU9003173C9", "ESCUELA KEMPER URGATE SA DE CV"),
        ("efirma_fisica_CACX7605101P8", "CACX7605101P8", "XOCHILT CASAS CHAVEZ"),
    ],
)
def test_the_published_test_efirmas_enter_a_trial_installation_only(
    mundo: Mundo, boveda: Boveda, reales: Path, name: str, rfc: str, titular: str
) -> None:
    elegida = EfirmaElegida(rfc, CLAVE_SAT, reales / f"{name}.cer", reales / f"{name}.key")
    pinned = VerificadorCertificados(Autoridades.pinned())

    def service(pruebas: bool) -> AccesoIcsoeService:
        return AccesoIcsoeService(
            mundo.store, boveda, mundo.bitacora, mundo.correos, pinned, pruebas
        )

    refused = service(False).verify(elegida)
    assert refused.mensaje == "Es un certificado de prueba del SAT; no tiene validez."
    trial = service(True)
    found = trial.verify(elegida)
    assert (found.mensaje, found.titular) == ("La validación de la FIEL fue exitosa", titular)
    sesion = trial.enter(found).sesion
    assert mundo.contratistas.informacion(sesion).es_persona_moral is (len(rfc) == 12)


def test_the_published_wrong_ones_get_their_sentence(
    mundo: Mundo, boveda: Boveda, reales: Path, tmp_path: Path
) -> None:
    pinned = VerificadorCertificados(Autoridades.pinned())
    trial = AccesoIcsoeService(
        mundo.store, boveda, mundo.bitacora, mundo.correos, pinned, pruebas=True
    )

    def told(name: str, rfc: str) -> tuple[str, ...]:
        pair = reales / f"{name}.cer", reales / f"{name}.key"
        found = trial.verify(EfirmaElegida(rfc, CLAVE_SAT, *pair))
        return tuple(each.texto for each in found.problemas)

    assert told("efirma_fisica_vencida_con_enie", "CAÑF770131PA3") == (
        "La e.firma venció el 13/06/2023.",
    )
    assert told("csd_moral_EKU9003173C9", "EKU9003173C9")[0] == (
        "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma."
    )
    shutil.copy(reales / "efirma_moral_EKU9003173C9.cer", tmp_path / "copia.cer")
    other = trial.verify(
        EfirmaElegida(
            "CACX7605101P8",
            CLAVE_SAT,
            tmp_path / "copia.cer",
            reales / "efirma_moral_EKU9003173C9.key",
        )
    )
    assert other.mensaje == (
        "El RFC del certificado (EKU9003173C9) no corresponde al RFC escrito (CACX7605101P8)."
    )
