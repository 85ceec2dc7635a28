"""The policies that Group Policy writes into the registry of Windows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol

# Only administrators may write below Software\Policies.
ROOT = r"Software\Policies\ICSOE Desktop"
MAX_VALUES, MAX_TEXT = 64, 8_192


class PolicyRegistry(Protocol):
    def values(self, seccion: str) -> Mapping[str, str]:
        """The values of one section by name, as text. Empty if there is none."""


class NoPolicies:
    """Of a system without a registry."""

    def values(self, seccion: str) -> Mapping[str, str]:
        return {}


def as_text(value: object) -> str | None:
    """A value of the registry as central.ini would have it; None for an unusable kind."""
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and len(value) <= MAX_TEXT else None


if sys.platform == "win32":
    import winreg

    class WindowsPolicies:
        """HKLM, in the view of 64-bit programs. root: another key, for tests."""

        def __init__(self, root: str = ROOT, hive: int = winreg.HKEY_LOCAL_MACHINE) -> None:
            self._root, self._hive = root, hive

        def values(self, seccion: str) -> Mapping[str, str]:
            found: dict[str, str] = {}
            access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            try:
                with winreg.OpenKey(self._hive, rf"{self._root}\{seccion}", 0, access) as key:
                    for index in range(MAX_VALUES):
                        name, value, _kind = winreg.EnumValue(key, index)
                        text = as_text(value)
                        if text is not None:
                            found[name] = text
            except OSError:  # no such key, or no further value
                return found
            return found


def of_this_machine() -> PolicyRegistry:
    if sys.platform == "win32":
        return WindowsPolicies()
    return NoPolicies()
