"""What a HEAD tells, which has no body by which a proxy would be known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icsoe_desktop.gateways.kinto.errors import NoConnectionError
from icsoe_desktop.gateways.kinto.server import KintoServer
from tests.gateways.kinto.kinto_terco import Reloj, Said, Terco, terco

OFICINA = "of-01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def server() -> Iterator[Terco]:
    with terco() as running:
        yield running


@pytest.fixture
def kinto(server: Terco) -> Iterator[KintoServer]:
    paciencia = Reloj().paciencia()
    with KintoServer(server.direccion, "a", "b", OFICINA, retry_policy=paciencia) as made:
        yield made


def test_records_are_counted_by_their_header(server: Terco, kinto: KintoServer) -> None:
    server.will(Said(200, "", {"Total-Objects": "1203"}))
    assert kinto.count("lotes") == 1203
    assert server.asked[0].method == "HEAD"


def test_a_proxys_answer_to_a_head_is_a_lost_connection_and_stops_nothing(
    server: Terco, kinto: KintoServer
) -> None:
    server.will(Said(200, "", kind="text/html"))
    with pytest.raises(NoConnectionError) as caught:
        kinto.count("lotes")
    assert not caught.value.permanent
