"""What is sent goes in parts that the server takes, in its order, each record once."""

from __future__ import annotations

import uuid

import pytest

from icsoe_desktop.domain.sincronizacion.stamps import History
from icsoe_desktop.gateways.kinto.values import MAX_BATCH_BYTES, MAX_WRITES, RecordWrite
from icsoe_desktop.services.sincronizacion.enviar.preparation import PreparedRecord, _batches


def records(amount: int, size: int) -> list[PreparedRecord]:
    return [
        PreparedRecord(
            uuid.UUID(int=at),
            b"",
            RecordWrite(str(at), {"s": "x" * size}, None),
            History(),
            True,
            b"",
        )
        for at in range(amount)
    ]


@pytest.mark.parametrize(
    ("amount", "size", "expected"),
    [
        (0, 10, []),
        (MAX_WRITES, 10, [MAX_WRITES]),
        (2 * MAX_WRITES + 1, 10, [MAX_WRITES, MAX_WRITES, 1]),
        # With what else a request says of each.
        (3, MAX_BATCH_BYTES // 2 - 600, [2, 1]),
        (3, MAX_BATCH_BYTES // 2, [1, 1, 1]),
    ],
)
def test_a_request_holds_no_more_records_nor_bytes_than_the_server_takes(
    amount: int, size: int, expected: list[int]
) -> None:
    waiting = records(amount, size)
    parts = _batches(waiting)
    assert [len(part) for part in parts] == expected
    assert [one for part in parts for one in part] == waiting
