"""`icsoe-desktop`: the windows, or with a command, the same services without windows."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """The exit status: 0 good, 1 not good, 2 usage."""
    from icsoe_desktop.cli import parse

    arguments = parse(sys.argv[1:] if argv is None else argv)
    if arguments.run is not None:
        return int(arguments.run(arguments))
    from icsoe_desktop.app import run_gui

    return run_gui(arguments.datos, arguments.enlace, smoke=arguments.smoke)


if __name__ == "__main__":
    sys.exit(main())
