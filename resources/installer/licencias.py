"""The licence texts of everything in a bundle, and the list of its parts.

What is in it comes from the locked dependencies, as installed in this Python. A part without a
text, or of another version than the locked one, fails the build.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from resources.installer import edades
from resources.installer.errores import BuildError

FOLDER = "licencias"
INDEX = "indice.json"
OWN = "ICSOE Desktop"
_COMMON = "resources/licencias"
# Wheels without their own texts. They are in resources/licencias.
_QT = ("LGPL-3.0.txt", "GPL-3.0.txt", "Qt-terceros.txt", "Apache-2.0.txt", "MPL-2.0.txt")
TEXTS_OF = {"pyside6-essentials": _QT, "shiboken6": _QT[:2]}
# Linked into a wheel's own libraries, besides what the wheel says itself.
PARTS_OF = {
    "sqlcipher3": (
        ("SQLCipher", "BSD-3-Clause", ("SQLCipher.txt",)),
        ("SQLite", "blessing", ("SQLCipher.txt",)),
        ("OpenSSL", "Apache-2.0", ("Apache-2.0.txt",)),
    ),
}
# Linked into Python, or beside it.
_IN_PYTHON = {"CPython": "PSF-2.0", "expat": "MIT", "OpenSSL": "Apache-2.0", "zlib": "Zlib"}
# Packages whose metadata do not name the licence of their text.
_LICENCES = {"sqlcipher3": "Zlib"}
# The words of old metadata → SPDX.
_SPDX = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "zlib/libpng License": "Zlib",
}
# The program, what PyInstaller adds to one, and a module of Python named after the system.
_OURS = ("icsoe_desktop", "_pyi_", "pyi", "entrada", "_sysconfigdata_")
_TEXT_NAME = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_DEBIAN_COMMON = re.compile(r"/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])")


@dataclass(frozen=True)
class Component:
    """One part of the bundle. texts: its files in the folder of licences."""

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[str, ...]
    parts: tuple[Component, ...] = ()
    made: str = ""  # its day, aaaa-mm-dd


def add_licences(root: Path, bundle: Path) -> list[Component]:
    """Write every text into `licencias` of the bundle. Returns the parts, ours first.

    Raises BuildError if a part has no text or is not the locked one.
    """
    folder = bundle / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted((root / _COMMON).glob("*.txt")):
        _write(folder / path.name, path.read_bytes())
    found = [_own(root, folder), _python(folder), _bootloader(folder)]
    packages = locked_dependencies(root)
    found += [_package(one, folder) for one in packages]
    if sys.platform.startswith("linux"):
        found += _system_libraries(bundle, packages, folder)
    index = [
        {"nombre": one.name, "version": one.version, "licencia": one.licence, "archivos": one.texts}
        for one in found
    ]
    _write(folder / INDEX, (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode())
    return found


def strangers(bundle: Path, modules: Iterable[str], root: Path) -> list[str]:
    """Modules, libraries and metadata in the bundle that belong to no listed part.

    modules: the dotted names in the programs' archive.
    """
    packages = locked_dependencies(root)
    files = [str(file).replace("\\", "/") for one in packages for file in one.files or ()]
    owned = {_module_of(file) for file in files}
    # A namespace package (jaraco) has no file of its own.
    owned |= {parent for one in owned for parent in _parents(one)}
    found = [
        name
        for name in modules
        if name not in owned
        and name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith(_OURS)
    ]
    known = {Path(file).name.lower() for file in files}
    known |= {path.name.lower() for path in _python_libraries()}
    libraries = set(_debian_libraries(bundle, packages)) if sys.platform == "linux" else set()
    infos = {file.partition("/")[0] for file in files if ".dist-info/" in file}
    for path in sorted((bundle / "_internal").rglob("*")):
        name = path.name
        if path.is_dir():
            if name.endswith(".dist-info") and name not in infos:
                found.append(name)
        elif (name.lower().endswith((".dll", ".pyd")) or ".so" in name) and (
            name.lower() not in known and name not in libraries
        ):
            found.append(name)
    return sorted(found)


def _module_of(file: str) -> str:
    """a/b/__init__.py and a/b.py → a.b; also of an extension, b.cp311-win_amd64.pyd."""
    folder, _, name = file.rpartition("/")
    stem = name.partition(".")[0]
    words = folder.split("/") if folder else []
    return ".".join(words if stem == "__init__" else [*words, stem])


def _parents(module: str) -> Iterator[str]:
    words = module.split(".")
    return (".".join(words[:count]) for count in range(1, len(words)))


def _python_libraries() -> Iterator[Path]:
    """The libraries that come with this Python."""
    if sys.platform == "win32":
        for pattern in ("*.dll", "*.pyd", "DLLs/*"):
            yield from Path(sys.base_prefix).glob(pattern)
        return
    yield from Path(sysconfig.get_path("stdlib"), "lib-dynload").glob("*.so")
    yield Path(str(sysconfig.get_config_var("INSTSONAME")))


def locked_dependencies(root: Path) -> list[metadata.Distribution]:
    """Every direct and transitive dependency of the program on this system, by name.

    Raises BuildError if one is not locked, not installed, or installed in another version.
    """
    locked = read_lock(root / "resources" / "requisitos" / "programa.txt")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    todo = [(Requirement(line), "") for line in project["dependencies"]]
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    while todo:
        wanted, extra = todo.pop()
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(wanted.name)
        for one in ("", *wanted.extras):
            if (name, one) in seen:
                continue
            seen.add((name, one))
            found[name] = _installed(name, locked)
            todo += [(Requirement(line), one) for line in found[name].requires or ()]
    return [found[name] for name in sorted(found)]


def read_lock(path: Path) -> dict[str, str]:
    """Name → version of every locked package."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def _installed(name: str, locked: dict[str, str]) -> metadata.Distribution:
    if name not in locked:
        raise BuildError(f"«{name}» no está fijado en resources/requisitos/programa.txt.")
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise BuildError(f"Falta «{name}» en este Python; no se sabe su licencia.") from None
    if found.version != locked[name]:
        raise BuildError(f"«{name}» es {found.version}, y lo fijado es {locked[name]}.")
    return found


