"""Each kind of difference is found, with the values of both sides and the notice that mends it."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia, Diferencia, EstadoDiferencia
from icsoe_desktop.domain.confronta.fuentes import RowFolder, as_payroll
from icsoe_desktop.domain.confronta.persona import (
    ClaseFuente,
    Encabezado,
    Pago,
    PeriodoConfronta,
    Tramo,
)
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.valores_legales.valores import TablaValores
from tests.domain.confronta.escena import (
    CURP,
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

OTRO_NSS = "98765432101"
# Somebody else, so that both sides know the registro patronal.
ELLA = {"nss": "11111111111", "curp": "LOPA850505MDFPRN03", "nombre": "ANA LOPEZ PEREZ"}
SU_RENGLON = renglon(nss=ELLA["nss"], nombre="LOPEZ PEREZ ANA")
SUS_RECIBOS = quincenas(**ELLA)


def only(found: list[Diferencia], clase: ClaseDiferencia) -> Diferencia:
    assert [one.clase for one in found] == [clase], [one.texto for one in found]
    return found[0]


def test_1_who_is_paid_and_not_with_the_imss() -> None:
    found = confront([*quincenas(), *SUS_RECIBOS], [SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.FALTA_EN_IMSS)
    assert (one.registro_patronal, one.nss, one.sbc_nomina) == (RP, NSS, 500_00)
    assert one.propuesta is not None
    assert one.propuesta == (TipoMovimiento.ALTA, d(1, 3, 2019), 500_00)
    assert "LSS 77" in one.exposure(date(2025, 11, 5), TablaValores())
    assert "multa de $2,262.80" in one.exposure(date(2025, 11, 5), TablaValores())
    assert found.coincidencia == 50.0


@pytest.mark.parametrize(
    ("imss", "clase", "said"),
    [
        (480_00, ClaseDiferencia.SBC_MENOR, "$20.00 menos"),
        (530_00, ClaseDiferencia.SBC_MAYOR, "$30.00 de más"),
    ],
)
def test_2_and_6_another_salary(imss: int, clase: ClaseDiferencia, said: str) -> None:
    hers = [*SUS_RECIBOS], [SU_RENGLON]
    found = confront([*quincenas(), *hers[0]], [renglon(sbc=imss), *hers[1]])
    one = only(found.diferencias, clase)
    assert said in one.texto
    assert (one.sbc_imss, one.sbc_nomina) == (imss, 500_00)
    assert one.propuesta == (TipoMovimiento.MODIFICACION, d(1), 500_00)
    assert found.coincidencia == 100.0


def test_2_the_salary_in_force_is_that_of_the_latest_row() -> None:
    rows = [renglon(d(16), "7", sbc=450_00, dias=16), renglon(sbc=500_00, dias=15)]
    one = only(
        confront([*quincenas(), *SUS_RECIBOS], [*rows, SU_RENGLON]).diferencias,
        ClaseDiferencia.SBC_MENOR,
    )
    assert one.sbc_imss == 450_00


def test_3_who_is_with_the_imss_and_has_no_receipt() -> None:
    one = only(
        confront(SUS_RECIBOS, [renglon(), SU_RENGLON]).diferencias, ClaseDiferencia.SIN_RECIBO
    )
    assert "no hay ningún recibo" in one.texto
    assert "incapacidad" in one.exposure(date(2025, 11, 5), TablaValores())


def test_3_tells_the_last_receipt_of_an_earlier_month() -> None:
    septiembre = recibo(d(16, 9), d(30, 9))
    found = confront([septiembre, *SUS_RECIBOS], [renglon(), SU_RENGLON])
    assert "desde el 30/09/2025" in only(found.diferencias, ClaseDiferencia.SIN_RECIBO).texto


def test_3_receipts_that_stop_in_the_middle_of_the_month() -> None:
    found = confront([quincenas()[0], *SUS_RECIBOS], [renglon(), SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.SIN_RECIBO)
    assert one.propuesta == (TipoMovimiento.BAJA, d(15), None)


def test_3_receipts_that_stop_in_the_middle_of_february() -> None:
    febrero = PeriodoConfronta(d(1, 2), d(28, 2))
    hers = [recibo(d(1, 2), d(15, 2), **ELLA), recibo(d(16, 2), d(28, 2), **ELLA)]
    found = confront([recibo(d(1, 2), d(15, 2)), *hers], [renglon(), SU_RENGLON], febrero)
    assert only(found.diferencias, ClaseDiferencia.SIN_RECIBO).dia == d(15, 2)


def test_4_separation_paid_without_a_baja() -> None:
    left = recibo(d(20), d(20), tipo="E", separacion=True, base=None, integrado=None, dias=1000)
    paid = [recibo(d(1), d(15)), recibo(d(16), d(31), dias=5000), left]
    one = only(
        confront([*paid, *SUS_RECIBOS], [renglon(), SU_RENGLON]).diferencias,
        ClaseDiferencia.SEPARACION,
    )
    assert "separó el 20/10/2025" in one.texto
    assert one.propuesta == (TipoMovimiento.BAJA, d(20), None)


def test_4_a_baja_with_another_day() -> None:
    left = recibo(d(20), d(20), tipo="E", regimen="13", base=None, integrado=None, dias=1000)
    rows = [renglon(dias=25), renglon(d(25), "2", dias=0)]
    paid = [recibo(d(1), d(15)), recibo(d(16), d(20)), left]
    one = only(
        confront([*paid, *SUS_RECIBOS], [*rows, SU_RENGLON]).diferencias, ClaseDiferencia.SEPARACION
    )
    assert (one.dia, one.otro_dia, one.propuesta) == (d(20), d(25), None)


def test_4_paid_after_the_day_of_the_baja() -> None:
    rows = [renglon(dias=10), renglon(d(10), "2", dias=0)]
    found = confront([*quincenas(), *SUS_RECIBOS], [*rows, SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.SEPARACION)
    assert (one.dia, one.otro_dia) == (d(31), d(10))


def test_4_paid_after_the_baja_of_an_earlier_stay_of_the_month() -> None:
    rows = [renglon(dias=5), renglon(d(5), "2", dias=0), renglon(d(20), "8", dias=12)]
    paid = [recibo(d(1), d(10)), recibo(d(20), d(31), inicio=d(20))]
    found = confront([*paid, *SUS_RECIBOS], [*rows, SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.SEPARACION)
    assert (one.dia, one.otro_dia) == (d(10), d(5))


def test_5_an_alta_after_the_first_day_of_work() -> None:
    paid = [recibo(d(6), d(15), inicio=d(6)), recibo(d(16), d(31), inicio=d(6))]
    rows = [renglon(d(13), "8", dias=19)]
    one = only(
        confront([*paid, *SUS_RECIBOS], [*rows, SU_RENGLON]).diferencias,
        ClaseDiferencia.ALTA_TARDIA,
    )
    assert (one.dia, one.otro_dia, one.dias) == (d(6), d(13), 7)
    assert "7 días sin cubrir" in one.texto


def test_5_an_alta_of_somebody_who_was_paid_whole_weeks_before() -> None:
    rows = [renglon(d(13), "8", dias=19)]
    found = confront([*quincenas(), *SUS_RECIBOS], [*rows, SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.ALTA_TARDIA)
    assert (one.dia, one.dias) == (d(1), 12)


def test_7_another_registro_patronal() -> None:
    found = confront([*quincenas(registro_patronal=OTRO_RP), *SUS_RECIBOS], [renglon(), SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.OTRO_REGISTRO)
    assert OTRO_RP in one.texto
    assert RP in one.texto


def test_8_another_nss_is_found_by_the_curp_of_our_notice() -> None:
    known = aviso("08", d(1, 3, 2019), EstadoAviso.APROBADO)
    found = confront(
        [*quincenas(nss=OTRO_NSS), *SUS_RECIBOS], [renglon(), SU_RENGLON], avisos=[known]
    )
    one = only(found.diferencias, ClaseDiferencia.OTROS_DATOS)
    assert f"NSS: {NSS} el IMSS, {OTRO_NSS} la nómina" in one.texto
    assert found.coincidencia == 100.0


def test_8_receipts_under_two_nss_are_of_one_person() -> None:
    bonus = recibo(d(20), d(20), tipo="E", base=None, integrado=None)
    found = confront([*quincenas(nss=OTRO_NSS), bonus, *SUS_RECIBOS], [renglon(), SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.OTROS_DATOS)
    assert one.detalle == f"NSS: {NSS} el IMSS, {OTRO_NSS} la nómina."
    assert found.coincidencia == 100.0


def test_1_a_curp_that_two_persons_have_does_not_make_them_one() -> None:
    hers = quincenas(**ELLA | {"curp": CURP})
    found = confront([*quincenas(), *hers], [renglon()])
    assert only(found.diferencias, ClaseDiferencia.FALTA_EN_IMSS).nss == ELLA["nss"]


def test_8_letters_of_the_name() -> None:
    found = confront([*quincenas(nombre="JUAN GOMES MUÑOZ"), *SUS_RECIBOS], [renglon(), SU_RENGLON])
    assert "JUAN GOMES MUÑOZ" in only(found.diferencias, ClaseDiferencia.OTROS_DATOS).texto


def test_8_a_curp_that_our_notice_has_otherwise() -> None:
    known = aviso("08", d(1, 3, 2019), EstadoAviso.APROBADO, curp="GOMJ800101HDFRRN17")
    found = confront([*quincenas(), *SUS_RECIBOS], [renglon(), SU_RENGLON], avisos=[known])
    assert f"{CURP} la nómina" in only(found.diferencias, ClaseDiferencia.OTROS_DATOS).texto


def test_by_name_alone_it_is_only_offered() -> None:
    found = confront([*quincenas(nss=OTRO_NSS), *SUS_RECIBOS], [renglon(), SU_RENGLON])
    assert [one.clase for one in found.diferencias] == [
        ClaseDiferencia.FALTA_EN_IMSS,
        ClaseDiferencia.SIN_RECIBO,
    ]
    assert [one.parecidos[0].nss for one in found.diferencias] == [NSS, OTRO_NSS]
    assert "¿Es la misma persona?" in found.diferencias[0].pregunta


def test_who_has_no_nss_is_apart_and_named_beside_the_missing_one() -> None:
    found = confront([*quincenas(nss=""), *SUS_RECIBOS], [renglon(), SU_RENGLON])
    one = only(found.diferencias, ClaseDiferencia.SIN_RECIBO)
    assert "sin NSS" in one.pregunta
    assert [each.curp for each in found.sin_clave] == [CURP]


@pytest.mark.parametrize(
    ("sbc", "said"), [(100_00, "menor que el salario mínimo"), (3_000_00, "25 veces la UMA")]
)
def test_9_a_salary_outside_the_limits_of_the_day(sbc: int, said: str) -> None:
    found = confront(
        [*quincenas(base=sbc, integrado=sbc), *SUS_RECIBOS], [renglon(sbc=sbc), SU_RENGLON]
    )
    assert said in only(found.diferencias, ClaseDiferencia.FUERA_DE_LIMITES).texto


def test_the_kind_that_costs_most_comes_first() -> None:
    found = confront(
        [*quincenas(), *quincenas(**ELLA, base=600_00, integrado=600_00)],
        [SU_RENGLON, renglon(nss=OTRO_NSS, nombre="OTRO")],
    )
    assert [one.clase for one in found.diferencias] == [1, 2, 3]


# What our notices say of somebody whom the IMSS does not have.
@pytest.mark.parametrize(
    ("known", "estado", "said"),
    [
        (
            aviso("08", d(27), EstadoAviso.RECIBIDO, recibido=d(30)),
            EstadoDiferencia.EXPLICADA,
            "Se avisó el 30/10/2025, aún no está en la emisión.",
        ),
        (
            aviso("08", d(2), EstadoAviso.APROBADO, recibido=d(3)),
            EstadoDiferencia.ABIERTA,
            "la emisión no lo tiene",
        ),
        (aviso("08", d(2), EstadoAviso.PENDIENTE), EstadoDiferencia.ABIERTA, "Pendiente de enviar"),
        (
            aviso("08", d(2), EstadoAviso.RECHAZADO, causa="NSS INEXISTENTE"),
            EstadoDiferencia.ABIERTA,
            "NSS INEXISTENTE",
        ),
        (aviso("08", d(2), EstadoAviso.CANCELADO), EstadoDiferencia.ABIERTA, ""),
        (aviso("02", d(2), EstadoAviso.RECIBIDO), EstadoDiferencia.ABIERTA, ""),
        (
            aviso("08", d(27), EstadoAviso.RECIBIDO, recibido=d(30), registro_patronal=OTRO_RP),
            EstadoDiferencia.ABIERTA,
            "",
        ),
    ],
)
def test_our_notices_explain(known: object, estado: EstadoDiferencia, said: str) -> None:
    latest = renglon(d(28), "7", nss=ELLA["nss"], nombre="LOPEZ PEREZ ANA", dias=0)
    found = confront([*quincenas(), *SUS_RECIBOS], [SU_RENGLON, latest], avisos=[known])  # type: ignore[list-item]
    one = only(found.diferencias, ClaseDiferencia.FALTA_EN_IMSS)
    assert one.estado is estado
    assert said in one.explicacion
    assert bool(one.explicacion) == bool(said)


def test_an_alta_that_a_later_baja_ended_explains_nothing() -> None:
    known = [
        aviso("08", d(2), EstadoAviso.PENDIENTE),
        aviso("02", d(9), EstadoAviso.RECIBIDO, recibido=d(30)),
    ]
    found = confront([*quincenas(), *SUS_RECIBOS], [SU_RENGLON], avisos=known)
    assert only(found.diferencias, ClaseDiferencia.FALTA_EN_IMSS).explicacion == ""


def test_a_registro_patronal_that_one_side_lacks_is_told_and_not_compared() -> None:
    found = confront([*quincenas(registro_patronal=OTRO_RP), *SUS_RECIBOS], [SU_RENGLON])
    assert found.diferencias == []
    assert found.sin_pareja == [(OTRO_RP, False, 1)]


def test_an_acceptance_ends_with_other_values_and_not_with_another_month() -> None:
    octubre = confront([*quincenas(), *SUS_RECIBOS], [renglon(sbc=480_00), SU_RENGLON])
    mas = confront(
        [recibo(d(16, 9), d(30, 9)), *quincenas(), *SUS_RECIBOS], [renglon(sbc=480_00), SU_RENGLON]
    )
    otro = confront([*quincenas(), *SUS_RECIBOS], [renglon(sbc=490_00), SU_RENGLON])
    huellas = [one.diferencias[0].huella for one in (octubre, mas, otro)]
    assert huellas[0] == huellas[1] != huellas[2]


def test_a_stay_of_which_a_file_has_only_the_baja_began_without_an_alta() -> None:
    folder = RowFolder(OCTUBRE)
    folder.add("emision.xls", Encabezado(ClaseFuente.EMA, RP, desde=d(1)), [renglon(d(20), "2")])
    (persona,) = folder.done().personas.values()
    assert persona.tramos == (Tramo(d(1), d(20), alta=False, baja=True),)


def test_a_list_in_the_place_of_the_payroll_pays_whole_stays_and_tells_no_days() -> None:
    folder = RowFolder(OCTUBRE)
    folder.add("plantilla.csv", Encabezado(ClaseFuente.HOJA, RP), [renglon()])
    (persona,) = as_payroll(folder.done(), OCTUBRE).personas.values()
    assert persona.pagos == (Pago(d(1), d(31), dias=0, base=500_00, integrado=None),)


def test_sua_s_workers_stand_for_the_imss() -> None:
    rows = [
        renglon(d(1, 3, 2019), curp=CURP, dias=0),
        renglon(d(1, 5, 2020), nss=ELLA["nss"], nombre="LOPEZ$PEREZ$ANA", dias=0),
    ]
    found = confront([*quincenas(nss=OTRO_NSS), *SUS_RECIBOS], rows, clase=ClaseFuente.ASEG)
    assert "NSS: " in only(found.diferencias, ClaseDiferencia.OTROS_DATOS).texto
