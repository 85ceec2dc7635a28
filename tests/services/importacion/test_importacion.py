"""Importing movements: what the files say, what is wrong in them, what the user decides."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks.datos import linea_168, linea_totales
from benchmarks.datos import movimientos as generated
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.importacion import service as module
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import (
    Decision,
    Gravedad,
)
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import FiltroMovimientos
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from tests.conftest import MemoryKeyring
from tests.services.con_movimientos import Apply, Archivo, contents
from tests.services.importacion.caso import Caso
from tests.services.importacion.importados import ALTA, BAJA, as_read, everything
from tests.support.usuarios import enabled_user


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


def test_every_problem_of_every_line_is_told(caso: Caso, tmp_path: Path) -> None:
    good = linea_168(ALTA)
    bad_date = good[:118] + "31022026" + good[126:]
    two_wrong = "?" + good[1:131] + "05" + good[133:]
    path = tmp_path / "mal.txt"
    path.write_bytes("\r\n".join([good, bad_date, two_wrong, good[:100]]).encode())
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    problems = caso.importacion.problems(preview, 0, 100)
    errors = [p for p in problems if p.gravedad is Gravedad.ERROR]
    assert [(p.archivo, p.linea, p.posicion, p.campo) for p in errors] == [
        ("mal.txt", 2, 119, "Fecha del movimiento"),
        ("mal.txt", 3, 1, "Registro patronal"),
        ("mal.txt", 3, 132, "Tipo de movimiento"),
        ("mal.txt", 4, 101, "Ancho de la línea"),
    ]
    assert errors[0].encontrado == "31022026"
    assert (preview.leidos, preview.buenos, preview.con_errores) == (4, 1, 3)
    assert caso.importacion.problems(preview, 1, 2) == problems[1:3]


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
    assert preview.por_tipo == {TipoMovimiento.ALTA: 1}
    resultado = importacion.apply(sesion, preview, Decision(solo_buenos=True), NoProgress())
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
        "Archivo", "Línea", "Posición", "Campo", "Encontrado", "Esperado", "Gravedad",
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
