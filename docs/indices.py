"""Writes the lists of the manual that follow from its pages and from the registry of windows.

python -m docs.indices

inicio.md lists the pages with the summary below each title; modulo.md has the menus of the windows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from icsoe_desktop.gui.ayuda.paginas import INDEX, target_of
from icsoe_desktop.gui.base.windows import WINDOWS, WindowEntry

MANUAL: Final = Path(__file__).resolve().parent / "manual"
MENUS: Final = "modulo"
_LIST: Final = re.compile(r"(?<=\n## Las ventanas\n\n)(?:- .*\n)+")
_LISTED: Final = re.compile(r"^- \[.*?\]\((\w+)\.md\)", re.MULTILINE)
_SUMMARY: Final = re.compile(r"# (?P<title>.+)\n\n\*(?P<summary>[^*]+)\.\*\n")
_ROWS: Final = "(?:\\| (?:{}) \\|.*\n)+"


def with_lists(pages: Mapping[str, str]) -> dict[str, str]:
    """The two pages with their lists made new. pages: name → Markdown.

    Raises ValueError for a page without a summary below its title.
    """
    return {INDEX: _with_pages(pages), MENUS: _with_menus(pages[MENUS])}


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
    rows = "".join(_row(entry) for entry in WINDOWS if entry.menu)
    return re.sub(_ROWS.format("|".join(menus)), lambda _: rows, text)


def _row(entry: WindowEntry) -> str:
    label = _plain(entry.label).rstrip("…")
    name, section = target_of(entry.help)
    if name != INDEX:
        label = f"[{label}]({name}.md{'#' if section else ''}{section})"
    return f"| {_plain(entry.menu)} | {label} | {entry.shortcut} |".replace("  |", " |") + "\n"


def _plain(label: str) -> str:
    return label.replace("&", "")


def main() -> None:
    pages = {path.stem: path.read_text("utf-8") for path in sorted(MANUAL.glob("*.md"))}
    for name, text in with_lists(pages).items():
        if text != pages[name]:
            (MANUAL / f"{name}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
