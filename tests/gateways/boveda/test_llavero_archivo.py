"""The keyring of the sample data is a file, in a folder that anybody may have prepared."""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring

LLAVE = bytes(range(32))


def test_a_key_is_kept_and_read(tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path)
    assert keyring.get("uno") is None
    assert keyring.set("uno", LLAVE)
    assert keyring.get("uno") == LLAVE


def test_a_file_of_a_terabyte_is_no_key_and_takes_no_memory(tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path)
    keyring.set("uno", LLAVE)
    (path,) = tmp_path.iterdir()
    with path.open("r+b") as file:
        file.truncate(2**40)
    tracemalloc.start()
    start = time.process_time()
    assert keyring.get("uno") is None
    assert time.process_time() - start < 1
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path)
    keyring.set("uno", LLAVE)
    (path,) = tmp_path.iterdir()
    path.unlink()
    os.mkfifo(path)
    assert keyring.get("uno") is None
