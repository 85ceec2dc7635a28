"""Compiles ui/ and resources/ into icsoe_desktop/gui/forms. A hatchling build hook and a script.

Imports only the standard library: icsoe.py runs it outside the virtual environment.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = "assets.rcc"
TOKENS = "icsoe_desktop/gui/base/tokens.py"
RECORD = ".fuentes.json"
QT_TRANSLATION = "qtbase_es.qm"


class CompileError(Exception):
    """A Spanish sentence about a form or a resource that could not be compiled."""


class IncompletePySide(CompileError):
    """PySide6 is missing or incomplete in this Python. No form is at fault."""


# No dataclasses here: hatchling runs this file without adding it to sys.modules.
class PySide(NamedTuple):
    """Location of PySide6's compilers and translations. Avoids its wrapper scripts."""

    folder: Path

    @classmethod
    def installed(cls) -> PySide:
        """Raises IncompletePySide if this Python has no PySide6."""
        spec = find_spec("PySide6")
        if spec is None or not spec.submodule_search_locations:
            raise IncompletePySide(
                "Falta PySide6 en este Python; prepare el entorno con «python3 icsoe.py»."
            )
        return cls(Path(next(iter(spec.submodule_search_locations))))

    def tool(self, name: str) -> Path:
        """Raises IncompletePySide if the installation is incomplete."""
        folder = self.folder if os.name == "nt" else self.folder / "Qt" / "libexec"
        path = folder / (f"{name}.exe" if os.name == "nt" else name)
        if not path.is_file():
            raise IncompletePySide(f"A la instalación de PySide6 le falta «{path}».")
        return path

    def translation(self, name: str) -> Path:
        """Raises IncompletePySide if the installation is incomplete."""
        for folder in ("Qt/translations", "translations"):
            path = self.folder / folder / name
            if path.is_file():
                return path
        raise IncompletePySide(f"A la instalación de PySide6 le falta la traducción «{name}».")

    def version(self) -> str:
        """Name of the installed distribution's metadata folder, which has the version."""
        return ",".join(sorted(p.name for p in self.folder.parent.glob("pyside6_*.dist-info")))


