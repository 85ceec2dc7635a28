"""File dialogs in Spanish, and files that are dropped: always copied from."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QListView,
    QPushButton,
    QStyle,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.certificados.window import CertificadosWindow
from icsoe_desktop.gui.kit.file_choice import (
    AskedFile,
    NewFile,
    choose_file,
    choose_files,
    choose_folder,
    choose_new_file,
)
from tests.conftest import ROOT
from tests.gui.conftest import points_up
from tests.support.reposo import settle

ENGLISH = re.compile(
    r"\b(look|open|save|cancel|choose|files?|folder|name|size|type|date|modified|directory|back|"
    r"forward|parent|create|new|list|detail|view|rename|delete|show|hidden|computer|drive)\b",
    re.IGNORECASE,
)

ANY = AskedFile("Elegir", "x", ("Todos (*)",))
NEW = NewFile("Guardar", "x", "TXT (*.txt)", "a.txt")
Choose = Callable[[QWidget, Preferences], QFileDialog]
DIALOGS: dict[str, tuple[Choose, list[str]]] = {
    "abrir": (
        lambda w, p: choose_file(w, ANY, p, lambda _: None),
        ["Abrir", "Cancelar"],
    ),
    "abrir varios": (
        lambda w, p: choose_files(w, ANY, p, lambda _: None),
        ["Abrir", "Cancelar"],
    ),
    "carpeta": (
        lambda w, p: choose_folder(w, "Carpeta", "x", p, lambda _: None),
        ["Elegir", "Cancelar"],
    ),
    "guardar": (
        lambda w, p: choose_new_file(w, NEW, p, lambda _: None),
        ["Guardar", "Cancelar"],
    ),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_every_text_of_the_dialog_is_spanish(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    (tmp_path / "carpeta").mkdir()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    preferences = Preferences(tmp_path / "p.ini", tmp_path)
    choose, buttons = DIALOGS[name]
    dialog = choose(window, preferences)
    assert [
        one.text().replace("&", "") for one in dialog.findChildren(QPushButton) if one.text()
    ] == buttons
    texts = [one.text() for one in (*dialog.findChildren(QLabel), *dialog.findChildren(QAction))]
    for button in dialog.findChildren(QAbstractButton):
        texts += [button.text(), button.toolTip(), button.accessibleName()]
        texts.append(button.accessibleDescription())
    files = dialog.findChild(QTreeView)
    assert files is not None
    model, root = files.model(), files.rootIndex()
    texts += [
        str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())
    ]
    qtbot.waitUntil(lambda: model.rowCount(root) > 0)
    assert model.index(0, 2, root).data() == "Carpeta"
    said = [text.replace("&", "") for text in texts if text]
    assert len(said) > 15, "the dialog of the system was asked, not Qt's own"
    assert [text for text in said if ENGLISH.search(text)] == []
    assert not [text for text in said if text.startswith("r al")]
    dialog.close()


def test_the_list_of_files_has_the_headings_of_a_table(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text("uno")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    preferences = Preferences(tmp_path / "p.ini", tmp_path)
    dialog = choose_file(window, ANY, preferences, lambda _: None)
    files = dialog.findChild(QTreeView)
    assert files is not None
    model, heading = files.model(), files.header()
    qtbot.waitUntil(lambda: model.rowCount(files.rootIndex()) == 2)
    assert [files.indexAt(QPoint(40, y)).data() for y in rows(files)] == ["a.txt", "b.txt"]
    assert points_up(heading)
    assert heading.sectionSize(0) >= files.fontMetrics().horizontalAdvance("m" * 10)
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    assert [one.text() for one in box.buttons() if one.property("primary")] == ["A&brir"]
    assert not box.style().styleHint(
        QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons, None, box
    )
    dialog.close()


@pytest.mark.parametrize("name", DIALOGS)
def test_places_and_files_stand_as_far_apart_as_the_lists_of_the_forms(
    qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    choose, _buttons = DIALOGS[name]
    dialog = choose(window, Preferences(tmp_path / "p.ini", tmp_path))
    places = dialog.findChild(QListView, "sidebar")
    files = dialog.findChild(QTreeView)
    assert places is not None
    assert files is not None
    qtbot.waitUntil(files.isVisible)
    left = files.mapTo(dialog, QPoint(0, 0)).x()
    assert left - places.mapTo(dialog, QPoint(places.width(), 0)).x() == 12
    dialog.close()


def rows(files: QTreeView) -> list[int]:
    root = files.rootIndex()
    places = [files.visualRect(files.model().index(at, 0, root)).center().y() for at in range(2)]
    return sorted(places)


def test_no_window_makes_a_file_dialog_that_is_not_put_in_spanish() -> None:
    makers = [
        path
        for path in (ROOT / "icsoe_desktop").rglob("*.py")
        if re.search(r"= QFileDialog\(|QFileDialog\.get", path.read_text("utf-8"))
    ]
    assert makers
    for path in makers:
        assert "in_spanish(" in path.read_text("utf-8"), path


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
    QApplication.sendEvent(window, enter)
    assert (enter.isAccepted(), enter.dropAction()) == (True, Qt.DropAction.CopyAction)
    drop = QDropEvent(QPointF(5, 5), BOTH, mime, left, none)
    drop.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(window, drop)
    assert (drop.isAccepted(), drop.dropAction()) == (True, Qt.DropAction.CopyAction)
    settle()


def test_no_window_takes_what_another_program_proposes() -> None:
    from tests.conftest import ROOT

    sources = list((ROOT / "icsoe_desktop" / "gui").rglob("*.py"))
    assert len(sources) > 100
    texts = {path: path.read_text("utf-8") for path in sources}
    words = ("acceptProposedAction", "def dropEvent", "def dragEnterEvent")
    assert [path for path, text in texts.items() if any(word in text for word in words)] == []
    assert sum(" Drops(" in text for text in texts.values()) > 5
