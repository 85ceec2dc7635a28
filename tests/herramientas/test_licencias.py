"""Every part of a bundle brings its licence, and the list of parts says so."""

from __future__ import annotations

import json
import platform
import ssl
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest

from icsoe_desktop.gateways.licencias import LicenciasGateway
from icsoe_desktop.services.licencias import NO_TEXT, LicenciasService
from resources.installer import edades, licencias, sbom
from resources.installer.errores import BuildError
from resources.installer.licencias import Component
from resources.installer.sello import Sello
from tests.conftest import ROOT

SELLO = Sello("0123456789abcdef" * 2 + "01234567", 1_795_361_793, False)


@pytest.fixture
def without_pyinstaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' environment has no PyInstaller: its texts come from another package here."""

    def bootloader(folder: Path) -> Component:
        return replace(licencias._package(metadata.distribution("pluggy"), folder), name="PyI")

    monkeypatch.setattr(licencias, "_bootloader", bootloader)


@pytest.fixture
def bundle(tmp_path: Path, without_pyinstaller: None) -> Path:
    """A bundle with licences and SBOM, without a program."""
    (tmp_path / "_internal").mkdir()
    sbom.write_sbom(licencias.add_licences(ROOT, tmp_path), SELLO, "linux", tmp_path)
    return tmp_path


def document(bundle: Path) -> Any:
    return json.loads((bundle / "licencias" / sbom.NAME).read_text("utf-8"))


def test_every_locked_dependency_of_the_program_is_in_the_sbom_with_its_text(
    bundle: Path,
) -> None:
    listed = {one["name"]: one for one in document(bundle)["components"]}
    locked = licencias.read_lock(ROOT / "resources" / "requisitos" / "programa.txt")
    # The lock's tools for the editable install, and what other systems need.
    tools = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit"}
    elsewhere = {"jeepney", "secretstorage", "pywin32-ctypes", "tzdata"}
    newer = {"backports-tarfile", "importlib-metadata", "lazy-importer", "zipp"}
    needed = set(locked) - tools - elsewhere - newer - {"trove-classifiers"}
    assert needed <= set(listed)
    assert {name: listed[name]["version"] for name in needed} == {
        name: locked[name] for name in needed
    }
    assert sbom.missing_texts(bundle) == []
    for one in (document(bundle)["metadata"]["component"], *listed.values()):
        texts = [entry["value"] for entry in one["properties"] if entry["name"] == sbom.TEXT]
        assert texts
        assert sum((bundle / "licencias" / text).stat().st_size for text in texts) > 500


def test_the_sbom_tells_what_reads_strangers_files_and_how_old_it_is(bundle: Path) -> None:
    parts = {one["name"]: one.get("components", []) for one in document(bundle)["components"]}
    inner = {one["name"]: one["version"] for one in parts["Python"]}
    assert inner["CPython"] == platform.python_version()
    assert f"expat_{inner['expat']}" == expat.EXPAT_VERSION
    assert ssl.OPENSSL_VERSION.startswith(f"OpenSSL {inner['OpenSSL']} ")
    sealed = {one["name"]: one for one in parts["sqlcipher3"]}
    assert {"SQLCipher", "SQLite", "OpenSSL"} <= {
        name for name, one in sealed.items() if one["version"]
    }
    (made,) = (
        date.fromisoformat(each["value"])
        for each in sealed["SQLite"]["properties"]
        if each["name"] == edades.MADE
    )
    aged = edades.too_old(document(bundle), made + edades.OLDEST + timedelta(days=1))
    assert any(line.startswith("SQLite ") and "366 días" in line for line in aged)
    assert not any(
        line.startswith("SQLite ")
        for line in edades.too_old(document(bundle), made + edades.OLDEST)
    )
    assert "sin los arreglos de seguridad" in edades.warning(aged)
    assert edades.warning([]) == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Feb  4 2025 15:23:48", date(2025, 2, 4)),
        ("OpenSSL 3.0.15 3 Sep 2024", date(2024, 9, 3)),
        ("sin fecha", None),
        ("99 Foo 2024", None),
    ],
)
def test_the_day_of_a_library_is_read_from_what_it_says(text: str, day: date | None) -> None:
    assert edades._day_of(text) == day


