"""Lotes: the file that is uploaded, its states, and what comes back of it."""

from __future__ import annotations

import hashlib
import tracemalloc
import uuid
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.movimiento import (
    EstadoAviso,
    EstadoLote,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.lotes import documentos
from icsoe_desktop.services.lotes.plan import NO_GUIA
from icsoe_desktop.services.lotes.service import CHANGED, IMPEDED, LotesService
from icsoe_desktop.services.lotes.valores import ClaseDocumento, NivelAviso, OpcionesLote, PlanLote
from icsoe_desktop.services.movimientos.filas import movimiento_of
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import Duda
from icsoe_desktop.store.tables.lotes import LoteRow
from tests.domain.dispmag.registros_168 import curp
from tests.services.certificados.catalogo import RFC
from tests.services.con_movimientos import BAJA, Caso

OPCIONES = OpcionesLote(guia="01400")
DIA = date(2026, 3, 3)

# Invented workers; NSS and registro patronal with good check digits (Luhn, by hand).


@pytest.fixture
def one(movimientos: MovimientosService, sesion: Sesion) -> uuid.UUID:
    return movimientos.capture(sesion, BAJA).id


def plan(caso: Caso, *ids: uuid.UUID) -> PlanLote:
    return caso.lotes.plan(caso.sesion, ids, OPCIONES, NoProgress())


def test_the_file_is_byte_for_byte_what_the_format_asks_and_is_kept(
    caso: Caso, one: uuid.UUID
) -> None:
    planned = plan(caso, one)
    assert [(a.campo, a.antes, a.despues) for a in planned.avisos if a.antes] == [
        ("Primer apellido", "MUÑOZ", "MU#OZ"),
        ("Nombre", "ÍÑIGO", "I#IGO"),
    ]
    (lote,) = caso.lotes.generate(caso.sesion, planned)
    content = caso.lotes.content(caso.sesion, lote.id)
    record, totals, rest = content.split(b"\r\n")
    assert rest == b""
    # docs/fuentes.md §1, position by position.
    assert record == (
        b"Y6077636105"
        + b"12345678903"
        + b"MU#OZ".ljust(27)
        + b"".ljust(27)
        + b"I#IGO".ljust(27)
        + b"0" * 15
        + b"02032026"
        + b"     "
        + b"02"
        + b"01400"
        + b"".ljust(10)
        + b"2"
        + b"".ljust(18)
        + b"9"
    )
    assert totals == b"*" * 13 + b" " * 43 + b"000001" + b" " * 71 + b"01400" + b" " * 29 + b"9"
    assert lote.sha256 == hashlib.sha256(content).hexdigest()
    assert (lote.estado, lote.movimientos) == (EstadoLote.GENERADO, 1)
    # 15:30 UTC: the name carries the hour that the user's clock shows.
    assert lote.nombre_archivo == "Y6077636105-bajas-20260302-093000.txt"


def test_an_nss_that_is_known_as_somebody_elses_stands_first(caso: Caso, one: uuid.UUID) -> None:
    other = replace(BAJA, nombres="Iñaki", fecha=date(2026, 3, 3))
    two = caso.movimientos.capture(caso.sesion, other, aceptadas={Duda.OTRA_PERSONA}).id
    first, second, *_others = plan(caso, one, two).avisos
    assert [(first.movimiento_id, first.campo), (second.movimiento_id, second.campo)] == [
        (one, "nss"), (two, "nss"),
    ]  # fmt: skip
    assert "se conoce como de ÍÑIGO MUÑOZ, y aquí dice IÑAKI MUÑOZ" in second.mensaje


def test_stops_come_first_then_dangers_then_notes(caso: Caso, one: uuid.UUID) -> None:
    """Of four dangers among 354 equal rows nobody sees one."""
    alta = replace(
        BAJA,
        tipo=TipoMovimiento.ALTA,
        fecha=date(2026, 2, 27),
        causa_baja=None,
        sbc="100.00",
        tipo_trabajador=TipoTrabajador.PERMANENTE,
        tipo_salario=TipoSalario.FIJO,
        jornada=Jornada.NORMAL,
    )
    two = caso.movimientos.capture(caso.sesion, alta).id
    three = caso.movimientos.capture(
        caso.sesion, replace(BAJA, nss="12345678904", fecha=date(2026, 1, 5), guia="01400")
    ).id
    early = replace(BAJA, fecha=date(2026, 2, 20), guia="01400")
    four = caso.movimientos.capture(caso.sesion, early).id
    planned = caso.lotes.plan(caso.sesion, [one, two, three, four], OpcionesLote(), NoProgress())
    levels = [each.nivel for each in planned.avisos]
    assert levels == sorted(levels, key=list(NivelAviso).index)
    told = {(each.movimiento_id, each.nivel, each.campo) for each in planned.avisos}
    assert {
        (one, NivelAviso.IMPIDE, "guia"), (two, NivelAviso.PELIGRO, "sbc"),
        (three, NivelAviso.PELIGRO, "nss"), (three, NivelAviso.TARDE, "fecha"),
        (four, NivelAviso.PELIGRO, "fecha"), (four, NivelAviso.NOTA, "Nombre"),
    } <= told  # fmt: skip
    said = [each.mensaje for each in planned.avisos if each.campo == "fecha"]
    assert any("alta" in each for each in said), "what Capturar said of the order, Generar says too"
    assert any(each.startswith("Va tarde: su plazo terminó el 12/01/2026.") for each in said)


def test_a_baja_is_not_warned_of_a_curp_that_its_record_leaves_blank(caso: Caso) -> None:
    odd = replace(BAJA, curp=curp("GOMC850101HDFRRL0"))
    made = caso.movimientos.capture(caso.sesion, odd).id
    assert [each for each in plan(caso, made).avisos if each.campo == "curp"] == []


def test_a_movement_goes_into_one_lote_only(caso: Caso, one: uuid.UUID) -> None:
    caso.lotes.generate(caso.sesion, plan(caso, one))
    with pytest.raises(UserFacingError, match="1 de los elegidos"):
        plan(caso, one)


def test_what_changed_since_the_preview_is_not_written(caso: Caso, one: uuid.UUID) -> None:
    planned = plan(caso, one)
    caso.movimientos.edit(caso.sesion, one, replace(BAJA, nombres="Iván"))
    with pytest.raises(UserFacingError) as refused:
        caso.lotes.generate(caso.sesion, planned)
    assert refused.value.message == CHANGED
    assert caso.lotes.all(caso.sesion) == ()


def test_without_guia_nothing_is_generated(caso: Caso, one: uuid.UUID) -> None:
    planned = caso.lotes.plan(caso.sesion, [one], OpcionesLote(), NoProgress())
    guia = [(aviso.impide, aviso.mensaje) for aviso in planned.avisos if aviso.campo == "guia"]
    assert guia == [(True, NO_GUIA)]
    assert planned.fuera == (one,)
    assert planned.archivos == ()
    with pytest.raises(UserFacingError) as refused:
        caso.lotes.generate(caso.sesion, planned)
    assert refused.value.message == IMPEDED


def test_no_movement_is_left_out_for_a_guia_that_its_registro_has(
    caso: Caso, one: uuid.UUID
) -> None:
    registros = RegistrosPatronalesService(caso.store, caso.bitacora)
    registro = {"registro_patronal": BAJA.registro_patronal, "razon_social": "A", "rfc": RFC}
    registros.add(caso.sesion, **registro, guia="02400", tipo_salario="2")
    planned = caso.lotes.plan(caso.sesion, [one], OPCIONES, NoProgress())
    assert (planned.fuera, planned.archivos[0].contenido[133:138]) == ((), b"02400")
    caso.lotes.generate(caso.sesion, planned)
    usual = caso.movimientos.usual(caso.sesion, BAJA.registro_patronal)
    assert (usual.guia, usual.tipo_salario, usual.propios) == ("02400", TipoSalario.MIXTO, True)


def test_one_movement_without_guia_does_not_hold_up_the_others(caso: Caso, one: uuid.UUID) -> None:
    other = caso.movimientos.capture(caso.sesion, replace(BAJA, nss="98765432103", guia="01400")).id
    planned = caso.lotes.plan(caso.sesion, [one, other], OpcionesLote(), NoProgress())
    assert planned.fuera == (one,)
    (lote,) = caso.lotes.generate(caso.sesion, planned)
    assert lote.movimientos == 1
    assert caso.movimientos.get(caso.sesion, other).lote_id == lote.id
    assert caso.movimientos.get(caso.sesion, one).lote_id is None


def test_files_of_two_guias_have_two_names(
    lotes: LotesService, movimientos: MovimientosService, sesion: Sesion
) -> None:
    ids = [
        movimientos.capture(sesion, replace(BAJA, nss=nss, guia=guia)).id
        for nss, guia in (("98765432103", "01400"), ("12345678903", "02400"))
    ]
    made = lotes.generate(sesion, lotes.plan(sesion, ids, OpcionesLote(), NoProgress()))
    assert len({lote.nombre_archivo for lote in made}) == 2


def test_one_file_for_each_registro_patronal_by_default(caso: Caso, one: uuid.UUID) -> None:
    other = caso.movimientos.capture(caso.sesion, replace(BAJA, registro_patronal="B8812181105")).id
    planned = plan(caso, one, other)
    assert [a.registro_patronal for a in planned.archivos] == ["Y6077636105", "B8812181105"]
    together = caso.lotes.plan(
        caso.sesion, [one, other], replace(OPCIONES, separar=False), NoProgress()
    )
    assert [len(a.ids) for a in together.archivos] == [2]


def test_states_go_up_with_their_movements_and_never_down(caso: Caso, one: uuid.UUID) -> None:
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, one))
    assert caso.movimientos.get(caso.sesion, one).estado is EstadoAviso.PENDIENTE
    caso.lotes.mark_sent(caso.sesion, lote.id, DIA)
    assert caso.movimientos.get(caso.sesion, one).estado is EstadoAviso.ENVIADO
    received = caso.lotes.mark_received(caso.sesion, lote.id, DIA, "123456789", "1" * 19)
    assert (received.numero, received.recibido) == ("123456789", DIA)
    with pytest.raises(UserFacingError, match="ya recibió"):
        caso.lotes.cancel(caso.sesion, lote.id)
    caso.lotes.mark_rejected(caso.sesion, lote.id, DIA, "77", "NSS no localizado")
    fila = caso.movimientos.get(caso.sesion, one)
    assert (fila.estado, fila.rechazado) == (EstadoAviso.RECHAZADO, DIA)
    assert (fila.codigo_rechazo, fila.causa_rechazo) == ("77", "NSS no localizado")
    with pytest.raises(UserFacingError, match="no puede pasar"):
        caso.lotes.mark_sent(caso.sesion, lote.id, DIA)
    assert caso.lotes.mark_approved(caso.sesion, lote.id, DIA).estado is EstadoLote.APROBADO


