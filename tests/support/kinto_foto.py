"""Takes an office of the real server back in time, as a snapshot of its machine does.

Unlike resources/servidor/restaurar.sh, nothing tells the desktops.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from tests.support.kinto_real import KintoReal

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
