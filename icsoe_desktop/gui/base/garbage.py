"""Keeps Python's cyclic garbage collection on the GUI thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 500


class GarbageCollector(QObject):
    """Runs garbage collection from a timer on the GUI thread, in place of CPython's automatic one.

    CPython collects in whatever thread happens to allocate. In a worker thread that destroys
    windows, which Qt allows only in the GUI thread: the heap is damaged and the program crashes
    later elsewhere.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # The objects that exist now live as long as the program: exclude them from collections.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_EVERY_MS)

    def look(self) -> None:
        """Collect the oldest generation whose threshold is passed, if any."""
        generation = _due()
        if generation is not None:
            gc.collect(generation)

    def stop(self) -> None:
        """Collect nothing more. Automatic collection stays off: threads may still end."""
        self._timer.stop()


def _due() -> int | None:
    due = None
    for generation, (count, threshold) in enumerate(
        zip(gc.get_count(), gc.get_threshold(), strict=True)
    ):
        if count <= threshold:
            break
        due = generation
    return due
