"""The administrator's file: believed only from an administrator, and one line at a time."""

from __future__ import annotations

import base64
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, ProveedorIdentidad
from icsoe_desktop.domain.politicas.valores import Central, FuenteActualizaciones
from icsoe_desktop.domain.valores_legales.valores import Certeza, Concepto
from icsoe_desktop.gateways.politicas import central_ini as central
from icsoe_desktop.gateways.politicas.central_ini import parse_central, read_central
from icsoe_desktop.gateways.sddl import closed_file, closed_folder, written_by_administrator

LLAVE = bytes(range(32))
LLAVE_BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
WHOLE = f"""\
; de la oficina
[correo]
servidor = smtp.empresa.mx
puerto = 465
seguridad = ssl/tls
usuario = nomina@empresa.mx
remitente = Nomina@Empresa.mx
nombre_remitente = Nóminas 100%
fijo = sí

[sincronizacion]
servidor = https://icsoe.empresa.mx/v1

[actualizaciones]
direccion = https://descargas.empresa.mx/icsoe.json
llave = {LLAVE_BASE64}
"""
CORREO = ServidorCorreo(
    servidor="smtp.empresa.mx",
    puerto=465,
    seguridad=Seguridad.SSL,
    usuario="nomina@empresa.mx",
    remitente="nomina@empresa.mx",
    nombre_remitente="Nóminas 100%",
)


def anybody(_descriptor: int, _folder: Path) -> bool:
    return True


def test_the_policy_fixes_values_and_one_wrong_entry_drops_its_line_alone() -> None:
    read = parse_central(
        b"[valores]\nsalario_minimo = 2027-01-01 350.00; 2028-01-01 380.50\n"
        b"uma = 2027-01-01 122.00\nsalario_minimo_frontera = 490\n"
    )
    assert [(one.concepto, one.desde, one.centavos) for one in read.valores] == [
        (Concepto.GENERAL, date(2027, 1, 1), 350_00),
        (Concepto.GENERAL, date(2028, 1, 1), 380_50),
    ]
    assert {one.certeza for one in read.valores} == {Certeza.CENTRAL}
    assert [text.split(":")[0] for text in read.problemas] == [
        "[valores] salario_minimo_frontera",
        "[valores] uma",
    ]


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "central.ini"
    path.write_text(WHOLE, "utf-8")
    read = read_central(path, anybody)
    assert (read, read.problemas) == (
        Central(
            CORREO,
            True,
            "https://icsoe.empresa.mx/v1",
            FuenteActualizaciones("https://descargas.empresa.mx/icsoe.json", LLAVE),
        ),
        (),
    )


