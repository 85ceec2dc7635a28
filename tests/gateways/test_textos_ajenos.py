"""JSON that other people and other programs write: what is none is said, or passed over."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.respaldo.archivo import FILE, BackupFolders
from icsoe_desktop.gateways.respaldo.cabecera import BackupError, parse_header
from icsoe_desktop.seguridad import invitation as invitacion
from icsoe_desktop.seguridad.invitation import InvitationContents, open_invitation, seal_invitation
from icsoe_desktop.seguridad.office_keys import OfficeKey

CODIGO = "0123-4567-89AB"
HALF = "\ud800"
DEEP = "[" * 20_000 + "]" * 20_000
RAW = base64.b64encode(b"k" * 32).decode()
GOOD: dict[str, Any] = {
    "direccion": "https://ejemplo.mx/v1",
    "oficina": "of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab",
    "nombre": "Despacho Ficticio",
    "cuenta": "dos",
    "contrasena": "Clave-Inventada",
    "rol": "miembro",
    "llaves": {"1": RAW},
    "secreto": RAW,
    "acta": 1,
    "firman": {"018f3c1a7b1e7a2b9c3d0123456789ab": RAW},
    "suplente": None,
    "papel": "",
    "hasta": {},
    "vence": "2026-03-16T15:30:00+00:00",
}
HEADER: dict[str, Any] = {
    "version": 1,
    "creado": "2026-03-02T15:30:00+00:00",
    "base": "018f3c1a7b1e7a2b9c3d0123456789ab",
    "esquema": "0005",
    "octetos": 0,
    "llave": {
        "sal": base64.b64encode(b"s" * 16).decode(),
        "cifrado": RAW,
        "memoria_kib": 65536,
        "iteraciones": 3,
        "carriles": 4,
    },
    "sobre": {},
    "contenido": RAW,
}

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=4)
    | st.sampled_from([HALF, RAW, "9" * 5000, 10**30, "0001-01-01T00:00:00+14:00", "\x00"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner,
                                                                max_size=2),
    max_leaves=6,
)  # fmt: skip


Sellar = Callable[[str], bytes]


@pytest.fixture
def seal(monkeypatch: pytest.MonkeyPatch) -> Sellar:
    """An invitation with this JSON inside, as a member may make one by hand."""
    llaves = (OfficeKey(b"k" * 32, 1),)
    contenido = InvitationContents(
        direccion="",
        oficina="",
        nombre="",
        cuenta="",
        contrasena="",
        rol=RolOficina.MIEMBRO,
        keys=llaves,
        secret=b"k" * 32,
        act=1,
        signers={},
        suplente=None,
        paper=b"",
        limits={},
        vence=datetime(2026, 3, 16, tzinfo=UTC),
    )

    def sealed(text: str) -> bytes:
        with monkeypatch.context() as patch:
            patch.setattr(invitacion.json, "dumps", lambda _: text)
            return seal_invitation(contenido, CODIGO)

    return sealed


def test_an_invitation_made_by_hand_opens(seal: Sellar) -> None:
    found = open_invitation(seal(json.dumps(GOOD)), CODIGO)
    assert (found.cuenta, found.rol, found.keys[0].raw()) == (
        "dos",
        RolOficina.MIEMBRO,
        b"k" * 32,
    )


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        json.dumps({**GOOD, "llaves": {str(10**30): RAW}}),
        json.dumps({**GOOD, "llaves": {"9" * 5000: RAW}}),
        *(
            json.dumps({**GOOD, "llaves": bad})
            for bad in ({"1": HALF}, {"1": "AAAA"}, {"-1": RAW, "x": RAW}, ["1"], {})
        ),
        *(json.dumps({**GOOD, name: HALF}) for name in GOOD),
        *(json.dumps({**GOOD, "rol": bad}) for bad in ([], None, {}, "../../fuera")),
    ],
)
def test_an_invitation_that_holds_something_else_is_none(seal: Sellar, text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        open_invitation(seal(text), CODIGO)
    assert refused.value.campo == "archivo"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        bytes(10_000),
        invitacion.MAGIC,
        invitacion.MAGIC + b"A" * 65_000,
        invitacion.MAGIC + b" \n" * 30_000,
        b" \n" * 30_000 + invitacion.MAGIC,
        invitacion.MAGIC + b"A" * 200_000,
        invitacion.MAGIC + b"<img src=x>" * 100,
        invitacion.MAGIC + base64.b64encode(bytes(28)),
        invitacion.MAGIC + base64.b64encode(bytes(44)),
    ],
    ids=["nothing", "noughts", "its start", "base64", "spaces", "spaces before", "too large",
         "no base64", "only the salt", "a short seal"],
)  # fmt: skip
def test_octets_that_are_no_invitation_are_none(octets: bytes) -> None:
    with pytest.raises(InvalidInputError):
        open_invitation(octets, CODIGO)


@given(st.sampled_from([*HEADER, *HEADER["llave"]]), _ANY)
@example("creado", "0001-01-01T00:00:00+14:00")
@example("creado", "9999-12-31T23:59:59-12:00")
@example("sobre", {HALF: HALF})
def test_a_header_of_a_backup_is_whole_or_damaged(name: str, value: object) -> None:
    assert parse_header(json.dumps(HEADER).encode()).creado.year == 2026
    changed = json.loads(json.dumps(HEADER))
    (changed if name in HEADER else changed["llave"])[name] = value
    try:
        found = parse_header(json.dumps(changed).encode())
    except BackupError:
        return
    # Windows show it by the clock of the place, half a day from Greenwich at most.
    assert 1000 < found.creado.year < 9999
    assert found.octetos >= 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes half characters in names")
def test_a_name_that_no_folder_can_have_is_passed_over(
    tmp_path: Path, reloj: Callable[[], Any]
) -> None:
    (tmp_path / FILE).write_text(json.dumps(["/a\x00b", "/c" + HALF, 7, str(tmp_path)]))
    carpetas = BackupFolders(tmp_path / "respaldos")
    assert carpetas.all() == (tmp_path / "respaldos", tmp_path)
    assert carpetas.clear_leftovers(reloj()) == ()


def test_a_folder_whose_name_is_no_text_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "a\udcff"  # as Linux gives a name in Latin-1
    BackupFolders(tmp_path / "respaldos").remember(folder)
    assert BackupFolders(tmp_path / "respaldos").all()[1:] == (folder,)
