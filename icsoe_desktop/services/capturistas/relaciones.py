"""Values and rows of capturistas: a person and their relations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.avisos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.capturista import (
    ACTIVE,
    CAMPOS_CAPTURISTA,
    NO_SERVER,
    ROL,
    AccionFila,
    CapturistaNuevo,
    DatosCapturista,
    Estatus,
    FichaCapturista,
    acciones_de,
)
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.identificadores.persona import (
    NOMBRE_CAMPOS,
    IdentidadPersona,
    NombrePersona,
)
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.acceso.autorizacion import contratista_of, require_step
from icsoe_desktop.services.cambios_ajenos import keep_others
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row
from icsoe_desktop.store.tables.icsoe import ActivacionRow, ContratistaRow, PersonaRow, RelacionRow


@dataclass(frozen=True, kw_only=True)
class CurpValidada(IdentidadPersona):
    """Result of «Validar». The names are empty if the CURP is unknown."""

    sexo: str
    fecha_nacimiento: date = field(repr=False)
    entidad: str

    @property
    def conocida(self) -> bool:
        return bool(self.nombres)


@dataclass(frozen=True, kw_only=True)
class RelacionCapturista(FichaCapturista):
    """One relation. id: of the relation. numero: the Id that users see."""

    id: uuid.UUID
    numero: int
    rol: str
    estatus: Estatus
    bloqueado: bool
    creado: datetime
    dado_de_baja: datetime | None

    @property
    def acciones(self) -> frozenset[AccionFila]:
        return acciones_de(self.estatus, bloqueado=self.bloqueado)


@dataclass(frozen=True, kw_only=True)
class Capturista(RelacionCapturista):
    cotejada: date | None
    actualizado: datetime


@dataclass(frozen=True)
class CapturistaGuardado:
    """A saved capturista.

    advertencias: warnings about the name, the mail or the CURP, which did not prevent saving.
    hay_servidor: False if no mail server is configured, so that no mail can leave.
    """

    capturista: Capturista
    advertencias: tuple[str, ...] = field(repr=False)
    hay_servidor: bool

    def sentence(self, said: str) -> str:
        """What a window tells after saving. said: that it was saved."""
        parts = [said]
        if self.capturista.estatus is Estatus.ACTIVA:
            parts.append(ACTIVE)
        if not self.hay_servidor:
            parts.append(NO_SERVER.format(correo=self.capturista.correo))
        return "\n\n".join(parts)


class CapturistaRepetidoError(InvalidInputError):
    """The contratista already has a relation with this CURP. relacion_id: its row."""

    def __init__(self, relacion_id: uuid.UUID, numero: int, estatus: Estatus) -> None:
        what_next = (
            "Para que vuelva a capturar, actívela en Consulta."
            if estatus is Estatus.BAJA
            else "Búsquela en Consulta."
        )
        super().__init__(
            f"Ya registró a una persona con esta CURP: es el Id {numero}, con estatus {estatus}. "
            f"No se guardó nada. {what_next}",
            "curp",
        )
        self.relacion_id = relacion_id


class AltaCambiadaError(UserFacingError):
    """Another person changed the capturista meanwhile. Nothing was deleted.

    ahora: current values.
    """

    def __init__(self, campos: Iterable[str], ahora: Capturista) -> None:
        changed = CAMPOS_CAPTURISTA.labels(campos)
        super().__init__(
            f"Los datos de este usuario cambiaron desde que lo registró: {changed}. No se "
            "eliminó nada. Véalos en Consulta; si aún quiere deshacer el alta, elimínela otra vez."
        )
        self.ahora = ahora


def with_others(datos: DatosCapturista, visto: Capturista, row: RelacionRow) -> CapturistaNuevo:
    """The user's changes against `visto`, with the current values of the other fields.

    The caller checks the result. Raises CambioAjenoError.
    """
    wanted = keep_others(visto, datos, row, CAMPOS_CAPTURISTA)
    return CapturistaNuevo(curp=datos.curp, **wanted, confirmacion=wanted["correo"])


def refuse_changed(row: RelacionRow, persona: PersonaRow, visto: Capturista) -> None:
    """Raises AltaCambiadaError if an editable field differs from `visto`."""
    changed = CAMPOS_CAPTURISTA.changed(visto, row)
    if changed:
        raise AltaCambiadaError(changed, capturista_of(row, persona))


def capturista_of(row: RelacionRow, persona: PersonaRow) -> Capturista:
    return of_row(
        Capturista,
        row,
        rol=ROL,
        estatus=Estatus(row.estatus),
        bloqueado=persona.bloqueada is not None,
    )


OBJETO = "capturista"
NOT_THERE = "El usuario ya no está en la lista. No se cambió nada. Actualice la consulta."


def contratista_ready(db: Session, sesion: Sesion) -> ContratistaRow:
    """The session's contratista, who has done the first steps. Raises NotAllowedError."""
    contratista = contratista_of(db, sesion, Permiso.ADMINISTRAR_CAPTURISTAS)
    require_step(db, contratista, PasoContratista.COMPLETO)
    return contratista


