"""A kill -9 at any moment of a backup or a restore never leaves less than was there."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.gateways.respaldo.archivo import SUFFIX
from icsoe_desktop.services.respaldo.restauracion import find_backups
from icsoe_desktop.services.respaldo.service import Programa
from tests.conftest import Reloj
from tests.services.respaldo.con_respaldo import CLAVE, REGISTROS, Oficina
from tests.support.muertes import kill_in_the_middle

# ICSOE_MUERTES=300 for a long run.
DEATHS = int(os.environ.get("ICSOE_MUERTES", "2"))
LONGEST_S = 1.2
KEPT = 3


@pytest.mark.timeout(300 + 20 * DEATHS)
@pytest.mark.parametrize("what", ["crear", "programado", "restaurar"])
def test_a_kill_leaves_everything(what: str, tmp_path: Path, reloj: Reloj) -> None:
    oficina = Oficina(tmp_path / "datos", reloj)
    ruta = tmp_path / f"copia{SUFFIX}"
    with oficina.open() as app:
        app.respaldo.save_programa(oficina.sesion, Programa(1, KEPT), CLAVE)
        app.respaldo.create(oficina.sesion, ruta, CLAVE)
    ((base, key),) = oficina.keyring.entries.items()
    job = {
        "que": what,
        "datos": str(oficina.folder.root),
        "copia": str(ruta),
        "clave": CLAVE,
        "llave": key.hex(),
        "base": base,
    }
    azar, kept = random.Random(8), 0  # noqa: S311
    for _ in range(DEATHS):
        kill_in_the_middle(
            "tests.services.respaldo.respaldar_sin_fin", job, azar.uniform(0, LONGEST_S)
        )
        service = build_restauracion(oficina.folder, oficina.keyring, reloj)
        service.finish()
        assert oficina.names() == [REGISTROS["razon_social"]]
        # What bears the name of a backup is one, whole.
        for one in (ruta, *oficina.folder.backups.glob(f"programado-*{SUFFIX}")):
            assert dict(service.preview(one, CLAVE).conteos)["registros_patronales"] == 1
        # Never less. Each that was killed before the oldest gave way leaves one more.
        found = len(find_backups(oficina.folder.backups))
        assert kept <= found
        kept = min(KEPT, found)
    if what == "programado":
        with oficina.open() as app:
            app.respaldo.run_scheduled()
            assert len(find_backups(oficina.folder.backups)) == KEPT
    if what == "restaurar":
        assert list(oficina.folder.root.glob("anterior-*"))
