"""An ICSOE installation for tests: real services over a real store, e.firmas made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.domain.identificadores.valor import check_digit_curp
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.activacion import ActivacionService
from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService, EfirmaElegida
from icsoe_desktop.services.bitacora.consulta import ConsultaBitacoraService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.capturistas.consulta import ConsultaCapturistasService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.services.capturistas.importacion import ImportacionCapturistasService
from icsoe_desktop.services.capturistas.privacidad import PrivacidadService
from icsoe_desktop.services.capturistas.relaciones import Capturista
from icsoe_desktop.services.capturistas.service import CapturistasService
from icsoe_desktop.services.contratista.acuses import AcusesService
from icsoe_desktop.services.contratista.domicilios import CodigosPostalesService
from icsoe_desktop.services.contratista.service import ContratistasService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.gateways.certificados.generador import Datos, efirma_fisica, efirma_moral
from tests.services.archivos_prueba import CLAVE, Archivos
from tests.support.smtp_real import SmtpReal

RFC_MORAL, RFC_FISICA = "TBI990101QX5", "ROTJ850314QX7"
HASTA = datetime(2030, 5, 10, tzinfo=UTC)
BUENA, OTRA_BUENA = "Papel.Verde93", "Werewolf$27b"
PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 1\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n45\n%%EOF\n"
)


def curp_numero(n: int) -> str:
    """An invented CURP, another for each n below 17,576, of somebody born on 1 January 1990."""
    letters = "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n // 26**at % 26] for at in range(3))
    first = f"XA{letters[0]}X900101MDFB{letters[1:]}0"
    return first + check_digit_curp(first)


def nuevo(n: int = 0, correo: str | None = None, **cambios: str) -> CapturistaNuevo:
    correo = f"persona{n}@ejemplo.mx" if correo is None else correo
    datos = {
        "curp": curp_numero(n),
        "nombres": "Íñiga",
        "primer_apellido": "Xacón",
        "segundo_apellido": "Núñez",
        "telefono": "5512345678",
        "correo": correo,
        "confirmacion": correo,
    }
    return CapturistaNuevo(**{**datos, **cambios})


@dataclass
class Mundo:
    store: Store
    bitacora: BitacoraService
    buzon: BuzonService
    archivos: Archivos
    acceso: AccesoIcsoeService
    correos: CorreosCapturista
    contratistas: ContratistasService
    acuses: AcusesService
    codigos_postales: CodigosPostalesService
    capturistas: CapturistasService
    consulta: ConsultaCapturistasService
    importacion: ImportacionCapturistasService
    activacion: ActivacionService
    log: ConsultaBitacoraService
    privacidad: PrivacidadService
    plantillas: Path

    def efirma(self, datos: Datos, rfc: str, contrasena: str = CLAVE) -> EfirmaElegida:
        cer, key = self.archivos.efirma(datos.con(hasta=HASTA), name=rfc)
        return EfirmaElegida(rfc, contrasena, cer, key)

    def enter(self, datos: Datos, rfc: str) -> Sesion:
        found = self.acceso.verify(self.efirma(datos, rfc))
        assert found.exitosa, found.mensaje
        return self.acceso.enter(found).sesion

    def complete(self, sesion: Sesion, correo: str = "contratista@ejemplo.mx") -> Sesion:
        """Walks the first steps."""
        self.contratistas.accept_terminos(sesion, TERMINOS_VERSION)
        self.contratistas.save_generales(sesion, correo=correo, celular="5511223344")
        if PasoContratista.DOMICILIO in self.contratistas.informacion(sesion).pasos:
            self.contratistas.save_domicilio(sesion, None)
        pdf = self.archivos.folder / "acuse.pdf"
        pdf.write_bytes(PDF)
        self.acuses.save(sesion, pdf, date(2025, 6, 1))
        return sesion

    def moral(self) -> Sesion:
        return self.complete(self.enter(efirma_moral(), RFC_MORAL))

    def fisica(self) -> Sesion:
        return self.complete(self.enter(efirma_fisica(), RFC_FISICA), "fisica@ejemplo.mx")

    def alta(self, sesion: Sesion, n: int = 0, correo: str | None = None) -> Capturista:
        return self.capturistas.register(sesion, nuevo(n, correo)).capturista

    def send(self, smtp: SmtpReal) -> list[EmailMessage]:
        """Sends what waits; the mails that arrived with it."""
        before = len(smtp.received)
        self.buzon.send_due(NoProgress())
        return [each.message for each in smtp.received[before:]]

    def activate(self, smtp: SmtpReal, contrasena: str = BUENA) -> None:
        """What a person does with the last link in her mail."""
        self.create_password(link_in(self.send(smtp)[-1]), contrasena)

    def create_password(self, link: str, contrasena: str = BUENA) -> None:
        self.activacion.create_password(link, contrasena, contrasena, acepta_aviso=True)

    def estatus(self, sesion: Sesion, capturista: Capturista) -> str:
        return str(self.capturistas.get(sesion, capturista.id).estatus)

    def count(self, kind: Any) -> int:
        """How many rows of that class there are."""
        with self.store.read() as db:
            return db.scalar(select(func.count()).select_from(kind)) or 0

    def audit(self) -> list[tuple[str, str]]:
        """What was noted, the oldest first: action and detail."""
        with self.store.read() as db:
            rows = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id))
            return [(row.accion, row.detalle) for row in rows]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link_in(message: EmailMessage) -> str:
    [line] = [one.strip() for one in text_of(message).splitlines() if "icsoe://" in one]
    return line


def direccion(**cambios: str) -> Domicilio:
    datos = {
        "codigo_postal": "01010",
        "colonia": "Jardines de la Prueba",
        "calle": "Calle Imaginaria",
        "numero_exterior": "12",
        "municipio": "Álvaro Obregón",
        "estado": "Ciudad de México",
    }
    return Domicilio(**{**datos, **cambios})


__all__ = ["CLAVE", "MailTemplates"]
