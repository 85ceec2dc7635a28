"""ZIPs of strangers: bounded lists, members and methods, and names that are only shown."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable

import pytest

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.zip_files import (
    BOUNDS,
    DAMAGED,
    TOO_LARGE,
    TOO_MANY,
    WITH_PASSWORD,
    ZipBounds,
    open_zip,
)


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    file.seek(0)
    return file


def read_all(file: io.BytesIO, bounds: ZipBounds = BOUNDS) -> None:
    with open_zip(file, bounds) as members:
        for member in members:
            with member.open() as source:
                while source.read(2**20):
                    pass


def refused(file: io.BytesIO, bounds: ZipBounds = BOUNDS) -> str:
    start = time.process_time()
    with pytest.raises(InvalidInputError) as found:
        read_all(file, bounds)
    assert time.process_time() - start < 2.0
    assert found.value.campo == "archivo"
    return found.value.message


def test_its_files_are_read_without_its_folders() -> None:
    with open_zip(packed(("a/", b""), ("a\\b.txt", b"uno"), ("c.txt", b"dos"))) as members:
        found = [(each.nombre, each.size, each.open().read()) for each in members]
    assert found == [("a/b.txt", 3, b"uno"), ("c.txt", 3, b"dos")]


def test_a_name_that_climbs_or_deceives_is_only_shown() -> None:
    with open_zip(packed(("../../etc/x\x1b[31m\u202etxt.exe", b"1"))) as members:
        (member,) = members
    assert member.nombre.isprintable()


def test_a_bomb_stops_at_the_bound_of_its_caller() -> None:
    bounds = ZipBounds(member_bytes=2**20, unpacked_bytes=3 * 2**19)
    read_all(packed(("a", bytes(2**20))), bounds)
    assert refused(packed(("a", bytes(2**20 + 1))), bounds) == TOO_LARGE
    assert refused(packed(("a", bytes(2**20)), ("b", bytes(2**20))), bounds) == TOO_LARGE


def test_a_bomb_is_refused_by_its_list_before_anything_is_unpacked() -> None:
    file = packed(*((f"{n}", bytes(2**20)) for n in range(3)))
    with pytest.raises(InvalidInputError), open_zip(file, ZipBounds(unpacked_bytes=2**20)):
        pytest.fail("it was opened")


def test_a_member_that_holds_more_than_the_list_says_is_damaged() -> None:
    file = packed(("a", bytes(2**20)))
    data = bytearray(file.getvalue())
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 10)
    assert refused(io.BytesIO(bytes(data))) == DAMAGED


def lie_of_the_list(file: io.BytesIO) -> None:
    """Says that the list of members has 40 MB, and gives them."""
    data = bytearray(file.getvalue())
    at = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, at + 16)[0]
    entry = bytes(data[start:at])
    many = entry * (40 * 2**20 // len(entry))
    data[start:at] = many
    struct.pack_into("<HHII", data, start + len(many) + 8, 0xFFFF, 0xFFFF, len(many), start)
    file.seek(0)
    file.write(data)
    file.seek(0)


def encrypted(file: io.BytesIO) -> None:
    data = bytearray(file.getvalue())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    file.seek(0)
    file.write(data)
    file.seek(0)


def cut(file: io.BytesIO) -> None:
    file.seek(0)
    file.truncate(len(file.getvalue()) - 30)


def spoilt(file: io.BytesIO) -> None:
    data = bytearray(file.getvalue())
    data[34:60] = bytes(26)
    file.seek(0)
    file.write(data)
    file.seek(0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(lie_of_the_list, DAMAGED), (encrypted, WITH_PASSWORD), (cut, DAMAGED), (spoilt, DAMAGED)],
)
def test_what_is_no_whole_zip_is_refused_with_the_reason(
    change: Callable[[io.BytesIO], None], sentence: str
) -> None:
    file = packed(("a.txt", b"0123456789" * 100))
    change(file)
    assert refused(file) == sentence


def test_too_many_files_and_greedy_methods_are_refused() -> None:
    assert refused(packed(*((f"{n}", b"") for n in range(2_001)))) == TOO_MANY.format(most=2_000)
    read_all(packed(*((f"{n}", b"") for n in range(2_001))), ZipBounds(members=2_001))
    assert refused(packed(("a", b"1"), method=zipfile.ZIP_LZMA)) == DAMAGED
