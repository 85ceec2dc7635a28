"""Reads the administrator's policies: the registry's (Windows) first, then central.ini.

A wrong value is ignored and reported. What there is: domain/politicas/catalogo. No policy holds a
password: every user of the machine may read them.
"""

from __future__ import annotations

import base64
import binascii
import configparser
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.correo import USUAL_PORTS, Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, ProveedorIdentidad
from icsoe_desktop.domain.politicas.catalogo import (
    CLAVES,
    MAX_CONSERVAR,
    MAX_HORAS,
    SECCIONES,
    Clase,
)
from icsoe_desktop.domain.politicas.valores import (
    LLAVE_BYTES,
    Central,
    FuenteActualizaciones,
    RespaldoCentral,
)
from icsoe_desktop.domain.valores_legales.valores import Certeza, Concepto, ValorLegal
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.politicas.registro_windows import NoPolicies, PolicyRegistry
from icsoe_desktop.gateways.sddl import written_by_administrator

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
YES, NO = {"si", "sí", "1", "true"}, {"", "no", "0", "false"}

NOT_TRUSTED = (
    "No se usa: quien no es administrador pudo escribirlo. El dueño del archivo y de su carpeta "
    "debe ser un administrador (en Linux, root) y nadie más debe poder cambiarlos."
)
UNREADABLE = "No se pudo leer; se usa la configuración de cada usuario."
TOO_LONG = "Es demasiado grande para ser este archivo; no se usa."
NOT_INI = "No es un archivo de configuración en UTF-8 con secciones entre corchetes; no se usa."

_AMOUNT = re.compile(r"([0-9]{1,4})\.([0-9]{2})")


def read_central(
    path: Path,
    trusted: Callable[[int, Path], bool] | None = None,
    registry: PolicyRegistry | None = None,
) -> Central:
    """The policies of the registry and the file; the defaults without any.

    The registry takes precedence over the file. Logs and returns the problems.
    trusted: tells from descriptor and folder whether only administrators can have written it.
    C:\\ProgramData lets every user create folders: an untrusted file could send all mail through
    that user's own server.
    """
    content, problem = _read(path, trusted or written_by_administrator)
    central = parse_central(content, registry or NoPolicies())
    if problem:
        central = replace(central, problemas=(problem, *central.problemas))
    for text in central.problemas:
        logger.warning("central.ini: %s", text)
    return central


def parse_central(content: bytes, registry: PolicyRegistry | None = None) -> Central:
    """Never raises. `problemas` lists the values that cannot be used."""
    problems: list[str] = []
    written = _sections(content, problems)
    fixed = {name: _known(registry, name, problems) for name in CLAVES}
    values = {
        name: _on_one_line(name, {**written.get(name, {}), **fixed[name]}, problems)
        for name in CLAVES
    }
    correo, fijo = _correo(values["correo"], problems)
    search = _yes_no(values, "actualizaciones", "buscar", problems)
    return Central(
        correo=correo,
        correo_fijo=fijo,
        sincronizacion=_address(values["sincronizacion"], "sincronizacion", "servidor", problems),
        actualizaciones=_fuente(values["actualizaciones"], problems) if search else None,
        valores=_valores(values["valores"], problems),
        limite_pfx=_limite_pfx(values["certificados"], problems),
        respaldo=_respaldo(values["respaldo"], problems),
        correo_cliente=_cliente(values["correo"], problems),
        actualizaciones_apagadas=not search,
        bloqueo_minutos=_number(values, "sesion", "bloqueo_minutos", problems),
        largo_minimo=_number(values, "contrasenas", "largo_minimo", problems),
        ejemplo=_yes_no(values, "ejemplo", "ofrecer", problems),
        apariencia=_apariencia(values, problems),
        directivas=frozenset(name for name, found in fixed.items() if found),
        problemas=tuple(problems),
    )


def _read(path: Path, trusted: Callable[[int, Path], bool]) -> tuple[bytes, str]:
    """The content of the file, and why it cannot be used."""
    try:
        with path.open("rb") as file:
            if not trusted(file.fileno(), path.parent):
                return b"", NOT_TRUSTED
            return file.read(MAX_BYTES + 1), ""
    except FileNotFoundError:
        return b"", ""
    except OSError:
        return b"", UNREADABLE


