"""Movements, laid out for a million rows, with their workers and imports.

`fila` is SQLite's row number. It never leaves the store; `id` does.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import DDL, Computed, ForeignKey, Index, Integer, event, text
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.lotes import ConstanciaRow, LoteRow
from icsoe_desktop.store.types import Dia

# The index of each state is stored. Append new states at the end, whatever their place elsewhere.
ESTADOS = ("Pendiente", "Enviado", "Cancelado", "Recibido", "Rechazado", "Aprobado")


# Not received, or rejected: the term runs. Otherwise 0 in time, 2 in risk, 3 late.
DICTAMEN = (
    f"CASE WHEN estado = {ESTADOS.index('Rechazado')} THEN NULL "
    "WHEN extemporaneo IS NOT NULL THEN extemporaneo * 3 "
    "WHEN recibido IS NULL OR seguro IS NULL THEN NULL "
    "WHEN recibido <= seguro THEN 0 WHEN recibido <= limite THEN 2 ELSE 3 END"
)


_EN_ARCHIVO = f"estado = {ESTADOS.index('Pendiente')} AND lote_id IS NOT NULL"


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


class MovimientoRow(Row):
    """A movement. Codes come from the IMSS's catalogues; empty if the type has none.

    corrige: id, as 32 hexadecimal digits, of the rejected notice that it presents again; or empty.
    estado: the index in ESTADOS. extemporaneo: the IMSS's flag, None before it answers.
    lote_id: the lote it is in now, or was in when the IMSS answered.
    seguro, limite: the last days of its term, as `Plazo` has them; None until it is computed.
    dictamen: the place in `EstadoLegal` of a notice that the IMSS received; None if its term runs.
    en_archivo: whether a pending one waits in a file.
    Whoever writes a movement may leave the three alone: triggers look them up in `plazos`.
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
    rfc: Mapped[str] = mapped_column(server_default="")
    corrige: Mapped[str] = mapped_column(server_default="")
    estado: Mapped[int]
    extemporaneo: Mapped[bool | None]
    emitido: Mapped[date | None] = mapped_column(Dia)
    recibido: Mapped[date | None] = mapped_column(Dia)
    aprobado: Mapped[date | None] = mapped_column(Dia)
    rechazado: Mapped[date | None] = mapped_column(Dia)
    codigo_rechazo: Mapped[str]
    causa_rechazo: Mapped[str]
    lote_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(LoteRow.id))
    constancia_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(ConstanciaRow.id))
    importacion: Mapped[int | None] = mapped_column(ForeignKey("importaciones.numero"))
    seguro: Mapped[int | None]
    limite: Mapped[int | None]
    dictamen: Mapped[int | None] = mapped_column(Computed(DICTAMEN, persisted=False))
    en_archivo: Mapped[bool] = mapped_column(Computed(_EN_ARCHIVO, persisted=False))

    # A list in the order of an index is built from it alone: `fila` is the last of the order, and
    # what follows is only filtered by.
    __table_args__ = (
        Index("ux_movimientos_id", "id", unique=True),
        Index("ix_movimientos_corrige", "corrige", sqlite_where=text("corrige <> ''")),
        Index(
            "ix_movimientos_fecha",
            "fecha",
            "tipo",
            "estado",
            "registro_patronal",
            "trabajador",
            "fila",
            "en_archivo",
        ),
        Index(
            "ix_movimientos_registro",
            "registro_patronal",
            "fecha",
            "tipo",
            "estado",
            "trabajador",
            "fila",
            "en_archivo",
        ),
        Index(
            "ix_movimientos_trabajador",
            "trabajador",
            "fecha",
            "tipo",
            "registro_patronal",
            "estado",
            "fila",
            "en_archivo",
        ),
        Index(
            "ix_movimientos_estado",
            "estado",
            "en_archivo",
            "fecha",
            "tipo",
            "registro_patronal",
            "trabajador",
        ),
        Index("ix_movimientos_lote", "lote_id", sqlite_where=text("lote_id IS NOT NULL")),
        Index("ix_movimientos_sin_plazo", "fila", sqlite_where=text("seguro IS NULL")),
    )