class Task(NamedTuple):
    """One generated file. Its bytes depend only on `sources` (by name inside it)."""

    output: Path
    sources: dict[str, Path]

    def digest(self, salt: bytes) -> str:
        total = hashlib.sha256(salt)
        for name, path in self.sources.items():
            content = path.read_bytes()
            total.update(f"{name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()


def tasks(root: Path, pyside: PySide) -> list[Task]:
    """Every file to generate: forms first, by name."""
    forms = root / "icsoe_desktop" / "gui" / "forms"
    found = [
        Task(forms / f"ui_{source.stem}.py", {source.name: source})
        for source in sorted((root / "ui").glob("*.ui"))
    ]
    resources = root / "resources"
    packed = {
        path.relative_to(resources).as_posix(): path
        for folder, pattern in (("icons", "*.svg"), ("styles", "*.qss"))
        for path in sorted((resources / folder).rglob(pattern))
    }
    manual = sorted((root / "docs" / "manual").glob("*.md"))
    packed |= {f"manual/{path.name}": path for path in manual}
    tokens = root / TOKENS
    if tokens.is_file():
        packed[TOKENS] = tokens
    packed[f"translations/{QT_TRANSLATION}"] = pyside.translation(QT_TRANSLATION)
    return [*found, Task(forms / ASSETS, packed)]


def ensure(root: Path, pyside: PySide | None = None) -> list[Path]:
    """Generate files whose sources changed. Returns their paths.

    pyside: location of the compilers. Default: that of this Python.
    Removes the modules of deleted forms.
    Raises CompileError. Earlier results then stay.
    """
    pyside = pyside or PySide.installed()
    wanted = tasks(root, pyside)
    forms = wanted[-1].output.parent
    salt = Path(__file__).read_bytes() + pyside.version().encode()
    digests = {task.output.name: task.digest(salt) for task in wanted}
    record = forms / RECORD
    known = _read_record(record)
    stale = [
        task
        for task in wanted
        if known.get(task.output.name) != digests[task.output.name] or not task.output.is_file()
    ]
    for orphan in _orphans(forms, digests):
        orphan.unlink(missing_ok=True)
    if stale:
        forms.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for _ in pool.map(lambda task: _compile(task, pyside), stale):
                pass
    if known != digests:
        _replace(record, json.dumps(digests, indent=1).encode())
    return [task.output for task in stale]


def _orphans(forms: Path, wanted: dict[str, str]) -> Iterator[Path]:
    return (path for path in forms.glob("ui_*.py") if path.name not in wanted)


def _read_record(path: Path) -> dict[str, str]:
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _compile(task: Task, pyside: PySide) -> None:
    with tempfile.TemporaryDirectory(prefix="icsoe-") as folder:
        made = Path(folder, "made")
        if task.output.suffix == ".py":
            (source,) = task.sources.values()
            options = ["--generator", "python", "--no-autoconnection"]
            _run(pyside.tool("uic"), [*options, "--output", str(made), str(source)], source.name)
            code = without_unused_imports(made.read_text("utf-8"))
            made.write_text(with_plain_labels(code), "utf-8")
        else:
            listing = Path(folder, "assets.qrc")
            listing.write_text(_listing(_themed(task.sources, Path(folder))), encoding="utf-8")
            # QtCore for Windows has no zstd, and one .rcc serves every system.
            options = ["--binary", "--no-zstd"]
            _run(pyside.tool("rcc"), [*options, "--output", str(made), str(listing)], "resources")
        _replace(task.output, made.read_bytes())


def without_unused_imports(code: str) -> str:
    """The module without the unused imports that uic adds.

    PySide6 creates a class at its first import. The unused ones cost as much as an ordinary form.
    """
    tree = ast.parse(code)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = code.splitlines(keepends=True)
    for node in reversed(tree.body):
        if isinstance(node, ast.ImportFrom) and node.end_lineno is not None:
            names = ", ".join(one.name for one in node.names if one.name in used)
            kept = [f"from {node.module} import {names}\n"] if names else []
            lines[node.lineno - 1 : node.end_lineno] = kept
    return "".join(lines)


def with_plain_labels(code: str) -> str:
    """The module with plain text format for every label.

    Qt detects HTML by itself. A name in an imported file could then load pictures by path or
    network. A label for rich text sets its format in the form or in code. The property is set by
    number: naming `Qt` slows the first window (docs/decisions/0012).
    """

    def plain(made: re.Match[str]) -> str:
        indent, name = made.groups()
        if f"self.{name}.setTextFormat(" in code:
            return made[0]
        return f'{made[0]}{indent}self.{name}.setProperty("textFormat", 0)\n'

    return re.sub(r"^( +)self\.(\w+) = QLabel\(.*\)\n", plain, code, flags=re.MULTILINE)


def _themed(sources: dict[str, Path], folder: Path) -> dict[str, Path]:
    """The resources with a style sheet for each scheme and density, and the icons in each ink.

    Made here because at the start they would cost time before the first window.
    """
    sources = dict(sources)
    tokens = sources.pop(TOKENS, None)
    if tokens is None:
        return sources
    values = runpy.run_path(str(tokens))
    made: dict[str, str] = {}
    for name, path in sources.items():
        text = path.read_text("utf-8") if path.suffix in (".qss", ".svg") else ""
        if path.suffix == ".svg":
            made |= {
                f"icons/{scheme}/{ink}/{path.name}": icon
                for scheme, colors in values["SCHEMES"].items()
                for ink, icon in _inked(text, colors, values)
            }
        elif name == "styles/aplicacion.qss":
            for scheme, colors in values["SCHEMES"].items():
                for density, metrics in values["DENSITIES"].items():
                    words = {**colors._asdict(), **metrics._asdict(), "scheme": scheme}
                    made[f"styles/{scheme}_{density}.qss"] = sheet(text, words | values["LETTERS"])
        elif path.suffix == ".qss":
            made[name] = sheet(text, values["LETTERS"])
    sources.pop("styles/aplicacion.qss", None)
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        sources[name] = path
    return sources


def sheet(text: str, words: dict[str, str | int]) -> str:
    """The style sheet with the values of its tokens: sizes get px, letters pt.

    Raises CompileError for a word that is no token.
    """

    def value(found: re.Match[str]) -> str:
        word = words.get(found[1])
        if word is None:
            raise CompileError(f"El estilo nombra «@{found[1]}», que no está en {TOKENS}.")
        if isinstance(word, str):
            return word
        return f"{word}pt" if found[1].endswith("_pt") else f"{word}px"

    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"@([a-z_]+)", value, re.sub(r"\s+", " ", text))


