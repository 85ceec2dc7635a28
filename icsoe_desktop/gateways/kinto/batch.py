"""Writes records in batches, interprets the answers and isolates a record that makes them fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeGuard

from icsoe_desktop.gateways.kinto.errors import (
    NoPermissionError,
    OddAnswerError,
    PasswordRejectedError,
    RequestRejectedError,
    ServerBusyError,
    ServerCannotSaveError,
    ServerFailureError,
)
from icsoe_desktop.gateways.kinto.reading import VALID_ID, as_object
from icsoe_desktop.gateways.kinto.transport import (
    FIRST_WAIT_S,
    RetryPolicy,
    Transport,
    asked_wait,
)
from icsoe_desktop.gateways.kinto.values import (
    JsonObject,
    RecordWrite,
    RemoteRecord,
    WriteAnswer,
)

# A client that sends these moves the collection's clock or is refused.
SERVERS_OWN: Final = frozenset({"id", "last_modified", "deleted"})
TRIES_TOGETHER: Final = 3
TRIES_ALONE: Final = 7
LAST_INSTANT_MS: Final = 253_402_300_799_999  # the end of 9999
# Waited while not one write of a call succeeds; after it each is tried once. A server with room
# takes some, even if it refuses one; without this, a call on a full disk takes minutes.
PATIENCE_S: Final = 15.0
HURRIED: Final = "hurried"  # never leaves this module

REFUSED = (
    "El servidor de sincronización rechazó el registro (código {}); quedó en este equipo sin "
    "enviar."
)
POISONED = (
    "El servidor de sincronización falla cada vez que recibe este registro; quedó en este equipo "
    "sin enviar."
)


class BatchWriter:
    """Writes to one collection at a time.

    tombstone: reads a deleted record. healthy: whether the server's database takes small writes.
    """

    def __init__(
        self,
        transport: Transport,
        root: str,
        retry_policy: RetryPolicy,
        tombstone: Callable[[str, str], RemoteRecord | None],
        healthy: Callable[[], bool],
    ) -> None:
        self._transport = transport
        self._root = root
        self._retry_policy = retry_policy
        self._tombstone = tombstone
        self._healthy = healthy
        self._saved = False
        self._waited = 0.0
        self._odd = False

    def write(self, collection: str, writes: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        """One answer a write, in order. The writes go together in one request: see MAX_WRITES.

        Tells a server that saves nothing from one that refuses a record.
        Raises SyncServerError; then any of the writes may have happened.
        """
        self._saved, self._waited, self._odd = False, 0.0, False
        batch = [(one, self._request(collection, one)) for one in writes]
        answers = self._send(collection, batch)
        if len(batch) > 1 and not self._saved:
            raise ServerCannotSaveError
        return tuple(
            self._send(collection, [pair])[0] if answer.refusal == HURRIED else answer
            for pair, answer in zip(batch, answers, strict=True)
        )

    def _request(self, collection: str, write_request: RecordWrite) -> dict[str, Any]:
        condition = (
            {"If-None-Match": "*"}
            if write_request.version is None
            else {"If-Match": f'"{write_request.version}"'}
        )
        return {
            "method": "PUT",
            "path": f"{self._root}/collections/{collection}/records/{write_request.id}",
            "headers": condition,
            "body": {"data": cleaned(write_request.data)},
        }

    def _send(
        self, collection: str, batch: Sequence[tuple[RecordWrite, Any]]
    ) -> tuple[WriteAnswer, ...]:
        requests = [request for _, request in batch]
        hurried = not self._saved and self._waited > PATIENCE_S
        tries = 1 if hurried else TRIES_ALONE if len(batch) == 1 else TRIES_TOGETHER
        answers = self._insist(requests, tries)
        if answers is None and self._odd:
            raise OddAnswerError
        if answers is None and not self._healthy():
            raise ServerFailureError
        if answers is None and len(batch) > 1:
            middle = len(batch) // 2
            first = self._send(collection, batch[:middle])
            return first + self._send(collection, batch[middle:])
        if answers is None and hurried:
            return (WriteAnswer(batch[0][0].id, refusal=HURRIED),)
        if answers is None:
            # The server may have recovered just now.
            answers, _ = self._ask(requests)
            self._saved |= answers is not None
        if answers is None:
            name = batch[0][0].id
            return (WriteAnswer(name, refusal=POISONED, doubtful=not self._saved),)
        pairs = zip(batch, answers, strict=True)
        return tuple(self._understand(collection, one, said) for (one, _), said in pairs)

    def _insist(self, requests: Sequence[Any], tries: int) -> list[Mapping[str, Any]] | None:
        waited = 0.0
        for attempt in range(tries):
            answers, asked = self._ask(requests)
            self._saved |= answers is not None
            if answers is not None or attempt + 1 == tries:
                return answers
            wait = asked + FIRST_WAIT_S * 2**attempt * (0.5 + self._retry_policy.chance())
            if waited + wait > self._retry_policy.total_s:
                raise ServerBusyError
            self._retry_policy.sleep(wait)
            waited += wait
            self._waited += wait
        return None

    def _ask(self, requests: Sequence[Any]) -> tuple[list[Mapping[str, Any]] | None, float]:
        """(inner answers, seconds to wait). None instead of answers if the whole batch failed.

        An inner 409 undoes the writes before it, although their status is 201. Kinto answers
        503 for the batch both if it is busy and if its database refuses one record.
        """
        answer = self._transport.request(
            "POST", "/batch", body={"requests": requests}, expected=(500, 503)
        )
        said = answer.body.get("responses")
        if isinstance(said, list) and len(said) == len(requests):
            statuses = [one.get("status") if isinstance(one, dict) else None for one in said]
            if all(isinstance(one, int) and one != 409 and one < 500 for one in statuses):
                return said, 0.0
        self._odd = answer.status == 200 and not (
            isinstance(said, list)
            and len(said) == len(requests)
            and all(isinstance(one, dict) and isinstance(one.get("status"), int) for one in said)
        )
        return None, asked_wait(answer) or 0.0

    def _understand(
        self, collection: str, write_request: RecordWrite, said: Mapping[str, Any]
    ) -> WriteAnswer:
        status, body = said["status"], said.get("body")
        body = body if isinstance(body, dict) else {}
        match status:
            case 200 | 201:
                version = as_object(body.get("data")).get("last_modified")
                if is_version(version):
                    return WriteAnswer(write_request.id, version=version)
                raise ServerFailureError
            case 412:
                existing = as_object(as_object(body.get("details")).get("existing"))
                other = read_record(existing) if existing else None
                return WriteAnswer(
                    write_request.id, other=other or self._tombstone(collection, write_request.id)
                )
            case 401:
                raise PasswordRejectedError
            case 403:
                raise NoPermissionError
            case 404 | 405:
                raise RequestRejectedError(status)
            case _:
                return WriteAnswer(write_request.id, refusal=REFUSED.format(status))


def cleaned(data: JsonObject) -> dict[str, Any]:
    """The data without the server's own keys and without NUL, which PostgreSQL cannot store."""
    clean = {_without_nul(key): _without_nul(value) for key, value in data.items()}
    return {key: value for key, value in clean.items() if key not in SERVERS_OWN}


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        # A lone surrogate cannot be encoded in UTF-8.
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(each) for each in value]
    return value


def is_version(value: Any) -> TypeGuard[int]:
    """Whether the value is a time in milliseconds between 1970 and the end of 9999."""
    return type(value) is int and 0 <= value <= LAST_INSTANT_MS


def read_record(record: Mapping[str, Any]) -> RemoteRecord | None:
    """None if the object is not a record."""
    identifier, version = record.get("id"), record.get("last_modified")
    if not (isinstance(identifier, str) and VALID_ID.fullmatch(identifier) and is_version(version)):
        return None
    if record.get("deleted") is True:
        return RemoteRecord(identifier, version, None)
    data = {key: value for key, value in record.items() if key not in SERVERS_OWN}
    return RemoteRecord(identifier, version, data)