def licence_of(package: metadata.Distribution) -> str:
    """The SPDX expression of a package, or what it calls its licence."""
    about = package.metadata
    fields = [str(about[key]).strip() for key in ("License-Expression", "License") if key in about]
    said = next(filter(None, fields), "")
    if not said or "\n" in said:
        classifiers = [str(one) for one in about.get_all("Classifier", [])]
        kept = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
        said = " OR ".join(_SPDX.get(one, one) for one in kept if one != "OSI Approved")
    name = canonicalize_name(about["Name"])
    return _SPDX.get(said, said) or _LICENCES.get(name, "")


def _package(package: metadata.Distribution, folder: Path) -> Component:
    name = canonicalize_name(package.metadata["Name"])
    texts = list(TEXTS_OF.get(name, ()))
    for path in sorted(map(str, package.files or ())):
        inner = path.replace("\\", "/").partition(".dist-info/")[2]
        if inner and (inner.startswith(("licenses/", "sboms/")) or _TEXT_NAME.search(inner)):
            flat = inner.removeprefix("licenses/").replace("/", "-")
            target = folder / name / (flat if "." in flat else f"{flat}.txt")
            _write(target, Path(str(package.locate_file(path))).read_bytes())
            texts.append(f"{name}/{target.name}")
    known = edades.of_sqlcipher() if name in PARTS_OF else {}
    parts = [_inner(known[part], licence, files) for part, licence, files in PARTS_OF.get(name, ())]
    licence = licence_of(package)
    if not licence or not [text for text in texts if not text.endswith(".json")]:
        raise BuildError(f"«{name}» no trae el texto de su licencia: agréguelo a {_COMMON}.")
    purl = f"pkg:pypi/{name}@{package.version}"
    return Component(name, package.version, licence, purl, tuple(texts), tuple(parts))


def _inner(one: edades.Inner, licence: str, texts: tuple[str, ...]) -> Component:
    purl = f"pkg:generic/{one.name.lower()}@{one.version}"
    made = one.made.isoformat() if one.made else ""
    return Component(one.name, one.version, licence, purl, texts, made=made)


def _own(root: Path, folder: Path) -> Component:
    from icsoe_desktop import __version__

    text = f"{OWN}/LICENSE.txt"
    _write(folder / text, (root / "LICENSE").read_bytes())
    return Component(OWN, __version__, "MIT", f"pkg:generic/icsoe-desktop@{__version__}", (text,))


