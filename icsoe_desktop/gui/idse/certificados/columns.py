"""The columns about certificates in the list of registros patronales."""

from __future__ import annotations

from icsoe_desktop.domain.certificados.certificado import TipoCertificado, Vigencia, fecha_local
from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.services.certificados.valores import RegistroConCertificado

TIPOS = {
    TipoCertificado.EFIRMA: "e.firma",
    TipoCertificado.CSD: "Certificado de Sello Digital (CSD)",
    TipoCertificado.IMSS: "Certificado IMSS",
    TipoCertificado.DESCONOCIDO: "Desconocido",
}
VIGENCIA_ICONS = {
    Vigencia.VIGENTE: "vigente",
    Vigencia.POR_VENCER: "por_vencer",
    Vigencia.VENCIDO: "vencido",
    Vigencia.AUN_NO_VALIDO: "aun_no_valido",
    Vigencia.NO_SIRVE: "vencido",
}
WITHOUT = "Sin certificado"


def _estado(one: RegistroConCertificado) -> str:
    return one.certificado.estado.texto if one.certificado else WITHOUT


def _state(one: RegistroConCertificado) -> str:
    return VIGENCIA_ICONS[one.certificado.estado.vigencia] if one.certificado else "sin_certificado"


def _nota(one: RegistroConCertificado) -> str:
    return (one.certificado.nota if one.certificado else "") or _estado(one)


def _until(one: RegistroConCertificado) -> str:
    return format_fecha(fecha_local(one.certificado.valido_hasta)) if one.certificado else ""


def _days_left(one: RegistroConCertificado) -> int:
    return one.certificado.estado.dias if one.certificado else -(10**6)


def _tipo(one: RegistroConCertificado) -> str:
    return TIPOS[TipoCertificado(one.certificado.tipo)] if one.certificado else ""


COLUMNS = (
    Column[RegistroConCertificado](
        CAMPOS_REGISTRO_PATRONAL.label("registro_patronal"),
        lambda r: RegistroPatronal(r.registro_patronal).agrupado,
        copy=lambda r: r.registro_patronal,
        tabular=True,
        width=118,
    ),
    Column[RegistroConCertificado](
        CAMPOS_REGISTRO_PATRONAL.label("razon_social"), lambda r: r.razon_social, width=170
    ),
    Column[RegistroConCertificado]("Certificado", _tipo, width=118),
    Column[RegistroConCertificado](
        "Titular", lambda r: r.certificado.titular if r.certificado else "", width=124
    ),
    Column[RegistroConCertificado]("Vence", _until, sort=_days_left, tabular=True, width=84),
    Column[RegistroConCertificado](
        "Estado", _estado, sort=_days_left, state=_state, tip=_nota, width=175
    ),
    Column[RegistroConCertificado](
        "RFC del certificado",
        lambda r: r.certificado.rfc if r.certificado else "",
        tabular=True,
        width=120,
    ),
)
