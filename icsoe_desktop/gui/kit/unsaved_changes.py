"""The question before something typed is lost; every window asks the same one."""

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
    """Ask whether what was typed may be lost; Enter and Esc go on editing.

    donde: where the changes are, with its article.
    """
    text = UNSAVED.format(donde=donde)
    return confirm(parent, text, DISCARD, discard, otherwise, destructive=True, reject=KEEP_EDITING)


class EditingDialog(QDialog):
    """Asks before it closes, by Esc, a button or its border, while it is `unsaved`.

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
        """Call `then` at once, or once the user gives up what is not saved."""
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
        """Put the fields back to what is saved, in windows that stay or are opened again."""
