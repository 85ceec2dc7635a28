"""Batches that the real Kinto over PostgreSQL does not take whole: an inner 409, a poisoned record.

Source: docs/servidor.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from icsoe_desktop.gateways.kinto import batch as lote
from icsoe_desktop.gateways.kinto.values import RecordWrite, RemoteRecord, WriteAnswer
from resources.servidor import oficinas
from tests.servidor.test_remedios import MEMBERS, connect, record, statuses
from tests.support.kinto_choque import choque
from tests.support.kinto_real import CLOSED, KintoReal

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


SEALED = "lo-que-un-equipo-sello"
# PostgreSQL numbers a transaction when it writes its first row, and only then.
NEXT_NUMBER = "SELECT pg_snapshot_xmax(pg_current_snapshot())"


def test_a_round_without_news_writes_no_row(kinto_postgres: KintoReal) -> None:
    oficina = kinto_postgres.office(MEMBERS)
    database = kinto_postgres.postgres
    assert database is not None
    for name in oficinas.DATOS:
        made = kinto_postgres.ask("PUT", record(oficina, coleccion=name), "beto", json={"data": {}})
        assert made.status_code == 201

    def written() -> int:
        before = int(database.psql(NEXT_NUMBER))
        for name in oficinas.DATOS:
            path = f"/buckets/{oficina}/collections/{name}/records"
            said = kinto_postgres.ask("GET", f"{path}?_since=1&_limit=500", "beto")
            assert len(said.json()["data"]) == 1
        return int(database.psql(NEXT_NUMBER)) - before

    # PostgreSQL's own cleaning takes a number now and then. Kinto's cache wrote in every round.
    assert min(written() for _ in range(3)) == 0


def test_what_the_database_refuses_is_written_in_no_log(
    kinto_postgres: KintoReal,
) -> None:
    oficina = kinto_postgres.office(MEMBERS)
    requests = [
        {"method": "PUT", "path": record(oficina), "body": {"data": {"s": SEALED}}}
        for _ in range(2)
    ]
    with choque(kinto_postgres, oficina, "lotes") as other:
        said = other.during(
            lambda: kinto_postgres.ask("POST", "/batch", "beto", json={"requests": requests})
        )
    assert statuses(said) == [201, 409]
    assert kinto_postgres.postgres is not None
    database = kinto_postgres.postgres.folder / "postgres.log"
    for log, failure in ((kinto_postgres.log, "IntegrityError"), (database, "duplicate key")):
        said = log.read_text("utf-8", errors="replace")
        assert failure in said
        assert SEALED not in said


def test_versions_are_of_utc_and_texts_of_utf_8_wherever_the_database_is(
    kinto_postgres: KintoReal,
) -> None:
    assert kinto_postgres.postgres is not None
    asked = "SELECT current_setting('timezone'), current_setting('server_encoding')"
    assert kinto_postgres.postgres.psql(asked, usuario="kinto") == "UTC|UTF8"
    assert kinto_postgres.postgres.psql(asked, base="template1") == (
        "America/Mexico_City|SQL_ASCII"
    )


# In the order of the damage that an open one does.
METHODS = ("patch", "put", "delete")
KINDS = ("record", "group", "collection", "account", "bucket")


def knock(server: KintoReal) -> dict[str, int]:
    """What each door answers to the responsable of an office of its own."""
    cuenta = f"eva-{uuid.uuid4().hex[:6]}"
    oficina = server.office({cuenta: "responsable"})
    plural = {
        "bucket": "/buckets",
        "collection": f"/buckets/{oficina}/collections",
        "group": f"/buckets/{oficina}/groups",
        "record": f"/buckets/{oficina}/collections/lotes/records",
        "account": "/accounts",
    }
    named = {
        "bucket": f"/buckets/{oficina}",
        "collection": f"/buckets/{oficina}/collections/lotes",
        "group": f"/buckets/{oficina}/groups/miembros",
        "record": f"/buckets/{oficina}/collections/lotes/records/uno",
        "account": f"/accounts/{cuenta}",
    }
    made = server.ask("PUT", named["record"], cuenta, json={"data": {"n": 1}})
    assert made.status_code == 201
    said = {}
    for what in METHODS:
        for kind in KINDS:
            for number, paths in (("plural", plural), ("object", named)):
                setting = f"kinto.{number}_{kind}_{what}_enabled"
                if setting in CLOSED:
                    body: Any = None if what == "delete" else {"data": {"members": []}}
                    answer = server.ask(what.upper(), paths[kind], cuenta, json=body)
                    said[setting] = answer.status_code
    return said


def test_every_door_that_the_recipe_closes_is_closed(kinto_postgres: KintoReal) -> None:
    assert knock(kinto_postgres) == dict.fromkeys(CLOSED, 405)
