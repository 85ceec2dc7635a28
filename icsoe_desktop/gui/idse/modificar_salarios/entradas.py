"""What was typed, pasted or read becomes the entry of each worker. Pure: it runs in workers too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from icsoe_desktop.domain.identificadores.valor import compact, digits_only
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import parse_sbc
from icsoe_desktop.domain.salarios.cambios import NADA, CambioSalario, EntradaSalario
from icsoe_desktop.domain.salarios.razones import Plantilla
from icsoe_desktop.gui.kit.formats import counted, read_date
from icsoe_desktop.services.salarios.hoja import HojaLeida, with_loose

Clave = tuple[str, str]
Pegado = tuple[dict[Clave, EntradaSalario], tuple[str, str]]  # told: sentence, role
Tomado = tuple[Plantilla, dict[Clave, EntradaSalario], tuple[str, str]]

NOT_AN_AMOUNT: Final = "«{}» no es un importe como 1,234.56: se dejó como estaba."
NOT_A_DAY: Final = "«{}» no es una fecha como dd/mm/aaaa: se dejó como estaba."
NOBODY_PASTED: Final = "Lo copiado no tiene renglones. No se cambió nada."
BEYOND: Final = "Sobraron {} de lo copiado: no hay más trabajadores en la lista."
UNKNOWN: Final = "Con un NSS que no está en la lista: {}."
READ: Final = "Se leyó «{1}»: {0}."
LOOSE: Final = "Sin usar: {}, al principio de la lista y con su razón."
NEW: Final = "Por esta vez se agrega, sin avisos con su registro patronal: {}."
SALARIO: Final = "Salario diario"
SBC_NUEVO: Final = f"{CAMPOS_MOVIMIENTO.label('sbc')} nuevo"
_SHOWN: Final = 40


def pasted(
    text: str,
    campo: str,
    below: Sequence[Clave],
    rows: Iterable[CambioSalario],
    known: Mapping[Clave, EntradaSalario],
) -> Pegado:
    """The entries of a column that was copied: see ModificarSalariosPresenter.paste."""
    lines = [line.split("\t") for line in text.replace("\r", "").rstrip("\n").split("\n")]
    lines = [[cell.strip() for cell in cells] for cells in lines]
    if not any(any(cells) for cells in lines):
        return {}, (NOBODY_PASTED, "warning")
    of_nss: dict[str, list[Clave]] = {}
    for row in rows:
        of_nss.setdefault(row.empleo.nss, []).append(row.empleo.clave)
    found: dict[Clave, EntradaSalario] = {}
    unknown = beyond = 0
    for at, cells in enumerate(lines):
        nss = compact(cells[0]) if len(cells) > 1 else ""
        by_nss = len(nss) == 11 and digits_only(nss)
        if len(cells) > 1 and not by_nss and at == 0:
            continue  # headings
        claves = of_nss.get(nss, []) if by_nss else list(below[at : at + 1])
        unknown += by_nss and not claves
        beyond += not by_nss and not claves
        for clave in claves:
            before = found.get(clave, known.get(clave, NADA))
            found[clave] = typed(before, campo, cells[-1] if by_nss else cells[0])
    verb = "Se tomó" if len(found) == 1 else "Se tomaron"
    column = SALARIO if campo == "salario" else SBC_NUEVO
    told = [f"{verb} {counted(len(found), 'renglón', 'renglones')} de lo copiado en «{column}»."]
    if unknown:
        told.append(UNKNOWN.format(counted(unknown, "renglón", "renglones")))
    if beyond:
        told.append(BEYOND.format(counted(beyond, "renglón", "renglones")))
    return found, (" ".join(told), "warning" if unknown or beyond else "success")


def taken(hoja: HojaLeida, known: Mapping[Clave, EntradaSalario], plantilla: Plantilla) -> Tomado:
    """Merge the entries of a sheet into the known ones; add its unknown workers to `plantilla`."""
    entradas = {
        clave: EntradaSalario._make(
            was if now in (None, "") else now
            for was, now in zip(known.get(clave, NADA), entrada, strict=True)
        )
        for clave, entrada in hoja.entradas.items()
    }
    told = [READ.format(counted(hoja.renglones, "renglón", "renglones"), hoja.archivo)]
    lost = sum(one.sbc is None for one in hoja.sueltos)
    if len(hoja.sueltos) > lost:
        told.append(NEW.format(counted(len(hoja.sueltos) - lost, "trabajador", "trabajadores")))
    if lost:
        told.append(LOOSE.format(counted(lost, "renglón", "renglones")))
    role = "warning" if lost else "success"
    return with_loose(plantilla, hoja), entradas, (" ".join(told), role)


def typed(before: EntradaSalario, campo: str, text: str) -> EntradaSalario:
    """`before` with the text of a cell; an empty one takes its value away."""
    text = text.strip()
    if campo == "fecha":
        try:
            return before._replace(fecha=read_date(text), nota="")
        except ValueError:
            return before._replace(nota=NOT_A_DAY.format(text[:_SHOWN]))
    amount = parse_sbc(text) if text else None
    if text and amount is None:
        return before._replace(nota=NOT_AN_AMOUNT.format(text[:_SHOWN]))
    # Whoever writes an amount wants the notice, also where the mark was taken off before.
    before = before._replace(nota="", elegido=before.elegido or None)
    return before._replace(salario=amount) if campo == "salario" else before._replace(sbc=amount)
