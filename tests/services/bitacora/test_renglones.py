"""What a person did is in the bitácora under her name, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.consulta import FiltroBitacora
from icsoe_desktop.services.bitacora.objetos import _file_names
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.services.lotes.valores import ClaseDocumento, OpcionesLote
from icsoe_desktop.services.movimientos.terminos import DiaCalendario
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from icsoe_desktop.services.respaldo.service import Programa
from icsoe_desktop.services.sincronizacion.answers import Eleccion, RolOficina
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.services.con_movimientos import BAJA
from tests.services.mundo import PDF, Mundo, direccion, nuevo
from tests.services.respaldo.con_respaldo import CLAVE, CONTRASENA, Oficina
from tests.services.sincronizacion.conftest import abrir as abrir
from tests.services.sincronizacion.conftest import dos as dos
from tests.services.sincronizacion.conftest import memoria as memoria
from tests.services.sincronizacion.conftest import uno as uno
from tests.services.sincronizacion.equipos import QUIET, Equipo
from tests.services.sincronizacion.test_pasos import CURP, meet
from tests.support.plantillas import usuario_nuevo

Lines = Callable[[], list[str]]
QUIETLY = NoProgress()
DAY = date(2026, 4, 2)
# An invented worker; NSS and registro patronal with good check digits (Luhn, by hand).


def reader(store: Store, sesion: Sesion) -> Lines:
    """Gives the actions that were noted since it was last asked, all of this session."""
    who = sesion.usuario_id.hex if sesion.usuario_id else "Sólo consulta"
    seen: set[object] = set()

    def lines() -> list[str]:
        with store.read() as db:
            rows = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id)).all()
            new = [row for row in rows if row.id not in seen]
            seen.update(row.id for row in rows)
            assert {row.quien for row in new} <= {who}
            return [row.accion for row in new]

    with store.read() as db:
        seen.update(db.scalars(select(BitacoraRow.id)))
    return lines


def test_who_registers_disables_and_enables_a_user_is_written_down(oficina: Oficina) -> None:
    with oficina.open() as app:
        otro = usuario_nuevo("b@ejemplo.mx", CONTRASENA, "Beto", "Prieto")
        app.usuarios.register(oficina.sesion, otro)
        (beto,) = [
            one for one in app.usuarios.all(oficina.sesion) if one.id != oficina.sesion.usuario_id
        ]
        with app.store.read() as db:
            rows = db.scalars(select(BitacoraRow).where(BitacoraRow.objeto_id == beto.id))
            noted = {row.accion: row.quien for row in rows}
        assert oficina.sesion.usuario_id is not None
        # He accepted the notice of privacy himself.
        assert noted == {
            "alta de usuario": oficina.sesion.usuario_id.hex,
            "aviso de privacidad aceptado": beto.id.hex,
        }
        lines = reader(app.store, oficina.sesion)
        app.usuarios.disable(oficina.sesion, beto.id)
        app.usuarios.enable(oficina.sesion, beto.id)
        assert lines() == ["usuario deshabilitado", "usuario habilitado"]
        app.usuarios.new_recovery_code(oficina.sesion, CONTRASENA)
        assert lines() == ["código de recuperación de datos nuevo"]
        with pytest.raises(InvalidInputError):
            app.usuarios.new_recovery_code(oficina.sesion, "no es")
        assert lines() == ["ingreso fallido"]


def test_who_enters_to_look_only_is_written_down(oficina: Oficina) -> None:
    with oficina.open() as app:
        lines = reader(app.store, SESION_CONSULTA)
        app.acceso.enter_consulta()
        assert lines() == ["ingreso en modo sólo consulta"]


def test_closing_the_program_ends_the_session_that_was_open(oficina: Oficina) -> None:
    with oficina.open() as app:
        app.acceso_icsoe.sesiones.begin(oficina.sesion)
        lines = reader(app.store, oficina.sesion)
        assert lines() == []
    with oficina.open() as app, app.store.read() as db:
        actions = list(db.scalars(select(BitacoraRow.accion)))
    assert actions.count("salida") == 1


def test_what_somebody_does_to_movements_and_lotes_is_written_down(
    oficina: Oficina, tmp_path: Path
) -> None:
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(PDF)
    with oficina.open() as app:
        who, lines = oficina.sesion, reader(app.store, oficina.sesion)
        one = app.movimientos.capture(who, BAJA).id
        app.movimientos.edit(who, one, replace(BAJA, nombres="Iván"))
        again = replace(BAJA, nombres="Iván", fecha=date(2026, 3, 1))
        other = app.movimientos.capture(who, again).id
        app.movimientos.delete(who, [other])
        captura = "captura de movimiento"
        assert lines() == [
            captura,
            "cambio de movimiento",
            captura,
            "eliminación de movimientos",
        ]
        app.movimientos.export(who, tmp_path / "a.xlsx", TODOS, OrdenMovimientos(), QUIETLY)
        assert lines() == ["exportación de movimientos"]
        app.plazos.save_day(who, DiaCalendario(DAY, False, "Jueves Santo"))
        app.plazos.remove_day(who, DAY)
        assert lines() == ["cambio de calendario"] * 2
        plan = app.lotes.plan(who, [one], OpcionesLote(guia="01400"), QUIETLY)
        (lote,) = app.lotes.generate(who, plan)
        app.lotes.mark_sent(who, lote.id, date(2026, 3, 2))
        app.lotes.attach(who, lote.id, ClaseDocumento.ACUSE, acuse)
        app.lotes.cancel(who, lote.id)
        changed = "cambio de estado de lote"
        assert lines() == ["lote generado", changed, "documento agregado a un lote", changed]


def test_who_backs_up_and_restores_is_written_down(oficina: Oficina, tmp_path: Path) -> None:
    ruta = tmp_path / "copia.icsoe-respaldo"
    with oficina.open() as app:
        who, lines = oficina.sesion, reader(app.store, oficina.sesion)
        app.respaldo.create(who, ruta, CLAVE)
        app.respaldo.save_programa(who, Programa(cada_horas=24), CLAVE)
        assert lines() == ["respaldo creado", "cambio de respaldos programados"]
        app.respaldo.restore(who, app.respaldo.preview(who, ruta, CLAVE), CLAVE)
        assert lines() == ["restauración preparada"]


def test_what_a_contratista_does_to_its_data_is_written_down(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    lines = reader(mundo.store, moral)
    mundo.contratistas.save_domicilio(moral, direccion())
    mundo.contratistas.save_domicilio(moral, None)
    assert lines() == ["cambio de domicilio social"] * 2
    acuse = tmp_path / "otro.pdf"
    acuse.write_bytes(PDF)
    mundo.acuses.save(moral, acuse, date(2025, 6, 1))
    mundo.acuses.content(moral)
    mundo.acuses.change_fecha(moral, date(2025, 6, 2))
    capturista = mundo.alta(moral)
    mundo.capturistas.undo_register(moral, capturista.id)
    mundo.acuses.delete(moral)
    assert lines() == [
        "alta de acuse REPSE",
        "acuse REPSE consultado",
        "cambio de acuse REPSE",
        "alta de capturista",
        "alta de capturista deshecha",
        "acuse REPSE eliminado",
    ]


def test_a_list_of_capturistas_is_one_line_besides_theirs(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    lista = tmp_path / "lista.csv"
    datos = nuevo(0)
    lista.write_text(
        "CURP,Nombre,Primer apellido,Segundo apellido,Correo,Teléfono\n"
        f"{datos.curp},{datos.nombres},{datos.primer_apellido},{datos.segundo_apellido},"
        f"{datos.correo},{datos.telefono}\n"
    )
    lines = reader(mundo.store, moral)
    vista = mundo.importacion.preview(moral, lista, QUIETLY)
    mundo.importacion.apply(moral, vista, QUIETLY)
    assert sorted(lines()) == ["alta de capturista", "importación de capturistas"]


def test_what_somebody_decides_of_the_office_is_written_down(uno: Equipo, dos: Equipo) -> None:
    with uno.store.read() as db:
        first = db.scalars(select(BitacoraRow.accion).order_by(BitacoraRow.id)).all()
    assert list(first) == ["sincronización configurada", "equipo invitado a la oficina"]
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, row, telefono="5552222222")
    meet(uno, dos)
    (member,) = [
        one
        for one in uno.sync.miembros.all(uno.sesion, QUIET)
        if one.rol is not RolOficina.RESPONSABLE
    ]
    (conflicto,) = uno.sync.conflictos.all(uno.sesion)
    lines = reader(uno.store, uno.sesion)
    uno.sync.conflictos.resolve(uno.sesion, conflicto, Eleccion.VIGENTE)
    uno.sync.pause(uno.sesion)
    uno.sync.resume(uno.sesion)
    uno.sync.miembros.set_role(uno.sesion, member.id, RolOficina.CONSULTA, QUIET)
    uno.sync.miembros.remove(uno.sesion, member.id, QUIET)
    uno.sync.leave(uno.sesion, QUIET)
    assert lines() == [
        "conflicto de sincronización resuelto",
        "sincronización en pausa",
        "sincronización reanudada",
        "rol de un equipo de la oficina cambiado",
        "equipo retirado de la oficina",
        "oficina abandonada",
    ]


def test_what_comes_from_another_desktop_is_written_down_as_nobodys(
    uno: Equipo, dos: Equipo
) -> None:
    meet(uno, dos)
    row = uno.add_registro("A1234567895", "Obras Ficticias")
    meet(uno, dos)
    with dos.store.read() as db:
        lines = [
            (line.accion, line.objeto, line.detalle)
            for line in db.scalars(select(BitacoraRow).where(BitacoraRow.objeto_id == row))
        ]
    assert lines == [("registro recibido de otro equipo", "registro patronal", "")]


def test_a_line_about_a_movement_names_its_own_worker_and_is_found_by_that_name(
    oficina: Oficina,
) -> None:
    with oficina.open() as app:
        who = oficina.sesion
        app.movimientos.capture(who, BAJA)
        other = "1234567000"
        app.movimientos.capture(
            who,
            replace(BAJA, nss=other + check_digit_nss(other), primer_apellido="Xacón"),
        )

        def named(texto: str = "") -> list[str]:
            filtro = FiltroBitacora(accion=Accion.CAPTURA_MOVIMIENTO, texto=texto)
            return [line.cual for line in app.consulta_bitacora.page(who, filtro, 0, 10)]

        munoz, xacon = "Baja de ÍÑIGO MUÑOZ, 02/03/2026", "Baja de ÍÑIGO XACÓN, 02/03/2026"
        assert named() == [xacon, munoz]
        assert named("muñoz") == [munoz]
        assert named("xacón") == [xacon]


@pytest.mark.parametrize(
    ("archivos", "name"),
    [(["uno.txt"], "uno.txt"), (["uno.txt", "dos.txt", "tres.txt"], "uno.txt y 2 más")],
)
def test_an_import_is_named_by_its_first_file(archivos: list[str], name: str) -> None:
    assert _file_names(SimpleNamespace(archivos=json.dumps(archivos))) == name
