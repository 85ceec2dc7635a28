"""«Probar conexión»: a server as the recipe makes it passes, and each dangerous setting is told."""

from __future__ import annotations

import time

import pytest

from icsoe_desktop.gateways.kinto.checks import check_server
from icsoe_desktop.gateways.kinto.values import ServerFinding
from tests.support.kinto_real import KintoReal

MEMBERS = {"ana": "responsable", "beto": "miembro", "carla": "consulta"}


def judge(server: KintoReal, cuenta: str, oficina: str) -> dict[str, ServerFinding]:
    found = check_server(server.direccion, cuenta, server.passwords[cuenta], oficina)
    assert len({one.setting for one in found}) == len(found)
    assert all(one.found.endswith(".") for one in found)
    assert all(bool(one.remedy) != (one.ok is True) for one in found)
    return {one.setting: one for one in found}


def live(server: KintoReal) -> str:
    """Everything that is in the server, but for its own heartbeat."""
    assert server.postgres is not None
    asked = (
        "SELECT parent_id, id, resource_name, data FROM objects "
        "WHERE NOT deleted AND resource_name <> '__heartbeat__' ORDER BY 1, 2, 3"
    )
    return server.postgres.psql(asked)


def test_a_server_made_by_the_recipe_passes_with_every_role(kinto_postgres: KintoReal) -> None:
    oficina = kinto_postgres.office(MEMBERS)
    before = live(kinto_postgres)
    for cuenta in MEMBERS:
        found = judge(kinto_postgres, cuenta, oficina)
        assert {name for name, one in found.items() if one.ok is not True} == set()
        assert len(found) == 18
    assert live(kinto_postgres) == before


@pytest.mark.larga
def test_each_dangerous_setting_is_found(kinto_peligroso: KintoReal) -> None:
    oficina = kinto_peligroso.office(MEMBERS)
    before = live(kinto_peligroso)
    found = judge(kinto_peligroso, "beto", oficina)
    assert {name for name, one in found.items() if one.ok is False} == {
        "Aislamiento",
        "Alta de cuentas",
        "Alta de oficinas",
        "Borrado",
        "Derechos del autor",
        "Registros por envío",
        "Vaciado del servidor",
    }
    assert "REPEATABLE READ" in found["Aislamiento"].remedy
    # What was tried on doors that stood open did no harm.
    assert live(kinto_peligroso) == before


def test_a_collection_that_somebody_moved_into_the_future_is_found(
    kinto_memoria: KintoReal,
) -> None:
    oficina = kinto_memoria.office(MEMBERS)
    body = {"data": {"last_modified": int(time.time() * 1000) + 3_600_000}}
    path = f"/buckets/{oficina}/collections/lotes/records/uno"
    assert kinto_memoria.ask("PUT", path, "beto", json=body).status_code == 201
    found = judge(kinto_memoria, "beto", oficina)["Relojes"]
    assert found.ok is False
    assert any(f" {seconds} s " in found.found for seconds in range(3_580, 3_601))


def test_a_wrong_password_an_unknown_office_and_a_stranger_are_told_apart(
    kinto_memoria: KintoReal,
) -> None:
    oficina = kinto_memoria.office(MEMBERS)
    kinto_memoria.account("elena")
    direccion = kinto_memoria.direccion

    wrong = {one.setting: one.ok for one in check_server(direccion, "beto", "no es", oficina)}
    assert wrong["Cuenta"] is False
    assert "Oficina" not in wrong

    missing = judge(kinto_memoria, "beto", "of-00000000-0000-0000-0000-000000000000")
    stranger = judge(kinto_memoria, "elena", oficina)
    assert missing["Oficina"].ok is False
    assert stranger["Oficina"].ok is False
    assert stranger["Aislamiento"].ok is None


def test_a_server_without_tls_is_told_before_anything_is_sent() -> None:
    found = check_server("http://192.0.2.7/v1", "beto", "secreta", "of-1")
    assert [(one.setting, one.ok) for one in found] == [("Cifrado (TLS)", False)]
