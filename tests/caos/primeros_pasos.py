"""What an office has before anything goes wrong: a user, a contratista, registros, some people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.caos.ediciones import RFC_MORAL
from tests.support.dobles import enabled_user, session_of

REGISTROS = ("Z9912345106", "Y5512345116", "Y5512345124", "Y5512345132", "Y5512345140")
PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 1\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n45\n%%EOF\n"
)


def register_user(app: Application) -> Sesion:
    """The user of this desktop; the same at every start."""
    with app.store.read() as db:
        usuario = db.scalars(select(UsuarioRow.id)).first()
    return enabled_user(app.store) if usuario is None else session_of(usuario)


def first_steps(app: Application, sesion: Sesion, folder: Path) -> None:
    """A contratista that did all its first steps, and the first registro patronal."""
    now = app.store.clock()
    contratista = app.store.new_id()
    with app.store.write() as db:
        db.add(
            ContratistaRow(
                id=contratista,
                numero=1,
                rfc=RFC_MORAL,
                nombre="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
                es_persona_moral=True,
                efirma_numero="30001000000500012345",
                efirma_hasta=datetime(2030, 1, 1, tzinfo=UTC),
                siguiente_relacion=1,
                creado=now,
                actualizado=now,
            )
        )
    own = Sesion(Rol.CONTRATISTA, contratista, "TALLERES", contratista)
    app.contratistas.accept_terminos(own, TERMINOS_VERSION)
    app.contratistas.save_generales(own, correo="inicio@ejemplo.invalid", celular="5511223344")
    app.contratistas.save_domicilio(own, None)
    pdf = folder / "acuse.pdf"
    pdf.write_bytes(PDF)
    app.acuses.save(own, pdf, now.date() - timedelta(days=30))
    app.registros_patronales.add(
        sesion, registro_patronal=REGISTROS[0], razon_social="Matriz", rfc=RFC_MORAL
    )
