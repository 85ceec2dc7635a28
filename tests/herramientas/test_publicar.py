"""A release: notes, digests with a signature, the winget manifest; and what verifying refuses."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resources.installer import publicar
from resources.installer.errores import BuildError
from tests.conftest import ROOT

ADDRESS = "https://descargas.empresa.mx/1.2.3/"
CHANGES = """\
# Cambios

## [Sin publicar]

### Agregado

- Lo que viene.

## [1.2.3] - 2026-12-01

### Agregado

- Lo nuevo.

## [1.2.2] - 2026-11-01

- Lo de antes.
"""
WITH_KEYGEN = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What was built of version 1.2.3."""
    changes = tmp_path / "cambios.md"
    changes.write_text(CHANGES, "utf-8")
    monkeypatch.setattr(publicar, "CHANGES", changes)
    monkeypatch.setattr(publicar, "SIGNERS", tmp_path / "firmantes")
    monkeypatch.setattr(publicar, "version", lambda: "1.2.3")
    folder = tmp_path / "dist"
    (folder / "windows").mkdir(parents=True)
    (folder / "ICSOE-Desktop-1.2.3.exe").write_bytes(b"instalador")
    (folder / "icsoe-desktop_1.2.3_amd64.deb").write_bytes(b"paquete")
    return folder


@pytest.fixture
def key(tmp_path: Path, folder: Path) -> Path:
    """A key without password, as one signer."""
    key = tmp_path / "llave"
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    subprocess.run(make, check=True)
    public = (tmp_path / "llave.pub").read_text("utf-8").split()
    publicar.SIGNERS.write_text(
        f'icsoe-desktop namespaces="icsoe-desktop-version" {public[0]} {public[1]}\n', "utf-8"
    )
    return key


def test_the_notes_are_the_section_of_the_version() -> None:
    assert publicar.notes("1.2.3", CHANGES) == "### Agregado\n\n- Lo nuevo.\n"
    assert publicar.notes("1.2.2", CHANGES) == "- Lo de antes.\n"
    for missing in ("1.2", "1.2.4", "1x2.3"):
        with pytest.raises(BuildError, match=re.escape(missing)):
            publicar.notes(missing, CHANGES)


@WITH_KEYGEN
def test_a_release_is_signed_listed_and_verified(folder: Path, key: Path) -> None:
    publicar.prepare(folder, ADDRESS, key)
    publicar.verify(folder, publicar.SIGNERS)
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert f"{hashlib.sha256(b'instalador').hexdigest()}  ICSOE-Desktop-1.2.3.exe" in lines
    names = [line.split("  ")[1] for line in lines]
    assert names == sorted(names)
    assert "NOTAS.md" in names
    assert len(names) == 6
    # Again, over its own files: the same list.
    publicar.prepare(folder, ADDRESS, key)
    assert (folder / "SHA256SUMS").read_text("utf-8").splitlines() == lines
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True)


@WITH_KEYGEN
@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "ICSOE-Desktop-1.2.3.exe").write_bytes(b"otro"),
        lambda folder: (folder / "icsoe-desktop_1.2.3_amd64.deb").unlink(),
        lambda folder: (folder / "de_mas.exe").write_bytes(b"x"),
        lambda folder: (folder / "SHA256SUMS").write_bytes(b""),
        lambda folder: (folder / "SHA256SUMS").unlink(),
        lambda folder: (folder / "SHA256SUMS").write_bytes(b"\xff"),
        lambda folder: (folder / "SHA256SUMS.sig").unlink(),
        lambda folder: (folder / "SHA256SUMS.sig").write_text("no es una firma", "utf-8"),
    ],
)
def test_a_release_that_was_changed_is_refused(folder: Path, key: Path, change: object) -> None:
    publicar.prepare(folder, ADDRESS, key)
    assert callable(change)
    change(folder)
    with pytest.raises(BuildError):
        publicar.verify(folder, publicar.SIGNERS)


@WITH_KEYGEN
def test_the_signature_of_another_key_or_for_another_use_is_refused(
    folder: Path, key: Path, tmp_path: Path
) -> None:
    publicar.prepare(folder, ADDRESS, key)
    other = tmp_path / "otra"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    for signer, use in ((other, "icsoe-desktop-version"), (key, "git")):
        (folder / "SHA256SUMS.sig").unlink()
        sign = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(signer), "-n", use]
        subprocess.run([*sign, str(folder / "SHA256SUMS")], check=True, capture_output=True)
        with pytest.raises(BuildError, match="no vale"):
            publicar.verify(folder, publicar.SIGNERS)


def test_an_unsigned_installer_is_published_only_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "ICSOE-Desktop-1.2.3.exe").rename(folder / "ICSOE-Desktop-1.2.3-sin-firma.exe")
    with pytest.raises(BuildError, match="sin-firma"):
        publicar.prepare(folder, ADDRESS, None)
    publicar.prepare(folder, ADDRESS, None, unsigned=True)
    assert "queda sin firma" in capsys.readouterr().err
    for address in ("http://a.mx/", "https://a.mx", "https:///", "a"):
        with pytest.raises(BuildError, match="https"):
            publicar.prepare(folder, address, None, unsigned=True)


def test_the_winget_manifest_names_the_installer_its_digest_and_both_scopes(folder: Path) -> None:
    publicar.prepare(folder, ADDRESS, None)
    text = (folder / "ICSOE.Desktop.installer.yaml").read_text("utf-8")
    digest = hashlib.sha256(b"instalador").hexdigest().upper()
    assert text.count(f"  InstallerUrl: {ADDRESS}ICSOE-Desktop-1.2.3.exe\n") == 2
    assert text.count(f"  InstallerSha256: {digest}\n") == 2
    assert "  Scope: user\n" in text
    assert "  Scope: machine\n  InstallerSwitches:\n    Custom: /ALLUSERS\n" in text
    for name in ("ICSOE.Desktop.yaml", "ICSOE.Desktop.locale.es-MX.yaml"):
        text = (folder / name).read_text("utf-8")
        assert "PackageIdentifier: ICSOE.Desktop\nPackageVersion: 1.2.3\n" in text
        assert text.endswith("ManifestVersion: 1.6.0\n")


def test_the_workflow_names_each_action_by_its_commit_and_each_script_exists() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text("utf-8")
        for action in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action), f"{path.name}: {action}"
        for script in re.findall(r"icsoe\.py|resources/[\w./-]+\.(?:py|ps1|sh)", text):
            assert (ROOT / script).is_file(), script
        for module in re.findall(r"-m (resources(?:\.\w+)+)", text):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module
