"""The peers, run with the server's Python: raw PostgreSQL, and Kinto's own client.

Arguments: name, JSON. It prints JSON: seconds of wall time and of CPU.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

Medida = dict[str, Any]


def measured(work: Callable[[], object]) -> Medida:
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return {"reloj_s": time.perf_counter() - clock, "cpu_s": time.process_time() - cpu}


def crudo(told: dict[str, Any]) -> dict[str, Medida]:
    """Insert rows by executemany, `juntos` per transaction, and read all of them."""
    psycopg2 = importlib.import_module("psycopg2")
    connection = psycopg2.connect(told["base"])
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS movimientos_crudos")
    cursor.execute(
        "CREATE TABLE movimientos_crudos (id uuid PRIMARY KEY, version bigint NOT NULL, "
        "datos jsonb NOT NULL)"
    )
    connection.commit()
    rows = [
        (str(uuid.UUID(int=at)), at, json.dumps(_movement(at)))
        for at in range(1, told["movimientos"] + 1)
    ]

    def send() -> None:
        for start in range(0, len(rows), told["juntos"]):
            cursor.executemany(
                "INSERT INTO movimientos_crudos VALUES (%s, %s, %s)",
                rows[start : start + told["juntos"]],
            )
            connection.commit()

    def receive() -> None:
        cursor.execute("SELECT id, version, datos FROM movimientos_crudos ORDER BY version")
        assert len(cursor.fetchall()) == len(rows)

    found = {"enviar": measured(send), "recibir": measured(receive)}
    cursor.execute("DROP TABLE movimientos_crudos")
    connection.commit()
    connection.close()
    return found


def kinto_http(told: dict[str, Any]) -> dict[str, Medida]:
    """Create one record per movement with Kinto's own client, and read all of them."""
    module = importlib.import_module("kinto_http")
    client = module.Client(
        server_url=told["direccion"],
        auth=(told["cuenta"], told["contrasena"]),
        bucket=told["oficina"],
        collection="lotes",
    )
    rows = [_movement(at) for at in range(told["movimientos"])]

    def send() -> None:
        for row in rows:
            client.create_record(id=str(uuid.uuid4()), data=row, if_not_exists=True)

    found = {"enviar": measured(send)}
    before = len(client.get_records())
    assert before >= len(rows)
    again = measured(client.get_records)
    # Scale to the number of records that were sent now.
    found["recibir"] = {name: one * len(rows) / before for name, one in again.items()}
    return found


def _movement(at: int) -> dict[str, Any]:
    """A record as large as those of the program."""
    # fmt: off
    return {
        "valores": [
            f"{10_000_000_000 + at}", "XAXX900101MDFBCD09", "HERNANDEZ", "ZUÑIGA",
            "MARIA FERNANDA", "07", "Y5512345116", 20_260_309, 51_200, "", "0", "0", "", "",
            "01400", f"E{at:07}",
        ],
    }
    # fmt: on


def main() -> int:
    which, text = sys.argv[1:]
    found = {"crudo": crudo, "kinto_http": kinto_http}[which](json.loads(text))
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
