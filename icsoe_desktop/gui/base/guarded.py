"""Protects callbacks of jobs that finish after their window was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

T = TypeVar("T")


def while_alive(owner: QObject, function: Callable[[T], None]) -> Callable[[T], None]:
    """A wrapper of `function` that does nothing once Qt has deleted `owner`."""

    def call(value: T) -> None:
        if isValid(owner):
            function(value)

    return call
