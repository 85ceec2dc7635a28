"""A forgotten password, from asking for a code to entering with the new one."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.errors import InvalidInputError, StoreLockedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.recuperacion import CodigoSolicitado, RecuperacionService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import CodigoRow, UsuarioRow
from icsoe_desktop.store.tables.sistema import BitacoraRow, CorreoRow
from tests.services.acceso.con_recuperacion import ALMA, BETO, NEW, NEWER, OLD, Olvido, another
from tests.support.smtp_real import PASSWORD


def test_a_code_by_mail_gives_a_new_password_that_enters_and_opens_the_data(olvido: Olvido) -> None:
    assert olvido.recuperacion.request("  Alma@Ejemplo.mx ") == CodigoSolicitado(
        ALMA, olvido.reloj.now + timedelta(minutes=15), True
    )
    code = olvido.code()
    assert olvido.smtp.received[-1].rcpt_to == [ALMA]
    assert "Alma" in olvido.last_text()
    assert code not in str(olvido.smtp.received[-1].message["Subject"])

    olvido.recuperacion.reset(ALMA, code, NEW)

    assert olvido.acceso.enter(ALMA, NEW).usuario_id == olvido.alma.usuario.id
    with pytest.raises(InvalidInputError):
        olvido.acceso.enter(ALMA, OLD)
    assert olvido.boveda.open_with_password(NEW)[1] == olvido.alma.usuario.id
    with pytest.raises(StoreLockedError):
        olvido.boveda.open_with_password(OLD)
    olvido.buzon.send_due(NoProgress())
    assert olvido.smtp.received[-1].message["Subject"] == "Su contraseña se cambió"
    assert NEW not in olvido.last_text()
    with olvido.store.read() as db:
        lines = [
            (row.accion, row.objeto_id, row.detalle)
            for row in db.query(BitacoraRow).order_by(BitacoraRow.id)
            if "código de recuperación s" in row.accion or "contraseña" in row.accion
        ]
    assert lines == [
        ("código de recuperación solicitado", olvido.alma.usuario.id, ""),
        ("contraseña cambiada", olvido.alma.usuario.id, "con un código por correo"),
    ]


def test_an_unknown_and_a_disabled_mail_get_a_message_and_no_code(olvido: Olvido) -> None:
    beto = olvido.beto()
    olvido.usuarios.disable(olvido.alma.sesion, beto.usuario.id)
    for correo in (BETO, "nadie@ejemplo.mx"):
        with pytest.raises(
            InvalidInputError, match="No hay un usuario habilitado con ese correo electrónico"
        ) as caught:
            olvido.recuperacion.request(correo)
        assert caught.value.campo == "correo"
        with pytest.raises(InvalidInputError, match="El código no es correcto"):
            olvido.recuperacion.reset(correo, "12345678", NEW)
    with olvido.store.read() as db:
        assert db.query(CodigoRow).count() == 0
        assert db.query(CorreoRow).count() == 0


def test_a_user_disabled_meanwhile_cannot_use_the_code(olvido: Olvido) -> None:
    beto = olvido.beto()
    code = olvido.ask(BETO)
    olvido.usuarios.disable(olvido.alma.sesion, beto.usuario.id)
    with pytest.raises(InvalidInputError, match="no es correcto"):
        olvido.recuperacion.reset(BETO, code, NEW)


def test_nobody_uses_the_code_of_another(olvido: Olvido) -> None:
    olvido.beto()
    code = olvido.ask()
    with pytest.raises(InvalidInputError, match="no es correcto"):
        olvido.recuperacion.reset(BETO, code, NEW)
    olvido.acceso.enter(BETO, NEWER)


@pytest.mark.usefixtures("alma")
def test_without_a_mail_server_the_answer_says_so(
    store: Store, boveda: Boveda, bitacora: BitacoraService, buzon: BuzonService
) -> None:
    service = RecuperacionService(store, boveda, bitacora, buzon)
    assert service.request(ALMA).hay_servidor is False


def test_the_printed_code_gives_a_new_password_without_any_mail(olvido: Olvido) -> None:
    printed = olvido.alma.codigo_recuperacion
    assert printed is not None
    with pytest.raises(StoreLockedError, match="El código de recuperación no abre"):
        olvido.recuperacion.reset_with_recovery_code(ALMA, printed[:-1], NEW)
    olvido.acceso.enter(ALMA, OLD)
    with pytest.raises(InvalidInputError, match="No hay un usuario habilitado"):
        olvido.recuperacion.reset_with_recovery_code("nadie@ejemplo.mx", printed, NEW)
    with pytest.raises(InvalidInputError, match="La contraseña no cumple"):
        olvido.recuperacion.reset_with_recovery_code(ALMA, printed, "corta")

    olvido.recuperacion.reset_with_recovery_code(ALMA, printed.lower().replace("-", " "), NEW)

    assert olvido.acceso.enter(ALMA, NEW).usuario_id == olvido.alma.usuario.id
    assert olvido.boveda.open_with_password(NEW)[1] == olvido.alma.usuario.id
    assert olvido.boveda.open_with_recovery_code(printed).raw() == olvido.store.key.raw()
    with olvido.store.read() as db:
        [line] = db.query(BitacoraRow).where(BitacoraRow.accion == "contraseña cambiada")
        assert (line.objeto_id, line.detalle) == (
            olvido.alma.usuario.id,
            "con el código de recuperación de los datos",
        )


def test_when_the_vault_cannot_be_written_the_password_and_the_code_stay(
    olvido: Olvido, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = olvido.ask()

    def full(*_args: object) -> None:
        raise UserFacingError("No hay espacio en el disco.")

    with monkeypatch.context() as patch:
        patch.setattr(olvido.boveda, "set_password", full)
        with pytest.raises(UserFacingError, match="espacio"):
            olvido.recuperacion.reset(ALMA, code, NEW)
    olvido.acceso.enter(ALMA, OLD)
    olvido.recuperacion.reset(ALMA, code, NEW)


def test_neither_the_code_nor_a_password_is_found_on_disk_or_in_the_logs(
    olvido: Olvido, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        olvido.recuperacion.request(ALMA)
        with olvido.store.read() as db:
            [sealed] = [row.mensaje_sellado for row in db.query(CorreoRow)]
            [hashed] = [row.codigo_hash for row in db.query(CodigoRow)]
        code = olvido.code()
        with pytest.raises(InvalidInputError):
            olvido.recuperacion.reset(ALMA, another(code), NEW)
        olvido.recuperacion.reset(ALMA, code, NEW)
        olvido.buzon.send_due(NoProgress())
    secrets = [code, code.replace(" ", ""), NEW, OLD, PASSWORD]
    fields = [sealed or b"", hashed, *_fields(olvido.store)]
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
