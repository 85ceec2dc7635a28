"""The table of the shared kinds: what is special about each kind of record.

Everything else in this package treats all kinds alike. A new kind needs a line here, in
`merge.RULES` and in `shared_rows.SHARED`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.fields import FieldTable
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, DatosCapturista
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA
from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_CONTRATO,
    CAMPOS_FOLIO_REPSE,
)
from icsoe_desktop.domain.icsoe.informativa import CAMPOS_INFORMATIVA
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.services.capturistas.relaciones import searchable
from icsoe_desktop.services.contratista.service import forget_contratista, owned_records
from icsoe_desktop.services.informativa.recibidos import (
    check_contrato_row,
    check_informativa_row,
)
from icsoe_desktop.services.sincronizacion.identidad import record_names as titles
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.valores import sealed_fields
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox, packets, states
from icsoe_desktop.store.tables.icsoe import ActivacionRow, ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.informativa import AcuseInformativaRow, ContratoRow
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import VersionRow

# A sealed file must fit into one record. A longer file stays on its desktop.
MAX_ARCHIVO_LOTE: Final = 2 * 1024 * 1024
MAX_CERTIFICADO: Final = 16 * 1024

Values = dict[str, Any]  # column → value for the row
Ids = Callable[[Values], Select[uuid.UUID]]
Rows = Callable[[Values], Select[Any]]


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A record that is about to be written. here: its present row; None for a new one."""

    store: Store
    record_id: uuid.UUID
    content: Content
    here: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKind:
    """title: its name in lists of conflicts. campos: labels of its fields. key: its natural key.

    merged: by field, with its conflicts inside. has_base: the last content is kept.
    joined: two records with one natural key become one without asking.
    same: the rows with the same natural key. numbered: the rows among which its short number is
    the only one.
    settle: replaces or refuses references before they are written.
    derive: adds columns that derive from others or exist only here.
    besides: adds fields to the content that no column has in this form.
    deletable: False for records that are only cancelled. kept_by: columns of the rows that keep a
    record from being deleted, with their kind. goes_with: columns of rows that go with it.
    owned: the records that go with it, unless one of them waits to be sent; forget deletes them.
    packet: the module of the records that are lists of movements.
    max_bytes: of the content, unpacked; 0 for as many as a request holds.
    """

    title: Callable[[Content], str] = lambda content: str(content.get("nombre_archivo", ""))
    campos: FieldTable | None = None
    key: str = ""
    merged: bool = False
    has_base: bool = True
    joined: bool = False
    same: Ids | None = None
    numbered: Rows | None = None
    settle: Callable[[Session, Values], None] | None = None
    derive: Callable[[Values, WrittenRow], None] | None = None
    besides: Callable[[Store, Session, uuid.UUID], Mapping[str, Any]] | None = None
    deletable: bool = False
    kept_by: tuple[tuple[InstrumentedAttribute[uuid.UUID], RecordKind], ...] = ()
    goes_with: tuple[InstrumentedAttribute[Any], ...] = ()
    owned: Callable[[uuid.UUID], Sequence[Select[uuid.UUID]]] | None = None
    forget: Callable[[Session, uuid.UUID], None] | None = None
    packet: ModuleType | None = None
    max_bytes: int = 0


# Column → kind of the record that it refers to, in whatever table.
REFERENCES: Final = {
    "contratista_id": RecordKind.CONTRATISTA,
    "registro_patronal_id": RecordKind.REGISTRO_PATRONAL,
    "contratante_id": RecordKind.CONTRATANTE,
    "folio_id": RecordKind.FOLIO_REPSE,
}


def _find_persona(db: Session, values: Values) -> None:
    """Put in the id of the relation's person; make her from it if her record is missing."""
    persona_id = resolve(db, values["persona_id"])
    values["persona_id"] = persona_id
    if db.get(PersonaRow, persona_id) is not None:
        return
    same = db.scalar(select(PersonaRow.id).where(PersonaRow.curp == values["curp"]))
    if same is not None:
        values["persona_id"] = same
        return
    db.add(
        PersonaRow(
            id=persona_id,
            curp=values["curp"],
            **{name: values[name] for name in NOMBRE_CAMPOS},
            creado=values["creado"],
            # The same on each desktop, whatever version of the relation it reads first.
            actualizado=values["creado"],
        )
    )
    version = db.get(VersionRow, (RecordKind.PERSONA.collection.value, persona_id))
    if version is not None and version.borrado:
        # Another desktop deleted the person, but this relation needs her.
        outbox.enqueue(raw_of(db), RecordKind.PERSONA, [persona_id])


def _check_informativa(_db: Session, values: Values) -> None:
    check_informativa_row(values)


def _first_relation(values: Values, row: WrittenRow) -> None:
    if row.here is None:
        values["siguiente_relacion"] = 1


def _search_text(values: Values, _row: WrittenRow) -> None:
    datos = DatosCapturista.of(values)
    values["nombre_orden"] = fold(datos.nombre)
    values["buscado"] = searchable(values["numero"], datos, values["creado"])


