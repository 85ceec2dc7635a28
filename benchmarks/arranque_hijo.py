"""Child of arranque.py: shows a window, prints its cost until painted, and ends.

`desnuda`: a bare one. `programa [lista]`: ours, until all services are there, or until the user can
type.

It imports little, because both windows pay for every import.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject


def _tell(name: str, number: float) -> None:
    print(f"{name} {number}", flush=True)


def _resident_mib() -> float:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - less to import
        line = next(one for one in status if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _tell_painted() -> None:
    _tell("pintada", time.process_time() * 1000)
    _tell("memoria", _resident_mib())


def _once_painted(window: QObject, then: Callable[[], None]) -> None:
    """Call `then` once, after the first painting of the window."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                # Its children are painted in the same event, before any timer.
                QTimer.singleShot(0, then)
            return False

    window.installEventFilter(Watch(window))


def show_bare_window() -> int:
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication(sys.argv[:1])
    window = QWidget()

    def painted() -> None:
        _tell_painted()
        app.quit()

    _once_painted(window, painted)
    window.show()
    return app.exec()


def start_program() -> int:
    import gc

    from icsoe_desktop.__main__ import main

    gc.disable()  # main does this before the import too
    from icsoe_desktop.arranque import app as program_module

    start = program_module.Program.start

    def watched_start(self: program_module.Program) -> None:
        told: list[str] = []

        def look(state: object) -> None:
            if self.acceso_presenter.state.ready and not told:
                told.append("lista")
                _tell("lista", time.process_time() * 1000)
                _tell("memoria_lista", _resident_mib())
                if sys.argv[2:] == ["lista"]:
                    os._exit(0)
                self.acceso_presenter.wanted.emit()
            if self.acceso_presenter.state.whole:
                _tell("completa", time.process_time() * 1000)
                _tell("memoria_completa", _resident_mib())
                self.acceso.close()

        _once_painted(self.acceso, _tell_painted)
        self.acceso_presenter.changed.connect(look)
        start(self)

    program_module.Program.start = watched_start  # type: ignore[method-assign]
    return main([])


if __name__ == "__main__":
    raise SystemExit(show_bare_window() if sys.argv[1] == "desnuda" else start_program())