def test_several_are_marked_as_sent_all_or_none(caso: Caso, one: uuid.UUID) -> None:
    of_another_registro = replace(BAJA, registro_patronal="A1234567895", nss="11223344554")
    other = caso.movimientos.capture(caso.sesion, of_another_registro).id
    made = caso.lotes.generate(caso.sesion, plan(caso, one, other))
    ids = [lote.id for lote in made]
    held = caso.movimientos.get(caso.sesion, other)
    ids.sort(key=lambda lote_id: lote_id == held.lote_id)
    caso.lotes.cancel(caso.sesion, ids[1])
    with pytest.raises(UserFacingError, match="no puede pasar"):
        caso.lotes.mark_all_sent(caso.sesion, ids, DIA)
    assert caso.lotes.get(caso.sesion, ids[0]).estado is EstadoLote.GENERADO
    (again,) = caso.lotes.generate(caso.sesion, plan(caso, other))
    sent = caso.lotes.mark_all_sent(caso.sesion, [ids[0], again.id], DIA)
    assert [(lote.id, lote.estado, lote.enviado) for lote in sent] == [
        (ids[0], EstadoLote.ENVIADO, DIA),
        (again.id, EstadoLote.ENVIADO, DIA),
    ]


def test_a_cancelled_lote_gives_its_movements_back(caso: Caso, one: uuid.UUID) -> None:
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, one))
    caso.lotes.mark_sent(caso.sesion, lote.id, DIA)
    caso.lotes.cancel(caso.sesion, lote.id)
    fila = caso.movimientos.get(caso.sesion, one)
    assert (fila.estado, fila.lote_id) == (EstadoAviso.PENDIENTE, None)
    assert len(caso.lotes.content(caso.sesion, lote.id)) == 340, "the file is remembered"
    with pytest.raises(UserFacingError):
        caso.lotes.mark_sent(caso.sesion, lote.id, DIA)
    caso.lotes.generate(caso.sesion, plan(caso, one))


