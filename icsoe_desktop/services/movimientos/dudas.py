"""What the user is asked about before a movement is saved, and what is odd beside the others."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence, Set

from icsoe_desktop.domain.movimientos.estado_aviso import out_of_order
from icsoe_desktop.domain.movimientos.movimiento import Movimiento, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.movimientos.valores import Duda
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.movimientos import movement_rows
from icsoe_desktop.store.movimientos.workers import folded
from icsoe_desktop.store.types import day_number, day_of

DUPLICATE = "Ya hay un movimiento igual: el mismo registro patronal, NSS, movimiento y fecha."
OTHER_PERSON = (
    "Este NSS ya se conoce como de {conocido}, y aquí dice {escrito}. Un aviso con el número de "
    "otra persona le quita a ella sus semanas, o la da de baja. Revise el NSS con su hoja del "
    "Instituto."
)


def is_duplicate(raw: RawConnection, movimiento: Movimiento, besides: uuid.UUID | None) -> bool:
    """True if a movement with this registro patronal, NSS, type and date exists.

    Rejected and cancelled movements do not count. besides: id of a movement to ignore.
    """
    return movement_rows.has_same(
        raw,
        nss=movimiento.nss,
        fecha=day_number(movimiento.fecha),
        tipo=movimiento.tipo.value,
        base=movimiento.registro_base,
        besides=besides,
    )


def doubts(
    raw: RawConnection, movimiento: Movimiento, besides: uuid.UUID | None
) -> dict[Duda, str]:
    """What the user has to be asked about. besides: id of a movement to ignore."""
    found = {}
    other = other_person(raw, movimiento, besides)
    if other:
        found[Duda.OTRA_PERSONA] = other
    if is_duplicate(raw, movimiento, besides):
        found[Duda.DUPLICADO] = DUPLICATE
    return found


def refuse_doubts(
    raw: RawConnection, movimiento: Movimiento, besides: uuid.UUID | None, aceptadas: Set[Duda]
) -> None:
    """Raises InvalidInputError (campo: the Duda) for a doubt that nobody accepted."""
    for duda, sentence in doubts(raw, movimiento, besides).items():
        if duda not in aceptadas:
            raise InvalidInputError(sentence, duda.value)


def others_of(
    raw: RawConnection, pares: Iterable[tuple[uuid.UUID, Movimiento]]
) -> dict[uuid.UUID, str]:
    """`other_person` of each of these movements that has one."""
    told = ((each_id, other_person(raw, each, each_id)) for each_id, each in pares)
    return {each_id: sentence for each_id, sentence in told if sentence}


def other_person(raw: RawConnection, movimiento: Movimiento, besides: uuid.UUID | None) -> str:
    """A sentence with both names if the NSS is known only under another name or CURP.

    A movement without a CURP has any. Saving one under another name makes that name known, so
    that nobody is asked twice. besides: id of a movement to ignore.
    """
    asked = other_among(movement_rows.people_of(raw, movimiento.nss, besides))
    return asked(
        movimiento.curp,
        movimiento.primer_apellido,
        movimiento.segundo_apellido,
        movimiento.nombres,
    )


def other_among(
    known: Sequence[tuple[str, str, str, str]],
) -> Callable[[str, str, str, str], str]:
    """What `other_person` says of somebody under an NSS. Both: CURP, apellidos, nombres.

    known: those that the NSS has already, newest first.
    """
    curps: dict[tuple[str, ...], set[str]] = {}
    for curp, *names in known:
        curps.setdefault(tuple(map(folded, names)), set()).add(curp)
    conocido = _said(*next((one for one in known if one[0]), known[0])) if known else ""

    def asked(curp: str, primer: str, segundo: str, nombres: str) -> str:
        same = curps.get((folded(primer), folded(segundo), folded(nombres)))
        if not known or (same and (not curp or curp in same or same == {""})):
            return ""
        escrito = _said(curp, primer, segundo, nombres)
        return OTHER_PERSON.format(conocido=conocido, escrito=escrito)

    return asked


def _said(curp: str, primer: str, segundo: str, nombres: str) -> str:
    nombre = " ".join(part for part in (nombres, primer, segundo) if part)
    return f"{nombre} ({curp})" if curp else nombre


def odd_order(raw: RawConnection, movimiento: Movimiento, besides: uuid.UUID | None) -> str:
    """What is odd about its date beside the worker's altas and bajas; empty when nothing is.

    besides: id of a movement to ignore.
    """
    known = movement_rows.bounds_of(
        raw, nss=movimiento.nss, base=movimiento.registro_base, besides=besides
    )
    return out_of_order(
        movimiento.tipo,
        movimiento.fecha,
        [(TipoMovimiento(tipo), day_of(fecha)) for tipo, fecha in known],
    )
