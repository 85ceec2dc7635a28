"""SISUB: its acuse, its own days; what the PDF of an acuse says; the package for a client."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.acuse import AcuseLeido
from icsoe_desktop.domain.icsoe.informativa import (
    EstadoInformativa,
    TipoInformativa,
)
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.vigencias.obligaciones import of_the_contratista
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.ejemplo.papel import _Text, write_page
from icsoe_desktop.services.informativa.paquete import GONE, KEPT, NO_FILE, PaquetesService
from icsoe_desktop.services.informativa.service import ONLY_ACUSE
from icsoe_desktop.services.informativa.sisub import SisubService, obligaciones_of
from icsoe_desktop.services.movimientos.terminos import DiaCalendario
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import AcuseInformativaRow
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.informativa.conftest import Caso
from tests.services.mundo import PDF, RFC_MORAL

NP = NoProgress()
ENERO = datetime(2027, 1, 12, 18, 0, tzinfo=UTC)
E = EstadoInformativa


@pytest.fixture
def sisub(store: Store, bitacora: BitacoraService) -> SisubService:
    return SisubService(store, bitacora)


@pytest.fixture
def paquetes(store: Store, bitacora: BitacoraService) -> PaquetesService:
    return PaquetesService(store, bitacora)


@pytest.fixture
def acuse(tmp_path: Path) -> Path:
    path = tmp_path / "acuse.pdf"
    path.write_bytes(PDF)
    return path


def due(store: Store, caso: Caso) -> set[str]:
    hoy = caso.informativas.today()
    with store.read() as db:
        row = db.scalars(select(ContratistaRow).where(ContratistaRow.rfc == RFC_MORAL)).one()
        found = of_the_contratista(hoy, row.nombre, obligaciones_of(db, row, hoy))
    return {one.clave for one in found}


def test_the_acuse_of_sisub_ends_sisub_and_not_icsoe(
    caso: Caso, sisub: SisubService, store: Store, acuse: Path
) -> None:
    caso.reloj.now = ENERO
    assert {"icsoe-2026-09", "sisub-2026-09"} <= due(store, caso)
    kept = sisub.save_acuse(
        caso.moral, PERIODO, acuse, folio=" 2027 0001 ", presentada=date(2027, 1, 11)
    )
    assert "icsoe-2026-09" in due(store, caso)
    assert "sisub-2026-09" not in due(store, caso)
    tablero = caso.informativas.tablero(caso.moral)
    assert (tablero.presentada, tablero.sisub.presentada, tablero.filas) == (False, True, ())
    (fila,) = tablero.sisub.filas
    assert fila.acuse is not None
    assert (fila.acuse.folio, fila.acuse.tarde) == ("2027 0001", False)
    assert caso.informativas.acuse(caso.moral, kept).contenido == PDF
    # It is no return of ICSOE: none is copied from it, and none is hindered by it.
    with pytest.raises(InvalidInputError, match=ONLY_ACUSE):
        caso.informativas.salida(caso.moral, kept)
    caso.informativas.create(caso.moral, PERIODO, TipoInformativa.SIN_INFORMACION)
    with pytest.raises(InvalidInputError, match="ya está guardado"):
        sisub.save_acuse(
            caso.moral, PERIODO, acuse, folio="2027 0001", presentada=date(2027, 1, 12)
        )
    sisub.delete(caso.moral, kept)
    assert "sisub-2026-09" in due(store, caso)
    with store.read() as db:
        assert not db.scalars(select(AcuseInformativaRow)).all()


@pytest.mark.parametrize(
    ("periodo", "folio", "day", "campo"),
    [
        (Periodo(2027, 1), "1", date(2027, 1, 12), "periodo"),
        (PERIODO, " ", date(2027, 1, 12), "folio"),
        (PERIODO, "1", date(2027, 1, 13), "presentada"),
        (PERIODO, "1", date(2026, 12, 31), "presentada"),
    ],
)
def test_an_impossible_acuse_of_sisub_is_refused(
    caso: Caso,
    sisub: SisubService,
    acuse: Path,
    periodo: Periodo,
    folio: str,
    day: date,
    campo: str,
) -> None:
    caso.reloj.now = ENERO
    with pytest.raises(InvalidInputError) as caught:
        sisub.save_acuse(caso.moral, periodo, acuse, folio=folio, presentada=day)
    assert caught.value.campo == campo
    assert caso.informativas.tablero(caso.moral).sisub.filas == ()


def test_infonavit_has_its_own_days(caso: Caso, sisub: SisubService) -> None:
    day = date(2027, 1, 18)
    sisub.save_day(caso.moral, DiaCalendario(day, False, " DOF 12/01/2027 "))
    assert sisub.days(caso.moral) == (DiaCalendario(day, False, "DOF 12/01/2027"),)
    tablero = caso.informativas.tablero(caso.moral)
    assert tablero.periodo.vence(tablero.calendario) == day
    assert "19/01/2027" in tablero.sisub.plazo
    sisub.remove_day(caso.moral, day)
    assert "18/01/2027" in caso.informativas.tablero(caso.moral).sisub.plazo
    for wrong in (date(2027, 1, 17), date(2027, 1, 1)):  # a Sunday, a holiday
        with pytest.raises(InvalidInputError):
            sisub.save_day(caso.moral, DiaCalendario(wrong, False, "DOF"))


def test_an_overdue_sisub_is_told_with_its_fine_and_its_certainty(caso: Caso) -> None:
    """The contratista is here since before the last day; nothing says that a late one is free."""
    caso.reloj.now = datetime(2027, 1, 20, 18, 0, tzinfo=UTC)
    found = caso.informativas.tablero(caso.moral).sisub
    assert found.atrasados == (PERIODO,)
    assert "251 a 300 UMA" in found.multa
    assert "una sola fuente" in found.multa
    assert "espont" not in found.multa


PAGE = (
    "INSTITUTO MEXICANO DEL SEGURO SOCIAL",
    "Acuse de la Informativa de contratos",
    "Folio: N20260012345",
    f"RFC: {RFC_MORAL}",
    "Periodo: Septiembre - Diciembre de 2026",
    "Contratos reportados: 3",
)


def page(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "leido.pdf"
    path.write_bytes(write_page([_Text(60, 60 + 20 * at, one) for at, one in enumerate(lines)]))
    return path


def test_the_pdf_of_an_acuse_is_read_and_held_against_the_return(
    caso: Caso, paquetes: PaquetesService, tmp_path: Path
) -> None:
    found = paquetes.read_acuse(caso.moral, page(tmp_path, *PAGE), NP)
    leido = found.leido
    assert leido == AcuseLeido("N20260012345", (RFC_MORAL,), PERIODO, 3)
    assert leido.doubts(found.rfc, PERIODO, "n20260012345", 3) == ()
    other = leido.doubts("XAXX010101000", PERIODO.next, "N1", 4)
    assert [RFC_MORAL in other[0], PERIODO.nombre in other[1]] == [True, True]
    assert ("N20260012345" in other[2], "3 contratos" in other[3], len(other)) == (True, True, 4)


def test_what_cannot_be_read_raises_no_doubt(
    caso: Caso, paquetes: PaquetesService, acuse: Path, tmp_path: Path
) -> None:
    assert paquetes.read_acuse(caso.moral, acuse, NP).leido == AcuseLeido()
    odd = page(tmp_path, "Cualquier documento con letras", "Ejercicio: 2019", "Cuatrimestre: 3")
    leido = paquetes.read_acuse(caso.moral, odd, NP).leido
    assert leido.doubts(RFC_MORAL, PERIODO, "X", 1) == ()


def test_a_file_or_a_folio_that_is_kept_is_told(
    caso: Caso, sisub: SisubService, paquetes: PaquetesService, acuse: Path, tmp_path: Path
) -> None:
    """The acuse of ICSOE is not kept as that of SISUB without a question."""
    present(caso, acuse)
    said = (KEPT.format(cual="ICSOE (Normal)", periodo=PERIODO.nombre),)
    assert paquetes.read_acuse(caso.moral, acuse, NP).guardado == said
    other = page(tmp_path, *PAGE)
    assert paquetes.read_acuse(caso.moral, other, NP).guardado == ()
    sisub.save_acuse(
        caso.moral, PERIODO, acuse, folio="n2026 0012345", presentada=date(2027, 1, 11)
    )
    said = (KEPT.format(cual="SISUB", periodo=PERIODO.nombre),)
    assert paquetes.read_acuse(caso.moral, other, NP).guardado == said


def present(caso: Caso, acuse: Path, cuantos: int = 2) -> object:
    for at in range(1, cuantos + 1):
        caso.contratos.save_workers(
            caso.moral, caso.contratos.save(caso.moral, contrato(at)), filas(at * 10, at)
        )
    made = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.NORMAL)
    for estado in (E.REVISADA, E.LISTA):
        caso.informativas.mark(caso.moral, made, estado, NP)
    caso.reloj.now = ENERO
    caso.informativas.save_acuse(
        caso.moral, made, acuse, folio="../N 1", presentada=ENERO, contratos=cuantos
    )
    return made


def test_the_package_has_the_acuses_and_only_that_client(
    caso: Caso, sisub: SisubService, paquetes: PaquetesService, acuse: Path, tmp_path: Path
) -> None:
    made = present(caso, acuse)
    for folio in ("77", "../../77", "77/"):
        sisub.save_acuse(caso.moral, PERIODO, acuse, folio=folio, presentada=date(2027, 1, 12))
    clients = paquetes.contratantes(caso.moral, made)  # type: ignore[arg-type]
    rfc, _name = next(one for one in clients if one[0] == contrato(1).contratante.rfc)
    assert len(clients) == 2
    path = tmp_path / "cliente.zip"
    path.write_bytes(b"former")
    assert paquetes.save(caso.moral, made, rfc, path, NP) == 5  # type: ignore[arg-type]
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        archive.extract("Contratos y trabajadores.xlsx", tmp_path)
        assert archive.read(names[0]) == PDF
    # No folio leads out of the folder, and none hides another.
    assert names == [
        "Acuse ICSOE N-1.pdf",
        "Acuse SISUB 77.pdf",
        "2. Acuse SISUB 77.pdf",
        "3. Acuse SISUB 77.pdf",
        "Contratos y trabajadores.xlsx",
    ]
    rows = list(load_workbook(tmp_path / "Contratos y trabajadores.xlsx").active.values)
    assert rows[0][6:] == ("NSS", "CURP", "SBC")
    assert {row[6] for row in rows[1:]} == {each.nss for each in filas(10, 1)}
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_package_that_cannot_be_made_leaves_the_former_file(
    caso: Caso, store: Store, paquetes: PaquetesService, acuse: Path, tmp_path: Path
) -> None:
    made = present(caso, acuse)
    path = tmp_path / "cliente.zip"
    path.write_bytes(b"former")
    rfc = contrato(1).contratante.rfc
    capturista = Sesion(Rol.CAPTURISTA, caso.moral.usuario_id, "Otra", caso.moral.contratista_id)
    with pytest.raises(NotAllowedError):
        paquetes.save(capturista, made, rfc, path, NP)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match=GONE):
        paquetes.save(caso.moral, made, "XAXX010101000", path, NP)  # type: ignore[arg-type]
    with pytest.raises(UserFacingError):
        paquetes.save(caso.moral, made, rfc, tmp_path / "no hay" / "x.zip", NP)  # type: ignore[arg-type]
    with store.write() as db:
        for row in db.scalars(select(AcuseInformativaRow)):
            db.delete(row)
    with pytest.raises(InvalidInputError, match=NO_FILE):
        paquetes.save(caso.moral, made, rfc, path, NP)  # type: ignore[arg-type]
    assert path.read_bytes() == b"former"
