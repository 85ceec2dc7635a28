"""`icsoe-desktop bitacora verificar`, over the same data folder as the windows."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from icsoe_desktop.arranque import bootstrap, vistazo
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring
from tests.gui.conftest import usuario_nuevo
from tests.support import ordenes
from tests.support.respuesta_json import document


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """Data with one user, and with the lines of registering them."""
    keyring = MemoryKeyring()
    monkeypatch.setattr(vistazo, "SystemKeyring", lambda: keyring)
    folder = DataFolder(tmp_path)
    application = bootstrap.open_application(folder)
    application.usuarios.register(None, usuario_nuevo())
    application.close()
    return folder


def run(folder: DataFolder, *words: str) -> int:
    return ordenes.run("bitacora", "verificar", *words, "--datos", str(folder.root))


def forge(folder: DataFolder, statement: str) -> None:
    application = bootstrap.open_application(folder)
    with application.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER bitacora_no_update"))
        connection.execute(text("DROP TRIGGER bitacora_no_delete"))
        connection.execute(text(statement))
    application.close()


def test_it_ends_with_0_and_gives_what_to_note(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 anotaciones sin huecos. La última es la n.º 2, con la huella ")
    noted = said.split()[-1].rstrip(".")
    assert run(folder, "--huella", f"2:{noted}") == 0
    assert run(folder, "--huella", f"1:{noted}") == 1
    capsys.readouterr()
    assert run(folder, "--json") == 0
    answer = document(capsys.readouterr().out)
    assert answer.pop("huella").startswith(noted)
    assert answer == {"buena": True, "anotaciones": 2, "ultima": 2, "ancla": True, "hueco": None}
    # Looking adds no line.
    assert run(folder, "--json") == 0
    assert document(capsys.readouterr().out)["ultima"] == 2


def test_it_ends_with_1_and_names_the_first_gap(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(folder, "UPDATE bitacora SET detalle = 'otro' WHERE numero = 1")
    assert run(folder) == 1
    assert "La anotación n.º 1 no corresponde a su huella" in capsys.readouterr().out
    assert run(folder, "--desde", "2") == 0
    capsys.readouterr()
    assert run(folder, "--json") == 1
    answer = document(capsys.readouterr().out)
    assert (answer["buena"], answer["hueco"].startswith("La anotación n.º 1")) == (False, True)


def test_a_cut_end_ends_with_1(folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    forge(folder, "DELETE FROM bitacora WHERE numero = 2")
    assert run(folder) == 1
    assert "el ancla dice que llegaba a la n.º 2" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "9" * 30])
def test_a_number_that_is_none_ends_with_2(folder: DataFolder, number: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(folder, f"--desde={number}")


def test_a_note_that_is_none_ends_with_1(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--huella", "ayer") == 1
    assert "dos puntos y su huella" in capsys.readouterr().err