def _seal_files(values: Values, row: WrittenRow) -> None:
    values |= sealed_fields.sealed(row.store.key, row.content, row.record_id, row.here)


def _unseal_files(store: Store, db: Session, record_id: uuid.UUID) -> Mapping[str, Any]:
    return sealed_fields.unsealed(store.key, db.get_one(CertificadoRow, record_id))


def _put_file(values: Values, row: WrittenRow) -> None:
    text = row.content.get("contenido")
    if text:
        values["contenido"] = str(text).encode("latin-1")
    elif row.here is None:
        values["contenido"] = b""


def _file(_store: Store, db: Session, record_id: uuid.UUID) -> Mapping[str, Any]:
    content = db.get_one(LoteRow, record_id).contenido
    # The content is empty if the file was too long to travel here.
    short = 0 < len(content) <= MAX_ARCHIVO_LOTE
    return {"contenido": content.decode("latin-1") if short else None}


# In the order of sending. A relation carries its person's data and goes first: a deleted relation
# must arrive before the deletion of its person.
KINDS: Final[Mapping[RecordKind, SharedKind]] = {
    RecordKind.CONTRATISTA: SharedKind(
        title="{nombre}".format_map,
        campos=CAMPOS_CONTRATISTA,
        key="rfc",
        merged=True,
        same=lambda values: select(ContratistaRow.id).where(ContratistaRow.rfc == values["rfc"]),
        numbered=lambda _values: select(ContratistaRow),
        derive=_first_relation,
        deletable=True,
        owned=owned_records,
        forget=forget_contratista,
    ),
    RecordKind.REGISTRO_PATRONAL: SharedKind(
        title="{registro_patronal} {razon_social}".format_map,
        campos=CAMPOS_REGISTRO_PATRONAL,
        key="registro_patronal",
        merged=True,
        same=lambda values: select(RegistroPatronalRow.id).where(
            func.substr(RegistroPatronalRow.registro_patronal, 1, 10)
            == values["registro_patronal"][:10]
        ),
        deletable=True,
        kept_by=((CertificadoRow.registro_patronal_id, RecordKind.CERTIFICADO),),
    ),
    RecordKind.RELACION: SharedKind(
        title=titles.of_person,
        campos=CAMPOS_CAPTURISTA,
        key="curp",
        merged=True,
        joined=True,
        same=lambda values: select(RelacionRow.id).where(
            RelacionRow.contratista_id == values["contratista_id"],
            RelacionRow.curp == values["curp"],
        ),
        numbered=lambda values: select(RelacionRow).where(
            RelacionRow.contratista_id == values["contratista_id"]
        ),
        settle=_find_persona,
        derive=_search_text,
        deletable=True,
        goes_with=(ActivacionRow.relacion_id,),
    ),
    RecordKind.PERSONA: SharedKind(
        title=titles.of_person,
        campos=CAMPOS_CAPTURISTA,
        key="curp",
        merged=True,
        joined=True,
        same=lambda values: select(PersonaRow.id).where(PersonaRow.curp == values["curp"]),
        deletable=True,
        kept_by=((RelacionRow.persona_id, RecordKind.RELACION),),
        goes_with=(ActivacionRow.persona_id,),
    ),
    RecordKind.CERTIFICADO: SharedKind(
        title="{titular} {numero}".format_map,
        campos=CAMPOS_REGISTRO_PATRONAL,
        key="registro_patronal",
        has_base=False,
        same=lambda values: select(CertificadoRow.id).where(
            CertificadoRow.registro_patronal_id == values["registro_patronal_id"]
        ),
        derive=_seal_files,
        besides=_unseal_files,
        deletable=True,
        max_bytes=MAX_CERTIFICADO,
    ),
    RecordKind.LOTE: SharedKind(derive=_put_file, besides=_file),
    RecordKind.MOVIMIENTOS: SharedKind(packet=packets),
    RecordKind.ESTADOS: SharedKind(packet=states),
    RecordKind.CONTRATANTE: SharedKind(
        title="{nombre}".format_map,
        campos=CAMPOS_CONTRATANTE,
        key="rfc",
        merged=True,
        deletable=True,
        kept_by=((ContratoRow.contratante_id, RecordKind.CONTRATO),),
    ),
    RecordKind.FOLIO_REPSE: SharedKind(
        title="{folio}".format_map,
        campos=CAMPOS_FOLIO_REPSE,
        key="folio",
        merged=True,
        deletable=True,
        kept_by=((ContratoRow.folio_id, RecordKind.CONTRATO),),
    ),
    RecordKind.CONTRATO: SharedKind(
        title=titles.of_contrato,
        campos=CAMPOS_CONTRATO,
        key="numero",
        merged=True,
        settle=check_contrato_row,
        deletable=True,
    ),
    RecordKind.INFORMATIVA: SharedKind(
        title=titles.of_informativa,
        campos=CAMPOS_INFORMATIVA,
        key="ejercicio",
        merged=True,
        settle=_check_informativa,
        deletable=True,
        kept_by=((AcuseInformativaRow.informativa_id, RecordKind.INFORMATIVA),),
    ),
}
