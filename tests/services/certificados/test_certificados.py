"""The certificate of each registro patronal: kept whole, sealed, replaced all at once."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.certificados.verificacion import EXITO, CampoCertificado
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.certificados.service import (
    DELETE_EXPIRED_FIRST,
    HAS_ONE,
    CertificadoRefusedError,
    CertificadosService,
    HasOneError,
)
from icsoe_desktop.services.certificados.valores import CertificadoElegido, registro_for
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.registros import CertificadoRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.gateways.certificados.generador import HASTA, Emisora, csd, efirma_moral
from tests.services.archivos_prueba import CLAVE, RAZON_SOCIAL, REGISTRO, RFC_MORAL, Archivos
from tests.services.certificados.catalogo import RFC_OTRO, A, B


@pytest.fixture
def archivos(tmp_path: Path, emisora: Emisora) -> Archivos:
    folder = tmp_path / "usb"
    folder.mkdir()
    return Archivos(folder, emisora)


@pytest.fixture
def certificados(
    store: Store, bitacora: BitacoraService, archivos: Archivos
) -> CertificadosService:
    return CertificadosService(store, bitacora, archivos.verificador(), pruebas=False)


@pytest.fixture
def registro_id(store: Store, bitacora: BitacoraService, sesion: Sesion) -> uuid.UUID:
    registros = RegistrosPatronalesService(store, bitacora)
    return registros.add(
        sesion, registro_patronal=REGISTRO, razon_social=RAZON_SOCIAL, rfc=RFC_MORAL
    ).id


@pytest.fixture
def elegido(archivos: Archivos, registro_id: uuid.UUID) -> CertificadoElegido:
    cer, key = archivos.efirma()
    return CertificadoElegido(registro_id, cer, key, "", CLAVE)


def test_an_efirma_is_kept_byte_for_byte_and_only_sealed(
    certificados: CertificadosService, store: Store, sesion: Sesion, elegido: CertificadoElegido
) -> None:
    saved = certificados.save(sesion, elegido)
    assert saved.certificado is not None
    assert (saved.certificado.usuario, saved.certificado.tipo) == (RFC_MORAL, "e.firma")
    assert elegido.llave is not None
    with store.read() as db:
        row = db.scalars(select(CertificadoRow)).one()
        cer, key = elegido.archivo.read_bytes(), elegido.llave.read_bytes()
        assert store.key.unseal(row.certificado_sellado, "certificados", row.id, "certificado") == (
            cer
        )
        assert row.llave_sellada is not None
        assert store.key.unseal(row.llave_sellada, "certificados", row.id, "llave") == key
        assert row.certificado_sha256 == hashlib.sha256(cer).digest()
        assert row.contrasena_sellada is None, "keeping the password is off by default"


def test_the_password_is_kept_only_when_asked(
    certificados: CertificadosService, store: Store, sesion: Sesion, elegido: CertificadoElegido
) -> None:
    certificados.save(sesion, replace(elegido, guardar_contrasena=True))
    with store.read() as db:
        row = db.scalars(select(CertificadoRow)).one()
        assert row.contrasena_sellada is not None
        kept = store.key.unseal(row.contrasena_sellada, "certificados", row.id, "contrasena")
    assert kept.decode() == CLAVE


def test_a_pfx_of_the_imss_needs_its_user(
    certificados: CertificadosService, sesion: Sesion, archivos: Archivos, registro_id: uuid.UUID
) -> None:
    elegido = CertificadoElegido(registro_id, archivos.pfx(), None, "corto", CLAVE)
    with pytest.raises(InvalidInputError) as refused:
        certificados.save(sesion, elegido)
    assert refused.value.campo == "usuario"
    saved = certificados.save(sesion, replace(elegido, usuario="USUARIO99"))
    assert saved.certificado is not None
    assert (saved.certificado.tipo, saved.certificado.usuario) == ("imss", "USUARIO99")


def test_what_is_wrong_is_named_field_by_field_and_nothing_is_kept(
    certificados: CertificadosService, sesion: Sesion, archivos: Archivos, registro_id: uuid.UUID
) -> None:
    cer, key = archivos.efirma(csd())
    with pytest.raises(CertificadoRefusedError) as refused:
        certificados.save(sesion, CertificadoElegido(registro_id, cer, key, "", "mala"))
    found = refused.value.verificacion
    assert found.por_campo(CampoCertificado.CERTIFICADO) == (
        "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma.",
    )
    assert found.por_campo(CampoCertificado.CONTRASENA) == (
        "La contraseña de la llave privada es incorrecta.",
    )
    assert [one.certificado for one in certificados.all(sesion)] == [None]


def test_a_certificate_of_another_registro_patronal_is_refused(
    certificados: CertificadosService, sesion: Sesion, archivos: Archivos, registro_id: uuid.UUID
) -> None:
    path = archivos.pfx("Y6077636105")
    with pytest.raises(CertificadoRefusedError) as refused:
        certificados.save(sesion, CertificadoElegido(registro_id, path, None, "USUARIO99", CLAVE))
    assert refused.value.verificacion.mensajes == (
        f"El certificado es del registro patronal Y6077636105, no de {REGISTRO}.",
    )


def test_what_serves_is_not_given_for_what_does_not_without_that_sentence(
    certificados: CertificadosService,
    sesion: Sesion,
    archivos: Archivos,
    registro_id: uuid.UUID,
    reloj: Reloj,
) -> None:
    cer, key = archivos.efirma()
    certificados.save(sesion, CertificadoElegido(registro_id, cer, key, "", CLAVE))
    reloj.now = datetime(2026, 11, 2, 18, tzinfo=UTC)
    dead = CertificadoElegido(registro_id, archivos.pfx(REGISTRO), None, "USUARIO99", CLAVE)
    with pytest.raises(HasOneError) as refused:
        certificados.save(sesion, dead)
    assert refused.value.ahora.startswith("e.firma, hasta el ")
    assert refused.value.ahora.endswith("Sirve para presentar movimientos en IDSE.")
    assert refused.value.nuevo.startswith("certificado .pfx del IMSS, hasta el ")
    assert refused.value.nuevo.endswith("Ya no sirve para movimientos, desde el 14/10/2026.")
    assert refused.value.pierde
    certificados.save(sesion, replace(dead, reemplazar=True))
    with pytest.raises(HasOneError) as back:
        certificados.save(sesion, CertificadoElegido(registro_id, cer, key, "", CLAVE))
    assert not back.value.pierde


def test_a_good_one_in_force_is_replaced_only_when_confirmed(
    certificados: CertificadosService, store: Store, sesion: Sesion, elegido: CertificadoElegido
) -> None:
    first = certificados.save(sesion, elegido)
    with pytest.raises(InvalidInputError) as refused:
        certificados.save(sesion, elegido)
    assert refused.value.message == HAS_ONE
    second = certificados.save(sesion, replace(elegido, reemplazar=True))
    assert first.certificado is not None
    assert second.certificado is not None
    assert first.certificado.id != second.certificado.id
    with store.read() as db:
        acciones = db.scalars(select(BitacoraRow.accion).order_by(BitacoraRow.id)).all()
    assert acciones[-3:] == [
        Accion.ALTA_CERTIFICADO.value,
        Accion.BAJA_CERTIFICADO.value,
        Accion.ALTA_CERTIFICADO.value,
    ]


def test_an_expired_one_must_be_deleted_before_the_new_one(
    certificados: CertificadosService,
    sesion: Sesion,
    archivos: Archivos,
    reloj: Reloj,
    elegido: CertificadoElegido,
) -> None:
    certificados.save(sesion, elegido)
    reloj.now = HASTA + timedelta(days=1)
    cer, key = archivos.efirma(efirma_moral().con(hasta=HASTA + timedelta(days=900)), "nueva")
    new = replace(elegido, archivo=cer, llave=key, reemplazar=True)
    with pytest.raises(InvalidInputError) as refused:
        certificados.save(sesion, new)
    assert refused.value.message == DELETE_EXPIRED_FIRST
    expired = certificados.all(sesion)[0].certificado
    assert expired is not None
    assert expired.estado.texto == "Vencido"
    assert certificados.any_missing(sesion)
    certificados.delete(sesion, expired.id)
    certificados.save(sesion, new)
    assert not certificados.any_missing(sesion)


def test_nothing_is_missing_before_there_are_registros_patronales(
    certificados: CertificadosService, sesion: Sesion
) -> None:
    assert not certificados.any_missing(sesion)


def test_inspecting_shows_the_owner_before_any_password(
    certificados: CertificadosService, sesion: Sesion, archivos: Archivos, registro_id: uuid.UUID
) -> None:
    cer, key = archivos.efirma()
    found = certificados.inspect(sesion, cer, registro_id)
    assert found.certificado is not None
    assert found.certificado.rfc == RFC_MORAL
    assert found.problemas == ()
    assert certificados.inspect_key(sesion, key) == ()
    assert [m.texto for m in certificados.inspect_key(sesion, cer)] == [
        "El archivo no es una llave privada (.key)."
    ]
    assert EXITO not in found.mensajes, "a certificate without its key is no success yet"


def on(reloj: Reloj, *day: int) -> None:
    reloj.now = datetime(*day, 18, tzinfo=UTC)  # type: ignore[misc]


def test_a_pfx_has_its_own_state_after_the_agreement_and_the_setting_moves_it(
    certificados: CertificadosService,
    sesion: Sesion,
    archivos: Archivos,
    registro_id: uuid.UUID,
    reloj: Reloj,
) -> None:
    path = archivos.pfx()
    certificados.save(sesion, CertificadoElegido(registro_id, path, None, "usuario123", CLAVE))

    def seen() -> tuple[str, bool]:
        (one,) = certificados.all(sesion)
        assert one.certificado is not None
        return one.certificado.estado.texto, bool(one.certificado.nota)

    on(reloj, 2026, 10, 12)
    assert seen() == ("Vigente", False)
    assert not certificados.any_missing(sesion)
    on(reloj, 2026, 10, 14)
    assert seen() == ("Ya no sirve en IDSE", True)
    assert certificados.any_missing(sesion)
    # It can still be read and stored.
    inspected = certificados.inspect(sesion, path, registro_id)
    assert inspected.problemas == () or inspected.falta_contrasena
    limite = certificados.save_limite_pfx(sesion, date(2026, 12, 31), "el acuerdo del DOF")
    assert certificados.limite_pfx(sesion) == limite
    assert seen() == ("Vigente", False)
    on(reloj, 2027, 1, 1)
    assert seen() == ("Ya no sirve en IDSE", True)
    certificados.save_limite_pfx(sesion, None, "")
    assert certificados.limite_pfx(sesion) == LimitePfx()


def test_a_limit_of_the_policy_cannot_be_changed(
    store: Store, bitacora: BitacoraService, archivos: Archivos, sesion: Sesion
) -> None:
    fixed = LimitePfx(date(2026, 12, 31), "la política de este equipo", fijo=True)
    service = CertificadosService(store, bitacora, archivos.verificador(), False, fixed)
    assert service.limite_pfx(sesion) == fixed
    with pytest.raises(InvalidInputError, match="la fijó quien administra"):
        service.save_limite_pfx(sesion, date(2027, 1, 31), "DOF")


def test_one_efirma_is_put_to_every_registro_patronal_of_its_rfc(
    certificados: CertificadosService,
    store: Store,
    bitacora: BitacoraService,
    sesion: Sesion,
    archivos: Archivos,
    elegido: CertificadoElegido,
) -> None:
    registros = RegistrosPatronalesService(store, bitacora)
    other = registros.add(
        sesion, registro_patronal="Z990010110", razon_social=RAZON_SOCIAL, rfc=RFC_MORAL
    ).id
    apart = registros.add(
        sesion, registro_patronal="Z990020210", razon_social="Otra", rfc="EKU9003173C9"
    ).id
    pfx = archivos.pfx("Z990010110")
    certificados.save(sesion, CertificadoElegido(other, pfx, None, "usuario123", CLAVE))
    certificados.save(sesion, replace(elegido, todos=True))
    have = {
        one.registro_id: one.certificado and (one.certificado.tipo, one.certificado.rfc)
        for one in certificados.all(sesion)
    }
    assert have == {
        elegido.registro_id: ("e.firma", RFC_MORAL),
        other: ("e.firma", RFC_MORAL),
        apart: None,
    }
    with store.read() as db:
        rows = db.scalars(select(CertificadoRow)).all()
        cer = elegido.archivo.read_bytes()
        for row in rows:
            plain = store.key.unseal(row.certificado_sellado, "certificados", row.id, "certificado")
            assert plain == cer


def test_the_efirma_of_a_representative_is_kept_after_a_tick_that_says_so(
    certificados: CertificadosService,
    store: Store,
    bitacora: BitacoraService,
    sesion: Sesion,
    archivos: Archivos,
) -> None:
    registro_id = (
        RegistrosPatronalesService(store, bitacora)
        .add(sesion, registro_patronal="Z990020210", razon_social="Otra", rfc="EKU9003173C9")
        .id
    )
    cer, key = archivos.efirma()
    elegido = CertificadoElegido(registro_id, cer, key, "", CLAVE)
    with pytest.raises(CertificadoRefusedError, match="no corresponde al del registro patronal"):
        certificados.save(sesion, elegido)
    saved = certificados.save(sesion, replace(elegido, representante=True))
    assert saved.certificado is not None
    assert (saved.rfc, saved.certificado.rfc) == ("EKU9003173C9", RFC_MORAL)


def test_the_registro_patronal_proposed_for_an_efirma_is_one_of_its_rfc_without_certificate(
    certificados: CertificadosService,
    store: Store,
    bitacora: BitacoraService,
    sesion: Sesion,
    archivos: Archivos,
    elegido: CertificadoElegido,
) -> None:
    registros = RegistrosPatronalesService(store, bitacora)

    def add(number: str, rfc: str) -> uuid.UUID:
        added = registros.add(sesion, registro_patronal=number, razon_social="X", rfc=rfc)
        return added.id

    cer, _ = archivos.efirma()
    efirma = certificados.inspect(sesion, cer, None).certificado
    assert efirma is not None

    def proposed(present: uuid.UUID | None = None) -> uuid.UUID | None:
        found = registro_for(certificados.all(sesion), efirma, present)
        return found and found.registro_id

    mine = elegido.registro_id
    other = add(A, RFC_OTRO)
    assert proposed() == mine
    assert proposed(present=other) == mine
    certificados.save(sesion, elegido)
    assert proposed() == mine
    second = add(B, RFC_MORAL)
    assert proposed() == second
    assert proposed(present=mine) == mine
    registros.remove(sesion, second)
    assert (
        registro_for(
            [one for one in certificados.all(sesion) if one.registro_id == other], efirma, None
        )
        is None
    )
