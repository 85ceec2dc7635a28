"""«Probar conexión»: a server as the recipe makes it passes, and each way in which it fails."""

from __future__ import annotations

import time
from configparser import ConfigParser

import pytest

from icsoe_desktop.gateways.kinto.checks import check_server
from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    OtherRecipeError,
    ServerAddressError,
    ServerBusyError,
)
from icsoe_desktop.gateways.kinto.values import ServerFinding
from resources.servidor.icsoe_receta import different
from tests.gateways.kinto.kinto_terco import Reloj, Said, terco
from tests.servidor.test_remedios import MEMBERS
from tests.support.kinto_real import CLOSED, RECIPE, KintoReal

OFICINA = "of-00000000-0000-0000-0000-000000000000"


def judge(server: KintoReal, cuenta: str, oficina: str) -> dict[str, ServerFinding]:
    found = check_server(server.direccion, cuenta, server.passwords[cuenta], oficina)
    assert len({one.setting for one in found}) == len(found)
    assert all(one.found.endswith(".") for one in found)
    assert all(bool(one.remedy) != one.ok for one in found)
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
    for cuenta, role in MEMBERS.items():
        found = judge(kinto_postgres, cuenta, oficina)
        assert [name for name, one in found.items() if one.ok] == ["Servidor", "Oficina", "Reloj"]
        assert found["Oficina"].found.lower() == f"la cuenta es de {role} en la oficina."
    assert live(kinto_postgres) == before


def recipe_settings() -> dict[str, str]:
    """As Kinto holds them once it has read the recipe's file."""
    recipe = ConfigParser(interpolation=None)
    recipe.read(RECIPE / "kinto.ini", encoding="utf-8")
    return {name.removeprefix("kinto."): value for name, value in recipe["app:main"].items()}


# What a server loses or shows without each of them: docs/servidor.md.
DANGEROUS = [
    ("storage_isolation_level", "READ COMMITTED"),
    ("permission_isolation_level", "READ COMMITTED"),
    ("explicit_permissions", True),
    ("cache_backend", "kinto.core.cache.memory"),
    ("multiauth.policy.account.use", "kinto.plugins.accounts.AccountsPolicy"),
    ("account_create_principals", "system.Everyone"),
    ("account_write_principals", "system.Authenticated"),
    ("bucket_create_principals", "system.Authenticated"),
    ("batch_max_requests", 25),
    *((name.removeprefix("kinto."), True) for name in CLOSED),
]


@pytest.mark.parametrize(("name", "value"), DANGEROUS)
def test_the_server_names_each_dangerous_setting(name: str, value: object) -> None:
    settings: dict[str, object] = {**recipe_settings()}
    assert list(different(settings)) == []
    settings[name] = value
    (found,) = different(settings)
    assert found.removeprefix("kinto.") == name


def test_the_server_names_plugins_that_empty_it_and_that_it_takes_no_changes() -> None:
    settings = recipe_settings()
    settings["includes"] += " kinto.plugins.flush kinto.plugins.default_bucket"
    settings["readonly"] = "true"
    assert list(different(settings)) == [
        "kinto.plugins.flush",
        "kinto.plugins.default_bucket",
        "kinto.readonly",
    ]


def test_a_server_with_other_settings_is_told_by_their_names(kinto_memoria: KintoReal) -> None:
    found = judge(kinto_memoria, "beto", kinto_memoria.office(MEMBERS))["Servidor"]
    assert not found.ok
    assert "(kinto.account_create_principals, kinto.cache_backend," in found.found


def test_a_collection_that_somebody_moved_into_the_future_is_found(
    kinto_memoria: KintoReal,
) -> None:
    oficina = kinto_memoria.office(MEMBERS)
    body = {"data": {"last_modified": int(time.time() * 1000) + 3_600_000}}
    path = f"/buckets/{oficina}/collections/lotes/records/uno"
    assert kinto_memoria.ask("PUT", path, "beto", json=body).status_code == 201
    found = judge(kinto_memoria, "beto", oficina)["Reloj"]
    assert not found.ok
    assert any(f" {seconds:,} s " in found.found for seconds in range(3_580, 3_602))


def test_an_unknown_office_and_a_stranger_are_told(kinto_memoria: KintoReal) -> None:
    oficina = kinto_memoria.office(MEMBERS)
    kinto_memoria.account("elena")
    for cuenta, name in (("beto", OFICINA), ("elena", oficina)):
        found = judge(kinto_memoria, cuenta, name)
        assert [(each, one.ok) for each, one in found.items()] == [("Oficina", False)]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Said(404, {"code": 404, "errno": 111}), OtherRecipeError),
        (Said(body={"data": {"colecciones": {}}}), OtherRecipeError),
        (Said(body={"data": {"receta": {"numero": 0}}}), OtherRecipeError),
        (Said(429, {}, {"Retry-After": "30"}), ServerBusyError),
        (Said(hang_up=True), NoConnectionError),
    ],
    ids=["without the plugin", "without a recipe", "older", "asks to wait", "no answer"],
)
def test_a_server_that_cannot_be_judged_says_why(said: Said, error: type[Exception]) -> None:
    reloj = Reloj()
    with terco() as server:
        server.will(said)
        with pytest.raises(error):
            check_server(
                server.direccion, "beto", "x", OFICINA, retry_policy=reloj.paciencia(2, 10.0)
            )
    assert sum(reloj.slept) <= 10


def test_a_server_without_tls_is_told_before_anything_is_sent() -> None:
    with pytest.raises(ServerAddressError):
        check_server("http://192.0.2.7/v1", "beto", "secreta", "of-1")
