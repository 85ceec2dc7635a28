"""The approved notices of a period for SUA: which file each is in, and who is left out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, Duda
from icsoe_desktop.services.sua.service import NO_RFC, SuaService
from icsoe_desktop.services.sua.valores import OpcionesSua, PlanSua
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.domain.sua import lector_de_la_tabla as tabla
from tests.services.con_movimientos import Caso
from tests.support.progreso import StopAt

RP, OTRO = "Y6077636105", "A1234567895"
ANA, BETO, CARO = trabajadores(3, semilla=5)
RFC = "MUSA900215AB1"
NOVIEMBRE = OpcionesSua(date(2026, 11, 1), date(2026, 11, 30))
DIA = date(2026, 11, 20)


def notice(
    tipo: str, who: tuple[str, ...], day: int, *, registro: str = RP, month: int = 11, rfc: str = ""
) -> CapturaMovimiento:
    nss, primer, segundo, nombres, curp = who
    baja, alta = tipo == "02", tipo == "08"
    return CapturaMovimiento(
        tipo=TipoMovimiento(tipo),
        registro_patronal=registro,
        nss=nss,
        primer_apellido=primer,
        segundo_apellido=segundo,
        nombres=nombres,
        curp=curp,
        fecha=date(2026, month, day),
        sbc="" if baja else "350.00",
        tipo_trabajador=TipoTrabajador.PERMANENTE if alta else None,
        tipo_salario=None if baja else TipoSalario.FIJO,
        jornada=None if baja else Jornada.NORMAL,
        causa_baja=CausaBaja.OTRAS if baja else None,
        guia="01400",
        rfc=rfc,
    )


Approve = Callable[..., None]


@pytest.fixture
def sua(caso: Caso) -> SuaService:
    return SuaService(caso.store, caso.bitacora, caso.movimientos)


@pytest.fixture
def approve(caso: Caso) -> Approve:
    """Takes notices through a file to the IMSS's answer."""

    def apply(*capturas: CapturaMovimiento) -> None:
        ids = [caso.movimientos.capture(caso.sesion, one).id for one in capturas]
        plan = caso.lotes.plan(caso.sesion, ids, OpcionesLote(), NoProgress())
        for lote in caso.lotes.generate(caso.sesion, plan):
            caso.lotes.mark_sent(caso.sesion, lote.id, DIA)
            caso.lotes.mark_received(caso.sesion, lote.id, DIA)
            caso.lotes.mark_approved(caso.sesion, lote.id, DIA)

    return apply


def lines(plan: PlanSua) -> dict[str, list[dict[str, str]]]:
    return {
        archivo.nombre_archivo[:16]: tabla.records(archivo.contenido) for archivo in plan.archivos
    }


def test_each_notice_is_in_one_file_of_its_registro_patronal(
    caso: Caso, sua: SuaService, approve: Approve
) -> None:
    approve(
        notice("08", ANA, 3, rfc=RFC),
        notice("07", ANA, 10),
        notice("02", ANA, 12),
        notice("08", ANA, 16),
        notice("02", BETO, 5),
        notice("08", CARO, 4, registro=OTRO, rfc=RFC),
        notice("07", CARO, 1, registro=OTRO, month=12),
    )
    plan = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    assert [archivo.nombre_archivo for archivo in plan.archivos] == [
        f"ASEG_{OTRO}_20261101-20261130.txt",
        f"ASEG_{RP}_20261101-20261130.txt",
        f"MOVT_{RP}_20261101-20261130.txt",
    ]
    found = lines(plan)
    (caro,) = found[f"ASEG_{OTRO}"]
    assert (caro["nss"], caro["rfc"], tabla.day(caro["alta"])) == (CARO.nss, RFC, date(2026, 11, 4))
    (ana,) = found[f"ASEG_{RP}"]
    assert (ana["nss"], ana["curp"], ana["sdi"], tabla.day(ana["alta"])) == (
        ANA.nss, ANA.curp, "0035000", date(2026, 11, 3),
    )  # fmt: skip
    told = [(each["tipo"], each["nss"], each["fecha"][:2]) for each in found[f"MOVT_{RP}"]]
    assert told == [
        ("02", BETO.nss, "05"), ("07", ANA.nss, "10"), ("02", ANA.nss, "12"),
        ("08", ANA.nss, "16"),
    ]  # fmt: skip
    assert plan.fuera == ()
    only = replace(NOVIEMBRE, registros_patronales=(OTRO,))
    (alone,) = sua.plan(caso.sesion, only, NoProgress()).archivos
    assert alone.registro_patronal == OTRO


def test_an_alta_without_rfc_is_listed_and_goes_in_movt(
    caso: Caso, sua: SuaService, approve: Approve
) -> None:
    approve(notice("08", ANA, 3), notice("08", BETO, 4))
    plan = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    assert {each.nss: each.motivo for each in plan.fuera} == {ANA.nss: NO_RFC, BETO.nss: NO_RFC}
    assert [each["tipo"] for each in lines(plan)[f"MOVT_{RP}"]] == ["08", "08"]
    # A later notice knows it, of the same person only.
    caso.movimientos.capture(caso.sesion, notice("07", ANA, 25, rfc=RFC))
    other = (BETO.nss, *CARO[1:])
    caso.movimientos.capture(
        caso.sesion, notice("07", other, 25, rfc=RFC), aceptadas=frozenset(Duda)
    )
    plan = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    assert [each["nss"] for each in lines(plan)[f"ASEG_{RP}"]] == [ANA.nss]
    assert [each.nss for each in plan.fuera if each.motivo == NO_RFC] == [BETO.nss]
    # SUA has them all already, says the user.
    plain = sua.plan(caso.sesion, replace(NOVIEMBRE, con_aseg=False), NoProgress())
    assert [archivo.nombre_archivo[:4] for archivo in plain.archivos] == ["MOVT"]
    assert NO_RFC not in {each.motivo for each in plain.fuera}


