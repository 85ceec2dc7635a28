"""Registros patronales with their certificates, watched certificates, and legal values."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.types import Dia


class RegistroPatronalRow(Row):
    """guia, umf, tipo_trabajador, tipo_salario, jornada: what is proposed in its movements; or
    empty.
    """

    __tablename__ = "registros_patronales"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registro_patronal: Mapped[str] = mapped_column(String(11), unique=True)
    razon_social: Mapped[str]
    rfc: Mapped[str]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]
    zona: Mapped[str] = mapped_column(default="", server_default="")
    guia: Mapped[str] = mapped_column(default="", server_default="")
    umf: Mapped[str] = mapped_column(default="", server_default="")
    tipo_trabajador: Mapped[str] = mapped_column(default="", server_default="")
    tipo_salario: Mapped[str] = mapped_column(default="", server_default="")
    jornada: Mapped[str] = mapped_column(default="", server_default="")


class CertificadoRow(Row):
    """The certificate of one registro patronal. The files are stored sealed and unchanged."""

    __tablename__ = "certificados"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registro_patronal_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("registros_patronales.id"), unique=True
    )
    tipo: Mapped[str]
    numero: Mapped[str]
    titular: Mapped[str]
    rfc: Mapped[str]
    emisor: Mapped[str]
    cadena: Mapped[str]
    valido_desde: Mapped[datetime]
    valido_hasta: Mapped[datetime]
    usuario_sellado: Mapped[bytes]
    certificado_nombre: Mapped[str]
    certificado_sha256: Mapped[bytes]
    certificado_sellado: Mapped[bytes]
    llave_nombre: Mapped[str | None]
    llave_sha256: Mapped[bytes | None]
    llave_sellada: Mapped[bytes | None]
    contrasena_sellada: Mapped[bytes | None]
    creado: Mapped[datetime]


class ValorLegalRow(Row):
    """A minimum wage or UMA. central: set by the administrator's policy, not by a user."""

    __tablename__ = "valores_legales"

    concepto: Mapped[str] = mapped_column(primary_key=True)
    desde: Mapped[date] = mapped_column(Dia, primary_key=True, autoincrement=False)
    central: Mapped[bool] = mapped_column(primary_key=True)
    centavos: Mapped[int]
    fuente: Mapped[str]
    usuario_id: Mapped[uuid.UUID | None]
    cuando: Mapped[datetime]


class CertificadoVigiladoRow(Row):
    """A .cer, without its key. contratista_id: whose it is; None for the employer's."""

    __tablename__ = "certificados_vigilados"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID | None]
    tipo: Mapped[str]
    numero: Mapped[str]
    titular: Mapped[str]
    rfc: Mapped[str]
    valido_hasta: Mapped[datetime]
    certificado: Mapped[bytes]
    creado: Mapped[datetime]
