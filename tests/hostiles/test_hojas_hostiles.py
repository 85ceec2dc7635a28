"""Hostile sheets and catalogues through every entrance: a result or a sentence, in bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.gateways.sepomex.catalogo import digest, open_postal_catalogue
from icsoe_desktop.jobs import Cancelled, NoProgress, Progress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.store.engine import Store
from tests.hostiles.hojas import CATALOGUES, SHEETS, many_bad_rows, many_cells, only_spaces
from tests.services.mundo import Mundo
from tests.support.progreso import StopAfter
from tests.support.tiers import long_cases

# Read to its end in half a minute: enough that it can be cancelled, see below.
LONG = "muchas celdas.xlsx"
# Seconds of processor each; the others are read in the same ways.
DEAR = {
    "espacios comprimidos.xlsx",
    "estilos sin fin.xlsx",
    "muchos formatos.xlsx",
    "textos vacíos.xlsx",
    "un texto largo.xlsx",
}
# The largest in memory: read where their memory is measured too.
MEASURED = (
    ("un texto en todas.xlsx", "un renglón de celdas.xlsx", "esquinas lejanas.xlsx")
    if sys.platform == "linux"  # limits by setrlimit
    else ()
)
ROOT = Path(__file__).resolve().parents[2]


def read_whole_sheet(path: Path, progress: Progress) -> None:
    with open_sheet(path, None, progress) as sheet:
        for _ in sheet.rows:
            pass


def read_whole_catalogue(path: Path, progress: Progress) -> None:
    with open_postal_catalogue(path, progress) as catalogue:
        for _ in catalogue.rows:
            pass


def told(read: Callable[[Path, Progress], object], path: Path) -> str:
    """The sentence of the refusal; empty for a file that was read."""
    try:
        read(path, NoProgress())
    except InvalidInputError as error:
        return error.message if error.campo == "archivo" else f"campo {error.campo}"
    return ""


def is_whole(sentence: str) -> bool:
    nothing = "No se importó nada" in sentence or "No se cambió nada" in sentence
    return not sentence or (nothing and sentence.endswith("."))


@pytest.mark.parametrize("name", long_cases(sorted(SHEETS.keys() - {LONG, *MEASURED}), DEAR))
def test_a_hostile_sheet_ends_in_rows_or_a_sentence(name: str, tmp_path: Path) -> None:
    path = SHEETS[name](tmp_path / name)
    made = time.process_time()
    assert is_whole(told(read_whole_sheet, path))
    # Of this process: the window's thread waits for no more than that.
    assert time.process_time() - made < 2


@pytest.mark.larga
@pytest.mark.parametrize("name", CATALOGUES)
def test_a_hostile_catalogue_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    assert is_whole(told(read_whole_catalogue, CATALOGUES[name](tmp_path / name)))


@pytest.mark.skipif(not MEASURED, reason="límites por setrlimit")
def test_no_hostile_sheet_takes_more_memory_than_a_child_may(tmp_path: Path) -> None:
    """Measured by the system, of the largest child so far in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostiles.memoria", str(tmp_path), *MEASURED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["child_mib"] < 300
    assert found["parent_mib"] < 150
    assert len(found["said"]) == len(MEASURED)
    assert all(is_whole(sentence) for sentence in found["said"])
    assert max(found["processor_s"]) < 2


@pytest.fixture(scope="module")
def long_sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_cells(tmp_path_factory.mktemp("larga") / LONG)


@pytest.mark.larga  # a sheet of 130 MB; test_soltar_hostiles cancels one in its window
@pytest.mark.parametrize("after_s", [0.0, 0.5, 3.0])
def test_cancelling_takes_effect_within_a_second_wherever_the_reading_is(
    long_sheet: Path, after_s: float
) -> None:
    began = time.monotonic()
    with pytest.raises(Cancelled):
        read_whole_sheet(long_sheet, StopAfter(after_s))
    assert time.monotonic() - began - after_s < 1


def test_the_other_threads_go_on_while_a_hostile_sheet_is_read(tmp_path: Path) -> None:
    """The lock of the interpreter was held for 22 s by 400 octets."""
    path = only_spaces(tmp_path / "a.xlsx", count=2**20)
    longest = 0.0
    done = threading.Event()

    def tick() -> None:
        nonlocal longest
        last = time.monotonic()
        while not done.is_set():
            time.sleep(0.01)
            now = time.monotonic()
            longest, last = max(longest, now - last), now

    thread = threading.Thread(target=tick)
    thread.start()
    assert "dañado" in told(read_whole_sheet, path)
    done.set()
    thread.join()
    assert longest < 1


@pytest.mark.skipif(sys.platform == "win32", reason="tuberías con nombre y dispositivos de POSIX")
def test_what_is_no_regular_file_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "tubería.csv"
    os.mkfifo(pipe)
    link = tmp_path / "enlace.csv"
    link.symlink_to("/dev/zero")
    for path in (pipe, link, tmp_path, Path("/dev/zero"), tmp_path / "nada.csv"):
        for read in (read_whole_sheet, read_whole_catalogue, digest):
            with pytest.raises(InvalidInputError):
                read(path, NoProgress())


SOME_SHEETS = ("sólo espacios.xlsx", "entidades.xlsx", "dos esquinas.xlsx", "una línea.csv")


@pytest.mark.parametrize("name", long_cases(SOME_SHEETS, SOME_SHEETS[2:]))
def test_the_lists_that_a_window_imports_are_refused_in_a_sentence(
    name: str,
    tmp_path: Path,
    store: Store,
    bitacora: BitacoraService,
    sesion: Sesion,
    mundo: Mundo,
    moral: Sesion,
) -> None:
    path = SHEETS[name](tmp_path / name)
    movimientos = ImportacionMovimientosService(store, bitacora)
    registros = RegistrosPatronalesService(store, bitacora)
    for preview in (
        lambda: movimientos.preview(sesion, [path], NoProgress()),
        lambda: movimientos.columns(sesion, path, NoProgress()),
        lambda: registros.preview_import(sesion, path, NoProgress()),
        lambda: mundo.importacion.preview(moral, path, NoProgress()),
    ):
        with pytest.raises(InvalidInputError) as caught:
            preview()
        assert caught.value.campo == "archivo"
    movimientos.close()


def test_a_list_longer_than_a_preview_can_hold_is_refused(
    tmp_path: Path, store: Store, bitacora: BitacoraService, sesion: Sesion, mundo: Mundo,
    moral: Sesion,
) -> None:  # fmt: skip
    registros = RegistrosPatronalesService(store, bitacora)
    for header, preview in (
        (
            ("Registro patronal", "Razón social", "RFC"),
            lambda path: registros.preview_import(sesion, path, NoProgress()),
        ),
        (
            ("CURP", "Nombre(s)", "Primer apellido", "Segundo apellido", "Teléfono", "Correo"),
            lambda path: mundo.importacion.preview(moral, path, NoProgress()),
        ),
    ):
        preview(many_bad_rows(tmp_path / "cabe.csv", header, 100))
        with pytest.raises(InvalidInputError, match="tiene más de 20,000 renglones"):
            preview(many_bad_rows(tmp_path / "larga.csv", header, 20_001))