def _sections(content: bytes, problems: list[str]) -> dict[str, Mapping[str, str]]:
    """The known keys of each section of the file."""
    if len(content) > MAX_BYTES:
        problems.append(TOO_LONG)
        return {}
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), default_section="")
    try:
        parser.read_string(content.decode("utf-8-sig"))
    except (configparser.Error, UnicodeDecodeError):
        problems.append(NOT_INI)
        return {}
    problems += [
        f"[{section}] {key}: no se reconoce."
        for section in parser.sections()
        for key in parser[section]
        if key not in CLAVES.get(section, ())
    ]
    return {name: parser[name] for name in CLAVES if parser.has_section(name)}


def _known(registry: PolicyRegistry | None, section: str, problems: list[str]) -> dict[str, str]:
    found = registry.values(section) if registry is not None else {}
    names = {key.casefold(): value for key, value in found.items()}
    problems += [
        f"Directiva {section}\\{key[:40]!r}: no se reconoce."
        for key in sorted(names.keys() - CLAVES[section])
    ]
    return {key: value for key, value in names.items() if key in CLAVES[section]}


def _on_one_line(section: str, values: dict[str, str], problems: list[str]) -> dict[str, str]:
    """Without the values that hold line ends or other invisible characters."""
    wrong = sorted(key for key, value in values.items() if not value.strip().isprintable())
    problems += [
        f"[{section}] {key}: va en un renglón, sin caracteres invisibles." for key in wrong
    ]
    return {key: value for key, value in values.items() if key not in wrong}


def _number(
    values: Mapping[str, Mapping[str, str]], section: str, key: str, problems: list[str]
) -> int:
    """A number within the bounds of its policy; 0 if it is not set or wrong."""
    about = CLAVES[section][key]
    text = values[section].get(key, "").strip()
    if not text:
        return 0
    good = text.isascii() and text.isdigit() and len(text) < 6
    if not good or not about.minimo <= int(text) <= about.maximo:
        problems.append(f"[{section}] {key}: escriba un número de {about.minimo} a {about.maximo}.")
        return 0
    return int(text)


def _yes_no(
    values: Mapping[str, Mapping[str, str]], section: str, key: str, problems: list[str]
) -> bool:
    """Yes unless it says no."""
    text = values[section].get(key, "").strip().casefold()
    if text and text not in YES | NO:
        problems.append(f"[{section}] {key}: escriba sí o no.")
        return True
    return not text or text in YES


