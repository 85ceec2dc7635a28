"""Workers from movements and from files, and the rows that the portal refused."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.revision import changed_contracts
from icsoe_desktop.domain.icsoe.trabajadores import TrabajadorContrato, csv_files
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.informativa import trabajadores as movidos
from icsoe_desktop.services.informativa.contratos import NO_REGISTROS, ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.informativa.trabajadores import zone_of
from icsoe_desktop.store.engine import Store
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.con_movimientos import Apply, Archivo
from tests.services.importacion.importados import ALTA, BAJA
from tests.services.informativa.conftest import Caso
from tests.services.mundo import RFC_FISICA, RFC_MORAL, Mundo
from tests.support.progreso import Stop

NP = NoProgress()
MIO, AJENO = "Y6077636105", "A0000000000"
GENTE = trabajadores(8)


@pytest.fixture
def registros(store: Store, bitacora: BitacoraService, sesion: Sesion) -> None:
    service = RegistrosPatronalesService(store, bitacora)
    service.add(sesion, registro_patronal=MIO, razon_social="TBI", rfc=RFC_MORAL)
    service.add(sesion, registro_patronal=AJENO, razon_social="Otra", rfc=RFC_FISICA)


def of(at: int, fecha: date, sbc: int, tipo: str = "08", **cambios: object) -> Any:
    person = GENTE[at]
    base = BAJA if tipo == "02" else ALTA
    return base._replace(
        tipo=tipo,
        nss=person.nss,
        curp=person.curp if tipo == "08" else "",
        primer_apellido=person.primer_apellido,
        segundo_apellido=person.segundo_apellido,
        nombres=person.nombres,
        fecha=fecha,
        sbc=None if tipo == "02" else sbc,
        registro_patronal=MIO,
        **cambios,  # type: ignore[arg-type]
    )


def test_the_wage_of_the_border_counts_only_if_every_registro_is_there() -> None:
    border = TablaLimites(zonas={MIO[:10]: Zona.FRONTERA})
    assert zone_of(border, [MIO]) == MIO
    assert zone_of(border, [MIO, AJENO]) == ""
    assert zone_of(border, []) == ""


@pytest.mark.usefixtures("registros")
def test_a_list_is_filled_with_who_was_active_and_the_last_sbc_of_the_period(
    caso: Caso, archivo: Archivo, bring: Apply
) -> None:
    for at, rows in enumerate(
        [
            [of(0, date(2025, 1, 5), 300_00)],  # still there
            [of(1, date(2025, 1, 5), 300_00)],
            [of(1, date(2026, 10, 20), 410_50, "07")],  # raised during the contract
            [of(2, date(2025, 1, 5), 300_00)],
            [of(2, date(2026, 8, 31), 0, "02")],  # left before it
            [of(3, date(2026, 12, 10), 500_00)],  # came after it
            [of(4, date(2026, 11, 1), 600_00)],  # came during it
            [of(5, date(2025, 1, 5), 300_00)],
            [of(5, date(2026, 10, 15), 0, "02")],  # left on its first day
            [of(6, date(2025, 1, 5), 700_00)._replace(registro_patronal=AJENO)],
        ]
    ):
        bring(archivo(*rows, name=f"{at}.txt"))
    datos = replace(contrato(1), inicio=date(2026, 10, 15), fin=date(2026, 11, 30))
    contrato_id = caso.contratos.save(caso.moral, datos)
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    assert caso.contratos.registros(caso.moral) == (MIO,)
    found = caso.contratos.fill(caso.moral, contrato_id, informativa, [MIO, AJENO], NP)
    expected = {
        GENTE[0].nss: (GENTE[0].curp, "300.00"),
        GENTE[1].nss: (GENTE[1].curp, "410.50"),
        GENTE[4].nss: (GENTE[4].curp, "600.00"),
        GENTE[5].nss: (GENTE[5].curp, "300.00"),
    }
    assert {row.nss: (row.curp, row.sbc) for row in found.filas} == expected
    assert found.inactivos == {GENTE[2].nss}
    assert caso.contratos.workers(caso.moral, contrato_id).filas == ()
    # The review compares with the same movements.
    rows = [row._replace(sbc="999.00") if row.nss == GENTE[0].nss else row for row in found.filas]
    gone = TrabajadorContrato.typed(GENTE[2].nss, GENTE[2].curp, "300")
    caso.contratos.save_workers(caso.moral, contrato_id, [*rows, gone])
    reviewed = caso.informativas.review(caso.moral, informativa, NP)
    assert changed_contracts(reviewed) == 1
    assert changed_contracts(reviewed[:1]) == 0
    texts = {each.texto for each in reviewed}
    assert texts == {
        "El SBC, $300.00, es menor que el salario mínimo de esa fecha, $315.04 (LSS 28).",
        "El SBC, $999.00, no es el del último movimiento, $300.00.",
        "Según los movimientos, no estaba activo en las fechas del contrato.",
    }


@pytest.mark.usefixtures("registros")
def test_a_list_is_filled_only_from_the_own_registros(caso: Caso) -> None:
    contrato_id = caso.contratos.save(caso.moral, contrato(1))
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    with pytest.raises(InvalidInputError) as caught:
        caso.contratos.fill(caso.moral, contrato_id, informativa, [AJENO], NP)
    assert caught.value.message == NO_REGISTROS
    assert caso.contratos.fill(caso.moral, contrato_id, informativa, [MIO], NP).filas == ()


@pytest.mark.parametrize("header", [False, True])
def test_the_csv_of_the_portal_is_imported(caso: Caso, tmp_path: Path, header: bool) -> None:
    rows = filas(50)
    path = tmp_path / "trabajadores.csv"
    content = csv_files(rows, "x")[0].contenido
    path.write_bytes(b"NSS,CURP,SBC\r\n" + content if header else content)
    assert list(caso.contratos.read_workers(caso.moral, path, NP)) == rows


def book(path: Path, *rows: tuple[object, ...]) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def test_an_excel_list_is_imported_by_the_names_of_its_columns(caso: Caso, tmp_path: Path) -> None:
    row = filas(1)[0]
    path = book(
        tmp_path / "lista.xlsx",
        ("Nombre", "Salario base de cotización", "CURP", "Número de seguridad social"),
        ("ANA", float(row.sbc), row.curp, int(row.nss)),
    )
    assert caso.contratos.read_workers(caso.moral, path, NP) == (row,)


def test_a_worker_without_salary_is_imported_to_be_seen(caso: Caso, tmp_path: Path) -> None:
    row = filas(1)[0]
    path = book(tmp_path / "lista.xlsx", ("NSS", "CURP", "SBC"), (row.nss, row.curp, None))
    (read,) = caso.contratos.read_workers(caso.moral, path, NP)
    assert (read.nss, read.curp, read.sbc) == (row.nss, row.curp, "")


def test_a_list_without_the_columns_is_refused(caso: Caso, tmp_path: Path) -> None:
    path = book(tmp_path / "otra.xlsx", ("Uno", "Dos", "Tres"), ("a", "b", "c"))
    with pytest.raises(InvalidInputError, match="NSS, CURP y SBC"):
        caso.contratos.read_workers(caso.moral, path, NP)
    path = book(tmp_path / "media.xlsx", ("NSS", "CURP"), ("1", "2"))
    with pytest.raises(InvalidInputError, match="SBC"):
        caso.contratos.read_workers(caso.moral, path, NP)


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 5000, b"PK\x03\x04" + b"\xff" * 200, b"a,b,c\n" * 30_000]
)
def test_a_hostile_list_is_refused_with_a_sentence(
    contratos: ContratosService, moral: Sesion, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "hostil.csv"
    path.write_bytes(content)
    begun = time.perf_counter()
    with pytest.raises(InvalidInputError):
        contratos.read_workers(moral, path, NP)
    assert time.perf_counter() - begun < 30


def test_a_formula_in_a_list_never_reaches_the_output(caso: Caso, tmp_path: Path) -> None:
    path = tmp_path / "formula.csv"
    path.write_bytes(b"NSS,CURP,SBC\n=1+1,@SUM(A1),+5\n")
    (row,) = caso.contratos.read_workers(caso.moral, path, NP)
    contrato_id = caso.contratos.save(caso.moral, contrato(1))
    caso.contratos.save_workers(caso.moral, contrato_id, [row])
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    assert sum(each.bloquea for each in caso.informativas.review(caso.moral, informativa, NP)) == 3
    with pytest.raises(InvalidInputError):
        caso.informativas.salida(caso.moral, informativa)


def test_rows_that_the_portal_refused_are_shown_at_their_worker_until_they_change(
    contratos: ContratosService,
    informativas: InformativasService,
    moral: Sesion,
    mundo: Mundo,
    tmp_path: Path,
) -> None:
    rows = filas(3)
    contrato_id = contratos.save(moral, contrato(1))
    contratos.save_workers(moral, contrato_id, rows)
    path = book(
        tmp_path / "rechazados.xlsx",
        ("Renglón", "NSS", "CURP", "Observaciones"),
        (1, rows[1].nss, rows[1].curp, "NSS no localizado"),
        (2, "99999999999", "", "Otro"),
    )
    assert contratos.read_rejections(moral, contrato_id, path, NP) == (1, 1)
    assert contratos.workers(moral, contrato_id).rechazos == {rows[1].nss: "NSS no localizado"}
    (copied,) = mundo.privacidad.export_worker(moral, rows[1].nss)["Contratos"]
    assert copied["Renglones rechazados por el portal"] == "NSS no localizado"
    informativa = informativas.create(moral, PERIODO, TipoInformativa.NORMAL)
    (found,) = informativas.review(moral, informativa, NP)
    assert (found.texto, found.renglon) == ("El portal lo rechazó: NSS no localizado", 1)
    contratos.save_workers(moral, contrato_id, rows[:2])  # another row changes
    assert contratos.workers(moral, contrato_id).rechazos == {rows[1].nss: "NSS no localizado"}
    corrected = rows[1]._replace(curp=rows[2].curp)
    contratos.save_workers(moral, contrato_id, [rows[0], corrected])
    assert contratos.workers(moral, contrato_id).rechazos == {}


def test_a_sheet_of_rejections_without_nss_or_curp_is_refused(caso: Caso, tmp_path: Path) -> None:
    contrato_id = caso.contratos.save(caso.moral, contrato(1))
    path = book(tmp_path / "otra.xlsx", ("Motivo",), ("x",))
    with pytest.raises(InvalidInputError, match="NSS ni CURP"):
        caso.contratos.read_rejections(caso.moral, contrato_id, path, NP)


@pytest.mark.usefixtures("registros")
def test_filling_a_list_can_be_cancelled_while_movements_are_read(
    caso: Caso, archivo: Archivo, bring: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movidos, "REPORT_EVERY", 2)
    bring(archivo(*(of(at, date(2025, 1, 5), 300_00) for at in range(5))))
    contrato_id = caso.contratos.save(caso.moral, contrato(1))
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    stop = Stop(lambda done, *_: done == 4)
    with pytest.raises(Cancelled):
        caso.contratos.fill(caso.moral, contrato_id, informativa, [MIO], stop)
    assert [done for done, _ in stop.reports] == [0, 2, 4]
