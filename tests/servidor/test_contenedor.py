"""The recipe in containers, as far as it can be tried without Docker."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.kinto_real import RECIPE

SECRET = "0123456789abcdef"


def text(name: str) -> str:
    return (RECIPE / name).read_text("utf-8")


def test_only_what_the_image_holds_travels_to_the_builder() -> None:
    copied = {
        name
        for line in re.findall(r"(?m)^COPY (.+) \./$", text("Dockerfile"))
        for name in line.split()
    }
    allowed = re.findall(r"(?m)^!(.+)$", text(".dockerignore"))
    assert re.findall(r"(?m)^[^#!].*$", text(".dockerignore")) == ["*"]
    assert set(allowed) == copied
    assert all((RECIPE / name).is_file() for name in copied)


def test_every_requirement_is_one_version_with_its_hashes() -> None:
    required = re.split(r"(?m)^(?=\w)", text("requisitos.txt"))[1:]
    assert len(required) > 30
    for one in required:
        assert re.match(r"[\w.-]+==[\w.]+ ", one), one[:60]
        assert "--hash=sha256:" in one, one[:60]
    named = {one.split("==")[0].lower() for one in required}
    assert {"gunicorn", "kinto", "psycopg2-binary", "sqlalchemy"} <= named


@pytest.mark.parametrize("how", ["run", "sourced"])
def test_the_databases_password_is_no_argument(tmp_path: Path, how: str) -> None:
    """It would be seen in the list of processes. PostgreSQL's image runs the script, or sources
    it where it lost its execute bit."""
    psql = tmp_path / "psql"
    psql.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >"$SEEN/arguments"\ncat >"$SEEN/input"\n')
    psql.chmod(0o755)
    script = tmp_path / "crear-base.sh"
    script.write_text(text("crear-base.sh").replace("/icsoe/", f"{RECIPE}/"))
    script.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "SEEN": str(tmp_path),
        "KINTO_CONTRASENA": SECRET,
    }
    order = [str(script)] if how == "run" else ["bash", "-Eeo", "pipefail", "-c", f". {script}"]
    subprocess.run(order, env=environment, check=True)
    arguments = (tmp_path / "arguments").read_text()
    assert "ON_ERROR_STOP=1" in arguments
    assert SECRET not in arguments
    first, rest = (tmp_path / "input").read_text("utf-8").split("\n", 1)
    assert (first, rest) == (f"\\set contrasena {SECRET}", text("base.sql"))


def test_the_database_is_waited_for_until_it_listens_on_the_network() -> None:
    """While PostgreSQL's image makes the database its server answers on the socket only."""
    (check,) = re.findall(r'test: \["CMD", "pg_isready", (.+)\]', text("compose.yaml"))
    assert check.startswith('"-h", "127.0.0.1"')


def test_a_stopped_container_ends_what_it_has_begun() -> None:
    graceful = re.search(r"(?m)^graceful_timeout = (\d+)$", text("gunicorn.conf.py"))
    sync = text("compose.yaml").partition("\n  sync:\n")[2]
    grace = re.search(r"stop_grace_period: (\d+)s", sync)
    unit = re.search(r"(?m)^TimeoutStopSec=(\d+)$", text("icsoe-sync.service"))
    assert graceful is not None
    assert grace is not None
    assert unit is not None
    assert int(graceful[1]) < int(grace[1]) == int(unit[1])