def test_the_notepad_of_windows_may_have_written_it(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()
    assert parse_central(content) == parse_central(WHOLE.encode())


def test_without_a_file_everything_is_as_it_ships(tmp_path: Path) -> None:
    read = read_central(tmp_path / "central.ini", anybody)
    assert (read, read.problemas) == (Central(), ())


@pytest.mark.expects_log
def test_a_file_that_others_may_have_written_is_not_believed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "central.ini"
    path.write_text(WHOLE, "utf-8")
    read = read_central(path, lambda _descriptor, _folder: False)
    assert (read, read.problemas) == (Central(), (central.NOT_TRUSTED,))
    assert [record.message for record in caplog.records] == [f"central.ini: {central.NOT_TRUSTED}"]


@pytest.mark.skipif(os.name != "posix", reason="owners by number are of POSIX")
@pytest.mark.parametrize("of_folder", [False, True])
@pytest.mark.parametrize(
    ("uid", "mode", "believed"),
    [
        (0, 0o644, True),
        (0, 0o600, True),
        (0, 0o664, False),
        (0, 0o646, False),
        (1000, 0o644, False),
    ],
)
def test_only_what_root_wrote_and_nobody_else_may_write_is_believed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    uid: int,
    mode: int,
    believed: bool,
    of_folder: bool,
) -> None:
    found = os.stat_result((0o100000 | mode, 1, 1, 1, uid, 0, 10, 0, 0, 0))
    good = os.stat_result((0o40755, 1, 1, 1, 0, 0, 10, 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda _descriptor: good if of_folder else found)
    monkeypatch.setattr(Path, "stat", lambda _path, **_how: found if of_folder else good)
    assert written_by_administrator(3, tmp_path) is believed


@pytest.mark.skipif(os.name != "nt", reason="rights as SDDL are of Windows")
def test_windows_describes_the_rights_of_a_file_and_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "central.ini"
    path.touch()
    with path.open("rb") as file:
        assert central._of_handle(file.fileno()).startswith("O:")
    assert central._of_path(tmp_path).startswith("O:")


@pytest.mark.parametrize(
    ("text", "read", "problems"),
    [
        ("[correo]\nfijo = sí\n", Central(), 0),  # nothing to fix it to
        ("[correo]\nservidor=smtp.empresa.mx\nremitente=a@empresa.mx\npuerto=99999", Central(), 1),
        ("[correo]\nservidor=https://x/\nremitente=a@empresa.mx", Central(), 1),
        ("[correo]\nservidor=smtp.empresa.mx", Central(), 1),
        ("[correo]\nservidor=smtp.empresa.mx\nremitente=a@e.mx\nseguridad=Sí", Central(), 1),
        ("[correo]\nservidor=smtp.empresa.mx\nremitente=a@e.mx\nseguridad=Ninguna", Central(), 1),
        ("[correo]\ncontrasena = secreta", Central(), 1),
        ("[sincronizacion]\nservidor=http://icsoe.empresa.mx", Central(), 1),
        ("[sincronizacion]\nservidor=https://ana:clave@icsoe.empresa.mx", Central(), 1),
        ("[actualizaciones]\ndireccion=https://x.mx/a.json", Central(), 1),
        ("[actualizaciones]\ndireccion=https://x.mx/a.json\nllave=AAAA", Central(), 1),
        ("[actualizaciones]\ndireccion=https://[x/a.json\nllave=AAAA", Central(), 1),
        ("[otra]\nclave=valor", Central(), 1),
        ("servidor=smtp.empresa.mx", Central(), 1),
        ("[correo]\nservidor=a\nservidor=b", Central(), 1),
        ("[correo]\nservidor = %(servidor)s\nremitente=a@empresa.mx", Central(), 1),
        ("[actualizaciones]\ndireccion=file:///etc/passwd\nllave=AAAA", Central(), 1),
        ("[sincronizacion]\nservidor = https://\x1b[2J/", Central(), 1),
    ],
)
def test_a_wrong_line_is_named_and_costs_no_more_than_it_must(
    text: str, read: Central, problems: int
) -> None:
    found = parse_central(text.encode())
    assert found == read
    assert len(found.problemas) == problems
    assert "secreta" not in str(found.problemas)


def test_a_wrong_section_leaves_the_others_in_force() -> None:
    found = parse_central(WHOLE.replace("puerto = 465", "puerto = mucho").encode())
    assert (found.correo, found.correo_fijo) == (None, False)
    assert found.actualizaciones == FuenteActualizaciones(
        "https://descargas.empresa.mx/icsoe.json", LLAVE
    )
    assert found.problemas == (
        "[correo] puerto: El puerto es un número del 1 al 65535; el usual es 587 o 465.",
    )


def test_a_file_too_large_is_not_read() -> None:
    assert parse_central(b"[correo]\n" + b";" * central.MAX_BYTES) == Central()


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_start(content: bytes) -> None:
    assert parse_central(content).actualizaciones is None


@given(st.integers(0, len(WHOLE) - 1), st.characters(codec="utf-8"))
def test_no_slip_in_a_good_file_stops_the_start(position: int, other: str) -> None:
    text = WHOLE[:position] + other + WHOLE[position + 1 :]
    found = parse_central(text.encode())
    assert found.sincronizacion == "" or found.sincronizacion.startswith("https://")
    assert found.actualizaciones is None or len(found.actualizaciones.llave) == 32
    assert found.correo is not None or not found.correo_fijo


def test_the_key_of_these_tests_is_what_base64_says() -> None:
    assert base64.b64decode(LLAVE_BASE64) == LLAVE


def test_the_application_of_the_office_is_read_and_a_wrong_one_drops_itself_alone() -> None:
    microsoft = parse_central(
        b"[correo]\nservidor = smtp.office365.com\nremitente = nomina@empresa.mx\n"
        b"oauth_proveedor = microsoft\noauth_cliente = 11111111-2222-3333\n"
        b"oauth_inquilino = Empresa.onmicrosoft.com\n"
    )
    assert microsoft.problemas == ()
    assert microsoft.correo_cliente == ClienteOAuth(
        proveedor=ProveedorIdentidad.MICROSOFT,
        cliente="11111111-2222-3333",
        inquilino="empresa.onmicrosoft.com",
    )
    google = parse_central(
        b"[correo]\noauth_proveedor = Google\noauth_cliente = 1-a.apps.googleusercontent.com\n"
        b"oauth_secreto = GOCSPX-x\n"
    )
    assert google.correo_cliente is not None
    assert google.correo_cliente.secreto == "GOCSPX-x"
    assert "GOCSPX" not in repr(google)
    for wrong, key in (
        (b"oauth_proveedor = Yahoo\noauth_cliente = 11111111", "oauth_proveedor"),
        (b"oauth_proveedor = Google\noauth_cliente = a b", "oauth_cliente"),
        (b"oauth_proveedor = Google", "oauth_cliente"),
        (b"oauth_cliente = 11111111", "oauth_proveedor"),
        (
            b"oauth_proveedor = Microsoft\noauth_cliente = 11111111\noauth_inquilino = ../x",
            "oauth_inquilino",
        ),
    ):
        read = parse_central(
            b"[correo]\nservidor = smtp.empresa.mx\nremitente = a@empresa.mx\n" + wrong
        )
        assert read.correo_cliente is None
        assert read.correo is not None
        assert [text.split(":")[0] for text in read.problemas] == [f"[correo] {key}"]


SYSTEM_AND_ADMINS = "(A;ID;FA;;;SY)(A;ID;FA;;;BA)"
USER = "S-1-5-21-1-2-3-1001"


@pytest.mark.parametrize(
    ("sddl", "closed"),
    [
        # As an administrator's Notepad leaves it in C:\ProgramData\ICSOE Desktop.
        (f"O:BAG:S-1-5-21-1-2-3-513D:AI{SYSTEM_AND_ADMINS}(A;ID;0x1200a9;;;BU)", True),
        (f"O:SYG:SYD:PAI{SYSTEM_AND_ADMINS}(A;;FR;;;WD)", True),
        (f"O:S-1-5-21-1-2-3-500D:{SYSTEM_AND_ADMINS}", True),
        (f"O:BAD:(D;;FW;;;BU){SYSTEM_AND_ADMINS}(A;;GRGX;;;BU)", True),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;0x1301bf;;;BU)", False),  # «modificar» for users
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;ID;FA;;;{USER})", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;WD;;;AU)", False),  # may hand out rights
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;SD;;;BU)", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;FRFW;;;WD)", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;ZZ;;;WD)", False),  # an unknown right
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;0xXYZ;;;WD)", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(XA;;FR;;;WD;(a==1))", False),  # a condition
        (f"O:{USER}D:{SYSTEM_AND_ADMINS}", False),
        (f"O:BUD:{SYSTEM_AND_ADMINS}", False),
        ("O:BAD:NO_ACCESS_CONTROL", False),
        ("O:BA", False),
        ("D:(A;;FA;;;BA)", False),
        ("O:BAD:(A;;FA)", False),
        ("", False),
    ],
)
def test_a_file_is_believed_only_if_no_user_can_change_it(sddl: str, closed: bool) -> None:
    assert closed_file(sddl) is closed