def _python(folder: Path) -> Component:
    library = Path(json.__file__).resolve().parents[1]
    places = [
        library / "LICENSE.txt",
        Path(sys.base_prefix, "LICENSE.txt"),
        Path("/usr/share/doc/python{}.{}/copyright".format(*sys.version_info[:2])),
    ]
    for path in places:
        if path.is_file():
            _write(folder / "Python" / "LICENSE.txt", path.read_bytes())
            version = platform.python_version()
            texts = ("Python/LICENSE.txt",)
            # Its text has those of the libraries in it.
            parts = [_inner(one, _IN_PYTHON[one.name], texts) for one in edades.of_python()]
            purl = f"pkg:generic/python@{version}"
            return Component("Python", version, "PSF-2.0", purl, texts, tuple(parts))
    raise BuildError("No se encontró la licencia de este Python.")


def _bootloader(folder: Path) -> Component:
    """What PyInstaller puts into the program. Its exception allows any licence."""
    made = _package(metadata.distribution("pyinstaller"), folder)
    licence = "GPL-2.0-or-later WITH Bootloader-exception"
    return replace(made, name="PyInstaller bootloader", licence=licence)


def _system_libraries(
    bundle: Path, packages: list[metadata.Distribution], folder: Path
) -> Iterator[Component]:
    """The libraries of the distribution in the bundle, by package.

    Raises BuildError for a library that no package owns.
    """
    where = _linker_paths()
    system = platform.freedesktop_os_release()["ID"]
    owners: dict[str, str] = {}
    for name in _debian_libraries(bundle, packages):
        owner = _owner(where.get(name))
        if owner is None:
            raise BuildError(f"No se sabe de qué paquete de Debian es «{name}», ni su licencia.")
        owners[owner] = _dpkg("dpkg-query", "-W", "-f=${Version}", owner)
    for owner, version in sorted(owners.items()):
        source = Path("/usr/share/doc") / owner.partition(":")[0] / "copyright"
        if not source.is_file():
            raise BuildError(f"El paquete de Debian «{owner}» no trae «{source}».")
        content = source.read_bytes()
        plain = owner.partition(":")[0]
        _write(folder / "sistema" / f"{plain}.txt", content)
        texts = [f"sistema/{plain}.txt"]
        for common in sorted(set(_DEBIAN_COMMON.findall(content.decode("utf-8", "replace")))):
            shared = Path("/usr/share/common-licenses", common)
            if shared.is_file():
                _write(folder / "sistema" / "comunes" / f"{common}.txt", shared.read_bytes())
                texts.append(f"sistema/comunes/{common}.txt")
        purl = f"pkg:deb/{system}/{plain}@{quote(version, safe='')}"
        yield Component(plain, version, f"vea {texts[0]}", purl, tuple(texts))


def _debian_libraries(bundle: Path, packages: list[metadata.Distribution]) -> list[str]:
    """The names of libraries in the bundle that come from the distribution."""
    of_wheels = {Path(str(file)).name for one in packages for file in one.files or ()}
    return [
        path.name
        for path in sorted((bundle / "_internal").iterdir())
        if path.is_file()
        and not path.is_symlink()
        and ".so" in path.name
        and path.name not in of_wheels
        and not path.name.startswith("libpython")
    ]


def _linker_paths() -> dict[str, str]:
    said = _dpkg("/sbin/ldconfig", "-p")
    lines = [line.partition(" => ") for line in said.splitlines() if " => " in line]
    # The first of a name is the one that the linker takes.
    return {left.split()[0]: right for left, _, right in reversed(lines)}


def _owner(path: str | None) -> str | None:
    if path is None:
        return None
    # dpkg knows a file by the name under which it was installed, before /lib became /usr/lib.
    real = str(Path(path).resolve())
    for name in (real, real.removeprefix("/usr"), path):
        said = _dpkg("dpkg", "-S", name)
        if said:
            return said.partition(": ")[0].partition(",")[0].partition(":")[0]
    return None


def _dpkg(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _write(path: Path, content: bytes) -> None:
    if not content.strip():
        raise BuildError(f"El texto de licencia «{path.name}» está vacío.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
