"""Builds the .deb from the program's folder for Linux.

python resources/installer/debian.py --programa DIR [--salida DIR]
Needs dpkg-deb and objdump. Two builds of one commit give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from resources.installer import construir
from resources.installer.errores import BuildError
from resources.installer.sello import Sello, set_times

NAME = construir.NAME
SOURCES = construir.ROOT / "resources" / "linux"
MAINTAINER = "The authors of ICSOE Desktop <maintainers@icsoe-desktop.invalid>"
# Library of the system that the bundle leaves outside → its package, and whether the program
# starts without it.
DEPENDS = {"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libxcb.so.1": "libxcb1"}
RECOMMENDS = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
# Of libraries that the bundle has a copy of only if the builder's system had it.
OPTIONAL = {"libgtk-3.so.0", "libgdk-3.so.0"}
_OF_LIBC = re.compile(
    r"(ld-linux-x86-64|libc|libdl|libm|libpthread|libresolv|librt|libutil)\.so\.\d+"
)
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def build_deb(folder: Path, output: Path) -> Path:
    """The package of the program. Raises BuildError."""
    stamp, number = construir.current_sello(), construir.version()
    if construir.is_windows(folder):
        raise BuildError(f"«{folder}» es el programa para Windows.")
    construir.check_contents(folder)
    output.mkdir(parents=True, exist_ok=True)
    architecture = _MACHINES[os.uname().machine]
    target = output / f"{NAME}_{number}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="icsoe-deb-") as work:
        tree = Path(work, "arbol")
        lay_out(folder, tree, number, stamp)
        _write_control(tree, folder, number, architecture)
        _set_modes(tree)
        set_times(tree, stamp.epoch)
        # One thread: the blocks of xz depend on their number.
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build"]
        construir.run(
            [*command, str(tree), str(target)], "dpkg-deb no terminó", stamp.environment()
        )
    construir.say(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")
    return target


def lay_out(folder: Path, tree: Path, number: str, stamp: Sello) -> None:
    """The files of the package below `tree`."""
    share = tree / "usr" / "share"
    documents = share / "doc" / NAME
    shutil.copytree(folder, tree / "usr" / "lib" / NAME, symlinks=True)
    # Beside the program Acerca reads them; here everybody looks for them.
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    documents.mkdir(parents=True)
    (documents / "licencias").symlink_to(f"../../../lib/{NAME}/licencias")
    day = datetime.fromtimestamp(stamp.epoch, UTC)
    words = {"@version@": number, "@fecha@": day.date().isoformat()}
    icons = share / "icons" / "hicolor" / "scalable" / "apps"
    resources = construir.ROOT / "resources"
    for source, target in (
        (resources / f"{NAME}.desktop", share / "applications"),
        (SOURCES / f"{NAME}.metainfo.xml", share / "metainfo"),
        (SOURCES / f"{NAME}.1", share / "man" / "man1"),
        (resources / "icons" / "icsoe.svg", icons / f"{NAME}.svg"),
        (SOURCES / f"{NAME}.lintian-overrides", share / "lintian" / "overrides" / NAME),
        (construir.ROOT / "LICENSE", documents / "copyright"),
    ):
        path = target if target.name.startswith((NAME, "copyright")) else target / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        path.write_text(text, "utf-8")
    (documents / "copyright").write_text(_copyright(), "utf-8")
    page = share / "man" / "man1" / f"{NAME}.1"
    _compress(page, page.read_bytes())
    page.unlink()
    _compress(documents / "changelog", _changelog(number, stamp).encode())


def needed_outside(folder: Path) -> set[str]:
    """The libraries that the program's files ask for and the folder does not have."""
    have = {path.name for path in folder.rglob("*")}
    wanted: set[str] = set()
    for path in _elf_files(folder):
        wanted |= set(_objdump_words(path, r"NEEDED\s+(\S+)"))
    return wanted - have


