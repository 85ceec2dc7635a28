"""A forgotten password, from asking for a code to entering with the new one."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.errors import InvalidInputError, StoreLockedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.recuperacion import CodigoSolicitado, RecuperacionService
from icsoe_desktop.services.acceso.usuarios import AltaUsuario, UsuariosService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import CodigoRow, UsuarioRow
from icsoe_desktop.store.tables.sistema import BitacoraRow, CorreoRow
from tests.conftest import Reloj
from tests.services.acceso.con_recuperacion import (
    ALMA,
    BETO,
    NEW,
    NEWER,
    OLD,
    another,
    code_in,
    text_of_last,
)
from tests.support.plantillas import usuario_nuevo
from tests.support.smtp_real import PASSWORD, SmtpReal


def test_a_code_by_mail_gives_a_new_password_that_enters_and_opens_the_data(
    recuperacion: RecuperacionService,
    alma: AltaUsuario,
    acceso: AccesoService,
    boveda: Boveda,
    buzon: BuzonService,
    smtp: SmtpReal,
    store: Store,
    reloj: Reloj,
) -> None:
    assert recuperacion.request("  Alma@Ejemplo.mx ") == CodigoSolicitado(
        ALMA, reloj.now + timedelta(minutes=15), True
    )
    code = code_in(smtp, buzon)
    assert smtp.received[-1].rcpt_to == [ALMA]
    assert "Alma" in text_of_last(smtp)
    assert code not in str(smtp.received[-1].message["Subject"])

    recuperacion.reset(ALMA, code, NEW)

    assert acceso.enter(ALMA, NEW).usuario_id == alma.usuario.id
    with pytest.raises(InvalidInputError):
        acceso.enter(ALMA, OLD)
    assert boveda.open_with_password(NEW)[1] == alma.usuario.id
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(OLD)
    buzon.send_due(NoProgress())
    assert smtp.received[-1].message["Subject"] == "Su contraseña se cambió"
    assert NEW not in text_of_last(smtp)
    with store.read() as db:
        lines = [
            (row.accion, row.objeto_id, row.detalle)
            for row in db.query(BitacoraRow).order_by(BitacoraRow.id)
            if "código de recuperación s" in row.accion or "contraseña" in row.accion
        ]
    assert lines == [
        ("código de recuperación solicitado", alma.usuario.id, ""),
        ("contraseña cambiada", alma.usuario.id, "con un código por correo"),
    ]


def test_an_unknown_and_a_disabled_mail_get_a_message_and_no_code(
    recuperacion: RecuperacionService,
    usuarios: UsuariosService,
    alma: AltaUsuario,
    store: Store,
) -> None:
    beto = usuarios.register(
        alma.sesion,
        usuario_nuevo(BETO, NEWER, "Beto", "Cruz"),
    )
    usuarios.disable(alma.sesion, beto.usuario.id)
    for correo in (BETO, "nadie@ejemplo.mx"):
        with pytest.raises(
            InvalidInputError, match="No hay un usuario habilitado con ese correo electrónico"
        ) as caught:
            recuperacion.request(correo)
        assert caught.value.campo == "correo"
        with pytest.raises(InvalidInputError, match="El código no es correcto"):
            recuperacion.reset(correo, "12345678", NEW)
    with store.read() as db:
        assert db.query(CodigoRow).count() == 0
        assert db.query(CorreoRow).count() == 0


def test_a_user_disabled_meanwhile_cannot_use_the_code(
    recuperacion: RecuperacionService,
    usuarios: UsuariosService,
    alma: AltaUsuario,
    buzon: BuzonService,
    smtp: SmtpReal,
) -> None:
    beto = usuarios.register(
        alma.sesion,
        usuario_nuevo(BETO, NEWER, "Beto", "Cruz"),
    )
    recuperacion.request(BETO)
    code = code_in(smtp, buzon)
    usuarios.disable(alma.sesion, beto.usuario.id)
    with pytest.raises(InvalidInputError, match="no es correcto"):
        recuperacion.reset(BETO, code, NEW)


def test_nobody_uses_the_code_of_another(
    recuperacion: RecuperacionService,
    usuarios: UsuariosService,
    alma: AltaUsuario,
    acceso: AccesoService,
    buzon: BuzonService,
    smtp: SmtpReal,
) -> None:
    usuarios.register(
        alma.sesion,
        usuario_nuevo(BETO, NEWER, "Beto", "Cruz"),
    )
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    with pytest.raises(InvalidInputError, match="no es correcto"):
        recuperacion.reset(BETO, code, NEW)
    acceso.enter(BETO, NEWER)


def test_without_a_mail_server_the_answer_says_so(
    store: Store,
    boveda: Boveda,
    bitacora: BitacoraService,
    buzon: BuzonService,
    alma: AltaUsuario,
) -> None:
    service = RecuperacionService(store, boveda, bitacora, buzon)
    assert service.request(ALMA).hay_servidor is False


def test_the_printed_code_gives_a_new_password_without_any_mail(
    recuperacion: RecuperacionService,
    alma: AltaUsuario,
    acceso: AccesoService,
    boveda: Boveda,
    store: Store,
) -> None:
    printed = alma.codigo_recuperacion
    assert printed is not None
    with pytest.raises(StoreLockedError, match="El código de recuperación no abre"):
        recuperacion.reset_with_recovery_code(ALMA, printed[:-1], NEW)
    acceso.enter(ALMA, OLD)
    with pytest.raises(InvalidInputError, match="No hay un usuario habilitado"):
        recuperacion.reset_with_recovery_code("nadie@ejemplo.mx", printed, NEW)
    with pytest.raises(InvalidInputError, match="La contraseña no cumple"):
        recuperacion.reset_with_recovery_code(ALMA, printed, "corta")

    recuperacion.reset_with_recovery_code(ALMA, printed.lower().replace("-", " "), NEW)

    assert acceso.enter(ALMA, NEW).usuario_id == alma.usuario.id
    assert boveda.open_with_password(NEW)[1] == alma.usuario.id
    assert boveda.open_with_recovery_code(printed).raw() == store.key.raw()
    with store.read() as db:
        [line] = db.query(BitacoraRow).where(BitacoraRow.accion == "contraseña cambiada")
        assert (line.objeto_id, line.detalle) == (
            alma.usuario.id,
            "con el código de recuperación de los datos",
        )


def test_when_the_vault_cannot_be_written_the_password_and_the_code_stay(
    recuperacion: RecuperacionService,
    acceso: AccesoService,
    buzon: BuzonService,
    smtp: SmtpReal,
    boveda: Boveda,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)

    def full(*_args: object) -> None:
        raise UserFacingError("No hay espacio en el disco.")

    with monkeypatch.context() as patch:
        patch.setattr(boveda, "set_password", full)
        with pytest.raises(UserFacingError, match="espacio"):
            recuperacion.reset(ALMA, code, NEW)
    acceso.enter(ALMA, OLD)
    recuperacion.reset(ALMA, code, NEW)


def test_neither_the_code_nor_a_password_is_found_on_disk_or_in_the_logs(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    store: Store,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        recuperacion.request(ALMA)
        with store.read() as db:
            [sealed] = [row.mensaje_sellado for row in db.query(CorreoRow)]
            [hashed] = [row.codigo_hash for row in db.query(CodigoRow)]
        code = code_in(smtp, buzon)
        with pytest.raises(InvalidInputError):
            recuperacion.reset(ALMA, another(code), NEW)
        recuperacion.reset(ALMA, code, NEW)
        buzon.send_due(NoProgress())
    secrets = [code, code.replace(" ", ""), NEW, OLD, PASSWORD]
    fields = [sealed or b"", hashed, *_fields(store)]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    logs = [
        logging.Formatter().format(record).encode()
        for record in caplog.records
        # The server of the tests logs for itself under «mail.».
        if not record.name.startswith("mail.")
    ]
    assert len(files) >= 2
    assert any(b"sent" in line for line in logs)
    for secret in secrets:
        assert not any(secret.encode() in place for place in [*fields, *files, *logs])
    assert not any(ALMA.encode() in line for line in logs)


def _fields(store: Store) -> list[bytes]:
    """What the rows hold in clear inside the encrypted file."""
    with store.read() as db:
        rows = [
            *db.query(CorreoRow).all(),
            *db.query(CodigoRow).all(),
            *db.query(BitacoraRow).all(),
            *db.query(UsuarioRow).all(),
        ]
        return [repr(vars(row)).encode() for row in rows]
