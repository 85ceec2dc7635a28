"""Long work in a worker thread, with progress and cancelling. Imports no Qt."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

DRAWING_S = 0.05  # work waits at most so long until its window is drawn
REPORT_INTERVAL_S = 0.05
# How late a waiting job notices that it was cancelled.
LOOK_INTERVAL_S = 0.2
_SORTED_AT_ONCE = 4_000
_FREED_AT_ONCE = 1_000
_REST_S = 0.002  # the windows take their turn at the interpreter

# Not set while a window draws what a job brought: the jobs of all queues wait meanwhile.
_drawn = threading.Event()
_drawn.set()


class Cancelled(Exception):
    """Progress.report raises it after `cancel`. The transaction then rolls back."""


class Step(NamedTuple):
    """Progress of a job: `done` of `total` (None if unknown), and a phrase for the user."""

    done: int
    total: int | None
    what: str


class Progress(Protocol):
    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Report the progress. Raises Cancelled if the work must stop."""


class NoProgress:
    """A Progress that shows nothing and never cancels."""

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        return None


class Succeeded(NamedTuple, Generic[T_co]):
    value: T_co


class Stopped(NamedTuple):
    pass


class Failed(NamedTuple):
    error: Exception


Outcome = Succeeded[T] | Stopped | Failed


def in_order(rows: Sequence[T], key: Callable[[T], Any], *, reverse: bool = False) -> Iterator[T]:
    """Sorted, in parts: one sort of a hundred thousand would keep every other thread waiting."""
    parts = [
        sorted(rows[at : at + _SORTED_AT_ONCE], key=key, reverse=reverse)
        for at in range(0, len(rows), _SORTED_AT_ONCE)
    ]
    return heapq.merge(*parts, key=key, reverse=reverse)


def empty(*held: dict[Any, Any] | set[Any]) -> None:
    """Free what they hold one by one: at once it would keep every other thread waiting."""
    for one in held:
        take = one.popitem if isinstance(one, dict) else one.pop
        while one:
            take()


def free_slowly(*held: list[Any], first: Iterable[Callable[[], object]] = ()) -> None:
    """Empty lists in a thread of its own and by parts: a hundred thousand objects at once would
    keep every other thread waiting. Nobody else may hold what is in them.

    first: calls that free one object each, made before.
    """

    def free() -> None:
        for at, call in enumerate(first):
            call()
            if at % _FREED_AT_ONCE == 0:
                time.sleep(_REST_S)
        for one in held:
            while one:
                del one[-_FREED_AT_ONCE:]
                time.sleep(_REST_S)

    threading.Thread(target=free, name="free", daemon=True).start()


def settle(
    outcome: Outcome[T],
    then: Callable[[T], object],
    failed: Callable[[Exception], object],
    stopped: Callable[[], object] | None = None,
) -> None:
    """Call the function that answers this outcome; without `stopped` a stop needs no answer."""
    match outcome:
        case Succeeded(value):
            then(value)
        case Failed(error):
            failed(error)
        case Stopped():
            if stopped is not None:
                stopped()


Deliver = Callable[[Callable[[], None]], None]


def _at_once(function: Callable[[], None]) -> None:
    function()


