"""Giving memory back to the system after work that took much of it."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """What SQLite freed is the system's again.

    Of a sort of a million rows glibc would keep 60 MB, in pieces between what is still used. Other
    systems give it back by themselves.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every library of C
        if trim is not None:
            trim(0)
