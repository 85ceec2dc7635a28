"""Windows in which something is typed that closing would lose."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog


class EditingDialog(QDialog):
    """Asks before it goes, by Esc or by its border, while something in it is not kept."""

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_dirty():
            event.ignore()
            self._ask_to_discard()
        else:
            super().closeEvent(event)

    def reject(self) -> None:
        if self._is_dirty():
            self._ask_to_discard()
        else:
            super().reject()

    def _is_dirty(self) -> bool:
        raise NotImplementedError

    def _ask_to_discard(self) -> None:
        """Clears what was typed and rejects again, if it may go."""
        raise NotImplementedError
