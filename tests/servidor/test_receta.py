"""The recipe in resources/servidor: provisioning, backup and restore, files that agree."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RecordCollection,
    RolOficina,
)
from icsoe_desktop.gateways.kinto.server import GROUPS, KintoServer
from icsoe_desktop.gateways.kinto.transport import TIMEOUT_S
from icsoe_desktop.gateways.kinto.values import CURSOR_MARGIN_MS, RecordWrite
from icsoe_desktop.services.sincronizacion.answers import read_handed
from resources.servidor import oficinas
from tests.servidor.test_remedios import MEMBERS, connect
from tests.support.kinto_real import ADMIN_PASSWORD, RECIPE, KintoReal, run_script


def test_making_an_office_twice_leaves_it_as_it_was(kinto_memoria: KintoReal) -> None:
    oficina = kinto_memoria.office(MEMBERS)
    with connect(kinto_memoria, "ana", oficina) as server:
        server.set_office({"nombre": "sellado"})
        before = server.office(), server.roles(), set(server.news().newest)
        assert oficinas.make_office(kinto_memoria.administration, oficina) is False
        assert (server.office(), server.roles(), set(server.news().newest)) == before
        assert before[1] == {
            "ana": RolOficina.RESPONSABLE,
            "beto": RolOficina.MIEMBRO,
            "carla": RolOficina.CONSULTA,
        }
    assert oficinas.make_account(kinto_memoria.administration, "ana") is None


def test_the_orders_print_what_the_administrator_hands_over(
    kinto_memoria: KintoReal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "admin"
    secret.write_text(ADMIN_PASSWORD + "\n")
    common = ["--direccion", kinto_memoria.direccion, "--admin-archivo", str(secret)]

    def order(*words: str) -> str:
        assert oficinas.main([*common, *words]) == 0
        return capsys.readouterr().out

    made = order("oficina", "--responsable", "fabiola", "--publica", kinto_memoria.direccion)
    given = read_handed(made)
    oficina, password = given["oficina"], given["contrasena"]
    assert made.startswith(f"Oficina creada: {oficina}\n")
    assert (given["direccion"], given["cuenta"]) == (kinto_memoria.direccion, "fabiola")
    assert len(password) == 24
    with KintoServer(kinto_memoria.direccion, "fabiola", password, oficina) as server:
        assert server.roles() == {"fabiola": RolOficina.RESPONSABLE}
        generacion = server.office().generation

        order("cuenta", "fabiola", "--oficina", oficina, "--rol", "consulta")
        assert server.roles() == {"fabiola": RolOficina.CONSULTA}
        assert f"{oficina}\n  consulta    fabiola\n" in order("lista")
        assert f"{oficina}: generación " in order("generacion", oficina)
        assert int(server.office().generation) > int(generacion)

    order("quitar", "fabiola", oficina)
    assert f"{oficina}\n" in order("lista")
    assert "fabiola" not in order("lista")
    assert oficinas.main([*common, "quitar", "fabiola", "of-no-existe"]) == 1
    assert capsys.readouterr().err == "No existe la oficina of-no-existe.\n"


def test_a_restored_backup_gives_every_office_another_generation(
    kinto_postgres: KintoReal, tmp_path: Path
) -> None:
    database = kinto_postgres.postgres
    assert database is not None
    oficina = kinto_postgres.office(MEMBERS)
    backup = tmp_path / "kinto.respaldo"

    with connect(kinto_postgres, "beto", oficina) as server:
        (before,) = server.write("lotes", [RecordWrite("antes", {"n": 1}, None)])
        first = int(server.office().generation)
        run_script(database, "respaldar.sh", backup)
        assert backup.stat().st_mode & 0o077 == 0
        server.write("lotes", [RecordWrite("despues", {"n": 2}, None)])

        run_script(database, "restaurar.sh", backup)
        second = int(server.office().generation)
        assert server.versions("lotes") == {"antes": before.version}
        run_script(database, "restaurar.sh", backup)
        third = int(server.office().generation)
        assert first < second < third
        assert server.write("lotes", [RecordWrite("luego", {"n": 3}, None)])[0].version


def test_the_recipe_and_the_program_name_the_same_things() -> None:
    assert set(oficinas.DATOS) == {each.value for each in RecordCollection}
    assert (oficinas.LLAVES, oficinas.ACTAS) == (KEYS_COLLECTION, ACTS_COLLECTION)
    assert {rol.value: grupo for rol, grupo in GROUPS.items()} == oficinas.ROLES


def test_the_times_of_the_recipe_fit_into_one_another() -> None:
    def number(name: str, pattern: str) -> int:
        found = re.search(pattern, (RECIPE / name).read_text("utf-8"), re.MULTILINE)
        assert found is not None, pattern
        return int(found[1])

    worker = number("gunicorn.conf.py", r"^timeout = (\d+)$")
    proxy = number("nginx.conf", r"proxy_read_timeout (\d+)s;")
    assert worker < proxy < TIMEOUT_S[1] < CURSOR_MARGIN_MS / 1000
    for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
        assert number("base.sql", rf"{name} = '(\d+)s'") <= worker


@pytest.mark.parametrize("name", sorted(path.name for path in RECIPE.glob("*.sh")))
def test_every_script_is_one(name: str) -> None:
    shell = "bash" if "bash" in (RECIPE / name).read_text("utf-8").splitlines()[0] else "sh"
    subprocess.run([shell, "-n", str(RECIPE / name)], check=True)
    assert (RECIPE / name).stat().st_mode & 0o111


def test_the_service_is_one_that_systemd_understands(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze no está en este equipo")
    unit = (RECIPE / "icsoe-sync.service").read_text("utf-8")
    copy = tmp_path / "icsoe-sync.service"
    # What it starts and as whom is on the server only.
    unit = re.sub(r"(?m)^ExecStart=.*$", "ExecStart=/bin/true", unit)
    copy.write_text(re.sub(r"(?m)^(User|Group)=.*\n", "", unit))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "icsoe-sync.service" not in done.stderr, done.stderr
