"""The watched folder: what stayed the same is reviewed once, and nothing else is touched."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.datos import linea_168, linea_totales, movimientos
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion import vigilancia
from icsoe_desktop.services.importacion.vigilancia import (
    NO_FOLDER,
    NOT_OURS,
    NOT_WRITTEN,
    ArchivoVigilado,
    Vigilancia,
)

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
RECORDS = list(movimientos(3))


class Watch:
    """A watch whose seconds the test counts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds = 0.0
        self.watch = Vigilancia(folder, lambda: NOW, lambda: self.seconds)

    def look(self, after: float = 0) -> list[ArchivoVigilado]:
        self.seconds += after
        return list(self.watch.look(NoProgress()))


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def good_file(folder: Path, name: str = "altas.txt", count: int = 3) -> Path:
    path = folder / name
    lines = [linea_168(record) for record in RECORDS[:count]]
    path.write_bytes("".join(f"{line}\r\n" for line in [*lines, linea_totales(count)]).encode())
    return path


def make_link(link: Path, target: Path) -> None:
    """A symbolic link. Skips where Windows denies the right, or Wine says that it made one."""
    try:
        link.symlink_to(target)
    except OSError:
        if os.name != "nt":
            raise
    if os.name == "nt" and not os.path.lexists(link):
        pytest.skip("este usuario de Windows no puede hacer ligas, y Wine no las hace")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_reviewed_takes_no_place_of_what_is_new(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigilancia, "MAX_FILES", 3)
    for at in range(5):
        good_file(tmp_path, f"{at}.txt")
    seen = [len(watch.look(after)) for after in (0, 6)]
    assert (sum(seen), watch.watch.left_out) == (3, 2)
    assert "vuelta: 2 archivos." in vigilancia.left_out_sentence(watch.watch.left_out)
    seen += [len(watch.look(after)) for after in (6, 6)]
    assert (sum(seen), watch.watch.left_out) == (5, 0)
    # Begun anew it finds the results beside the files, and does not stop at them.
    again = Watch(tmp_path)
    good_file(tmp_path, "5.txt")
    found = [one.path.name for after in (0, 6) for one in again.look(after)]
    assert found == ["5.txt"]


def test_a_file_is_reviewed_once_after_five_quiet_seconds(watch: Watch, tmp_path: Path) -> None:
    path = good_file(tmp_path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert watch.look() == []
    assert watch.look(4.9) == []
    (found,) = watch.look(0.2)
    assert (found.path, found.is_good, found.archivos[0].leidos) == (path, True, 3)
    assert watch.look(60) == []
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert names(tmp_path) == [path.name, f"{path.name}.revision.json", f"{path.name}.revision.txt"]
    told = json.loads((tmp_path / f"{path.name}.revision.json").read_text("utf-8"))
    assert (told["exito"], told["leidos"], told["problemas"]) == (True, 3, [])
    assert "\n22/11/2026 12:00\n" in found.result.read_text("utf-8"), "the hour of Mexico"
    # Another run of the program sees that it is done.
    again = Watch(tmp_path)
    assert again.look() + again.look(10) == []


def test_a_file_that_grows_waits_and_one_that_changed_is_reviewed_again(
    watch: Watch, tmp_path: Path
) -> None:
    path = good_file(tmp_path)
    watch.look()
    with path.open("ab") as file:
        file.write(b"corta\r\n")
    assert watch.look(5) == []
    (found,) = watch.look(5)
    assert not found.is_good
    text = found.result.read_text("utf-8")
    assert "línea 5" in text
    good_file(tmp_path)
    os.utime(path, ns=(1, 1))
    watch.look()
    (found,) = watch.look(5)
    assert found.is_good
    assert "línea 5" not in found.result.read_text("utf-8")


def test_a_file_changed_while_it_is_read_is_not_told(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = good_file(tmp_path)
    watch.look()
    real = vigilancia.review_one

    def changed(*words: object) -> object:
        yield from real(*words)  # type: ignore[arg-type]
        path.write_bytes(b"otra cosa")

    monkeypatch.setattr(vigilancia, "review_one", changed)
    assert watch.look(5) == []
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "hidden", "unfinished", "result"])
def test_what_is_no_file_of_the_folder_is_passed_over(
    watch: Watch, tmp_path: Path, kind: str
) -> None:
    outside = good_file(tmp_path.parent, f"fuera_{kind}.txt")
    match kind:
        case "link":
            make_link(tmp_path / "l.txt", outside)
        case "pipe":
            if not hasattr(os, "mkfifo"):
                pytest.skip("Windows no tiene tubos con nombre")
            os.mkfifo(tmp_path / "p.txt")
        case "folder":
            (tmp_path / "d.txt").mkdir()
        case "hidden":
            good_file(tmp_path, ".oculto.txt")
        case "unfinished":
            good_file(tmp_path, "a.txt.part")
        case "result":
            good_file(tmp_path, "a.revision.json")
    before = names(tmp_path)
    assert watch.look() + watch.look(10) == []
    assert names(tmp_path) == before


@pytest.mark.parametrize("planted", ["file", "link"])
def test_a_file_of_somebody_else_is_never_overwritten(
    watch: Watch, tmp_path: Path, planted: str
) -> None:
    path = good_file(tmp_path)
    victim = tmp_path.parent / "ajeno.txt"
    victim.write_text("mío")
    target = tmp_path / f"{path.name}.revision.txt"
    make_link(target, victim) if planted == "link" else target.write_text("mío")
    watch.look()
    (found,) = watch.look(5)
    assert found.motivo == NOT_OURS
    assert (target.read_text(), victim.read_text()) == ("mío", "mío")
    assert names(tmp_path) == [path.name, target.name]


def test_a_result_that_cannot_be_written_is_told_and_leaves_nothing(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigilancia.secrets, "token_hex", lambda _bytes: "adivinado")
    taken = tmp_path / ".adivinado.tmp"
    taken.write_text("ajeno")
    good_file(tmp_path)
    (found,) = [one for after in (0, 6) for one in watch.look(after)]
    assert found.motivo == NOT_WRITTEN
    assert (names(tmp_path), taken.read_text()) == ([taken.name, "altas.txt"], "ajeno")


def test_a_result_never_fills_the_disk(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigilancia, "MAX_PROBLEMS", 50)
    monkeypatch.setattr(vigilancia, "MAX_PROBLEMS_IN_TEXT", 10)
    (tmp_path / "basura.txt").write_bytes(b"x\n" * 500)
    watch.look()
    (found,) = watch.look(5)
    told = json.loads((tmp_path / "basura.txt.revision.json").read_text("utf-8"))
    assert (len(told["problemas"]), told["problemas_omitidos"] > 400) == (50, True)
    assert len(found.result.read_text("utf-8").splitlines()) < 20


def test_equal_problems_are_told_once_with_their_lines(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "basura.txt").write_bytes(b"x\n" * 500)
    watch.look()
    (found,) = watch.look(5)
    told = found.result.read_text("utf-8")
    assert "línea 1 (Ancho de la línea)" in told or "línea 1, posición" in told
    assert "Igual en 499 líneas más: 2, 3, 4" in told
    assert told.count("Ancho de la línea") == 1


def test_a_folder_that_went_away_is_told(watch: Watch, tmp_path: Path) -> None:
    watch.watch = Vigilancia(tmp_path / "nada", lambda: NOW)
    with pytest.raises(UserFacingError, match=NO_FOLDER[:30]):
        watch.look()
