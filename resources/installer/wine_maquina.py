"""A Windows machine under Wine, as verificar_en_wine.py looks at it: users, registry, windows."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from resources.installer.wine import Wine, WineError, own_folders

APP = "ICSOE Desktop"
UNINSTALL_KEY = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{APP}"
LINK_KEY = r"Software\Classes\icsoe\shell\open\command"
REG = r"C:\windows\system32\reg.exe"


class MissError(Exception):
    """What was not as it has to be."""


# Of a machine that does other work too, each time is so many times as long.
PATIENCE = 4


def until(seconds: float, condition: Callable[[], bool], what: str) -> None:
    """Raises MissError if the condition does not come true in this time.

    seconds: on an idle machine.
    """
    end = time.monotonic() + PATIENCE * seconds
    while not condition():
        if time.monotonic() > end:
            raise MissError(what)
        time.sleep(0.3)


class Machine:
    """One user at a time has a session; all share the machine's registry and disk."""

    def __init__(self, wine: Wine) -> None:
        self.wine = wine
        self.user = Path("~").expanduser().owner()
        self._first = self.user
        self._desktop = ExitStack()
        self._desktop.enter_context(wine.desktop())

    def close(self) -> None:
        self._desktop.close()
        self.wine.wait()

    def abandon(self) -> None:
        """Leave it as it is: after a miss, something may still run."""
        self._desktop.close()
        self.wine.end()

    # What a user has.

    @property
    def home(self) -> Path:
        return self.wine.drive / "users" / self.user

    @property
    def own_program(self) -> Path:
        return self.home / "AppData" / "Local" / "Programs" / APP

    @property
    def data(self) -> Path:
        return self.home / "AppData" / "Local" / APP

    @property
    def menu(self) -> Path:
        menu = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        return self.home / menu / f"{APP}.lnk"

    @property
    def desktop(self) -> Path:
        return self.home / "Desktop" / f"{APP}.lnk"

    # What all have.

    @property
    def machine_program(self) -> Path:
        return self.wine.drive / "Program Files" / APP

    @property
    def machine_menu(self) -> Path:
        menu = "ProgramData/Microsoft/Windows/Start Menu/Programs"
        return self.wine.drive / menu / f"{APP}.lnk"

    @property
    def machine_desktop(self) -> Path:
        return self.wine.drive / "users" / "Public" / "Desktop" / f"{APP}.lnk"

    @contextmanager
    def session(self, user: str) -> Iterator[None]:
        """Another user logs in; afterwards the first one again.

        Wine has one HKEY_CURRENT_USER, a file, so the sessions take turns.
        """
        first = self.user
        self._log_in(user)
        try:
            yield
        finally:
            self._log_in(first)

    def _log_in(self, user: str) -> None:
        self.close()
        registry = self.wine.prefix / "user.reg"
        kept = self.wine.folder / f"user.{self.user}.reg"
        registry.replace(kept)
        theirs = self.wine.folder / f"user.{user}.reg"
        if theirs.exists():
            theirs.replace(registry)
        else:
            plain = (self.wine.folder / "user.reg").read_text("utf-8")
            own = f"users\\\\{self._first}"
            registry.write_text(plain.replace(own, f"users\\\\{user}"), "utf-8")
            own_folders(self.wine, user)
        self.user = user
        self._desktop.enter_context(self.wine.desktop())

    def keep_plain_registry(self) -> None:
        """Remember the registry of a user who has installed nothing, for new users."""
        self.close()
        content = (self.wine.prefix / "user.reg").read_bytes()
        (self.wine.folder / "user.reg").write_bytes(content)
        self._desktop.enter_context(self.wine.desktop())

    # Programs.

    def run(self, program: Path | str, *words: str, timeout: float = 300) -> tuple[int, str]:
        timeout *= PATIENCE
        return self.wine.run(program, *words, timeout=timeout, USER=self.user, LOGNAME=self.user)

    def start(self, program: Path | str, *words: str) -> subprocess.Popen[bytes]:
        return self.wine.start(program, *words, USER=self.user, LOGNAME=self.user)

    def raw(self, command: str) -> subprocess.Popen[bytes]:
        """Start a whole command line as Windows does with a link: nothing quotes it again."""
        script = f"import subprocess, sys; sys.exit(subprocess.call({command!r}))"
        return self.start(self.wine.python, "-c", script)

    def running(self) -> list[int]:
        """The processes of the window program in this prefix."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")[0]
                environment = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            ours = f"WINEPREFIX={self.wine.prefix}".encode() in environment
            if ours and command.endswith(b"icsoe-desktop.exe"):
                found.append(int(process.name))
        return sorted(found)

    def end_programs(self) -> None:
        for process in self.running():
            os.kill(process, signal.SIGKILL)
        until(30, lambda: not self.running(), "el programa no terminó")

    # The registry.

    def key(self, name: str) -> dict[str, str]:
        """The values of a key; empty if there is none. The default value is under ""."""
        code, said = self.run(REG, "query", name)
        values = {}
        for line in said.splitlines() if code == 0 else ():
            found = re.fullmatch(r"    (.*?)    REG_\w+    ?(.*)", line)
            if found:
                # Wine says «(Default)», in the language of the machine.
                values["" if found[1].startswith("(") else found[1]] = found[2]
        return values

    def traces(self) -> list[str]:
        """Keys that speak of the program. What Wine writes down of its own is not ours."""
        found = []
        for root in ("HKCU", "HKLM"):
            _, said = self.run(REG, "query", rf"{root}\Software", "/s")
            ours = True
            for line in said.splitlines():
                if line.startswith("HKEY_"):
                    ours = r"\Software\Wine" not in line
                if ours and re.search("icsoe", line, re.IGNORECASE):
                    found.append(line.strip())
        return found

    def secrets(self) -> int:
        """Keys of data in Credential Manager."""
        _, said = self.run(REG, "query", r"HKCU\Software\Wine\Credential Manager")
        return sum(f"{APP}/" in line for line in said.splitlines())

    def files(self) -> set[str]:
        """Every file but the temporary ones and Windows' own."""
        drive = self.wine.drive
        return {
            name
            for path in drive.rglob("*")
            if path.is_file() and path.name != "desktop.ini"
            if not (name := path.relative_to(drive).as_posix()).startswith("windows/")
            and "/Temp/" not in name
        }

    # Windows on the screen.

    def sees(self, title: str) -> bool:
        # xdotool itself fails when a window goes away while it looks.
        return bool(_xdotool("search", "--onlyvisible", "--name", title))

    def shown(self, title: str, seconds: float = 90) -> None:
        until(seconds, lambda: self.sees(title), f"no apareció la ventana «{title}»")

    def answer(self, title: str, key: str, ended: Callable[[], bool], seconds: float = 60) -> None:
        """Press a key in a window until `ended`: one that has just opened may not hear it."""

        def pressed() -> bool:
            if ended():
                return True
            window = _xdotool("search", "--onlyvisible", "--name", title).split()
            if window:
                _xdotool("windowactivate", window[0])
                _xdotool("key", "--clearmodifiers", key)
            return False

        until(seconds, pressed, f"la ventana «{title}» no se cerró")


def _xdotool(*words: str) -> str:
    done = subprocess.run(
        ["xdotool", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def fingerprint(folder: Path) -> str:
    """Of every name and content in a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        if path.is_file():
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@contextmanager
def window_manager() -> Iterator[None]:
    """Windows get the keyboard only from one."""
    with subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL, env=dict(os.environ)) as manager:
        try:
            yield
        finally:
            manager.terminate()


def need(good: object, what: str) -> None:
    if not good:
        raise MissError(what)


__all__ = ["Machine", "MissError", "WineError", "fingerprint", "need", "until", "window_manager"]
