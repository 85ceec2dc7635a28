"""Files dropped on a window, always taken as a copy: after a move the source deletes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class Drops(QObject):
    """Hands over local files dropped on a widget, after the drop: the source waits until it ends.

    one: takes a single file only. may: asked at each drag. suffixes: lower case, all if none.
    said: gets the hint while the drag is over the widget, and an empty text after it.
    """

    def __init__(
        self,
        widget: QWidget,
        take: Callable[[list[Path]], object],
        *,
        one: bool = False,
        may: Callable[[], bool] = lambda: True,
        suffixes: frozenset[str] = frozenset(),
        hint: str = "",
        said: Callable[[str], object] = lambda _text: None,
    ) -> None:
        super().__init__(widget)
        self._take, self._one, self._may = take, one, may
        self._suffixes, self._hint, self._said = suffixes, hint, said
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self._said("")
        elif isinstance(event, QDropEvent) and kind in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return self._over(watched, event, dropped=kind == QEvent.Type.Drop)
        return False

    def _over(self, widget: QObject, event: QDropEvent, *, dropped: bool) -> bool:
        paths = self._files(event.mimeData())
        if not paths or not self._may():
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._said("" if dropped else self._hint)
            if dropped:
                QTimer.singleShot(0, widget, lambda: self._take(paths))
        return True

    def _files(self, data: QMimeData) -> list[Path]:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if self._one and not len(paths) == len(data.urls()) == 1:
            return []
        fit = not self._suffixes or all(path.suffix.lower() in self._suffixes for path in paths)
        return paths if fit else []
