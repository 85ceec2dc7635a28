"""The first tier holds what it promises, and leaves out what takes long."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from tests.conftest import TESTS
from tests.support.tiers import FOLDERS, LATER, LONG, in_first_tier, may_hold_first_tier, takes_long


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("domain/movimientos/test_sbc.py", True),
        ("services/lotes/test_lotes.py", True),
        ("gui/icsoe/capturistas/test_alta.py", True),
        ("gui/oficina/sincronizacion/test_fondo.py", False),
        ("gui/inicio/ayuda/test_manual.py", False),
        ("completas/test_smoke.py", False),
        ("caos/test_caos.py", False),
        ("servidor/test_envios.py", False),
    ],
)
def test_a_file_belongs_to_the_tier_of_its_folder(path: str, first: bool) -> None:
    assert in_first_tier(PurePath(path), ("tmp_path",), later=False) is first


def test_real_servers_and_killed_processes_come_later() -> None:
    path = PurePath("services/sincronizacion/kinto/test_kinto.py")
    assert in_first_tier(path, ("oficina",), later=False)
    assert not in_first_tier(path, ("oficina", "kinto_postgres"), later=False)
    assert not in_first_tier(path, ("oficina",), later=True)


def test_desktops_that_meet_come_later() -> None:
    path = PurePath("services/sincronizacion/test_pasos.py")
    assert in_first_tier(path, ("uno",), later=False)
    assert not in_first_tier(path, ("uno", "dos"), later=False)
    assert not in_first_tier(path, ("mesas",), later=False)


def test_the_files_that_take_long_start_first() -> None:
    assert takes_long(PurePath("caos/test_caos.py"), (), later=False)
    assert takes_long(
        PurePath("services/sincronizacion/kinto/test_kinto.py"), ("kinto",), later=False
    )
    assert takes_long(PurePath("services/sincronizacion/test_pasos.py"), ("dos",), later=False)
    assert takes_long(PurePath("services/respaldo/test_muerte.py"), (), later=True)
    assert not takes_long(PurePath("services/lotes/test_lotes.py"), ("store",), later=False)


def test_the_folders_of_the_tier_exist_and_hold_tests() -> None:
    """A folder that is renamed would leave the tier without a word."""
    for name in (*FOLDERS, *LONG, *("/".join(later) for later in LATER)):
        assert list((TESTS / name).rglob("test_*.py")), name
    files = [path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")]
    first = [path for path in files if may_hold_first_tier(path)]
    assert len(first) > len(files) / 2
    assert {path.parts[0] for path in first} == set(FOLDERS)
