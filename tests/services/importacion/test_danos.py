"""Damaged files and sudden deaths: nothing crashes, hangs, or loses what was there."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from benchmarks.datos import linea_168
from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.importacion.valores import Gravedad
from icsoe_desktop.store.engine import DISK_FULL, Store, open_engine
from icsoe_desktop.store.importacion.preview import PreviewFile
from tests.services.con_movimientos import Archivo, Caso
from tests.support.muertes import kill_in_the_middle

# ICSOE_MUERTES=100 for a long run.
DEATHS = int(os.environ.get("ICSOE_MUERTES", "6"))
RECORDS = list(generated(40))
GOOD = "".join(f"{linea_168(record)}\r\n" for record in RECORDS).encode()

mutation = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, len(GOOD)), st.integers(0, 400)),
    st.tuples(st.just("put"), st.integers(0, len(GOOD)), st.binary(max_size=8)),
    st.tuples(
        st.just("put"),
        st.integers(0, len(GOOD)),
        st.sampled_from([b"\x1a", b"\0", b"\xef\xbb\xbf", b"\r", b"\n", b"\xd1", "Ñ".encode()]),
    ),
)


def damaged(mutations: list[tuple[str, int, int | bytes]]) -> bytes:
    content = GOOD
    for _, at, what in mutations:
        if isinstance(what, bytes):
            content = content[:at] + what + content[at:]
        else:
            content = content[:at] + content[at + what :]
    return content


@given(mutations=st.lists(mutation, max_size=6))
def test_whatever_is_damaged_the_rest_is_read_and_nothing_is_lost(
    caso: Caso, tmp_path: Path, mutations: list[tuple[str, int, int | bytes]]
) -> None:
    path = tmp_path / "danado.txt"
    path.write_bytes(damaged(mutations))
    try:
        preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    except InvalidInputError:  # nothing is left of it that could be a file of ours
        return
    errors = {
        problem.linea
        for problem in caso.importacion.problems(preview, 0, 10_000)
        if problem.gravedad is Gravedad.ERROR
    }
    caso.importacion.discard(preview)
    assert preview.leidos == preview.buenos + preview.con_errores
    assert bool(errors) == bool(preview.con_errores)
    # Each mutation spoils at most four lines of 168: two that it cuts, and what lay between.
    assert preview.buenos >= len(RECORDS) - 4 * len(mutations)


def test_many_lines_of_noise_keep_all_their_problems(caso: Caso, tmp_path: Path) -> None:
    lines = 30_000
    path = tmp_path / "ruido.txt"
    path.write_bytes(b"ruido\r\n" * lines)
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    assert (preview.leidos, preview.con_errores, preview.buenos) == (lines, lines, 0)
    last = caso.importacion.problems(preview, preview.problemas - 1, 5)
    assert [problem.linea for problem in last] == [lines]
    caso.importacion.discard(preview)


@pytest.mark.parametrize("rebuild_from", [1, 10**9])
def test_a_killed_import_leaves_the_old_store(
    tmp_path: Path, store: Store, sesion: Sesion, archivo: Archivo, rebuild_from: int
) -> None:
    path = archivo(*generated(3_000))
    with store.engine.connect() as connection:
        indexes = indexes_of(connection)
    assert len(indexes) > 5
    store.close()
    job = {
        "datos": str(tmp_path / "icsoe.db"),
        "llave": store.key.raw().hex(),
        "usuario": str(sesion.usuario_id),
        "archivo": str(path),
        "reconstruir": rebuild_from,
    }
    chance = random.Random(20260302)  # noqa: S311 - moments to die at, not secrets
    for _ in range(DEATHS):
        kill_in_the_middle(
            "tests.services.importacion.importar_sin_fin", job, chance.uniform(0, 0.6)
        )
        # Whole: none of them, or all three thousand.
        assert rows_left(tmp_path / "icsoe.db", store.key, indexes) in (0, 3_000)


def indexes_of(connection: Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'movimientos'"
    return sorted(connection.execute(text(query)).scalars())


def rows_left(path: Path, key: DataKey, indexes: list[str]) -> int:
    engine = open_engine(path, key)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert indexes_of(connection) == indexes
        found = connection.execute(text("SELECT count(*) FROM movimientos")).scalar()
    engine.dispose()
    assert found is not None
    return int(found)


def test_a_full_disk_is_told_before_a_file_is_read(disco_lleno: Path) -> None:
    engine = open_engine(disco_lleno / "icsoe.db", DataKey.generate())
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE una (fila INTEGER)")
    with pytest.raises(OSError, match="No space"):
        (disco_lleno / "más fotos").write_bytes(bytes(1_000_000))
    before = set(disco_lleno.iterdir())
    with pytest.raises(UserFacingError) as caught:
        PreviewFile(engine)
    assert caught.value.message == DISK_FULL
    engine.dispose()
    assert set(disco_lleno.iterdir()) <= before
