"""Movements typed by hand: judged, kept, changed while pending, filled in from history."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name
from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal, check_digit_nss
from icsoe_desktop.domain.movimientos.limites_sbc import parse_sbc
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    EstadoAviso,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.escritura import SBC_WRONG
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import DiaCalendario
from icsoe_desktop.services.movimientos.valores import (
    CapturaMovimiento,
    Duda,
    FiltroMovimientos,
    Habituales,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.workers import folded
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.domain.dispmag.registros_168 import GAEL, curp
from tests.services.con_movimientos import Caso

# Invented; the check digits of the NSS and the registro patronal by Luhn, by hand.
ALTA = CapturaMovimiento(
    tipo=TipoMovimiento.ALTA,
    registro_patronal="Y60-77636-10-5",
    nss="1234 56 7890 3",
    primer_apellido=" muñoz ",
    segundo_apellido="",
    nombres="íñigo",
    fecha=date(2026, 2, 27),
    sbc="$ 1,234.5",
    tipo_trabajador=TipoTrabajador.PERMANENTE,
    tipo_salario=TipoSalario.MIXTO,
    jornada=Jornada.NORMAL,
    umf="035",
    guia="01400",
    clave_trabajador="E 1",
)
BAJA = replace(
    ALTA, tipo=TipoMovimiento.BAJA, fecha=date(2026, 3, 2), causa_baja=CausaBaja.RESCISION
)

CURP = GAEL
CURP_NACE_EL_3 = curp("XEXX260303HDFXXXA")  # the clock of the tests starts on March 2, 2026


def test_a_captured_movement_is_kept_clean_and_pending(caso: Caso) -> None:
    fila = caso.movimientos.capture(caso.sesion, ALTA)
    assert (
        fila.tipo, fila.registro_patronal, fila.nss, fila.primer_apellido, fila.segundo_apellido,
        fila.nombres, fila.fecha, fila.sbc, fila.tipo_trabajador, fila.tipo_salario, fila.jornada,
        fila.causa_baja, fila.umf, fila.guia, fila.clave_trabajador, fila.curp, fila.estado,
    ) == (
        TipoMovimiento.ALTA, "Y6077636105", "12345678903", "MUÑOZ", "", "ÍÑIGO",
        date(2026, 2, 27), 123450, TipoTrabajador.PERMANENTE, TipoSalario.MIXTO, Jornada.NORMAL,
        None, "035", "01400", "E 1", "", EstadoAviso.PENDIENTE,
    )  # fmt: skip
    assert caso.movimientos.get(SESION_CONSULTA, fila.id) == fila


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each kind of identifier was judged."""
    counts: Counter[str] = Counter()
    for kind in (RegistroPatronal, Nss, Curp):

        def counted(self: Any, kind: Any = kind, validate: Any = kind._validate) -> None:
            counts[kind.__name__] += 1
            validate(self)

        monkeypatch.setattr(kind, "_validate", counted)
    return counts


def test_a_movement_is_judged_once_from_the_form_to_the_store(
    movimientos: MovimientosService, sesion: Sesion, judged: Counter[str]
) -> None:
    revision = movimientos.check(sesion, replace(ALTA, curp=CURP_NACE_EL_3))
    with pytest.raises(InvalidInputError):
        movimientos.capture(sesion, revision)
    # The NSS of a form that is no movement is looked at for its warning alone.
    assert judged == {"RegistroPatronal": 1, "Nss": 2, "Curp": 1}
    judged.clear()
    revision = movimientos.check(sesion, replace(ALTA, curp=CURP))
    assert revision.advertencias.keys() == {"curp"}  # it is of another name
    fila = movimientos.capture(sesion, revision)
    assert judged == {"RegistroPatronal": 1, "Nss": 1, "Curp": 1}
    assert movimientos.get(sesion, fila.id).curp == CURP


def test_a_movement_judged_yesterday_is_judged_again(
    movimientos: MovimientosService, sesion: Sesion, reloj: Reloj
) -> None:
    early = movimientos.check(sesion, replace(ALTA, curp=CURP_NACE_EL_3))
    assert early.problemas.keys() == {"curp"}  # today is the 2nd
    reloj.advance(days=1)
    assert movimientos.capture(sesion, early).curp == CURP_NACE_EL_3
    late = movimientos.check(sesion, replace(ALTA, curp=CURP_NACE_EL_3, nss="10000000008"))
    assert not late.problemas
    reloj.advance(days=-1)
    with pytest.raises(InvalidInputError) as refused:
        movimientos.capture(sesion, late)
    assert refused.value.campo == "curp"


