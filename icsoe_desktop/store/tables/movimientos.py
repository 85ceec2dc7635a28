"""Movements, laid out for a million rows, with their workers, imports, lotes and constancias.

`fila` is SQLite's row number. It never leaves the store; `id` does.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import DDL, ForeignKey, Index, Integer, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.types import Dia

# The index of each state is stored. Append new states at the end, whatever their place elsewhere.
ESTADOS = ("Pendiente", "Enviado", "Cancelado", "Recibido", "Rechazado", "Aprobado")


class TrabajadorRow(Row):
    """A worker as named in movements. Another spelling of the name or another CURP is another row.

    Movements without a CURP use the row with the same NSS and name that has one.
    orden_*: the folded names, to sort and search by.
    """

    __tablename__ = "trabajadores"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True)
    nss: Mapped[str]
    curp: Mapped[str]
    primer_apellido: Mapped[str]
    segundo_apellido: Mapped[str]
    nombres: Mapped[str]
    orden_primer: Mapped[str]
    orden_segundo: Mapped[str]
    orden_nombres: Mapped[str]

    __table_args__ = (
        Index(
            "ux_trabajadores_identidad",
            "nss",
            "curp",
            "primer_apellido",
            "segundo_apellido",
            "nombres",
            unique=True,
        ),
        Index("ix_trabajadores_primer", "orden_primer", "orden_segundo", "orden_nombres"),
        Index("ix_trabajadores_segundo", "orden_segundo", "orden_primer", "orden_nombres"),
        Index("ix_trabajadores_nombres", "orden_nombres", "orden_primer", "orden_segundo"),
        Index(None, "curp"),
    )


class ImportacionRow(Row):
    """One import, which can be undone as a whole. Its movements have filas
    `primera` to `ultima`.
    """

    __tablename__ = "importaciones"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(unique=True)
    cuando: Mapped[datetime]
    usuario_id: Mapped[uuid.UUID | None]
    archivos: Mapped[str]  # JSON list of names
    importados: Mapped[int]
    primera: Mapped[int]
    ultima: Mapped[int]
    deshecha: Mapped[datetime | None]


class LoteRow(Row):
    """A generated file for the IDSE portal. numero and folio are assigned by the IMSS."""

    __tablename__ = "lotes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registro_patronal: Mapped[str]
    tipo: Mapped[str | None]
    nombre_archivo: Mapped[str]
    contenido: Mapped[bytes]
    sha256: Mapped[bytes]
    movimientos: Mapped[int]
    estado: Mapped[str]
    creado: Mapped[datetime]
    enviado: Mapped[date | None] = mapped_column(Dia)
    recibido: Mapped[date | None] = mapped_column(Dia)
    respondido: Mapped[date | None] = mapped_column(Dia)
    cancelado: Mapped[date | None] = mapped_column(Dia)
    numero: Mapped[str]
    folio: Mapped[str]

    __table_args__ = (Index(None, "creado"),)


class DocumentoLoteRow(Row):
    """The constancia or the acuse of a lote, stored unchanged."""

    __tablename__ = "documentos_lote"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lote_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lotes.id"))
    clase: Mapped[str]
    nombre: Mapped[str]
    contenido: Mapped[bytes]
    sha256: Mapped[bytes]
    creado: Mapped[datetime]

    __table_args__ = (UniqueConstraint("lote_id", "clase"),)


class ConstanciaRow(Row):
    """A constancia that was applied to movements, even if their lote is not here.

    antes: JSON, the state of its movements and their lotes before; empty once undone.
    """

    __tablename__ = "constancias"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    folio: Mapped[str]
    lote: Mapped[str]
    registro_patronal: Mapped[str]
    recibida: Mapped[date | None] = mapped_column(Dia)
    nombre: Mapped[str]
    contenido: Mapped[bytes]
    sha256: Mapped[bytes]
    creado: Mapped[datetime]
    usuario_id: Mapped[uuid.UUID | None]
    aprobados: Mapped[int]
    rechazados: Mapped[int]
    antes: Mapped[str]
    deshecha: Mapped[datetime | None]

    # A constancia that was undone may be applied again.
    __table_args__ = (
        Index(
            "ix_constancias_sha256",
            "sha256",
            unique=True,
            sqlite_where=text("deshecha IS NULL"),
        ),
    )


class MovimientoRow(Row):
    """A movement. Codes come from the IMSS's catalogues; empty if the type has none.

    estado: the index in ESTADOS. extemporaneo: the IMSS's flag, None before it answers.
    lote_id: the lote it is in now, or was in when the IMSS answered.
    """

    __tablename__ = "movimientos"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[uuid.UUID]
    trabajador: Mapped[int] = mapped_column(ForeignKey("trabajadores.fila"))
    tipo: Mapped[str]
    registro_patronal: Mapped[str]
    fecha: Mapped[date] = mapped_column(Dia)
    sbc: Mapped[int | None]  # centavos
    tipo_trabajador: Mapped[str]
    tipo_salario: Mapped[str]
    jornada: Mapped[str]
    causa_baja: Mapped[str]
    umf: Mapped[str]
    guia: Mapped[str]
    clave_trabajador: Mapped[str]
    estado: Mapped[int]
    extemporaneo: Mapped[bool | None]
    emitido: Mapped[date | None] = mapped_column(Dia)
    recibido: Mapped[date | None] = mapped_column(Dia)
    aprobado: Mapped[date | None] = mapped_column(Dia)
    rechazado: Mapped[date | None] = mapped_column(Dia)
    codigo_rechazo: Mapped[str]
    causa_rechazo: Mapped[str]
    lote_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("lotes.id"))
    constancia_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("constancias.id"))
    importacion: Mapped[int | None] = mapped_column(ForeignKey("importaciones.numero"))

    # Each index holds every column that is filtered by, so that a list is built without the rows.
    __table_args__ = (
        Index("ux_movimientos_id", "id", unique=True),
        Index("ix_movimientos_fecha", "fecha", "tipo", "estado", "registro_patronal", "trabajador"),
        Index(
            "ix_movimientos_registro", "registro_patronal", "fecha", "tipo", "estado", "trabajador"
        ),
        Index(
            "ix_movimientos_trabajador",
            "trabajador",
            "fecha",
            "tipo",
            "registro_patronal",
            "estado",
        ),
        Index(
            "ix_movimientos_estado",
            "estado",
            "fecha",
            "tipo",
            "registro_patronal",
            "trabajador",
            "fila",  # before lote_id, which is read and not sorted by
            "lote_id",
        ),
        # What the IMSS has not settled: POR_RESOLVER, by their index in ESTADOS.
        Index(
            "ix_movimientos_por_resolver",
            "tipo",
            "tipo_salario",
            "fecha",
            "fila",
            "registro_patronal",
            "trabajador",
            "estado",
            "lote_id",
            sqlite_where=text("estado IN (0, 1, 3, 4)"),
        ),
        # What the IMSS has: Recibido and Aprobado, by their index in ESTADOS.
        Index(
            "ix_movimientos_respondidos",
            "fecha",
            "tipo",
            "tipo_salario",
            "estado",
            "extemporaneo",
            "recibido",
            sqlite_where=text("estado IN (3, 5)"),
        ),
        Index(
            "ix_movimientos_sbc",
            "sbc",
            "fecha",
            "tipo",
            "registro_patronal",
            "estado",
            "trabajador",
        ),
        Index("ix_movimientos_lote", "lote_id", sqlite_where=text("lote_id IS NOT NULL")),
    )


class DiaCalendarioRow(Row):
    """A day that the user added to the calendar of working days."""

    __tablename__ = "dias_calendario"

    fecha: Mapped[date] = mapped_column(Dia, primary_key=True, autoincrement=False)
    habil: Mapped[bool]
    motivo: Mapped[str]


# The names arrive folded. NSS and CURP are found in either case.
BUSQUEDA_DDL = (
    """
    CREATE VIRTUAL TABLE trabajadores_buscados USING fts5(
        orden_primer, orden_segundo, orden_nombres, nss, curp,
        content='trabajadores', content_rowid='fila', tokenize='trigram', columnsize=0
    )
    """,
    """
    CREATE TRIGGER trabajadores_buscados_alta AFTER INSERT ON trabajadores BEGIN
        INSERT INTO trabajadores_buscados
            (rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES (new.fila, new.orden_primer, new.orden_segundo, new.orden_nombres,
            new.nss, new.curp);
    END
    """,
    """
    CREATE TRIGGER trabajadores_buscados_baja AFTER DELETE ON trabajadores BEGIN
        INSERT INTO trabajadores_buscados
            (trabajadores_buscados, rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES ('delete', old.fila, old.orden_primer, old.orden_segundo, old.orden_nombres,
            old.nss, old.curp);
    END
    """,
    """
    CREATE TRIGGER trabajadores_buscados_cambio AFTER UPDATE ON trabajadores BEGIN
        INSERT INTO trabajadores_buscados
            (trabajadores_buscados, rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES ('delete', old.fila, old.orden_primer, old.orden_segundo, old.orden_nombres,
            old.nss, old.curp);
        INSERT INTO trabajadores_buscados
            (rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES (new.fila, new.orden_primer, new.orden_segundo, new.orden_nombres,
            new.nss, new.curp);
    END
    """,
)
for _statement in BUSQUEDA_DDL:
    event.listen(TrabajadorRow.__table__, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
