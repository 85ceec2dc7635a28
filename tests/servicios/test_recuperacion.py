"""A forgotten password, from asking for a code to entering with the new one."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.errors import InvalidInputError, StoreLockedError, UserFacingError
from icsoe_desktop.gateways import sobre_llaves
from icsoe_desktop.gateways.boveda import Boveda
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services import contrasenas
from icsoe_desktop.services.acceso import AccesoService
from icsoe_desktop.services.ajustes import AjustesService
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.services.intentos import TooManyAttemptsError
from icsoe_desktop.services.recuperacion import CodigoSolicitado, RecuperacionService
from icsoe_desktop.services.usuarios import AltaUsuario, UsuarioNuevo, UsuariosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import BitacoraRow, CodigoRow, CorreoRow, UsuarioRow
from tests.conftest import Reloj
from tests.smtp_real import PASSWORD, SmtpReal

ALMA, BETO = "alma@ejemplo.mx", "beto@ejemplo.mx"
OLD, NEW, NEWER = "Ocre-Mazo7.Viga", "Lirio#Pozo9Tren", "Cauce/Nube3.Faro"


@pytest.fixture(autouse=True)
def cheap_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real function with little memory: these tests are not about its cost."""
    monkeypatch.setattr(contrasenas, "MEMORY_KIB", 64)
    monkeypatch.setattr(contrasenas, "ITERATIONS", 1)
    monkeypatch.setattr(sobre_llaves, "ARGON2_MEMORY_KIB", 64)
    monkeypatch.setattr(sobre_llaves, "ARGON2_ITERATIONS", 1)


@pytest.fixture
def usuarios(store: Store, boveda: Boveda, bitacora: BitacoraService) -> UsuariosService:
    return UsuariosService(store, boveda, bitacora)


@pytest.fixture
def acceso(store: Store, boveda: Boveda, bitacora: BitacoraService) -> AccesoService:
    return AccesoService(store, boveda, bitacora)


@pytest.fixture
def alma(usuarios: UsuariosService) -> AltaUsuario:
    return usuarios.register(None, UsuarioNuevo("Alma", "Prieto", "", ALMA, OLD, OLD, True))


@pytest.fixture
def recuperacion(
    store: Store,
    boveda: Boveda,
    bitacora: BitacoraService,
    buzon: BuzonService,
    ajustes: AjustesService,
    alma: AltaUsuario,
    smtp: SmtpReal,
) -> RecuperacionService:
    ajustes.save_servidor_correo(alma.sesion, smtp.servidor(), PASSWORD)
    return RecuperacionService(store, boveda, bitacora, buzon)


def _code_in(smtp: SmtpReal, buzon: BuzonService) -> str:
    """Sends what waits and reads the code in the last mail, as a person would."""
    buzon.send_due(NoProgress())
    [code] = re.findall(r"^    (\d{4} \d{4})$", _text(smtp), flags=re.MULTILINE)
    return str(code)


