"""What builds the bundle and the installer, as far as it can be told without building."""

from __future__ import annotations

import configparser
import os
import shutil
import struct
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QImage

from icsoe_desktop import __version__
from resources.entorno import empaquetar as module
from resources.installer import construir, firma, icono
from tests.conftest import ROOT


def make_program(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_every_place_says_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__ == construir.version()


def test_the_uninstaller_removes_what_was_installed_and_no_folder_of_others(
    tmp_path: Path,
) -> None:
    make_program(tmp_path, "icsoe-desktop.exe", "_internal/a/b/c.dll", "_internal/$x.pyd")
    assert list(construir.removals(tmp_path)) == [
        'Delete "$INSTDIR\\_internal\\$$x.pyd"',
        'Delete "$INSTDIR\\_internal\\a\\b\\c.dll"',
        'Delete "$INSTDIR\\icsoe-desktop.exe"',
        'RMDir "$INSTDIR\\_internal\\a\\b"',
        'RMDir "$INSTDIR\\_internal\\a"',
        'RMDir "$INSTDIR\\_internal"',
    ]


def test_folders_are_removed_the_deepest_first_and_always_in_one_order(tmp_path: Path) -> None:
    names = "abcdefgh"
    make_program(tmp_path, *(f"_internal/{one}/{two}/x.dll" for one in names for two in names))
    folders = [line for line in construir.removals(tmp_path) if line.startswith("RMDir")]
    deepest = [f"_internal\\{one}\\{two}" for one in names[::-1] for two in names[::-1]]
    others = [f"_internal\\{one}" for one in names[::-1]]
    assert folders == [f'RMDir "$INSTDIR\\{one}"' for one in (*deepest, *others, "_internal")]


def test_the_installer_packs_files_in_the_order_of_their_paths(tmp_path: Path) -> None:
    make_program(tmp_path, "b.exe", "_internal/z/c.dll", "_internal/é.pyd", "a.exe")
    assert list(construir.additions(tmp_path)) == [
        'SetOutPath "$Incoming"',
        f'File "{tmp_path / "a.exe"}"',
        f'File "{tmp_path / "b.exe"}"',
        'SetOutPath "$Incoming\\_internal"',
        f'File "{tmp_path / "_internal" / "é.pyd"}"',
        'SetOutPath "$Incoming\\_internal\\z"',
        f'File "{tmp_path / "_internal" / "z" / "c.dll"}"',
    ]


@pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis")
def test_two_installers_of_one_program_are_equal_wherever_and_whenever_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for folder, zone in (("a", "America/Mexico_City"), ("otra carpeta", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        program = tmp_path / folder / "icsoe-desktop"
        names = ("icsoe-desktop.exe", "icsoe-consola.exe", "_internal/a/x.dll", "licencias/y.txt")
        # The disk lists them in the order in which they came.
        make_program(program, *(names if folder == "a" else reversed(names)))
        icono.make_icon(ROOT, program / "_internal" / "icsoe.ico")
        made.append(construir.build_installer(program, tmp_path / folder, "1.2.3", quick=True))
    assert made[0].read_bytes() == made[1].read_bytes()


def test_a_bundle_with_libraries_of_a_wine_prefix_is_refused(tmp_path: Path) -> None:
    make_program(tmp_path, "icsoe-desktop.exe", "icsoe-consola.exe", "_internal/icuuc58.dll")
    construir.check_contents(tmp_path)
    make_program(tmp_path, "_internal/ICUUC.dll")
    with pytest.raises(construir.BuildError, match=r"icuuc\.dll"):
        construir.check_contents(tmp_path)


def test_a_bundle_without_its_console_program_is_refused(tmp_path: Path) -> None:
    make_program(tmp_path, "icsoe-desktop.exe")
    with pytest.raises(construir.BuildError, match=r"icsoe-consola\.exe"):
        construir.check_contents(tmp_path)


def test_a_smoke_run_that_fails_fails_the_build(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("a script stands in for the program, on POSIX")
    program = make_program(tmp_path, "icsoe-desktop") / "icsoe-desktop"
    program.write_text("#!/bin/sh\necho '3 ventanas, 1 fallas'\nexit 1\n", "utf-8")
    program.chmod(0o755)
    with pytest.raises(construir.BuildError, match="--smoke"):
        construir.smoke(tmp_path)


def test_what_cannot_be_signed_does_not_pass_for_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = make_program(tmp_path, "a.exe") / "a.exe"
    monkeypatch.delenv(firma.ENV_PFX, raising=False)
    firma.sign(program)
    monkeypatch.setenv(firma.ENV_PFX, str(tmp_path / "firma.pfx"))
    monkeypatch.setenv(firma.ENV_TIMESTAMP, "http://127.0.0.1:9/")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(construir.BuildError, match="osslsigncode"):
        firma.sign(program)


def test_the_icon_has_every_size_that_windows_asks_for(tmp_path: Path) -> None:
    content = icono.make_icon(ROOT, tmp_path / "icsoe.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", content)
    assert (reserved, kind, count) == (0, 1, len(icono.SIZES))
    for index, size in enumerate(icono.SIZES):
        side, _, _, _, _, bits, length, offset = struct.unpack_from(
            "<BBBBHHII", content, 6 + 16 * index
        )
        body = content[offset : offset + length]
        assert (side or 256, bits, len(body)) == (size, 32, length)
        if size == 256:
            assert QImage.fromData(body).width() == 256
        else:
            # Header, four bytes a pixel, and a mask of whole 32-bit rows.
            assert length == 40 + 4 * size * size + (size + 31) // 32 * 4 * size
    assert offset + length == len(content)


def test_linux_opens_links_with_the_program() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "resources" / "icsoe-desktop.desktop", "utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Exec"] == "icsoe-desktop -- %u"
    assert "x-scheme-handler/icsoe" in entry["MimeType"].split(";")


@pytest.fixture
def empaquetar(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module with three steps, of which the second fails once."""
    done: list[str] = []

    def fail_once(_: object) -> None:
        done.append("b")
        if done.count("b") == 1:
            raise module.SetupError("Se cayó la red.")

    steps = (
        module.Step("a", "primero", lambda job: done.append("a")),
        module.Step("b", "segundo", fail_once),
        module.Step("c", "tercero", lambda job: done.append("c")),
    )
    monkeypatch.setattr(module, "STEPS", {"linux": steps})
    monkeypatch.setattr(module, "done", done, raising=False)
    return module


def test_a_failed_step_says_how_to_go_on_from_it(
    empaquetar: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["linux", "--salida", str(tmp_path)]
    assert empaquetar.main(words, system=False) == 1
    said = capsys.readouterr().err
    assert "Se cayó la red." in said
    assert "empaquetar linux --desde b" in said
    assert "Listo" not in said

    assert empaquetar.main([*words, "--desde", "b"], system=False) == 0
    assert empaquetar.done == ["a", "b", "b", "c"]
    assert str(tmp_path) in capsys.readouterr().err


def test_it_ends_where_it_is_told(empaquetar: ModuleType, tmp_path: Path) -> None:
    words = ["linux", "--salida", str(tmp_path), "--hasta", "a"]
    assert empaquetar.main(words, system=False) == 0
    assert empaquetar.done == ["a"]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["linux", "--desde", "z"], "Son: a, b, c."), (["solaris"], "solaris"), ([], "sistema")],
)
def test_a_wrong_word_is_told_and_nothing_runs(
    empaquetar: ModuleType, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert empaquetar.main(words, system=False) == 2
    assert told in capsys.readouterr().err
    assert empaquetar.done == []


def test_a_proxy_that_inspects_tls_is_named_when_tools_are_installed(
    empaquetar: ModuleType, tmp_path: Path
) -> None:
    tools = empaquetar.Environment(tmp_path, tmp_path / "requisitos.txt")

    class Behind:
        """Makes the environment; pip finds a certificate of the office."""

        def run(self, command: list[str], trouble: str) -> None:
            if "pip" in command:
                raise empaquetar.SetupError(f"{trouble}: CERTIFICATE_VERIFY_FAILED")

    with pytest.raises(empaquetar.SetupError, match=r"PIP_CERT=/ruta/autoridad\.pem python3"):
        tools.make(Behind())
    assert not tools.is_good()
