"""Deriving keys in several threads at once ends, and gives what one thread gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from icsoe_desktop.seguridad.argon2 import Cost, derive, derive_phc, verify_phc


def key(secret: bytes) -> bytes:
    return derive(secret, salt=b"una sal cualquiera", length=32)


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("production_cost")
def test_two_threads_may_derive_at_once() -> None:
    # Without turns they wait for one another for ever.
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(key, [b"uno", b"dos"] * 3))
    assert found == [key(b"uno"), key(b"dos")] * 3
    assert found[0] != found[1]


def test_a_phc_text_is_of_one_secret() -> None:
    text = derive_phc(b"uno", salt=b"una sal cualquiera", length=32, cost=Cost(64, 1, 1))
    assert text.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert verify_phc(b"uno", text)
    assert not verify_phc(b"dos", text)
    assert not verify_phc(b"uno", "nada")
