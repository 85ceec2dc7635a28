"""Importing movements: what the files say, what is wrong in them, what the user decides."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks.datos import linea_168, linea_totales
from benchmarks.datos import movimientos as generated
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.importacion import service as module
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import ClaseDuplicado, Decision, Duplicado, Gravedad
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import FiltroMovimientos
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.movimientos import bulk
from icsoe_desktop.store.tables.movimientos import ESTADOS, MovimientoRow
from tests.conftest import MemoryKeyring
from tests.services.con_movimientos import Apply, Archivo, Caso, contents
from tests.services.importacion.importados import ALTA, BAJA, as_read, everything
from tests.support.dobles import enabled_user
from tests.support.progreso import StopAt


def test_what_is_imported_is_what_was_in_the_files(caso: Caso) -> None:
    records = list(generated(400))
    first = caso.archivo(*records[:250], name="uno.txt")
    second = caso.archivo(*records[250:], name="dos.txt")
    assert caso.bring(first, second).importados == 400
    found = everything(caso.movimientos)
    assert sorted(as_read(fila) for fila in found) == sorted(
        record[1:16] for record in records
    )  # without line and CURP
    assert {fila.estado for fila in found} == {EstadoAviso.PENDIENTE}
    assert len({fila.id for fila in found}) == 400
    assert {fila.id.version for fila in found} == {7}


def test_a_baja_is_of_the_worker_whose_curp_other_movements_brought(caso: Caso) -> None:
    curp = next(record.curp for record in generated(50) if record.curp)
    caso.bring(caso.archivo(BAJA, name="baja.txt"))
    caso.bring(caso.archivo(ALTA._replace(curp=curp), name="alta.txt"))
    assert {fila.curp for fila in caso.movimientos.history(SESION_CONSULTA, ALTA.nss)} == {curp}
    assert len(caso.movimientos.first_page(SESION_CONSULTA, FiltroMovimientos(texto=curp[:9]))) == 2


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


def test_a_file_with_errors_is_imported_only_when_the_user_says_so(
    caso: Caso, tmp_path: Path
) -> None:
    path = tmp_path / "mal.txt"
    path.write_text(f"{linea_168(ALTA)}\n{'x' * 168}\n")
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    before = contents(caso.store)
    with pytest.raises(InvalidInputError, match=r"^Hay renglones con errores") as refused:
        caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert refused.value.campo == "archivo"
    assert contents(caso.store) == before
    assert preview.por_tipo == {TipoMovimiento.ALTA: 1}
    resultado = caso.importacion.apply(
        caso.sesion, preview, Decision(solo_buenos=True), NoProgress()
    )
    assert (resultado.importados, resultado.con_errores) == (1, 1)


def test_the_problems_are_exported_for_excel_without_formulas(caso: Caso, tmp_path: Path) -> None:
    good = linea_168(ALTA)
    path = tmp_path / "mal.txt"
    path.write_text(good[:22] + "=1+2".ljust(27) + good[49:] + "\n")
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    target = tmp_path / "problemas.csv"
    caso.importacion.export_problems(preview, target, NoProgress())
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [
        "Archivo", "Línea", "Posición", "Campo", "Encontrado", "Esperado", "Gravedad", "Columna",
    ]  # fmt: skip
    assert len(rows) == preview.problemas > 0
    assert rows[0][4].startswith("'=1+2")
    assert list(tmp_path.glob("problemas.csv.*")) == []


def test_a_preview_that_was_closed_is_not_applied(caso: Caso) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(ALTA)], NoProgress())
    caso.importacion.discard(preview)
    caso.importacion.discard(preview)
    with pytest.raises(InvalidInputError, match=r"^La vista previa ya se cerró"):
        caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())


def test_what_was_read_lies_encrypted_beside_the_store(caso: Caso, tmp_path: Path) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(ALTA)], NoProgress())
    (spilled,) = tmp_path.glob("importacion-*.tmp")
    content = spilled.read_bytes()
    assert len(content) > 4096
    assert b"RIVERA" not in content
    assert b"SQLite" not in content
    caso.importacion.discard(preview)
    assert not spilled.exists()


def test_totals_are_checked_against_the_records(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "totales.txt"
    path.write_text(f"{linea_168(ALTA)}\r\n{linea_totales(2, ALTA.guia)}\r\n")
    preview = importacion.preview(sesion, [path], NoProgress())
    assert [p.campo for p in importacion.problems(preview, 0, 9) if "000002" in p.encontrado] != []
    assert preview.buenos == 1


def test_an_import_is_in_the_audit_log_without_identifiers(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    with caso.store.read() as db:
        line = raw_of(db).execute("SELECT * FROM bitacora ORDER BY cuando DESC, id DESC").fetchone()
    said = json.dumps([str(cell) for cell in line], ensure_ascii=False)
    assert "importación de movimientos" in said
    assert "1 movimiento de 1 archivo" in said
    assert ALTA.nss not in said


def test_a_file_that_is_gone_or_none_of_ours_is_said(caso: Caso, tmp_path: Path) -> None:
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
            caso.importacion.preview(caso.sesion, paths, NoProgress())
        assert said in refused.value.message
        assert refused.value.campo == "archivo"


def test_a_preview_that_stays_open_leaves_no_file_when_the_program_ends(
    tmp_path: Path, archivo: Archivo
) -> None:
    folder = DataFolder(tmp_path)
    application = open_application(folder, keyring=MemoryKeyring())
    somebody = enabled_user(application.store)
    application.importacion_movimientos.preview(somebody, [archivo(ALTA)], NoProgress())
    assert len(list(folder.root.rglob("importacion-*"))) == 1
    application.close()
    assert list(folder.root.rglob("importacion-*")) == []


@pytest.mark.parametrize("rebuilt", [False, True])
def test_cancelling_at_any_report_leaves_the_store_as_it_was(
    caso: Caso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuilt: bool
) -> None:
    records = list(generated(1200))
    caso.bring(caso.archivo(*records[:200]))
    if rebuilt:
        monkeypatch.setattr(bulk, "_REBUILD_FROM", 1)
    monkeypatch.setattr(bulk, "_CHUNK", 100)
    monkeypatch.setattr("icsoe_desktop.store.interruption.STEPS_BETWEEN", 2_000)
    path = caso.archivo(*records, name="todos.txt")
    before = contents(caso.store)
    steps = 0
    while True:
        steps += 1
        stop = StopAt(steps)
        with pytest.raises(Cancelled):
            caso.importacion.preview(caso.sesion, [path], stop)
        if steps >= 4:
            break
    assert contents(caso.store) == before
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    nth, cancelled = 1, 0
    while True:
        try:
            caso.importacion.apply(caso.sesion, preview, Decision(), StopAt(nth))
        except Cancelled:
            cancelled += 1
            assert contents(caso.store) == before, nth
        else:
            break
        nth += 1 + nth // 6
    assert cancelled >= 8
    caso.importacion.discard(preview)
    after = contents(caso.store)
    assert len(after["movimientos"]) == 1200
    assert after["sqlite_master"] == before["sqlite_master"]
    assert list(tmp_path.glob("importacion-*.tmp")) == []


@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_import_is_undone_as_a_whole(
    caso: Caso, monkeypatch: pytest.MonkeyPatch, rebuilt: bool
) -> None:
    if rebuilt:
        monkeypatch.setattr(bulk, "_REBUILD_FROM", 1)
    records = list(generated(600))
    caso.bring(caso.archivo(*records[:100]))
    kept = {"trabajadores", "movimientos", "sqlite_master"}
    before = {name: rows for name, rows in contents(caso.store).items() if name in kept}
    resultado = caso.bring(caso.archivo(*records[100:], name="dos.txt"))
    assert resultado.importacion_id is not None
    with pytest.raises(Cancelled):
        caso.importacion.undo(caso.sesion, resultado.importacion_id, StopAt(1))
    assert caso.importacion.undo(caso.sesion, resultado.importacion_id, NoProgress()) == 500
    after = {name: rows for name, rows in contents(caso.store).items() if name in kept}
    assert after["movimientos"] == before["movimientos"]
    assert after["sqlite_master"] == before["sqlite_master"]
    # Only a CURP that the import taught of a worker who stays is still known.
    without_curp = [[row[:2] + row[3:] for row in rows["trabajadores"]] for rows in (before, after)]
    assert without_curp[0] == without_curp[1]
    with caso.store.write() as db:
        raw_of(db).execute(
            "INSERT INTO trabajadores_buscados(trabajadores_buscados, rank) "
            "VALUES('integrity-check', 1)"
        )
    newest, oldest = caso.importacion.all(caso.sesion)
    assert (newest.importados, newest.archivos) == (500, ("dos.txt",))
    assert newest.deshecha == caso.store.clock()
    assert oldest.deshecha is None
    with pytest.raises(UserFacingError, match=r"ya se había deshecho"):
        caso.importacion.undo(caso.sesion, resultado.importacion_id, NoProgress())


def test_an_import_in_a_lote_is_not_undone_and_the_lote_is_named(caso: Caso) -> None:
    resultado = caso.bring(caso.archivo(ALTA, BAJA))
    assert resultado.importacion_id is not None
    baja = next(fila for fila in everything(caso.movimientos) if fila.tipo is TipoMovimiento.BAJA)
    plan = caso.lotes.plan(caso.sesion, [baja.id], OpcionesLote(), NoProgress())
    (lote,) = caso.lotes.generate(caso.sesion, plan)
    with pytest.raises(UserFacingError) as refused:
        caso.importacion.undo(caso.sesion, resultado.importacion_id, NoProgress())
    assert f"1 en el lote «{lote.nombre_archivo}» (en archivo)" in refused.value.message
    assert BAJA.nss not in refused.value.message
    assert len(everything(caso.movimientos)) == 2


def test_duplicates_are_seen_in_the_file_and_in_the_data(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA, name="antes.txt"))
    other_name = BAJA._replace(primer_apellido="RIBERA")
    wrong_digit = ALTA._replace(registro_patronal="Y6077636109")
    path = caso.archivo(wrong_digit, BAJA, other_name, name="ahora.txt")
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    assert (preview.buenos, preview.duplicados_en_archivo, preview.duplicados_en_datos) == (3, 1, 1)
    assert caso.importacion.duplicates(preview, 0, 10) == [
        Duplicado(
            "ahora.txt", 1, ClaseDuplicado.EN_DATOS, "Y6077636109", ALTA.nss,
            "GAEL ANTONIO RIVERA", TipoMovimiento.ALTA, date(2026, 2, 10), 0,
        ),
        Duplicado(
            "ahora.txt", 3, ClaseDuplicado.EN_ARCHIVO, "Y6077636105", ALTA.nss,
            "GAEL ANTONIO RIBERA", TipoMovimiento.BAJA, date(2026, 3, 1), 2,
        ),
    ]  # fmt: skip
    resultado = caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert (resultado.importados, resultado.duplicados_omitidos) == (1, 2)
    assert len(everything(caso.movimientos)) == 2


def test_duplicates_are_imported_when_the_user_wants_them(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    assert caso.bring(caso.archivo(ALTA, ALTA), importar_duplicados=True).importados == 2
    assert len(everything(caso.movimientos)) == 3


def test_what_the_imss_rejected_is_no_duplicate(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    with caso.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4")  # Rechazado
    assert caso.bring(caso.archivo(ALTA)).importados == 1


def test_nothing_but_duplicates_leaves_no_import_behind(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    resultado = caso.bring(caso.archivo(ALTA))
    assert (resultado.importacion_id, resultado.duplicados_omitidos) == (None, 1)
    assert len(caso.importacion.all(caso.sesion)) == 1


def test_a_preview_that_others_overtook_imports_nothing_twice(caso: Caso) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(ALTA, BAJA)], NoProgress())
    caso.bring(caso.archivo(ALTA, name="otro.txt"))
    with pytest.raises(InvalidInputError, match=r"^Los movimientos cambiaron"):
        caso.importacion.apply(
            caso.sesion, preview, Decision(importar_duplicados=True), NoProgress()
        )
    resultado = caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert (resultado.importados, resultado.duplicados_omitidos) == (1, 1)
    assert len(everything(caso.movimientos)) == 2


def test_an_nss_that_is_known_as_another_persons_is_told_first_with_both_names(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA, ALTA._replace(nss="98765432103", nombres="EVA")))
    wrong = BAJA._replace(linea=3, nombres="INAKI", primer_apellido="HERNANDEZ")
    another = BAJA._replace(linea=2, nss="98765432103", nombres="EVA", segundo_apellido="SOTO")
    path = caso.archivo(BAJA, another._replace(sbc=None), wrong, name="otro.txt")
    vista = caso.importacion.preview(caso.sesion, [path], NoProgress())
    found = caso.importacion.problems(vista, 0, 99)
    assert [(one.linea, one.campo, one.gravedad) for one in found[:2]] == [
        (2, "NSS", Gravedad.ADVERTENCIA),
        (3, "NSS", Gravedad.ADVERTENCIA),
    ]
    assert "como de EVA RIVERA, y aquí dice EVA RIVERA SOTO." in found[0].esperado
    assert "como de GAEL ANTONIO RIVERA, y aquí dice INAKI HERNANDEZ." in found[1].esperado
    assert (vista.otras_personas, vista.problemas) == (2, len(found))
    # By pages, as the window asks for them.
    assert [caso.importacion.problems(vista, at, 1)[0] for at in range(len(found))] == found
    caso.importacion.discard(vista)


def test_a_person_known_only_by_rejected_notices_is_no_other_person(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    with caso.store.write() as db:
        db.execute(update(MovimientoRow).values(estado=ESTADOS.index("Rechazado")))
    path = caso.archivo(BAJA._replace(nombres="EVA"), name="otro.txt")
    vista = caso.importacion.preview(caso.sesion, [path], NoProgress())
    assert vista.otras_personas == 0
    caso.importacion.discard(vista)


def test_two_people_under_one_nss_in_the_same_file_are_told(caso: Caso) -> None:
    lines = [ALTA, BAJA._replace(nombres="EVA"), ALTA._replace(nss="98765432103"), BAJA]
    path = caso.archivo(*(one._replace(linea=at) for at, one in enumerate(lines, 1)))
    vista = caso.importacion.preview(caso.sesion, [path], NoProgress())
    (found,) = caso.importacion.problems(vista, 0, vista.otras_personas)
    assert found.linea == 2
    assert "como de GAEL ANTONIO RIVERA, y aquí dice EVA RIVERA." in found.esperado
    caso.importacion.discard(vista)