@pytest.mark.parametrize(
    ("sddl", "closed"),
    [
        # What a folder in C:\ProgramData inherits: users may add files, not replace them.
        (
            "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)"
            "(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
            True,
        ),
        # The same made by a user: they own it, and own what they make inside.
        (f"O:{USER}D:AI(A;OICIID;FA;;;SY)(A;ID;FA;;;{USER})", False),
        ("O:BAD:(A;;FA;;;BA)(A;;DT;;;BU)", False),  # may delete what is inside
        ("O:BAD:(A;;FA;;;BA)(A;OICI;0x1301ff;;;BU)", False),
        ("O:BAD:(A;;FA;;;BA)(A;OICIIO;GA;;;BU)", True),  # only of what is made inside
    ],
)
def test_a_folder_is_believed_only_if_no_user_can_replace_what_is_in_it(
    sddl: str, closed: bool
) -> None:
    assert closed_folder(sddl) is closed


@given(st.text(max_size=200))
def test_words_that_are_no_description_are_not_believed(text: str) -> None:
    assert not closed_file(text)


@given(st.text(alphabet="()AD;FWRBUOISYG:0x1-5", max_size=60))
def test_nothing_added_to_a_closed_file_makes_users_trusted(text: str) -> None:
    assert not closed_file(f"O:BAD:(A;;FA;;;WD){text}")
