"""Checks typed movements and writes them in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name
from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites, parse_sbc
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Identificadores,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
    rfc_of_worker,
)
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.domain.valores_legales.valores import pesos
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.valores import (
    CapturaMovimiento,
    Habituales,
    MovimientoFila,
    TrabajadorConocido,
)
from icsoe_desktop.store.connection import RawConnection, raw_of
from icsoe_desktop.store.found import only
from icsoe_desktop.store.movimientos import movement_rows, stored_terms
from icsoe_desktop.store.movimientos.movement_rows import MovementContent
from icsoe_desktop.store.movimientos.ordered_lists import rows_of
from icsoe_desktop.store.movimientos.workers import Identidad, forget_workers
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.types import day_number

FECHA_MISSING = "Escriba la fecha del movimiento."
SEVERAL = "hay {} por revisar."
SBC_WRONG = "Escriba el SBC diario en pesos y centavos, por ejemplo 687.70."

# Valid stand-ins for refused fields, so that the other fields can be judged.
_GOOD: Final[dict[str, Any]] = {
    "registro_patronal": RegistroPatronal("A0000000000"),
    "nss": Nss("10000000008"),
    "primer_apellido": "X",
    "segundo_apellido": "",
    "nombres": "X",
    "umf": "",
    "guia": "",
    "clave_trabajador": "",
    "rfc": "",
    "curp": None,
    "fecha": date(2000, 1, 1),
}


def judge(captura: CapturaMovimiento, today: date) -> tuple[Movimiento | None, dict[str, str]]:
    """The movement, or None and its problems: field → Spanish sentence.

    Each identifier is parsed once.
    """
    problemas: dict[str, str] = {}
    baja = captura.tipo is TipoMovimiento.BAJA
    alta = captura.tipo is TipoMovimiento.ALTA
    values: dict[str, Any] = {
        "tipo": captura.tipo,
        "primer_apellido": normal_name(captura.primer_apellido),
        "segundo_apellido": normal_name(captura.segundo_apellido),
        "nombres": normal_name(captura.nombres),
        "umf": clean(captura.umf),
        "guia": clean(captura.guia),
        "clave_trabajador": clean(captura.clave_trabajador),
        # The form may still hold fields of another type of movement. They are ignored.
        "tipo_trabajador": None if baja else captura.tipo_trabajador,
        "tipo_salario": None if baja else captura.tipo_salario,
        "jornada": None if baja else captura.jornada,
        "causa_baja": captura.causa_baja if baja else None,
    }
    parsers: dict[str, Callable[[], Any]] = {
        "registro_patronal": lambda: _registro_patronal(captura.registro_patronal),
        "nss": lambda: Nss.parse(captura.nss),
        "curp": lambda: Curp.parse(captura.curp, today) if captura.curp.strip() else None,
        "rfc": lambda: rfc_of_worker(captura.rfc),
        "fecha": lambda: _fecha(captura.fecha),
        "sbc": lambda: None if baja else _sbc(captura.sbc),
    }
    stand_ins = _GOOD | {
        "sbc": None if baja else 1_00,
        "tipo_trabajador": TipoTrabajador.PERMANENTE if alta else None,
        "tipo_salario": None if baja else TipoSalario.FIJO,
        "jornada": None if baja else Jornada.NORMAL,
        "causa_baja": CausaBaja.OTRAS if baja else None,
    }
    for campo, parse in parsers.items():
        try:
            values[campo] = parse()
        except InvalidInputError as error:
            problemas[campo] = error.message
            values[campo] = stand_ins[campo]
    known = Identificadores(values["registro_patronal"], values["nss"], values["curp"])
    values["registro_patronal"], values["nss"], values["curp"] = known.textos
    values["identificadores"] = known
    while True:
        try:
            movimiento = Movimiento(**values)
        except InvalidInputError as error:
            campo = error.campo or "tipo"
            if campo in problemas:  # the stand-in was refused: a bug, but no endless loop
                raise
            problemas[campo] = error.message
            values[campo] = stand_ins[campo]
        else:
            return (None if problemas else movimiento), problemas


def _registro_patronal(text: str) -> RegistroPatronal:
    """The registro patronal, with its check digit computed if the user omitted it."""
    registro = RegistroPatronal.parse(text)
    completo = registro.completo
    return registro if registro.valor == completo else RegistroPatronal(completo)


def _sbc(text: str) -> int:
    centavos = parse_sbc(text)
    if centavos is None:
        raise InvalidInputError(SBC_WRONG, "sbc")
    return centavos


def _fecha(fecha: date | None) -> date:
    if fecha is None:
        raise InvalidInputError(FECHA_MISSING, "fecha")
    return fecha


def advertencias_alone(captura: CapturaMovimiento) -> dict[str, str]:
    """What can be said of a form that is no movement yet: that the NSS may be mistyped."""
    try:
        found = Nss.parse(captura.nss).advertencias
    except InvalidInputError:
        return {}
    return {"nss": found[0]} if found else {}


def advertencias_of(movimiento: Movimiento, limites: TablaLimites) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for advertencia in movimiento.warnings(limites):
        found.setdefault(advertencia.campo, []).append(advertencia.texto)
    return {campo: "\n".join(texts) for campo, texts in found.items()}


def warnings_of_form(movimiento: Movimiento, limites: TablaLimites) -> dict[str, str]:
    """A form shows one line: how many there are, and then each on its own."""
    return {
        campo: f"{SEVERAL.format(several + 1)}\n{text}" if (several := text.count("\n")) else text
        for campo, text in advertencias_of(movimiento, limites).items()
    }


GONE = "El movimiento ya no existe. No se cambió nada. Actualice la lista."
NOT_PENDING = (
    "Sólo se cambian o eliminan los movimientos pendientes. Ya en un lote o con respuesta: {}. No "
    "se cambió nada. Si el lote aún no se presenta, cancélelo antes."
)
CHANGED = (
    "Alguien más cambió este movimiento mientras usted lo modificaba. No se guardó nada. Revise lo "
    "que hay ahora; si guarda otra vez, queda lo de usted."
)
CHANGED_MEANWHILE = (
    "Alguien más cambió un movimiento de los que iba a borrar. No se borró nada. Revise lo que hay "
    "ahora y vuelva a borrarlo si todavía lo quiere."
)
_RECENT = 50

_CAPTURED = tuple(each.name for each in fields(Movimiento) if each.compare)


class MovimientoAjenoError(UserFacingError):
    """Another person changed the movement meanwhile. Nothing was saved. ahora: current value."""

    def __init__(self, ahora: MovimientoFila) -> None:
        super().__init__(CHANGED)
        self.ahora = ahora


def refuse_other(actual: MovimientoFila, visto: MovimientoFila | None, wanted: Movimiento) -> None:
    """Refuse to overwrite another person's change. A movement is compared as a whole.

    Raises MovimientoAjenoError.
    """
    if visto is not None and _captured(actual) not in (_captured(visto), _captured(wanted)):
        raise MovimientoAjenoError(actual)


def refuse_unseen(actual: Iterable[MovimientoFila], vistos: Iterable[MovimientoFila]) -> None:
    """Refuse to delete what another person changed since the user saw it: nothing would keep it.

    Raises UserFacingError.
    """
    seen = {one.id: _captured(one) for one in vistos}
    if any(_captured(one) != seen.get(one.id, _captured(one)) for one in actual):
        raise UserFacingError(CHANGED_MEANWHILE)


def _captured(one: MovimientoFila | Movimiento) -> tuple[Any, ...]:
    return tuple(getattr(one, campo) for campo in _CAPTURED)


def changes(before: MovimientoFila, after: MovimientoFila) -> str:
    """What an edit changed, for the bitácora: dates and amounts with both values.

    Who the movement is about is named by its field only: NSS and CURP are not for the bitácora.
    """
    said = []
    for name in CAMPOS_MOVIMIENTO.changed(before, after):
        label, values = CAMPOS_MOVIMIENTO.label(name), (getattr(before, name), getattr(after, name))
        if name == "fecha":
            label += ": " + " → ".join(map(format_fecha, values))
        elif name == "sbc":
            label += ": " + " → ".join("–" if one is None else pesos(one) for one in values)
        said.append(label)
    return ", ".join(said)


def fila_of(raw: RawConnection, movimiento_id: uuid.UUID) -> int:
    """The row number of a movement. Raises UserFacingError if it is gone."""
    fila = movement_rows.find_row(raw, movimiento_id)
    if fila is None:
        raise UserFacingError(GONE)
    return fila


def require_pending(raw: RawConnection, filas: Sequence[int]) -> None:
    """Raises UserFacingError if a movement is not Pendiente or is in a lote."""
    others = movement_rows.count_settled(raw, filas)
    if others:
        which = "éste" if len(filas) == 1 else f"{others:,} de los elegidos"
        raise UserFacingError(NOT_PENDING.format(which))


def insert(
    raw: RawConnection,
    movimiento_id: uuid.UUID,
    movimiento: Movimiento,
    lector: Lector,
    corrige: uuid.UUID | None = None,
) -> int:
    """Insert a movement in state Pendiente. Returns its row number.

    corrige: the rejected notice that it presents again.
    """
    _remember_term(raw, movimiento, lector)
    return movement_rows.insert_pending(
        raw, movimiento_id, _worker(movimiento), _content(movimiento, corrige)
    )


def change(raw: RawConnection, fila: int, movimiento: Movimiento, lector: Lector) -> None:
    _remember_term(raw, movimiento, lector)
    corrige = movement_rows.rejected_before(raw, fila)
    content = _content(movimiento, corrige)
    before = movement_rows.change_row(raw, fila, _worker(movimiento), content)
    forget_workers(raw, [before])


def _remember_term(raw: RawConnection, movimiento: Movimiento, lector: Lector) -> None:
    """Without it the triggers find no term, and lists are slower until all terms are updated."""
    tipo, salario = movimiento.tipo.value, movimiento.tipo_salario or ""
    stored_terms.remember_new(raw, lector.term, (tipo, day_number(movimiento.fecha), salario))


def _worker(movimiento: Movimiento) -> Identidad:
    return (
        movimiento.nss,
        movimiento.curp,
        movimiento.primer_apellido,
        movimiento.segundo_apellido,
        movimiento.nombres,
    )


def _content(movimiento: Movimiento, corrige: uuid.UUID | None) -> MovementContent:
    return MovementContent(
        tipo=movimiento.tipo.value,
        registro_patronal=movimiento.registro_patronal,
        fecha=day_number(movimiento.fecha),
        sbc=movimiento.sbc,
        tipo_trabajador=movimiento.tipo_trabajador or "",
        tipo_salario=movimiento.tipo_salario or "",
        jornada=movimiento.jornada or "",
        causa_baja=movimiento.causa_baja or "",
        umf=movimiento.umf,
        guia=movimiento.guia,
        clave_trabajador=movimiento.clave_trabajador,
        rfc=movimiento.rfc,
        corrige="" if corrige is None else corrige.hex,
    )


def usual_of(db: Session, registro_patronal: str) -> Habituales:
    """What to propose in the notices of a registro patronal (eleven characters)."""
    row = only(db, RegistroPatronalRow, registro_patronal=registro_patronal)
    last = movement_rows.last_codes(raw_of(db), registro_patronal) or ("", "", "")
    set_once = ("", "", "") if row is None else (row.tipo_salario, row.jornada, row.tipo_trabajador)
    rule = Habituales()
    salario, jornada, trabajador = (one or other for one, other in zip(set_once, last, strict=True))
    return Habituales(
        TipoSalario(salario or rule.tipo_salario),
        Jornada(jornada or rule.jornada),
        TipoTrabajador(trabajador or rule.tipo_trabajador),
        propios=bool(salario or jornada or trabajador),
        guia="" if row is None else row.guia,
        umf="" if row is None else row.umf,
    )


def known_worker(
    raw: RawConnection, lector: Lector, nss: str, curp: str
) -> TrabajadorConocido | None:
    """Data of a worker from their newest movements; from rejected ones if there are no others."""
    if not nss and not curp:
        return None
    numbers = movement_rows.recent_of(raw, nss=nss, curp=curp, limit=_RECENT)
    filas = lector.present(rows_of(raw, numbers))
    if not filas:
        return None
    newest = filas[0]
    paid = next((fila for fila in filas if fila.sbc is not None), None)
    hired = next((fila for fila in filas if fila.tipo_trabajador is not None), None)
    return TrabajadorConocido(
        nss=newest.nss,
        curp=next((fila.curp for fila in filas if fila.curp), ""),
        **asdict(NombrePersona.of(newest)),
        registro_patronal=newest.registro_patronal,
        clave_trabajador=next((f.clave_trabajador for f in filas if f.clave_trabajador), ""),
        rfc=next((fila.rfc for fila in filas if fila.rfc), ""),
        umf=next((fila.umf for fila in filas if fila.umf.strip("0")), ""),
        guia=next((fila.guia for fila in filas if fila.guia), ""),
        sbc=paid.sbc if paid else None,
        tipo_trabajador=hired.tipo_trabajador if hired else None,
        tipo_salario=paid.tipo_salario if paid else None,
        jornada=paid.jornada if paid else None,
        ultima_fecha=newest.fecha,
        tiene_baja=newest.tipo is TipoMovimiento.BAJA,
    )
