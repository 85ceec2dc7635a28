"""The keys that all sources share, in the forms that files have them."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.confronta.persona import (
    curp_of,
    day_of_iso,
    nss_of,
    registro_of,
    rfc_of,
    scaled,
)


@pytest.mark.parametrize(
    ("text", "registro"),
    [
        ("Y54-12345-10-1", "Y541234510"),
        ("y5412345101", "Y541234510"),
        ("Y541234510", "Y541234510"),
        ("0123456789", "0123456789"),
        ("0" * 11, ""),
        ("Y54", ""),
        ("", ""),
        ("Y54123451011", ""),
        ("YY41234510", ""),
    ],
)
def test_a_registro_patronal_has_ten_characters(text: str, registro: str) -> None:
    assert registro_of(text) == registro


@pytest.mark.parametrize(
    ("text", "nss"),
    [
        ("12345678903", "12345678903"),
        ("12-34-56-7890-3", "12345678903"),
        ("00000000000", ""),
        ("000000", ""),
        ("123456789012345", ""),
        ("1234567897", "01234567897"),  # Luhn proves the nought that a sheet took away
        ("1234567890", ""),
        ("987654321", ""),
        ("", ""),
        ("१२३४५६७८९०१", ""),
    ],
)
def test_an_nss_is_eleven_digits_or_missing(text: str, nss: str) -> None:
    assert nss_of(text) == nss


def test_a_generic_rfc_or_curp_is_no_curp() -> None:
    assert curp_of("XEXX010101HNEXXXA4") == ""
    assert curp_of("XAXX010101000") == ""
    assert curp_of("gomj800101hdfrrn09") == "GOMJ800101HDFRRN09"
    assert rfc_of("GOMJ800101AB1") == "GOMJ800101AB1"
    assert rfc_of("GOMJ") == ""


def test_days_and_amounts_of_receipts() -> None:
    assert day_of_iso("2025-10-31") == date(2025, 10, 31).toordinal()
    assert day_of_iso("2025-10-31T12:00:00") == date(2025, 10, 31).toordinal()
    assert day_of_iso("9999-12-31") == day_of_iso("31/10/2025") == day_of_iso("") == 0
    assert scaled("7.000", 3) == 7000
    assert scaled("30.5", 3) == 30500
    assert scaled("226.6", 2) == 22660
    assert scaled("226.605", 2) == 22661
    assert scaled("-1", 2) is scaled("1e9", 2) is scaled("1" * 30, 2) is None
