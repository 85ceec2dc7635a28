"""Batches to the sync server: what is sent, what an answer counts for, the poisoned record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.gateways.kinto.batch import POISONED, TRIES_ALONE, cleaned
from icsoe_desktop.gateways.kinto.errors import (
    NoPermissionError,
    PasswordRejectedError,
    ServerBusyError,
    ServerCannotSaveError,
    ServerFailureError,
)
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.values import (
    RecordWrite,
    RemoteRecord,
    WriteAnswer,
)
from tests.gateways.kinto.kinto_terco import Asked, Reloj, Said, Terco

OFICINA = "of-0190a8f0-0000-7000-8000-000000000001"
ROOT = f"/buckets/{OFICINA}/collections/lotes/records"


@pytest.fixture
def kinto(server: Terco) -> Iterator[KintoServer]:
    paciencia = Reloj().paciencia(attempts=2)
    with KintoServer(server.direccion, "beto", "x", OFICINA, retry_policy=paciencia) as made:
        yield made


def accept(request: dict[str, Any]) -> dict[str, Any]:
    name = request["path"].rsplit("/", 1)[1]
    data = {**request["body"]["data"], "id": name, "last_modified": 100 + len(name)}
    return {"status": 201, "path": request["path"], "body": {"data": data}}


def accepted(asked: Asked) -> Said:
    return Said(body={"responses": [accept(one) for one in asked.body["requests"]]})


def batches(server: Terco) -> list[list[str]]:
    """The ids that each batch held."""
    return [
        [request["path"].rsplit("/", 1)[1] for request in asked.body["requests"]]
        for asked in server.asked
        if asked.path == "/v1/batch"
    ]


def writes(number: int) -> list[RecordWrite]:
    return [RecordWrite(f"r{place:02}", {"s": "x"}, None) for place in range(number)]


def test_a_batch_is_of_one_collection_and_each_write_has_its_condition(
    server: Terco, kinto: KintoServer
) -> None:
    server.answer = accepted
    answers = kinto.write("lotes", [*writes(1), RecordWrite("otro", {"n": 1}, 77)])
    assert answers == (WriteAnswer("r00", version=103), WriteAnswer("otro", version=104))
    (asked,) = server.asked
    first, second = asked.body["requests"]
    assert first == {
        "method": "PUT",
        "path": f"{ROOT}/r00",
        "headers": {"If-None-Match": "*"},
        "body": {"data": {"s": "x"}},
    }
    assert second["headers"] == {"If-Match": '"77"'}


@pytest.mark.parametrize("inner", [409, 500, 503])
def test_an_inner_failure_makes_nothing_count_and_all_is_sent_again(
    server: Terco, kinto: KintoServer, inner: int
) -> None:
    tries = iter([inner, 201])

    def answer(asked: Asked) -> Said:
        first, *others = asked.body["requests"]
        status = next(tries)
        said = accept(first) if status == 201 else {"status": status, "path": "", "body": {}}
        return Said(body={"responses": [said, *map(accept, others)]})

    server.answer = answer
    answers = kinto.write("lotes", writes(3))
    assert batches(server) == [["r00", "r01", "r02"]] * 2
    assert [one.version for one in answers] == [103, 103, 103]


def busy(wait: str) -> Said:
    """What Kinto says of a whole batch: its database is away, or does not take a record."""
    return Said(503, {"code": 503, "errno": 201}, {"Retry-After": wait})


def poisoned(asked: Asked) -> Said:
    """A server whose database chokes on r05."""
    if asked.path.endswith("/__heartbeat__"):
        return Said(body={"storage": True})
    requests = asked.body["requests"]
    if any(one["path"].endswith("r05") for one in requests):
        return busy("3")
    return Said(body={"responses": [accept(one) for one in requests]})


def test_a_batch_is_halved_down_to_the_record_that_poisons_it(
    server: Terco, kinto: KintoServer
) -> None:
    server.answer = poisoned
    answers = kinto.write("lotes", writes(8))
    assert [one.version for one in answers if one.id != "r05"] == [103] * 7
    assert answers[5] == WriteAnswer("r05", refusal=POISONED)
    assert POISONED.endswith("sin enviar.")


@pytest.mark.parametrize("amount", [2, 50])
def test_a_server_that_saves_nothing_says_so_soon_and_sets_nothing_aside(
    server: Terco, amount: int
) -> None:
    """As PostgreSQL with a full disk: small rows still fit, and nothing else."""

    def full(asked: Asked) -> Said:
        return Said(body={"storage": True}) if asked.path.endswith("beat__") else busy("3")

    reloj = Reloj()
    server.answer = full
    policy = reloj.paciencia()
    kinto = KintoServer(server.direccion, "beto", "x", OFICINA, retry_policy=policy)
    with kinto, pytest.raises(ServerCannotSaveError, match="disco"):
        kinto.write("lotes", writes(amount))
    assert sum(reloj.slept) < (60 if amount == 2 else 30)


def test_a_record_tried_in_haste_is_tried_again_once_the_server_saves(server: Terco) -> None:
    left = [40]

    def answer(asked: Asked) -> Said:
        if asked.path.endswith("/__heartbeat__"):
            return Said(body={"storage": True})
        left[0] -= 1
        if left[0] > 0 or any(one["path"].endswith("r05") for one in asked.body["requests"]):
            return busy("3")
        return Said(body={"responses": [accept(one) for one in asked.body["requests"]]})

    server.answer = answer
    policy = Reloj().paciencia()
    with KintoServer(server.direccion, "beto", "x", OFICINA, retry_policy=policy) as kinto:
        answers = kinto.write("lotes", writes(50))
    assert [one.id for one in answers if one.refusal] == ["r05"]
    assert [one.id for one in answers if one.version is None] == ["r05"]


def test_a_server_that_is_down_poisons_nobody(server: Terco, kinto: KintoServer) -> None:
    def down(asked: Asked) -> Said:
        if asked.path.endswith("/__heartbeat__"):
            return Said(503, {"storage": False})
        failed = {"status": 503, "path": "", "body": {}}
        return Said(body={"responses": [failed] * len(asked.body["requests"])})

    server.answer = down
    with pytest.raises(ServerFailureError):
        kinto.write("lotes", writes(2))


def test_a_busy_server_is_waited_for_as_long_as_it_asks(server: Terco) -> None:
    reloj = Reloj()
    paciencia = reloj.paciencia()
    with KintoServer(server.direccion, "beto", "x", OFICINA, retry_policy=paciencia) as kinto:
        tries = iter([busy("3"), busy("3")])
        server.answer = lambda asked: next(tries, None) or accepted(asked)
        assert [one.version for one in kinto.write("lotes", writes(2))] == [103, 103]
        # Three seconds each, then half a second and one of its own.
        assert reloj.slept == [3.5, 4.0]

        server.answer = lambda asked: busy("900")
        with pytest.raises(ServerBusyError):
            kinto.write("lotes", writes(1))
        assert len(reloj.slept) == 2


def test_a_record_is_not_poisoned_when_the_server_comes_back_at_last(
    server: Terco, kinto: KintoServer
) -> None:
    tries = iter([busy("3")] * TRIES_ALONE)

    def answer(asked: Asked) -> Said:
        if asked.path.endswith("/__heartbeat__"):
            return Said(body={"storage": True})
        return next(tries, None) or accepted(asked)

    server.answer = answer
    assert kinto.write("lotes", writes(1)) == (WriteAnswer("r00", version=103),)


def test_a_conflict_brings_what_is_there_or_its_tombstone(
    server: Terco, kinto: KintoServer
) -> None:
    existing = {"id": "r00", "last_modified": 55, "s": "ajeno"}

    def answer(asked: Asked) -> Said:
        if asked.method == "GET":
            assert asked.path == f"/v1{ROOT}?id=r01&_since=0"
            return Said(body={"data": [{"id": "r01", "last_modified": 66, "deleted": True}]})
        conflict = {"status": 412, "path": "", "body": {"details": {"existing": existing}}}
        gone = {"status": 412, "path": "", "body": {"details": {}}}
        refused = {"status": 400, "path": "", "body": {}}
        return Said(body={"responses": [conflict, gone, refused]})

    server.answer = answer
    first, second, third = kinto.write("lotes", writes(3))
    assert first == WriteAnswer("r00", other=RemoteRecord("r00", 55, {"s": "ajeno"}))
    assert second == WriteAnswer("r01", other=RemoteRecord("r01", 66, None))
    assert (third.version, third.other) == (None, None)
    assert "código 400" in third.refusal


@pytest.mark.parametrize(
    ("inner", "kind"), [(401, PasswordRejectedError), (403, NoPermissionError)]
)
def test_a_batch_without_the_right_stops(
    server: Terco, kinto: KintoServer, inner: int, kind: type[Exception]
) -> None:
    server.will(Said(body={"responses": [{"status": inner, "path": "", "body": {}}]}))
    with pytest.raises(kind):
        kinto.write("lotes", writes(1))
    assert len(server.asked) == 1


TEXTS = st.text(st.characters() | st.just("\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)


@given(
    st.dictionaries(TEXTS | st.sampled_from(["id", "last_modified", "deleted", "i\x00d"]), VALUES)
)
def test_what_leaves_has_no_nul_and_nothing_of_the_servers_own(datos: dict[str, Any]) -> None:
    sent = json.dumps(cleaned(datos), ensure_ascii=False)
    assert "\\u0000" not in sent
    sent.encode()
    assert not {"id", "last_modified", "deleted"} & set(cleaned(datos))
