"""Two desktops changed the same record: one result, and what lost is kept for a person to see.

A record is merged against the base, what both sides knew before. Source: dominio/sincronizacion.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso, EstadoLote
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, canonical

CONFLICTOS: Final = "conflictos"  # inside a record: id → {campo, perdido, cuando}
MOVIMIENTOS: Final = "movimientos"  # inside a record: id → the values of a movement

Elegir = Callable[[Any, Any], Any]  # local, remote → the value; neither is missing


@dataclass(frozen=True, slots=True)
class Unidad:
    """Fields that are changed together, and who wins when both sides changed them.

    elegir: None for «the later sync wins and the other is shown»; with it, nobody needs to see
    what was not chosen. servidor: what the server has wins, and the other is shown.
    """

    campos: tuple[str, ...]
    servidor: bool = False
    elegir: Elegir | None = None


@dataclass(frozen=True, slots=True)
class Perdido:
    """A value that lost. campo: the first field of its unit."""

    campo: str
    campos: tuple[str, ...]
    vigente: tuple[Any, ...] = field(repr=False)
    perdido: tuple[Any, ...] = field(repr=False)

    def identify(self, registro: uuid.UUID) -> uuid.UUID:
        """The same wherever the same value loses, so that nobody sees it twice."""
        text = canonical([self.campo, self.perdido]).decode()
        return uuid.uuid5(registro, text)


@dataclass(frozen=True, slots=True)
class Mezcla:
    """contenido: None when the record is gone on both sides."""

    contenido: Content | None = field(repr=False)
    perdidos: tuple[Perdido, ...] = ()


def _earliest(one: Any, other: Any) -> Any:
    return min(one, other)


def _latest(one: Any, other: Any) -> Any:
    return max(one, other)


def _first(_: Any, remote: Any) -> Any:
    return remote


_COMUNES: Final = (
    Unidad(("creado",), elegir=_earliest),
    Unidad(("actualizado",), elegir=_latest),
    # The short numbers that people see are given by each desktop on its own.
    Unidad(("numero",), elegir=_first),
)

# These fields of a lote tell one state, and go together.
_ESTADO_LOTE: Final = frozenset(
    {"estado", "enviado", "recibido", "respondido", "cancelado", "numero", "folio"}
)

UNIDADES: Final[Mapping[RecordKind, tuple[Unidad, ...]]] = {
    RecordKind.CONTRATISTA: (
        *_COMUNES,
        Unidad(("efirma_hasta", "efirma_numero", "nombre"), elegir=_latest),
        Unidad(("terminos_aceptados", "terminos_version"), elegir=_latest),
        Unidad(("completado",), elegir=_earliest),
        Unidad(
            (
                "domicilio_igual",
                "domicilio.codigo_postal",
                "domicilio.colonia",
                "domicilio.calle",
                "domicilio.numero_exterior",
                "domicilio.numero_interior",
                "domicilio.entre_calles",
                "domicilio.municipio",
                "domicilio.estado",
                "domicilio.fuera_de_catalogo",
                "domicilio.catalogo",
            )
        ),
    ),
    RecordKind.REGISTRO_PATRONAL: _COMUNES,
    RecordKind.PERSONA: (
        *_COMUNES,
        Unidad(("contrasena_creada", "contrasena_hash", "correo"), elegir=_latest),
        Unidad(("aviso_version",), elegir=_latest),
    ),
    RecordKind.RELACION: (
        *_COMUNES,
        Unidad(("estatus", "confirmada", "dado_de_baja"), servidor=True),
        Unidad(("usuario_alta",), elegir=_first),
        Unidad(("aviso_version",), elegir=_latest),
        Unidad(("cotejada",), elegir=_latest),
        Unidad(("persona_id",), elegir=_first),
        Unidad(("contratista_id",), elegir=_first),
    ),
    RecordKind.CERTIFICADO: (),
    RecordKind.LOTE: (),
    RecordKind.PAQUETE: (),
    RecordKind.ESTADOS: (),
}


def merge(
    clase: RecordKind, base: Content | None, local: Content | None, remoto: Content | None
) -> Mezcla:
    """What both desktops shall have. base: None when the sides met for the first time.

    local, remoto: None when it was deleted there. An edit beats a deletion.
    base, local, remoto: with every field that this program knows; see `RecordContents.sides`.
    """
    if local is None or remoto is None:
        # Nobody edits a certificate, so that a deletion is never older than what it deletes.
        if clase is RecordKind.CERTIFICADO or (local is None and remoto is None):
            return Mezcla(None)
        left = remoto if local is None else local
        gone_unchanged = base is not None and left == base
        return Mezcla(None if gone_unchanged else left)
    match clase:
        case RecordKind.PAQUETE:
            return _merge_movements(base, local, remoto)
        case RecordKind.ESTADOS:
            # Upward, whatever was known before; what a cancelled lote frees, its lote tells.
            return Mezcla(_merge_each(None, local, remoto, merge_estado))
        case RecordKind.LOTE:
            return Mezcla(_merge_lote(base, local, remoto))
        case RecordKind.CERTIFICADO:
            return Mezcla(remoto)  # never changes once it is there
        case _:
            return _merge_fields(clase, base or {}, local, remoto)


def merge_estado(local: Any, remoto: Any) -> Any:
    """The higher of two states of one notice, with its dates and its lote.

    Each: [estado, …, lote]; the same whichever is called local. Of one state and lote, what either
    knows: one desktop read the constancia, another only marked the lote.
    """
    one, other = EstadoAviso(local[0]), EstadoAviso(remoto[0])
    if one != other:
        return local if one.merge(other) is one else remoto
    if local[-1] != remoto[-1]:
        # A movement in two lotes: every desktop takes the same one.
        return max(local, remoto, key=lambda side: side[-1] or "")
    return [_known(a, b) for a, b in zip(local, remoto, strict=True)]


def _known(one: Any, other: Any) -> Any:
    if one in (None, "") or other in (None, ""):
        return other if one in (None, "") else one
    return max(one, other)


def _merge_movements(base: Content | None, local: Content, remoto: Content) -> Mezcla:
    """Each movement as the later sync has it; what another desktop typed of it is kept beside."""
    lost: list[Perdido] = []

    def later(key: str, mine: Any, theirs: Any) -> Any:
        lost.append(Perdido(key, (key,), (mine,), (theirs,)))
        return mine

    sides = [(side or {}).get(MOVIMIENTOS) or {} for side in (base, local, remoto)]
    movements = _merge_keys(sides, later)
    merged = {**remoto, **local, MOVIMIENTOS: movements}
    told = _merge_set(*((side or {}).get(CONFLICTOS) or {} for side in (base, local, remoto)))
    merged.pop(CONFLICTOS, None)
    return Mezcla({**merged, CONFLICTOS: told} if told else merged, tuple(lost))


def _merge_fields(clase: RecordKind, base: Content, local: Content, remoto: Content) -> Mezcla:
    merged: dict[str, Any] = {}
    lost: list[Perdido] = []
    for unidad in _units(clase, (base, local, remoto)):
        was, mine, theirs = (_values(unidad, side) for side in (base, local, remoto))
        if mine in (was, theirs):
            chosen = theirs
        elif theirs == was:
            chosen = mine
        elif unidad.elegir is not None:
            chosen = _choose(unidad.elegir, mine, theirs)
        else:
            chosen, loser = (theirs, mine) if unidad.servidor else (mine, theirs)
            lost.append(Perdido(unidad.campos[0], unidad.campos, chosen, loser))
        merged |= {
            campo: value
            for campo, value in zip(unidad.campos, chosen, strict=True)
            if any(campo in side for side in (local, remoto))
        }
    sides = [side.get(CONFLICTOS) or {} for side in (base, local, remoto)]
    merged[CONFLICTOS] = _merge_set(*sides)
    return Mezcla(merged, tuple(lost))


def _choose(elegir: Elegir, mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    """By the first field of the unit, which is the one that tells; the rest goes with it."""
    if mine[0] is None or theirs[0] is None:
        return theirs if mine[0] is None else mine
    if mine[0] == theirs[0]:
        return theirs
    return mine if elegir(mine[0], theirs[0]) == mine[0] else theirs


def _units(clase: RecordKind, sides: Iterable[Content]) -> list[Unidad]:
    named = UNIDADES[clase]
    taken = {campo for unidad in named for campo in unidad.campos} | {CONFLICTOS}
    others = sorted({campo for side in sides for campo in side} - taken)
    return [*named, *(Unidad((campo,)) for campo in others)]


def _values(unidad: Unidad, side: Content) -> tuple[Any, ...]:
    return tuple(side.get(campo) for campo in unidad.campos)


def _merge_set(
    base: Mapping[str, Any], local: Mapping[str, Any], remoto: Mapping[str, Any]
) -> dict[str, Any]:
    """What either side added; what either side took away is gone."""
    gone = {key for key in base if key not in local or key not in remoto}
    return {key: value for key, value in ({**local, **remoto}).items() if key not in gone}


def _merge_each(base: Content | None, local: Content, remoto: Content, both: Elegir) -> Content:
    """Movement by movement. An edit beats a deletion here too."""
    sides = [(side or {}).get(MOVIMIENTOS) or {} for side in (base, local, remoto)]
    merged = _merge_keys(sides, lambda _, mine, theirs: both(mine, theirs))
    return {**remoto, **local, MOVIMIENTOS: merged}


def _merge_keys(
    sides: Iterable[Mapping[str, Any]], both: Callable[[str, Any, Any], Any]
) -> dict[str, Any]:
    was, mine, theirs = sides
    merged = {}
    for key in sorted({*mine, *theirs}):
        a, b, c = was.get(key), mine.get(key), theirs.get(key)
        if b in (a, c):
            chosen = c
        elif c == a:
            chosen = b
        elif b is None or c is None:
            chosen = c if b is None else b
        else:
            chosen = both(key, b, c)
        if chosen is not None:
            merged[key] = chosen
    return merged


def _merge_lote(base: Content | None, local: Content, remoto: Content) -> Content:
    """The lote with the higher state, and the other fields that only the other side changed."""
    one, other = EstadoLote(local["estado"]), EstadoLote(remoto["estado"])
    if one == other:
        higher = max(local, remoto, key=canonical)
    else:
        higher = local if one.merge(other) is one else remoto
    lower = remoto if higher is local else local
    was = base or {}
    changed = {
        campo: value
        for campo, value in lower.items()
        if campo not in _ESTADO_LOTE and campo in was and higher.get(campo) == was[campo]
    }
    return {**higher, **changed}
