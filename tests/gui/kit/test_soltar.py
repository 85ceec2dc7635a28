"""Files that are dropped are copied from: a move would make the other program delete them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.certificados.window import CertificadosWindow
from tests.support.reposo import settle

BOTH = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction


def test_a_drop_that_proposes_a_move_is_taken_as_a_copy(
    qtbot: QtBot, context: Context, tmp_path: Path
) -> None:
    path = tmp_path / "a.cer"
    path.write_bytes(b"x")
    window = context.shell.open("certificados", context.sesion)
    assert isinstance(window, CertificadosWindow)
    settle()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), BOTH, mime, left, none)
    enter.setDropAction(Qt.DropAction.MoveAction)
    window.dragEnterEvent(enter)
    assert (enter.isAccepted(), enter.dropAction()) == (True, Qt.DropAction.CopyAction)
    drop = QDropEvent(QPointF(5, 5), BOTH, mime, left, none)
    drop.setDropAction(Qt.DropAction.MoveAction)
    window.dropEvent(drop)
    assert (drop.isAccepted(), drop.dropAction()) == (True, Qt.DropAction.CopyAction)
    settle()


def test_no_window_takes_what_another_program_proposes() -> None:
    from tests.conftest import ROOT

    sources = list((ROOT / "icsoe_desktop" / "gui").rglob("*.py"))
    assert len(sources) > 100
    texts = {path: path.read_text("utf-8") for path in sources}
    assert sum("accept_copy(event)" in text for text in texts.values()) > 5
    assert [path for path, text in texts.items() if "acceptProposedAction" in text] == []
