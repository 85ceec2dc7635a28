"""The windows; imports services and domain."""

import builtins

import PySide6.QtCore  # noqa: F401 - puts in place what is taken away here

# PySide6 reads the source of every module imported after it, to look for a PySide6
# feature that this
# program does not use. That takes a fifth of the time until the login window is usable.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
