"""`icsoe-desktop`: the windows, or with a command, the same services without windows."""

from __future__ import annotations

import gc
import sys


def main(argv: list[str] | None = None) -> int:
    """The exit status: 0 good, 1 not good, 2 usage."""
    words = sys.argv[1:] if argv is None else argv
    if not words:
        return _show_windows()
    from icsoe_desktop.cli.main import parse

    arguments = parse(words)
    if arguments.run is not None:
        return int(arguments.run(arguments))
    return _show_windows(arguments.datos, arguments.enlace, arguments.smoke)


def _show_windows(datos: str | None = None, link: str | None = None, smoke: bool = False) -> int:
    # What is made while the program starts stays: looking for garbage in it takes a tenth of the
    # time. Once the data is open, Program looks for it again, in the GUI thread only.
    gc.disable()
    from icsoe_desktop.arranque.process import run_gui

    return run_gui(datos, link, smoke=smoke)


if __name__ == "__main__":
    sys.exit(main())
