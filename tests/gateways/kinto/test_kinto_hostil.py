"""What a broken or hostile sync server says: a sentence at most, and nothing that the store
cannot hold."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.gateways.kinto.batch import read_record
from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    OddAnswerError,
    ServerFailureError,
    SyncServerError,
)
from icsoe_desktop.gateways.kinto.reading import moment, whole
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.values import RecordWrite, RemoteRecord
from tests.gateways.kinto.kinto_terco import DATE_MS, NEWS, Reloj, Said, Terco

OFICINA = "of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab"
REGISTRO = "018f3c1a-7b1e-7a2b-9c3d-0123456789ac"
ONE = {"id": REGISTRO, "last_modified": DATE_MS, "v": 1}
HALF = "\ud800"


@pytest.fixture
def office(server: Terco) -> Iterator[KintoServer]:
    server.news = NEWS
    patience = Reloj().paciencia(attempts=2)
    with KintoServer(server.direccion, "uno", "x", OFICINA, retry_policy=patience) as servidor:
        yield servidor


@pytest.mark.parametrize("leads", ["http://[", "//[::1", "http://\xff\xfe/", "http://a:b:c/"])
def test_a_redirection_to_nowhere_is_no_connection(
    server: Terco, office: KintoServer, leads: str
) -> None:
    server.will(Said(302, "", {"Location": leads}))
    with pytest.raises(NoConnectionError):
        office.office()


@pytest.mark.parametrize("said", ["²", "9" * 5000, "-1", "1.5", "", "٣"])
def test_only_plain_digits_are_a_number(said: str) -> None:
    assert whole(said) is None


def test_records_are_counted_by_their_header(server: Terco, office: KintoServer) -> None:
    server.will(Said(200, "", {"Total-Objects": "1203"}))
    assert office.count("lotes") == 1203
    assert server.asked[0].method == "HEAD"


def test_a_proxys_answer_to_a_head_is_a_lost_connection_and_stops_nothing(
    server: Terco, office: KintoServer
) -> None:
    server.will(Said(200, "", kind="text/html"))
    with pytest.raises(NoConnectionError) as caught:
        office.count("lotes")
    assert not caught.value.permanent


def test_a_count_that_is_no_number_is_no_connection(server: Terco, office: KintoServer) -> None:
    for said in ("²", "9" * 5000):
        server.will(Said(headers={"Total-Objects": said}))
        with pytest.raises(NoConnectionError):
            office.count("lotes")


def test_a_mark_that_is_no_number_is_none(server: Terco, office: KintoServer) -> None:
    server.will(Said(body={"data": [ONE]}, headers={"ETag": '"' + "9" * 5000 + '"'}))
    assert office.page("lotes", 5, None).collection_version == 0


@pytest.mark.parametrize(
    "said",
    [
        "Sat, 21 Nov 2026 08:00:00 +99999999999999",
        "Sat, 21 Nov 99999 08:00:00 GMT",
        "²",
    ],
)
def test_a_moment_that_there_is_not_is_none(said: str) -> None:
    assert moment(said) is None


@pytest.mark.parametrize("address", ["http://[", "//[::1/?_token=1"])
def test_a_next_page_that_is_no_address_is_no_connection(
    server: Terco, office: KintoServer, address: str
) -> None:
    server.will(Said(body={"data": [ONE]}, headers={"Next-Page": address}))
    with pytest.raises(NoConnectionError):
        office.page("lotes", 5, None)


@pytest.mark.parametrize("members", [7, None, "account:uno", {"account:uno": 1}, [7, None]])
def test_half_a_list_of_members_takes_nobody_out(
    server: Terco, office: KintoServer, members: object
) -> None:
    groups = [{"id": name, "members": []} for name in ("responsables", "consulta")]
    if isinstance(members, list):
        server.will(Said(body={"data": [*groups, {"id": "miembros", "members": members}]}))
        assert office.roles() == {}
        server.will(Said(body={"data": groups}))
    else:
        server.will(Said(body={"data": [*groups, {"id": "miembros", "members": members}]}))
    with pytest.raises(OddAnswerError):
        office.roles()


@pytest.mark.parametrize("read", ["page", "versions"])
def test_pages_that_go_round_in_circles_end(server: Terco, office: KintoServer, read: str) -> None:
    again = server.direccion + "/lotes?_token=1"
    server.will(
        Said(body={"data": [ONE]}, headers={"Next-Page": again, "Total-Objects": "1"}),
    )

    def walk() -> None:
        page = office.page("lotes", 5, None)
        while page.next_page is not None:
            page = office.page("lotes", 5, page.next_page)

    with pytest.raises(OddAnswerError) as said:
        walk() if read == "page" else office.versions("lotes")
    assert not said.value.permanent
    assert len(server.asked) <= 6


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": None}])
def test_a_page_that_is_none_is_asked_for_again_by_the_next_round(
    server: Terco, office: KintoServer, body: dict[str, object]
) -> None:
    server.will(Said(body=body))
    with pytest.raises(OddAnswerError) as said:
        office.page("lotes", 5, None)
    assert not said.value.permanent


@pytest.mark.parametrize("missing", [1, 2])
def test_an_answer_short_of_one_is_no_full_disk(
    server: Terco, office: KintoServer, missing: int
) -> None:
    inner = {"status": 201, "body": {"data": {"last_modified": DATE_MS}}}
    server.will(Said(body={"responses": [inner] * (2 - missing)}))
    with pytest.raises(OddAnswerError):
        office.write("lotes", [RecordWrite(f"r{place}", {}, None) for place in range(2)])


@pytest.mark.parametrize("version", [None, "ñ\r\n", HALF, True, -1, 1.5, 10**15])
def test_a_group_without_a_version_is_not_changed(
    server: Terco, office: KintoServer, version: object
) -> None:
    server.will(Said(body={"data": {"id": "miembros", "members": 7, "last_modified": version}}))
    with pytest.raises(OddAnswerError):
        office.set_role("dos", RolOficina.MIEMBRO)
    assert {one.method for one in server.asked} == {"GET"}


def test_half_a_character_becomes_a_question_mark(server: Terco, office: KintoServer) -> None:
    server.will(Said(body={"data": [{**ONE, "s": f"a{HALF}ñ\U0001f600", HALF: 1}]}))
    (record,) = office.page("lotes", 5, None).records
    assert record.data == {"v": 1, "s": "a?ñ\U0001f600", "?": 1}
    server.will(Said(body={"data": {"generacion": HALF}}))
    assert office.office().generation == "?"


NO_RECORDS = [
    {"id": REGISTRO, "last_modified": version}
    for version in (True, -1, 1.5, 10**15, "1", None, float("nan"))
] + [{"id": name, "last_modified": DATE_MS} for name in ("", "../otra", f"{{{REGISTRO}}}", HALF, 7)]


@pytest.mark.parametrize("record", NO_RECORDS, ids=lambda one: str(list(one.values())).encode())
def test_what_has_no_name_or_no_version_of_ours_is_no_record(record: dict[str, object]) -> None:
    assert read_record(ONE) == RemoteRecord(REGISTRO, DATE_MS, {"v": 1})
    assert read_record(record) is None


def test_a_version_of_no_year_is_a_failure(server: Terco, office: KintoServer) -> None:
    inner = {"status": 201, "body": {"data": {"last_modified": 10**30}}}
    server.will(Said(body={"responses": [inner]}))
    with pytest.raises(ServerFailureError):
        office.write("lotes", [RecordWrite(REGISTRO, {}, None)])


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from([HALF, REGISTRO, "account:uno", 10**30, DATE_MS, 409, 201, 412])
)
_NAMES = st.sampled_from(
    ["data", "id", "last_modified", "members", "responses", "status", "body", "details",
     "existing", "colecciones", "lotes", "receta", "numero", "distintos", "generacion"]
)  # fmt: skip
_BODIES = st.dictionaries(
    _NAMES,
    st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=4,
)
# What a line of a header may hold.
_HEADERS = st.dictionaries(
    st.sampled_from(["ETag", "Next-Page", "Total-Objects", "Location", "Date"]),
    st.sampled_from(["²", "9" * 5000, "http://[", "\xff", "-1", '"5"', ""])
    | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=8),
    max_size=3,
)


@given(_BODIES, _HEADERS, st.sampled_from([200, 200, 200, 302, 401, 412]))
@example({"data": [{**ONE, "s": HALF}]}, {"Next-Page": "http://["}, 200)
def test_whatever_it_answers_ends_in_a_sentence(
    server: Terco,
    office: KintoServer,
    body: dict[str, object],
    headers: dict[str, str],
    code: int,
) -> None:
    server.will(Said(code, body, headers))
    server.news = None
    for ask in (
        office.news,
        office.office,
        office.roles,
        lambda: office.set_role("dos", RolOficina.MIEMBRO),
        lambda: office.count("lotes"),
        lambda: office.page("lotes", 0, None),
        lambda: office.get("lotes", REGISTRO),
        lambda: office.write("lotes", [RecordWrite(REGISTRO, {}, None)]),
    ):
        try:
            found = ask()
        except SyncServerError:
            continue
        # What was read can be kept: as text, and in a whole number of SQLite.
        json.dumps(getattr(found, "__dict__", str(found)), ensure_ascii=False).encode()
        for one in getattr(found, "registros", ()):
            assert 0 <= one.version < 2**63
