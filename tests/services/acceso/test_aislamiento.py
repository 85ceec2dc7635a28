"""Each contratista only its own: every public method is tried by whoever may not."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import PERMISOS, SESION_CONSULTA, Permiso, Rol, Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.consulta import FiltroBitacora
from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas
from icsoe_desktop.services.capturistas.importacion import VistaPreviaCapturistas
from icsoe_desktop.services.capturistas.relaciones import NOT_THERE
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.contratista.domicilios import VistaPreviaCatalogo
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.store.tables.icsoe import RelacionRow
from tests.services.mundo import PDF, Mundo, curp_numero, direccion, nuevo
from tests.support.smtp_real import SmtpReal

Call = Callable[[Mundo, Sesion, uuid.UUID], object]
NOWHERE = Path("/no/existe")
VISTA_CP = VistaPreviaCatalogo(
    NOWHERE, "", "", date(2026, 1, 1), "TXT", "UTF-8", 0, 0, (), (), False
)

# Every public method that takes a session and names somebody's row.
BY_ROW: dict[str, Call] = {
    "capturistas.get": lambda m, s, r: m.capturistas.get(s, r),
    "capturistas.undo_register": lambda m, s, r: m.capturistas.undo_register(s, r),
    "capturistas.update": lambda m, s, r: m.capturistas.update(s, r, nuevo(0, "x@ejemplo.mx")),
    "capturistas.send_link": lambda m, s, r: m.capturistas.send_link(s, r),
    "capturistas.baja": lambda m, s, r: m.capturistas.baja(s, r),
    "capturistas.activar": lambda m, s, r: m.capturistas.activar(s, r),
    "privacidad.export": lambda m, s, r: m.privacidad.export(s, r),
    "privacidad.delete": lambda m, s, r: m.privacidad.delete(s, r),
}
# Every other one of the administration.
OF_CONTRATISTA: dict[str, Call] = {
    "privacidad.delete_own": lambda m, s, _: m.privacidad.delete_own(s),
    "privacidad.delete_worker": lambda m, s, _: m.privacidad.delete_worker(s, "12345678903"),
    "privacidad.export_worker": lambda m, s, _: m.privacidad.export_worker(s, "12345678903"),
    "contratistas.informacion": lambda m, s, _: m.contratistas.informacion(s),
    "contratistas.accept_terminos": lambda m, s, _: m.contratistas.accept_terminos(
        s, TERMINOS_VERSION
    ),
    "contratistas.save_generales": lambda m, s, _: m.contratistas.save_generales(
        s, correo="x@ejemplo.mx", celular="5511223344"
    ),
    "contratistas.save_domicilio_igual": lambda m, s, _: m.contratistas.save_domicilio_igual(s),
    "contratistas.save_domicilio": lambda m, s, _: m.contratistas.save_domicilio(s, direccion()),
    "acuses.inspect": lambda m, s, _: m.acuses.inspect(s, m.archivos.folder / "acuse.pdf"),
    "acuses.save": lambda m, s, _: m.acuses.save(
        s, m.archivos.folder / "acuse.pdf", date(2025, 6, 1)
    ),
    "acuses.change_fecha": lambda m, s, _: m.acuses.change_fecha(s, date(2025, 6, 2)),
    "acuses.current": lambda m, s, _: m.acuses.current(s),
    "acuses.content": lambda m, s, _: m.acuses.content(s),
    "acuses.delete": lambda m, s, _: m.acuses.delete(s),
    "codigos_postales.preview_import": lambda m, s, _: m.codigos_postales.preview_import(
        s, m.archivos.folder / "acuse.pdf", NoProgress()
    ),
    "capturistas.validate": lambda m, s, _: m.capturistas.validate(s, curp_numero(7)),
    "capturistas.register": lambda m, s, _: m.capturistas.register(s, nuevo(7)),
    "consulta.count": lambda m, s, _: m.consulta.count(s, FiltroCapturistas()),
    "consulta.numeros": lambda m, s, _: m.consulta.numeros(s, FiltroCapturistas()),
    "consulta.rows": lambda m, s, _: m.consulta.rows(s, [1]),
    "consulta.file_name": lambda m, s, _: m.consulta.file_name(s),
    "consulta.export": lambda m, s, _: m.consulta.export(
        s, m.archivos.folder / "x.xlsx", NoProgress()
    ),
    "consulta.export_rows": lambda m, s, _: list(m.consulta.export_rows(s)),
    "importacion.preview": lambda m, s, _: m.importacion.preview(s, NOWHERE, NoProgress()),
    "importacion.apply": lambda m, s, _: m.importacion.apply(
        s, VistaPreviaCapturistas("", ()), NoProgress()
    ),
    "log.count": lambda m, s, _: m.log.count(s, FiltroBitacora()),
    "log.page": lambda m, s, _: m.log.page(s, FiltroBitacora(), 0, 10),
    "log.quienes": lambda m, s, _: m.log.quienes(s),
    "log.acciones": lambda m, s, _: m.log.acciones(s),
    "log.export_rows": lambda m, s, _: list(m.log.export_rows(s, FiltroBitacora())),
    "log.export": lambda m, s, _: m.log.export(
        s, FiltroBitacora(), m.archivos.folder / "y.xlsx", NoProgress()
    ),
}
# Those that answer to whoever asks, each with its own rule and tests.
OTHERS = {
    "codigos_postales.apply_import",
    "contratistas.perfil",
    "codigos_postales.current",
    "codigos_postales.colonias",
    "acceso.contratistas",
    "acceso.choose",
    "acceso.lock",
    "acceso.unlock_with_efirma",
    "acceso.unlock_with_password",
    "acceso.renew_code",
    "privacidad.export_own",
    "capturistas.add",  # within a transaction that was authorized
}


def public_methods(mundo: Mundo) -> Iterator[str]:
    """Every method of a service that takes a session."""
    for each in fields(mundo):
        service = getattr(mundo, each.name)
        if each.name in ("bitacora", "buzon") or not type(service).__module__.startswith(
            "icsoe_desktop.services"
        ):
            continue
        for name, method in inspect.getmembers(service, inspect.ismethod):
            if not name.startswith("_") and "sesion" in inspect.signature(method).parameters:
                yield f"{each.name}.{name}"


def test_the_lists_below_have_every_public_method(mundo: Mundo) -> None:
    assert set(public_methods(mundo)) == {*BY_ROW, *OF_CONTRATISTA, *OTHERS}


@pytest.mark.parametrize("name", BY_ROW)
def test_a_row_of_another_contratista_is_as_if_it_were_not_there(
    mundo: Mundo, moral: Sesion, fisica: Sesion, name: str
) -> None:
    own = mundo.alta(moral)
    nobodys = mundo.store.new_id()
    before = mundo.capturistas.get(moral, own.id)
    for row_id in (own.id, nobodys):
        with pytest.raises(UserFacingError) as refused:
            BY_ROW[name](mundo, fisica, row_id)
        assert refused.value.message == NOT_THERE
    assert mundo.capturistas.get(moral, own.id) == before


def test_nothing_that_one_reads_is_of_the_other(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    for n in range(3):
        mundo.alta(moral, n)
    mundo.contratistas.save_domicilio(moral, direccion(calle="Calle Secreta"))
    assert mundo.consulta.count(fisica, FiltroCapturistas()) == 0
    assert mundo.consulta.numeros(fisica, FiltroCapturistas()).tolist() == []
    assert mundo.consulta.rows(fisica, [1, 2, 3]) == ()
    assert list(mundo.consulta.export_rows(fisica)) == []
    informacion = mundo.contratistas.informacion(fisica)
    assert informacion.generales is not None
    assert (informacion.generales.correo, informacion.domicilio) == ("fisica@ejemplo.mx", None)
    mundo.acuses.delete(fisica)
    assert mundo.acuses.current(moral) is not None
    own_lines = mundo.log.page(fisica, FiltroBitacora(), 0, 1000)
    assert "alta de capturista" not in {line.accion for line in own_lines}
    assert {each.nombre for each in mundo.log.quienes(fisica)} == {"JULIA ROBLES TAPIA"}
    assert "Calle Secreta" not in repr(mundo.privacidad.export_own(fisica))


def forged(rol: Rol, mundo: Mundo) -> Sesion:
    """A session of nobody who is in the store."""
    nobody = mundo.store.new_id()
    return Sesion(rol, nobody, "Nadie", nobody if rol is Rol.CONTRATISTA else None)


@pytest.mark.parametrize("name", [*BY_ROW, *OF_CONTRATISTA])
def test_no_other_role_reaches_the_administration(
    mundo: Mundo, moral: Sesion, sesion: Sesion, buzon_real: SmtpReal, name: str
) -> None:
    capturista = mundo.alta(moral)
    (mundo.archivos.folder / "acuse.pdf").write_bytes(PDF)
    mundo.activate(buzon_real)
    entered = mundo.acceso.enter_capturista(curp_numero(0), "Papel.Verde93")
    chosen = mundo.acceso.choose(entered, moral.require_contratista())
    call = {**BY_ROW, **OF_CONTRATISTA}[name]
    everybody = [entered, chosen, SESION_CONSULTA, forged(Rol.CONTRATISTA, mundo)]
    # An IDSE user reads her own log and imports postal codes, and nothing else of these.
    if not name.startswith(("log.", "codigos_postales.")):
        everybody.append(sesion)
    for other in everybody:
        with pytest.raises(NotAllowedError):
            call(mundo, other, capturista.id)
    with mundo.store.read() as db:
        assert db.scalars(select(RelacionRow.estatus)).all() == [Estatus.ACTIVA]


def test_an_idse_user_reads_no_line_of_a_contratista(
    mundo: Mundo, moral: Sesion, sesion: Sesion
) -> None:
    mundo.alta(moral)
    lines = mundo.log.page(sesion, FiltroBitacora(), 0, 1000)
    assert "alta de capturista" not in {line.accion for line in lines}
    assert "TALLERES DEL BAJIO IMAGINARIO SA DE CV" not in {line.quien for line in lines}


def test_a_capturista_cannot_choose_who_did_not_register_her(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    mundo.alta(moral)
    mundo.activate(buzon_real)
    entered = mundo.acceso.enter_capturista(curp_numero(0), "Papel.Verde93")
    for contratista_id in (fisica.require_contratista(), mundo.store.new_id()):
        with pytest.raises(NotAllowedError):
            mundo.acceso.choose(entered, contratista_id)
        # Nor by making the session herself.
        with pytest.raises(NotAllowedError):
            mundo.contratistas.perfil(entered.acting_for(contratista_id))
    for other in (moral, SESION_CONSULTA):
        with pytest.raises(NotAllowedError):
            mundo.acceso.contratistas(other)
        with pytest.raises(NotAllowedError):
            mundo.acceso.choose(other, moral.require_contratista())


def test_icsoe_sessions_reach_nothing_of_idse(
    mundo: Mundo,
    moral: Sesion,
    buzon_real: SmtpReal,
    verificador: Any,
    ajustes: AjustesService,
) -> None:
    mundo.alta(moral)
    mundo.activate(buzon_real)
    entered = mundo.acceso.enter_capturista(curp_numero(0), "Papel.Verde93")
    certificados = CertificadosService(mundo.store, mundo.bitacora, verificador, False)
    registros = RegistrosPatronalesService(mundo.store, mundo.bitacora)
    for sesion in (moral, entered):
        for attempt in (
            lambda s=sesion: certificados.all(s),
            lambda s=sesion: certificados.delete(s, mundo.store.new_id()),
            lambda s=sesion: registros.all(s),
            lambda s=sesion: registros.add(
                s, registro_patronal="Z9912345106", razon_social="X", rfc="EKU9003173C9"
            ),
        ):
            with pytest.raises(NotAllowedError):
                attempt()
    for read in (ajustes.servidor_correo, mundo.buzon.pending):
        with pytest.raises(NotAllowedError):
            read(entered)
    assert ajustes.servidor_correo(moral) is None
    assert {one.para for one in mundo.buzon.pending(moral)} == {"persona0@ejemplo.mx"}


def test_the_rights_of_each_role_are_exactly_these() -> None:
    capture = Permiso.CAPTURAR_INFORMATIVA
    assert PERMISOS[Rol.CAPTURISTA] == {Permiso.ELEGIR_CONTRATISTA, capture}
    assert PERMISOS[Rol.CONTRATISTA] == {
        Permiso.ADMINISTRAR_CONTRATISTA,
        Permiso.ADMINISTRAR_CAPTURISTAS,
        Permiso.CONSULTAR_BITACORA,
        Permiso.CONFIGURAR_CORREO,
        Permiso.CONFIRMAR_CODIGO,
        Permiso.IMPORTAR_CODIGOS_POSTALES,
        capture,
    }
    icsoe = {
        Permiso.ADMINISTRAR_CONTRATISTA,
        Permiso.ADMINISTRAR_CAPTURISTAS,
        Permiso.ELEGIR_CONTRATISTA,
        capture,
    }
    assert not PERMISOS[Rol.USUARIO_IDSE] & icsoe
    assert not PERMISOS[Rol.CONSULTA] & icsoe


def test_a_session_cannot_be_of_one_contratista_and_act_for_another(mundo: Mundo) -> None:
    one, other = mundo.store.new_id(), mundo.store.new_id()
    with pytest.raises(ValueError, match="in its own name"):
        Sesion(Rol.CONTRATISTA, one, "X", other)
    with pytest.raises(ValueError, match="only ICSOE sessions"):
        Sesion(Rol.USUARIO_IDSE, one, "X", other)
