"""The licences that «Acerca de» lists: of the installed packages, or none if they are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.licencia import Licencia
from icsoe_desktop.gateways.licencias import LicenciasGateway
from icsoe_desktop.services.licencias import NO_TEXT, LicenciasService


def test_without_a_bundle_the_installed_packages_are_asked() -> None:
    service = LicenciasService(LicenciasGateway(None))
    parts = {one.nombre: one for one in service.all()}
    assert next(iter(parts)) == "ICSOE Desktop"
    assert {"pyside6-essentials", "sqlalchemy", "cffi", "urllib3"} <= set(parts)
    assert "pytest" not in parts
    assert "Permission is hereby granted" in service.text(parts["sqlalchemy"])
    assert service.text(parts["pyside6-essentials"]) == NO_TEXT


@pytest.mark.parametrize("content", ["", "[1]", '[{"nombre": "a"}]', "{}"])
def test_a_damaged_index_leaves_the_list_empty(tmp_path: Path, content: str) -> None:
    (tmp_path / "indice.json").write_text(content, "utf-8")
    service = LicenciasService(LicenciasGateway(tmp_path))
    assert service.all() == ()
    assert service.text(Licencia("a", "1", "MIT", ("no_esta.txt",))) == NO_TEXT


def test_a_part_is_told_in_one_line() -> None:
    assert Licencia("cffi", "1.17", "MIT", ()).renglon == "cffi 1.17: MIT"
    assert Licencia("cffi", "1.17", "", ()).renglon == "cffi 1.17"