class PlazoRow(Row):
    """The last days of the terms of all movements of one type, salary and day."""

    __tablename__ = "plazos"

    tipo: Mapped[str] = mapped_column(primary_key=True)
    tipo_salario: Mapped[str] = mapped_column(primary_key=True)
    fecha: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seguro: Mapped[int]
    limite: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class ConteoRow(Row):
    """How many movements are alike. Triggers keep it, so every writer and a rollback do.

    en_archivo: 1 for one that waits in a file. extemporaneo, recibido: of those that the IMSS has
    received, -1 if unknown; -1 for the others.
    """

    __tablename__ = "conteos"

    estado: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fecha: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tipo: Mapped[str] = mapped_column(primary_key=True)
    tipo_salario: Mapped[str] = mapped_column(primary_key=True)
    en_archivo: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    extemporaneo: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recibido: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cuantos: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class RechazadoRow(Row):
    """What was found of a rejected movement. A rejected one that is not here is looked up.

    por: the movement that presents it again; None if there is none. tipo, tipo_salario, fecha: of
    the rejected one. Triggers delete a row that may be outdated.
    """

    __tablename__ = "rechazados"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True)
    trabajador: Mapped[int]
    tipo: Mapped[str]
    tipo_salario: Mapped[str]
    fecha: Mapped[int]
    por: Mapped[int | None]

    __table_args__ = (
        Index("ix_rechazados_por", "por", sqlite_where=text("por IS NOT NULL")),
        Index(
            "ix_rechazados_pendientes",
            "trabajador",
            "tipo",
            "tipo_salario",
            "fecha",
            sqlite_where=text("por IS NULL"),
        ),
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
_LOOKED_UP = (
    "UPDATE movimientos SET (seguro, limite) = (SELECT z.seguro, z.limite FROM plazos z "
    "WHERE z.tipo = new.tipo AND z.tipo_salario = new.tipo_salario AND z.fecha = new.fecha) "
    "WHERE fila = new.fila"
)
# A program that knows nothing of terms writes them too, or leaves none.
PLAZOS_DDL = (
    "CREATE TRIGGER movimientos_plazo_alta AFTER INSERT ON movimientos "
    f"WHEN new.seguro IS NULL BEGIN {_LOOKED_UP}; END",
    "CREATE TRIGGER movimientos_plazo_cambio AFTER UPDATE OF tipo, tipo_salario, fecha "
    "ON movimientos WHEN new.tipo <> old.tipo OR new.tipo_salario <> old.tipo_salario "
    f"OR new.fecha <> old.fecha BEGIN {_LOOKED_UP}; END",
)
_COUNTED = "estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido"


def counted(row: str) -> str:
    """The key in `conteos` of a row of movimientos with this name."""
    return (
        f"{row}.estado, {row}.fecha, {row}.tipo, {row}.tipo_salario, "
        f"{row}.estado = 0 AND {row}.lote_id IS NOT NULL, "
        f"CASE WHEN {row}.estado IN (3, 5) THEN ifnull({row}.extemporaneo, -1) ELSE -1 END, "
        f"CASE WHEN {row}.estado IN (3, 5) THEN ifnull({row}.recibido, -1) ELSE -1 END"
    )


_ONE_MORE = (
    f"INSERT INTO conteos ({_COUNTED}, cuantos) VALUES ({counted('new')}, 1) "  # noqa: S608
    "ON CONFLICT DO UPDATE SET cuantos = cuantos + 1;"
)
_ONE_LESS = (
    f"UPDATE conteos SET cuantos = cuantos - 1 WHERE ({_COUNTED}) = ({counted('old')}); "  # noqa: S608
    f"DELETE FROM conteos WHERE ({_COUNTED}) = ({counted('old')}) AND cuantos = 0;"
)
CONTEOS_DDL = (
    f"CREATE TRIGGER movimientos_conteo_alta AFTER INSERT ON movimientos BEGIN {_ONE_MORE} END",
    f"CREATE TRIGGER movimientos_conteo_baja AFTER DELETE ON movimientos BEGIN {_ONE_LESS} END",
    "CREATE TRIGGER movimientos_conteo_cambio AFTER UPDATE OF estado, fecha, tipo, tipo_salario, "
    "lote_id, extemporaneo, recibido ON movimientos "
    f"WHEN ({counted('old')}) IS NOT ({counted('new')}) BEGIN {_ONE_LESS} {_ONE_MORE} END",
)
_FORGET = (
    "DELETE FROM rechazados WHERE fila = old.fila; DELETE FROM rechazados WHERE por = old.fila;"
)
# A new movement, or one with new values, may present again what its person's others did not.
_ANY_LEFT = "EXISTS (SELECT 1 FROM rechazados WHERE por IS NULL)"
_LOOK_AGAIN = (
    "DELETE FROM rechazados WHERE por IS NULL AND trabajador IN (SELECT b.fila FROM trabajadores a "  # noqa: S608
    f"CROSS JOIN trabajadores b ON b.nss = a.nss WHERE a.fila = new.trabajador) AND {_ANY_LEFT};"
)
# Only what NOT_PRESENTED_AGAIN compares.
RECHAZADOS_DDL = (
    "CREATE TRIGGER movimientos_rechazado_alta AFTER INSERT ON movimientos "
    f"WHEN {_ANY_LEFT} BEGIN {_LOOK_AGAIN} END",
    "CREATE TRIGGER movimientos_rechazado_cambio AFTER UPDATE OF id, trabajador, tipo, "
    "tipo_salario, registro_patronal, fecha, estado ON movimientos "
    f"BEGIN {_FORGET} {_LOOK_AGAIN} END",
    f"CREATE TRIGGER movimientos_rechazado_baja AFTER DELETE ON movimientos BEGIN {_FORGET} END",
    "CREATE TRIGGER trabajadores_rechazado_cambio AFTER UPDATE OF nss ON trabajadores "
    "BEGIN DELETE FROM rechazados; END",
)
for _statement in (*PLAZOS_DDL, *CONTEOS_DDL, *RECHAZADOS_DDL[:3]):
    event.listen(MovimientoRow.__table__, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
for _statement in (*BUSQUEDA_DDL, *RECHAZADOS_DDL[3:]):
    event.listen(TrabajadorRow.__table__, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
