"""Jobs: what comes of them, how far they are, how they stop."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from icsoe_desktop import jobs
from icsoe_desktop.jobs import (
    Cancelled,
    Failed,
    JobQueue,
    Progress,
    Step,
    Stopped,
    Succeeded,
    Waits,
)

TIMEOUT_S = 10.0


class Home:
    """The caller's thread: keeps what workers bring, and runs it when the test says."""

    def __init__(self) -> None:
        self._brought: list[Callable[[], None]] = []
        self._came = threading.Condition()

    def __call__(self, action: Callable[[], None]) -> None:
        with self._came:
            self._brought.append(action)
            self._came.notify()

    def run_until(self, done: Callable[[], bool]) -> None:
        while not done():
            with self._came:
                assert self._came.wait_for(lambda: self._brought, TIMEOUT_S)
                action = self._brought.pop(0)
            action()


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def queue(home: Home) -> Iterator[JobQueue]:
    queue = JobQueue(lambda: ThreadPoolExecutor(1), home)
    yield queue
    assert queue.close(TIMEOUT_S)


def wait_for(event: threading.Event) -> None:
    assert event.wait(TIMEOUT_S)


def test_each_end_of_a_job_comes_home(queue: JobQueue, home: Home) -> None:
    problem = ValueError("no")
    done: list[Any] = []

    def fail(_progress: Progress) -> None:
        raise problem

    def stop(_progress: Progress) -> None:
        raise Cancelled

    queue.add(lambda _progress: 7, done.append)
    queue.add(fail, done.append)
    queue.add(stop, done.append)
    home.run_until(lambda: len(done) == 3)
    assert done == [Succeeded(7), Failed(problem), Stopped()]


def test_what_comes_home_runs_on_the_callers_thread(queue: JobQueue, home: Home) -> None:
    threads: list[tuple[str, threading.Thread]] = []
    here = threading.current_thread()

    def work(progress: Progress) -> None:
        threads.append(("work", threading.current_thread()))
        progress.report(1, 1)

    queue.add(
        work,
        lambda _outcome: threads.append(("done", threading.current_thread())),
        lambda _step: threads.append(("progress", threading.current_thread())),
    )
    home.run_until(lambda: ("done", here) in threads)
    assert ("progress", here) in threads
    assert all(thread is not here for what, thread in threads if what == "work")


def test_one_thread_makes_a_queue(queue: JobQueue, home: Home) -> None:
    order: list[str] = []
    go = threading.Event()

    def first(_progress: Progress) -> None:
        wait_for(go)
        order.append("first works")

    queue.add(first, lambda _outcome: order.append("first done"))
    for name in ("second", "third"):
        queue.add(
            lambda _progress, name=name: order.append(f"{name} works"),
            lambda _outcome, name=name: order.append(f"{name} done"),
        )
    assert queue.busy
    go.set()
    home.run_until(lambda: "third done" in order)
    assert [one for one in order if "works" in one] == [
        "first works",
        "second works",
        "third works",
    ]
    assert [one for one in order if "done" in one] == ["first done", "second done", "third done"]


def test_progress_is_told_at_most_every_interval_and_at_the_end(
    queue: JobQueue, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])
    steps: list[Step] = []
    done: list[Any] = []

    def work(progress: Progress) -> None:
        for count in range(1, 11):
            now[0] += jobs.REPORT_INTERVAL_S / 4 + 0.001
            progress.report(count, 11, "contando")
        progress.report(11, 11, "contando")

    queue.add(work, done.append, steps.append)
    home.run_until(lambda: bool(done))
    assert steps == [
        Step(0, None, ""),
        Step(4, 11, "contando"),
        Step(8, 11, "contando"),
        Step(11, 11, "contando"),
    ]


def test_a_cancelled_job_stops_at_its_next_report(queue: JobQueue, home: Home) -> None:
    done: list[Any] = []
    begun, cancelled = threading.Event(), threading.Event()
    reached: list[int] = []

    def work(progress: Progress) -> None:
        progress.report(1)
        begun.set()
        wait_for(cancelled)
        reached.append(1)
        progress.report(2)
        reached.append(2)

    job = queue.add(work, done.append)
    wait_for(begun)
    job.cancel()
    cancelled.set()
    home.run_until(lambda: bool(done))
    assert (done, reached) == ([Stopped()], [1])


def test_a_job_cancelled_before_it_starts_never_works(queue: JobQueue, home: Home) -> None:
    go = threading.Event()
    worked: list[str] = []
    done: list[Any] = []
    queue.add(lambda _progress: wait_for(go), lambda _outcome: None)
    job = queue.add(lambda _progress: worked.append("second"), done.append)
    job.cancel()
    go.set()
    home.run_until(lambda: bool(done))
    assert (done, worked) == ([Stopped()], [])


def test_cancelling_what_is_done_changes_nothing(queue: JobQueue, home: Home) -> None:
    done: list[Any] = []
    job = queue.add(lambda _progress: "listo", done.append)
    home.run_until(lambda: bool(done))
    job.cancel()
    assert done == [Succeeded("listo")]


