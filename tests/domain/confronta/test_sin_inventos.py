"""What is no difference: each case of real payrolls that a careless comparison would report."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia, EstadoDiferencia
from icsoe_desktop.domain.confronta.fuentes import OTRO_PERIODO, of_receipts
from icsoe_desktop.domain.confronta.persona import Recibo, Renglon
from icsoe_desktop.domain.confronta.recibos import (
    ASIMILADOS,
    CIRCULARES,
    REPETIDOS,
    SUSTITUIDOS,
)
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from tests.domain.confronta.escena import (
    CURP,
    NOVIEMBRE,
    NSS,
    OCTUBRE,
    OTRO_RP,
    RP,
    aviso,
    confront,
    d,
    quincenas,
    recibo,
    renglon,
)

ELLA = {"nss": "11111111111", "curp": "LOPA850505MDFPRN03", "nombre": "ANA LOPEZ PEREZ"}
SUS_RECIBOS = quincenas(**ELLA)
SU_RENGLON = renglon(nss=ELLA["nss"], nombre="LOPEZ PEREZ ANA")
DE_BAJA = recibo(d(20), d(20), tipo="E", separacion=True, base=None, integrado=None, dias=1000)
SEMANAS = [recibo(d(29, 9) + 7 * at, d(5) + 7 * at) for at in range(5)]

# Receipts and rows of one person.
CASES: dict[str, tuple[list[Recibo], list[Renglon]]] = {
    "several receipts in a period": ([*quincenas(), recibo(d(15), d(15), tipo="E")], [renglon()]),
    "weeks over both ends of the month": (SEMANAS, [renglon()]),
    "a baja in the week over the end of the month": (
        [*SEMANAS[:4], recibo(d(27), d(2, 11), dias=3000)],
        [renglon(dias=29), renglon(d(29), "2", dias=0)],
    ),
    "left before the month, in a week that goes into it": (
        [recibo(d(29, 9), d(5), dias=2000)],
        [],
    ),
    "begins in the next month, in a week that begins in this one": (
        [recibo(d(27), d(2, 11), inicio=d(1, 11), dias=2000)],
        [],
    ),
    "paid in the next month": ([recibo(d(1), d(31), pago=d(5, 11))], [renglon()]),
    "a month of September paid in October": ([recibo(d(1, 9), d(30, 9), pago=d(3))], []),
    "a month of incapacity: the IMSS takes its days out": ([], [renglon(dias=0)]),
    "an incapacity that the last receipt tells": (
        [recibo(d(16, 9), d(30, 9), incapacidad=15_000)],
        [renglon()],
    ),
    "an incapacity in the second half of the month": (
        [recibo(d(1), d(15))],
        [renglon(dias=15)],
    ),
    "re-entry in the same month": (
        [recibo(d(1), d(10), dias=10_000), recibo(d(20), d(31), inicio=d(20))],
        [renglon(dias=10), renglon(d(10), "2", dias=0), renglon(d(20), "8", dias=12)],
    ),
    "a beginning of the relation after all that it pays": (
        quincenas(inicio=d(1, 1, 2199)),
        [renglon()],
    ),
    "re-entry after a separation was paid": (
        [
            recibo(d(1), d(10)),
            recibo(d(10), d(10), tipo="E", separacion=True),
            recibo(d(20), d(31), inicio=d(20)),
        ],
        [renglon(dias=10), renglon(d(10), "02", dias=0), renglon(d(20), "08", dias=12)],
    ),
    "two registros patronales of one RFC": (
        [*quincenas(), *quincenas(registro_patronal=OTRO_RP)],
        [renglon(), renglon(registro_patronal=OTRO_RP)],
    ),
    "a move between them": (
        [recibo(d(1), d(15)), recibo(d(16), d(31), registro_patronal=OTRO_RP)],
        [
            renglon(dias=15),
            renglon(d(15), "2", dias=0),
            renglon(d(16), "8", registro_patronal=OTRO_RP, dias=16),
        ],
    ),
    "a move between them that the payroll shows for the whole month": (
        [recibo(d(1), d(15)), recibo(d(1), d(31), registro_patronal=OTRO_RP)],
        [
            renglon(dias=15),
            renglon(d(15), "2", dias=0),
            renglon(d(16), "8", registro_patronal=OTRO_RP, dias=16),
        ],
    ),
    "alta filed the day before": (
        [recibo(d(6), d(15), inicio=d(6)), recibo(d(16), d(31), inicio=d(6))],
        [renglon(d(5), "8", dias=27)],
    ),
    "FechaInicioRelLaboral older than the alta, after an earlier stay": (
        [recibo(d(1), d(15), dias=6000), recibo(d(16), d(31))],
        [renglon(d(10), "8", dias=22)],
    ),
    "a baja before the month ends, paid by its days": (
        [recibo(d(1), d(15)), recibo(d(16), d(31), dias=5000), DE_BAJA],
        [renglon(dias=20), renglon(d(20), "2", dias=0)],
    ),
    "separation paid some days after the last one": (
        [recibo(d(1), d(15)), recibo(d(24), d(24), tipo="E", separacion=True)],
        [renglon(dias=15), renglon(d(15), "2", dias=0)],
    ),
    "a baja on the first of the month": (
        [recibo(d(1), d(1), dias=1000)],
        [renglon(dias=1), renglon(d(1), "2", dias=0)],
    ),
    "the last rounding centavo": (quincenas(base=500_01, integrado=500_01), [renglon()]),
    "salaries at the cap, uncapped in the payroll": (
        quincenas(base=6_435_14, integrado=6_435_14),
        [renglon(sbc=2_828_50)],
    ),
    "a change of salary in the middle of a fortnight": (
        [recibo(d(1), d(15), base=520_00, integrado=520_00), *quincenas(base=520_00)[1:]],
        [renglon(sbc=500_00, dias=9), renglon(d(10), "7", sbc=520_00, dias=22)],
    ),
    "a later salary in the week over the end of the month": (
        [*SEMANAS[:4], recibo(d(27), d(2, 11), base=560_00, integrado=560_00)],
        [renglon()],
    ),
    "days of a period rounded by the payroll": (
        [recibo(d(1), d(15), dias=15_200), recibo(d(16), d(31), dias=15_200)],
        [renglon(dias=30), renglon(d(30), "2", dias=0)],
    ),
    "asimilados": (quincenas(regimen="09", registro_patronal=""), []),
    "a contract without registro patronal": (quincenas(contrato="99", registro_patronal=""), []),
    "an extraordinary receipt alone": ([recibo(d(15), d(15), tipo="E")], []),
    "no SBC in the receipt": (quincenas(base=None, integrado=None), [renglon()]),
    "a receipt without registro patronal of a person who has one": (
        [recibo(d(1), d(15)), recibo(d(16), d(31), registro_patronal="")],
        [renglon()],
    ),
    "an emission of two sheets": ([*quincenas()], [renglon(), renglon()]),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_invented(case: str) -> None:
    recibos, renglones = CASES[case]
    both = [renglon(registro_patronal=OTRO_RP, nss=ELLA["nss"], nombre=""), SU_RENGLON]
    hers = [*SUS_RECIBOS, *quincenas(**ELLA, registro_patronal=OTRO_RP)]
    found = confront([*recibos, *hers], [*renglones, *both])
    assert [(one.clase.name, one.texto) for one in found.diferencias] == []
    assert found.coincidencia == 100.0


@pytest.mark.parametrize(
    "nombre",
    ["GOMEZ MU/OZ JUAN", "GOMEZ MU#OZ JUAN", "GOMEZ MU¥OZ JUAN", "GOMEZ MUNOZ JUAN", "",
     "GOMEZ$MU/OZ$JUAN", "Juan Gómez Muñoz", "GOMEZ  MUÑOZ JUAN"],
)  # fmt: skip
def test_an_enie_and_the_order_of_a_name_are_no_difference(nombre: str) -> None:
    assert confront(quincenas(), [renglon(nombre=nombre)]).diferencias == []


def test_an_enie_at_the_beginning_and_signs_of_a_name() -> None:
    paid = quincenas(nombre="ÑANDÚ D'AMICO-ROSAS MA. LUZ")
    assert confront(paid, [renglon(nombre="/ANDU DAMICO ROSAS MA LUZ")]).diferencias == []


def test_the_first_receipt_of_an_odd_month_is_in_time() -> None:
    first = recibo(d(1, 11), d(15, 11), base=512_00, integrado=512_00)
    second = recibo(d(16, 11), d(30, 11))
    assert confront([first, second], [renglon(dias=30)], NOVIEMBRE).diferencias == []
    (one,) = confront([first], [renglon(dias=30)], NOVIEMBRE).diferencias
    assert (one.clase, one.estado) == (ClaseDiferencia.SBC_MENOR, EstadoDiferencia.EN_PLAZO)
    assert "En plazo hasta el 07/11/2025" in one.explicacion


def test_a_monthly_receipt_of_an_odd_month_is_a_difference() -> None:
    paid = recibo(d(1, 11), d(30, 11), base=512_00, integrado=512_00)
    (one,) = confront([paid], [renglon(dias=30)], NOVIEMBRE).diferencias
    assert one.is_open


def test_a_reduced_week_may_earn_less_than_the_integrated_floor() -> None:
    sbc = 280_00  # the minimum wage of 2025 is 278.80, integrated 292.55
    paid = quincenas(base=sbc, integrado=sbc, jornada="05")
    assert confront(paid, [renglon(sbc=sbc)]).diferencias == []


def test_the_same_folio_counts_once_and_a_replaced_one_does_not() -> None:
    good = recibo(d(1), d(15))
    again = good._replace(archivo="copia.xml")
    wrong = recibo(d(16), d(31), base=1_00)
    right = recibo(d(16), d(31), sustituye=(wrong.uuid,))
    itself = recibo(d(1), d(15), uuid="A" * 36, sustituye=("A" * 36,))
    side = of_receipts([good, again, wrong, right, itself], OCTUBRE, lambda _: {})
    assert len(side.personas[RP, NSS].pagos) == 3
    assert side.fuera[REPETIDOS] == side.fuera[SUSTITUIDOS] == 1


def test_receipts_that_replace_each_other_are_told_and_leave_nobody_out() -> None:
    older, one, other, only = quincenas() + quincenas(nss="11111111111", curp="")
    one = one._replace(sustituye=(other.uuid, older.uuid))
    other = other._replace(sustituye=(one.uuid,))
    only = only._replace(sustituye=(only.uuid,))
    side = of_receipts([older, one, other, only], OCTUBRE, lambda _: {})
    assert {key[1] for key in side.personas} == {NSS, "11111111111"}
    assert side.fuera == {CIRCULARES: 3, OTRO_PERIODO: 0}
    last = recibo(sustituye=(one.uuid,))
    side = of_receipts([older, one, other, last], OCTUBRE, lambda _: {})
    assert side.fuera[SUSTITUIDOS] == 3


def test_a_folio_of_somebody_else_neither_repeats_nor_replaces() -> None:
    good, wrong = quincenas()
    hers = quincenas(nss="11111111111", curp="", uuid=good.uuid)[:1]
    evil = recibo(rfc_emisor="XYZ010101AB1", sustituye=(wrong.uuid,))
    side = of_receipts([good, *hers, wrong, evil], OCTUBRE, lambda _: {})
    assert not {REPETIDOS, SUSTITUIDOS} & side.fuera.keys()
    assert len(side.personas[RP, NSS].pagos) == 3


def test_two_nodes_of_one_receipt_both_count() -> None:
    first = recibo(d(1), d(15))
    second = first._replace(inicial=d(16), final=d(31), registro_patronal="")
    side = of_receipts([first, second], OCTUBRE, lambda _: {})
    assert len(side.personas[RP, NSS].pagos) == 2


def test_persons_without_nss_and_curp_are_not_one_for_the_rfc_of_anybody() -> None:
    nobody = {"nss": "", "curp": "", "rfc": "XAXX010101000"}
    paid = [*quincenas(**nobody, nombre="ANA"), *quincenas(**nobody, nombre="EVA")]
    side = of_receipts(paid, OCTUBRE, lambda _: {})
    assert [one.nombre for one in side.sin_clave] == ["ANA", "EVA"]


def test_who_is_no_employee_is_counted() -> None:
    side = of_receipts(
        [recibo(regimen="09"), recibo(contrato="10", registro_patronal="")], OCTUBRE, lambda _: {}
    )
    assert side.fuera[ASIMILADOS] == 2
    assert side.personas == {}


def test_an_nss_of_noughts_is_found_by_another_receipt_of_the_curp() -> None:
    first, second = quincenas()
    found = confront([first, second._replace(nss="")], [renglon()])
    assert found.diferencias == []
    assert found.sin_clave == []


def test_an_nss_of_noughts_is_found_by_our_notice() -> None:
    known = aviso("08", d(1, 3, 2019), EstadoAviso.APROBADO, curp=CURP)
    found = confront(quincenas(nss=""), [renglon()], avisos=[known])
    assert found.diferencias == []
    assert found.coincidencia == 100.0