def relation_of(
    db: Session, contratista: ContratistaRow, relacion_id: uuid.UUID
) -> tuple[RelacionRow, PersonaRow]:
    """A relation of this contratista and its person.

    Raises UserFacingError if it does not exist or belongs to another contratista, with the same
    sentence.
    """
    found = db.execute(
        select(RelacionRow, PersonaRow)
        .join(PersonaRow, PersonaRow.id == RelacionRow.persona_id)
        .where(RelacionRow.id == relacion_id, RelacionRow.contratista_id == contratista.id)
    ).one_or_none()
    if found is None:
        raise UserFacingError(NOT_THERE)
    return found[0], found[1]


def new_relation(
    db: Session,
    store: Store,
    contratista: ContratistaRow,
    datos: DatosCapturista,
    persona: PersonaRow | None,
    cotejada: date | None,
) -> tuple[RelacionRow, PersonaRow]:
    """A new relation in state Registrada. Creates the person if the CURP is new."""
    now = store.clock()
    if persona is None:
        persona = PersonaRow(
            id=store.new_id(),
            curp=datos.curp,
            **asdict(NombrePersona.of(datos)),
            creado=now,
            actualizado=now,
        )
        db.add(persona)
        # The row classes have no relationship(), so the insert order must be explicit.
        db.flush()
    row = RelacionRow(
        id=store.new_id(),
        contratista_id=contratista.id,
        persona_id=persona.id,
        numero=contratista.siguiente_relacion,
        **asdict(datos),
        estatus=Estatus.REGISTRADA,
        nombre_orden=fold(datos.nombre),
        buscado=searchable(contratista.siguiente_relacion, datos, now),
        cotejada=cotejada,
        aviso_version=AVISO_ICSOE_VERSION,
        usuario_alta=contratista.rfc,
        creado=now,
        actualizado=now,
    )
    contratista.siguiente_relacion += 1
    db.add(row)
    db.flush()
    return row, persona


def put_contact(
    db: Session, row: RelacionRow, persona: PersonaRow, datos: DatosCapturista
) -> tuple[str, ...]:
    """Write the fields of the form. Returns the names of the changed fields."""
    changed = CAMPOS_CAPTURISTA.changed(row, datos)
    for campo in changed:
        setattr(row, campo, getattr(datos, campo))
    row.nombre_orden = fold(datos.nombre)
    row.buscado = searchable(row.numero, datos, row.creado)
    # If several contratistas have the person, each changes only its own copy.
    if persona.contrasena_hash is None and _relations(db, persona.id) == 1:
        for campo in NOMBRE_CAMPOS:
            setattr(persona, campo, getattr(datos, campo))
    return changed


def forget_relation(db: Session, row: RelacionRow, persona: PersonaRow) -> bool:
    """Delete the relation, and the person if it was their last one. True in that case."""
    db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id == row.id))
    last = _relations(db, persona.id) == 1
    db.delete(row)
    db.flush()
    if last:
        db.execute(delete(ActivacionRow).where(ActivacionRow.persona_id == persona.id))
        db.delete(persona)
        db.flush()
    return last


def _relations(db: Session, persona_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(RelacionRow)
    return db.scalar(query.where(RelacionRow.persona_id == persona_id)) or 0


def searchable(numero: int, datos: DatosCapturista, creado: datetime) -> str:
    """Text for the quick filter: the columns of the grid that change only by editing."""
    alta = format_fecha(fecha_local(creado))
    texts = [getattr(datos, name) for name in CAMPOS_CAPTURISTA.names(Place.SEARCH)]
    return fold(" ".join(text for text in (str(numero), *texts, alta) if text))