class Job:
    """One piece of work in a queue. `cancel` takes effect at its next report or at its start."""

    def __init__(self, deliver: Deliver, on_progress: Callable[[Step], None] | None) -> None:
        self._deliver = deliver
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._last_report = 0.0

    def cancel(self) -> None:
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Sleep; True as soon as it was cancelled."""
        return self._cancelled.wait(seconds)

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        if self._cancelled.is_set():
            raise Cancelled
        if not _drawn.wait(DRAWING_S):
            # Its window may be gone, and would never say so: nothing waits for it again.
            _drawn.set()
        on_progress = self._on_progress
        if on_progress is None:
            return
        now = time.monotonic()
        if now - self._last_report < REPORT_INTERVAL_S and done != total:
            return
        self._last_report = now
        step = Step(done, total, what)
        self._deliver(lambda: on_progress(step))


class _OfThread(threading.local):
    job: Job | None = None


_of_thread = _OfThread()


class Waits:
    """Waits that end with the job that makes this object, also in other threads."""

    def __init__(self) -> None:
        self._job = _of_thread.job

    def pause(self, seconds: float) -> None:
        """Sleep. Raises Cancelled as soon as the job is cancelled."""
        if self._job is None:
            time.sleep(seconds)
        elif self._job.wait(seconds):
            raise Cancelled

    def call(self, ask: Callable[[], T]) -> T:
        """The result of a call that cannot be interrupted, for example of a request.

        Raises Cancelled as soon as the job is cancelled; a thread of its own then finishes the
        call, and its result is lost.
        """
        if self._job is None:
            return ask()
        outcome: list[Succeeded[T] | Failed] = []
        done = threading.Event()

        def run() -> None:
            try:
                outcome.append(Succeeded(ask()))
            except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
                outcome.append(Failed(error))
            done.set()

        threading.Thread(target=run, name="request", daemon=True).start()
        while not done.wait(LOOK_INTERVAL_S):
            if self._job.wait(0):
                raise Cancelled
        found = outcome[0]
        if isinstance(found, Failed):
            raise found.error
        return found.value


class JobQueue:
    """Runs work on an executor and returns the outcome on the caller's thread.

    executor: makes it for the first work. With one thread it runs the work in the order of `add`.
    deliver: called in the worker with a function; it must run it on the caller's thread.
    at_rest: called by `add` with a function, which it runs once the caller's thread has drawn what
    it has to draw. The work begins after that, and the reports of other work wait while an outcome
    is drawn: both would take turns at the interpreter, and each cell of a table waits for its turn.
    """

    def __init__(
        self, executor: Callable[[], Executor], deliver: Deliver, at_rest: Deliver = _at_once
    ) -> None:
        self._make_executor = executor
        self._executor: Executor | None = None
        self._deliver = deliver
        self._at_rest = at_rest
        self._running: dict[Future[None], Job] = {}
        self._closed = False
        self._lock = threading.Lock()

    def add(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[Outcome[T]], None],
        on_progress: Callable[[Step], None] | None = None,
    ) -> Job:
        job = Job(self._deliver, on_progress)
        drawn = threading.Event()

        def run() -> None:
            drawn.wait(DRAWING_S)
            outcome = _outcome_of(work, job)
            self._deliver(lambda: self._draw(on_done, outcome))

        with self._lock:
            if self._closed:
                # A timer of a window may still add work while the program ends.
                job.cancel()
                self._deliver(lambda: on_done(Stopped()))
                return job
            if self._executor is None:
                self._executor = self._make_executor()
            future = self._executor.submit(run)
            self._running[future] = job
        self._at_rest(drawn.set)
        future.add_done_callback(self._forget)
        return job

    def _draw(self, on_done: Callable[[Outcome[T]], None], outcome: Outcome[T]) -> None:
        _drawn.clear()
        # Asked for before: `on_done` may open a window and wait for it.
        self._at_rest(_drawn.set)
        on_done(outcome)

    @property
    def busy(self) -> bool:
        with self._lock:
            return bool(self._running)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Cancel all jobs and wait. False if some still run after `timeout_s`."""
        with self._lock:
            self._closed = True
            running = dict(self._running)
            executor = self._executor
        if executor is None:
            return True
        for job in running.values():
            job.cancel()
        from concurrent.futures import wait  # slow import, which an isolated reader does not need

        unfinished = wait(running, timeout=timeout_s).not_done
        executor.shutdown(wait=not unfinished, cancel_futures=True)
        return not unfinished

    def _forget(self, future: Future[None]) -> None:
        with self._lock:
            self._running.pop(future, None)


def _outcome_of(work: Callable[[Progress], T], job: Job) -> Outcome[T]:
    _of_thread.job = job
    try:
        job.report(0)
        return Succeeded(work(job))
    except Cancelled:
        return Stopped()
    except Exception as error:  # noqa: BLE001 - the window that asked gets every error
        return Failed(error)
    finally:
        _of_thread.job = None
