"""Writes the lists of the manual that follow from its pages and from the registry of windows.

python -m resources.herramientas.indices

inicio.md lists the pages with the summary below each title; modulo.md has the menus of the windows;
ordenes.md describes every command of the command line from its parser.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from icsoe_desktop.cli.main import SpanishParser, build_parser
from icsoe_desktop.gui.base.windows import WINDOWS, WindowEntry
from icsoe_desktop.gui.inicio.ayuda.presenter import INDEX, target_of

MANUAL: Final = Path(__file__).resolve().parents[2] / "docs" / "manual"
MENUS: Final = "modulo"
COMMANDS: Final = "ordenes"
_INTRO: Final = (
    "Es lo mismo que dice `--ayuda` al final de cada orden. Cómo se usan: [Línea de órdenes]"
    "(linea_de_ordenes.md). En Windows, el programa se llama `icsoe-consola.exe`; desde el código, "
    "`python3 icsoe.py`. Todas aceptan `--json` y `--ayuda`."
)
_COMMANDS_HEAD: Final = f"""\
# Todas las órdenes

*Cada orden con sus argumentos, sus opciones y un ejemplo.*

{_INTRO}
"""
_LIST: Final = re.compile(r"(?<=\n## Las ventanas\n\n)(?:- .*\n)+")
_LISTED: Final = re.compile(r"^- \[.*?\]\((\w+)\.md\)", re.MULTILINE)
_SUMMARY: Final = re.compile(r"# (?P<title>.+)\n\n\*(?P<summary>[^*]+)\.\*\n")
_ROWS: Final = "(?:\\| (?:{}) \\|.*\n)+"


def with_lists(pages: Mapping[str, str]) -> dict[str, str]:
    """The two pages with their lists made new. pages: name → Markdown.

    Raises ValueError for a page without a summary below its title.
    """
    return {INDEX: _with_pages(pages), MENUS: _with_menus(pages[MENUS])}


def commands_page(parser: SpanishParser) -> str:
    """Every command as Markdown, in the order of the parser."""
    lines = [_COMMANDS_HEAD]
    for group in _children(parser):
        leaves = list(_children(group)) or [group]
        title = group.prog.partition(" ")[2]
        lines.append(f"\n## {title}\n")
        if leaves != [group]:
            lines.append(f"\n{group.description}\n")
        for leaf in leaves:
            if leaf is not group:
                lines.append(f"\n### {leaf.prog.partition(' ')[2]}\n")
            lines += _command(leaf)
    return "".join(lines)


def _children(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"\n{parser.description}\n\n"
    for action in parser._actions:
        if action.dest == "json" or isinstance(action, argparse._HelpAction):
            continue
        value = action.metavar if isinstance(action.metavar, str) else ""
        if action.choices and not value:
            value = "|".join(map(str, action.choices))
        name = f"{action.option_strings[0]} {value}".rstrip() if action.option_strings else value
        needed = " (obligatorio)" if action.required and action.option_strings else ""
        yield f"- `{name}`: {action.help}{needed}\n"
    yield f"\n```\n{(parser.epilog or '').removeprefix('Ejemplo: ')}\n```\n"


def _with_pages(pages: Mapping[str, str]) -> str:
    text = pages[INDEX]
    (present,) = _LIST.findall(text)
    others = set(_LISTED.findall(text.replace(present, "")))
    known = [name for name in _LISTED.findall(present) if name in pages]
    new = sorted(pages.keys() - {INDEX, *known, *others})
    lines = [_line(name, pages[name]) for name in (*known, *new)]
    return _LIST.sub(lambda _: "".join(lines), text)


def _line(name: str, text: str) -> str:
    found = _SUMMARY.match(text)
    if found is None:
        raise ValueError(f"{name}.md: falta un resumen en cursiva, con punto, bajo el título")
    summary = found["summary"]
    return f"- [{found['title']}]({name}.md): {summary[0].lower()}{summary[1:]}.\n"


def _with_menus(text: str) -> str:
    menus = dict.fromkeys(_plain(entry.menu) for entry in WINDOWS if entry.menu)
    rows = [_row(entry) for entry in WINDOWS if entry.menu]

    def renewed(found: re.Match[str]) -> str:
        """What is written by hand of a menu stays as it is."""
        return "".join(rows) if any(row in found[0] for row in rows) else found[0]

    return re.sub(_ROWS.format("|".join(menus)), renewed, text)


def _row(entry: WindowEntry) -> str:
    label = _plain(entry.label).rstrip("…")
    name, section = target_of(entry.help)
    if name != INDEX:
        label = f"[{label}]({name}.md{'#' if section else ''}{section})"
    key = entry.shortcut.replace("Shift", "Mayús")
    return f"| {_plain(entry.menu)} | {label} | {key} |".replace("  |", " |") + "\n"


def _plain(label: str) -> str:
    return label.replace("&", "")


def main() -> None:
    pages = {path.stem: path.read_text("utf-8") for path in sorted(MANUAL.glob("*.md"))}
    made = with_lists(pages) | {COMMANDS: commands_page(build_parser())}
    for name, text in made.items():
        if text != pages.get(name):
            (MANUAL / f"{name}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
