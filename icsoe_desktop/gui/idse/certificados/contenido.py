"""What the windows show of a certificate: its columns in the list, and «Lo que dice»."""

from __future__ import annotations

from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    TipoCertificado,
    Vigencia,
    fecha_local,
)
from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.certificados.verificacion import Verificacion, format_fecha
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.gui.forms.ui_certificados import Ui_CertificadosForm
from icsoe_desktop.gui.kit.fields import show_message
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


WAITS_FOR_PASSWORD = "Escriba la contraseña y guarde para ver y comprobar su contenido."
_LONGEST_TEXT, _LONGEST_WORD = 300, 48  # numbers in hexadecimal have 40
_ROLES = {Vigencia.VIGENTE: "success", Vigencia.POR_VENCER: "warning", Vigencia.NO_SIRVE: "warning"}


class CertificadoContenido:
    """The group box with the data, and the choice among the certificates of a .pfx."""

    def __init__(self, form: Ui_CertificadosForm) -> None:
        self._form = form

    def draw(self, found: Verificacion | None) -> None:
        form = self._form
        self._draw_opciones(found)
        certificado = found.certificado if found else None
        for label, text in zip(
            (
                form.dice_titular_label,
                form.dice_tipo_label,
                form.dice_rfc_label,
                form.dice_numero_label,
                form.dice_vigencia_label,
                form.dice_emisor_label,
            ),
            _said_by(certificado),
            strict=True,
        ):
            label.setText(_shown(text) or "—")
        if found is None:
            show_message(form.dice_estado_label, "")
        elif certificado is None:
            waiting = WAITS_FOR_PASSWORD if found.falta_contrasena else ""
            show_message(form.dice_estado_label, waiting, "hint")
        elif found.estado is not None:
            role = _ROLES.get(found.estado.vigencia, "error")
            show_message(form.dice_estado_label, found.nota or found.estado.texto, role)

    def _draw_opciones(self, found: Verificacion | None) -> None:
        """Offer the certificates of a .pfx that has several keys."""
        form = self._form
        opciones = found.opciones if found else ()
        keep = found is not None and bool(form.opcion_combo.count()) and not opciones
        if opciones:
            form.opcion_combo.clear()
            for one in opciones:
                until = format_fecha(fecha_local(one.valido_hasta))
                form.opcion_combo.addItem(
                    f"{_shown(one.titular or one.numero)}, vence {until}", one.numero
                )
        elif not keep:
            form.opcion_combo.clear()
        shown = bool(form.opcion_combo.count())
        form.opcion_label.setVisible(shown)
        form.opcion_combo.setVisible(shown)


def _shown(text: str | None) -> str:
    """Cuts words that no label can wrap: the longest would set the width of the window."""
    words = ((text or "")[:_LONGEST_TEXT]).split(" ")
    return " ".join(
        word if len(word) <= _LONGEST_WORD else f"{word[: _LONGEST_WORD - 1]}…" for word in words
    )


def _said_by(certificado: Certificado | None) -> tuple[str | None, ...]:
    """The texts to show: owner, type, RFC, number, validity, issuer. None where unknown."""
    if certificado is None:
        return (None,) * 6
    rfc = certificado.rfc
    if rfc and certificado.rfc_representante:
        rfc = f"{rfc} (representante: {certificado.rfc_representante})"
    desde, hasta = fecha_local(certificado.valido_desde), fecha_local(certificado.valido_hasta)
    return (
        certificado.titular,
        TIPOS[certificado.tipo],
        rfc or certificado.registro_patronal,
        certificado.numero,
        f"Del {format_fecha(desde)} al {format_fecha(hasta)}",
        certificado.emisor,
    )
