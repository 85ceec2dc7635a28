"""ZIPs of strangers: bounded lists, members and methods, and names that are only shown."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable

import pytest

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways import zip_files
from icsoe_desktop.gateways.zip_files import DAMAGED, TOO_LARGE, TOO_MANY, WITH_PASSWORD, open_zip


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    file.seek(0)
    return file


def read_all(file: io.BytesIO) -> None:
    with open_zip(file) as members:
        for member in members:
            with member.open() as source:
                while source.read(2**20):
                    pass


def refused(file: io.BytesIO, most: float = 2.0) -> str:
    start = time.process_time()
    with pytest.raises(InvalidInputError) as found:
        read_all(file)
    assert time.process_time() - start < most
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


def test_a_bomb_stops_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MAX_MEMBER_BYTES", 2**20)
    assert refused(packed(("a", bytes(2**20 + 1)))) == TOO_LARGE
    monkeypatch.setattr(zip_files, "MAX_UNPACKED_BYTES", 3 * 2**19)
    assert refused(packed(("a", bytes(2**20)), ("b", bytes(2**20)))) == TOO_LARGE


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
    assert refused(packed(*((f"{n}", b"") for n in range(2_001)))) == TOO_MANY
    assert refused(packed(("a", b"1"), method=zipfile.ZIP_LZMA)) == DAMAGED
