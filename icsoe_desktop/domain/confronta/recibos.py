"""Which receipts count: those of employees of the IMSS, each folio fiscal once.

TipoRegimen 02, 03, 04 and 13 are employees; contracts 09, 10 and 99 without registro patronal are
not. Source: docs/fuentes.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from icsoe_desktop.domain.confronta.persona import Recibo

SEPARACION: Final = "13"
REGIMENES: Final = frozenset({"02", "03", "04", SEPARACION})
CONTRATOS_FUERA: Final = frozenset({"09", "10", "99"})

REPETIDOS: Final = "repetidos: mismo folio fiscal"
SUSTITUIDOS: Final = "sustituidos por otro recibo"
CIRCULARES: Final = "que se sustituyen entre sí; se comparan todos"
ASIMILADOS: Final = "de quienes no son trabajadores del IMSS"
SIN_DIAS: Final = "sin las fechas de lo que se paga"
Clave = tuple[str, str]


def is_employee(recibo: Recibo) -> bool:
    if recibo.regimen and recibo.regimen not in REGIMENES:
        return False
    return bool(recibo.registro_patronal) or recibo.contrato not in CONTRATOS_FUERA


def valid_receipts(recibos: Iterable[Recibo], fuera: Counter[str]) -> list[Recibo]:
    """Those that count: each folio fiscal of one file only, none that another replaces.

    A receipt of another emisor or person with the same folio fiscal is neither.
    """
    every = list(recibos)
    # A person may be paid by two nodes of one CFDI: they share its folio fiscal and its file.
    first: dict[str, str] = {}
    for one in every:
        if one.uuid:
            first.setdefault(one.uuid, one.archivo)
    again = {one.uuid for one in every if one.uuid and first[one.uuid] != one.archivo}
    replaced, circular = _replaced(every)
    found = []
    seen: dict[tuple[str, ...], str] = {}
    for one in every:
        if one.uuid in again and seen.setdefault(_folio(one), one.archivo) != one.archivo:
            fuera[REPETIDOS] += 1
        elif replaced and (one.uuid, one.rfc_emisor) in replaced:
            fuera[SUSTITUIDOS] += 1
        elif not is_employee(one):
            fuera[ASIMILADOS] += 1
        elif not one.inicial or one.final < one.inicial:
            fuera[SIN_DIAS] += 1
        else:
            found.append(one)
            if circular and (one.uuid, one.rfc_emisor) in circular:
                fuera[CIRCULARES] += 1
    return found


def _replaced(every: Iterable[Recibo]) -> tuple[set[Clave], set[Clave]]:
    """Two sets of (folio fiscal, RFC emisor): receipts that another replaces, and circular ones.

    Circular receipts only replace each other: without them nobody would be left, so they count.
    """
    replaces: dict[Clave, list[Clave]] = {}
    for one in every:
        if one.sustituye:
            own = replaces.setdefault((one.uuid, one.rfc_emisor), [])
            own += [(uuid, one.rfc_emisor) for uuid in one.sustituye if uuid != one.uuid]
    named = {each for others in replaces.values() for each in others}
    found: set[Clave] = set()
    todo = [each for each in replaces if each not in named]
    while todo:
        new = set(replaces.get(todo.pop(), ())) - found
        found |= new
        todo += new
    return found, named - found


def _folio(recibo: Recibo) -> tuple[str, ...]:
    return recibo.uuid, recibo.rfc_emisor, recibo.nss, recibo.curp