def test_what_the_imss_has_not_approved_is_left_out_with_its_state(
    caso: Caso, sua: SuaService, approve: Approve
) -> None:
    approve(notice("02", ANA, 5))
    pending = caso.movimientos.capture(caso.sesion, notice("02", BETO, 6))
    caso.movimientos.capture(caso.sesion, notice("02", CARO, 7))
    plan = caso.lotes.plan(caso.sesion, [pending.id], OpcionesLote(), NoProgress())
    (lote,) = caso.lotes.generate(caso.sesion, plan)
    found = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    assert found.movimientos == 1
    states = {each.nss: each.motivo.rpartition(" ")[2] for each in found.fuera}
    assert states == {BETO.nss: "archivo.", CARO.nss: "pendiente."}
    # A rejected notice is no movement of anybody.
    caso.lotes.mark_sent(caso.sesion, lote.id, DIA)
    caso.lotes.mark_received(caso.sesion, lote.id, DIA)
    caso.lotes.mark_rejected(caso.sesion, lote.id, DIA, "123", "NSS NO EXISTE")
    found = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    assert [each.nss for each in found.fuera] == [CARO.nss]


def test_every_letter_that_changes_and_every_long_name_is_in_the_plan(
    caso: Caso, sua: SuaService, approve: Approve
) -> None:
    enie = (ANA.nss, "MUÑOZ", "ÁVILA", "INÉS", "")
    long = (BETO.nss, "A" * 24, "B" * 20, "MARIA FERNANDA", "")
    full = (CARO.nss, "A" * 27, "B" * 27, "LUZ", "")
    approve(*(notice("08", who, 3, rfc=RFC) for who in (enie, long, full)))
    plan = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    told = {(each.nombre[:6], each.cambio.escrito, each.cambio.recorta) for each in plan.cambios}
    assert told == {
        ("INÉS M", "MU/OZ", False), ("INÉS M", "AVILA", False), ("INÉS M", "INES", False),
        ("MARIA ", "MARI", True),
    }  # fmt: skip
    (left,) = plan.fuera
    assert (left.nss, "no queda ninguno" in left.motivo) == (CARO.nss, True)
    assert [each["nss"] for each in lines(plan)[f"MOVT_{RP}"]] == [CARO.nss]


def test_the_files_are_written_and_noted_without_a_name(
    caso: Caso, sua: SuaService, approve: Approve, tmp_path: Path
) -> None:
    approve(notice("08", ANA, 3, rfc=RFC), notice("02", BETO, 5))
    plan = sua.plan(SESION_CONSULTA, NOVIEMBRE, NoProgress())
    folder = tmp_path / "sua"
    folder.mkdir()
    paths = sua.write(SESION_CONSULTA, plan, folder, NoProgress())
    assert sorted(folder.iterdir()) == sorted(paths)
    assert [path.read_bytes() for path in paths] == [each.contenido for each in plan.archivos]
    assert sua.write(SESION_CONSULTA, plan, folder, NoProgress()) == paths, "replaced"
    with caso.store.read() as db:
        noted = db.scalars(select(BitacoraRow.detalle)).all()
    assert Counter(noted)["a SUA: 2 archivos con 2 movimientos"] == 2


def test_nothing_is_left_when_a_file_cannot_be_written_or_is_read_otherwise(
    caso: Caso,
    sua: SuaService,
    approve: Approve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approve(notice("08", ANA, 3, rfc=RFC), notice("02", BETO, 5))
    plan = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    folder = tmp_path / "sua"
    folder.mkdir()
    with pytest.raises(Cancelled):
        sua.write(caso.sesion, plan, folder, StopAt(2))
    assert list(folder.iterdir()) == []
    old = folder / plan.archivos[0].nombre_archivo
    old.write_bytes(b"the one of yesterday")
    broken = replace(plan.archivos[1], contenido=plan.archivos[1].contenido.replace(b"02", b"11"))
    spoilt = replace(plan, archivos=(plan.archivos[0], broken))
    with pytest.raises(UserFacingError, match="no se leyó igual que se escribió"):
        sua.write(caso.sesion, spoilt, folder, NoProgress())
    monkeypatch.setattr(os, "fsync", _full_disk)
    with pytest.raises(UserFacingError, match="Ninguno quedó a medias"):
        sua.write(caso.sesion, plan, folder, NoProgress())
    assert [path.read_bytes() for path in folder.iterdir()] == [b"the one of yesterday"]
    with pytest.raises(UserFacingError, match="no hay permiso"):
        sua.write(caso.sesion, plan, tmp_path / "no_existe", NoProgress())


def _full_disk(_file: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_period_that_cannot_be_and_one_without_notices_are_said(
    caso: Caso, sua: SuaService, tmp_path: Path
) -> None:
    backwards = replace(NOVIEMBRE, hasta=date(2026, 10, 31))
    with pytest.raises(InvalidInputError, match="antes de empezar") as refused:
        sua.plan(caso.sesion, backwards, NoProgress())
    assert refused.value.campo == "hasta"
    empty = sua.plan(caso.sesion, NOVIEMBRE, NoProgress())
    assert (empty.archivos, empty.fuera) == ((), ())
    with pytest.raises(UserFacingError, match="No hay avisos aprobados"):
        sua.write(caso.sesion, empty, tmp_path, NoProgress())