def test_documents_are_kept_byte_for_byte(caso: Caso, one: uuid.UUID, tmp_path: Path) -> None:
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, one))
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(b"%PDF-1.7 uno")
    assert caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, acuse).acuse == "acuse.pdf"
    acuse.write_bytes(b"%PDF-1.7 dos")
    caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, acuse)
    assert caso.lotes.document(caso.sesion, lote.id, ClaseDocumento.ACUSE) == (
        "acuse.pdf",
        b"%PDF-1.7 dos",
    )
    with pytest.raises(UserFacingError):
        caso.lotes.document(caso.sesion, lote.id, ClaseDocumento.CONSTANCIA)
    for bad in (tmp_path / "no-hay.pdf", tmp_path):
        with pytest.raises(InvalidInputError) as refused:
            caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, bad)
        assert refused.value.campo == "archivo"


def test_the_pdf_in_the_zip_of_the_portal_is_what_is_attached(
    caso: Caso, one: uuid.UUID, tmp_path: Path
) -> None:
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, one))
    path = tmp_path / "Acuse Lote_7.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("acuse/Lote_7.pdf", b"%PDF-1.7 siete")
    assert caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, path).acuse == "Lote_7.pdf"
    kept = caso.lotes.document(caso.sesion, lote.id, ClaseDocumento.ACUSE)
    assert kept == ("Lote_7.pdf", b"%PDF-1.7 siete")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("leeme.txt", b"nada")
    with pytest.raises(InvalidInputError, match="no trae ningún PDF"):
        caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, path)


