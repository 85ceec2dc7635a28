"""Deriving keys in several threads at once ends, and gives what one thread gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.seguridad.argon2 import (
    COST,
    MOST,
    NO_MEMORY,
    Cost,
    derive,
    derive_phc,
    is_affordable_phc,
    verify_phc,
)


def key(secret: bytes) -> bytes:
    return derive(secret, salt=b"una sal cualquiera", length=32)


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("production_cost")
def test_two_threads_may_derive_at_once() -> None:
    # Without turns they wait for one another for ever.
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(key, [b"uno", b"dos"] * 2))
    assert found == [key(b"uno"), key(b"dos")] * 2
    assert found[0] != found[1]


def test_a_phc_text_is_of_one_secret() -> None:
    text = derive_phc(b"uno", salt=b"una sal cualquiera", length=32, cost=Cost(64, 1, 1))
    assert text.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert verify_phc(b"uno", text)
    assert not verify_phc(b"dos", text)
    assert not verify_phc(b"uno", "nada")


TAIL = "$c2FsYWRhc2FsYWRh$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.mark.parametrize(
    "parameters",
    [
        "m=131073,t=3,p=4",  # KiB
        "m=65536,t=5,p=4",
        "m=65536,t=3,p=9",
        "m=4194304,t=1,p=1",
        "m=65536,t=4294967295,p=1",
        "m=7,t=1,p=1",
        "m=65536,t=0,p=1",
        "m=65536,t=1,p=0",
        "m=-1,t=1,p=1",
    ],
)
def test_a_hash_of_another_desktop_that_asks_too_much_is_not_derived(
    parameters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would keep every password of the program waiting, or take its memory."""
    text = f"$argon2id$v=19${parameters}{TAIL}"
    monkeypatch.setattr(argon2, "Argon2id", None)  # whoever derives fails
    assert not is_affordable_phc(text)
    assert not verify_phc(b"uno", text)


@pytest.mark.parametrize(
    "text",
    ["", "$argon2i$v=19$m=64,t=1,p=1" + TAIL, "$argon2id$v=19$m=64,t=1,p=1$x$y", "a" * 100_000],
)
def test_what_is_no_hash_of_ours_is_not_derived(text: str) -> None:
    assert not is_affordable_phc(text)


@pytest.mark.usefixtures("production_cost")
def test_what_this_program_writes_is_affordable() -> None:
    assert COST.is_affordable
    assert MOST.is_affordable
    assert is_affordable_phc(derive_phc(b"uno", salt=b"una sal cualquiera", length=32))


def test_a_machine_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(argon2, "Argon2id", exhausted)
    with pytest.raises(UserFacingError) as caught:
        derive(b"uno", salt=b"una sal cualquiera", length=32)
    assert caught.value.message == NO_MEMORY
