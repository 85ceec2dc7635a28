"""`icsoe-desktop`: the windows, or with a command, the same services without windows."""

from __future__ import annotations

import gc
import os
import sys


def main(argv: list[str] | None = None) -> int:
    """The exit status: 0 good, 1 not good, 2 usage."""
    words = sys.argv[1:] if argv is None else argv
    if argv is None:
        # Called by a test or another program, it is not this one's process.
        from icsoe_desktop.seguridad.process import forbid_dumps

        forbid_dumps()
    if not words and "_ARGCOMPLETE" not in os.environ:
        return _show_windows()
    if words[:1] == ["--leer-aislado"]:
        from icsoe_desktop.gateways.isolation.child import main as read_isolated

        read_isolated(words[1:])
        return 0
    from icsoe_desktop.cli.main import parse
    from icsoe_desktop.errors import UserFacingError

    try:
        arguments = parse(words)
    except UserFacingError as error:
        return _refuse(error.message)
    if arguments.run is not None:
        return int(arguments.run(arguments))
    return _show_windows(arguments.datos, arguments.enlace, arguments.smoke)


def _show_windows(datos: str | None = None, link: str | None = None, smoke: bool = False) -> int:
    if sys.platform == "win32" and not smoke:
        from icsoe_desktop.arranque.copias import hand_over

        if hand_over(sys.argv[1:]):
            return 0
    # What is made while the program starts stays: looking for garbage in it takes a tenth of the
    # time. Once the data is open, Program looks for it again, in the GUI thread only.
    gc.disable()
    from icsoe_desktop.arranque.process import run_gui

    return run_gui(datos, link, smoke=smoke)


def _refuse(message: str) -> int:
    """Says why in the terminal, or in a window for a start by the desktop; status 2."""
    if sys.stderr is not None:
        sys.stderr.write(f"{message}\n")
    if sys.stderr is None or not sys.stderr.isatty():
        from icsoe_desktop.arranque.process import say

        say(message)
    return 2


if __name__ == "__main__":
    sys.exit(main())
