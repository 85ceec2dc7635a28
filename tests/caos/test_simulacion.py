"""ICSOE_SIMULACIONES: how many; ICSOE_SIMULACION_PRIMERA: from which seed."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from icsoe_desktop.services.sincronizacion.enviar import delivery
from tests.caos.procesos import give_certificates
from tests.caos.simulacion import AtOnce, Simulacion
from tests.support.tiers import long_cases

HOW_MANY = int(os.environ.get("ICSOE_SIMULACIONES", "6"))
FIRST = int(os.environ.get("ICSOE_SIMULACION_PRIMERA", "0"))
EQUIPOS = 4
STEPS = 150


@pytest.fixture(scope="module")
def certificados(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """A folder `certificados-N` for each desktop, and who issued them."""
    root = tmp_path_factory.mktemp("certificados")
    folders = [root / f"certificados-{n}" for n in range(EQUIPOS)]
    for folder in folders:
        folder.mkdir()
    give_certificates(folders)
    return root, pickle.loads((folders[0] / "autoridades.bin").read_bytes())  # noqa: S301


@pytest.mark.parametrize(
    "semilla", long_cases(range(FIRST, FIRST + HOW_MANY), range(FIRST + 1, FIRST + HOW_MANY))
)
def test_no_edit_is_lost_and_all_replicas_are_the_same_in_the_end(
    certificados: tuple[Path, list[Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    semilla: int,
) -> None:
    monkeypatch.setattr(delivery, "ThreadPoolExecutor", AtOnce)
    folder, authorities = certificados
    shutil.copytree(folder, tmp_path / "oficina")
    folder = tmp_path / "oficina"
    simulacion = Simulacion(folder, semilla, authorities, EQUIPOS, old_states=semilla % 2 == 1)
    try:
        found = simulacion.run(STEPS)
    finally:
        simulacion.close()
    assert found.faltas == []
    assert found.veredicto.ediciones > STEPS / 10
