"""Settings of the recipe that nobody sees from outside: what the server remembers and writes."""

from __future__ import annotations

from tests.servidor.test_remedios import MEMBERS, record, statuses
from tests.support.kinto_choque import choque
from tests.support.kinto_real import KintoReal

SEALED = "lo-que-un-equipo-sello"
# Checking a password again costs 0.6 s of the processor.
REMEMBERED = "SELECT max(ttl) > now()::timestamp + interval '23 hours' FROM cache"


def test_a_password_that_was_right_is_remembered_for_a_day(kinto_postgres: KintoReal) -> None:
    kinto_postgres.account("beto")
    assert kinto_postgres.ask("GET", "/", "beto").json()["user"]["id"] == "account:beto"
    assert kinto_postgres.postgres is not None
    assert kinto_postgres.postgres.psql(REMEMBERED) == "t"


def test_what_the_database_refuses_is_written_in_no_log(
    kinto_postgres: KintoReal,
) -> None:
    oficina = kinto_postgres.office(MEMBERS)
    requests = [
        {"method": "PUT", "path": record(oficina), "body": {"data": {"s": SEALED}}}
        for _ in range(2)
    ]
    with choque(kinto_postgres, oficina, "lotes") as other:
        said = other.during(
            lambda: kinto_postgres.ask("POST", "/batch", "beto", json={"requests": requests})
        )
    assert statuses(said) == [201, 409]
    assert kinto_postgres.postgres is not None
    database = kinto_postgres.postgres.folder / "postgres.log"
    for log, failure in ((kinto_postgres.log, "IntegrityError"), (database, "duplicate key")):
        said = log.read_text("utf-8", errors="replace")
        assert failure in said
        assert SEALED not in said


def test_versions_are_of_utc_and_texts_of_utf_8_wherever_the_database_is(
    kinto_postgres: KintoReal,
) -> None:
    assert kinto_postgres.postgres is not None
    asked = "SELECT current_setting('timezone'), current_setting('server_encoding')"
    assert kinto_postgres.postgres.psql(asked, usuario="kinto") == "UTC|UTF8"
    assert kinto_postgres.postgres.psql(asked, base="template1") == (
        "America/Mexico_City|SQL_ASCII"
    )