def _inked(icon: str, colors: Any, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The icon in each ink, by ink. The ink is the only colour, also of white parts."""

    def inked(color: str) -> str:
        return re.sub(r'(stroke|fill)="#[0-9a-fA-F]+"', rf'\1="{color}"', icon)

    for ink in values["INKS"]:
        yield ink, inked(getattr(colors, ink))
    width, height = values["BUTTON_ICON"]
    wide = f"{24 * width / height:.4g}"
    for name, ink in values["BUTTON_INKS"].items():
        room = inked(getattr(colors, ink)).replace('width="24"', f'width="{wide}"', 1)
        yield name, room.replace("0 0 24 24", f"0 0 {wide} 24", 1)


def _listing(sources: dict[str, Path]) -> str:
    files = "\n".join(
        f"<file alias={quoteattr(name)}>{escape(str(path))}</file>"
        for name, path in sources.items()
    )
    return f'<!DOCTYPE RCC>\n<RCC version="1.0">\n<qresource>\n{files}\n</qresource>\n</RCC>\n'


def _run(tool: Path, arguments: list[str], what: str) -> None:
    # rcc stores the time of each file. With this variable, two builds of one commit are equal.
    # In a locale that this machine lacks, uic warns.
    environment = {**os.environ, "QT_RCC_SOURCE_DATE_OVERRIDE": "1", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run([tool, *arguments], capture_output=True, env=environment, check=False)
    except OSError as error:
        raise CompileError(f"No se pudo ejecutar «{tool}»: {error.strerror}.") from error
    said = done.stderr.decode(errors="replace").strip()
    # uic renames a repeated widget or drops a buddy with a warning and exit code 0.
    if done.returncode or said:
        raise CompileError(
            f"No se pudo compilar «{what}» ({tool.stem}, código {done.returncode}): "
            f"{said or 'sin explicación'}"
        )


def _replace(path: Path, content: bytes) -> None:
    """Write in one step, so that no reader sees a partial file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def get_build_hook() -> type[BuildHookInterface[Any]]:
    """The function that hatchling requires in a custom hook."""
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class CustomBuildHook(BuildHookInterface[Any]):
        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            root = Path(self.root)
            ensure(root)
            if version != "editable":
                _add_stamp(root, build_data)

    return CustomBuildHook


def _add_stamp(root: Path, build_data: dict[str, Any]) -> None:
    """Let the wheel and the source archive say the commit that they were made from."""
    # hatchling does not put the root on the path.
    read = runpy.run_path(str(root / "resources" / "installer" / "sello.py"))
    sello = read["read_sello"](root)
    if sello is None:
        raise CompileError("No se sabe de qué commit es este código.")
    made = root / "build" / Path(read["STAMP"]).name
    made.parent.mkdir(exist_ok=True)
    _replace(made, sello.text().encode())
    build_data["force_include"][str(made)] = read["STAMP"]


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    try:
        for path in ensure(root):
            print(path.relative_to(root).as_posix())
    except CompileError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
