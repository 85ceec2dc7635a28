"""The manual as it lies in docs/."""

from __future__ import annotations

from icsoe_desktop.gui.inicio.ayuda.presenter import PaginaManual, read_manual
from tests.conftest import ROOT

MANUAL = ROOT / "docs" / "manual"


def read() -> dict[str, PaginaManual]:
    """Every page, by its name."""
    pages = read_manual(lambda name: (MANUAL / f"{name}.md").read_text("utf-8"))
    return {page.nombre: page for page in pages}
