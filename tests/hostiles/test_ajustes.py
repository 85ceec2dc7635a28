"""What others wrote or put there: llaves.json, mail templates, what is attached or imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from icsoe_desktop.errors import (
    InvalidInputError,
    StoreDamagedError,
)
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.correo.plantillas import SHIPPED, MailTemplates
from icsoe_desktop.services.constancias.service import _read as _read_constancia
from icsoe_desktop.services.contratista.acuses import read_document
from icsoe_desktop.services.importacion.lectura import clase_of
from icsoe_desktop.services.lotes.documentos import read_attachment
from tests.conftest import MemoryKeyring
from tests.gateways.correo.test_plantillas import VALUES
from tests.hostiles.certificados import sin_fin

ON_POSIX = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows no tiene tubos con nombre ni /dev/zero"
)


@pytest.mark.parametrize(
    "put",
    [
        Path.mkdir,
        pytest.param(lambda path: os.mkfifo(path), marks=ON_POSIX),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), marks=ON_POSIX),
    ],
)
def test_keys_that_are_no_file_are_named_at_once(
    put: Callable[[Path], None], tmp_path: Path, keyring: MemoryKeyring
) -> None:
    path = tmp_path / "llaves.json"
    put(path)
    with pytest.raises(StoreDamagedError):
        Boveda(path, keyring).open_with_keyring()


@pytest.mark.expects_log
@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
def test_a_mail_template_that_is_a_pipe_gives_way_too(tmp_path: Path) -> None:
    shipped, own = MailTemplates(), MailTemplates(tmp_path)
    for path in SHIPPED.iterdir():
        os.mkfifo(tmp_path / path.name)
    for name in sorted(path.stem for path in SHIPPED.glob("*.txt")):
        expected = shipped.mensaje(name, "a@ejemplo.mx", VALUES)
        assert own.mensaje(name, "a@ejemplo.mx", VALUES) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
@pytest.mark.parametrize("read", [read_attachment, clase_of, read_document, _read_constancia])
def test_a_pipe_that_is_attached_or_imported_is_refused_at_once(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    for path in sin_fin(tmp_path).values():
        with pytest.raises(InvalidInputError):
            read(path)
