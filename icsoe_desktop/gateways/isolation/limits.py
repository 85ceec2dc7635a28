"""Limits that hold a process whatever the library inside it does.

POSIX: the child limits itself, before it is given a file (setrlimit, prctl). Windows: the parent
puts it into a job object.
Sources: setrlimit(2), prctl(2); learn.microsoft.com, JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys
from typing import IO, Any, Final

MEMORY_BYTES: Final = 256 * 2**20  # beyond what the interpreter itself takes
CPU_SECONDS: Final = 300


def limit_own_process(memory_bytes: int = MEMORY_BYTES, cpu_s: int = CPU_SECONDS) -> None:
    """No more memory or time than this, no file written, no core dump, no life without the parent.

    memory_bytes: on top of the address space in use now. Does nothing on Windows.
    """
    if sys.platform == "win32":
        return
    import resource

    used = _address_space()
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CPU, cpu_s)
    if used:
        _lower(resource.RLIMIT_AS, used + memory_bytes)
    if sys.platform.startswith("linux"):
        _prctl()


def _lower(what: int, most: int) -> None:
    import resource

    _, hard = resource.getrlimit(what)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(what, (most, most))


def _address_space() -> int:
    """Octets of address space in use; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib costs the start
            pages = int(file.read().split()[0])
    except (OSError, ValueError):
        return 0
    import resource

    return pages * resource.getpagesize()


def _prctl() -> None:
    set_pdeathsig, set_dumpable, set_no_new_privs, sigkill = 1, 4, 38, 9
    try:
        libc = ctypes.CDLL(None)
    except OSError:
        return
    libc.prctl(set_pdeathsig, sigkill, 0, 0, 0)
    libc.prctl(set_dumpable, 0, 0, 0, 0)
    libc.prctl(set_no_new_privs, 1, 0, 0, 0)


class WindowsJob:
    """A Windows job object: its process dies with it. Does nothing elsewhere."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES, cpu_s: int = CPU_SECONDS) -> None:
        self._handle: int | None = None
        if sys.platform == "win32":
            # The interpreter's own share counts here.
            self._handle = _windows_job(memory_bytes + 128 * 2**20, cpu_s)

    def add(self, process_handle: int) -> None:
        """Raises OSError when the system refuses."""
        if sys.platform == "win32" and self._handle is not None:
            kernel = _kernel32()
            if not kernel.AssignProcessToJobObject(self._handle, process_handle):
                raise ctypes.WinError(ctypes.get_last_error())

    def close(self) -> None:
        """Ends what still runs in it."""
        if sys.platform == "win32" and self._handle is not None:
            _kernel32().CloseHandle(self._handle)
            self._handle = None


if sys.platform == "win32":
    from ctypes import wintypes

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _IoCounters(ctypes.Structure):
        _fields_ = tuple((f"count{at}", ctypes.c_uint64) for at in range(6))

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("Basic", _BasicLimits),
            ("Io", _IoCounters),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    _PROCESS_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY = 0x2, 0x8, 0x100
    _DIE_ON_EXCEPTION, _KILL_ON_CLOSE = 0x400, 0x2000
    _EXTENDED_LIMIT_INFORMATION = 9

    def _kernel32() -> Any:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            ctypes.c_void_p,
            wintypes.DWORD,
        )
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        return kernel

    def _windows_job(memory_bytes: int, cpu_s: int) -> int:
        kernel = _kernel32()
        handle = kernel.CreateJobObjectW(None, None)
        limits = _ExtendedLimits()
        limits.Basic.LimitFlags = (
            _PROCESS_TIME | _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE_ON_EXCEPTION | _KILL_ON_CLOSE
        )
        limits.Basic.PerProcessUserTimeLimit = cpu_s * 10_000_000  # of 100 ns
        limits.Basic.ActiveProcessLimit = 1
        limits.ProcessMemoryLimit = memory_bytes
        size = ctypes.sizeof(limits)
        done = handle and kernel.SetInformationJobObject(
            handle, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), size
        )
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())
        return int(handle)


_SIZES: Final = struct.Struct(">IQ")  # octets of the header, octets behind it
MAX_HEADER_BYTES: Final = 64 * 2**20
MAX_BLOB_BYTES: Final = 192 * 2**20


class FrameError(Exception):
    """The other side ended in the middle of a frame, or says what no frame is."""


def write_frame(stream: IO[bytes], header: Any, blob: bytes | memoryview = b"") -> None:
    """Raises OSError if the other side closed the pipe."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    stream.write(_SIZES.pack(len(text), len(blob)))
    stream.write(text)
    if blob:
        stream.write(blob)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[Any, bytes] | None:
    """The next header and its octets; None where the other side has ended. Raises FrameError."""
    sizes = stream.read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise FrameError("cut short")
    header, blob = _SIZES.unpack(sizes)
    if header > MAX_HEADER_BYTES or blob > MAX_BLOB_BYTES:
        raise FrameError("too large")
    text = stream.read(header)
    data = stream.read(blob) if blob else b""
    if len(text) < header or len(data) < blob:
        raise FrameError("cut short")
    try:
        return json.loads(text.decode("utf-8", "surrogatepass")), data
    except (ValueError, RecursionError) as error:
        raise FrameError("no header") from error
