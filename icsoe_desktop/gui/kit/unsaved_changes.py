"""The question before unsaved input is lost, the same in every window."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from icsoe_desktop.gui.kit.dialogs import Then, confirm

UNSAVED = "Tiene cambios sin guardar en {donde}. ¿Desea descartarlos?"
DISCARD = "&Descartar cambios"
KEEP_EDITING = "&Seguir editando"


def ask_to_discard(
    parent: QWidget, donde: str, discard: Then, otherwise: Then | None = None
) -> QMessageBox:
    """Ask whether to discard unsaved changes; the default, also for Esc, is to go on editing.

    donde: where the changes are, with its article («el formulario»).
    """
    text = UNSAVED.format(donde=donde)
    return confirm(parent, text, DISCARD, discard, otherwise, destructive=True, reject=KEEP_EDITING)


class EditingDialog(QDialog):
    """A dialog that asks before it closes while it is `unsaved`, by Esc, a button or its frame.

    donde: as in `ask_to_discard`.
    """

    donde: str

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.unsaved:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def reject(self) -> None:
        self.unless_unsaved(self.leave)

    def leave(self) -> None:
        """Close without asking."""
        super().reject()

    def unless_unsaved(self, then: Then, otherwise: Then | None = None) -> None:
        """Call `then` at once if nothing is unsaved, else once the changes are discarded."""
        if not self.unsaved:
            then()
            return

        def discard() -> None:
            self.discard()
            then()

        ask_to_discard(self, self.donde, discard, otherwise)

    @property
    def unsaved(self) -> bool:
        raise NotImplementedError

    def discard(self) -> None:
        """Restore the saved values, for windows that stay open or are opened again."""
