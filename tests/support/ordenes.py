"""Commands as a script calls them, in this process."""

from __future__ import annotations

from icsoe_desktop.cli import main


def run(*words: object) -> int:
    """The status with which the command ends."""
    arguments = main.parse([str(word) for word in words])
    status: int = arguments.run(arguments)
    return status