def test_what_somebody_saved_since_the_form_was_judged_is_a_duplicate(caso: Caso) -> None:
    revision = caso.movimientos.check(caso.sesion, ALTA)
    assert not revision.duplicado
    caso.movimientos.capture(caso.sesion, ALTA)
    with pytest.raises(InvalidInputError) as refused:
        caso.movimientos.capture(caso.sesion, revision)
    assert refused.value.campo == "duplicado"
    caso.movimientos.capture(caso.sesion, revision, aceptadas={Duda.DUPLICADO})


def test_every_wrong_field_is_named_at_once(caso: Caso) -> None:
    wrong = replace(
        ALTA, registro_patronal="Y6", nss="123", primer_apellido="<b>", nombres=" ", fecha=None,
        sbc="mucho", umf="1", guia="x", clave_trabajador="12345678901", curp="ABC",
        tipo_trabajador=None, jornada=None,
    )  # fmt: skip
    found = caso.movimientos.check(caso.sesion, wrong)
    assert found.movimiento is None
    assert found.problemas.keys() == {
        "registro_patronal", "nss", "primer_apellido", "nombres", "fecha", "sbc", "umf", "guia",
        "clave_trabajador", "curp", "tipo_trabajador", "jornada",
    }  # fmt: skip
    with pytest.raises(InvalidInputError) as refused:
        caso.movimientos.capture(caso.sesion, wrong)
    assert refused.value.campo in found.problemas


def test_what_the_form_holds_of_another_type_is_left_out(caso: Caso) -> None:
    fila = caso.movimientos.capture(caso.sesion, BAJA)
    assert (fila.sbc, fila.tipo_salario, fila.causa_baja) == (None, None, CausaBaja.RESCISION)


def test_odd_values_warn_and_the_term_is_told(caso: Caso) -> None:
    # 2 March 2026 is a Monday: an alta of Friday 27 February has, counting that day, until
    # Thursday 5 March, and at the most until Friday 6 March.
    found = caso.movimientos.check(caso.sesion, replace(ALTA, nss="12345678904", sbc="100"))
    assert found.problemas == {}
    assert found.advertencias.keys() == {"nss", "sbc"}
    # Also before the rest is there: who types the SBC last and saves would see nothing.
    begun = caso.movimientos.check(caso.sesion, replace(ALTA, nss="12345678904", sbc=""))
    assert begun.movimiento is None
    assert begun.advertencias == {"nss": found.advertencias["nss"]}
    assert found.plazo is not None
    assert (found.plazo.seguro, found.plazo.limite) == (date(2026, 3, 5), date(2026, 3, 6))
    assert found.estado_legal is EstadoLegal.SIN_CUBRIR
    for fecha, expected in (
        # Monday 23: until Friday 27, or at the most until today. Friday 20: until the 27th.
        (date(2026, 2, 23), EstadoLegal.EN_RIESGO),
        (date(2026, 2, 20), EstadoLegal.EXTEMPORANEO),
    ):
        late = caso.movimientos.check(caso.sesion, replace(ALTA, fecha=fecha))
        assert late.estado_legal is expected


def test_a_notice_out_of_the_order_of_time_warns_and_may_be_saved(caso: Caso) -> None:
    alta = caso.movimientos.capture(caso.sesion, ALTA)
    early = replace(BAJA, fecha=date(2026, 2, 26))
    revision = caso.movimientos.check(caso.sesion, early)
    assert revision.advertencias["fecha"] == (
        "Es anterior al alta de este trabajador, del 27/02/2026. Revise la fecha."
    )
    # Of the alta itself nothing is said while it is edited, nor at another registro patronal.
    assert caso.movimientos.check(caso.sesion, ALTA, alta.id).advertencias == {}
    elsewhere = replace(early, registro_patronal="Z9912345106")
    assert "fecha" not in caso.movimientos.check(caso.sesion, elsewhere).advertencias
    assert caso.movimientos.capture(caso.sesion, revision).fecha == date(2026, 2, 26)