def test_the_lgpl_texts_and_those_of_qts_parts_are_there(bundle: Path) -> None:
    folder = bundle / "licencias"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (folder / "LGPL-3.0.txt").read_text("utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in (folder / "GPL-3.0.txt").read_text("utf-8")
    third = (folder / "Qt-terceros.txt").read_text("utf-8")
    for name in ("FreeType", "HarfBuzz", "PCRE2", "libpng", "zlib", "libjpeg", "BLAKE2"):
        assert f"\n{name}" in third
    assert (folder / "ICSOE Desktop" / "LICENSE.txt").read_bytes() == (
        ROOT / "LICENSE"
    ).read_bytes()
    assert (folder / "Python" / "LICENSE.txt").is_file()


def test_two_runs_write_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "otro"
    (other / "_internal").mkdir(parents=True)
    sbom.write_sbom(licencias.add_licences(ROOT, other), SELLO, "linux", other)
    for path in (bundle / "licencias").rglob("*.*"):
        twin = other / "licencias" / path.relative_to(bundle / "licencias")
        if path.is_file():
            assert path.read_bytes() == twin.read_bytes()


def test_a_text_taken_away_is_missed(bundle: Path) -> None:
    (bundle / "licencias" / "LGPL-3.0.txt").unlink()
    assert sorted(sbom.missing_texts(bundle)) == ["pyside6-essentials", "shiboken6"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "resources" / "installer" / "sbom.py"), str(bundle)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "shiboken6" in done.stderr


def test_a_package_without_text_fails_the_build(
    tmp_path: Path, without_pyinstaller: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_internal").mkdir()
    monkeypatch.setattr(licencias, "TEXTS_OF", {})
    with pytest.raises(BuildError, match="pyside6-essentials"):
        licencias.add_licences(ROOT, tmp_path)


def test_a_version_that_is_not_the_locked_one_fails_the_build(tmp_path: Path) -> None:
    lock = (ROOT / "resources" / "requisitos" / "programa.txt").read_text("utf-8")
    version = metadata.version("requests")
    changed = tmp_path / "resources" / "requisitos" / "programa.txt"
    changed.parent.mkdir(parents=True)
    changed.write_text(lock.replace(f"requests=={version}", "requests==1.0.0"), "utf-8")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    with pytest.raises(BuildError, match=r"requests.*1\.0\.0"):
        licencias.locked_dependencies(tmp_path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of a distribution")
def test_a_library_of_nobody_fails_the_build(tmp_path: Path, without_pyinstaller: None) -> None:
    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal" / "libdenadie.so.1").touch()
    with pytest.raises(BuildError, match=r"libdenadie\.so\.1"):
        licencias.add_licences(ROOT, tmp_path)


def test_what_belongs_to_no_listed_part_is_found(bundle: Path) -> None:
    inside = bundle / "_internal"
    good = [f"requests-{metadata.version('requests')}.dist-info", "jaraco/text", "licencias"]
    for name in (*good, "numpy-2.0.0.dist-info"):
        (inside / name).mkdir(parents=True)
    for name in ("deotro.dll", "deotro.pyd", "jaraco/text/liboculta.so.3", "leame.html"):
        (inside / name).touch()
    modules = ["icsoe_desktop.domain", "json.decoder", "jaraco", "jaraco.context", "dateutil.tz"]
    modules += ["_sysconfigdata__linux_x86_64-linux-gnu", "_pyi_rth_utils.qt"]
    found = licencias.strangers(bundle, [*modules, "numpy.linalg", "jaraco.deotro"], ROOT)
    assert found == [
        "deotro.dll",
        "deotro.pyd",
        "jaraco.deotro",
        "liboculta.so.3",
        "numpy-2.0.0.dist-info",
        "numpy.linalg",
    ]


def test_every_module_and_library_of_a_listed_part_is_known(bundle: Path) -> None:
    files = [
        str(file).replace("\\", "/")
        for package in licencias.locked_dependencies(ROOT)
        for file in package.files or ()
    ]
    libraries = [name for name in files if ".so" in name or name.endswith((".pyd", ".dll"))]
    assert libraries
    for name in libraries:
        path = bundle / "_internal" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in files
        if name.endswith(".py") and name.count(".") == 1
    }
    assert len(modules) > 500
    assert licencias.strangers(bundle, modules, ROOT) == []


def test_the_sbom_has_the_shape_of_cyclonedx(bundle: Path) -> None:
    # The parts of the specification's schema that a reader needs. Against the whole schema it
    # was checked by hand: docs/publicar.md.
    made = document(bundle)
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.5", 1)
    assert made["metadata"]["timestamp"] == "2026-11-22T15:36:33Z"
    assert made["metadata"]["properties"][0] == {"name": "icsoe:commit", "value": SELLO.commit}
    components = made["components"]
    references = [one["bom-ref"] for one in components]
    assert len(set(references)) == len(references)
    for one in components:
        assert one["type"] == "library"
        (licence,) = one["licenses"]
        assert list(licence) in (["expression"], ["license"])
    (own,) = (one for one in made["dependencies"] if "dependsOn" in one)
    assert sorted(references) == own["dependsOn"]
    crates = next(one for one in components if one["name"] == "python-calamine")["components"]
    assert any(one["purl"].startswith("pkg:cargo/") for one in crates)


def test_acerca_reads_the_texts_of_the_bundle(bundle: Path) -> None:
    service = LicenciasService(LicenciasGateway(bundle / "licencias"))
    parts = service.all()
    assert parts[0].nombre == "ICSOE Desktop"
    qt = next(one for one in parts if one.nombre == "pyside6-essentials")
    text = service.text(qt)
    assert text.startswith("LGPL-3.0.txt\n============\n")
    assert "FreeType" in text
    assert all(service.text(one) != NO_TEXT for one in parts)
