"""`icsoe-desktop certificado verificar`: verifies certificate files without store or login."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from icsoe_desktop.cli.answer import CommandAnswer
from icsoe_desktop.cli.command import (
    UNREADABLE,
    add_command,
    add_group,
    ask_password,
    read_password,
)
from icsoe_desktop.domain.certificados.certificado import Certificado, TipoCertificado, fecha_local
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.certificados.verificacion import (
    Cadena,
    CampoCertificado,
    Esperado,
    MensajeCertificado,
    Verificacion,
    format_fecha,
)

ENV_PRUEBAS = "ICSOE_PRUEBAS"

_TIPOS = {
    TipoCertificado.EFIRMA: "e.firma",
    TipoCertificado.CSD: "Certificado de Sello Digital (CSD)",
    TipoCertificado.IMSS: "Certificado IMSS",
    TipoCertificado.DESCONOCIDO: "desconocido",
}
_CADENAS = {
    Cadena.SAT: "emitido por el SAT",
    Cadena.ANTERIOR: "de una autoridad anterior del SAT",
    Cadena.PRUEBA: "de prueba del SAT",
    Cadena.DESCONOCIDA: "autoridad desconocida",
}


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `certificado verificar`."""
    actions = add_group(
        subparsers,
        "certificado",
        help="revisar certificados: e.firma, CSD, IMSS",
        description="Revisa certificados: e.firma, CSD e IMSS.",
    )
    verificar = add_command(
        actions,
        "certificado verificar",
        verificar_certificado,
        help="decir qué es un certificado y si es bueno",
        description=(
            "Dice qué es un certificado y si es bueno. Termina con 0 si es bueno, con 1 si no lo "
            "es y con 2 si la orden está mal escrita. La contraseña se pregunta, o se lee de un "
            "archivo o de la entrada estándar; nunca se escribe en la orden."
        ),
        example="certificado verificar empresa.cer --llave empresa.key --json",
    )
    verificar.add_argument("archivo", type=Path, metavar="ARCHIVO", help="certificado: .cer o .pfx")
    verificar.add_argument(
        "--llave", type=Path, metavar="RUTA", help="llave privada (.key) de la e.firma"
    )
    verificar.add_argument(
        "--contrasena-archivo",
        metavar="RUTA",
        help=(
            "archivo con la contraseña de la llave o del .pfx, o - para la entrada estándar; "
            "se quita un solo fin de línea"
        ),
    )
    verificar.add_argument(
        "--registro-patronal", metavar="RP", help="registro patronal al que debe corresponder"
    )
    verificar.add_argument("--rfc", metavar="RFC", help="RFC al que debe corresponder")


def verificar_certificado(args: argparse.Namespace, answer: CommandAnswer) -> int:
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.gateways.certificados.autoridades import Autoridades
    from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier

    verificador = CertificateVerifier(Autoridades.pinned())
    esperado = Esperado(
        registro_patronal=args.registro_patronal,
        rfc=args.rfc,
        pruebas=os.environ.get(ENV_PRUEBAS) == "1",
    )
    now = _now()
    limite = LimitePfx()

    def verify(contrasena: bytearray | None) -> Verificacion:
        try:
            return verificador.verify(
                args.archivo, args.llave, contrasena, now=now, esperado=esperado
            )
        finally:
            if contrasena is not None:
                contrasena[:] = bytes(len(contrasena))

    if args.contrasena_archivo is not None:
        try:
            found = verify(read_password(args.contrasena_archivo))
        except (OSError, ValueError):
            found = _without_password(verify(None))
    else:
        found = verify(None)
        contrasena = ask_password("Contraseña: ") if found.falta_contrasena else None
        if contrasena is not None:
            found = verify(contrasena)
    found = limite.judged(found, now)
    answer.put(**found.as_json())
    answer.say(_describe(found))
    return 0 if found.valido else 1


def _now() -> datetime:
    return datetime.now(UTC)


def _without_password(found: Verificacion) -> Verificacion:
    others = (each for each in found.problemas if each.campo is not CampoCertificado.CONTRASENA)
    unreadable = MensajeCertificado(UNREADABLE, CampoCertificado.CONTRASENA)
    return replace(found, problemas=(unreadable, *others))


def _describe(found: Verificacion) -> str:
    lines = list(_describe_certificate(found))
    for certificado in found.opciones:
        registro = certificado.registro_patronal or certificado.rfc or "sin registro patronal"
        lines.append(_line("En el archivo", f"{certificado.numero} ({registro})"))
    lines += found.mensajes
    if found.valido and not found.completa:
        lines.append("El certificado es bueno; no se indicó su llave privada (--llave).")
    elif found.valido and not found.mensajes:
        lines.append("El certificado es bueno y su llave privada le corresponde.")
    return "\n".join(lines)


def _describe_certificate(found: Verificacion) -> Iterator[str]:
    certificado = found.certificado
    if certificado is None:
        return
    yield _line("Tipo", _TIPOS[certificado.tipo])
    for label, value in (
        ("Titular", certificado.titular),
        ("RFC", certificado.rfc),
        ("RFC del representante", certificado.rfc_representante),
        ("CURP", certificado.curp),
        ("CURP del representante", certificado.curp_representante),
        ("Registro patronal", certificado.registro_patronal),
        ("Correo", certificado.correo),
        ("Número de certificado", certificado.numero),
        ("Vigencia", _describe_dates(certificado, found)),
        ("Emisor", f"{certificado.emisor or 'sin nombre'} ({_CADENAS[found.cadena]})"),
        ("Llave privada", _describe_key(found.llave_corresponde)),
    ):
        if value is not None:
            yield _line(label, value)


def _line(label: str, value: str) -> str:
    return f"{label + ':':<24}{value}"


def _describe_dates(certificado: Certificado, found: Verificacion) -> str:
    desde, hasta = fecha_local(certificado.valido_desde), fecha_local(certificado.valido_hasta)
    estado = "" if found.estado is None else f" ({found.estado.texto.lower()})"
    return f"del {format_fecha(desde)} al {format_fecha(hasta)}{estado}"


def _describe_key(corresponde: bool | None) -> str | None:
    if corresponde is None:
        return None
    return "corresponde al certificado" if corresponde else "no corresponde al certificado"
