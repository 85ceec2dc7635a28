"""The table of what ends, its workbook and its calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.gateways.certificados.generador import Emisora
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
    assert (first[0], first[5]) == ("Certificado IMSS (.pfx)", "Vencido")


def test_a_link_that_a_capturista_has_not_opened_is_shown_to_its_contratista(
    vigencias: VigenciasService, mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    mundo.alta(moral)
    (link,) = [one for one in vigencias.all(moral) if one.que == "Liga de un capturista"]
    # It lasts a day: today is 22 November.
    assert (link.de_quien, link.ultimo) == ("Íñiga Xacón Núñez", date(2026, 11, 23))
    assert not any(one.que == link.que for one in vigencias.all(fisica))