def test_the_cedula_says_what_is_in_the_lote(caso: Caso, one: uuid.UUID) -> None:
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, one))
    cedula = caso.lotes.cedula(caso.sesion, lote.id)
    assert cedula.movimientos == (movimiento_of(caso.movimientos.get(caso.sesion, one)),)
    assert cedula.por_tipo == {TipoMovimiento.BAJA: 1}
    assert cedula.suma_sbc == 0


def test_the_cedula_adds_the_sbc_to_the_centavo_and_names_the_company(caso: Caso) -> None:
    registros = RegistrosPatronalesService(caso.store, caso.bitacora)
    registros.add(
        caso.sesion,
        registro_patronal=BAJA.registro_patronal,
        razon_social="Empresa de Ejemplo SA de CV",
        rfc="EKU9003173C9",
    )
    alta = replace(
        BAJA,
        tipo=TipoMovimiento.ALTA,
        causa_baja=None,
        tipo_trabajador=TipoTrabajador.PERMANENTE,
        tipo_salario=TipoSalario.FIJO,
        jornada=Jornada.NORMAL,
    )
    ids = [
        caso.movimientos.capture(caso.sesion, replace(alta, sbc=sbc, fecha=date(2026, 3, day))).id
        for day, sbc in ((2, "1,234.56"), (3, "400.07"))
    ]
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, *ids))
    cedula = caso.lotes.cedula(caso.sesion, lote.id)
    assert cedula.suma_sbc == 1234_56 + 400_07
    assert cedula.por_tipo == {TipoMovimiento.ALTA: 2}
    assert (cedula.razon_social, cedula.rfc) == ("Empresa de Ejemplo SA de CV", "EKU9003173C9")


def test_a_document_of_exactly_the_limit_is_kept_and_a_byte_more_is_not(
    caso: Caso, one: uuid.UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lote,) = caso.lotes.generate(caso.sesion, plan(caso, one))
    monkeypatch.setattr(documentos, "MAX_BYTES", 9)
    path = tmp_path / "acuse.pdf"
    path.write_bytes(b"%PDF-1.7 ")
    caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, path)
    for content, message in ((b"%PDF-1.7 x", documentos.TOO_LARGE), (b"", documentos.EMPTY)):
        path.write_bytes(content)
        with pytest.raises(InvalidInputError) as refused:
            caso.lotes.attach(caso.sesion, lote.id, ClaseDocumento.ACUSE, path)
        assert (refused.value.message, refused.value.campo) == (message, "archivo")
    assert caso.lotes.document(caso.sesion, lote.id, ClaseDocumento.ACUSE)[1] == b"%PDF-1.7 "


def test_a_plan_tells_how_many_movements_its_files_hold(caso: Caso, one: uuid.UUID) -> None:
    of_another_registro = replace(BAJA, registro_patronal="A1234567895", nss="11223344554")
    other = caso.movimientos.capture(caso.sesion, of_another_registro).id
    planned = plan(caso, one, other)
    assert (len(planned.archivos), planned.movimientos) == (2, 2)


def test_the_list_says_how_large_each_file_is_without_reading_any(caso: Caso) -> None:
    file = bytes(2**20)
    with caso.store.write() as db:
        for at in range(8):
            db.add(
                LoteRow(
                    id=caso.store.new_id(),
                    registro_patronal="Y6077636105",
                    nombre_archivo=f"bajas-{at}.txt",
                    contenido=file,
                    sha256=hashlib.sha256(file).digest(),
                    movimientos=6_000,
                    estado=EstadoLote.GENERADO.value,
                    creado=caso.store.clock(),
                    numero="",
                    folio="",
                )
            )
    caso.lotes.all(caso.sesion)  # the first one also compiles the query
    tracemalloc.start()
    try:
        listed = caso.lotes.all(caso.sesion)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(listed) == 8
    assert peak < 2**19
