"""Installs the .deb in a bare Debian, tries it there, and takes it away. Needs root.

python resources/installer/verificar_en_debian.py ARCHIVO.deb [--arbol CARPETA]
The bare tree is made with debootstrap, and kept in CARPETA for the next time.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from resources.installer.construir import say, version
from resources.installer.errores import BuildError

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
NAME = "icsoe-desktop"
USER = "nominas"
PLACES = ("usr/lib", "usr/bin", "usr/share/applications", "usr/share/metainfo", "usr/share/doc")


class Tree:
    """A bare Debian in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        if (self.folder / "usr" / "bin" / "dpkg").exists():
            return
        say(f"Debian vacío en «{self.folder}», con debootstrap")
        _run(["debootstrap", "--variant=minbase", SUITE, str(self.folder), MIRROR])

    def run(self, *command: str, user: str = "root", good: bool = True) -> str:
        """Run a command inside; returns what it said. Raises BuildError if it fails."""
        words = ["chroot", str(self.folder), "runuser", "-u", user, "--", "env", "-i"]
        words += ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", f"HOME=/home/{user}"]
        words += ["QT_QPA_PLATFORM=offscreen", "DEBIAN_FRONTEND=noninteractive"]
        return _run([*words, *command], good=good)

    def files(self) -> set[str]:
        return {
            str(path.relative_to(self.folder))
            for place in PLACES
            for path in (self.folder / place).rglob("*")
        }


def check(package: Path, tree: Tree) -> None:
    """Raises BuildError at the first thing that is not as it should be."""
    tree.make()
    tree.run("useradd", "--create-home", USER, good=False)
    tree.run("apt-get", "purge", "-qq", "-y", NAME, good=False)
    tree.run("apt-get", "update", "-qq")
    # What it depends on stays when it goes.
    depends = _run(["dpkg-deb", "--field", str(package), "Depends"])
    names = [part.split()[0] for part in depends.split(",")]
    tree.run(
        *("apt-get", "install", "-qq", "-y", "--no-install-recommends"),
        *(*names, "appstream", "desktop-file-utils", "fonts-dejavu-core"),
    )
    before = tree.files()
    shutil.copyfile(package, tree.folder / "tmp" / package.name)
    tree.run("apt-get", "install", "-qq", "-y", "--no-install-recommends", f"/tmp/{package.name}")  # noqa: S108
    _is(tree.run("dpkg", "--verify", NAME), "", "dpkg --verify")
    _has(tree.run(NAME, "--version", user=USER), f"ICSOE Desktop {version()} (", "--version")
    _has(tree.run(NAME, "--smoke", user=USER), "0 fallas", "--smoke")
    tree.run("desktop-file-validate", f"/usr/share/applications/{NAME}.desktop")
    # A name in reverse needs a domain, and the project has none.
    tree.run(
        *("appstreamcli", "validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info"),
        f"/usr/share/metainfo/{NAME}.metainfo.xml",
    )
    say("  desktop-file-validate y appstreamcli validate: sin avisos")
    handlers = tree.run("cat", "/usr/share/applications/mimeinfo.cache")
    _has(handlers, f"x-scheme-handler/icsoe={NAME}.desktop", "protocolo icsoe://")
    _has(
        tree.run(NAME, "movimientos", "revisar", "-", "--json", user=USER, good=False),
        '"orden"',
        "revisar",
    )
    tree.run("apt-get", "purge", "-qq", "-y", NAME)
    left = tree.files() - before
    if left:
        raise BuildError(f"Al quitarlo quedaron: {', '.join(sorted(left)[:10])}.")
    say(f"{package.name}: instala, corre, registra su protocolo y se quita sin dejar nada.")


def _is(said: str, expected: str, what: str) -> None:
    if said.strip() != expected:
        raise BuildError(f"{what}: «{said.strip()[:500]}».")


def _has(said: str, expected: str, what: str) -> None:
    if expected not in said:
        raise BuildError(f"{what}: no dice «{expected}», sino «{said.strip()[:500]}».")
    say(f"  {what}: {said.strip().splitlines()[-1][:100]}")


def _run(command: list[str], *, good: bool = True) -> str:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode and good:
        raise BuildError(f"{' '.join(command[:14])}: {done.stdout.strip()[-1500:]}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Exit status: 0 if everything was as it should be, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paquete", type=Path)
    parser.add_argument("--arbol", type=Path)
    options = parser.parse_args(arguments)
    folder = options.arbol or Path(tempfile.mkdtemp(prefix="icsoe-debian-"))
    try:
        check(options.paquete.resolve(), Tree(folder.resolve()))
    except BuildError as error:
        say(str(error))
        return 1
    finally:
        if options.arbol is None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
