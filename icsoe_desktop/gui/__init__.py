"""The windows; imports services and domain."""

import builtins

import PySide6.QtCore  # noqa: F401 - puts in place what is taken away here

# PySide6 reads the source of every module that is imported after it, in case the module wants a
# feature of PySide6's that nobody here uses: a fifth of the time until one can log in.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
