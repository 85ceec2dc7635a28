"""Certificates kept with leave: the .cer alone, its end in Vigencias, and withdrawn at any time."""

from __future__ import annotations

from dataclasses import dataclass
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
from icsoe_desktop.services.vigencias.vigilados import CertificadoVigilado, VigiladosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import BitacoraRow, CertificadoVigiladoRow
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


@dataclass(frozen=True)
class Caso:
    vigilados: VigiladosService
    vigencias: VigenciasService
    archivos: Archivos
    store: Store

    def cer(self, datos: Datos, name: str = "uno") -> Path:
        path = self.archivos.folder / f"{name}.cer"
        path.write_bytes(self.archivos.emisora.emitir(datos, nueva_llave()))
        return path

    def add(self, who: Sesion, datos: Datos, name: str = "uno") -> CertificadoVigilado:
        return self.vigilados.add(who, self.cer(datos, name), permiso=True)

    def rows(self, sesion: Sesion, que: str) -> list[Vencimiento]:
        return [one for one in self.vigencias.all(sesion) if one.que == que]

    def kept(self) -> list[bytes]:
        with self.store.read() as db:
            return [row.certificado for row in db.query(CertificadoVigiladoRow)]


@pytest.fixture
def caso(store: Store, bitacora: BitacoraService, archivos: Archivos) -> Caso:
    certificados = CertificadosService(store, bitacora, archivos.verificador(), pruebas=False)
    vigilados = VigiladosService(store, bitacora, archivos.verificador(), pruebas=False)
    return Caso(vigilados, VigenciasService(store, certificados), archivos, store)


def test_the_efirma_of_a_contratista_stands_with_its_new_end_until_it_is_withdrawn(
    caso: Caso, moral: Sesion
) -> None:
    [before] = caso.rows(moral, "e.firma")
    kept = caso.add(moral, efirma_moral().con(hasta=UNTIL))
    assert (kept.tipo, kept.hasta) == (TipoCertificado.EFIRMA, date(2031, 8, 20))
    [after] = caso.rows(moral, "e.firma")
    assert (after.clave, after.ultimo) == (before.clave, date(2031, 8, 20))
    caso.vigilados.remove(moral, kept.id)
    assert caso.rows(moral, "e.firma") == [before]
    assert caso.kept() == []
    with caso.store.read() as db:
        lines = [one.accion for one in db.query(BitacoraRow).order_by(BitacoraRow.cuando)]
    assert lines[-2:] == ["alta de certificado", "baja de certificado"]


def test_a_csd_is_a_row_of_its_own_for_a_contratista_and_for_the_employer(
    caso: Caso, moral: Sesion, sesion: Sesion
) -> None:
    path = caso.cer(csd())
    for who in (moral, sesion):
        caso.vigilados.add(who, path, permiso=True)
        [row] = caso.rows(who, "Certificado de Sello Digital (CSD)")
        assert (row.de_quien, row.ultimo) == (
            "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
            date(2028, 5, 10),
        )
        assert "Solicite otro" in row.que_hacer


def test_only_the_certificate_is_kept_and_once(caso: Caso, sesion: Sesion) -> None:
    path = caso.cer(csd())
    caso.vigilados.add(sesion, path, permiso=True)
    assert caso.kept() == [path.read_bytes()]
    with pytest.raises(InvalidInputError, match="ya se vigila"):
        caso.vigilados.add(sesion, path, permiso=True)


def test_without_leave_or_right_nothing_is_read_or_kept(caso: Caso, sesion: Sesion) -> None:
    with pytest.raises(InvalidInputError, match="permite guardar") as caught:
        caso.vigilados.add(sesion, caso.cer(csd()), permiso=False)
    assert caught.value.campo == "permiso"
    with pytest.raises(NotAllowedError):
        caso.add(SESION_CONSULTA, csd())
    assert caso.kept() == []


def test_a_key_a_pfx_and_anything_else_is_refused_and_never_kept(
    caso: Caso, sesion: Sesion
) -> None:
    _, key = caso.archivos.efirma()
    folder = caso.archivos.folder
    other, empty, stranger = (folder / f"{name}.cer" for name in ("otro", "vacio", "ajeno"))
    other.write_bytes(b"\x30\x82" + b"\xff" * 4000)
    empty.touch()
    stranger.write_bytes(Emisora("A.C. AJENA").emitir(csd(), nueva_llave()))
    expired = caso.cer(csd().con(hasta=datetime(2025, 1, 1, tzinfo=UTC)), "vencido")
    refused = [key, caso.archivos.pfx(), other, empty, expired, stranger, caso.cer(imss(), "imss")]
    for path in [*refused, folder / "nada.cer", folder]:
        with pytest.raises(InvalidInputError, match=r"No se guardó nada\."):
            caso.vigilados.add(sesion, path, permiso=True)
    assert caso.kept() == []


def test_a_contratista_keeps_its_own_only_and_sees_its_own_only(
    caso: Caso, moral: Sesion, fisica: Sesion, sesion: Sesion
) -> None:
    with pytest.raises(InvalidInputError, match="de otro RFC"):
        caso.add(moral, efirma_fisica())
    kept = caso.add(moral, csd(), "dos")
    for other in (fisica, sesion):
        assert caso.vigilados.all(other) == ()
        with pytest.raises(UserFacingError, match="ya no se vigila"):
            caso.vigilados.remove(other, kept.id)
    assert caso.vigilados.all(moral) == (kept,)


def test_without_a_user_no_certificate_is_shown_not_even_one_without_registro(
    caso: Caso, sesion: Sesion
) -> None:
    before = caso.vigencias.all(SESION_CONSULTA)
    assert before == caso.vigencias.all(sesion)
    kept = caso.add(sesion, csd().con(hasta=UNTIL))
    shown = {one.clave for one in caso.vigencias.all(sesion)}
    assert shown == {one.clave for one in before} | {f"certificado-{kept.numero}"}
    assert caso.vigencias.all(SESION_CONSULTA) == before
