"""Long work: a bar inside a window, or a small window over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from icsoe_desktop.gui.base.guarded import while_alive
from icsoe_desktop.gui.kit.save_as import AvanceDialog
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Step

T = TypeVar("T")

STOPPING = "Cancelando; todo queda como estaba…"
# What ends sooner than this needs no window of its own.
SHOW_AFTER_MS = 300


def run_watched(
    parent: QWidget,
    jobs: JobQueue,
    title: str,
    what: str,
    work: Callable[[Progress], T],
    on_done: Callable[[Outcome[T]], None],
) -> AvanceDialog:
    """Runs the work under a window, if it takes long, that closes before `on_done` is called."""
    dialog = AvanceDialog(title, what, parent)
    show = QTimer(dialog)
    show.setSingleShot(True)
    show.timeout.connect(dialog.open)
    show.start(SHOW_AFTER_MS)

    def done(outcome: Outcome[T]) -> None:
        show.stop()
        dialog.end()
        dialog.deleteLater()
        on_done(outcome)

    job = jobs.add(work, while_alive(dialog, done), while_alive(dialog, dialog.show_step))
    dialog.set_cancel(job.cancel)
    return dialog


def draw_step(bar: QProgressBar, step: Step | None) -> None:
    """A bar that only moves to and fro until the end is known."""
    total = step.total if step is not None else None
    bar.setRange(0, total or 0)
    bar.setTextVisible(bool(total))
    if step is not None and total:
        bar.setValue(step.done)


def described(step: Step) -> str:
    """«Leyendo: 1,200 de 5,000»."""
    parts = []
    if step.what:
        parts.append(step.what)
    if step.total:
        parts.append(f"{step.done:,} de {step.total:,}")
    elif step.done:
        parts.append(f"{step.done:,}")
    return ": ".join(parts)


def with_what(step: Step, what: str) -> Step:
    """Many steps name only their numbers."""
    return step if step.what else replace(step, what=what)
