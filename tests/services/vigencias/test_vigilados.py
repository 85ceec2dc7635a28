"""Certificates kept with leave: the .cer alone, its end in Vigencias, and withdrawn at any time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.services.vigencias.vigilados import VigiladosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import BitacoraRow, CertificadoVigiladoRow
from tests.conftest import Reloj
from tests.gateways.certificados.generador import (
    Datos,
    Emisora,
    csd,
    efirma_fisica,
    efirma_moral,
    imss,
    nueva_llave,
)
from tests.services.archivos_prueba import Archivos
from tests.services.con_icsoe import fisica as fisica
from tests.services.con_icsoe import moral as moral
from tests.services.con_icsoe import mundo as mundo

UNTIL = datetime(2031, 8, 20, 18, tzinfo=UTC)


@pytest.fixture
def archivos(tmp_path: Path, emisora: Emisora) -> Archivos:
    folder = tmp_path / "usb"
    folder.mkdir()
    return Archivos(folder, emisora)


@pytest.fixture
def vigilados(store: Store, bitacora: BitacoraService, archivos: Archivos) -> VigiladosService:
    return VigiladosService(store, bitacora, archivos.verificador(), pruebas=False)


@pytest.fixture
def vigencias(store: Store, bitacora: BitacoraService, archivos: Archivos) -> VigenciasService:
    certificados = CertificadosService(store, bitacora, archivos.verificador(), pruebas=False)
    return VigenciasService(store, certificados)


def cer(archivos: Archivos, datos: Datos, name: str = "uno", more: bytes = b"") -> Path:
    path = archivos.folder / f"{name}.cer"
    path.write_bytes(archivos.emisora.emitir(datos, nueva_llave()) + more)
    return path


def row_of(vigencias: VigenciasService, sesion: Sesion, que: str) -> list[Vencimiento]:
    return [one for one in vigencias.all(sesion) if one.que == que]


def test_the_efirma_of_a_contratista_stands_with_its_new_end_until_it_is_withdrawn(
    vigilados: VigiladosService,
    vigencias: VigenciasService,
    archivos: Archivos,
    moral: Sesion,
    store: Store,
) -> None:
    [before] = row_of(vigencias, moral, "e.firma")
    kept = vigilados.add(moral, cer(archivos, efirma_moral().con(hasta=UNTIL)), permiso=True)
    assert (kept.tipo, kept.hasta) == (TipoCertificado.EFIRMA, date(2031, 8, 20))
    [after] = row_of(vigencias, moral, "e.firma")
    assert (after.clave, after.ultimo) == (before.clave, date(2031, 8, 20))
    vigilados.remove(moral, kept.id)
    assert row_of(vigencias, moral, "e.firma") == [before]
    with store.read() as db:
        assert db.query(CertificadoVigiladoRow).count() == 0
        lines = [one.accion for one in db.query(BitacoraRow).order_by(BitacoraRow.cuando)]
    assert lines[-2:] == ["alta de certificado", "baja de certificado"]


def test_a_csd_is_a_row_of_its_own_for_a_contratista_and_for_the_employer(
    vigilados: VigiladosService,
    vigencias: VigenciasService,
    archivos: Archivos,
    moral: Sesion,
    sesion: Sesion,
) -> None:
    path = cer(archivos, csd())
    for who in (moral, sesion):
        vigilados.add(who, path, permiso=True)
        [row] = row_of(vigencias, who, "Certificado de Sello Digital (CSD)")
        assert (row.de_quien, row.ultimo) == (
            "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
            date(2028, 5, 10),
        )
        assert "Solicite otro" in row.que_hacer


def test_only_the_certificate_is_kept_and_nothing_that_follows_it(
    vigilados: VigiladosService, archivos: Archivos, sesion: Sesion, store: Store
) -> None:
    path = cer(archivos, csd())
    plain = path.read_bytes()
    vigilados.add(sesion, path, permiso=True)
    with store.read() as db:
        assert db.query(CertificadoVigiladoRow).one().certificado == plain


def test_without_leave_nothing_is_read_or_kept(
    vigilados: VigiladosService, archivos: Archivos, sesion: Sesion
) -> None:
    with pytest.raises(InvalidInputError, match="permite guardar") as caught:
        vigilados.add(sesion, cer(archivos, csd()), permiso=False)
    assert caught.value.campo == "permiso"
    assert vigilados.all(sesion) == ()


def test_a_key_a_pfx_and_anything_else_is_refused_and_never_kept(
    vigilados: VigiladosService, archivos: Archivos, sesion: Sesion, store: Store
) -> None:
    _, key = archivos.efirma()
    other = archivos.folder / "otro.cer"
    other.write_bytes(b"\x30\x82" + b"\xff" * 4000)
    empty = archivos.folder / "vacio.cer"
    empty.touch()
    expired = cer(archivos, csd().con(hasta=datetime(2025, 1, 1, tzinfo=UTC)), "vencido")
    stranger = archivos.folder / "ajeno.cer"
    stranger.write_bytes(Emisora("A.C. AJENA").emitir(csd(), nueva_llave()))
    of_the_imss = cer(archivos, imss(), "imss")
    refused = [key, archivos.pfx(), other, empty, expired, stranger, of_the_imss]
    for path in [*refused, archivos.folder / "nada.cer", archivos.folder]:
        with pytest.raises(InvalidInputError, match=r"No se guardó nada\."):
            vigilados.add(sesion, path, permiso=True)
    with store.read() as db:
        assert db.query(CertificadoVigiladoRow).count() == 0


def test_a_contratista_keeps_its_own_only_and_sees_its_own_only(
    vigilados: VigiladosService,
    archivos: Archivos,
    moral: Sesion,
    fisica: Sesion,
    sesion: Sesion,
) -> None:
    with pytest.raises(InvalidInputError, match="de otro RFC"):
        vigilados.add(moral, cer(archivos, efirma_fisica()), permiso=True)
    kept = vigilados.add(moral, cer(archivos, csd(), "dos"), permiso=True)
    assert vigilados.all(fisica) == vigilados.all(sesion) == ()
    for other in (fisica, sesion):
        with pytest.raises(UserFacingError, match="ya no se vigila"):
            vigilados.remove(other, kept.id)
    assert vigilados.all(moral) == (kept,)


def test_the_same_certificate_is_kept_once(
    vigilados: VigiladosService, archivos: Archivos, sesion: Sesion
) -> None:
    path = cer(archivos, csd())
    vigilados.add(sesion, path, permiso=True)
    with pytest.raises(InvalidInputError, match="ya se vigila"):
        vigilados.add(sesion, path, permiso=True)


def test_who_only_looks_keeps_nothing(
    vigilados: VigiladosService, archivos: Archivos, reloj: Reloj
) -> None:
    with pytest.raises(NotAllowedError):
        vigilados.add(SESION_CONSULTA, cer(archivos, csd()), permiso=True)


def test_without_a_user_no_certificate_is_shown_not_even_one_without_registro(
    vigilados: VigiladosService,
    vigencias: VigenciasService,
    archivos: Archivos,
    sesion: Sesion,
) -> None:
    before = vigencias.all(SESION_CONSULTA)
    assert before == vigencias.all(sesion)
    kept = vigilados.add(sesion, cer(archivos, csd().con(hasta=UNTIL)), permiso=True)
    shown = {one.clave for one in vigencias.all(sesion)}
    assert shown == {one.clave for one in before} | {f"certificado-{kept.numero}"}
    assert vigencias.all(SESION_CONSULTA) == before