def test_a_queue_is_busy_until_its_last_job_ends(home: Home) -> None:
    executor = ThreadPoolExecutor(2)
    queue = JobQueue(lambda: executor, home)
    assert not queue.busy
    go = threading.Event()
    for _ in range(3):
        queue.add(lambda _progress: wait_for(go), lambda _outcome: None)
    assert queue.busy
    go.set()
    executor.shutdown(wait=True)
    assert not queue.busy


def test_closing_stops_running_and_waiting_jobs(home: Home) -> None:
    queue = JobQueue(lambda: ThreadPoolExecutor(1), home)
    done: list[Any] = []
    begun = threading.Event()

    def patient(progress: Progress) -> None:
        begun.set()
        while True:
            progress.report(0)

    queue.add(patient, done.append)
    queue.add(patient, done.append)
    wait_for(begun)
    assert queue.close(TIMEOUT_S) is True
    assert not queue.busy
    home.run_until(lambda: len(done) == 2)
    assert done == [Stopped(), Stopped()]


def test_closing_tells_of_a_job_that_does_not_listen(home: Home) -> None:
    queue = JobQueue(lambda: ThreadPoolExecutor(1), home)
    begun, go = threading.Event(), threading.Event()

    def deaf(_progress: Progress) -> None:
        begun.set()
        wait_for(go)

    queue.add(deaf, lambda _outcome: None)
    wait_for(begun)
    assert queue.close(0.01) is False
    go.set()


def test_what_is_added_after_closing_is_stopped_and_never_works(home: Home) -> None:
    queue = JobQueue(lambda: ThreadPoolExecutor(1), home)
    assert queue.close(TIMEOUT_S)
    worked: list[int] = []
    outcomes: list[Any] = []
    queue.add(lambda _progress: worked.append(1), outcomes.append)
    home.run_until(lambda: bool(outcomes))
    assert (outcomes, worked) == ([Stopped()], [])


@pytest.mark.parametrize(
    "wait",
    [
        lambda _release: Waits().pause(TIMEOUT_S),
        lambda release: Waits().call(lambda: release.wait(TIMEOUT_S)),
    ],
    ids=["a pause", "a call"],
)
def test_a_cancelled_job_does_not_wait_any_longer(
    home: Home, wait: Callable[[threading.Event], object]
) -> None:
    release, began, outcomes = threading.Event(), threading.Event(), list[object]()

    def work(_progress: Progress) -> None:
        began.set()
        wait(release)
        release.set()

    queue = JobQueue(lambda: ThreadPoolExecutor(1), home)
    job = queue.add(work, outcomes.append)
    assert began.wait(TIMEOUT_S)
    job.cancel()
    home.run_until(lambda: bool(outcomes))
    assert outcomes == [Stopped()]
    assert not release.is_set()
    release.set()
    assert queue.close()


def test_without_a_job_a_call_is_only_a_call() -> None:
    Waits().pause(0.0)
    assert Waits().call(threading.current_thread) is threading.current_thread()


def test_other_jobs_wait_while_an_outcome_is_drawn(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two jobs and the painting of a table would take turns at the interpreter."""
    monkeypatch.setattr(jobs, "DRAWING_S", TIMEOUT_S)
    painted: list[Callable[[], None]] = []
    rests: list[bool] = []
    drawing, reported = threading.Event(), threading.Event()

    def at_rest(action: Callable[[], None]) -> None:
        painted.append(action) if rests else action()

    first = JobQueue(lambda: ThreadPoolExecutor(1), home, at_rest)
    other = JobQueue(lambda: ThreadPoolExecutor(1), home)
    done: list[Any] = []

    def work(progress: Progress) -> None:
        wait_for(drawing)
        progress.report(1)
        reported.set()

    def draw(outcome: object) -> None:
        drawing.set()
        done.append(outcome)

    other.add(work, done.append)
    first.add(lambda _progress: rests.append(True), draw)
    home.run_until(lambda: bool(done))
    assert not reported.wait(0.02)
    painted.pop()()
    wait_for(reported)
    assert first.close(TIMEOUT_S)
    assert other.close(TIMEOUT_S)


def test_a_window_that_is_gone_keeps_no_job_waiting_twice(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "DRAWING_S", 0.01)
    forgets: list[bool] = []
    queue = JobQueue(
        lambda: ThreadPoolExecutor(1), home, lambda action: None if forgets else action()
    )
    done: list[Any] = []
    queue.add(lambda _progress: forgets.append(True), done.append)
    home.run_until(lambda: bool(done))
    assert not jobs._drawn.is_set()
    jobs.Job(home, None).report(1)
    assert jobs._drawn.is_set()
    assert queue.close(TIMEOUT_S)


def test_what_is_freed_slowly_is_freed_by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_FREED_AT_ONCE", 3)
    left, freed = list(range(7)), threading.Event()
    forgotten: list[int] = []
    counts: list[int] = []
    monkeypatch.setattr(jobs.time, "sleep", lambda _seconds: counts.append(len(left)))
    last: list[object] = [Home()]
    weakref.finalize(last[0], freed.set)
    jobs.free_slowly(left, last, first=(partial(forgotten.append, at) for at in range(2)))
    wait_for(freed)
    assert (left, last, forgotten) == ([], [], [0, 1])
    assert counts[:4] == [7, 4, 1, 0]