def test_a_duplicate_is_refused_until_the_user_insists(caso: Caso) -> None:
    first = caso.movimientos.capture(caso.sesion, ALTA)
    again = replace(ALTA, primer_apellido="Munoz", registro_patronal="Y607763610")
    assert caso.movimientos.check(caso.sesion, again).duplicado
    assert not caso.movimientos.check(caso.sesion, ALTA, first.id).duplicado
    with pytest.raises(InvalidInputError) as refused:
        caso.movimientos.capture(caso.sesion, again)
    assert refused.value.campo == "duplicado"
    caso.movimientos.capture(caso.sesion, again, aceptadas={Duda.DUPLICADO})
    assert len(caso.movimientos.history(SESION_CONSULTA, ALTA.nss)) == 2


def test_a_pending_movement_is_edited_and_its_old_name_is_no_longer_found(caso: Caso) -> None:
    fila = caso.movimientos.capture(caso.sesion, ALTA)
    caso.movimientos.edit(caso.sesion, fila.id, replace(ALTA, primer_apellido="Íñiguez", sbc="500"))
    (found,) = caso.movimientos.first_page(SESION_CONSULTA, FiltroMovimientos(texto="iniguez"))
    assert (found.id, found.sbc) == (fila.id, 50000)
    assert caso.movimientos.first_page(SESION_CONSULTA, FiltroMovimientos(texto="munoz")) == []


def test_what_was_sent_is_neither_edited_nor_deleted(caso: Caso) -> None:
    sent = caso.movimientos.capture(caso.sesion, ALTA)
    pending = caso.movimientos.capture(caso.sesion, BAJA)
    with caso.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 1 WHERE id = ?", (sent.id.bytes,))
    with pytest.raises(UserFacingError, match="pendientes"):
        caso.movimientos.edit(caso.sesion, sent.id, ALTA)
    with pytest.raises(UserFacingError, match="pendientes"):
        caso.movimientos.delete(caso.sesion, [pending.id, sent.id])
    assert len(caso.movimientos.history(SESION_CONSULTA, ALTA.nss)) == 2
    assert caso.movimientos.delete(caso.sesion, [pending.id, pending.id]) == 1
    assert [fila.id for fila in caso.movimientos.history(SESION_CONSULTA, ALTA.nss)] == [sent.id]


def test_what_is_in_a_file_already_is_neither_edited_nor_deleted(
    movimientos: MovimientosService, lotes: LotesService, sesion: Sesion
) -> None:
    fila = movimientos.capture(sesion, BAJA)
    (lote,) = lotes.generate(sesion, lotes.plan(sesion, [fila.id], OpcionesLote(), NoProgress()))
    with pytest.raises(UserFacingError, match="lote"):
        movimientos.edit(sesion, fila.id, BAJA)
    with pytest.raises(UserFacingError, match="lote"):
        movimientos.delete(sesion, [fila.id])
    lotes.cancel(sesion, lote.id)
    assert movimientos.delete(sesion, [fila.id]) == 1


def test_nobody_who_has_no_movement_is_kept(caso: Caso) -> None:
    fila = caso.movimientos.capture(caso.sesion, ALTA)
    caso.movimientos.delete(caso.sesion, [fila.id])
    with caso.store.read() as db:
        assert raw_of(db).execute("SELECT count(*) FROM trabajadores").fetchone()[0] == 0
    assert caso.movimientos.known_worker(SESION_CONSULTA, nss=ALTA.nss) is None


def test_a_known_worker_fills_the_form(movimientos: MovimientosService, sesion: Sesion) -> None:
    movimientos.capture(sesion, ALTA)
    movimientos.capture(sesion, replace(BAJA, umf="", guia="", clave_trabajador=""))
    known = movimientos.known_worker(SESION_CONSULTA, nss="1234-56-7890-3")
    assert known is not None
    assert (
        known.nss, known.primer_apellido, known.nombres, known.registro_patronal, known.umf,
        known.guia, known.clave_trabajador, known.sbc, known.tipo_trabajador, known.tipo_salario,
        known.jornada, known.ultima_fecha, known.tiene_baja,
    ) == (
        "12345678903", "MUÑOZ", "ÍÑIGO", "Y6077636105", "035", "01400", "E 1", 123450,
        TipoTrabajador.PERMANENTE, TipoSalario.MIXTO, Jornada.NORMAL, date(2026, 3, 2), True,
    )  # fmt: skip
    assert movimientos.known_worker(SESION_CONSULTA) is None


