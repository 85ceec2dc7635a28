"""Who may ask each service for what: every method that takes a session refuses all the others."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import CONSULTA_ONLY, NOT_FOR_ROL, Rol, Sesion
from icsoe_desktop.domain.valores_legales.valores import Concepto
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote, PlanLote
from icsoe_desktop.services.movimientos.terminos import DiaCalendario
from icsoe_desktop.services.respaldo.service import Programa
from tests.conftest import MemoryKeyring
from tests.services.mundo import PDF

IDSE = frozenset({Rol.USUARIO_IDSE})
ALL_OF_IDSE = IDSE | {Rol.CONSULTA}
CONTRATISTA = frozenset({Rol.CONTRATISTA})
CAPTURISTA = frozenset({Rol.CAPTURISTA})
# The mail of the installation, and its log: each contratista sees her own part.
BOTH = IDSE | CONTRATISTA

MAY: dict[str, frozenset[Rol]] = {
    **dict.fromkeys(
        (
            "usuarios: all disable enable new_recovery_code register",
            "registros_patronales: add apply_import columns edit preview_import remove undo_import",
            "certificados: all any_missing are_swapped delete inspect inspect_key limite_pfx save "
            "save_limite_pfx",
            "movimientos: capture check correct_many delete edit",
            "importacion_movimientos: all columns preview preview_rows undo",
            "trabajadores: find",
            "salarios: plantilla read_sheet",
            "confronta: accept withdraw",
            "constancias: all apply preview undo",
            "lotes: all attach cancel cedula content document export find generate get "
            "mark_all_sent mark_approved mark_received mark_rejected mark_sent plan",
            "plazos: remove_day save_day",
            "reloj: answer",
            "valores_legales: import_values remove save save_rules",
            "acceso_icsoe: renew_code",
            "avisos: save",
            "respaldo: create found preview programa restore save_programa",
            "sincronizacion: change_connection create default_address forget_undone join leave "
            "pause read_invitation resume take_over test",
            "sincronizacion.conflictos: all decide_deletions deleted recover resolve retry "
            "set_aside",
            "sincronizacion.miembros: all invite leave name_suplente new_paper remove set_role "
            "take_over",
        ),
        IDSE,
    ),
    **dict.fromkeys(
        (
            "confronta: choose_attribute compare",
            "registros_patronales: all",
            "movimientos: corrections export first_page get history known_worker many prepare "
            "registros_patronales usual",
            "importacion_movimientos: formatos",
            "reloj: state",
            "plazos: days",
            "sua: plan write",
            "valores_legales: export_values missing rules table",
        ),
        ALL_OF_IDSE,
    ),
    "tablero: months read": ALL_OF_IDSE,
    "terminos: update": ALL_OF_IDSE,
    "vigencias: all export save_calendar": ALL_OF_IDSE | CONTRATISTA,
    **dict.fromkeys(
        (
            "ajustes: save_servidor_correo send_test servidor_correo shared_server",
            "buzon: discard hand_over pending retry take_back",
            "recordatorios: get save",
            "respaldo: last",
            "vigilados: add all remove",
            "vinculo_correo: begin_code estado link_by_browser link_by_code save_servidor unlink",
            "codigos_postales: preview_import",
            "consulta_bitacora: acciones count export export_rows page quienes",
            "verificacion_bitacora: verify",
            "usuarios: confirm_code unconfirmed_code",
        ),
        BOTH,
    ),
    **dict.fromkeys(
        (
            "contratistas: accept_terminos informacion save_domicilio save_generales",
            "acuses: change_fecha content current delete inspect save",
            "capturistas: activar baja get register send_link undo_register update validate",
            "consulta_capturistas: count export export_rows file_name numeros rows",
            "importacion_capturistas: apply preview",
            "mis_contratistas: add read remove",
            "privacidad: delete delete_worker export export_worker",
        ),
        CONTRATISTA,
    ),
    **dict.fromkeys(
        (
            "contratos: contratantes delete fill folios get include read_rejections read_workers "
            "registros rfc rows save save_workers workers",
            "informativas: acuse create declare delete get keep_ticks mark review salida "
            "save_acuse save_calendar send_back tablero ticks",
            "lista_contratos: apply copied preview",
            "paquetes: contratantes read_acuse save",
            "sisub: days delete remove_day save_acuse save_day",
        ),
        CONTRATISTA | CAPTURISTA,
    ),
    "tablero_contratista: read": CONTRATISTA,
    "tablero_capturista: read": CAPTURISTA,
    "privacidad: delete_own": CONTRATISTA,
    "acceso_icsoe: choose contratistas": CAPTURISTA,
    "contratistas: perfil": CONTRATISTA | CAPTURISTA,
    "privacidad: export_own": CONTRATISTA | CAPTURISTA,
    "codigos_postales: colonias current": IDSE | CONTRATISTA | CAPTURISTA,
}
METHODS = {
    f"{service}.{method}": roles
    for line, roles in MAY.items()
    for service, _, methods in [line.partition(": ")]
    for method in methods.split()
}
# Asked by the program itself, with the session that is open.
OF_THE_PROGRAM = {
    "acceso.mend_vault",
    "avisos.accept",
    "avisos.pending",
    "acceso_icsoe.lock",
    "acceso_icsoe.unlock_with_efirma",
    "acceso_icsoe.unlock_with_password",
    "ajustes.keep_server",
    "bitacora.record",
    "capturistas.add",
    "contratos.put",
    "contratos.take_in",
}
# Looks first at what it was given: tried beside its other tests.
WITH_ITS_OWN_TEST = {"importacion_movimientos.apply", "codigos_postales.apply_import"}

DAY = date(2026, 4, 2)
# What is looked at before the session, for it needs no store.
GOOD: dict[str, Callable[[Path], Any]] = {
    "send_test.para": lambda _: "alma@ejemplo.mx",
    "change_fecha.fecha": lambda _: DAY,
    "save.fecha": lambda _: DAY,
    "save.path": lambda folder: folder / "acuse.pdf",
    "colonias.codigo_postal": lambda _: "06700",
    "generate.plan": lambda _: PlanLote((), (), OpcionesLote()),
    "save.concepto": lambda _: Concepto.UMA,
    "save.desde": lambda _: date(2027, 2, 1),
    "save.importe": lambda _: "122.00",
    "save.fuente": lambda _: "INEGI",
    "save_day.dia": lambda _: DiaCalendario(DAY, False, "Jueves Santo"),
    "save_limite_pfx.ultimo": lambda _: date(2026, 12, 31),
    "save_limite_pfx.fuente": lambda _: "DOF",
    "send_back.nota": lambda _: "Falta un contrato",
    "save_programa.programa": lambda _: Programa(),
    "save_programa.contrasena": lambda _: None,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("derechos")
    (made / "acuse.pdf").write_bytes(PDF)
    return made


@pytest.fixture(scope="module")
def application(folder: Path) -> Iterator[Application]:
    """Nobody is registered in it: each session is of somebody who is gone."""
    app = open_application(DataFolder(folder), keyring=MemoryKeyring())
    yield app
    app.close()


def sesion_of(rol: Rol) -> Sesion:
    who = None if rol is Rol.CONSULTA else uuid.uuid4()
    return Sesion(rol, who, "Quien ya no está", who if rol is Rol.CONTRATISTA else None)


def ask(application: Application, name: str, sesion: Sesion, folder: Path) -> None:
    method = name.rpartition(".")[2]
    function = attrgetter(name)(application)
    given = {}
    for one in inspect.signature(function).parameters:
        good = GOOD.get(f"{method}.{one}")
        given[one] = sesion if one == "sesion" else good(folder) if good else MagicMock()
    answer = function(**given)
    if inspect.isgenerator(answer):
        next(answer)


def test_every_method_that_takes_a_session_has_its_roles(application: Application) -> None:
    office = ("sincronizacion", "sincronizacion.conflictos", "sincronizacion.miembros")
    services = {**vars(application), **{one: attrgetter(one)(application) for one in office}}
    found = {
        f"{name}.{method}"
        for name, service in services.items()
        if type(service).__module__.startswith("icsoe_desktop.services")
        for method, function in inspect.getmembers(type(service), inspect.isfunction)
        if not method.startswith("_") and "sesion" in inspect.signature(function).parameters
    }
    assert found == {*METHODS} | OF_THE_PROGRAM | WITH_ITS_OWN_TEST


@pytest.mark.parametrize("name", METHODS)
def test_a_role_without_the_right_is_refused_for_its_role(
    application: Application, folder: Path, name: str
) -> None:
    for rol in set(Rol) - METHODS[name]:
        with pytest.raises(NotAllowedError) as refused:
            ask(application, name, sesion_of(rol), folder)
        assert refused.value.message == (CONSULTA_ONLY if rol is Rol.CONSULTA else NOT_FOR_ROL)


@pytest.mark.parametrize("name", METHODS)
def test_a_right_ends_with_the_user_who_had_it(
    application: Application, folder: Path, name: str
) -> None:
    for rol in METHODS[name] - {Rol.CONSULTA}:
        with pytest.raises(NotAllowedError) as refused:
            ask(application, name, sesion_of(rol), folder)
        assert refused.value.message not in (CONSULTA_ONLY, NOT_FOR_ROL)
