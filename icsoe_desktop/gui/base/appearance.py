"""What was chosen for the look: kept in the preferences, applied at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtWidgets import QApplication

from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.base.preferences import Preferences

# A lower screen shows compact rows unless something else was chosen.
LOW_SCREEN_PX = 1000
_SCHEME, _DENSITY, _LETTERS = "apariencia", "densidad", "letras"


class Appearance(NamedTuple):
    """scheme: a key of tokens.SCHEMES, or empty for the system's. letters: percent."""

    scheme: str = ""
    density: str = "normal"
    letters: int = 100


def default(app: QApplication) -> Appearance:
    low = app.primaryScreen().size().height() < LOW_SCREEN_PX
    return Appearance(density="compacta" if low else "normal")


def read(app: QApplication, preferences: Preferences) -> Appearance:
    """The chosen appearance. Unknown values of a file edited by hand count as default."""
    usual = default(app)
    scheme, density = preferences.get(_SCHEME), preferences.get(_DENSITY)
    letters = preferences.get(_LETTERS)
    return Appearance(
        scheme if scheme in tokens.SCHEMES else usual.scheme,
        density if density in tokens.DENSITIES else usual.density,
        _percent(letters) if letters.isascii() and letters.isdigit() else usual.letters,
    )


def keep(preferences: Preferences, chosen: Appearance) -> None:
    preferences.set(_SCHEME, chosen.scheme)
    preferences.set(_DENSITY, chosen.density)
    preferences.set(_LETTERS, str(chosen.letters))


def forget(preferences: Preferences) -> None:
    for name in (_SCHEME, _DENSITY, _LETTERS):
        preferences.set(name, "")


def with_fixed(chosen: Appearance, fixed: Mapping[str, str]) -> Appearance:
    """The appearance with what the machine's policy fixes. fixed: see domain/politicas/catalogo."""
    scheme, density = fixed.get("tema"), fixed.get("densidad", chosen.density)
    return Appearance(
        chosen.scheme if scheme is None else scheme if scheme in tokens.SCHEMES else "",
        density if density in tokens.DENSITIES else chosen.density,
        _percent(fixed["letras"]) if "letras" in fixed else chosen.letters,
    )


def apply(app: QApplication, chosen: Appearance) -> None:
    assets.set_density(app, chosen.density)
    assets.set_letters(app, chosen.letters)
    assets.set_color_scheme(app, chosen.scheme)


def enforce(app: QApplication, preferences: Preferences, fixed: Mapping[str, str]) -> None:
    """Apply what the machine's policy fixes, and keep it: the next start shows it from the first
    window on.
    """
    chosen = read(app, preferences)
    wanted = with_fixed(chosen, fixed)
    if wanted != chosen:
        keep(preferences, wanted)
        apply(app, wanted)


def _percent(digits: str) -> int:
    # Bounded before the conversion: a file may hold any number of digits.
    return min(max(int(digits[:4]), tokens.LEAST_LETTERS), tokens.MOST_LETTERS)
