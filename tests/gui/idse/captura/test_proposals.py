"""What the form of a movement proposes, without a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from icsoe_desktop.domain.movimientos.movimiento import (
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.idse.captura.proposals import Proposals
from icsoe_desktop.services.movimientos.valores import (
    CapturaMovimiento,
    Habituales,
    TrabajadorConocido,
)

ALTA, MODIFICACION, BAJA = (
    TipoMovimiento.ALTA,
    TipoMovimiento.MODIFICACION,
    TipoMovimiento.BAJA,
)
MIXTO = Habituales(TipoSalario.MIXTO, Jornada.NORMAL, TipoTrabajador.EVENTUAL_CIUDAD, propios=True)
ANA = TrabajadorConocido(
    nss="12345678903", curp="", nombres="ANA", primer_apellido="RÍOS", segundo_apellido="",
    registro_patronal="Y5412345109", clave_trabajador="E-7", umf="021", guia="01400", sbc=45050,
    tipo_trabajador=None, tipo_salario=TipoSalario.VARIABLE, jornada=None,
    ultima_fecha=date(2026, 2, 27), tiene_baja=False,
)  # fmt: skip


def salary(captura: CapturaMovimiento) -> tuple[object, object, object]:
    return captura.tipo_salario, captura.jornada, captura.tipo_trabajador


def test_each_kind_is_proposed_its_own_fields() -> None:
    proposals = Proposals(MIXTO)
    assert salary(proposals.fill(CapturaMovimiento(tipo=ALTA))) == (
        TipoSalario.MIXTO,
        Jornada.NORMAL,
        TipoTrabajador.EVENTUAL_CIUDAD,
    )
    assert salary(proposals.fill(CapturaMovimiento(tipo=MODIFICACION))) == (
        TipoSalario.MIXTO,
        Jornada.NORMAL,
        None,
    )
    assert salary(proposals.fill(CapturaMovimiento(tipo=BAJA))) == (None, None, None)


def test_what_is_proposed_is_said() -> None:
    assert Proposals().text(MODIFICACION) == (
        "Propuestos por ser lo más común: tipo de salario, semana o jornada reducida. "
        "Cámbielos si no son."
    )
    assert Proposals(MIXTO, frozenset({"jornada", "tipo_trabajador"})).text(ALTA) == (
        "Propuestos por lo habitual en este registro patronal: tipo de salario. Cámbielos "
        "si no son."
    )
    assert Proposals(MIXTO).text(BAJA) == ""


def test_a_field_that_the_user_changed_keeps_its_value() -> None:
    before = CapturaMovimiento(tipo=ALTA, tipo_salario=TipoSalario.FIJO)
    now = replace(before, tipo_salario=TipoSalario.VARIABLE)
    proposals = Proposals(MIXTO).after_edit(before, now)
    assert proposals.fill(now).tipo_salario is TipoSalario.VARIABLE
    # The form empties the salary of a baja: that is no choice of the user.
    baja = replace(before, tipo=BAJA, tipo_salario=None)
    assert Proposals(MIXTO).after_edit(before, baja) == Proposals(MIXTO)


def test_a_known_worker_fills_what_is_empty_and_their_own_salary_stays() -> None:
    typed = Proposals(MIXTO).fill(
        CapturaMovimiento(tipo=ALTA, nss=ANA.nss, clave_trabajador="MIA", sbc="100")
    )
    proposals, filled = Proposals(MIXTO).of_worker(typed, ANA)
    assert filled == replace(
        typed,
        nombres="ANA",
        primer_apellido="RÍOS",
        registro_patronal="Y5412345109",
        guia="01400",
        umf="021",
        tipo_salario=TipoSalario.VARIABLE,
    )
    assert proposals.fill(filled) == filled
    assert (proposals.known, bool(proposals.odd)) == ("Su SBC era $ 450.50.", True)


def test_what_a_worker_filled_in_goes_with_the_worker_and_what_was_typed_stays() -> None:
    typed = Proposals(MIXTO).fill(CapturaMovimiento(tipo=ALTA, nss=ANA.nss, sbc="100"))
    proposals, filled = Proposals(MIXTO).of_worker(typed, ANA)
    renamed = replace(filled, primer_apellido="RIVAS")
    proposals = proposals.after_edit(filled, renamed)
    # Nobody is known by the next number: only what the user typed stays.
    unknown, left = proposals.of_worker(replace(renamed, nss="32165498701"), None)
    assert left == replace(typed, nss="32165498701", primer_apellido="RIVAS")
    assert (unknown.known, unknown.odd, unknown.filled) == ("", "", frozenset())
    # Somebody else is known by it: each field is theirs, or empty.
    luis = replace(ANA, nombres="LUIS", clave_trabajador="", tipo_salario=None, umf="")
    _proposals, other = proposals.of_worker(renamed, luis)
    assert (other.nombres, other.primer_apellido, other.clave_trabajador, other.umf) == (
        "LUIS", "RIVAS", "", "",
    )  # fmt: skip
    assert salary(other) == salary(typed), "the usual answers again"


def test_a_salary_that_the_user_chose_comes_before_the_workers() -> None:
    typed = CapturaMovimiento(tipo=ALTA, tipo_salario=TipoSalario.FIJO)
    chosen = Proposals(touched=frozenset({"tipo_salario"}))
    assert chosen.of_worker(typed, ANA)[1].tipo_salario is TipoSalario.FIJO


def test_a_baja_takes_no_salary_from_the_worker() -> None:
    _proposals, filled = Proposals().of_worker(CapturaMovimiento(tipo=BAJA), ANA)
    assert (*salary(filled), filled.umf, filled.nombres) == (None, None, None, "", "ANA")


@pytest.mark.parametrize(
    ("tipo", "tiene_baja", "odd"),
    [
        (ALTA, True, ""),
        (
            ALTA,
            False,
            "Su último movimiento, del 27/02/2026, no es una baja; de él son estos datos.",
        ),
        (
            BAJA,
            True,
            "Su último movimiento, del 27/02/2026, ya es una baja; de él son estos datos.",
        ),
        (MODIFICACION, False, ""),
    ],
)
def test_an_odd_history_is_said(tipo: TipoMovimiento, tiene_baja: bool, odd: str) -> None:
    conocido = replace(ANA, tiene_baja=tiene_baja)
    assert Proposals().of_worker(CapturaMovimiento(tipo=tipo), conocido)[0].odd == odd


def test_an_unknown_worker_fills_nothing_and_nothing_more_is_said_of_the_former() -> None:
    typed = CapturaMovimiento(tipo=ALTA)
    before = Proposals(MIXTO, known="Datos tomados…", odd="…")
    assert before.of_worker(typed, None) == (Proposals(MIXTO), typed)
