"""Hostile files for Confrontar: each is refused in a sentence, soon, and the others are read."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from xml.parsers import expat

import pytest

from icsoe_desktop.domain.confronta.persona import ArchivoFuera, Recibo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.cfdi import lectura
from icsoe_desktop.gateways.cfdi.lectura import OtroArchivo, read_receipts
from icsoe_desktop.gateways.cfdi.nodos import read_nodes
from icsoe_desktop.gateways.cfdi.recorrido import read_task
from icsoe_desktop.gateways.emision import libro
from icsoe_desktop.gateways.emision.lectura import read_emission
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.conftest import ROOT
from tests.gateways.cfdi.test_cfdi import in_a_child_that
from tests.hostiles.confronta import GOOD, HOSTILE, make_all, one_far_cell, zipped
from tests.support.cfdi import Cfdi
from tests.support.emision import EmisionHecha, FilaEmision
from tests.support.progreso import StopAfter
from tests.support.tiers import long_cases

MOST_S = 1.0


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("hostil") / "todos"
    return folder, make_all(folder)


def test_each_is_refused_with_its_reason_and_all_others_are_read(
    hostile: tuple[Path, dict[str, str]],
) -> None:
    folder, reasons = hostile
    found = list(read_receipts([folder], NoProgress()))
    out = {
        each.archivo.removeprefix("todos/"): each.motivo
        for each in found
        if type(each) is ArchivoFuera
    }
    assert out == reasons
    assert [each.archivo.removeprefix("todos/") for each in found if type(each) is Recibo] == [
        "0.xml", "a.zip/0.xml", "a.zip/z.xml", "atributos.xml", "m.xml", "zz.xml",
    ]  # fmt: skip
    assert [each.path.name for each in found if type(each) is OtroArchivo] == ["lejos.xls"]


@pytest.mark.parametrize("name", HOSTILE)
def test_none_takes_a_second(hostile: tuple[Path, dict[str, str]], name: str) -> None:
    path = hostile[0] / name
    start = time.process_time()
    for _ in read_task({"paths": [str(path)], "after": 0, "lost": [], "careful": False}, b"", told):
        pass
    assert time.process_time() - start < MOST_S


def told(done: int, total: int | None = None, what: str = "") -> None:
    return None


MEASURED = """
import json, resource, sys
from pathlib import Path
from icsoe_desktop.gateways.cfdi.lectura import read_receipts
from icsoe_desktop.jobs import NoProgress
count = sum(1 for _ in read_receipts([Path(sys.argv[1])], NoProgress()))
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
own = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps([count, child, own]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kibibytes")
def test_all_of_them_take_little_memory(hostile: tuple[Path, dict[str, str]]) -> None:
    folder, reasons = hostile
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder)], cwd=ROOT, capture_output=True, check=True
    )
    count, child, own = json.loads(done.stdout)
    assert count == len(reasons) + 7
    assert child < 300
    assert own < 100


def test_a_cell_that_asks_for_137_gb_is_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "emision.xls"
    one_far_cell(path)
    assert path.stat().st_size < 6_000
    start = time.monotonic()
    with pytest.raises(InvalidInputError) as caught:
        read_emission(path, NoProgress())
    assert caught.value.message == libro.DAMAGED
    assert time.monotonic() - start < 10


def test_a_share_that_stops_answering_is_cancelled_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the child waits for: it is asked nothing more."""
    in_a_child_that(monkeypatch, "time.sleep(60)")
    (tmp_path / "a.xml").write_text(Cfdi(nombre="MATA").xml(), "utf-8")
    stop = StopAfter(0.5)
    with pytest.raises(Cancelled):
        list(read_receipts([tmp_path], stop))
    # Of the reports, which the child's silence does not stop.
    assert stop.late_s < MOST_S


def mutated(data: bytes, azar: random.Random) -> bytes:
    """Octets changed, cut out, put in or repeated."""
    found = bytearray(data)
    for _ in range(azar.randrange(1, 6)):
        at = azar.randrange(len(found) + 1)
        how = azar.randrange(5)
        if how == 0:
            found[at : at + 1] = bytes([azar.randrange(256)])
        elif how == 1:
            del found[at : at + azar.randrange(1, 200)]
        elif how == 2:
            found[at:at] = azar.randbytes(azar.randrange(1, 40))
        elif how == 3:
            begin = azar.randrange(len(found) + 1)
            found[at:at] = found[begin : begin + azar.randrange(1, 400)]
        else:
            found[at:at] = azar.choice(WORDS)
    return bytes(found)


WORDS = (
    b"<!DOCTYPE a>", b"&#x1F;", b"&a;", b"]]>", b"<![CDATA[", b"<?xml version='1.0'?>", b"\xff\xfe",
    b'encoding="UTF-16"', b'encoding="utf-7"', b"<nomina12:Nomina/>", b"\0", b'=""', b"999999999",
    b"PK\x03\x04", b"\xef\xbb\xbf", b"&#99999999;", b"<cfdi:Addenda>", b"xmlns:cfdi='x'",
)  # fmt: skip


def read_one(data: bytes) -> None:
    """A receipt's sentence or its rows, and nothing else; also through the parent's checks."""
    try:
        rows, _ = read_nodes(data)
    except InvalidInputError:
        return
    values = lectura._Values()
    for row in rows:
        recibo = values.recibo("a.xml", row)
        assert recibo.base is None or recibo.base > 0
        assert not recibo.nss or len(recibo.nss) == 11


@pytest.mark.parametrize("count", long_cases([400, 20_000], [20_000]))
def test_mutated_receipts_end_in_rows_or_a_sentence(count: int) -> None:
    azar = random.Random(count)  # noqa: S311 - not a secret
    bases = [GOOD, Cfdi(version="3.3", nombre="MUÑOZ").xml().encode("latin-1")]
    bases.append(Cfdi(sustituye=["A" * 36]).xml().encode("utf-16"))
    for _ in range(count):
        read_one(mutated(azar.choice(bases), azar))


@pytest.mark.parametrize("count", long_cases([60, 3_000], [3_000]))
def test_mutated_zips_end_in_receipts_or_sentences(tmp_path: Path, count: int) -> None:
    azar = random.Random(count)  # noqa: S311 - not a secret
    whole = zipped(*((f"{at}.xml", GOOD) for at in range(3)))
    for at in range(count):
        (tmp_path / f"{at}.zip").write_bytes(mutated(whole, azar))
    found = list(read_receipts([tmp_path], NoProgress()))
    assert {each.archivo.split("/")[1] for each in found} == {f"{at}.zip" for at in range(count)}


@pytest.mark.parametrize("count", long_cases([6, 60], [60]))
def test_mutated_emissions_end_in_rows_or_a_sentence(tmp_path: Path, count: int) -> None:
    """Each in a child of its own, since calamine may end it."""
    azar = random.Random(count)  # noqa: S311 - not a secret
    filas = [FilaEmision(f"{at:011}", "ANA", 31, 500.5) for at in range(30)]
    whole = EmisionHecha(2025, 10, filas).write(tmp_path / "a.xls").read_bytes()
    for at in range(count):
        path = tmp_path / f"{at}.xls"
        path.write_bytes(mutated(whole, azar))
        with contextlib.suppress(InvalidInputError):
            read_emission(path, NoProgress())


def test_expat_is_one_that_bounds_long_tokens() -> None:
    """Nothing is parsed in pieces; a younger expat bounds also what entities take."""
    assert expat.version_info >= (2, 4, 0)
