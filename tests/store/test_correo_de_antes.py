"""A store of the version before linked accounts: its mail server, password and mails go on."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from alembic import command
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.migrate import alembic_config, migrate, schema_version
from icsoe_desktop.store.migrations import HEAD
from tests.conftest import Reloj
from tests.support.smtp_real import PASSWORD, USER, smtp_server

BEFORE = "0011"
WHEN = "2026-01-05T12:00:00.000000Z"
USUARIO = uuid.UUID("01890000-0000-7000-8000-00000000abcd")


def test_the_server_its_password_and_a_waiting_mail_of_before_still_serve(
    tmp_path: Path, reloj: Reloj
) -> None:
    key = DataKey.generate()
    engine = open_engine(tmp_path / "icsoe.db", key)
    server_id, password_id, mail_id = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    mensaje = MensajeCorreo(para="beto@ejemplo.mx", asunto="De antes", texto="Ñandú")
    with smtp_server(login=True) as smtp:
        servidor = smtp.servidor()
        with engine.begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, BEFORE)
            kept = {
                "servidor": servidor.servidor,
                "puerto": servidor.puerto,
                "seguridad": servidor.seguridad.value,
                "usuario": USER,
                "remitente": USER,
                "nombre_remitente": "Nóminas",
            }
            connection.execute(
                text("INSERT INTO ajustes VALUES (:id, 'correo.servidor', :v, NULL)"),
                {"id": server_id.bytes, "v": json.dumps(kept)},
            )
            connection.execute(
                text("INSERT INTO ajustes VALUES (:id, 'correo.contrasena', NULL, :s)"),
                {
                    "id": password_id.bytes,
                    "s": key.seal(PASSWORD.encode(), "ajustes", password_id, "sellado"),
                },
            )
            old_text = json.dumps({"texto": mensaje.texto, "html": None}).encode()
            connection.execute(
                text(
                    "INSERT INTO correos (id, para, asunto, mensaje_sellado, estado, motivo, "
                    "intentos, proximo_intento, creado) VALUES (:id, :para, :asunto, :s, "
                    "'Pendiente', '', 0, :t, :t)"
                ),
                {
                    "id": mail_id.bytes,
                    "para": mensaje.para,
                    "asunto": mensaje.asunto,
                    "s": key.seal(old_text, "correos", mail_id, "mensaje_sellado"),
                    "t": WHEN,
                },
            )
            connection.execute(
                text(
                    "INSERT INTO usuarios (id, nombres, primer_apellido, segundo_apellido, correo, "
                    "correo_buscado, contrasena_hash, habilitado, aviso_version, creado, "
                    "actualizado) VALUES (:id, 'A', 'B', '', 'a@b.mx', 'a@b.mx', 'x', 1, '', :t, "
                    ":t)"
                ),
                {"id": USUARIO.bytes, "t": WHEN},
            )
        assert migrate(engine, tmp_path / "copias", reloj) is True
        assert schema_version(engine) == HEAD
        store = Store(engine, key, reloj)
        gateway = MailGateway(step_timeout_s=30)
        ajustes = AjustesService(store, BitacoraService(store), gateway)
        buzon = BuzonService(store, ajustes, gateway)
        sesion = Sesion(Rol.USUARIO_IDSE, USUARIO, "A B")
        with store.read() as db:
            cuenta = ajustes.cuenta_correo(db)
        assert cuenta is not None
        assert (cuenta.contrasena, cuenta.vinculo) == (PASSWORD, None)
        [waiting] = buzon.pending(sesion)
        # Nobody said then that it may be handed over.
        assert (waiting.estado, waiting.entregable) == (EstadoCorreo.PENDIENTE, False)
        assert buzon.send_due(NoProgress()).enviados == 1
        assert smtp.logins == [(USER, PASSWORD)]
        store.close()
