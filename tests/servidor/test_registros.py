"""What changed in an office in one request, and what its records may weigh, on the real server."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from icsoe_desktop.gateways.kinto.errors import NoPermissionError
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.values import RecordWrite
from resources.servidor import oficinas
from tests.servidor.test_remedios import MEMBERS, connect, record
from tests.support.kinto_real import KintoReal, run_oficinas


@pytest.fixture
def kinto(kinto_postgres: KintoReal) -> KintoReal:
    return kinto_postgres


@pytest.fixture
def requests_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    ask = KintoServer.__init__

    def watched(self: KintoServer, *args: object, **options: object) -> None:
        ask(self, *args, **options)  # type: ignore[arg-type]
        inner = self.transport.request

        def request(method: str, path: str, **more: object) -> object:
            made.append(f"{method} {path.rpartition('/')[2]}")
            return inner(method, path, **more)  # type: ignore[arg-type]

        self.transport.request = request  # type: ignore[assignment, method-assign]

    monkeypatch.setattr(KintoServer, "__init__", watched)
    return made


def test_one_request_answers_for_every_collection_in_which_nothing_is_new(
    kinto: KintoReal, requests_made: list[str]
) -> None:
    oficina = kinto.office(MEMBERS)
    for name in oficinas.DATOS:
        path = record(oficina, coleccion=name)
        assert kinto.ask("PUT", path, "beto", json={"data": {"n": 1}}).status_code == 201
    with connect(kinto, "carla", oficina) as server:
        first = {name: server.page(name, 0, None) for name in oficinas.DATOS}
        empty = server.page("llaves", 0, None)
        assert (empty.records, empty.total) == ((), 0)
    requests_made.clear()
    with connect(kinto, "carla", oficina) as server:
        assert server.page("llaves", 0, None).total == 0
        for name, page in first.items():
            again = server.page(name, page.records[-1].version, None)
            assert (again.records, again.next_page) == ((), None)
            # What the service judges a server by that went back in time, and its cursor.
            assert again.collection_version == page.collection_version
            assert abs(again.server_time_ms - time.time() * 1000) < 30_000
        assert requests_made == ["GET novedades"]


def test_a_collection_with_news_is_read_and_the_others_are_not(
    kinto: KintoReal, requests_made: list[str]
) -> None:
    oficina = kinto.office(MEMBERS)
    since = {}
    with connect(kinto, "beto", oficina) as server:
        for name in ("lotes", "estados"):
            (made,) = server.write(name, [RecordWrite(str(uuid.uuid4()), {"n": 1}, None)])
            assert made.version is not None
            since[name] = made.version
    news = record(oficina, coleccion="lotes")
    assert kinto.ask("PUT", news, "beto", json={"data": {"n": 2}}).status_code == 201
    requests_made.clear()
    with connect(kinto, "beto", oficina) as server:
        assert len(server.page("lotes", since["lotes"], None).records) == 1
        assert server.page("estados", since["estados"], None).records == ()
        assert requests_made == ["GET novedades", "GET records"]
        # Also a deletion is news, and what this connection writes itself.
        identifier = news.rpartition("/")[2]
        seen = server.get("lotes", identifier)
        assert seen is not None
        assert kinto.ask("DELETE", news, "beto").status_code == 200
        server.write("estados", [RecordWrite(str(uuid.uuid4()), {"n": 1}, None)])
        (gone,) = server.page("lotes", seen.version, None).records
        assert (gone.id, gone.data) == (identifier, None)


def test_the_news_of_an_office_are_told_to_its_members_only(kinto: KintoReal) -> None:
    oficina = kinto.office(MEMBERS)
    kinto.account("elena")
    path = f"/buckets/{oficina}/novedades"
    assert [kinto.ask("GET", path, who).status_code for who in (*MEMBERS, "elena", None)] == [
        200,
        200,
        200,
        403,
        401,
    ]
    nowhere = [f"/buckets/{name}/novedades" for name in ("of-no-existe", "otro", "of-%25")]
    assert {kinto.ask("GET", path, "ana").status_code for path in nowhere} == {403}
    with (
        connect(kinto, "elena", oficina) as server,
        pytest.raises(NoPermissionError),
    ):
        server.page("lotes", 1, None)


def test_who_lost_their_role_reads_their_own_record_of_the_keys_and_nothing_else(
    kinto: KintoReal,
) -> None:
    """It says who removed them."""
    oficina = kinto.office(MEMBERS)
    own, other = record(oficina, coleccion="llaves"), record(oficina, coleccion="llaves")
    lote = record(oficina, coleccion="lotes")
    for path, who in ((own, "beto"), (other, "ana"), (lote, "beto")):
        assert kinto.ask("PUT", path, who, json={"data": {"n": 1}}).status_code == 201
    with connect(kinto, "ana", oficina) as server:
        server.set_role("beto", None)
    told = {"data": {"n": 1, "retira": "ana"}}
    assert kinto.ask("PUT", own, "ana", json=told).status_code == 200
    assert kinto.ask("GET", own, "beto").json()["data"]["retira"] == "ana"
    news = f"/buckets/{oficina}/novedades"
    groups = f"/buckets/{oficina}/groups"
    for path in (other, lote, news, groups):
        assert kinto.ask("GET", path, "beto").status_code == 403
    assert kinto.ask("PUT", own, "beto", json=told).status_code == 403


@pytest.mark.parametrize("who", ["beto", "carla"])
def test_only_responsables_write_acts(kinto: KintoReal, who: str) -> None:
    oficina = kinto.office(MEMBERS)
    present, other = (record(oficina, coleccion="actas") for _ in range(2))
    assert kinto.ask("PUT", present, "ana", json={"data": {"v": 1}}).status_code == 201
    for method, path in (("PUT", present), ("PUT", other), ("POST", other.rpartition("/")[0])):
        assert kinto.ask(method, path, who, json={"data": {}}).status_code == 403


@pytest.mark.parametrize("how", ["alone", "in a batch"])
def test_who_only_reads_cannot_fill_the_collections_where_it_may_write(
    kinto: KintoReal, how: str
) -> None:
    oficina = kinto.office(MEMBERS)

    def write(who: str, coleccion: str, size: int) -> int:
        path, body = record(oficina, coleccion=coleccion), {"data": {"s": "x" * size}}
        if how == "alone":
            return kinto.ask("PUT", path, who, json=body).status_code
        one = {"method": "PUT", "path": path, "body": body}
        answer = kinto.ask("POST", "/batch", who, json={"requests": [one]})
        assert answer.status_code == 200
        status: int = answer.json()["responses"][0]["status"]
        return status

    assert write("carla", "llaves", 8_000) == 201
    assert write("carla", "llaves", 100_000) == 413
    assert write("beto", "llaves", 100_000) == 413
    # The office's key, wrapped for each of its members.
    assert write("ana", "llaves", 300_000) == 201
    assert write("beto", "lotes", 500_000) == 201
    assert write("beto", "lotes", 700_000) == 413


def test_an_account_that_fills_the_keys_hinders_nobody_and_is_cleaned_up(
    kinto: KintoReal, tmp_path: Path
) -> None:
    assert kinto.postgres is not None
    oficina = kinto.office(MEMBERS)

    def make(who: str) -> int:
        path = record(oficina, coleccion="llaves")
        return kinto.ask("PUT", path, who, json={"data": {}}).status_code

    first = record(oficina, coleccion="llaves")
    assert kinto.ask("PUT", first, "carla", json={"data": {}}).status_code == 201
    assert [make("carla") for _ in range(20)] == [201] * 19 + [413]
    # What is there can still be written, others make theirs, and a responsable is not limited.
    assert kinto.ask("PUT", first, "beto", json={"data": {"n": 2}}).status_code == 403
    assert make("beto") == 201
    assert [make("ana") for _ in range(21)] == [201] * 21
    said = run_oficinas(kinto.postgres, tmp_path, "limpiar", "carla", oficina)
    assert said == "Se borraron 20 registros que carla puso en «llaves».\n"
    listed = kinto.ask("GET", f"/buckets/{oficina}/collections/llaves/records", "ana").json()
    assert len(listed["data"]) == 22
    assert make("carla") == 201
