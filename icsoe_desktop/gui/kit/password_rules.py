"""Shows the rules of a password and ticks each one that the typed password meets."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from icsoe_desktop.domain.acceso.contrasena import Politica, ResultadoRegla
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.fields import announce

KEPT, MISSING = "✓", "○"
ALL_KEPT = "La contraseña cumple todas las reglas."
NEW_MISSING = "Escriba la contraseña nueva."
NEW_WEAK = f"Aún falta cumplir las reglas marcadas con {MISSING}."
NOT_EQUAL = "Las contraseñas no coinciden."


def check_new_password(nueva: str, confirmacion: str, politica: Politica) -> dict[str, str]:
    """The problems of the fields «nueva» and «confirmacion»: field → sentence."""
    problems = {}
    if not nueva:
        problems["nueva"] = NEW_MISSING
    elif not politica.accepts(nueva):
        problems["nueva"] = NEW_WEAK
    if nueva != confirmacion:
        problems["confirmacion"] = NOT_EQUAL
    return problems


class PasswordRules(QObject):
    """Writes the rules of `politica` into `label`, with ✓ for each that the text of `edit` meets.

    Nothing is ticked while the field is empty. A screen reader gets words instead of signs, and an
    announcement when the last rule is met.
    columns: 2 for a wide label in a low window.
    """

    def __init__(
        self, edit: QLineEdit, label: QLabel, politica: Politica, columns: int = 1
    ) -> None:
        super().__init__(edit)
        self._edit = edit
        self._label = label
        self._politica = politica
        self._columns = columns
        self._was_complete = False
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.installEventFilter(self)
        edit.textChanged.connect(self._draw)
        self._draw()

    def set_politica(self, politica: Politica) -> None:
        """Replace the rules, for example once the user's mail is known."""
        self._politica = politica
        self._draw()

    @property
    def complete(self) -> bool:
        return self._politica.accepts(self._edit.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleChange:
            # The label's text contains colours: write it again in those of the new scheme.
            self._draw()
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        typed = self._edit.text()
        results = tuple(
            ResultadoRegla(result.texto, bool(typed) and result.cumplida)
            for result in self._politica.evaluate(typed)
        )
        self._label.setText(_as_html(results, self._columns))
        complete = all(result.cumplida for result in results)
        words = ALL_KEPT if complete else _as_words(results)
        if complete and not self._was_complete:
            announce(self._label, words)
        else:
            self._label.setAccessibleName(words)
        self._was_complete = complete


def _as_words(results: tuple[ResultadoRegla, ...]) -> str:
    kept = "; ".join(result.texto for result in results if result.cumplida)
    missing = "; ".join(result.texto for result in results if not result.cumplida)
    return f"Falta: {missing}." + (f" Se cumple: {kept}." if kept else "")


def _as_html(results: tuple[ResultadoRegla, ...], columns: int) -> str:
    height = -(-len(results) // columns)
    gap = '<td width="16"></td>'
    rows = (gap.join(_cells(result) for result in results[at::height]) for at in range(height))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table cellspacing="0" cellpadding="1" width="100%">{body}</table>'


def _cells(result: ResultadoRegla) -> str:
    colors = assets.colors()
    color = colors.success if result.cumplida else colors.hint
    sign = KEPT if result.cumplida else MISSING
    style = f'style="color:{color}; padding-right:6px"'
    return f'<td width="18" {style}>{sign}</td><td {style}>{escape(result.texto)}</td>'
