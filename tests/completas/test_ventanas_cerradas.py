"""A window that was closed is gone: a day of opening and closing costs no memory."""

from __future__ import annotations

import gc
import weakref

import pytest

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import WINDOWS
from tests.completas.conftest import context, programa, styled
from tests.support.reposo import close_windows, settle

__all__ = ["context", "programa", "styled"]


@pytest.mark.parametrize("key", [entry.key for entry in WINDOWS])
def test_a_closed_window_leaves_nothing_of_itself(context: Context, key: str) -> None:
    """A cycle through Qt is garbage that no collection finds: who holds the window?"""
    window = context.shell.open(key, context.sesion)
    settle(window.isVisible)
    gone = weakref.ref(window)
    window.close()
    window.deleteLater()
    del window
    close_windows()
    settle()
    gc.collect()
    assert gone() is None, gc.get_referrers(gone())
