"""Archives and packages of one commit are the same bytes, however often they are made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from resources.installer import archivos, comparar, construir, debian, portatil
from resources.installer.errores import BuildError
from resources.installer.sello import Sello
from tests.herramientas.test_firma import git

EPOCH = 1_795_361_793
STAMP = Sello("ab" * 20, EPOCH, False)
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="links and modes")
WITH_DPKG = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or shutil.which("objdump") is None,
    reason="dpkg-deb y objdump",
)


def make_program(folder: Path, umask: int = 0o022) -> Path:
    before = os.umask(umask)
    try:
        (folder / "_internal").mkdir(parents=True)
        (folder / "_internal" / "b.txt").write_text("ñ", "utf-8")
        (folder / "_internal" / "a.txt").write_text("a" * 1000, "utf-8")
        (folder / "licencias").mkdir()
        (folder / "licencias" / "GPL-3.0.txt").write_text("GPL", "utf-8")
        program = folder / "icsoe-desktop"
        # A real program, so that its libraries can be read.
        program.write_bytes(Path("/bin/true").read_bytes())
        program.chmod(0o755 & ~umask)
        if not (folder / "_internal" / "liga").exists():
            (folder / "_internal" / "liga").symlink_to("a.txt")
    finally:
        os.umask(before)
    return folder


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The same program made by two people on two days."""
    monkeypatch.setattr(construir, "current_sello", lambda: STAMP)
    one = make_program(tmp_path / "uno" / "icsoe-desktop")
    other = make_program(tmp_path / "dos" / "icsoe-desktop", 0o077)
    for path in (*other.rglob("*"), other):
        os.utime(path, (1, 1), follow_symlinks=False)
    return one, other


@ON_LINUX
def test_the_portable_archive_is_the_same_from_both(two: tuple[Path, Path]) -> None:
    made = [portatil.build_portable(one, one.parent, "1.2.3") for one in two]
    assert made[0].name == "ICSOE-Desktop-1.2.3-linux-portatil.tar.gz"
    assert made[0].read_bytes() == made[1].read_bytes()
    with tarfile.open(made[0]) as archive:
        assert archive.getnames()[0] == "ICSOE Desktop"
        assert "ICSOE Desktop/portatil.txt" in archive.getnames()
        assert archive.getmember("ICSOE Desktop/icsoe-desktop").mode == 0o755
        assert archive.getmember("ICSOE Desktop/_internal/a.txt").mode == 0o644
        assert archive.getmember("ICSOE Desktop/_internal/liga").linkname == "a.txt"
        assert {(one.uid, one.gid, one.mtime) for one in archive.getmembers()} == {(0, 0, EPOCH)}
    assert not (two[0] / "portatil.txt").exists()


@ON_LINUX
def test_the_portable_zip_of_windows_is_the_same_from_both(two: tuple[Path, Path]) -> None:
    for one in two:
        (one / "icsoe-desktop").rename(one / "icsoe-desktop.exe")
        (one / "icsoe-consola.exe").touch(mode=0o644)
        (one / "_internal" / "liga").unlink()
    made = [portatil.build_portable(one, one.parent, "1.2.3") for one in two]
    assert made[0].name == "ICSOE-Desktop-1.2.3-portatil.zip"
    assert made[0].read_bytes() == made[1].read_bytes()
    with zipfile.ZipFile(made[0]) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert "ICSOE Desktop/portatil.txt" in names
        assert {one.date_time for one in archive.infolist()} == {(2026, 11, 22, 15, 36, 32)}


@ON_LINUX
@WITH_DPKG
def test_the_package_of_debian_is_the_same_from_both_and_has_its_parts(
    two: tuple[Path, Path],
) -> None:
    made = [debian.build_deb(one, one.parent) for one in two]
    assert made[0].read_bytes() == made[1].read_bytes()
    listed = subprocess.run(
        ["dpkg-deb", "--contents", made[0]], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = {line.split()[5]: line.split() for line in listed}
    assert {line.split()[1] for line in listed} == {"root/root"}
    for name in (
        "./usr/bin/icsoe-desktop",
        "./usr/share/applications/icsoe-desktop.desktop",
        "./usr/share/doc/icsoe-desktop/copyright",
        "./usr/share/icons/hicolor/scalable/apps/icsoe-desktop.svg",
        "./usr/share/man/man1/icsoe-desktop.1.gz",
        "./usr/share/metainfo/icsoe-desktop.metainfo.xml",
        "./usr/lib/icsoe-desktop/licencias/GPL-3.0.txt",
    ):
        assert name in names
    assert names["./usr/lib/icsoe-desktop/icsoe-desktop"][0] == "-rwxr-xr-x"
    assert names["./usr/lib/icsoe-desktop/_internal/a.txt"][0] == "-rw-r--r--"
    about = subprocess.run(
        ["dpkg-deb", "--field", made[0]], capture_output=True, text=True, check=True
    ).stdout
    assert f"Version: {construir.version()}\n" in about
    assert "libc6 (>= 2." in about


@ON_LINUX
@WITH_DPKG
def test_a_library_of_an_unknown_package_fails_the_package(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "needed_outside", lambda _folder: {"libdenadie.so.3", "libc.so.6"})
    with pytest.raises(BuildError, match=r"libdenadie\.so\.3"):
        debian.build_deb(two[0], two[0].parent)


@ON_LINUX
def test_two_folders_are_compared_by_bytes_links_and_modes(
    two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = two
    assert comparar.main(["carpetas", str(one), str(other)]) == 0
    (other / "_internal" / "b.txt").write_text("n", "utf-8")
    (other / "_internal" / "a.txt").chmod(0o700)
    (other / "_internal" / "nuevo").touch()
    (other / "_internal" / "liga").unlink()
    (other / "_internal" / "liga").symlink_to("b.txt")
    assert comparar.main(["carpetas", str(one), str(other)]) == 1
    said = capsys.readouterr().out
    for name in ("a.txt", "b.txt", "nuevo", "liga"):
        assert f"_internal/{name}: " in said
    assert "4 distintos" in said


def test_a_time_before_that_of_zip_is_the_first_of_zip(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "b").touch()
    archivos.write_zip(folder, tmp_path / "a.zip", 0)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_both_clones_are_of_the_commit_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "raiz"
    root.mkdir()
    git(root, "init", "--quiet")
    for text in ("uno", "dos"):
        (root / "a.txt").write_text(text, "utf-8")
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", text)
        if text == "uno":
            first = git(root, "rev-parse", "HEAD")
    git(root, "update-ref", "refs/heads/adelante", "HEAD")
    git(root, "checkout", "--quiet", "--detach", first)
    # Each build moves the root on, as somebody's landing does, and keeps what its clone holds.
    move = f"import subprocess; subprocess.run(['git', '-C', {str(root)!r}, 'checkout', '-q', "
    move += "'adelante'], check=True); import pathlib; out = pathlib.Path('{salida}'); "
    move += "out.mkdir(); (out / 'a').write_text(pathlib.Path('a.txt').read_text())"
    monkeypatch.setattr(comparar, "ROOT", root)
    monkeypatch.setattr(comparar, "ORDERS", {"programa": [["-c", move]]})
    made = comparar.build_twice(tmp_path / "obra", ["programa"])
    assert [(one / "a").read_text("utf-8") for one in made] == ["uno", "uno"]
