"""Shared parts of the benchmarks: interleaved runs, medians with spread, one JSON line."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Runs = dict[str, list[float]]


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU time of this process, and of those it started and waited for, in milliseconds."""
    start = _cpu_s()
    work()
    return (_cpu_s() - start) * 1000


def _cpu_s() -> float:
    used = os.times()
    return time.process_time() + used.children_user + used.children_system


def clock_ms(work: Callable[[], object]) -> float:
    """Wall time in milliseconds. It includes other programs' turns."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


class Stolen:
    """How much of the processor time that the machine wanted its host gave to other machines."""

    def __init__(self) -> None:
        self._start = _processor_times()

    def share(self) -> float:
        """Since it was made; 0 where the system does not tell."""
        now = _processor_times()
        if self._start is None or now is None:
            return 0.0
        stolen, wanted = (after - before for before, after in zip(self._start, now, strict=True))
        return stolen / wanted if wanted > 0 else 0.0


def _processor_times() -> tuple[int, int] | None:
    """(stolen, wanted) in ticks since the machine started. Source: proc_stat(5)."""
    try:
        words = Path("/proc/stat").read_text("ascii").split(maxsplit=9)[1:9]
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, words)
    except (OSError, ValueError):
        return None
    return steal, user + nice + system + irq + softirq + steal


def interleave(measures: Mapping[str, Callable[[], float]], times: int) -> Runs:
    """Run every measure `times` times, alternating, so that noise affects all of them."""
    runs: Runs = {name: [] for name in measures}
    for _ in range(times):
        for name, measure in measures.items():
            runs[name].append(measure())
    return runs


def middle(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def spread(values: list[float]) -> list[float]:
    """The 5th and the 95th percentile. Needs two values."""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return [round(cuts[0], 3), round(cuts[-1], 3)]


def ratio(values: list[float], base: list[float]) -> float:
    return round(statistics.median(values) / statistics.median(base), 3)


def tell(result: Mapping[str, object], kept: bool) -> int:
    """Print the result and whether it met its goals. Returns the exit status."""
    line = json.dumps({**result, "cumple": kept}, ensure_ascii=False)
    sys.stdout.write(line + "\n")
    return 0 if kept else 1
