"""Salaries modified in one go, from what the store knows to the file that is uploaded."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.salarios.cambios import Calculista, CambioSalario, EntradaSalario, totals
from icsoe_desktop.domain.salarios.razones import Criterio, Plantilla, Razon
from icsoe_desktop.domain.sua.escritura import write_aseg
from icsoe_desktop.domain.sua.lectura import AsegRow
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.importacion.valores import (
    Decision,
    ResultadoImportacionMovimientos,
)
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.salarios.hoja import NO_NAME, NO_REGISTRO, OF_EMISSION, with_loose
from icsoe_desktop.services.salarios.service import SalariosService, as_import, chosen
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.engine import open_engine
from tests.conftest import Reloj
from tests.gateways.hojas.libros import as_book
from tests.services.con_movimientos import Caso, contents
from tests.services.salarios.enero import (
    CAP_2026,
    EL_CUATRO,
    NEW_FLOORS,
    NORTE,
    PEQUENA,
    SUR,
    altas,
    approve,
    open_office,
    variable_pay,
)
from tests.support.biff import write_xls
from tests.support.emision import EmisionHecha, FilaEmision
from tests.support.muertes import kill_in_the_middle
from tests.support.progreso import StopAt

ENERO, FEBRERO = date(2027, 1, 1), date(2027, 2, 1)
QUIETLY = NoProgress()


@pytest.fixture
def salarios(caso: Caso, reloj: Reloj, tmp_path: Path) -> SalariosService:
    """Of a small office on the fourth of January."""
    reloj.now = EL_CUATRO
    open_office(PEQUENA, caso.store, caso.sesion, caso.importacion, tmp_path)
    return SalariosService(caso.store)


def read(salarios: SalariosService, caso: Caso, fecha: date = ENERO, rp: str = "") -> Plantilla:
    return salarios.plantilla(caso.sesion, fecha, fecha, rp, QUIETLY)


def rows_of(plantilla: Plantilla, razon: Razon, fecha: date = ENERO) -> list[CambioSalario]:
    return list(Calculista(Criterio(razon, fecha, fecha), plantilla).rows({}))


def create(
    caso: Caso, razon: Razon, cambios: Sequence[CambioSalario], fecha: date = ENERO
) -> ResultadoImportacionMovimientos:
    filas = as_import(Criterio(razon, fecha, fecha), chosen(cambios))
    vista = caso.importacion.preview_rows(caso.sesion, filas, QUIETLY)
    try:
        return caso.importacion.apply(caso.sesion, vista, Decision(), QUIETLY)
    finally:
        caso.importacion.discard(vista)


def ids_of(caso: Caso) -> list[object]:
    with caso.store.read() as db:
        found = db.execute(text("SELECT id FROM movimientos WHERE estado = 0 ORDER BY fila"))
        return [row[0] for row in found]


def read_back(caso: Caso) -> list[MovimientoLeido]:
    """Every line of the files of what is pending; nothing in them is odd."""
    ids = [uuid.UUID(bytes=one) for one in ids_of(caso)]  # type: ignore[arg-type]
    planned = caso.lotes.plan(caso.sesion, ids, OpcionesLote(guia="01400"), QUIETLY)
    made = caso.lotes.generate(caso.sesion, planned)
    with caso.store.read() as db:
        limites = limites_of(db)
    found: list[MovimientoLeido] = []
    for lote in made:
        content = caso.lotes.content(caso.sesion, lote.id)
        for one in dispmag.read(iter([content]), limites):
            assert not one.problemas
            if isinstance(one, MovimientoLeido):
                found.append(one)
    return found


def test_people_and_their_sbc_are_read_by_name(salarios: SalariosService, caso: Caso) -> None:
    plantilla = read(salarios, caso)
    assert len(plantilla.empleos) == PEQUENA.todos
    names = [(one.primer_apellido, one.segundo_apellido, one.nombres) for one in plantilla.empleos]
    assert names == sorted(names)
    by_nss = {one.nss: one for one in plantilla.empleos}
    for leido in altas(PEQUENA):
        one = by_nss[leido.nss]
        assert (one.sbc, one.alta, one.curp) == (leido.sbc, leido.fecha, leido.curp)
        assert (one.clave_trabajador, one.guia) == (leido.clave_trabajador, leido.guia)
    north = read(salarios, caso, rp=NORTE)
    assert {one.registro_patronal for one in north.empleos} == {NORTE}


def test_a_rehearsed_january_is_one_import_and_a_file_without_a_warning(
    salarios: SalariosService, caso: Caso, tmp_path: Path
) -> None:
    plantilla = read(salarios, caso)
    hoja = salarios.read_sheet(caso.sesion, variable_pay(PEQUENA, tmp_path), plantilla, QUIETLY)
    assert (hoja.renglones, hoja.sueltos) == (PEQUENA.variables, ())
    calculista = Calculista(Criterio(Razon.MINIMO, ENERO, ENERO), plantilla)
    rows = list(calculista.rows(hoja.entradas))
    assert totals(rows).elegidos == PEQUENA.bajo + PEQUENA.variables
    resultado = create(caso, Razon.MINIMO, rows)
    assert resultado.importados == PEQUENA.bajo + PEQUENA.variables
    (done, *_) = caso.importacion.all(caso.sesion)
    assert done.archivos == ("Modificación de salarios: salario mínimo, 01/01/2027",)
    lines = read_back(caso)
    assert len(lines) == resultado.importados
    before = {one.nss: one for one in altas(PEQUENA)}
    for line in lines:
        was = before[line.nss]
        assert (line.tipo, line.fecha, line.curp) == ("07", ENERO, was.curp)
        if line.tipo_salario == "2":
            assert line.sbc == (was.sbc or 0) + 100_00
        else:  # in their third year
            factor = {SUR: 340_00, NORTE: 480_00}[line.registro_patronal]
            assert line.sbc == round(factor * 1.0521)
            assert line.sbc > NEW_FLOORS[line.registro_patronal]


def test_a_rehearsed_february_touches_only_those_at_the_old_cap(
    salarios: SalariosService, caso: Caso
) -> None:
    plantilla = read(salarios, caso, FEBRERO)
    calculista = Calculista(Criterio(Razon.TOPE, FEBRERO, FEBRERO), plantilla)
    rows = list(calculista.rows({}))
    ticked = [one for one in rows if one.elegido]
    assert len(ticked) == PEQUENA.tope
    assert {one.empleo.sbc for one in ticked} == {CAP_2026}
    with pytest.raises(InvalidInputError, match="de 2 marcados no se sabe el SBC nuevo"):
        chosen(rows)
    paid = {one.empleo.clave: EntradaSalario(salario=4_000_00) for one in ticked}
    assert create(caso, Razon.TOPE, list(calculista.rows(paid)), FEBRERO).importados == 2
    assert {line.sbc for line in read_back(caso)} == {3050_00}


def test_undo_takes_back_exactly_the_created_ones(salarios: SalariosService, caso: Caso) -> None:
    before = contents(caso.store)["movimientos"], contents(caso.store)["trabajadores"]
    rows = rows_of(read(salarios, caso), Razon.MINIMO)
    resultado = create(caso, Razon.MINIMO, rows)
    assert resultado.importacion_id is not None
    assert caso.importacion.undo(caso.sesion, resultado.importacion_id, QUIETLY) == PEQUENA.bajo
    assert (contents(caso.store)["movimientos"], contents(caso.store)["trabajadores"]) == before


def test_once_some_are_in_a_file_undo_says_why_not(salarios: SalariosService, caso: Caso) -> None:
    resultado = create(caso, Razon.MINIMO, rows_of(read(salarios, caso), Razon.MINIMO))
    read_back(caso)
    assert resultado.importacion_id is not None
    with pytest.raises(UserFacingError, match=r"no se puede deshacer.*en el lote «"):
        caso.importacion.undo(caso.sesion, resultado.importacion_id, QUIETLY)
    assert len(ids_of(caso)) == PEQUENA.bajo


def test_the_same_again_is_unticked_and_a_duplicate(salarios: SalariosService, caso: Caso) -> None:
    rows = rows_of(read(salarios, caso), Razon.MINIMO)
    create(caso, Razon.MINIMO, rows)
    again = rows_of(read(salarios, caso), Razon.MINIMO)
    assert totals(again).elegidos == 0
    told = [one.observaciones[0] for one in again if one.empleo.otros]
    assert told == ["Ya tiene una modificación de ese día, pendiente."] * PEQUENA.bajo
    # Whoever ticks them anyway gets them as repeated, which an import leaves out.
    assert create(caso, Razon.MINIMO, rows).importados == 0


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_what_is_stopped_leaves_nothing(salarios: SalariosService, caso: Caso, nth: int) -> None:
    before = contents(caso.store)
    filas = as_import(
        Criterio(Razon.MINIMO, ENERO, ENERO),
        chosen(rows_of(read(salarios, caso), Razon.MINIMO)),
    )

    def preview_and_apply() -> None:
        vista = caso.importacion.preview_rows(caso.sesion, filas, StopAt(nth))
        caso.importacion.apply(caso.sesion, vista, Decision(), StopAt(nth - 2))

    with pytest.raises(Cancelled):
        preview_and_apply()
    assert contents(caso.store) == before


def test_what_cannot_be_a_notice_is_told_at_its_row(salarios: SalariosService, caso: Caso) -> None:
    rows = [one for one in rows_of(read(salarios, caso), Razon.MINIMO) if one.elegido]
    wrong = rows[1]._replace(empleo=rows[1].empleo._replace(nombres="XÆA-12"))
    filas = as_import(Criterio(Razon.MINIMO, ENERO, ENERO), [rows[0], wrong])
    vista = caso.importacion.preview_rows(caso.sesion, filas, QUIETLY)
    (problem,) = caso.importacion.problems(vista, 0, 10)
    assert (problem.linea, problem.campo, problem.gravedad.value) == (2, "Nombre(s)", "Error")
    assert problem.encontrado.startswith(wrong.empleo.nss)
    with pytest.raises(InvalidInputError):
        caso.importacion.apply(caso.sesion, vista, Decision(), QUIETLY)
    caso.importacion.discard(vista)


def test_who_left_or_has_two_employers(salarios: SalariosService, caso: Caso) -> None:
    first, second, *_ = altas(PEQUENA)
    path = caso.archivo(
        first._replace(tipo="02", fecha=date(2026, 11, 30), sbc=None, tipo_trabajador="",
                       tipo_salario="", jornada="", causa_baja="2", umf="", curp=""),
        second._replace(registro_patronal=NORTE, fecha=date(2026, 6, 1), sbc=600_00),
    )  # fmt: skip
    caso.bring(path)
    approve(caso.store)
    plantilla = read(salarios, caso)
    assert plantilla.bajas == {(first.nss, SUR[:10]): date(2026, 11, 30)}
    assert sum(one.nss == second.nss for one in plantilla.empleos) == 2
    sheet = caso.archivo(name="x.txt").with_name("hoja.csv")
    sheet.write_text(
        "NSS,Registro patronal,SBC nuevo\n"
        f"{first.nss},,500.00\n{second.nss},,500.00\n{second.nss},{NORTE},650.00\n"
        f"{second.nss},Z9999999999,650.00\n10000000008,,500.00\n123,,500.00\n",
        "utf-8",
    )
    hoja = salarios.read_sheet(caso.sesion, sheet, plantilla, QUIETLY)
    assert dict(hoja.entradas) == {(second.nss, NORTE[:10]): EntradaSalario(sbc=650_00)}
    assert [one.nota for one in hoja.sueltos] == [
        "Renglón 2: tiene baja del 30/11/2026.",
        "Renglón 3: trabaja en dos registros patronales o más. Agregue a la hoja la columna "
        "Registro patronal.",
        "Renglón 5: este NSS no tiene avisos en el registro patronal Z9999999999.",
        "Renglón 6: el programa no tiene ningún aviso presentado de este NSS. Importe, capture o "
        "presente antes su alta.",
        "Renglón 7: El NSS tiene 3 números y debe tener 11.",
    ]
    shown = rows_of(with_loose(plantilla, hoja), Razon.HOJA)
    assert [one.falta for one in shown[:5]] == [one.nota for one in hoja.sueltos]
    assert not any(one.elegido for one in shown[:5])


def sheet_of(caso: Caso, text: str) -> Path:
    path = caso.archivo(name="x.txt").with_name("hoja.csv")
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("libro", [False, True], ids=["csv", "xlsx"])
def test_amounts_are_read_as_offices_write_them(
    salarios: SalariosService, caso: Caso, libro: bool
) -> None:
    people = [one.nss for one in altas(PEQUENA)]
    rows = (
        '"$1,234.56",', "abc,", '"1.234,56",', "700.00,treinta", "-5.00,", "10000000.00,", "650,61",
    )  # fmt: skip
    lines = [f"{nss},{row}" for nss, row in zip(people, rows, strict=False)]
    path = sheet_of(caso, "\n".join(["NSS,Salario diario,Días devengados", *lines, lines[0]]))
    plantilla = read(salarios, caso)
    hoja = salarios.read_sheet(caso.sesion, as_book(path) if libro else path, plantilla, QUIETLY)
    found = [hoja.entradas[nss, next(o for o in altas(PEQUENA) if o.nss == nss)
             .registro_patronal[:10]] for nss in people[: len(rows)]]  # fmt: skip
    assert [one.salario for one in found] == [
        1234_56, None, 1234_56, 700_00, None, 10_000_000_00, 650_00,
    ]  # fmt: skip
    assert found[0].nota == "La hoja lo trae también en el renglón 9: se tomó el primero."
    assert found[1].nota == (
        "Renglón 3: en Salario diario dice «abc», que no es un importe como 1,234.56."
    )
    assert found[3].nota == (
        "Renglón 5: los días devengados van con números enteros; dice «treinta»."
    )
    assert (found[6].dias, found[6].nota) == (61, "")
    calculista = Calculista(Criterio(Razon.HOJA, ENERO, ENERO), plantilla)
    ten_million = next(one for one in calculista.rows(hoja.entradas) if one.empleo.nss == people[5])
    assert ten_million.sbc == CAP_2026


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Nombre,SBC\nANA,500\n", "le falta la columna NSS"),
        ("NSS,Nombre\n12345678903,ANA\n", "no trae importes"),
        ("NSS,SBC\n", "ningún renglón"),
        ("", "vacío"),
    ],
)
def test_a_sheet_of_something_else_is_refused(
    salarios: SalariosService, caso: Caso, content: str, said: str
) -> None:
    with pytest.raises(InvalidInputError, match=said) as refused:
        salarios.read_sheet(caso.sesion, sheet_of(caso, content), Plantilla(), QUIETLY)
    assert refused.value.campo == "archivo"


def test_a_long_sheet_is_refused_before_it_fills_the_memory(
    salarios: SalariosService, caso: Caso
) -> None:
    path = sheet_of(caso, "NSS,SBC\n" + "10000000008,500.00\n" * 50_001)
    with pytest.raises(InvalidInputError, match="50,000"):
        salarios.read_sheet(caso.sesion, path, Plantilla(), QUIETLY)


def test_a_later_notice_is_not_the_salary_of_today(salarios: SalariosService, caso: Caso) -> None:
    first, *_ = altas(PEQUENA)
    caso.bring(
        caso.archivo(
            first._replace(tipo="07", fecha=date(2027, 1, 15), sbc=800_00, tipo_trabajador="",
                           umf="")
        )
    )  # fmt: skip
    approve(caso.store)
    one = next(o for o in read(salarios, caso).empleos if o.nss == first.nss)
    assert (one.sbc, one.otros[0].fecha) == (first.sbc, date(2027, 1, 15))
    after = read(salarios, caso, date(2027, 1, 20))
    assert next(o for o in after.empleos if o.nss == first.nss).sbc == 800_00


def test_reading_can_be_stopped(salarios: SalariosService, caso: Caso) -> None:
    with pytest.raises(Cancelled):
        salarios.plantilla(caso.sesion, ENERO, ENERO, "", StopAt(2))


def test_an_aseg_of_sua_tells_of_those_without_a_notice(
    salarios: SalariosService, caso: Caso, tmp_path: Path
) -> None:
    known, *_ = altas(PEQUENA)
    stranger = trabajadores(PEQUENA.todos + 1)[-1]
    rows = [
        AsegRow(
            SUR, who.nss, "", who.curp, who.primer_apellido, who.segundo_apellido, who.nombres,
            "1", "0", date(2024, 3, 4), 340_00,
        )
        for who in (known, stranger)
    ]  # fmt: skip
    path = tmp_path / "Aseg.txt"
    path.write_bytes(write_aseg(rows))
    plantilla = read(salarios, caso)
    hoja = salarios.read_sheet(caso.sesion, path, plantilla, QUIETLY)
    (new,) = hoja.sueltos
    assert (new.nss, new.sbc, new.alta) == (stranger.nss, 340_00, date(2024, 3, 4))
    grown = with_loose(plantilla, hoja)
    assert len(grown.empleos) == PEQUENA.todos + 1
    assert len(with_loose(grown, hoja).empleos) == PEQUENA.todos + 1, "read twice"
    (row,) = (one for one in rows_of(grown, Razon.MINIMO) if one.empleo.nss == stranger.nss)
    assert (row.elegido, row.sbc) == (True, 357_71)
    assert row.observaciones[0].startswith("Su SBC de hoy sale de «Aseg.txt»")
    assert create(caso, Razon.MINIMO, [row]).importados == 1
    (line,) = read_back(caso)
    assert (line.nss, line.sbc, line.curp) == (stranger.nss, 357_71, stranger.curp)


@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_an_emission_tells_of_those_without_a_notice(
    salarios: SalariosService, caso: Caso, tmp_path: Path, suffix: str
) -> None:
    known, *_ = altas(PEQUENA)
    one, two, three, four = trabajadores(PEQUENA.todos + 4)[-4:]
    named = f"{one.primer_apellido} {one.segundo_apellido} {one.nombres}"
    rows = [
        FilaEmision(known.nss, "DE AQUI YA SE SABE", 31, 900.0),
        FilaEmision(one.nss, named, 31, 340.0),
        FilaEmision(one.nss, named, 10, 345.0, "7", date(2026, 12, 22)),
        FilaEmision(two.nss, "", 31, 340.0),
        FilaEmision(three.nss, "RUIZ GOMEZ ANA", 10, 340.0),
        FilaEmision(three.nss, "RUIZ GOMEZ ANA", 0, 340.0, "2", date(2026, 12, 11)),
        FilaEmision(four.nss, "RUIZ ANA", 31, 341.0),
    ]
    made = EmisionHecha(2026, 12, rows, SUR)
    path = made.write(tmp_path / "emision.xls")
    if suffix == ".xlsx":
        path = tmp_path / "emision.xlsx"
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, cells in made.sheets().items():
            page = book.create_sheet(name)
            for row in cells:
                page.append(row)
        book.save(path)
    plantilla = replace(read(salarios, caso), bajas={(four.nss, SUR[:10]): date(2026, 12, 28)})
    hoja = salarios.read_sheet(caso.sesion, path, plantilla, QUIETLY)
    new, nameless = sorted(hoja.sueltos, key=lambda each: each.sbc is None)
    assert (new.nss, new.registro_patronal, new.sbc) == (one.nss, SUR, 345_00)
    assert (new.primer_apellido, new.segundo_apellido, new.nombres) == (
        one.primer_apellido, one.segundo_apellido, one.nombres,
    )  # fmt: skip
    assert (nameless.nss, nameless.sbc) == (two.nss, None)
    assert nameless.nota == NO_NAME.format(path.name)
    grown = with_loose(plantilla, hoja)
    (row,) = (each for each in rows_of(grown, Razon.MINIMO) if each.empleo.nss == one.nss)
    assert row.observaciones[0].startswith(f"Su SBC de hoy sale de «{path.name}»")
    assert create(caso, Razon.MINIMO, [row]).importados == 1
    # The emission has no CURP: the import tells that, as of any other notice.


@pytest.mark.parametrize(
    ("cambios", "sbc", "nota"),
    [
        ({"Periodo Mensual": ""}, 345_00, OF_EMISSION),
        ({"Registro Patronal": ""}, None, NO_REGISTRO),
    ],
    ids=["no month", "no registro patronal"],
)
def test_an_emission_that_lacks_a_figure_leaves_nobody_out_in_silence(
    salarios: SalariosService,
    caso: Caso,
    tmp_path: Path,
    cambios: dict[str, str],
    sbc: int | None,
    nota: str,
) -> None:
    stranger = trabajadores(PEQUENA.todos + 1)[-1]
    rows = [
        FilaEmision(stranger.nss, "RUIZ GOMEZ ANA", 31, 340.0),
        FilaEmision(stranger.nss, "RUIZ GOMEZ ANA", 10, 345.0, "7", date(2026, 12, 22)),
    ]
    made = EmisionHecha(2026, 12, rows, SUR, cambios)
    pages = {"Movimientos EMA" if "EMA" in n else "Emisión": c for n, c in made.sheets().items()}
    path = write_xls(tmp_path / "emision.xls", pages)
    (new,) = salarios.read_sheet(caso.sesion, path, read(salarios, caso), QUIETLY).sueltos
    assert (new.nss, new.sbc, new.nota) == (stranger.nss, sbc, nota.format(path.name))


@pytest.mark.larga
def test_a_kill_while_creating_leaves_all_or_none(
    salarios: SalariosService, caso: Caso, tmp_path: Path
) -> None:
    assert totals(rows_of(read(salarios, caso), Razon.MINIMO)).elegidos == PEQUENA.bajo
    store = caso.store
    job = {
        "datos": str(tmp_path / "icsoe.db"),
        "llave": store.key.raw().hex(),
        "usuario": str(caso.sesion.usuario_id),
    }
    chance = Random(20270104)  # noqa: S311 - moments to die at, not secrets
    store.close()
    for _ in range(6):
        kill_in_the_middle("tests.services.salarios.crear_sin_fin", job, chance.uniform(0, 0.3))
        engine = open_engine(tmp_path / "icsoe.db", store.key)
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            pending = connection.execute(
                text(
                    "SELECT count(*), count(DISTINCT importacion) FROM movimientos WHERE estado = 0"
                )
            ).one()
            listed = connection.execute(
                text("SELECT count(*) FROM importaciones WHERE deshecha IS NULL AND numero > 1")
            ).scalar()
        engine.dispose()
        # Whole, and then in the list of imports; the next run finds them ticked by nobody.
        assert tuple(pending) in ((0, 0), (PEQUENA.bajo, 1))
        assert listed == pending[1]
        if pending[0]:
            break
