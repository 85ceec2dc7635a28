"""The real server between two commits: a collision, and a photograph to go back to."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tests.support.kinto_real import KintoReal
from tests.support.postgres_real import Postgres, Session

AHEAD_MS = 3_600_000
GIVE_UP_S = 8.0  # lock_timeout of base.sql is 10 s
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kinto' AND wait_event_type = 'Lock'"
)
Said = TypeVar("Said")


class Choque:
    """Somebody's open transaction. identifier: of the record in it."""

    def __init__(self, database: Postgres, session: Session, identifier: str) -> None:
        self._database = database
        self._session = session
        self.identifier = identifier

    def during(self, send: Callable[[], Said]) -> Said:
        """What `send` gives: its second record waits for this transaction, which then commits."""
        with ThreadPoolExecutor(1) as pool:
            said = pool.submit(send)
            try:
                self._wait_for_the_collision(said)
            finally:
                self._session.run("COMMIT;")
            return said.result()

    def _wait_for_the_collision(self, said: Future[Said]) -> None:
        give_up = time.monotonic() + GIVE_UP_S
        while int(self._database.psql(WAITING)) == 0:
            assert not said.done(), said.result()
            assert time.monotonic() < give_up
            time.sleep(0.02)


@contextmanager
def choque(server: KintoReal, oficina: str, coleccion: str) -> Iterator[Choque]:
    """Takes the version of the second record that is written next into the collection.

    Kinto gives max(now, last + 1), and PostgreSQL takes a version once a collection. The clock of
    the collection is put an hour ahead, so that its versions are known before they are given.
    """
    assert server.postgres is not None
    parent, identifier = f"/buckets/{oficina}/collections/{coleccion}", str(uuid.uuid4())
    clock = int(time.time() * 1000) + AHEAD_MS
    ahead = f"INSERT INTO timestamps VALUES ('{parent}', 'record', from_epoch({clock}))"  # noqa: S608
    again = "ON CONFLICT (parent_id, resource_name) DO UPDATE SET last_modified"
    server.postgres.psql(f"{ahead} {again} = excluded.last_modified")
    columns = "id, parent_id, resource_name, data, deleted, last_modified"
    values = f"'{identifier}', '{parent}', 'record', '{{}}', TRUE, from_epoch({clock + 2})"
    session = server.postgres.session()
    try:
        session.run(f"BEGIN; INSERT INTO objects ({columns}) VALUES ({values});")  # noqa: S608
        yield Choque(server.postgres, session, identifier)
    finally:
        session.close()


# table → which of its rows are of the office
_OF_OFFICE = {
    "objects": "parent_id LIKE '/buckets/{0}%' OR (resource_name = 'bucket' AND id = '{0}')",
    "timestamps": "parent_id LIKE '/buckets/{0}%'",
    "user_principals": "principal LIKE '/buckets/{0}%'",
    "access_control_entries": "object_id LIKE '/buckets/{0}%'",
}


@dataclass
class Foto:
    """What the server has of an office now."""

    server: KintoReal
    oficina: str
    name: str = field(default_factory=lambda: f"foto_{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        for table, where in _OF_OFFICE.items():
            # As its owner, so that a dump of the database can read it.
            self._run(
                f"CREATE TABLE {self.name}_{table} AS "  # noqa: S608
                f"SELECT * FROM {table} WHERE {where.format(self.oficina)}",
                "kinto",
            )

    def put_back(self) -> None:
        steps = ["BEGIN", "SET LOCAL session_replication_role = replica"]
        for table, where in _OF_OFFICE.items():
            steps.append(f"DELETE FROM {table} WHERE {where.format(self.oficina)}")  # noqa: S608
            steps.append(f"INSERT INTO {table} SELECT * FROM {self.name}_{table}")  # noqa: S608
        self._run("; ".join([*steps, "COMMIT"]))

    def _run(self, sql: str, user: str = "postgres") -> None:
        assert self.server.postgres is not None
        self.server.postgres.psql(sql, usuario=user)
