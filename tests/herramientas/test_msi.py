"""The source of the .msi, and what is told from Wine about it."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resources.installer import msi, sello, wine
from resources.installer.errores import BuildError
from tests.conftest import ROOT

EPOCH = 1_795_361_793
WITH_WIXL = pytest.mark.skipif(
    not (shutil.which("wixl") and shutil.which("msibuild")), reason="wixl y msitools"
)
WIX = "{http://schemas.microsoft.com/wix/2006/wi}"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "icsoe-desktop"
    for name in ("icsoe-desktop.exe", "_internal/icsoe.ico", "_internal/a/Nómina & «x».txt"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    return folder


def read(program: Path, version: str) -> ElementTree.Element:
    product = msi.identity_of(program, version)
    return ElementTree.fromstring(msi.document(program, version, product))  # noqa: S314


def test_every_file_is_a_64_bit_component_of_its_own_that_the_feature_installs(
    program: Path,
) -> None:
    root = read(program, "1.2.3")
    components = list(root.iter(f"{WIX}Component"))
    assert all(one.get("Win64") == "yes" for one in components)
    files = [one for one in components if one.find(f"{WIX}File") is not None]
    assert len(files) == 3
    assert {one.get("Source") for one in root.iter(f"{WIX}File")} == {
        "icsoe-desktop.exe",
        "_internal/icsoe.ico",
        "_internal/a/Nómina & «x».txt",
    }
    installed = {one.get("Id") for one in root.iter(f"{WIX}ComponentRef")}
    assert installed == {one.get("Id") for one in components}
    assert len({one.get("Guid") for one in components}) == len(components)


def test_a_file_keeps_its_identity_and_a_build_gets_another_product(program: Path) -> None:
    def components(version: str) -> set[str | None]:
        return {one.get("Guid") for one in read(program, version).iter(f"{WIX}Component")}

    assert components("1.2.3") == components("9.0.0")
    first = msi.identity_of(program, "1.2.3")
    assert first == msi.identity_of(program, "1.2.3")
    assert first != msi.identity_of(program, "1.2.4")
    (program / "icsoe-desktop.exe").write_text("otra construcción", "utf-8")
    assert first != msi.identity_of(program, "1.2.3")


def test_the_same_and_older_versions_are_replaced_and_newer_ones_refuse(program: Path) -> None:
    older, newer = read(program, "1.2.9").iter(f"{WIX}UpgradeVersion")
    assert (older.get("Minimum"), older.get("Maximum")) == ("0.0.0", "1.2.10")
    assert (newer.get("Minimum"), newer.get("IncludeMinimum")) == ("1.2.9", "no")
    assert newer.get("OnlyDetect") == "yes"
    conditions = {one.text for one in read(program, "1.2.9").iter(f"{WIX}Condition")}
    assert f"Installed OR NOT {newer.get('Property')}" in conditions


def test_a_choice_reaches_the_installing_service(program: Path) -> None:
    statements = "\n".join(msi.corrections())
    secure = next(line for line in statements.splitlines() if "SecureCustomProperties" in line)
    searched = {
        one.get("Id")
        for one in read(program, "1.2.3").iter(f"{WIX}Property")
        if one.find(f"{WIX}RegistrySearch") is not None
    }
    assert searched == {"SINESCRITORIO", "SINENLACES", "INSTALADOREXE"}
    assert all(str(name) in secure for name in (*searched, "ANTERIOR", "POSTERIOR"))


@WITH_WIXL
def test_two_packages_of_one_program_are_equal_wherever_and_whenever_they_are_made(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for folder, zone in (("a", "America/Mexico_City"), ("otra carpeta", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        copy = tmp_path / folder / "icsoe-desktop"
        shutil.copytree(program, copy)
        sello.set_times(copy, EPOCH)
        made.append(tmp_path / folder / "paquete.msi")
        msi.build_msi(copy, made[-1], "1.2.3", EPOCH)
    assert made[0].read_bytes() == made[1].read_bytes()
    said = subprocess.run(
        ["msiinfo", "suminfo", made[0]],
        env={**os.environ, "TZ": "UTC"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    assert "Template: x64;2058\n" in said
    assert "Created: Sun Nov 22 15:36:33 2026\nLast saved: Sun Nov 22 15:36:33 2026\n" in said


def test_two_packages_that_differ_have_another_package_code(program: Path) -> None:
    def code(version: str, epoch: int) -> uuid.UUID:
        product = msi.identity_of(program, version)
        return msi.package_code(msi.document(program, version, product), epoch)

    first = code("1.2.3", EPOCH)
    assert first == code("1.2.3", EPOCH)
    assert first not in (code("1.2.4", EPOCH), code("1.2.3", EPOCH + 1))
    (program / "icsoe-desktop.exe").write_text("otra construcción", "utf-8")
    assert first != code("1.2.3", EPOCH)


def test_a_summary_that_wixl_did_not_write_is_no_package() -> None:
    head = "PropertyId\tValue\r\ni2\tl255\r\n_SummaryInformation\tPropertyId\r\n"
    with pytest.raises(BuildError, match="resumen"):
        msi.summary(f"{head}1\t1252\r\n", uuid.UUID(int=1), EPOCH)


LOCK = """\
# una nota
pefile==2024.8.26 ; sys_platform == 'win32' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
pyinstaller==6.22.3 \\
    --hash=sha256:cc
secretstorage==3.5.0 ; sys_platform == 'linux' \\
    --hash=sha256:dd
viejo==1.0 ; python_full_version < '3.11' \\
    --hash=sha256:ee
"""


def test_a_lock_is_read_as_windows_would_read_it(tmp_path: Path) -> None:
    lock = tmp_path / "requisitos.txt"
    lock.write_text(LOCK, "utf-8")
    assert list(wine.for_windows(lock)) == [
        "pefile==2024.8.26 --hash=sha256:aa --hash=sha256:bb",
        "pyinstaller==6.22.3 --hash=sha256:cc",
    ]


def test_the_real_lock_has_what_only_windows_needs() -> None:
    lines = list(wine.for_windows(ROOT / "resources" / "requisitos" / "empaquetar.txt"))
    names = {line.partition("==")[0] for line in lines}
    assert {"tzdata", "pywin32-ctypes", "pefile", "pyside6-essentials"} <= names
    assert "secretstorage" not in names
    assert all(" --hash=sha256:" in line for line in lines)


def test_a_folder_of_somebody_else_is_not_erased(tmp_path: Path) -> None:
    theirs = tmp_path / "tesis.txt"
    theirs.write_text("cinco años", "utf-8")
    with pytest.raises(wine.WineError, match="no se va a tocar"):
        wine.make(tmp_path)
    assert theirs.exists()


def test_programs_under_wine_see_nothing_of_this_systems_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/otra.pem")
    monkeypatch.setenv("DISPLAY", ":7")
    environment = wine.Wine(tmp_path).environment(ICSOE_DATOS="C:\\d")
    assert "REQUESTS_CA_BUNDLE" not in environment
    assert environment["DISPLAY"] == ":7"
    assert environment["ICSOE_DATOS"] == "C:\\d"
    assert Path(environment["HOME"]).is_relative_to(tmp_path)


def test_a_path_is_told_as_windows_has_it(tmp_path: Path) -> None:
    made = wine.Wine(tmp_path)
    assert made.windows_path(made.python) == f"C:\\Python{wine.TAG}\\python.exe"
    assert made.windows_path(tmp_path / "a.msi").startswith("Z:\\")
    assert made.windows_path("msiexec") == "msiexec"
