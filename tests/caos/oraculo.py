"""Judges what five desktops have at the end by what people did at each of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.caos.diario import Acto
from tests.caos.sucesos import Restaurado
from tests.caos.vuelco import Vuelco

# The places in the order of the lattice; by number, as the store keeps them.
NUMEROS = ("Pendiente", "Enviado", "Cancelado", "Recibido", "Rechazado", "Aprobado")
RECIBIDO = NUMEROS.index("Recibido")


@dataclass
class Veredicto:
    """perdidas: finished sentences, one for each thing that should be there and is not."""

    ediciones: int = 0
    inserciones: int = 0
    marcas: int = 0
    reemplazadas: int = 0
    en_conflicto: int = 0
    perdidas: list[str] = field(default_factory=list)
    vueltos: list[str] = field(default_factory=list)  # deleted movements that are there


def judge(
    actos: Sequence[Acto],
    vistos: Iterable[dict[str, Any]],
    final: Vuelco,
    elegidos: bool = False,
    revividos: Collection[tuple[int, int]] = (),
) -> Veredicto:
    """final: what every desktop has. elegidos: a person chose between two certificates.

    revividos: (desktop, number) of certificates that an old disk may have brought back.
    """
    found = Veredicto()
    _values(actos, final, found)
    _inserts(actos, final, found)
    _states(actos, vistos, final, found)
    _certificates(actos, final, found, elegidos, revividos)
    return found


def _values(actos: Sequence[Acto], final: Vuelco, found: Veredicto) -> None:
    """Each token is there, kept as a loser, or was replaced by somebody who saw it."""
    rows = {table: each for table, each in final.items() if table != "conflictos"}
    present = json.dumps(rows, ensure_ascii=False)
    losers = json.dumps(
        [each["perdido"] for each in final["conflictos"].values()], ensure_ascii=False
    )
    replaced = _replaced(actos)
    for acto in actos:
        if not acto.hecho:
            continue
        found.ediciones += 1
        for ficha in acto.fichas:
            if f'"{ficha}' in present or f"| {ficha} |" in present:  # a part of a domicilio
                continue
            if ficha in losers:
                found.en_conflicto += 1
            elif ficha in replaced:
                found.reemplazadas += 1
            else:
                found.perdidas.append(
                    f"equipo {acto.equipo}, {acto.que} {acto.n}: {ficha} ({_where(acto)})"
                )


def _replaced(actos: Sequence[Acto]) -> set[str]:
    """What somebody replaced or dismissed; of an edit that nobody saw end, too: it may have."""
    replaced: set[str] = set()
    for acto in actos:
        if acto.hecho is not False:
            for previa in acto.previas:
                replaced.add(previa)
                # «Resolver» shows a unit of several fields, or a movement, in one line.
                if acto.que == "resolver":
                    parts = previa.replace(" | ", ", ").split(", ")
                    replaced.update(one.removeprefix("clave ") for one in parts)
    return replaced


def _where(acto: Acto) -> str:
    return str(acto.datos.get("lugar") or acto.datos.get("claves"))


def _inserts(actos: Sequence[Acto], final: Vuelco, found: Veredicto) -> None:
    """Each movement and each capturista, but for those that somebody deleted."""
    movements = Counter(_key(row) for row in final["movimientos"].values())
    people = {row["curp"] for row in final["relaciones"].values()}
    deleted: dict[str, int] = {}
    touched: dict[str, set[int]] = {}
    for acto in actos:
        for clave in acto.datos.get("claves", []):
            if acto.que == "borrado" and acto.hecho is not False:
                deleted[clave] = deleted.get(clave, 0) + 1
            elif acto.hecho is not False:
                touched.setdefault(clave, set()).add(acto.equipo)
        if acto.hecho is not False:
            # Who puts it in a lote keeps it, whoever deletes it elsewhere.
            for clave in acto.datos.get("pedidas", []):
                touched.setdefault(clave, set()).add(acto.equipo)
    undone = {
        acto.datos["lugar"] for acto in actos if acto.que == "deshacer" and acto.hecho is not False
    }
    for acto in actos:
        if not acto.hecho:
            continue
        if acto.que in ("captura", "importación"):
            for clave in acto.datos["claves"]:
                found.inserciones += 1
                if clave not in movements and clave not in deleted:
                    found.perdidas.append(
                        f"equipo {acto.equipo}, {acto.que} {acto.n}: falta el movimiento {clave}"
                    )
        elif acto.que == "alta":
            found.inserciones += 1
            lugar = acto.datos["lugar"]
            if lugar.partition("|")[2] not in people and lugar not in undone:
                found.perdidas.append(f"equipo {acto.equipo}, alta {acto.n}: falta {lugar}")
    for acto in actos:
        if acto.que != "borrado" or not acto.hecho:
            continue
        for clave in acto.datos["claves"]:
            others = touched.get(clave, set()) - {acto.equipo}
            if clave in movements and not others and deleted[clave] == 1:
                later = [
                    each.n
                    for each in actos
                    if each.equipo == acto.equipo
                    and each.n > acto.n
                    and clave in each.datos.get("claves", [])
                ]
                if not later:
                    found.vueltos.append(
                        f"equipo {acto.equipo}, borrado {acto.n}: volvió el movimiento {clave}"
                    )


def _states(
    actos: Sequence[Acto], vistos: Iterable[dict[str, Any]], final: Vuelco, found: Veredicto
) -> None:
    lotes = {key: _height(row["estado"]) for key, row in final["lotes"].items()}
    states: dict[str, tuple[int, str | None]] = {}
    for row in final["movimientos"].values():
        clave, mine = _key(row), (row["estado"], row["lote_id"])
        # Two may be alike: what a lote carries is the one that is in a lote.
        both = (mine, states.get(clave, mine))
        states[clave] = max(both, key=lambda one: (one[0], one[1] is not None))
    cancelled = {key for key, estado in lotes.items() if NUMEROS[estado] == "Cancelado"}
    dropped = {both for both in _dropped(actos) if both[1] not in states}
    for acto in actos:
        if not acto.hecho:
            continue
        if acto.que == "lote":
            for lote, claves in acto.datos["lotes"].items():
                kept = [clave for clave in claves if (lote, clave) not in dropped]
                _lote_kept(acto, lote, kept, lotes, states, found)
        elif acto.que == "marca":
            found.marcas += 1
            lote, estado = acto.datos["lote"], _height(acto.datos["estado"])
            if lotes.get(lote, -1) < estado:
                found.perdidas.append(
                    f"equipo {acto.equipo}, marca {acto.n}: {lote} bajó de {NUMEROS[estado]}"
                )
            if acto.datos["estado"] == "Cancelado" or lote in cancelled:
                continue
            for clave in acto.datos.get("claves", []):
                if (lote, clave) not in dropped and states.get(clave, (-1, None))[0] < estado:
                    found.perdidas.append(
                        f"equipo {acto.equipo}, marca {acto.n}: {clave} bajó de {NUMEROS[estado]}"
                    )
    for line in vistos:
        for clave, estado in line.get("estados", {}).items():
            if estado >= RECIBIDO and states.get(clave, (-1, None))[0] < estado:
                found.perdidas.append(f"se vio {clave} en {NUMEROS[estado]} y ahora es menos")


def _dropped(actos: Sequence[Acto]) -> set[tuple[str, str]]:
    """(lote, clave) of movements that the desktop that cancelled the lote deleted afterwards.

    Who hears of the lote later than of the cancelling may still say that it was answered.
    """
    carries: dict[str, set[str]] = {}
    for acto in actos:
        for lote, claves in acto.datos.get("lotes", {}).items():
            carries.setdefault(lote, set()).update(claves)
    cancelled = [
        acto
        for acto in actos
        if acto.que == "marca" and acto.hecho and acto.datos["estado"] == "Cancelado"
    ]
    return {
        (each.datos["lote"], clave)
        for each in cancelled
        for acto in actos
        if (acto.que, acto.equipo) == ("borrado", each.equipo) and acto.hecho and acto.n > each.n
        for clave in acto.datos["claves"]
        if clave in carries.get(each.datos["lote"], ())
    }


def _lote_kept(
    acto: Acto,
    lote: str,
    claves: Sequence[str],
    lotes: dict[str, int],
    states: dict[str, tuple[int, str | None]],
    found: Veredicto,
) -> None:
    """A movement that is in the file of a lote that lives is not offered for another."""
    if lote not in lotes:
        found.perdidas.append(f"equipo {acto.equipo}, lote {acto.n}: falta {lote}")
        return
    if NUMEROS[lotes[lote]] == "Cancelado":
        return
    for clave in claves:
        if clave not in states:
            found.perdidas.append(f"equipo {acto.equipo}, lote {acto.n}: falta {clave}")
        elif states[clave][1] is None:
            found.perdidas.append(
                f"equipo {acto.equipo}, lote {acto.n}: {clave} quedó libre, y {lote} lo lleva"
            )


def _certificates(
    actos: Sequence[Acto],
    final: Vuelco,
    found: Veredicto,
    elegidos: bool,
    revividos: Collection[tuple[int, int]],
) -> None:
    """Only one desktop puts them on its registro: the last that it saved is there."""
    by_registro = {
        final["registros_patronales"][row["registro_patronal_id"]]["registro_patronal"]: row
        for row in final["certificados"].values()
        if row["registro_patronal_id"] in final["registros_patronales"]
    }
    last: dict[str, list[Acto]] = {}
    for acto in actos:
        if acto.que.startswith("certificado") and acto.hecho is not False:
            registro = acto.datos["lugar"].partition("|")[2]
            known = {each.datos["numero"] for each in last.get(registro, [])}
            if known and acto.datos.get("sacado") not in {*known, None}:
                continue  # an older one, of an attack or of a restored disk: the last one stays
            # One that nobody saw end leaves two answers good.
            former = last.get(registro, []) if acto.hecho is None or elegidos else []
            last[registro] = [*former, acto]
    again: dict[str, set[str]] = {}
    for acto in actos:
        if (acto.equipo, acto.n) in revividos:
            registro = acto.datos["lugar"].partition("|")[2]
            again.setdefault(registro, set()).add(acto.datos["numero"])
    for registro, acts in last.items():
        there = by_registro.get(registro)
        serial = None if there is None else there["certificado_nombre"].removesuffix(".cer")
        allowed = {each.datos["numero"] for each in acts} | again.get(registro, set())
        if acts[0].hecho is None:
            allowed.add(None)
        if serial not in allowed:
            known = sorted(allowed, key=str)
            found.perdidas.append(f"certificado de {registro}: {serial}, y era {known}")


def _height(estado: str) -> int:
    """Of a lote; what is only Generado is as high as a movement that is only Pendiente."""
    return 0 if estado == "Generado" else NUMEROS.index(estado)


def _key(row: dict[str, Any]) -> str:
    return f"{row['nss']}|{row['fecha']}|{row['tipo']}|{row['registro_patronal'][:10]}"


def revived(
    actos: Sequence[Acto], restaurados: Iterable[Restaurado], first: Mapping[str, float]
) -> set[tuple[int, int]]:
    """(desktop, number) of certificates that a lost disk leaves there though another act came last.

    first: id of a record → when the server first had it, in seconds since 1970.
    Either the disk brought it back: it was made before the copy, and deleted after it without ever
    having been sent, so nobody can know that it was deleted. Or the disk forgot it, after it was
    sent: who uploads the next ones does not know of it, it waits beside them for a person, and who
    takes the last of them out leaves it.
    """
    found = set()
    for one in restaurados:
        mine = [
            acto for acto in actos if acto.equipo == one.equipo and acto.que.startswith("certif")
        ]
        later = [acto for acto in mine if acto.n > one.hasta]
        gone = {
            acto.datos.get(how) for acto in later if acto.hecho for how in ("sacado", "reemplaza")
        }
        for acto in mine:
            if acto.que != "certificado" or not acto.hecho or not acto.datos.get("id"):
                continue
            sent = first.get(acto.datos["id"], one.cuando) < one.cuando
            brought_back = acto.n <= one.copia and not later and not sent
            forgotten = one.copia < acto.n <= one.hasta and sent
            if brought_back or (forgotten and acto.datos["numero"] not in gone):
                found.add((acto.equipo, acto.n))
    return found
