"""The first tier of the tests: what is quick enough to be passed at each change.

Rules and values, keys, store, services and the windows' presenters with their windows. Without real
servers, and without what is marked `later`: killed processes, long walks at random, windows that
are drawn whole (test_accesible) or given hostile files. Desktops that meet over a server in memory
come later too: each test is a dozen rounds of two stores.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

FOLDERS = ("domain", "seguridad", "store", "services", "gui")
# Of gui: these open every window, or the real server.
LATER = (("gui", "inicio"), ("gui", "oficina"))
SERVERS = frozenset({"kinto", "kinto_memoria", "kinto_postgres", "kinto_peligroso", "base_kinto"})
MEETINGS = frozenset({"dos", "mesas"})
# Folders whose files take long, and mostly wait.
LONG = frozenset({"caos", "completas", "herramientas", "hostiles", "servidor"})


def in_first_tier(path: PurePath, fixtures: Iterable[str], *, later: bool) -> bool:
    """path: of the test's file in `tests`. later: whether it is marked so."""
    return may_hold_first_tier(path) and not later and (SERVERS | MEETINGS).isdisjoint(fixtures)


def takes_long(path: PurePath, fixtures: Iterable[str], *, later: bool) -> bool:
    """Whether the test's file should start early, so that no process ends long after the others.

    path, later: as in `in_first_tier`.
    """
    return path.parts[0] in LONG or later or not (SERVERS | MEETINGS).isdisjoint(fixtures)


def may_hold_first_tier(path: PurePath) -> bool:
    """Whether a file or folder of `tests` may hold a test of the first tier."""
    if not path.parts:
        return True
    return path.parts[0] in FOLDERS and path.parts[:2] not in LATER
