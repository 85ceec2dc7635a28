"""The doors that the recipe's kinto.ini closes, one by one, tried by those who might open them."""

from __future__ import annotations

import uuid
from typing import Any

from tests.support.kinto_real import CLOSED, KintoReal

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
