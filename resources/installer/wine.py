"""CPython for Windows under Wine: what builds and checks the Windows packages on Debian.

python -m resources.installer.wine hacer CARPETA
    makes a Wine prefix in CARPETA with CPython and the packages of
    resources/requisitos/empaquetar.txt
python -m resources.installer.wine correr CARPETA [argumentos de python]
    runs that Python
python -m resources.installer.wine pruebas CARPETA [argumentos de pytest]
    runs the tests with that Python

Needs wine, gcc-mingw-w64-x86-64, xvfb and, in this Python, pip, packaging and setuptools.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.markers import Marker

from resources.installer import sello

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
RUNTIME = HERE / "cpython-windows.txt"
SUBSTITUTES = HERE / "sustitutos"
LOCK = ROOT / "resources" / "requisitos" / "empaquetar.txt"
TESTS_LOCK = ROOT / "resources" / "requisitos" / "pruebas.txt"
# Count up when `make` makes something else.
RECIPE = b"3"
COMPILER = "x86_64-w64-mingw32-gcc"
VERSION = "3.13.2"
TAG = "313"  # of its files
# What a marker of the locks asks about, on 64-bit Windows 10.
MARKERS = {
    "extra": "",
    "implementation_name": "cpython",
    "implementation_version": VERSION,
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "10.0.19045",
    "python_full_version": VERSION,
    "python_version": "3.13",
    "sys_platform": "win32",
}


class WineError(Exception):
    """A Spanish sentence: the reason why Windows could not be made."""


class Wine:
    """A Wine prefix. Everything it writes stays in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.prefix = self.folder / "prefix"
        self.drive = self.prefix / "drive_c"
        self.python = self.drive / f"Python{TAG}" / "python.exe"

    def environment(self, **more: str) -> dict[str, str]:
        """A clean environment: certificates and settings of this system must not leak in."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        kept = {name: os.environ[name] for name in ("DISPLAY", "XAUTHORITY") if name in os.environ}
        return {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # No crash dialog that waits, no menus for Linux, our mscms before Wine's.
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winedbg.exe,winemenubuilder.exe=d;mscms=n,b",
            "WINEPREFIX": str(self.prefix),
            **kept,
            **more,
        }

    def start(self, program: Path | str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a Windows program. Its output is a pipe: Wine 8 cannot write to a regular file."""
        return subprocess.Popen(
            ["wine", self.windows_path(program), *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def windows_path(self, path: Path | str) -> str:
        """A path as Windows has it: taskkill does not find a program started by another."""
        if isinstance(path, str):
            return path
        inside = path.is_relative_to(self.drive)
        drive, rest = ("C:", path.relative_to(self.drive)) if inside else ("Z:", path.resolve())
        return drive + "\\" + str(rest).lstrip("/").replace("/", "\\")

    def run(
        self, program: Path | str, *arguments: str, timeout: float = 600, **more: str
    ) -> tuple[int, str]:
        """The exit code and output of a Windows program. Raises WineError if it does not end."""
        with self.start(program, *arguments, **more) as process:
            try:
                said, _ = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise WineError(f"«{program}» no terminó en {timeout:.0f} s.") from None
        return process.returncode, said.decode("utf-8", "replace").replace("\r", "").strip()

    @contextlib.contextmanager
    def desktop(self) -> Iterator[None]:
        """Keep Wine's services and desktop open.

        Otherwise the first program starts them, and they hold that program's output open, so that
        nobody sees its end.
        """
        script = (
            "import ctypes, time; ctypes.windll.user32.GetDesktopWindow(); "
            "print('abierto', flush=True); time.sleep(86400)"
        )
        with self.start(self.python, "-c", script) as keeper:
            try:
                if not keeper.stdout or not keeper.stdout.readline():
                    raise WineError("Wine no abrió su escritorio.")
                yield
            finally:
                keeper.kill()

    def wait(self) -> None:
        """Wait until the registry is written and no program runs."""
        self._server("-w")

    def end(self) -> None:
        """End every program of this prefix."""
        self._server("-k")

    def _server(self, word: str) -> None:
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
        subprocess.run([server, word], env=self.environment(), check=False, timeout=480)

    def copy(self, folder: Path) -> Wine:
        """The same machine in another folder. Nothing runs in either."""
        self.wait()
        shutil.copytree(self.folder, folder, symlinks=True)
        return Wine(folder)


@contextlib.contextmanager
def screen(size: str = "1280x800x24") -> Iterator[None]:
    """A virtual screen in DISPLAY. Programs that outlive their parent keep it."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        before = {name: os.environ.pop(name, None) for name in ("DISPLAY", "XAUTHORITY")}
        try:
            number = (server.stdout.readline() if server.stdout else b"").decode().strip()
            if not number:
                raise WineError("Xvfb no abrió una pantalla.")
            os.environ["DISPLAY"] = f":{number}"
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            server.terminate()


def make(folder: Path) -> Wine:
    """A prefix that is ready to build. Fast if it already is. Raises WineError."""
    wine = Wine(folder)
    stamp = wine.folder / "hecho.sha256"
    want = digest(RUNTIME, LOCK, *sorted(SUBSTITUTES.glob("*.c")))
    if stamp.is_file() and stamp.read_text("ascii") == want and wine.python.is_file():
        return wine
    if wine.folder.exists():
        if any(wine.folder.iterdir()) and not (wine.folder / "de_icsoe").exists():
            raise WineError(f"La carpeta «{folder}» no la hizo este mandato y no se va a tocar.")
        shutil.rmtree(wine.folder)
    wine.folder.mkdir(parents=True)
    (wine.folder / "de_icsoe").touch()
    say("  El prefijo de Wine")
    run(["wine", "wineboot", "-i"], "Wine no hizo su prefijo", wine.environment())
    # Wine 8 is Windows 7 until it is told otherwise.
    run(["wine", "winecfg", "-v", "win10"], "Wine no quiso ser Windows 10", wine.environment())
    wine.wait()
    own_folders(wine, Path("~").expanduser().owner())
    say(f"  CPython {VERSION} para Windows")
    add_python(wine)
    say("  Sustitutos de lo que Wine no tiene, sólo para construir y probar")
    add_substitutes(wine)
    say("  Paquetes para Windows, comprobando la huella de cada uno")
    install(for_windows(LOCK), wine.python.parent / "Lib" / "site-packages")
    code, said = wine.run(wine.python, "-c", "import sys; print(sys.version)")
    if code or not said.startswith(VERSION):
        raise WineError(f"El CPython para Windows no respondió: {said}")
    stamp.write_text(want, "ascii")
    return wine


def own_folders(wine: Wine, user: str) -> None:
    """Give a user a desktop and folders of her own.

    Wine makes each a link to the home folder: one for all of them, and for all users. It leaves a
    folder alone that holds something.
    """
    for name in ("Desktop", "Documents", "Downloads", "Music", "Pictures", "Videos"):
        folder = wine.drive / "users" / user / name
        if folder.is_symlink():
            folder.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "desktop.ini").touch()


def digest(*files: Path) -> str:
    total = hashlib.sha256(RECIPE)
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()


def add_python(wine: Wine) -> None:
    """Unpack the embeddable CPython as an ordinary installation, with Lib and no ._pth file."""
    with tempfile.TemporaryDirectory(prefix="icsoe-cpython-") as name:
        work = Path(name)
        command = [sys.executable, "-I", "-m", "pip", "download", "--no-deps", "--no-input"]
        command += ["--disable-pip-version-check", "--no-build-isolation", "--require-hashes"]
        command += ["--requirement", str(RUNTIME), "--dest", str(work)]
        run(command, "No se pudo bajar CPython para Windows")
        (archive,) = work.glob("*.tar.gz")
        # Debian 12's Python, 3.11.2, knows no filter. The archive's hash is pinned.
        known: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        shutil.unpack_archive(archive, work, **known)
        (inner,) = work.rglob("data.zip")
        shutil.unpack_archive(inner, work)
        home = wine.python.parent
        shutil.copytree(work / f"cp{TAG}", home)
    shutil.unpack_archive(home / f"python{TAG}.zip", home / "Lib")
    (home / f"python{TAG}.zip").unlink()
    (home / f"python{TAG}._pth").unlink()
    # Wine 8 ends the process in it; `platform` asks the registry where it is missing.
    (home / "_wmi.pyd").unlink()
    (home / "Lib" / "site-packages").mkdir(exist_ok=True)


def add_substitutes(wine: Wine) -> None:
    system = wine.drive / "windows" / "system32"
    for source in sorted(SUBSTITUTES.glob("*.c")):
        target = system / f"{source.stem}.dll"
        # In a new prefix this may be a link into Wine's own folder.
        target.unlink(missing_ok=True)
        command = [COMPILER, "-shared", "-O2", "-s", str(source), "-o", str(target)]
        run([*command, "-ladvapi32"], f"No se compiló «{source.name}»")


def add_tests(wine: Wine) -> Path:
    """The folder with what only the tests need, beside what the program needs."""
    target = wine.drive / "pruebas"
    stamp = wine.folder / "pruebas.sha256"
    want = digest(LOCK, TESTS_LOCK)
    if not (stamp.is_file() and stamp.read_text("ascii") == want):
        say("  Paquetes de las pruebas")
        shutil.rmtree(target, ignore_errors=True)
        built = set(for_windows(LOCK))
        install([line for line in for_windows(TESTS_LOCK) if line not in built], target)
        stamp.write_text(want, "ascii")
    say_installed(target)
    return target


def say_installed(target: Path) -> None:
    """What Python tells of installed packages names this project and what it requires."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = target / f"icsoe_desktop-{project['version']}.dist-info"
    told.mkdir(exist_ok=True)
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    lines += [f"Requires-Dist: {one}" for one in project["dependencies"]]
    (told / "METADATA").write_text("\n".join(lines) + "\n", "utf-8")


def install(requirements: Iterable[str], target: Path) -> None:
    """Put packages for Windows into `target`. Raises WineError."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write("\n".join(requirements) + "\n")
        wanted.flush()
        command = [sys.executable, "-I", "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--platform", "win_amd64", "--upgrade"]
        command += ["--python-version", VERSION, "--only-binary", ":all:", "--no-deps"]
        command += ["--no-compile", "--require-hashes", "--requirement", wanted.name]
        run([*command, "--target", str(target)], "No se pudieron instalar los paquetes")


def for_windows(lock: Path) -> Iterator[str]:
    """The lines of a lock that Windows needs, without markers.

    pip evaluates markers for the system it runs on, whatever --platform says.
    """
    for line in lock.read_text("utf-8").replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        requirement, *hashes = line.split(" --hash=")
        name, _, marker = requirement.partition(";")
        if not marker.strip() or Marker(marker.strip()).evaluate(MARKERS):
            yield " --hash=".join([name.strip(), *(one.strip() for one in hashes)])


def run(command: list[str], trouble: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").splitlines()
        raise WineError("\n".join([f"{trouble} (código {done.returncode}).", *said[-15:]]))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def follow(wine: Wine, words: list[str], **more: str) -> int:
    """Run CPython for Windows and show what it says. Returns its exit status."""
    with wine.desktop(), wine.start(wine.python, *words, **more) as process:
        for line in process.stdout or ():
            sys.stderr.write(line.decode("utf-8", "replace").replace("\r", ""))
            sys.stderr.flush()
    return process.returncode


def main(arguments: list[str]) -> int:
    """Exit status: 0 if it was made, otherwise 1; for `correr` and `pruebas`, the program's."""
    if len(arguments) < 2 or arguments[0] not in ("hacer", "correr", "pruebas"):
        say(__doc__ or "")
        return 2
    order, folder, *rest = arguments
    try:
        with screen():
            if order == "hacer":
                make(Path(folder))
                return 0
            wine = Wine(Path(folder))
            if order == "pruebas":
                add_tests(wine)
                return follow(
                    wine,
                    ["-m", "pytest", "-p", "no:cacheprovider", *rest],
                    PYTHONPATH="C:\\pruebas",
                    QT_QPA_PLATFORM="offscreen",
                    QT_QPA_FONTDIR="Z:\\usr\\share\\fonts\\truetype\\dejavu",
                )
            stamp = sello.read_sello(ROOT)
            return follow(wine, rest, **({sello.ENV_STAMP: stamp.text()} if stamp else {}))
    except WineError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
