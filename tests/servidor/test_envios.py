"""Batches that the real Kinto over PostgreSQL does not take whole: an inner 409, a poisoned record.

Source: docs/servidor.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from icsoe_desktop.gateways.kinto import batch as lote
from icsoe_desktop.gateways.kinto.values import RecordWrite, RemoteRecord, WriteAnswer
from tests.servidor.test_remedios import MEMBERS, connect, record, statuses
from tests.support.kinto_choque import choque
from tests.support.kinto_real import KintoReal

NAMES = ("uno", "dos", "tres", "cuatro")


def test_after_an_inner_409_what_the_batch_said_before_it_is_not_there(
    kinto_postgres: KintoReal,
) -> None:
    oficina = kinto_postgres.office(MEMBERS)
    requests: list[dict[str, Any]] = [
        {
            "method": "PUT",
            "path": record(oficina, name),
            "headers": {"If-None-Match": "*"},
            "body": {"data": {"n": name}},
        }
        for name in NAMES
    ]
    with choque(kinto_postgres, oficina, "lotes") as other:
        answer = other.during(
            lambda: kinto_postgres.ask("POST", "/batch", "beto", json={"requests": requests})
        )
    assert answer.status_code == 200
    assert statuses(answer) == [201, 409, 201, 201]
    refused = answer.json()["responses"][1]["body"]
    assert (refused["errno"], refused["error"]) == (122, "Conflict")
    # «uno» was said to be written. What comes after the 409 is a transaction of its own, and stays.
    left = [kinto_postgres.ask("GET", one["path"], "beto").status_code for one in requests]
    assert left == [404, 404, 200, 200]


def test_a_batch_with_an_inner_409_is_sent_again_and_every_record_is_there_once(
    kinto_postgres: KintoReal,
) -> None:
    oficina = kinto_postgres.office(MEMBERS)
    sent = [RecordWrite(name, {"n": name}, None) for name in NAMES]
    with (
        connect(kinto_postgres, "beto", oficina) as server,
        choque(kinto_postgres, oficina, "lotes") as other,
    ):
        uno, dos, tres, cuatro = other.during(lambda: server.write("lotes", sent))
        there = server.versions("lotes")
        # Of the second time: of the first one only what came after the 409 had stayed.
        assert (uno, dos) == (
            WriteAnswer("uno", version=there["uno"]),
            WriteAnswer("dos", version=there["dos"]),
        )
        assert [one.other for one in (tres, cuatro)] == [
            RemoteRecord(name, there[name], {"n": name}) for name in ("tres", "cuatro")
        ]
        assert there.keys() == set(NAMES)
        assert [server.get("lotes", name) for name in NAMES] == [
            RemoteRecord(name, there[name], {"n": name}) for name in NAMES
        ]


def as_it_is(datos: Mapping[str, Any]) -> dict[str, Any]:
    return dict(datos)


def test_the_record_that_the_database_chokes_on_is_found_and_all_others_arrive(
    kinto_postgres: KintoReal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Should one ever get past what takes the NUL out.
    monkeypatch.setattr(lote, "cleaned", as_it_is)
    oficina = kinto_postgres.office(MEMBERS)
    texts = {name: name for name in NAMES} | {"tres": "con\x00nulo"}
    sent = [RecordWrite(name, {"t": text}, None) for name, text in texts.items()]
    with connect(kinto_postgres, "beto", oficina) as server:
        answers = server.write("lotes", sent)
        there = server.versions("lotes")
    assert answers == tuple(
        WriteAnswer(name, refusal=lote.POISONED)
        if name == "tres"
        else WriteAnswer(name, version=there[name])
        for name in NAMES
    )
    assert there.keys() == set(NAMES) - {"tres"}
