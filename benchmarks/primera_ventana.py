"""The first mapped window beside other programs of this machine, by the clock, on a virtual screen.

    python -m benchmarks.primera_ventana [--veces 5]

Interleaved: a bare PySide6 window, this program with its data and on an empty folder, KeePassXC and
DB Browser for SQLite if they are installed (Debian: keepassxc, sqlitebrowser, xvfb). Two seconds
after the window, CPU and memory of the process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.arranque import make_store
from benchmarks.comun import Runs, middle, ratio, spread, tell

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


KEEPASS: Final = "KeePassXC"
GOALS: Final = {
    "entre KeePassXC": 1.2,
    "cpu entre KeePassXC": 4.0,
    "cpu entre KeePassXC, carpeta vacía": 4.0,
}
LATER_S: Final = 2.0
TIMEOUT_S: Final = 60.0
_ROOT: Final = Path(__file__).resolve().parent.parent
_BARE: Final = (
    "import sys; from PySide6.QtWidgets import QApplication, QWidget; "
    "a = QApplication(sys.argv); w = QWidget(); w.show(); a.exec()"
)
OURS: Final = "programa"
EMPTY: Final = "programa, carpeta vacía"
PEERS: Final = {"keepassxc": KEEPASS, "sqlitebrowser": "DB Browser for SQLite"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--veces", type=int, default=5)
    options = parser.parse_args()
    if shutil.which("Xvfb") is None:
        return tell({"medida": "primera_ventana", "falta": "Xvfb"}, True)
    with tempfile.TemporaryDirectory(prefix="icsoe-ventana-") as name, virtual_screen() as screen:
        return _compare(options.veces, Path(name), screen)


def _compare(times: int, folder: Path, screen: Screen) -> int:
    os.environ["PYTHON_KEYRING_BACKEND"] = "benchmarks.llavero.LlaveroEnArchivo"
    os.environ["ICSOE_LLAVERO"] = str(folder / "llavero.txt")
    make_store(folder / "datos")
    programs = {"desnuda": [sys.executable, "-c", _BARE]}
    programs |= {each: [sys.executable, "-m", "icsoe_desktop"] for each in (OURS, EMPTY)}
    programs |= {name: [word] for word, name in PEERS.items() if shutil.which(word)}
    found: dict[str, Runs] = {
        name: {"mapeada ms": [], "cpu s": [], "memoria MiB": []} for name in programs
    }
    # The first runs compile the modules and fill the disk's cache.
    for turn in range(times + 1):
        for name, command in programs.items():
            home = folder / f"{turn}-{len(name)}"
            home.mkdir()
            data = folder / "datos" if name == OURS else home
            one = _measure(command, screen, home, data, folder)
            for what, value in zip(found[name], one, strict=True):
                found[name][what] += [value] if turn else []
    ours = found[OURS]
    ratios = {
        f"entre {PEERS[word]}": ratio(ours["mapeada ms"], found[PEERS[word]]["mapeada ms"])
        for word in PEERS
        if PEERS[word] in found
    }
    ratios["entre desnuda"] = ratio(ours["mapeada ms"], found["desnuda"]["mapeada ms"])
    if KEEPASS in found:
        for each, name in ((OURS, ""), (EMPTY, ", carpeta vacía")):
            ratios[f"cpu entre {KEEPASS}{name}"] = ratio(
                found[each]["cpu s"], found[KEEPASS]["cpu s"]
            )
    kept = all(ratios.get(name, 0.0) <= goal for name, goal in GOALS.items())
    result = {
        "medida": "primera_ventana",
        "veces": times,
        "razones": ratios,
        **{name: {what: middle(runs[what]) for what in runs} for name, runs in found.items()},
        "p5 p95 mapeada ms": {name: spread(runs["mapeada ms"]) for name, runs in found.items()},
        "metas": GOALS,
    }
    return tell(result, kept)


def _measure(
    command: list[str], screen: Screen, home: Path, data: Path, folder: Path
) -> tuple[float, float, float]:
    """Milliseconds until a window is mapped; CPU seconds and MiB two seconds later."""
    environment = {
        **os.environ,
        "DISPLAY": screen.display,
        "QT_QPA_PLATFORM": "xcb",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "ICSOE_DATOS": str(data),
        "ICSOE_LLAVERO": str(folder / "llavero.txt" if data != home else home / "llavero.txt"),
        "PYTHONPYCACHEPREFIX": str(folder / "compilado"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    screen.forget()
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        mapped = screen.first_mapped(TIMEOUT_S)
        time.sleep(LATER_S)
        cpu, memory = used_by(process.pid)
    finally:
        process.terminate()
        process.wait(20)
    return (mapped - start) * 1000, cpu, memory


if __name__ == "__main__":
    raise SystemExit(main())