def _text(smtp: SmtpReal) -> str:
    body = smtp.received[-1].message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def _another(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"


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
    code = _code_in(smtp, buzon)
    assert smtp.received[-1].rcpt_to == [ALMA]
    assert "Alma" in _text(smtp)
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
    assert NEW not in _text(smtp)
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


def test_a_code_works_once(
    recuperacion: RecuperacionService, acceso: AccesoService, buzon: BuzonService, smtp: SmtpReal
) -> None:
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    recuperacion.reset(ALMA, code.replace(" ", ""), NEW)
    with pytest.raises(InvalidInputError, match="El código no es correcto o ya no sirve") as caught:
        recuperacion.reset(ALMA, code, NEWER)
    assert caught.value.campo == "codigo"
    acceso.enter(ALMA, NEW)


@pytest.mark.parametrize(("seconds", "good"), [(899, True), (900, False)])
def test_a_code_is_good_for_fifteen_minutes(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    reloj: Reloj,
    seconds: int,
    good: bool,
) -> None:
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    reloj.advance(seconds=seconds)
    if good:
        recuperacion.reset(ALMA, code, NEW)
    else:
        with pytest.raises(InvalidInputError, match="ya no sirve"):
            recuperacion.reset(ALMA, code, NEW)


def test_a_clock_moved_back_makes_no_code_good_for_longer(
    recuperacion: RecuperacionService, buzon: BuzonService, smtp: SmtpReal, reloj: Reloj
) -> None:
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    reloj.advance(days=-30)
    with pytest.raises(InvalidInputError, match="ya no sirve"):
        recuperacion.reset(ALMA, code, NEW)


def test_a_new_code_kills_the_old_one_and_withdraws_its_mail(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    alma: AltaUsuario,
) -> None:
    recuperacion.request(ALMA)
    first = _code_in(smtp, buzon)
    recuperacion.request(ALMA)
    recuperacion.request(ALMA)
    assert [one.estado for one in buzon.pending(alma.sesion)] == [
        EstadoCorreo.PENDIENTE,
        EstadoCorreo.DESCARTADO,
        EstadoCorreo.ENVIADO,
    ]
    last = _code_in(smtp, buzon)
    assert len(smtp.received) == 2
    if first != last:
        with pytest.raises(InvalidInputError, match="ya no sirve"):
            recuperacion.reset(ALMA, first, NEW)
    recuperacion.reset(ALMA, last, NEW)


def test_five_wrong_tries_kill_a_code(
    recuperacion: RecuperacionService, buzon: BuzonService, smtp: SmtpReal, reloj: Reloj
) -> None:
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    for wait_s in (0, 0, 0, 2, 4):
        with pytest.raises(InvalidInputError, match="no es correcto"):
            recuperacion.reset(ALMA, _another(code), NEW)
        reloj.advance(seconds=wait_s * 2)
    with pytest.raises(InvalidInputError, match="ya no sirve"):
        recuperacion.reset(ALMA, code, NEW)


def test_four_wrong_tries_do_not(
    recuperacion: RecuperacionService,
    acceso: AccesoService,
    buzon: BuzonService,
    smtp: SmtpReal,
    reloj: Reloj,
) -> None:
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            recuperacion.reset(ALMA, _another(code), NEW)
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        recuperacion.reset(ALMA, code, NEW)
    reloj.advance(seconds=2)
    recuperacion.reset(ALMA, code, NEW)
    acceso.enter(ALMA, NEW)


def test_a_reset_ends_the_delay_of_whoever_forgot(
    recuperacion: RecuperacionService,
    acceso: AccesoService,
    buzon: BuzonService,
    smtp: SmtpReal,
) -> None:
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            acceso.enter(ALMA, "No-la-recuerdo7")
    with pytest.raises(TooManyAttemptsError):
        acceso.enter(ALMA, OLD)
    recuperacion.request(ALMA)
    recuperacion.reset(ALMA, _code_in(smtp, buzon), NEW)
    acceso.enter(ALMA, NEW)


def test_a_weak_password_is_refused_and_costs_no_try(
    recuperacion: RecuperacionService, buzon: BuzonService, smtp: SmtpReal
) -> None:
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    for weak in ["corta", "Alma@ejemplo.mx7"] * 3:
        with pytest.raises(InvalidInputError, match="La contraseña no cumple") as caught:
            recuperacion.reset(ALMA, code, weak)
        assert caught.value.campo == "contrasena"
    recuperacion.reset(ALMA, code, NEW)


def test_an_unknown_and_a_disabled_mail_get_a_message_and_no_code(
    recuperacion: RecuperacionService,
    usuarios: UsuariosService,
    alma: AltaUsuario,
    store: Store,
) -> None:
    beto = usuarios.register(
        alma.sesion, UsuarioNuevo("Beto", "Cruz", "", BETO, NEWER, NEWER, True)
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
        alma.sesion, UsuarioNuevo("Beto", "Cruz", "", BETO, NEWER, NEWER, True)
    )
    recuperacion.request(BETO)
    code = _code_in(smtp, buzon)
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
    usuarios.register(alma.sesion, UsuarioNuevo("Beto", "Cruz", "", BETO, NEWER, NEWER, True))
    recuperacion.request(ALMA)
    code = _code_in(smtp, buzon)
    with pytest.raises(InvalidInputError, match="no es correcto"):
        recuperacion.reset(BETO, code, NEW)
    acceso.enter(BETO, NEWER)


def test_repeated_requests_for_one_mail_wait_longer_and_longer(
    recuperacion: RecuperacionService, reloj: Reloj
) -> None:
    for _ in range(4):
        recuperacion.request(ALMA)
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        recuperacion.request(ALMA)
    reloj.advance(seconds=2)
    recuperacion.request(ALMA)
    with pytest.raises(TooManyAttemptsError, match="Espere 4 segundos"):
        recuperacion.request(ALMA)


def test_guessing_mails_is_slowed_down_as_a_whole(recuperacion: RecuperacionService) -> None:
    for number in range(11):
        with pytest.raises(InvalidInputError, match="No hay un usuario"):
            recuperacion.request(f"n{number}@ejemplo.mx")
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        recuperacion.request("otro@ejemplo.mx")


def test_a_code_that_could_not_leave_in_time_is_never_sent(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    reloj: Reloj,
    alma: AltaUsuario,
) -> None:
    recuperacion.request(ALMA)
    reloj.advance(minutes=15)
    buzon.send_due(NoProgress())
    assert smtp.received == []
    assert [one.estado for one in buzon.pending(alma.sesion)] == [EstadoCorreo.VENCIDO]


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
    code = _code_in(smtp, buzon)

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
        code = _code_in(smtp, buzon)
        with pytest.raises(InvalidInputError):
            recuperacion.reset(ALMA, _another(code), NEW)
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
