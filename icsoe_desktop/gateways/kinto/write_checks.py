"""Checks that need writes: concurrent writers, rights of authors, clocks of collections."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION, RecordCollection
from icsoe_desktop.gateways.kinto import check_texts
from icsoe_desktop.gateways.kinto.batch import is_version
from icsoe_desktop.gateways.kinto.dates import whole
from icsoe_desktop.gateways.kinto.errors import (
    NoPermissionError,
    RequestRejectedError,
    SyncServerError,
)
from icsoe_desktop.gateways.kinto.info import as_object
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.transport import Answer
from icsoe_desktop.gateways.kinto.values import ServerFinding

# The setup of an office creates this collection; every member may write there.
TEST_COLLECTION: Final = "pruebas"
RACERS: Final = 4
# With READ COMMITTED and four workers, 56 of 60 races have several winners.
RACES: Final = 12
CLOCK_S: Final = 5


def try_writing(server: KintoServer, connect: Callable[[], KintoServer]) -> list[ServerFinding]:
    """connect: opens one more connection with the same account."""
    path = server.record_path(TEST_COLLECTION, str(uuid.uuid4()))
    body = {"data": {"prueba": 0}}
    try:
        answer = server.transport.request("PUT", path, body=body, headers={"If-None-Match": "*"})
    except (NoPermissionError, RequestRejectedError):
        return [check_texts.not_tried(each) for each in ("Derechos del autor", "Aislamiento")]
    try:
        rights = answer.body.get("permissions") or {}
        found = [check_texts.author_rights(not rights)]
        first = _version(answer.body)
        with ExitStack() as stack:
            racers = [stack.enter_context(connect()) for _ in range(RACERS)]
            found.append(_race(path, first, racers))
        found += _clocks(server, first, answer)
        return found
    finally:
        server.transport.request("DELETE", path, expected=(404, 405))


def _race(path: str, version: int, racers: list[KintoServer]) -> ServerFinding:
    start = threading.Barrier(len(racers))

    def run(racer: KintoServer, place: int) -> int | None:
        """The version that this connection wrote; None if another one won."""
        start.wait()
        answer = racer.transport.request(
            "PUT",
            path,
            body={"data": {"prueba": place}},
            headers={"If-Match": f'"{version}"'},
            expected=(412, 429, 503),
            repeat=False,
        )
        return _version(answer.body) if answer.status == 200 else None

    with ThreadPoolExecutor(len(racers)) as pool:
        for _ in range(RACES):
            won = [each for each in pool.map(run, racers, range(len(racers))) if each is not None]
            if len(won) > 1:
                return check_texts.isolation(False, RACES)
            if won:
                version = won[0]
    return check_texts.isolation(True, RACES)


def _clocks(server: KintoServer, written: int, answer: Answer) -> Iterator[ServerFinding]:
    """written: the version that PostgreSQL gave to the record of `answer`."""
    apart = [max(answer.server_time_ms - written, _ahead(written, answer))]
    for collection in (*RecordCollection, KEYS_COLLECTION):
        try:
            said = server.transport.request("HEAD", server.records_path(collection))
        except SyncServerError:
            continue  # the check «Colecciones» reports it
        # One record with a date in the future moves its collection's clock for good.
        stamp = whole(said.headers.get("ETag", "").strip('"'))
        if stamp is not None:
            apart.append(_ahead(stamp, said))
    worst = max(0, *apart) // 1000
    yield check_texts.clocks(worst <= CLOCK_S, worst)


def _ahead(version: int, answer: Answer) -> int:
    return version - (answer.server_time_ms + answer.elapsed_ms)


def _version(body: Mapping[str, Any]) -> int:
    found = as_object(body.get("data")).get("last_modified")
    if not is_version(found):
        raise RequestRejectedError(200)
    return found