def _apariencia(values: Mapping[str, Mapping[str, str]], problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for about in next(one for one in SECCIONES if one.nombre == "apariencia").directivas:
        text = values["apariencia"].get(about.clave, "").strip().casefold()
        if about.clase is Clase.NUMERO:
            number = _number(values, "apariencia", about.clave, problems)
            if number:
                found[about.clave] = str(number)
        elif text in [one.valor for one in about.opciones]:
            found[about.clave] = text
        elif text:
            choice = ", ".join(one.valor for one in about.opciones)
            problems.append(f"[apariencia] {about.clave}: escriba {choice}.")
    return found


def _correo(values: Mapping[str, str], problems: list[str]) -> tuple[ServidorCorreo | None, bool]:
    fixed = values.get("fijo", "").strip().casefold()
    if fixed not in YES | NO:
        problems.append("[correo] fijo: escriba sí o no.")
    if not any(values.get(key, "").strip() for key in ("servidor", "remitente")):
        return None, False
    wanted = values.get("seguridad", "").strip() or Seguridad.STARTTLS
    try:
        seguridad = next(one for one in Seguridad if one.casefold() == wanted.casefold())
    except StopIteration:
        problems.append(f"[correo] seguridad: escriba {', '.join(Seguridad)}.")
        return None, False
    try:
        servidor = ServidorCorreo.parse(
            values.get("servidor", ""),
            values.get("puerto", "") or str(USUAL_PORTS[seguridad]),
            seguridad,
            values.get("usuario", ""),
            values.get("remitente", ""),
            values.get("nombre_remitente", ""),
        )
    except InvalidInputError as error:
        problems.append(f"[correo] {error.campo}: {error.message}")
        return None, False
    return servidor, fixed in YES


def _cliente(values: Mapping[str, str], problems: list[str]) -> ClienteOAuth | None:
    """The secret is the one that Google gives to desktop applications: it protects nothing."""
    keys = ("oauth_proveedor", "oauth_cliente", "oauth_inquilino", "oauth_secreto")
    proveedor, cliente, inquilino, secreto = (values.get(key, "").strip() for key in keys)
    if not (proveedor or cliente):
        return None
    try:
        found = next(one for one in ProveedorIdentidad if one.casefold() == proveedor.casefold())
    except StopIteration:
        problems.append(f"[correo] oauth_proveedor: escriba {', '.join(ProveedorIdentidad)}.")
        return None
    try:
        return ClienteOAuth.parse(found, cliente, inquilino, secreto)
    except InvalidInputError as error:
        problems.append(f"[correo] oauth_{error.campo}: {error.message}")
        return None


def _respaldo(values: Mapping[str, str], problems: list[str]) -> RespaldoCentral | None:
    if not values:
        return None
    usual = RespaldoCentral()
    numbers = []
    for key, default, least, most in (
        ("cada_horas", usual.cada_horas, 0, MAX_HORAS),
        ("conservar", usual.conservar, 1, MAX_CONSERVAR),
    ):
        text = values.get(key, "").strip() or str(default)
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            text = "-1"
        if not least <= int(text) <= most:
            problems.append(f"[respaldo] {key}: escriba un número de {least} a {most}.")
            return None
        numbers.append(int(text))
    carpeta = values.get("carpeta", "").strip()
    if carpeta and not (Path(carpeta).is_absolute() and carpeta.isprintable()):
        problems.append("[respaldo] carpeta: escriba la ruta completa de una carpeta.")
        return None
    fixed = values.get("fijo", "").strip().casefold()
    if fixed not in YES | NO:
        problems.append("[respaldo] fijo: escriba sí o no.")
        return None
    return RespaldoCentral(numbers[0], numbers[1], carpeta, fixed in YES)


def _fuente(values: Mapping[str, str], problems: list[str]) -> FuenteActualizaciones | None:
    address = _address(values, "actualizaciones", "direccion", problems)
    if not address:
        return None
    try:
        key = base64.b64decode(values.get("llave", "").strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != LLAVE_BYTES:
        problems.append("[actualizaciones] llave: es una llave pública Ed25519, en base64.")
        return None
    return FuenteActualizaciones(address, key)


def _valores(values: Mapping[str, str], problems: list[str]) -> tuple[ValorLegal, ...]:
    """`uma = 2027-02-01 122.00; 2028-02-01 126.00`. One wrong value drops its whole line."""
    found: list[ValorLegal] = []
    for concepto in Concepto:
        line: list[ValorLegal] = []
        try:
            for entry in filter(None, map(str.strip, values.get(concepto.value, "").split(";"))):
                day, amount = entry.split()
                centavos = _AMOUNT.fullmatch(amount)
                if centavos is None:
                    raise ValueError(amount)
                line.append(
                    ValorLegal(
                        concepto,
                        date.fromisoformat(day),
                        int(centavos[1] + centavos[2]),
                        "central.ini",
                        Certeza.CENTRAL,
                    )
                )
        except (ValueError, InvalidInputError):
            problems.append(
                f"[valores] {concepto.value}: escriba fecha e importe, por ejemplo "
                "2027-01-01 350.00; separe varios con punto y coma."
            )
        else:
            found += line
    return tuple(found)


def _limite_pfx(values: Mapping[str, str], problems: list[str]) -> LimitePfx | None:
    text = values.get("pfx_hasta", "").strip()
    if not text:
        return None
    try:
        return LimitePfx(date.fromisoformat(text), "la política de este equipo", fijo=True)
    except (ValueError, InvalidInputError):
        problems.append(
            "[certificados] pfx_hasta: escriba la fecha, posterior al 16/07/2026, como 2026-12-31."
        )
        return None


def _address(values: Mapping[str, str], section: str, key: str, problems: list[str]) -> str:
    """An https address without credentials, or an empty text."""
    text = values.get(key, "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme == "https"
            and bool(parts.hostname)
            and parts.username is None
            and parts.port != 0
            and text.isprintable()
            and " " not in text
        )
    except ValueError:
        good = False
    if not good:
        problems.append(f"[{section}] {key}: es una dirección que empieza con https://.")
        return ""
    return text
