"""Reading the log, and what a person may ask for: a copy of her data, and that they go."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import CAMPOS_CERTIFICADO, CampoCertificado
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.consulta import FiltroBitacora
from icsoe_desktop.store.tables.icsoe import ActivacionRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.sistema import BitacoraRow, CorreoRow
from tests.conftest import Reloj
from tests.services.mundo import BUENA, Mundo, curp_numero, nuevo
from tests.support.smtp_real import SmtpReal

TODO = FiltroBitacora()
EMPRESA = "TALLERES DEL BAJIO IMAGINARIO SA DE CV"


def test_the_newest_line_comes_first_with_names_in_it(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    mundo.alta(moral)
    reloj.advance(minutes=1)
    mundo.activate(buzon_real)
    entered = mundo.acceso.enter_capturista(curp_numero(0), BUENA)
    mundo.acceso.choose(entered, moral.require_contratista())
    page = mundo.log.page(moral, TODO, 0, 2)
    her = "Íñiga Xacón Núñez"
    assert [line[1:-1] for line in page] == [
        (reloj.now, her, "contratista elegido", "contratista", EMPRESA, ""),
        (reloj.now, her, "relación confirmada por el capturista", "capturista", her, ""),
    ]
    total = mundo.log.count(moral, TODO)
    everything = mundo.log.page(moral, TODO, 0, 1000)
    assert len(everything) == total
    assert mundo.log.page(moral, TODO, 1, 3) == everything[1:4]
    assert tuple(mundo.log.export_rows(moral, TODO)) == everything
    assert "alta de capturista" in mundo.log.acciones(moral)


def test_the_log_is_filtered_by_day_person_action_and_text(
    mundo: Mundo, moral: Sesion, reloj: Reloj
) -> None:
    reloj.now = datetime.fromisoformat("2026-05-10T05:59:59+00:00")  # the 9th in Mexico
    mundo.alta(moral, 1)
    reloj.now = datetime.fromisoformat("2026-05-10T06:00:00+00:00")
    mundo.alta(moral, 2)
    mundo.capturistas.baja(moral, mundo.consulta.rows(moral, [2])[0].id)

    def found(**filtro: object) -> list[str]:
        lines = mundo.log.page(moral, FiltroBitacora(**filtro), 0, 1000)  # type: ignore[arg-type]
        return [line.accion for line in lines]

    tenth = date(2026, 5, 10)
    assert found(desde=tenth) == ["baja de capturista", "alta de capturista"]
    assert found(desde=date(2026, 5, 9), hasta=date(2026, 5, 9)) == ["alta de capturista"]
    assert found(accion="baja de capturista") == ["baja de capturista"]
    assert found(texto="BAJA capturista") == ["baja de capturista"]
    assert found(texto="100%") == []
    [who] = mundo.log.quienes(moral)
    assert who.nombre == EMPRESA
    assert len(found(quien=who.clave)) == mundo.log.count(moral, TODO)
    assert found(quien="nadie") == []


def test_the_log_calls_fields_as_the_windows_do(mundo: Mundo, moral: Sesion) -> None:
    mundo.contratistas.save_generales(
        moral, correo="otra@ejemplo.mx", celular="5511223344", telefono_fijo="5544332211"
    )
    capturista = mundo.alta(moral)
    datos = replace(nuevo(), segundo_apellido="Nuñes", telefono="5598765432")
    mundo.capturistas.update(moral, capturista.id, datos)
    said = {line.accion: line.detalle for line in mundo.log.page(moral, TODO, 0, 1000)[::-1]}
    assert said["cambio de datos generales"] == "Correo electrónico, Teléfono fijo"
    assert said["cambio de capturista"] == "Segundo apellido, Teléfono"
    assert {*CampoCertificado, "rfc"} == {each.name for each in CAMPOS_CERTIFICADO}


def test_the_log_is_exported_in_the_hours_of_mexico_and_that_is_noted(
    mundo: Mundo, moral: Sesion, tmp_path: Path, reloj: Reloj
) -> None:
    path = tmp_path / "bitacora.xlsx"
    written = mundo.log.export(moral, TODO, path, NoProgress())
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0][1:7] == ("Fecha y hora", "Quién", "Acción", "Objeto", "Cuál", "Detalle")
    assert len(rows) == written + 1
    assert rows[1][1] == datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001
    newest = mundo.log.page(moral, TODO, 0, 1)[0]
    assert (newest.accion, newest.detalle) == (
        "exportación de la bitácora",
        f"{written} renglones",
    )


def test_a_copy_of_her_data_is_json_without_secrets(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    mundo.activate(buzon_real)
    copy = mundo.privacidad.export(moral, capturista.id)
    text = json.dumps(copy, ensure_ascii=False)
    assert copy["Datos de identificación"] == {
        "CURP": curp_numero(0),
        "Nombre(s)": "Íñiga",
        "Primer apellido": "Xacón",
        "Segundo apellido": "Núñez",
        "Sexo": "Mujer",
        "Fecha de nacimiento": "01/01/1990",
        "Entidad de nacimiento": "Ciudad de México",
    }
    relation = copy["Relación con el contratista"]
    assert (relation["Contratista"], relation["Estatus"], relation["Teléfono"]) == (
        EMPRESA,
        "Activa",
        "5512345678",
    )
    assert "argon2" not in text
    own = mundo.privacidad.export_own(mundo.acceso.enter_capturista(curp_numero(0), BUENA))
    assert own["Acceso"]["Correo comprobado"] == "persona0@ejemplo.mx"
    assert [each["Contratista"] for each in own["Relaciones"]] == [EMPRESA]
    assert "argon2" not in json.dumps(own)
    company = mundo.privacidad.export_own(moral)
    assert company["Datos generales"]["Correo electrónico"] == "contratista@ejemplo.mx"
    assert company["Acuse REPSE"]["Vence"] == "01/06/2028"
    noted = mundo.log.page(
        moral, FiltroBitacora(accion="copia de datos personales entregada"), 0, 9
    )
    assert len(noted) == 2


def test_her_copy_holds_the_lines_about_her_and_none_of_another_contratista(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    hers = mundo.alta(moral)
    mundo.alta(moral, 1)
    elsewhere = mundo.alta(fisica)
    mundo.capturistas.baja(fisica, elsewhere.id)
    copy = mundo.privacidad.export(moral, hers.id)
    assert copy["Bitácora"] == [
        {"Fecha": "02/03/2026 09:30", "Acción": "alta de capturista", "Detalle": ""}
    ]
    assert [
        line["Acción"] for line in mundo.privacidad.export(fisica, elsewhere.id)["Bitácora"]
    ] == [
        "alta de capturista",
        "baja de capturista",
    ]


def test_deleting_her_leaves_nothing_of_her_but_the_log(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    mundo.activate(buzon_real)
    mundo.privacidad.delete(moral, capturista.id)
    with mundo.store.read() as db:
        for kind in (PersonaRow, RelacionRow, ActivacionRow, CorreoRow):
            assert db.scalar(select(func.count()).select_from(kind)) == 0
        last = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id.desc())).first()
        assert last is not None
        assert (last.accion, last.objeto_id, last.detalle) == (
            "datos personales borrados",
            capturista.id,
            "",
        )
    with mundo.store.engine.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).all()
        for (table,) in tables:
            told = repr(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())  # noqa: S608
            for piece in (curp_numero(0), "persona0@", "Íñiga", "Xacón"):
                assert piece not in told, table
    assert "Usuario que ya no existe" in {
        line.quien for line in mundo.log.page(moral, TODO, 0, 1000)
    }
    with pytest.raises(UserFacingError):
        mundo.privacidad.export(moral, capturista.id)
    # A new alta of the same person begins from nothing.
    assert not mundo.capturistas.validate(moral, curp_numero(0)).conocida


def test_deleting_her_for_one_leaves_her_to_the_other(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    own = mundo.alta(moral)
    mundo.alta(fisica)
    mundo.activate(buzon_real)
    mundo.privacidad.delete(moral, own.id)
    entered = mundo.acceso.enter_capturista(curp_numero(0), BUENA)
    assert [each.id for each in mundo.acceso.contratistas(entered)] == [fisica.contratista_id]
