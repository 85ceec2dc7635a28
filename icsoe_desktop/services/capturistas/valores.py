"""Values about capturistas for the windows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from icsoe_desktop.domain.icsoe.capturista import (
    CAMPOS_CAPTURISTA,
    ROL,
    AccionFila,
    CapturistaNuevo,
    DatosCapturista,
    Estatus,
    FichaCapturista,
    acciones_de,
)
from icsoe_desktop.domain.identificadores.persona import IdentidadPersona
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.cambios_ajenos import keep_others
from icsoe_desktop.store.tables import PersonaRow, RelacionRow


@dataclass(frozen=True, kw_only=True)
class CurpValidada(IdentidadPersona):
    """Result of «Validar». The names are empty if the CURP is unknown."""

    sexo: str
    fecha_nacimiento: date = field(repr=False)
    entidad: str
    advertencias: tuple[str, ...] = field(repr=False)

    @property
    def conocida(self) -> bool:
        return bool(self.nombres)


@dataclass(frozen=True, kw_only=True)
class Capturista(FichaCapturista):
    """One relation. id: of the relation. numero: the Id that users see."""

    id: uuid.UUID
    numero: int
    rol: str
    estatus: Estatus
    cotejada: date | None
    bloqueado: bool
    creado: datetime
    dado_de_baja: datetime | None
    actualizado: datetime

    @property
    def acciones(self) -> frozenset[AccionFila]:
        return acciones_de(self.estatus, bloqueado=self.bloqueado)


@dataclass(frozen=True)
class CapturistaGuardado:
    """A saved capturista.

    advertencias: warnings about the name, the mail or the CURP, which did not prevent saving.
    hay_servidor: False if no mail server is configured, so that no mail can leave.
    """

    capturista: Capturista
    advertencias: tuple[str, ...] = field(repr=False)
    hay_servidor: bool


class CapturistaRepetidoError(InvalidInputError):
    """The contratista already has a relation with this CURP. relacion_id: its row."""

    def __init__(self, relacion_id: uuid.UUID, numero: int, estatus: Estatus) -> None:
        what_next = (
            "Para que vuelva a capturar, actívelo en Consulta."
            if estatus is Estatus.BAJA
            else "Búsquelo en Consulta."
        )
        super().__init__(
            f"Ya registró a una persona con esta CURP: es el Id {numero}, con estatus {estatus}. "
            f"No se guardó nada. {what_next}",
            "curp",
        )
        self.relacion_id = relacion_id
        self.numero = numero
        self.estatus = estatus


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
    return Capturista(
        id=row.id,
        numero=row.numero,
        **asdict(DatosCapturista.of(row)),
        rol=ROL,
        estatus=Estatus(row.estatus),
        cotejada=row.cotejada,
        bloqueado=persona.bloqueada is not None,
        creado=row.creado,
        dado_de_baja=row.dado_de_baja,
        actualizado=row.actualizado,
    )
