"""preferencias.ini of somebody else: Qt would run the Python objects that are kept in it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QSettings

from icsoe_desktop.gui.base.preferences import ASIDE, MAX_BYTES, Preferences, is_safe


class Orden:
    """What is run when somebody reads it."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._mark),)


def program(mark: Path) -> bytes:
    # Under another name than it is read by: Qt remembers the files of this process.
    path = mark.with_name("escrito.ini")
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    settings.setValue("carpetas/otra", Orden(mark))
    settings.sync()
    del settings
    return path.read_bytes()


def test_qt_would_run_it(tmp_path: Path) -> None:
    """Without this, the tests below could not fail."""
    path, mark = tmp_path / "p.ini", tmp_path / "corrió"
    path.write_bytes(program(mark))
    QSettings(str(path), QSettings.Format.IniFormat).value("carpetas/respaldo")
    assert mark.exists()


SPELLINGS = {
    "as it is": lambda line: line,
    "at sign in hexadecimal": lambda line: line.replace(b"@Variant", rb"\x40Variant"),
    "at sign in octal": lambda line: line.replace(b"@Variant", rb"\100Variant"),
    "quoted": lambda line: line.replace(b"@Variant(", b'"@"Variant('),
    "in a list": lambda line: line.replace(b"@Variant", b"a, @Variant"),
    "in a list of octets": lambda line: line.replace(b"@Variant", b"@ByteArray(a), @Variant"),
    "after a line that goes on": lambda line: b'a="x\n' + line.replace(b"otra=", b'";y='),
    "goes on": lambda line: line.replace(b"@Variant", b"@Var\\\niant"),
    "behind a space": lambda line: line.replace(b"=", b"=  "),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_program_in_the_preferences_is_set_aside_unread(name: str, tmp_path: Path) -> None:
    path, mark = tmp_path / "p.ini", tmp_path / "corrió"
    text = program(mark)
    path.write_bytes(SPELLINGS[name](text))
    preferences = Preferences(path)
    assert preferences.get("carpetas/respaldo", "nada") == "nada"
    assert preferences.get("carpetas/otra", "nada") == "nada"
    assert not mark.exists()
    preferences.set("carpetas/respaldo", "/casa")
    preferences.save()
    assert Preferences(path).get("carpetas/respaldo") == "/casa"
    assert path.with_name(path.name + ASIDE).exists()


@pytest.mark.parametrize(
    "content",
    [b"\0" * 1000, b"[" * 100_000, b"[a]\nb=" + b"x" * MAX_BYTES, b"a=@DateTime(x)", b"a=\x40b"],
)
def test_noise_is_set_aside(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.ini"
    path.write_bytes(content)
    assert Preferences(path).get("a", "nada") == "nada"
    assert path.with_name(path.name + ASIDE).read_bytes() == content


def test_what_is_no_file_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "p.ini"
    path.mkdir()
    assert Preferences(path).get("a", "nada") == "nada"


@given(
    st.dictionaries(
        st.sampled_from(["a", "carpetas/x", "ventanas/ñ"]),
        st.one_of(
            # Qt marks what begins with an at sign, or holds a NUL, as another type; an at sign
            # behind a sign that Qt escapes is refused with them, and the program writes none.
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).filter(
                lambda text: "@" not in text or text[0].isalnum()
            ),
            st.binary(max_size=600),
        ),
    )
)
def test_what_the_program_writes_is_read_again(values: dict[str, str | bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.ini"
        settings = QSettings(str(path), QSettings.Format.IniFormat)
        for name, value in values.items():
            settings.setValue(name, QByteArray(value) if isinstance(value, bytes) else value)
        settings.sync()
        assert not path.exists() or is_safe(path.read_bytes())
