"""The columns of Consulta, in the seed's order; the window draws `FIRST_COLUMNS` first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.fields import Field, Place
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, AccionFila, Estatus
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.services.capturistas.consulta import CapturistaFila, OrdenCapturistas

ESTATUS_ICONS = {
    Estatus.REGISTRADA: "pendiente",
    Estatus.ACTIVA: "vigente",
    Estatus.BAJA: "deshabilitado",
}
ACCION_ICONS = {
    AccionFila.EDITAR: "editar",
    AccionFila.ENVIAR_EMAIL: "correo",
    AccionFila.ACTIVAR: "activar",
    AccionFila.ELIMINAR: "descartado",
}
WHY_NOT = {
    AccionFila.EDITAR: "Sólo mientras el capturista no ha creado su contraseña.",
    AccionFila.ENVIAR_EMAIL: "Sólo mientras el capturista no ha creado su contraseña.",
    AccionFila.ACTIVAR: "Sólo cuando la relación está en baja.",
    AccionFila.ELIMINAR: "La relación ya está en baja.",
}
LOCKED = "bloqueado"


def estatus_text(fila: CapturistaFila) -> str:
    return f"{fila.estatus} ({LOCKED})" if fila.bloqueado else str(fila.estatus)


def estatus_state(fila: CapturistaFila) -> str:
    return "candado" if fila.bloqueado else ESTATUS_ICONS[fila.estatus]


def _estatus_tip(fila: CapturistaFila) -> str:
    if fila.bloqueado:
        return "Falló diez veces su contraseña. Envíele una liga nueva para que cree otra."
    return str(fila.estatus)


def _accion(accion: AccionFila, width: int) -> PagedColumn[CapturistaFila]:
    def text(fila: CapturistaFila) -> str:
        return accion if accion in fila.acciones else f"{accion} (no disponible)"

    def tip(fila: CapturistaFila) -> str:
        return accion if accion in fila.acciones else f"{accion}: {WHY_NOT[accion]}"

    nothing: Callable[[CapturistaFila], str] = lambda _fila: ""  # noqa: E731
    return PagedColumn[CapturistaFila](
        str(accion), text, copy=nothing, tip=tip, centered=True, width=width
    )


# Drawing options by column; a column that is not listed is text of normal width.
_DRAWN: dict[str, dict[str, Any]] = {
    "numero": {"right": True, "width": 52},
    "rol": {"width": 84},
    "curp": {"tabular": True, "width": 180},
    "nombre": {"width": 190},
    "correo": {"width": 160},
    "estatus": {"text": estatus_text, "state": estatus_state, "tip": _estatus_tip, "width": 136},
    "grupo": {"width": 90},
    "contratista": {"width": 180},
    "creado": {"text": lambda fila: format_fecha(fecha_local(fila.creado)), "width": 96},
    "usuario_alta": {"width": 150},
}


def _column(each: Field) -> PagedColumn[CapturistaFila]:
    title = each.title(Place.GRID)
    drawn = {"text": lambda fila: str(getattr(fila, each.name)), **_DRAWN.get(each.name, {})}
    order = next((one for one in OrdenCapturistas if one == title), None)
    return PagedColumn[CapturistaFila](title, order=order, **drawn)


COLUMNS = (
    *(_column(each) for each in CAMPOS_CAPTURISTA.at(Place.GRID)),
    _accion(AccionFila.EDITAR, 64),
    _accion(AccionFila.ENVIAR_EMAIL, 96),
    _accion(AccionFila.ACTIVAR, 70),
    _accion(AccionFila.ELIMINAR, 76),
)
_NAMES = [each.name for each in CAMPOS_CAPTURISTA.at(Place.GRID)]
ACCION_COLUMNS = {
    at: AccionFila(column.title)
    for at, column in enumerate(COLUMNS)
    if column.title in set(AccionFila)
}
# Who, how they stand and what may be done: a window of usual width shows these.
FIRST_COLUMNS = (
    *(_NAMES.index(name) for name in ("numero", "nombre", "curp", "estatus")),
    *ACCION_COLUMNS,
)
