"""The DER reader: liberal with strings, firm with everything else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.certificados import der
from icsoe_desktop.domain.certificados.der import DerError, Reader
from tests.gateways.certificados import asn1


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (asn1.tlv(asn1.T61, b"IBA\xd1EZ"), "IBAÑEZ"),
        (asn1.tlv(asn1.PRINTABLE, "IBAÑEZ".encode()), "IBAÑEZ"),
        (asn1.tlv(asn1.UTF8, "IBAÑEZ".encode()), "IBAÑEZ"),
        (asn1.tlv(asn1.UTF8, "IBAÑEZ".encode("latin-1")), "IBAÑEZ"),
        (asn1.tlv(asn1.BMP, "IBAÑEZ".encode("utf-16-be")), "IBAÑEZ"),
        (asn1.tlv(0x1C, "IBAÑEZ".encode("utf-32-be")), "IBAÑEZ"),
        (asn1.tlv(asn1.IA5, b"a@b.mx"), "a@b.mx"),
        (asn1.tlv(0x03, b"\0ROTJ850314QX7"), "ROTJ850314QX7"),
        (asn1.tlv(asn1.UTF8, b" A\x1b[31mB\n"), "A [31mB"),
        (asn1.tlv(asn1.UTF8, b""), ""),
    ],
)
def test_a_string_is_read_whatever_its_tag_promises(encoded: bytes, expected: str) -> None:
    assert der.read_text(Reader(encoded).read()) == expected


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, b"230518043714Z", datetime(2023, 5, 18, 4, 37, 14, tzinfo=UTC)),
        (0x17, b"491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x17, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x17, b"2305180437Z", datetime(2023, 5, 18, 4, 37, tzinfo=UTC)),
        (0x17, b"230518043714-0600", datetime(2023, 5, 18, 10, 37, 14, tzinfo=UTC)),
        (0x18, b"20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
        (0x18, b"20500101000000.5Z", datetime(2050, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_utc(tag: int, text: bytes, expected: datetime) -> None:
    assert der.read_time(Reader(asn1.tlv(tag, text)).read()) == expected


@pytest.mark.parametrize(
    "text", [b"", b"Z", b"230231000000Z", b"23051\xff000000Z", b"00000000000000Z", b"23+5"]
)
def test_a_day_that_does_not_exist_is_no_time(text: bytes) -> None:
    with pytest.raises(DerError):
        der.read_time(Reader(asn1.tlv(0x17, text)).read())


@pytest.mark.parametrize(
    "dotted", ["2.5.4.45", "1.2.840.113549.1.9.1", "2.16.840.1.101.3.4.1.42", "0.9.2342", "1.39.1"]
)
def test_an_object_identifier_comes_back_dotted(dotted: str) -> None:
    assert der.read_oid(Reader(asn1.oid(dotted)).read()) == dotted


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",  # indefinite
        b"\x30\x85\0\0\0\0\1\0",  # five octets of length
        b"\x30\x82\x01",
        b"\x30\x02\x05",
        b"\x1f\x81\x01\x00",  # long tag
        b"\x31\x00",  # not a SEQUENCE
        b"\x30\x00\x00",  # something left over
    ],
)
def test_what_is_no_single_sequence_is_refused(data: bytes) -> None:
    with pytest.raises(DerError):
        der.read_only(data)


def test_an_element_does_not_reach_past_the_one_around_it() -> None:
    with pytest.raises(DerError):
        Reader(b"\x30\x02\x04\x05hello").enter().read()


@given(st.binary(max_size=200))
def test_no_octets_raise_anything_but_der_error(data: bytes) -> None:
    """Source of the list: everything the readers are called on."""
    for read in (
        der.read_text,
        der.read_time,
        der.read_oid,
        der.read_bits,
        der.read_integer,
        der.read_name,
    ):
        for tag in (0x30, *data[:1]):
            if tag & 0x1F == 0x1F:
                continue
            try:
                read(Reader(asn1.tlv(tag, data[1:])).read())
            except DerError:
                continue


@pytest.mark.parametrize("octets", [1, 2, 3, 4])
def test_a_length_has_one_to_four_octets(octets: int) -> None:
    written = bytes([0x04, 0x80 | octets]) + (3).to_bytes(octets, "big") + b"abc"
    assert Reader(written).read(0x04).content == b"abc"
    for wrong in (b"\x04\x80abc", b"\x04\x85\0\0\0\0\3abc"):
        with pytest.raises(DerError, match="bad length"):
            Reader(wrong).read()
