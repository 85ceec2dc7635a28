"""The typeface of tests and pictures: its letters are as wide and high as those of Segoe UI.

No measure depends on the fonts that are installed, and what fits here fits on Windows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

FAMILY: Final = "Medidas de Windows"
POINTS: Final = 9  # as Windows sets them
WIDER: Final = 115  # %, nearly as wide as DejaVu Sans
_FOLDER: Final = Path(__file__).resolve().parent.parent / "datos" / "tipografia"


def use_windows_measures(app: QApplication) -> None:
    """Make it the font of the application, before the program sets its own size."""
    if FAMILY not in QFontDatabase.families():
        for path in sorted(_FOLDER.glob("*.ttf")):
            if QFontDatabase.addApplicationFont(str(path)) < 0:
                raise OSError(path)
    app.setFont(QFont(FAMILY, POINTS))
