"""Keeps the memory of this process, where the keys are, from core dumps and other programs.

Sources: setrlimit(2), prctl(2) PR_SET_DUMPABLE; learn.microsoft.com, process security and access
rights.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4
# SYNCHRONIZE, PROCESS_QUERY_LIMITED_INFORMATION and PROCESS_TERMINATE for the owner; all rights for
# the system, which updates and shuts down.
_WINDOWS_RIGHTS = "D:P(A;;0x101001;;;OW)(A;;0x1FFFFF;;;SY)"


def forbid_dumps() -> None:
    """No core dump, no debugger of the same user, no reading of this process's memory.

    Does what the system lets it do, and says nothing of the rest: the program works without.
    """
    if sys.platform == "win32":
        with suppress(OSError, AttributeError):
            _close_to_other_programs()
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


if sys.platform == "win32":

    def _close_to_other_programs() -> None:
        kernel = ctypes.WinDLL("kernel32")
        security = ctypes.WinDLL("advapi32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        descriptor = ctypes.c_void_p()
        made = security.ConvertStringSecurityDescriptorToSecurityDescriptorW(
            ctypes.c_wchar_p(_WINDOWS_RIGHTS), 1, ctypes.byref(descriptor), None
        )
        if made:
            dacl_information = 4
            security.SetKernelObjectSecurity(
                ctypes.c_void_p(kernel.GetCurrentProcess()), dacl_information, descriptor
            )
            kernel.LocalFree(descriptor)
