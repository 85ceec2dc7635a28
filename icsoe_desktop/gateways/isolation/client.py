"""Asks a child process to read a file of a stranger: bounded memory and time, ended on cancel.

A library that parses PDF, pictures or workbooks may be made to freeze, to fill the memory or to
crash. In a child process that costs the file, not the program.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.isolation.answers import TOO_MUCH
from icsoe_desktop.gateways.isolation.limits import (
    MEMORY_BYTES,
    FrameError,
    WindowsJob,
    read_frame,
    write_frame,
)
from icsoe_desktop.jobs import NoProgress, Progress

CHILD_WORD: Final = "--leer-aislado"
CONSOLE_PROGRAM: Final = "icsoe-consola.exe"
SILENCE_S: Final = 20.0
POLL_S: Final = 0.1
ENDING_S: Final = 0.5
_MAX_SENTENCE: Final = 2_000
_FRAMES_AHEAD: Final = 4
# How abort() ends a process on Windows: with a fault report, and without one (Wine).
# Source: learn.microsoft.com, abort.
_ABORTED: Final = (0xC0000409, 3) if sys.platform == "win32" else (-6,)

TOO_SLOW: Final = (
    "Leer el archivo tomó demasiado tiempo y se detuvo. No se cambió nada. Revise de dónde viene; "
    "ábralo en su programa y guárdelo de nuevo."
)
BROKEN: Final = (
    "El archivo no se puede leer: está dañado o no es lo que dice ser. No se cambió nada. Vuelva a "
    "copiarlo desde su origen."
)


class ChildLostError(UserFacingError):
    """The child died of the file: no memory, or a crash of its library."""


class IsolatedReader:
    """One child process, for one file. Not for use by two threads at once; close it."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES, silence_s: float = SILENCE_S) -> None:
        """silence_s: how long the child may take from one answer or report to the next."""
        self._memory = memory_bytes
        self._silence = silence_s
        self._process: subprocess.Popen[bytes] | None = None
        # Also for a reader that was never closed: its child must not outlive it.
        self._end: weakref.finalize[..., IsolatedReader] | None = None
        self._frames: queue.Queue[tuple[Any, bytes] | None] = queue.Queue(_FRAMES_AHEAD)

    def __enter__(self) -> IsolatedReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self,
        task: str,
        arguments: dict[str, Any],
        payload: bytes | None = b"",
        progress: Progress | None = None,
    ) -> Iterator[tuple[Any, bytes]]:
        """The answers of `task` (see child.TASKS), each a JSON value and octets.

        payload: the file's octets; None repeats the previous request's.
        Raises what the task raises (UserFacingError, InvalidInputError), UserFacingError where the
        child reached a limit (ChildLostError where it died), and Cancelled.
        """
        told = progress or NoProgress()
        try:
            self._send(task, arguments, payload)
            yield from self._answers(told)
        except BaseException:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether a child is there that knows the file of the request before."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the child from another thread. The waiting call raises UserFacingError."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Ends the child at once."""
        self._process = None
        if self._end is not None:
            self._end()

    def _send(self, task: str, arguments: dict[str, Any], payload: bytes | None) -> None:
        if self._process is None:
            self._start()
        stdin = self._process.stdin if self._process is not None else None
        assert stdin is not None  # noqa: S101
        header = {"task": task, "arguments": arguments, "again": payload is None}
        try:
            write_frame(stdin, header, payload or b"")
        except OSError as error:
            raise UserFacingError(BROKEN) from error

    def _start(self) -> None:
        self._frames = queue.Queue(_FRAMES_AHEAD)
        job = WindowsJob(self._memory)
        no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = process = subprocess.Popen(
            [*child_command(), str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=no_window,
            env=_environment(),
            close_fds=True,
        )
        self._end = weakref.finalize(self, _end, process, job, self._frames)
        if sys.platform == "win32":
            job.add(int(process._handle))  # type: ignore[attr-defined]
        assert process.stdout is not None  # noqa: S101
        reader = threading.Thread(
            target=_pump, args=(process.stdout, self._frames, process), daemon=True
        )
        reader.start()

    def _answers(self, progress: Progress) -> Iterator[tuple[Any, bytes]]:
        last: tuple[int, int | None, str] = (0, None, "")
        heard = time.monotonic()
        while True:
            try:
                frame = self._frames.get(timeout=POLL_S)
            except queue.Empty:
                progress.report(*last)
                if time.monotonic() - heard > self._silence:
                    raise UserFacingError(TOO_SLOW) from None
                continue
            heard = time.monotonic()
            if frame is None:
                raise self._death()
            header, blob = frame
            match header:
                case ["answer", value]:
                    yield value, blob
                    heard = time.monotonic()
                case ["report", int(done), int() | None as total, str(what)]:
                    last = (done, total, what[:_MAX_SENTENCE])
                    progress.report(*last)
                case ["end"]:
                    return
                case ["refused", str(message), bool(is_input), str() | None as campo]:
                    sentence = message[:_MAX_SENTENCE]
                    if is_input:
                        raise InvalidInputError(sentence, campo)
                    raise UserFacingError(sentence)
                case ["memory"]:
                    raise ChildLostError(TOO_MUCH)
                case _:
                    raise UserFacingError(BROKEN)

    def _death(self) -> UserFacingError:
        """Why the child is gone, as far as its end tells."""
        assert self._process is not None  # noqa: S101
        status = self._process.wait()
        sigxcpu, sigkill = 24, 9
        if status in (-sigxcpu, -sigkill):
            return UserFacingError(TOO_SLOW)
        # PDFium and the Rust readers end the process where they get no memory.
        return ChildLostError(TOO_MUCH if status in (-5, -4, *_ABORTED) else BROKEN)


def _end(
    process: subprocess.Popen[bytes], job: WindowsJob, frames: queue.Queue[tuple[Any, bytes] | None]
) -> None:
    process.kill()
    job.close()
    # The thread that reads may wait for room.
    with contextlib.suppress(queue.Empty):
        while True:
            frames.get_nowait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    # One that waits for a share that is gone does not end; nobody waits for it.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_S)


def child_command() -> list[str]:
    """The command of the child: this program in a bundle, otherwise this interpreter."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        if sys.platform == "win32":
            # The program with windows has no standard streams there.
            program = program.with_name(CONSOLE_PROGRAM)
        return [str(program), CHILD_WORD]
    root = str(Path(__file__).resolve().parents[3])
    code = (
        f"import sys; sys.path.insert(0, {root!r}); "
        "from icsoe_desktop.gateways.isolation.child import main; main(sys.argv[1:])"
    )
    return [sys.executable, "-I", "-c", code]


def _environment() -> dict[str, str]:
    """As little as Python and its libraries need: no proxies, no keys, no folder of data."""
    kept = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "LANG", "LC_ALL")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _pump(
    stream: IO[bytes],
    frames: queue.Queue[tuple[Any, bytes] | None],
    process: subprocess.Popen[bytes],
) -> None:
    """Puts frames into the queue until the child ends; None at the end."""
    try:
        while (frame := read_frame(stream)) is not None:
            frames.put(frame)
    except (FrameError, OSError, MemoryError):
        frames.put((["garbled"], b""))
        process.kill()
    finally:
        stream.close()
        frames.put(None)
