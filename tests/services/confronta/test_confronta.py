"""Files of both sides are read, compared, explained by our notices, and accepted with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.confronta.atributo_sbc import Atributo
from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia, EstadoDiferencia
from icsoe_desktop.domain.confronta.persona import ClaseFuente, Lado, month_of
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.confronta.fuentes import FuenteLeida, read_sources
from icsoe_desktop.services.confronta.service import (
    NO_KEY,
    Confronta,
    ConfrontaService,
    OpcionesConfronta,
    month_done,
)
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.confronta import DiferenciaAceptadaRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.gateways.hojas.libros import as_book
from tests.services.confronta.archivos import (
    ANA,
    BETO,
    CARO,
    DANI,
    PRIMERA,
    RFC,
    RP,
    RP_ESCRITO,
    SEGUNDA,
    emision_of,
    fila,
    folder_of,
    mes,
    recibo,
    zip_of,
)
from tests.services.movimientos.test_captura import ALTA
from tests.support.emision import EmisionHecha
from tests.support.progreso import StopAt

HOY = date(2025, 11, 5)


@pytest.fixture
def confronta(store: Store, bitacora: BitacoraService) -> ConfrontaService:
    return ConfrontaService(store, bitacora)


def read(*paths: Path, lado: Lado | None = None) -> list[FuenteLeida]:
    return read_sources(paths, HOY, NoProgress(), lado)


def compare(
    confronta: ConfrontaService, sesion: Sesion, fuentes: list[FuenteLeida], **opciones: object
) -> Confronta:
    asked = OpcionesConfronta(**opciones)  # type: ignore[arg-type]
    return confronta.compare(sesion, fuentes, asked, NoProgress())


def kinds(found: Confronta) -> list[tuple[int, str]]:
    return [(one.clase.value, one.nss) for one in found.diferencias]


def test_two_files_give_each_difference_once(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    emision, recibos = mes(tmp_path)
    fuentes = read(emision, recibos)
    assert {one.clase: one.lado for one in fuentes} == {
        ClaseFuente.EMA: Lado.IMSS,
        ClaseFuente.CFDI: Lado.NOMINA,
    }
    of_imss = next(one for one in fuentes if one.lado is Lado.IMSS)
    assert of_imss.resumen == (
        f"Emisión mensual (EMA) · 11 personas · {RP} · 01/10/2025 a 31/10/2025"
    )
    found = compare(confronta, sesion, fuentes)
    assert kinds(found) == [(1, CARO[0]), (2, BETO[0]), (3, DANI[0])]
    assert found.comparacion.coincidencia == 83.3
    voto = found.comparacion.votos[RFC]
    assert (voto.atributo, voto.aciertos, voto.de) == (Atributo.BASE, 9, 10)


def test_a_zip_and_loose_files_are_read_like_a_folder(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    every = [recibo(ANA, PRIMERA), recibo(ANA, SEGUNDA)]
    emision = emision_of(tmp_path / "e.xls", [fila(ANA)])
    carpeta = folder_of(tmp_path / "recibos", every)
    assert kinds(compare(confronta, sesion, read(emision, *sorted(carpeta.iterdir())))) == []
    comprimido = zip_of(tmp_path / "recibos.zip", every)
    assert kinds(compare(confronta, sesion, read(emision, comprimido))) == []
    # The same receipts twice count once.
    twice = compare(confronta, sesion, read(emision, comprimido, carpeta))
    assert kinds(twice) == []
    assert sum(twice.fuera.values()) == 2


@pytest.mark.parametrize("libro", [False, True], ids=["csv", "xlsx"])
def test_a_sheet_stands_for_the_payroll(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path, libro: bool
) -> None:
    emision = emision_of(tmp_path / "e.xls", [fila(ANA), fila(BETO, salario=450.0), fila(DANI)])
    hoja = tmp_path / "plantilla.csv"
    hoja.write_text(
        "NSS,Nombre completo,SBC,Fecha de ingreso\n"
        f"{ANA[0]},{ANA[2]},500.00,01/03/2019\n"
        f'{BETO[0]},{BETO[2]},"$500.00",01/03/2019\n'
        f"{CARO[0]},{CARO[2]},500,15/10/2025\n"
        f"{DANI[0]},{DANI[2]},500,el lunes\n"
        "Total,,1500,\n",
        "utf-8",
    )
    (told,) = read(hoja)
    assert told.resumen.endswith("4 personas · 1 renglón con una fecha que no se entiende")
    found = compare(confronta, sesion, read(emision, as_book(hoja) if libro else hoja))
    assert kinds(found) == [(1, CARO[0]), (2, BETO[0])]


def test_what_is_no_source_is_named_and_the_others_go_on(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    emision, recibos = mes(tmp_path)
    (recibos / "dañado.xml").write_bytes(b"<cfdi:Comprobante")
    (recibos / "foto.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    roto = tmp_path / "otro.xls"
    roto.write_bytes(emision.read_bytes()[:3000])
    fuentes = read(emision, recibos, roto)
    (payroll,) = (one for one in fuentes if one.recibos)
    assert payroll.fuera_total == 2
    (broken,) = (one for one in fuentes if not one.is_readable)
    assert broken.archivo == "otro.xls"
    assert broken.resumen.endswith(".")
    assert len(compare(confronta, sesion, fuentes).diferencias) == 3


def test_a_file_moves_to_the_other_side_and_receipts_do_not(tmp_path: Path) -> None:
    emision, recibos = mes(tmp_path)
    of_imss, of_payroll = sorted(read(emision, recibos), key=lambda one: one.lado)
    assert of_imss.moved().lado is Lado.NOMINA
    with pytest.raises(InvalidInputError):
        of_payroll.moved()


def test_a_side_that_is_missing_is_asked_for(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    emision, recibos = mes(tmp_path)
    with pytest.raises(InvalidInputError, match="recibos"):
        compare(confronta, sesion, read(emision))
    with pytest.raises(InvalidInputError, match="emisión"):
        compare(confronta, sesion, read(recibos))


def test_a_notice_of_this_desktop_explains(
    confronta: ConfrontaService, sesion: Sesion, movimientos: MovimientosService, tmp_path: Path
) -> None:
    captura = replace(
        ALTA, registro_patronal=RegistroPatronal(RP).completo, nss=CARO[0], fecha=date(2020, 1, 6)
    )
    movimientos.capture(sesion, captura)
    found = compare(confronta, sesion, read(*mes(tmp_path)))
    (one,) = (each for each in found.diferencias if each.nss == CARO[0])
    assert one.is_open
    assert one.explicacion == "Pendiente de enviar: alta o reingreso del 06/01/2020."


def test_of_the_modificaciones_only_the_latest_explains(
    confronta: ConfrontaService, sesion: Sesion, movimientos: MovimientosService, tmp_path: Path
) -> None:
    paths = mes(tmp_path)
    told = []
    for sbc, day in (("500", 1), ("470", 20), ("500", 21)):
        captura = replace(
            ALTA, tipo=TipoMovimiento.MODIFICACION, nss=BETO[0], curp=BETO[1], sbc=sbc,
            registro_patronal=RegistroPatronal(RP).completo, fecha=date(2025, 10, day),
        )  # fmt: skip
        movimientos.capture(sesion, captura)
        found = compare(confronta, sesion, read(*paths))
        told += [one.explicacion for one in found.diferencias if one.clase.value == 2]
    assert [each[-11:] for each in told] == ["01/10/2025.", "", "21/10/2025."]


def test_what_was_accepted_stays_so_and_comes_back_with_other_values(
    confronta: ConfrontaService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    emision, recibos = mes(tmp_path)
    found = compare(confronta, sesion, read(emision, recibos))
    (one,) = (each for each in found.diferencias if each.clase is ClaseDiferencia.SBC_MENOR)
    confronta.accept(sesion, [one], "  Convenio   por escrito ")
    assert one.estado is EstadoDiferencia.ACEPTADA

    def again(salario: float) -> tuple[EstadoDiferencia, str]:
        filas = [fila(ANA), fila(BETO, salario=salario), fila(DANI)]
        other = emision_of(tmp_path / f"{salario}.xls", filas)
        found = compare(confronta, sesion, read(other, recibos))
        (one,) = (each for each in found.diferencias if each.nss == BETO[0])
        return one.estado, one.motivo

    assert again(450.0) == (EstadoDiferencia.ACEPTADA, "Convenio por escrito")
    assert again(460.0) == (EstadoDiferencia.ABIERTA, "")
    confronta.withdraw(sesion, [one])
    assert again(450.0) == (EstadoDiferencia.ABIERTA, "")
    with store.read() as db:
        assert db.scalars(select(DiferenciaAceptadaRow)).all() == []


def test_the_next_month_keeps_what_was_accepted_and_brings_back_what_changed(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    found = compare(confronta, sesion, read(*mes(tmp_path)))
    confronta.accept(sesion, found.diferencias, "Convenio")
    quincenas = [(date(2025, 11, 1), date(2025, 11, 15), "15.000"),
                 (date(2025, 11, 16), date(2025, 11, 30), "15.000")]  # fmt: skip
    paid = [recibo(who, each) for who in (ANA, BETO) for each in quincenas]
    paid += [recibo(CARO, each, base="510.00", integrado="489.60") for each in quincenas]
    filas = [fila(ANA, 30), fila(BETO, 30, 450.0), fila(DANI, 30)]
    emision = EmisionHecha(2025, 11, filas, RP_ESCRITO).write(tmp_path / "noviembre.xls")
    found = compare(confronta, sesion, read(emision, folder_of(tmp_path / "noviembre", paid)))
    assert [(one.nss, one.estado) for one in found.diferencias] == [
        (CARO[0], EstadoDiferencia.ABIERTA),
        (BETO[0], EstadoDiferencia.ACEPTADA),
        (DANI[0], EstadoDiferencia.ACEPTADA),
    ]


def test_an_acceptance_needs_a_reason_and_a_key(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    found = compare(confronta, sesion, read(*mes(tmp_path)))
    one = found.diferencias[0]
    for reason in ("", " \u200b ", "x" * 201):
        with pytest.raises(InvalidInputError):
            confronta.accept(sesion, [one], reason)
    one.nss = one.curp = ""
    with pytest.raises(InvalidInputError, match=NO_KEY[:20]):
        confronta.accept(sesion, [one], "Bien")
    assert one.is_open


def test_the_bitacora_has_counts_and_nobody_s_data(
    confronta: ConfrontaService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    found = compare(confronta, sesion, read(*mes(tmp_path)))
    confronta.accept(sesion, found.diferencias[:1], "Convenio")
    with store.read() as db:
        lines = db.scalars(
            select(BitacoraRow).where(
                BitacoraRow.accion.in_((Accion.CONFRONTA, Accion.DIFERENCIA_ACEPTADA))
            )
        ).all()
        assert month_done(db) == "2025-10"
    assert [one.detalle for one in lines] == [
        "12 personas, 3 por resolver, 0 ya avisadas, 0 aceptadas",
        "1 diferencia",
    ]


def test_the_attribute_that_a_person_chose_is_remembered(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    fuentes = read(*mes(tmp_path))
    confronta.choose_attribute(sesion, RFC, Atributo.INTEGRADO)
    found = compare(confronta, sesion, fuentes)
    assert found.comparacion.votos[RFC].elegido
    assert found.comparacion.counts()[ClaseDiferencia.SBC_MAYOR] == 9
    confronta.choose_attribute(sesion, RFC, None)
    assert not compare(confronta, sesion, fuentes).comparacion.votos[RFC].elegido


def test_the_month_done_is_the_latest_and_none_to_come(
    confronta: ConfrontaService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    fuentes = read(*mes(tmp_path))
    for month, done in ((9, "2025-09"), (10, "2025-10"), (9, "2025-10"), (12 * 50, "2025-10")):
        year, at = divmod(month - 1, 12)
        periodo = month_of(date(2025 + year, at + 1, 1).toordinal())
        compare(confronta, sesion, fuentes, periodo=periodo)
        with store.read() as db:
            assert month_done(db) == done


def test_it_can_be_stopped_and_keeps_nothing(
    confronta: ConfrontaService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    emision, recibos = mes(tmp_path)
    fuentes = read(emision, recibos)
    with pytest.raises(Cancelled):
        read_sources([emision, recibos], HOY, StopAt(1))
    # Of 100,000 persons no step takes over half a second of the processor.
    for at in range(1, 9):
        with pytest.raises(Cancelled):
            confronta.compare(sesion, fuentes, OpcionesConfronta(), StopAt(at))
    with store.read() as db:
        assert month_done(db) == ""


def test_a_summary_that_its_rows_contradict(
    confronta: ConfrontaService, sesion: Sesion, tmp_path: Path
) -> None:
    filas = [fila(ANA), fila(BETO)]
    emision = emision_of(tmp_path / "e.xls", filas, cambios={"Total Cotizantes IMSS": 5})
    recibos = folder_of(
        tmp_path / "r", [recibo(who, each) for who in (ANA, BETO) for each in (PRIMERA, SEGUNDA)]
    )
    (one,) = compare(confronta, sesion, read(emision, recibos)).diferencias
    assert one.clase is ClaseDiferencia.DESCUADRE
    assert one.texto == "e.xls: Cotizantes dice 5 y los renglones suman 2."
    assert one.propuesta is None


def test_sua_beside_receipts_is_the_imss_s(tmp_path: Path) -> None:
    linea = (
        f"{RP}9{ANA[0]}{'LOPA850505AB1':13}{ANA[1]}{'LOPEZ$PEREZ$ANA':50}10010320190050000"
        f"{'':17}{'':10}{'0' * 8}0{'0' * 8}"
    )
    sua = tmp_path / "aseg.txt"
    sua.write_bytes(linea.encode("cp1252") + b"\r\n")
    recibos = folder_of(tmp_path / "r", [recibo(ANA, PRIMERA)])
    (aseg,) = (one for one in read(sua, recibos) if one.clase is ClaseFuente.ASEG)
    assert aseg.lado is Lado.IMSS
    assert aseg.renglones[0].sbc == 500_00
    assert aseg.renglones[0].curp == ANA[1]
    (alone,) = (one for one in read(sua))
    assert alone.lado is Lado.NOMINA