def test_the_calendar_moves_the_term_of_every_row(caso: Caso, reloj: Reloj) -> None:
    fila = caso.movimientos.capture(caso.sesion, BAJA)
    # A baja of Monday 2 March: five working days from Tuesday are Monday the 9th.
    assert fila.limite == date(2026, 3, 9)
    caso.plazos.save_day(caso.sesion, DiaCalendario(date(2026, 3, 4), False, "Aviso del IMSS"))
    assert caso.movimientos.get(SESION_CONSULTA, fila.id).limite == date(2026, 3, 10)
    reloj.advance(days=8)  # Tuesday the 10th
    assert caso.movimientos.get(SESION_CONSULTA, fila.id).plazo is EstadoLegal.EN_PLAZO
    caso.plazos.remove_day(caso.sesion, date(2026, 3, 4))
    assert caso.movimientos.get(SESION_CONSULTA, fila.id).plazo is EstadoLegal.EXTEMPORANEO


def test_days_that_the_law_says_already_are_not_added(caso: Caso) -> None:
    for dia, campo in (
        (DiaCalendario(date(2026, 3, 7), False, "sábado"), "fecha"),
        (DiaCalendario(date(2026, 3, 3), True, "martes"), "fecha"),
        (DiaCalendario(date(2026, 4, 2), False, " "), "motivo"),
        (DiaCalendario(date(2026, 4, 2), False, "x" * 81), "motivo"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            caso.plazos.save_day(caso.sesion, dia)
        assert refused.value.campo == campo
    holiday = DiaCalendario(date(2026, 3, 16), True, "El patrón labora")
    caso.plazos.save_day(caso.sesion, DiaCalendario(date(2026, 4, 2), False, "Jueves Santo"))
    caso.plazos.save_day(caso.sesion, DiaCalendario(date(2026, 4, 2), False, "Jueves Santo, DOF"))
    caso.plazos.save_day(caso.sesion, holiday)
    assert caso.plazos.days(SESION_CONSULTA) == (
        holiday,
        DiaCalendario(date(2026, 4, 2), False, "Jueves Santo, DOF"),
    )
    with pytest.raises(InvalidInputError):
        caso.plazos.remove_day(caso.sesion, date(2026, 5, 5))


@pytest.mark.parametrize(
    ("text", "centavos"),
    [
        ("687.70", 68770), ("687.7", 68770), ("687", 68700), ("$1,234.56", 123456),
        (" 1 234.56 ", 123456), ("12,34", None), ("1,23.4", None), ("-5", None), ("1e3", None),
        ("687.705", None), ("", None), ("٣", None),
    ],
)  # fmt: skip
def test_pesos_are_read_to_the_centavo_or_not_at_all(text: str, centavos: int | None) -> None:
    assert parse_sbc(text) == centavos


@given(st.text(max_size=30))
def test_the_quick_folding_is_the_folding(name: str) -> None:
    kept = normal_name(name)
    assert folded(kept) == fold(kept)


def test_what_is_usual_comes_from_the_newest_alta_of_the_registro_patronal(caso: Caso) -> None:
    registro = "Y6077636105"
    assert caso.movimientos.usual(caso.sesion, registro) == Habituales()
    caso.movimientos.capture(
        caso.sesion,
        replace(ALTA, nss="98765432103", fecha=date(2026, 2, 3), tipo_salario=TipoSalario.VARIABLE),
    )
    caso.movimientos.capture(caso.sesion, ALTA)
    caso.movimientos.capture(caso.sesion, BAJA)
    other = replace(ALTA, registro_patronal="B8812181105", tipo_salario=TipoSalario.FIJO)
    caso.movimientos.capture(caso.sesion, other)
    expected = Habituales(
        TipoSalario.MIXTO, Jornada.NORMAL, TipoTrabajador.PERMANENTE, propios=True
    )
    assert caso.movimientos.usual(caso.sesion, registro) == expected
    # As it is typed, with or without the check digit.
    assert caso.movimientos.usual(caso.sesion, "y60-77636-10") == expected
    for nonsense in ("", "Y60", "<b>", "Y" * 5_000):
        assert caso.movimientos.usual(caso.sesion, nonsense) == Habituales()


def test_a_salary_that_is_no_amount_says_how_to_write_one(caso: Caso) -> None:
    for text in ("mucho", "", "-1"):
        found = caso.movimientos.check(caso.sesion, replace(ALTA, sbc=text))
        assert found.problemas == {"sbc": SBC_WRONG}, text


def test_the_filter_offers_the_registros_of_the_catalogue_and_those_of_movements_in_order(
    movimientos: MovimientosService, sesion: Sesion, store: Store, bitacora: BitacoraService
) -> None:
    movimientos.capture(sesion, ALTA)
    catalogue = RegistrosPatronalesService(store, bitacora)
    catalogue.add(sesion, registro_patronal="A1234567895", razon_social="Otra", rfc="OFI010101AB1")
    assert movimientos.registros_patronales(sesion) == ("A1234567895", "Y6077636105")


def test_the_bitacora_tells_what_an_edit_changed_and_of_a_person_only_the_field(caso: Caso) -> None:
    fila = caso.movimientos.capture(caso.sesion, ALTA)
    changed = replace(ALTA, primer_apellido="Íñiguez", fecha=date(2026, 3, 1), sbc="500")
    caso.movimientos.edit(caso.sesion, fila.id, changed)
    with caso.store.read() as db:
        (detail,) = db.scalars(
            select(BitacoraRow.detalle).where(BitacoraRow.accion == Accion.CAMBIO_MOVIMIENTO)
        )
    assert sorted(detail.split(", ")) == [
        "Fecha del movimiento: 27/02/2026 → 01/03/2026",
        "Primer apellido",
        "SBC: $1,234.50 → $500.00",
    ]


def test_an_uncovered_worker_is_told_with_the_day(
    movimientos: MovimientosService, sesion: Sesion
) -> None:
    late = movimientos.capture(sesion, replace(ALTA, fecha=date(2026, 2, 20)))
    first, second = ("1234567" + f"{at:03}" for at in range(2))
    working = movimientos.capture(sesion, replace(ALTA, nss=first + check_digit_nss(first)))
    coming = movimientos.capture(
        sesion, replace(ALTA, nss=second + check_digit_nss(second), fecha=date(2026, 3, 4))
    )
    assert [one.plazo_texto for one in (late, working, coming)] == [
        "Tarde",
        "Urge, ya trabaja desde 27/02",
        "En plazo",
    ]
    assert working.plazo_corto == "Urge desde 27/02"
    assert late._replace(estado=EstadoAviso.CANCELADO).plazo_texto == ""


def test_an_nss_known_under_another_name_or_curp_is_asked_about_and_remembered(caso: Caso) -> None:
    caso.movimientos.capture(caso.sesion, ALTA)
    other = replace(BAJA, nombres="Iñaki", primer_apellido="Hernández")
    doubt = caso.movimientos.check(caso.sesion, other).dudas[Duda.OTRA_PERSONA]
    assert "se conoce como de ÍÑIGO MUÑOZ, y aquí dice IÑAKI HERNÁNDEZ" in doubt
    with pytest.raises(InvalidInputError) as refused:
        caso.movimientos.capture(caso.sesion, other, aceptadas={Duda.DUPLICADO})
    assert refused.value.campo == Duda.OTRA_PERSONA
    kept = caso.movimientos.capture(caso.sesion, other, aceptadas={Duda.OTRA_PERSONA})
    # Both names are known by now.
    later = replace(other, fecha=date(2026, 3, 3))
    assert caso.movimientos.check(caso.sesion, later).dudas == {}
    assert caso.movimientos.check(caso.sesion, replace(BAJA, fecha=date(2026, 3, 4))).dudas == {}
    # Its own name is no other one while a movement is edited.
    renamed = replace(other, nombres="Ignacio")
    assert Duda.OTRA_PERSONA in caso.movimientos.check(caso.sesion, renamed, kept.id).dudas


def test_accents_and_a_missing_curp_are_the_same_person_another_curp_is_not(caso: Caso) -> None:
    caso.movimientos.capture(caso.sesion, ALTA)
    same = replace(BAJA, nombres="Inigo", primer_apellido="Munoz", curp=CURP)
    assert caso.movimientos.check(caso.sesion, same).dudas == {}
    caso.movimientos.capture(caso.sesion, same)
    again = replace(same, fecha=date(2026, 3, 4))
    assert caso.movimientos.check(caso.sesion, again).dudas == {}
    another = replace(same, curp=curp("MUXI850101HDFXXX0"), fecha=date(2026, 3, 3))
    assert Duda.OTRA_PERSONA in caso.movimientos.check(caso.sesion, another).dudas


def test_a_movement_is_not_held_against_itself(caso: Caso) -> None:
    fila = caso.movimientos.capture(caso.sesion, ALTA)
    renamed = replace(ALTA, nombres="Ignacio")
    assert caso.movimientos.check(caso.sesion, renamed, fila.id).dudas == {}
    assert caso.movimientos.edit(caso.sesion, fila.id, renamed).nombres == "IGNACIO"
