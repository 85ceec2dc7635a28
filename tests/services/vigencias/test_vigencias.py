"""What ends: the table, its workbook and its calendar; certificates kept with leave."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento, Vencimiento
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.services.vigencias.vigilados import CertificadoVigilado, VigiladosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.registros import CertificadoVigiladoRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
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
from tests.services.archivos_prueba import CLAVE, RAZON_SOCIAL, REGISTRO, RFC_MORAL, Archivos
from tests.services.con_icsoe import fisica as fisica
from tests.services.con_icsoe import moral as moral
from tests.services.con_icsoe import mundo as mundo
from tests.services.mundo import Mundo


@pytest.fixture
def vigencias(
    store: Store,
    bitacora: BitacoraService,
    sesion: Sesion,
    emisora: Emisora,
    tmp_path: Path,
    reloj: Reloj,
) -> VigenciasService:
    """One e.firma in two registros patronales, and a .pfx in a third; November 2026."""
    (tmp_path / "usb").mkdir()
    archivos = Archivos(tmp_path / "usb", emisora)
    certificados = CertificadosService(store, bitacora, archivos.verificador(), pruebas=False)
    registros = RegistrosPatronalesService(store, bitacora)
    ids = [
        registros.add(sesion, registro_patronal=number, razon_social=RAZON_SOCIAL, rfc=RFC_MORAL).id
        for number in (REGISTRO, "Z990010110", "Z990020210")
    ]
    cer, key = archivos.efirma()
    for one in ids[:2]:
        certificados.save(sesion, CertificadoElegido(one, cer, key, "", CLAVE))
    pfx = archivos.pfx("Z990020210")
    certificados.save(sesion, CertificadoElegido(ids[2], pfx, None, "usuario123", CLAVE))
    reloj.now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    return VigenciasService(store, certificados)


def events(content: str) -> dict[str, dict[str, str]]:
    """An independent reader of RFC 5545: unfolds lines, and returns the events by UID."""
    assert content.endswith("\r\n")
    lines = re.sub("\r\n[ \t]", "", content).split("\r\n")
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    found: dict[str, dict[str, str]] = {}
    event: dict[str, str] = {}
    alarm = False
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = {"alarms": ""}
        elif line == "BEGIN:VALARM":
            alarm = True
        elif line == "END:VALARM":
            alarm = False
        elif line == "END:VEVENT":
            assert event["UID"] not in found
            found[event["UID"]] = event
        elif alarm and name == "TRIGGER":
            event["alarms"] += f"{value} "
        elif not alarm:
            event[name] = value
    return found


def test_an_efirma_of_several_registros_is_one_row_and_a_lost_pfx_comes_first(
    vigencias: VigenciasService, sesion: Sesion
) -> None:
    found, hoy = vigencias.all(sesion), vigencias.today()
    first = found[0]
    assert (first.que, first.estado(hoy)) == (
        "Certificado IMSS (.pfx)",
        EstadoVencimiento.VENCIDO,
    )
    (efirma,) = [one for one in found if one.que == "e.firma"]
    assert [one[:10] for one in efirma.registros] == ["Z990010110", REGISTRO[:10]]
    assert efirma.ultimo == date(2028, 5, 10)
    assert {"Cuotas del IMSS", "Modificaciones por salario mínimo"} <= {one.que for one in found}


def test_without_a_user_only_the_obligations_are_shown(vigencias: VigenciasService) -> None:
    found = vigencias.all(SESION_CONSULTA)
    assert found
    assert not any(one.registros for one in found)


def test_in_december_the_missing_wage_is_in_the_table(
    vigencias: VigenciasService, sesion: Sesion, reloj: Reloj
) -> None:
    reloj.now = datetime(2026, 12, 1, 18, tzinfo=UTC)
    missing = [one for one in vigencias.all(sesion) if one.que.startswith("Falta")]
    assert [(one.que, one.ultimo) for one in missing] == [
        ("Falta el salario mínimo de 2027", date(2027, 1, 1)),
        ("Falta el salario mínimo de la frontera norte de 2027", date(2027, 1, 1)),
    ]
    for day in (1, 2, 31):
        reloj.now = datetime(2027, 1, day, 18, tzinfo=UTC)
        missing = [one for one in vigencias.all(sesion) if one.que.startswith("Falta el")]
        assert {one.plazo(reloj.now.date()) for one in missing} == {"Vencido"}


def test_the_calendar_opens_in_another_reader_and_twice_makes_no_second_event(
    vigencias: VigenciasService, sesion: Sesion, tmp_path: Path, reloj: Reloj
) -> None:
    path = tmp_path / "vigencias.ics"
    count = vigencias.save_calendar(sesion, path)
    first = events(path.read_bytes().decode())
    assert len(first) == count
    salary = first["salario-minimo-2027@vigencias.icsoe-desktop"]
    assert salary["DTSTART;VALUE=DATE"] == "20270108"
    assert salary["DTEND;VALUE=DATE"] == "20270109"
    assert salary["alarms"] == "-P30D -P7D "
    soon = [one for one in first.values() if one["DTSTART;VALUE=DATE"] == "20261217"]
    assert {one["alarms"] for one in soon} == {"-P7D "}  # thirty days before is past
    reloj.advance(days=1)
    vigencias.save_calendar(sesion, path)
    again = events(path.read_bytes().decode())
    # What a calendar would have after both: no subject twice.
    assert again.keys() == first.keys()
    assert {uid: one["DTSTART;VALUE=DATE"] for uid, one in again.items()} == {
        uid: one["DTSTART;VALUE=DATE"] for uid, one in first.items()
    }


def test_the_workbook_has_the_columns_of_the_table(
    vigencias: VigenciasService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "vigencias.xlsx"
    assert vigencias.export(sesion, path) == len(vigencias.all(sesion))
    book = openpyxl.load_workbook(path)
    header, first = [tuple(cell.value for cell in row) for row in list(book.active.rows)[:2]]
    book.close()
    assert header == (
        "Qué", "De quién", "Registros patronales", "Vence", "Último día para tramitar", "Estado",
        "Qué hacer",
    )  # fmt: skip
    assert (first[0], first[5]) == ("Certificado IMSS (.pfx)", "Ya no sirve en IDSE")


def test_a_link_that_a_capturista_has_not_opened_is_shown_to_its_contratista(
    vigencias: VigenciasService, mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    mundo.alta(moral)
    (link,) = [one for one in vigencias.all(moral) if one.que == "Liga de un capturista"]
    # It lasts a day: today is 22 November.
    assert (link.de_quien, link.ultimo) == ("Íñiga Xacón Núñez", date(2026, 11, 23))
    assert not any(one.que == link.que for one in vigencias.all(fisica))


def test_a_missing_value_is_told_to_the_contratista_who_is_to_add_it(
    vigencias: VigenciasService, fisica: Sesion, reloj: Reloj
) -> None:
    """Where nobody uses IDSE; elsewhere its users add it."""
    reloj.now = datetime(2027, 1, 2, 18, tzinfo=UTC)

    def missing(sesion: Sesion) -> list[str]:
        return [one.plazo(reloj.now.date()) for one in vigencias.all(sesion) if "Falta" in one.que]

    assert missing(fisica) == []
    assert missing(replace(fisica, encargado=True)) == ["Vencido"] * 2


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


def test_without_leave_nothing_is_read_or_kept(caso: Caso, sesion: Sesion) -> None:
    with pytest.raises(InvalidInputError, match="permite guardar") as caught:
        caso.vigilados.add(sesion, caso.cer(csd()), permiso=False)
    assert caught.value.campo == "permiso"
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