def _write_control(tree: Path, folder: Path, number: str, architecture: str) -> None:
    outside = needed_outside(folder)
    strange = {
        name
        for name in outside - DEPENDS.keys() - RECOMMENDS.keys() - OPTIONAL
        if not _OF_LIBC.fullmatch(name)
    }
    if strange:
        raise BuildError(f"No se sabe de qué paquetes vienen: {', '.join(sorted(strange))}.")
    # The window plugins load libGL and libEGL without naming them everywhere.
    depends = [f"libc6 (>= {_newest_glibc(folder)})", *sorted(DEPENDS.values())]
    recommends = ["fonts-dejavu-core", *sorted(RECOMMENDS.values()), "dbus-user-session"]
    size = sum(p.lstat().st_size for p in tree.rglob("*") if p.is_file()) // 1024
    fields = {
        "Package": NAME,
        "Version": number,
        "Section": "misc",
        "Priority": "optional",
        "Architecture": architecture,
        "Depends": ", ".join(depends),
        "Recommends": ", ".join(recommends),
        "Installed-Size": str(size),
        "Maintainer": MAINTAINER,
        "Description": "IMSS notices, certificates and ICSOE for Mexican payroll staff\n"
        " Prepares the notices that an employer sends to the IMSS, checks files of\n"
        " 168 positions, keeps certificates, contracts and their terms, and works\n"
        " without a network. Its data are encrypted.\n"
        " .\n"
        " It is not a product of the IMSS, the SAT or CONTPAQi.",
    }
    control = tree / "DEBIAN"
    control.mkdir()
    text = "".join(f"{key}: {value}\n" for key, value in fields.items())
    (control / "control").write_text(text, "utf-8")
    sums = []
    for path in sorted(path for path in (tree / "usr").rglob("*") if path.is_file()):
        if not path.is_symlink():
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            sums.append(f"{digest}  {path.relative_to(tree).as_posix()}\n")
    (control / "md5sums").write_text("".join(sums), "utf-8")


def _newest_glibc(folder: Path) -> str:
    """The newest version of the C library that a file asks for."""
    found = {"2.28"}
    for path in _elf_files(folder):
        found |= set(_objdump_words(path, r"GLIBC_(\d+\.\d+)"))
    return max(found, key=lambda text: tuple(map(int, text.split("."))))


def _elf_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def _objdump_words(path: Path, pattern: str) -> list[str]:
    done = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=False)
    return re.findall(pattern, done.stdout)


def _set_modes(tree: Path) -> None:
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        program = path.name == NAME and path.parent.name == NAME and path.is_file()
        path.chmod(0o755 if path.is_dir() or program else 0o644)
    tree.chmod(0o755 & ~stat.S_IWOTH)


def _compress(path: Path, content: bytes) -> None:
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _changelog(number: str, stamp: Sello) -> str:
    when = format_datetime(datetime.fromtimestamp(stamp.epoch, UTC))
    return (
        f"{NAME} ({number}) stable; urgency=medium\n\n"
        f"  * Commit {stamp.commit}.\n"
        "    What changed: docs/cambios.md of the sources.\n\n"
        f" -- {MAINTAINER}  {when}\n"
    )


def _copyright() -> str:
    licence = (construir.ROOT / "LICENSE").read_text("utf-8").strip()
    body = "\n".join(f" {line}" if line.strip() else " ." for line in licence.splitlines()[1:])
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: ICSOE Desktop\n"
        "Comment: Python, Qt and the other parts in /usr/lib/icsoe-desktop have their own\n"
        " licences. All texts: /usr/lib/icsoe-desktop/licencias. List of parts:\n"
        " /usr/lib/icsoe-desktop/licencias/sbom.cdx.json.\n\n"
        f"Files: *\nCopyright: 2026 the authors of ICSOE Desktop\nLicense: MIT\n{body}\n"
    )


def main(arguments: list[str]) -> int:
    """Exit status: 0 if it was built, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--programa", type=Path, default=construir.ROOT / "dist" / NAME)
    parser.add_argument("--salida", type=Path, default=construir.ROOT / "dist")
    options = parser.parse_args(arguments)
    try:
        build_deb(options.programa.absolute(), options.salida.absolute())
    except BuildError as error:
        construir.say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
