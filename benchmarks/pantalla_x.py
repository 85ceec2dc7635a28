"""A virtual X screen that tells when a window is first mapped. Needs Xvfb, and no library."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SCREEN: Final = "1280x900x24"
_CHANGE_ATTRIBUTES: Final = 2
_EVENT_MASK: Final = 1 << 11
_SUBSTRUCTURE: Final = 1 << 19
_MAP_NOTIFY: Final = 19
_EVENT_BYTES: Final = 32


class Screen:
    """Hears of every window that is mapped on the root of the display."""

    def __init__(self, number: int) -> None:
        self.display = f":{number}"
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108 - X has it there
        # Byte order, protocol 11.0, no authorization.
        self._socket.sendall(struct.pack("<BxHHHHxx", 0x6C, 11, 0, 0, 0))
        head = self._read(8)
        setup = self._read(struct.unpack("<H", head[6:8])[0] * 4)
        vendor, formats = struct.unpack("<H", setup[16:18])[0], setup[21]
        at = 32 + (vendor + 3) // 4 * 4 + formats * 8
        (root,) = struct.unpack("<I", setup[at : at + 4])
        self._socket.sendall(
            struct.pack("<BxHIII", _CHANGE_ATTRIBUTES, 4, root, _EVENT_MASK, _SUBSTRUCTURE)
        )

    def first_mapped(self, timeout_s: float) -> float:
        """The `perf_counter` at which the next window is mapped. Raises TimeoutError."""
        end = time.perf_counter() + timeout_s
        while True:
            self._socket.settimeout(max(0.001, end - time.perf_counter()))
            if self._read(_EVENT_BYTES)[0] & 0x7F == _MAP_NOTIFY:
                return time.perf_counter()

    def forget(self) -> None:
        """Leave out what was mapped until now."""
        self._socket.settimeout(0.2)
        try:
            while True:
                self._read(_EVENT_BYTES)
        except TimeoutError:
            return

    def close(self) -> None:
        self._socket.close()

    def _read(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            part = self._socket.recv(count - len(found))
            if not part:
                raise ConnectionError("the X server closed")
            found += part
        return found


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Raises FileNotFoundError without Xvfb."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(
        [*command, "-ac"], pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = int(told.readline())
        screen = Screen(number)
        yield screen
        screen.close()
    finally:
        server.terminate()
        server.wait(10)


def used_by(pid: int) -> tuple[float, float]:
    """CPU seconds and resident MiB of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return cpu, pages * os.sysconf("SC_PAGE_SIZE") / 2**20
