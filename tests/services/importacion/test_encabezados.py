"""The names that offices give to the columns of their sheets."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.gateways.hojas.encabezado import match_columns, rivals

ENCABEZADOS = {
    "tipo": "Mov.|Movimiento|tipo movimiento|Tipo de Mov.|T. Mov|MOVTO.|Aviso|Tipo aviso|"
    "Movimiento (tipo)|Clase movimiento|Mov. afiliatorio|TIPO DE MOVTO",
    "registro_patronal": "No. DE REGISTRO PATRONAL|Reg. Pat.|REG PATRONAL|RP|R.P.|Registro IMSS|"
    "Registro patronal IMSS|Núm. Reg. Patronal|Patronal (registro)|Reg. Patr. IMSS|# Reg. Pat.|"
    "Nro de registro patronal|No. Reg. Patronal (IMSS)|Registro patronal (11 dígitos)",
    "nss": "NSS|N.S.S.|No. NSS|Núm. Seguridad Social|No. Seg. Social|No. de Seguro Social|IMSS|"
    "# IMSS|No. IMSS|Afiliación|No. afiliación|Seguro Social|NSS trabajador|NSS del empleado|"
    "Número seg. soc.|N° de seguridad social|Nro. Seguro Social|"
    "Num. afiliación IMSS|NSS (11 dígitos)|No. Afil.|NSS/IMSS|Núm. S.S.",
    "primer_apellido": "Apellido Paterno|AP. PATERNO|Paterno|Paterno (apellido)|A. Paterno|"
    "1er apellido|Apellido 1|Primer Apellido|apell. paterno|1er. Ap.|Ap. Pat.|A. Pat.|Apellido P.",
    "segundo_apellido": "Apellido Materno|AP. MATERNO|Materno|Materno, apellido|A. Materno|"
    "2do apellido|Apellido 2|Segundo ap.|apell. materno|2o. Apellido|Ap. Mat.|A. Mat.|Apellido M.",
    "nombres": "Nombre|Nombres|NOMBRE (S)|Nombre del empleado|Nombre empleado|Nom. trabajador|"
    "Nombre(s) del trabajador|Nombres de pila|Nombre trab.|Empleado (nombre)",
    "fecha": "Fecha|Fecha mov.|FECHA DE MOVTO|Fec. Mov.|F. Movimiento|Fecha de ingreso|"
    "F. ingreso|Fecha alta|Fec. Baja|Fecha reingreso|Fecha de mod.|Fecha aviso|"
    "Movimiento (fecha)|fecha del mov|Fec. Ing.|Fecha alta IMSS",
    "sbc": "SBC|S.B.C.|Salario Base Cotización|Sal. base de cot.|Sal. Base|SDI|S.D.I.|"
    "Salario diario int.|Sal. diario integrado|Salario integrado|SBC diario|Salario|Sal.|"
    "Salario integrado (diario)|Sueldo diario integrado|S.D.I. diario|S.B.C. (diario)|"
    "SDI IMSS|Salario Diario Integrado (SDI)",
    "tipo_trabajador": "T. Trab.|Tipo trab.|Tipo trabajador|TIPO DE TRAB|Tipo de empleado|"
    "Trabajador (tipo)|T. empleado",
    "tipo_salario": "T. Salario|Tipo sal.|Tipo salario|TIPO DE SAL|Salario (tipo)|T. Sal",
    "jornada": "Jornada|Jornada reducida|Semana reducida|Semana o jornada reducida|"
    "Semana/jornada reducida|Tipo de jornada|T. Jornada|Jor. reducida",
    "causa_baja": "Causa de baja|Causa baja|Causa de la baja|Motivo baja|Motivo de la baja|Causa|"
    "Motivo|Baja (causa)",
    "umf": "UMF|U.M.F.|No. UMF|Clínica|Unidad Médica Familiar|Unidad de medicina familiar|"
    "Unidad médica|Clínica IMSS",
    "guia": "Guía|GUIA|Subdelegación|Subdelegación (guía)|No. guía|Guía de la subdelegación|"
    "Guía subdel.|Cve. subdelegación",
    "clave_trabajador": "# Empleado|No. Empleado|Núm. de empleado|Número de trabajador|Clave|"
    "Cve. empleado|Clave trab.|Código|Cód. empleado|No. nómina|ID empleado|N° empleado",
    "rfc": "RFC|R.F.C.|RFC trabajador|Reg. federal de contribuyentes|RFC con homoclave",
    "curp": "CURP|C.U.R.P.|CURP trabajador|CURP del empleado|Clave CURP|"
    "Clave única registro población|CURP (18)|C.U.R.P. del trabajador",
}
CASOS = [(campo, one) for campo, names in ENCABEZADOS.items() for one in names.split("|")]


@pytest.mark.parametrize(("campo", "encabezado"), CASOS)
def test_a_column_is_known_by_the_name_that_an_office_gives_it(campo: str, encabezado: str) -> None:
    assert match_columns(["x", encabezado], CAMPOS_MOVIMIENTO.headers()) == {campo: 1}


def test_there_are_enough_names() -> None:
    assert len({one for _, one in CASOS}) >= 120


@pytest.mark.parametrize(
    "encabezado",
    [
        "Fecha de nacimiento", "Salario mensual", "Salario diario", "Nombre de la empresa",
        "Nombre completo", "Tipo de contrato", "Puesto", "", "#", "Mov. " * 9_000,
    ],
)  # fmt: skip
def test_a_column_of_something_else_is_not_taken(encabezado: str) -> None:
    assert match_columns([encabezado], CAMPOS_MOVIMIENTO.headers()) == {}


def test_of_two_columns_with_the_same_words_neither_is_guessed() -> None:
    found = match_columns(["Mov. fecha", "F. de mov.", "NSS"], CAMPOS_MOVIMIENTO.headers())
    assert found == {"nss": 2}


@pytest.mark.parametrize(
    ("header", "places"),
    [
        ("Fecha de alta|NSS|Fecha de baja", {"fecha": (0, 2)}),
        ("Salario base|SDI|SBC diario", {"sbc": (0, 1, 2)}), ("Fecha|Fecha", {"fecha": (0, 1)}),
        ("SBC|SDI|Salario base", {}), ("Fecha del movimiento|Fecha de alta", {}),
        ("Fecha de nacimiento|Fecha|Salario diario|SDI|Clave CURP|Clave", {}), ("|||", {}),
    ],
)  # fmt: skip
def test_several_columns_that_fit_a_field_are_told(
    header: str, places: dict[str, tuple[int, ...]]
) -> None:
    assert rivals(header.split("|"), CAMPOS_MOVIMIENTO.headers()) == places
