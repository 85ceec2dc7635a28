"""Which pictures of README and manual are older than the windows that they show.

A picture is old once what makes its look has changed: its forms, the texts of its window, the code
of a page that is drawn without a form, or, for all of them, the tokens and the sheet. Other code of
the window does not count.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docs" / "imagenes"
RECORD: Final = FOLDER / "edades.json"
DARK: Final = "_oscuro"
EVERY: Final = "todas"
COMMAND: Final = (
    'xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python '
    "-m resources.herramientas.capturas [IMAGEN …]"
)
_GUI: Final = "icsoe_desktop/gui"
_LOOK: Final = (f"{_GUI}/base/tokens.py", "resources/styles/aplicacion.qss")


class Inputs(NamedTuple):
    """forms: of ui. texts: modules or folders of gui whose texts are seen. code: drawn by hand."""

    forms: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


def _window(name: str, *forms: str) -> Inputs:
    return Inputs(forms or (name.rpartition("/")[2],), (name,))


PICTURES: Final[dict[str, Inputs]] = {
    "acceso": _window("idse/acceso"),
    "activacion": _window("icsoe/activacion"),
    "apariencia": _window("inicio/apariencia"),
    "ayuda": _window("inicio/ayuda"),
    "bitacora": _window("oficina/bitacora"),
    "buzon": _window("oficina/buzon"),
    "calculadora": _window("idse/calculadora"),
    "capturistas": _window("icsoe/capturistas", "consulta_capturistas"),
    "certificados": _window("idse/certificados"),
    "contratista": _window("icsoe/contratista", "contratista_generales"),
    "icsoe": Inputs(("icsoe",), ("icsoe/paginas.py",), ("icsoe/tablero/page.py",)),
    "informativa": _window("icsoe/informativa"),
    "lotes": _window("idse/lotes"),
    "modificar_salarios": _window("idse/modificar_salarios"),
    "modulo": Inputs(("modulo",), ("idse/modulo/columns.py", "idse/modulo/acciones.py")),
    "recuperar": _window("idse/recuperar"),
    "registros_patronales": _window("idse/registros_patronales"),
    "respaldo": _window("oficina/respaldo"),
    "sincronizacion": _window("oficina/sincronizacion", "sincronizacion", "sincronizacion_inicio"),
    "tablero": Inputs((), ("idse/tablero", "base/windows.py"), ("idse/tablero/page.py",)),
    "usuarios": _window("idse/usuarios"),
    "valores_legales": _window("oficina/valores_legales"),
    "vigencias": _window("oficina/vigencias"),
    "vigilar": _window("idse/vigilar"),
}


def ages(root: Path = ROOT) -> dict[str, str]:
    """What each picture was made from, as a hash; EVERY: what all of them have in common."""
    found = {name: _hash(root, inputs) for name, inputs in PICTURES.items()}
    total = hashlib.sha256()
    for path in _LOOK:
        total.update(_code(root / path).encode())
    return {EVERY: total.hexdigest()[:16], **found}


def old(recorded: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """The pictures to be made again, all of them if the look of the program changed."""
    now = ages(root)
    if recorded.get(EVERY) != now[EVERY]:
        return list(PICTURES)
    return [name for name in PICTURES if recorded.get(name) != now[name]]


def read_record() -> dict[str, str]:
    if not RECORD.exists():
        return {}
    kept: dict[str, str] = json.loads(RECORD.read_text("utf-8"))
    return kept


def write_record(made: list[str]) -> None:
    """Say that these pictures are of today."""
    now = ages()
    kept = now if made == list(PICTURES) else read_record() | {name: now[name] for name in made}
    text = json.dumps(kept, indent=1, sort_keys=True)
    RECORD.write_text(text + "\n", "utf-8", newline="\n")


def _hash(root: Path, inputs: Inputs) -> str:
    total = hashlib.sha256()
    for form in inputs.forms:
        total.update((root / "ui" / f"{form}.ui").read_text("utf-8").encode())
    for name in inputs.texts:
        path = root / _GUI / name
        for module in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            total.update("\n".join(_texts(module)).encode())
    for name in inputs.code:
        total.update(_code(root / _GUI / name).encode())
    return total.hexdigest()[:16]


def _code(path: Path) -> str:
    """A module without comments, docstrings and layout; another file as it is."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        return source
    tree = ast.parse(source)
    for node in _documented(tree):
        del node.body[0]
    return _dump(tree)


def _dump(node: object) -> str:
    """As `ast.dump`, which tells empty fields in some versions of Python and not in others."""
    if isinstance(node, ast.AST):
        told = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
        return f"{type(node).__name__}({', '.join(f'{name}={_dump(one)}' for name, one in told)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_dump, node))}]"
    return repr(node)


def _texts(path: Path) -> Iterator[str]:
    """What a person reads: texts with a capital letter or a blank, without docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documents = {id(node.body[0].value) for node in _documented(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if id(node) not in documents and (text != text.lower() or " " in text):
                yield text


def _documented(tree: ast.Module) -> list[Any]:
    """The modules, classes and functions that begin with a docstring."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None
    ]
