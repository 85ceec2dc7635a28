"""Python's search for cyclic garbage, kept on the GUI thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 500


class GarbageCollector(QObject):
    """Looks for garbage from a timer of the thread that owns the windows, in place of CPython.

    CPython looks for it in whatever thread happens to allocate. When that is a worker, it destroys
    there the windows it finds, which Qt allows in their own thread alone: the heap is then damaged,
    and the program dies later somewhere else.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What is here now stays as long as the program: no need to walk it again.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_EVERY_MS)

    def look(self) -> None:
        """Collects the oldest generation whose threshold is passed, if any."""
        generation = _due()
        if generation is not None:
            gc.collect(generation)


def _due() -> int | None:
    due = None
    for generation, (count, threshold) in enumerate(
        zip(gc.get_count(), gc.get_threshold(), strict=True)
    ):
        if count <= threshold:
            break
        due = generation
    return due
