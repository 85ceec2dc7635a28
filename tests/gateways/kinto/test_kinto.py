"""One office of the real Kinto, in memory, as our gateway sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    NotKintoError,
    OfficeNameError,
    PasswordRejectedError,
    SyncServerError,
)
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.values import RecordWrite
from resources.servidor import oficinas
from tests.gateways.kinto.kinto_terco import Reloj, Said, terco
from tests.servidor.test_remedios import MEMBERS, connect
from tests.support.kinto_real import KintoReal


@pytest.fixture
def oficina(kinto_memoria: KintoReal) -> str:
    return kinto_memoria.office(MEMBERS)


@pytest.fixture
def beto(kinto_memoria: KintoReal, oficina: str) -> Iterator[KintoServer]:
    with connect(kinto_memoria, "beto", oficina) as made:
        yield made


def test_the_password_of_the_own_account_is_changed(kinto_memoria: KintoReal, oficina: str) -> None:
    old = kinto_memoria.account("gloria")
    oficinas.set_role(kinto_memoria.administration, oficina, "gloria", "miembro")
    with connect(kinto_memoria, "gloria", oficina) as gloria:
        for bad in ("", "ñ" * 37, "nulo\x00"):
            with pytest.raises(PasswordRejectedError):
                gloria.change_password(bad)
        gloria.change_password("Nueva-ñandú-12")
        assert gloria.office().generation
        # The answer got lost and it is asked again: the new one is in force already.
        gloria.change_password("Nueva-ñandú-12")
    assert kinto_memoria.passwords["gloria"] == old
    with connect(kinto_memoria, "gloria", oficina) as stale, pytest.raises(SyncServerError):
        stale.office()
    with connect(kinto_memoria, "gloria", oficina) as late:
        # It holds the old one, and the change that it asks for was made a moment ago.
        late.change_password("Nueva-ñandú-12")
        assert late.office().generation
    del kinto_memoria.passwords["gloria"]


def test_something_else_that_speaks_json_is_no_kinto() -> None:
    with (
        terco() as other,
        KintoServer(other.direccion, "x", "y", "of-1", retry_policy=Reloj().paciencia()) as server,
    ):
        other.will(Said(404, {"error": "no"}))
        with pytest.raises(NotKintoError):
            server.news()
        other.will(Said(404, "<html>", kind="text/html"))
        with pytest.raises(NoConnectionError):
            server.news()


@pytest.mark.parametrize("oficina", ["", "of-", "nomina", "of-../x", "of-1/groups/miembros"])
def test_an_office_that_can_be_none_is_refused(oficina: str) -> None:
    with pytest.raises(OfficeNameError):
        KintoServer("https://sync.ejemplo.mx", "beto", "x", oficina)


@pytest.mark.parametrize("identifier", ["", "../uno", "a/b", "a?b", "ñ"])
def test_an_id_never_reaches_another_place(beto: KintoServer, identifier: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        beto.get("lotes", identifier)
    with pytest.raises(ValueError, match="not an id"):
        beto.write("lotes", [RecordWrite(identifier, {}, None)])
