"""«Lo que dice el certificado»: the data of the chosen certificate."""

from __future__ import annotations

from icsoe_desktop.domain.certificados.certificado import Certificado, Vigencia, fecha_local
from icsoe_desktop.domain.certificados.verificacion import Verificacion, format_fecha
from icsoe_desktop.gui.forms.ui_certificados import Ui_CertificadosForm
from icsoe_desktop.gui.idse.certificados.columns import TIPOS
from icsoe_desktop.gui.kit.fields import show_message

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
