"""Reads the administrator's policy file, central.ini. A wrong line is ignored and reported.

[correo] servidor, puerto, seguridad (STARTTLS, SSL/TLS, Ninguna), usuario, remitente,
nombre_remitente, fijo (sí, no), oauth_proveedor (Microsoft, Google), oauth_cliente,
oauth_inquilino, oauth_secreto. [sincronizacion] servidor. [actualizaciones] direccion, llave
(Ed25519, base64). [certificados] pfx_hasta. [respaldo] cada_horas, conservar, carpeta, fijo.
[valores] salario_minimo,
salario_minimo_frontera, uma. It holds no password: every user of the machine may read it.
"""

from __future__ import annotations

import base64
import binascii
import configparser
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.correo import USUAL_PORTS, Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, ProveedorIdentidad
from icsoe_desktop.domain.politica import (
    LLAVE_BYTES,
    Central,
    FuenteActualizaciones,
    RespaldoCentral,
)
from icsoe_desktop.domain.valores_legales.valores import Certeza, Concepto, ValorLegal
from icsoe_desktop.errors import InvalidInputError

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
MOST_HOURS = 24 * 31
MOST_KEPT = 365
KEYS = {
    "correo": {
        "servidor",
        "puerto",
        "seguridad",
        "usuario",
        "remitente",
        "nombre_remitente",
        "fijo",
        "oauth_proveedor",
        "oauth_cliente",
        "oauth_inquilino",
        "oauth_secreto",
    },
    "sincronizacion": {"servidor"},
    "actualizaciones": {"direccion", "llave"},
    "certificados": {"pfx_hasta"},
    "respaldo": {"cada_horas", "conservar", "carpeta", "fijo"},
    "valores": {concepto.value for concepto in Concepto},
}
YES, NO = {"si", "sí", "1", "true"}, {"", "no", "0", "false"}

NOT_TRUSTED = (
    "No se usa: quien no es administrador pudo escribirlo. Su dueño debe ser un administrador (en "
    "Linux, root) y nadie más debe poder cambiarlo."
)
UNREADABLE = "No se pudo leer; se usa la configuración de cada usuario."
TOO_LONG = "Es demasiado grande para ser este archivo; no se usa."
NOT_INI = "No es un archivo de configuración en UTF-8 con secciones entre corchetes; no se usa."

_AMOUNT = re.compile(r"([0-9]{1,4})\.([0-9]{2})")
# Administrators, SYSTEM and TrustedInstaller.
_ADMINISTRATORS = {
    "S-1-5-32-544",
    "S-1-5-18",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
}


def read_central(path: Path, trusted: Callable[[int], bool] | None = None) -> Central:
    """The settings of the file; the defaults without a file. Logs and returns the problems.

    trusted: tells from the descriptor whether only administrators can have written the file.
    C:\\ProgramData lets every user create folders: an untrusted file could send all mail through
    that user's own server.
    """
    try:
        with path.open("rb") as file:
            if not (trusted or written_by_administrator)(file.fileno()):
                return _refused(NOT_TRUSTED)
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Central()
    except OSError:
        return _refused(UNREADABLE)
    central = parse_central(content)
    _log(central)
    return central


def parse_central(content: bytes) -> Central:
    """Never raises. `problemas` lists the values that cannot be used."""
    if len(content) > MAX_BYTES:
        return Central(problemas=(TOO_LONG,))
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), default_section="")
    try:
        parser.read_string(content.decode("utf-8-sig"))
    except (configparser.Error, UnicodeDecodeError):
        return Central(problemas=(NOT_INI,))
    problems = [
        f"[{section}] {key}: no se reconoce."
        for section in parser.sections()
        for key in parser[section]
        if key not in KEYS.get(section, ())
    ]
    values = {name: parser[name] if parser.has_section(name) else {} for name in KEYS}
    correo, fijo = _correo(values["correo"], problems)
    return Central(
        correo,
        fijo,
        _address(values["sincronizacion"], "sincronizacion", "servidor", problems),
        _fuente(values["actualizaciones"], problems),
        _valores(values["valores"], problems),
        _limite_pfx(values["certificados"], problems),
        _respaldo(values["respaldo"], problems),
        _cliente(values["correo"], problems),
        tuple(problems),
    )


def written_by_administrator(descriptor: int) -> bool:
    if sys.platform == "win32":
        return _owner_on_windows(descriptor) in _ADMINISTRATORS
    found = os.fstat(descriptor)
    return found.st_uid == 0 and not found.st_mode & 0o022


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
        ("cada_horas", usual.cada_horas, 0, MOST_HOURS),
        ("conservar", usual.conservar, 1, MOST_KEPT),
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


def _refused(problem: str) -> Central:
    central = Central(problemas=(problem,))
    _log(central)
    return central


def _log(central: Central) -> None:
    for problem in central.problemas:
        logger.warning("central.ini: %s", problem)


if sys.platform == "win32":

    def _owner_on_windows(descriptor: int) -> str:
        """The owner's SID as text; empty if Windows does not return it."""
        import ctypes
        import msvcrt
        from ctypes import wintypes

        advapi32 = ctypes.WinDLL("advapi32")
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.LocalFree.argtypes = [ctypes.c_void_p]
        owner, security = ctypes.c_void_p(), ctypes.c_void_p()
        file_object, owner_information = 1, 1
        advapi32.GetSecurityInfo.argtypes = [
            wintypes.HANDLE,
            ctypes.c_int,
            wintypes.DWORD,
            *[ctypes.c_void_p] * 5,
        ]
        failed = advapi32.GetSecurityInfo(
            msvcrt.get_osfhandle(descriptor),
            file_object,
            owner_information,
            ctypes.byref(owner),
            None,
            None,
            None,
            ctypes.byref(security),
        )
        if failed:
            return ""
        text = wintypes.LPWSTR()
        try:
            advapi32.ConvertSidToStringSidW.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
            if not advapi32.ConvertSidToStringSidW(owner, ctypes.byref(text)):
                return ""
            sid = text.value or ""
            kernel32.LocalFree(ctypes.cast(text, ctypes.c_void_p))
            return sid
        finally:
            kernel32.LocalFree(security)
