"""Importing movements: what the files say, the user decides, all or nothing, undone as a whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks.datos import linea_168, linea_totales
from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.dispmag import RegistroLeido
from icsoe_desktop.domain.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.domain.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services import importacion_movimientos as module
from icsoe_desktop.services.importacion_movimientos import ImportacionMovimientosService
from icsoe_desktop.services.importacion_valores import (
    ClaseDuplicado,
    Decision,
    Duplicado,
    Gravedad,
    ResultadoImportacion,
)
from icsoe_desktop.services.lotes import LotesService
from icsoe_desktop.services.lotes_valores import OpcionesLote
from icsoe_desktop.services.movimientos import MovimientosService
from icsoe_desktop.services.movimientos_valores import TODOS, Columna, Fila, Filtro, Orden
from icsoe_desktop.store import movimientos_masivos
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.trabajadores import raw_of
from tests.movimientos.conftest import Archivo, StopAt, contents

Apply = Callable[..., ResultadoImportacion]

# Invented; the NSS and the registro patronal pass Luhn, the CURP its own digit.
ALTA = RegistroLeido(
    1, "08", "Y6077636105", "12345678903", "RIVERA", "", "GAEL ANTONIO", date(2026, 2, 10),
    45050, "3", "0", "0", "", "035", "08000", "E1", "", (),
)  # fmt: skip
BAJA = ALTA._replace(
    tipo="02", fecha=date(2026, 3, 1), sbc=None, tipo_trabajador="", tipo_salario="", jornada="",
    causa_baja="2", umf="",
)  # fmt: skip


@pytest.fixture
def bring(importacion: ImportacionMovimientosService, sesion: Sesion) -> Apply:
    def apply(*paths: Path, **decision: bool) -> ResultadoImportacion:
        preview = importacion.preview(sesion, paths, NoProgress())
        try:
            return importacion.apply(sesion, preview, Decision(**decision), NoProgress())
        finally:
            importacion.discard(preview)

    return apply


def everything(movimientos: MovimientosService) -> list[Fila]:
    orden = Orden(Columna.FECHA, descendente=False)
    return movimientos.first_page(SESION_CONSULTA, TODOS, orden, 10_000)


def as_read(fila: Fila) -> tuple[object, ...]:
    # fmt: off
    return (
        fila.tipo.value, fila.registro_patronal, fila.nss, fila.primer_apellido,
        fila.segundo_apellido, fila.nombres, fila.fecha, fila.sbc, fila.tipo_trabajador or "",
        fila.tipo_salario or "", fila.jornada or "", fila.causa_baja or "", fila.umf, fila.guia,
        fila.clave_trabajador,
    )
    # fmt: on


def test_what_is_imported_is_what_was_in_the_files(
    bring: Apply, movimientos: MovimientosService, archivo: Archivo
) -> None:
    records = list(generated(400))
    first = archivo(*records[:250], name="uno.txt")
    second = archivo(*records[250:], name="dos.txt")
    assert bring(first, second).importados == 400
    found = everything(movimientos)
    assert sorted(as_read(fila) for fila in found) == sorted(
        record[1:16] for record in records
    )  # without line and CURP
    assert {fila.estado for fila in found} == {EstadoAviso.PENDIENTE}
    assert len({fila.id for fila in found}) == 400
    assert {fila.id.version for fila in found} == {7}


def test_a_baja_is_of_the_worker_whose_curp_other_movements_brought(
    bring: Apply, movimientos: MovimientosService, archivo: Archivo
) -> None:
    curp = next(record.curp for record in generated(50) if record.curp)
    bring(archivo(BAJA, name="baja.txt"))
    bring(archivo(ALTA._replace(curp=curp), name="alta.txt"))
    assert {fila.curp for fila in movimientos.history(SESION_CONSULTA, ALTA.nss)} == {curp}
    assert len(movimientos.first_page(SESION_CONSULTA, Filtro(texto=curp[:9]))) == 2


def test_another_curp_of_the_same_name_and_nss_is_kept_apart(
    bring: Apply, movimientos: MovimientosService, archivo: Archivo
) -> None:
    one, other = sorted({record.curp for record in generated(60) if record.curp})[:2]
    bring(
        archivo(ALTA._replace(curp=one), ALTA._replace(curp=other, fecha=date(2026, 2, 11)), BAJA)
    )
    found = movimientos.history(SESION_CONSULTA, ALTA.nss)
    assert sorted((fila.fecha, fila.curp) for fila in found)[:2] == [
        (date(2026, 2, 10), one),
        (date(2026, 2, 11), other),
    ]


def test_every_problem_of_every_line_is_told(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    good = linea_168(ALTA)
    bad_date = good[:118] + "31022026" + good[126:]
    two_wrong = "?" + good[1:131] + "05" + good[133:]
    path = tmp_path / "mal.txt"
    path.write_bytes("\r\n".join([good, bad_date, two_wrong, good[:100]]).encode())
    preview = importacion.preview(sesion, [path], NoProgress())
    problems = importacion.problems(preview, 0, 100)
    errors = [p for p in problems if p.gravedad is Gravedad.ERROR]
    assert [(p.archivo, p.linea, p.posicion, p.campo) for p in errors] == [
        ("mal.txt", 2, 119, "Fecha del movimiento"),
        ("mal.txt", 3, 1, "Registro patronal"),
        ("mal.txt", 3, 132, "Tipo de movimiento"),
        ("mal.txt", 4, 101, "Ancho de la línea"),
    ]
    assert errors[0].encontrado == "31022026"
    assert (preview.leidos, preview.buenos, preview.con_errores) == (4, 1, 3)
    assert importacion.problems(preview, 1, 2) == problems[1:3]


def test_a_file_with_errors_is_imported_only_when_the_user_says_so(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    store: Store,
    tmp_path: Path,
) -> None:
    path = tmp_path / "mal.txt"
    path.write_text(f"{linea_168(ALTA)}\n{'x' * 168}\n")
    preview = importacion.preview(sesion, [path], NoProgress())
    before = contents(store)
    with pytest.raises(InvalidInputError, match=r"^Hay renglones con errores") as refused:
        importacion.apply(sesion, preview, Decision(), NoProgress())
    assert refused.value.campo == "archivo"
    assert contents(store) == before
    resultado = importacion.apply(sesion, preview, Decision(solo_buenos=True), NoProgress())
    assert (resultado.importados, resultado.con_errores) == (1, 1)


def test_the_problems_are_exported_for_excel_without_formulas(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    good = linea_168(ALTA)
    path = tmp_path / "mal.txt"
    path.write_text(good[:22] + "=1+2".ljust(27) + good[49:] + "\n")
    preview = importacion.preview(sesion, [path], NoProgress())
    target = tmp_path / "problemas.csv"
    importacion.export_problems(preview, target, NoProgress())
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [
        "Archivo", "Línea", "Posición", "Campo", "Encontrado", "Esperado", "Gravedad",
    ]  # fmt: skip
    assert len(rows) == preview.problemas > 0
    assert rows[0][4].startswith("'=1+2")
    assert list(tmp_path.glob("problemas.csv.*")) == []


def test_duplicates_are_seen_in_the_file_and_in_the_data(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    bring: Apply,
    archivo: Archivo,
    movimientos: MovimientosService,
) -> None:
    bring(archivo(ALTA, name="antes.txt"))
    other_name = BAJA._replace(primer_apellido="RIBERA")
    wrong_digit = ALTA._replace(registro_patronal="Y6077636109")
    path = archivo(wrong_digit, BAJA, other_name, name="ahora.txt")
    preview = importacion.preview(sesion, [path], NoProgress())
    assert (preview.buenos, preview.duplicados_en_archivo, preview.duplicados_en_datos) == (3, 1, 1)
    assert importacion.duplicates(preview, 0, 10) == [
        Duplicado(
            "ahora.txt", 1, ClaseDuplicado.EN_DATOS, "Y6077636109", ALTA.nss,
            "GAEL ANTONIO RIVERA", TipoMovimiento.ALTA, date(2026, 2, 10), 0,
        ),
        Duplicado(
            "ahora.txt", 3, ClaseDuplicado.EN_ARCHIVO, "Y6077636105", ALTA.nss,
            "GAEL ANTONIO RIBERA", TipoMovimiento.BAJA, date(2026, 3, 1), 2,
        ),
    ]  # fmt: skip
    resultado = importacion.apply(sesion, preview, Decision(), NoProgress())
    assert (resultado.importados, resultado.duplicados_omitidos) == (1, 2)
    assert len(everything(movimientos)) == 2


def test_duplicates_are_imported_when_the_user_wants_them(
    bring: Apply, archivo: Archivo, movimientos: MovimientosService
) -> None:
    bring(archivo(ALTA))
    assert bring(archivo(ALTA, ALTA), importar_duplicados=True).importados == 2
    assert len(everything(movimientos)) == 3


def test_what_the_imss_rejected_is_no_duplicate(
    bring: Apply, archivo: Archivo, store: Store
) -> None:
    bring(archivo(ALTA))
    with store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4")  # Rechazado
    assert bring(archivo(ALTA)).importados == 1


def test_nothing_but_duplicates_leaves_no_import_behind(
    bring: Apply,
    archivo: Archivo,
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
) -> None:
    bring(archivo(ALTA))
    resultado = bring(archivo(ALTA))
    assert (resultado.importacion_id, resultado.duplicados_omitidos) == (None, 1)
    assert len(importacion.all(sesion)) == 1


def test_a_preview_that_others_overtook_imports_nothing_twice(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    bring: Apply,
    archivo: Archivo,
    movimientos: MovimientosService,
) -> None:
    preview = importacion.preview(sesion, [archivo(ALTA, BAJA)], NoProgress())
    bring(archivo(ALTA, name="otro.txt"))
    with pytest.raises(InvalidInputError, match=r"^Los movimientos cambiaron"):
        importacion.apply(sesion, preview, Decision(importar_duplicados=True), NoProgress())
    resultado = importacion.apply(sesion, preview, Decision(), NoProgress())
    assert (resultado.importados, resultado.duplicados_omitidos) == (1, 1)
    assert len(everything(movimientos)) == 2


@pytest.mark.parametrize("rebuilt", [False, True])
def test_cancelling_at_any_report_leaves_the_store_as_it_was(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    bring: Apply,
    archivo: Archivo,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rebuilt: bool,
) -> None:
    records = list(generated(1200))
    bring(archivo(*records[:200]))
    if rebuilt:
        monkeypatch.setattr(movimientos_masivos, "_REBUILD_FROM", 1)
    monkeypatch.setattr(movimientos_masivos, "_CHUNK", 100)
    monkeypatch.setattr("icsoe_desktop.store.interrupcion.STEPS_BETWEEN", 2_000)
    path = archivo(*records, name="todos.txt")
    before = contents(store)
    steps = 0
    while True:
        steps += 1
        stop = StopAt(steps)
        with pytest.raises(Cancelled):
            importacion.preview(sesion, [path], stop)
        if steps >= 4:
            break
    assert contents(store) == before
    preview = importacion.preview(sesion, [path], NoProgress())
    nth, cancelled = 1, 0
    while True:
        try:
            importacion.apply(sesion, preview, Decision(), StopAt(nth))
        except Cancelled:
            cancelled += 1
            assert contents(store) == before, nth
        else:
            break
        nth += 1 + nth // 6
    assert cancelled >= 8
    importacion.discard(preview)
    after = contents(store)
    assert len(after["movimientos"]) == 1200
    assert after["sqlite_master"] == before["sqlite_master"]
    assert list(tmp_path.glob("importacion-*.tmp")) == []


@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_import_is_undone_as_a_whole(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    bring: Apply,
    archivo: Archivo,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    rebuilt: bool,
) -> None:
    if rebuilt:
        monkeypatch.setattr(movimientos_masivos, "_REBUILD_FROM", 1)
    records = list(generated(600))
    bring(archivo(*records[:100]))
    kept = {"trabajadores", "movimientos", "sqlite_master"}
    before = {name: rows for name, rows in contents(store).items() if name in kept}
    resultado = bring(archivo(*records[100:], name="dos.txt"))
    assert resultado.importacion_id is not None
    with pytest.raises(Cancelled):
        importacion.undo(sesion, resultado.importacion_id, StopAt(1))
    assert importacion.undo(sesion, resultado.importacion_id, NoProgress()) == 500
    after = {name: rows for name, rows in contents(store).items() if name in kept}
    assert after["movimientos"] == before["movimientos"]
    assert after["sqlite_master"] == before["sqlite_master"]
    # Only a CURP that the import taught of a worker who stays is still known.
    without_curp = [[row[:2] + row[3:] for row in rows["trabajadores"]] for rows in (before, after)]
    assert without_curp[0] == without_curp[1]
    with store.write() as db:
        raw_of(db).execute(
            "INSERT INTO trabajadores_buscados(trabajadores_buscados, rank) "
            "VALUES('integrity-check', 1)"
        )
    newest, oldest = importacion.all(sesion)
    assert (newest.importados, newest.archivos) == (500, ("dos.txt",))
    assert newest.deshecha == store.clock()
    assert oldest.deshecha is None
    with pytest.raises(UserFacingError, match=r"ya se había deshecho"):
        importacion.undo(sesion, resultado.importacion_id, NoProgress())


def test_an_import_in_a_lote_is_not_undone_and_the_lote_is_named(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    bring: Apply,
    archivo: Archivo,
    lotes: LotesService,
    movimientos: MovimientosService,
) -> None:
    resultado = bring(archivo(ALTA, BAJA))
    assert resultado.importacion_id is not None
    baja = next(fila for fila in everything(movimientos) if fila.tipo is TipoMovimiento.BAJA)
    plan = lotes.plan(sesion, [baja.id], OpcionesLote(), NoProgress())
    (lote,) = lotes.generate(sesion, plan)
    with pytest.raises(UserFacingError) as refused:
        importacion.undo(sesion, resultado.importacion_id, NoProgress())
    assert f"1 en el lote «{lote.nombre_archivo}»" in refused.value.message
    assert BAJA.nss not in refused.value.message
    assert len(everything(movimientos)) == 2


def test_a_preview_that_was_closed_is_not_applied(
    importacion: ImportacionMovimientosService, sesion: Sesion, archivo: Archivo
) -> None:
    preview = importacion.preview(sesion, [archivo(ALTA)], NoProgress())
    importacion.discard(preview)
    importacion.discard(preview)
    with pytest.raises(InvalidInputError, match=r"^La vista previa ya se cerró"):
        importacion.apply(sesion, preview, Decision(), NoProgress())


def test_what_was_read_lies_encrypted_beside_the_store(
    importacion: ImportacionMovimientosService, sesion: Sesion, archivo: Archivo, tmp_path: Path
) -> None:
    preview = importacion.preview(sesion, [archivo(ALTA)], NoProgress())
    (spilled,) = tmp_path.glob("importacion-*.tmp")
    content = spilled.read_bytes()
    assert len(content) > 4096
    assert b"RIVERA" not in content
    assert b"SQLite" not in content
    importacion.discard(preview)
    assert not spilled.exists()


def test_totals_are_checked_against_the_records(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "totales.txt"
    path.write_text(f"{linea_168(ALTA)}\r\n{linea_totales(2, ALTA.guia)}\r\n")
    preview = importacion.preview(sesion, [path], NoProgress())
    assert [p.campo for p in importacion.problems(preview, 0, 9) if "000002" in p.encontrado] != []
    assert preview.buenos == 1


def a_sheet(tmp_path: Path, *rows: list[str], header: list[str] | None = None) -> Path:
    path = tmp_path / "hoja.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            header
            or [
                "Movimiento", "Reg. patronal", "Número de seguridad social", "Apellido paterno",
                "Apellido materno", "Nombre", "Fecha de movimiento", "SBC", "Tipo de trabajador",
                "Tipo de salario", "Causa de baja", "UMF", "Guía",
            ]
        )  # fmt: skip
        writer.writerows(rows)
    return path


def test_a_sheet_is_read_by_the_names_of_its_columns(
    bring: Apply, movimientos: MovimientosService, tmp_path: Path
) -> None:
    path = a_sheet(
        tmp_path,
        ["Alta o reingreso", "Y60-77636-10-5", "1234 56 7890 3", "Muñoz", "", "Íñigo",
         "10/02/2026", "$1,234.50", "Permanente", "Fijo", "", "35", "1400"],
        ["02", "Y6077636105", "12345678903", "Muñoz", "", "Íñigo", "2026-03-01", "", "", "",
         "Separación voluntaria", "", "01400"],
    )  # fmt: skip
    assert bring(path).importados == 2
    alta, baja = everything(movimientos)
    assert as_read(alta) == (
        "08", "Y6077636105", "12345678903", "MUÑOZ", "", "ÍÑIGO", date(2026, 2, 10), 123450,
        "1", "0", "0", "", "035", "01400", "",
    )  # fmt: skip
    assert as_read(baja) == (
        "02", "Y6077636105", "12345678903", "MUÑOZ", "", "ÍÑIGO", date(2026, 3, 1), None,
        "", "", "", "2", "", "01400", "",
    )  # fmt: skip


def test_a_row_of_a_sheet_tells_every_problem_with_its_column(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    path = a_sheet(
        tmp_path,
        ["Mudanza", "Y6077636105", "123", "Muñoz", "", "Íñigo", "31/02/2026", "mucho",
         "Permanente", "Fijo", "", "", ""],
        ["08", "Y6077636105", "12345678903", "Muñoz", "", "Íñigo", "10/02/2026", "mucho",
         "Nocturno", "Fijo", "", "", ""],
    )  # fmt: skip
    preview = importacion.preview(sesion, [path], NoProgress())
    found = [(p.linea, p.posicion, p.campo) for p in importacion.problems(preview, 0, 99)]
    assert found == [
        (2, 1, "Tipo de movimiento"),
        (2, 3, "NSS"),
        (2, 7, "Fecha del movimiento"),
        (3, 8, "SBC"),
        (3, 9, "Tipo de trabajador"),
    ]
    assert (preview.leidos, preview.buenos, preview.con_errores) == (2, 0, 2)


def test_columns_matched_by_hand_are_remembered_once_imported(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    tmp_path: Path,
    movimientos: MovimientosService,
) -> None:
    header = ["Que", "RP", "IMSS", "Paterno", "Nombre", "Cuando", "Por que"]
    row = ["baja", "Y6077636105", "12345678903", "Muñoz", "Íñigo", "01/03/2026", "6"]
    path = a_sheet(tmp_path, row, header=header)
    columns = importacion.columns(sesion, path)
    assert columns is not None
    assert columns.encabezados == tuple(header)
    assert dict(columns.propuestas) == {
        "registro_patronal": "RP", "nss": "IMSS", "primer_apellido": "Paterno",
        "nombres": "Nombre",
    }  # fmt: skip
    with pytest.raises(InvalidInputError, match=r"Tipo de movimiento, Fecha del movimiento"):
        importacion.preview(sesion, [path], NoProgress())
    matched = {**columns.propuestas, "tipo": "Que", "fecha": "Cuando", "causa_baja": "Por que"}
    preview = importacion.preview(sesion, [path], NoProgress(), matched)
    importacion.apply(sesion, preview, Decision(), NoProgress())
    again = importacion.columns(sesion, path)
    assert again is not None
    assert dict(again.propuestas) == matched
    assert importacion.preview(sesion, [path], NoProgress()).duplicados_en_datos == 1
    assert [fila.causa_baja for fila in everything(movimientos)] == ["6"]


def test_what_the_program_exports_it_imports_again(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    bring: Apply,
    movimientos: MovimientosService,
    archivo: Archivo,
    tmp_path: Path,
) -> None:
    bring(archivo(*generated(60)))
    before = sorted(as_read(fila)[:13] for fila in everything(movimientos))
    book = tmp_path / "exportado.xlsx"
    assert movimientos.export(sesion, book, TODOS, Orden(), NoProgress()) == 60
    (done,) = importacion.all(sesion)
    importacion.undo(sesion, done.id, NoProgress())
    assert bring(book).importados == 60
    # The grid has no guía and no clave.
    assert sorted(as_read(fila)[:13] for fila in everything(movimientos)) == before


def test_an_import_is_in_the_audit_log_without_identifiers(
    bring: Apply, archivo: Archivo, store: Store, sesion: Sesion
) -> None:
    bring(archivo(ALTA))
    with store.read() as db:
        line = raw_of(db).execute("SELECT * FROM bitacora ORDER BY cuando DESC, id DESC").fetchone()
    said = json.dumps([str(cell) for cell in line], ensure_ascii=False)
    assert "importación de movimientos" in said
    assert "1 movimiento de 1 archivo" in said
    assert ALTA.nss not in said


def test_a_file_that_is_gone_or_none_of_ours_is_said(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    empty, pdf, doc = (tmp_path / name for name in ("vacio.txt", "c.pdf", "d.doc"))
    empty.write_bytes(b"")
    pdf.write_bytes(b"%PDF-1.4\n")
    doc.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    for paths, said in (
        ([], module.NOTHING_CHOSEN),
        ([tmp_path / "no.txt"], "El archivo ya no está ahí"),
        ([empty], "El archivo está vacío"),
        ([pdf], "es una constancia en PDF"),
        ([doc], "El archivo no es de movimientos"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            importacion.preview(sesion, paths, NoProgress())
        assert said in refused.value.message
        assert refused.value.campo == "archivo"
