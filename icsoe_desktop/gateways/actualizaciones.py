"""Reads the signed announcement of the newest version and downloads its installer.

The announcement is JSON: {"manifiesto": base64 of a JSON text, "firma": base64 of its Ed25519
signature}. The signature covers the bytes of the text. It is verified before the text is parsed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from icsoe_desktop.domain.actualizacion import Actualizacion, Version
from icsoe_desktop.domain.politicas.valores import FuenteActualizaciones
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.trust import system_tls
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import drop

if TYPE_CHECKING:
    # A slow import that most starts do not need.
    pass

# The names that `download` gives.
_DOWNLOAD = re.compile(r"ICSOE-Desktop-(\d{1,5}\.\d{1,5}\.\d{1,5})\.(exe|parcial)", re.ASCII)
MAX_ANNOUNCEMENT_BYTES = 64 * 1024
CHUNK_BYTES = 256 * 1024
ANNOUNCEMENT_S = 60.0
INSTALLER_S = 6 * 60 * 60.0
# A compressed answer could be a thousand times larger than what came.
PLAIN = {"Accept-Encoding": "identity"}

NOT_REACHED = (
    "No se pudo preguntar si hay una versión nueva: el servidor de actualizaciones no respondió. "
    "El programa sigue funcionando; inténtelo más tarde o avise a su administrador."
)
NOT_TRUSTED = (
    "El servidor de actualizaciones respondió algo que no está firmado por quien publica este "
    "programa. No se descargó ni se cambió nada. Avise a su administrador."
)
DAMAGED = (
    "El instalador descargado no es el que se anunció: se borró. Su programa sigue como estaba. "
    "Inténtelo más tarde o avise a su administrador."
)
NOT_WRITTEN = (
    "No se pudo guardar el instalador: revise el espacio del disco. Su programa sigue como estaba."
)


class ActualizacionesGateway:
    """tls: makes the TLS context; by default it trusts the system's authorities."""

    def __init__(self, tls: Callable[[], ssl.SSLContext] = system_tls) -> None:
        self._tls = tls

    def newest(self, fuente: FuenteActualizaciones) -> Actualizacion:
        """Raises UserFacingError if the server is unreachable or the signature is wrong."""
        content = bytearray()
        with self._reached(fuente.direccion, ANNOUNCEMENT_S) as parts:
            for part in parts:
                content += part
                if len(content) > MAX_ANNOUNCEMENT_BYTES:
                    raise UserFacingError(NOT_TRUSTED)
        return read_announcement(bytes(content), fuente.llave)

    def download(self, actualizacion: Actualizacion, folder: Path, progress: Progress) -> Path:
        """Download the installer into `folder` and compare it with the announced hash.

        Raises UserFacingError, Cancelled; the partial file is then deleted.
        """
        target = folder / f"ICSOE-Desktop-{actualizacion.version}.exe"
        partial = target.with_suffix(".parcial")
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._fetch(actualizacion, partial, progress)
            partial.replace(target)
        except OSError as error:
            raise UserFacingError(NOT_WRITTEN) from error
        finally:
            drop(partial)
        return target

    def forget(self, folder: Path, unwanted: Callable[[Version], bool]) -> None:
        """Delete the downloads of unwanted versions, and what cut-off downloads left.

        Nothing else in the folder is touched. A file that is in use stays until the next time.
        """
        with suppress(OSError):
            for path in folder.iterdir():
                found = _DOWNLOAD.fullmatch(path.name)
                if found and (found[2] == "parcial" or unwanted(Version.parse(found[1]))):
                    with suppress(OSError):
                        path.unlink()

    def _fetch(self, actualizacion: Actualizacion, partial: Path, progress: Progress) -> None:
        digest, done = hashlib.sha256(), 0
        with (
            self._reached(actualizacion.instalador, INSTALLER_S) as parts,
            partial.open("wb") as file,
        ):
            for part in parts:
                done += len(part)
                if done > actualizacion.tamano:
                    raise UserFacingError(DAMAGED)
                digest.update(part)
                file.write(part)
                progress.report(done, actualizacion.tamano, "Descargando la versión nueva…")
        if done != actualizacion.tamano or digest.hexdigest() != actualizacion.sha256:
            raise UserFacingError(DAMAGED)

    @contextmanager
    def _reached(self, address: str, seconds: float) -> Iterator[Iterator[bytes]]:
        """The body, part by part. seconds: until its end."""
        import requests

        from icsoe_desktop.gateways.https import TIMEOUT_S, chunks, deadline, open_session

        try:
            with (
                open_session(self._tls) as session,
                deadline(session, seconds),
                session.get(address, timeout=TIMEOUT_S, stream=True, headers=PLAIN) as answer,
            ):
                answer.raise_for_status()
                yield chunks(answer, CHUNK_BYTES)
        except requests.RequestException as error:
            raise UserFacingError(NOT_REACHED) from error


def read_announcement(content: bytes, llave: bytes) -> Actualizacion:
    """llave: Ed25519 public key, 32 bytes. Raises UserFacingError for anything not signed by it."""
    try:
        envelope = json.loads(content)
        text = base64.b64decode(envelope["manifiesto"], validate=True)
        signature = base64.b64decode(envelope["firma"], validate=True)
        Ed25519PublicKey.from_public_bytes(llave).verify(signature, text)
        announced = json.loads(text)
        if not isinstance(announced, dict):
            raise TypeError
        return Actualizacion.parse(announced)
    except (
        InvalidSignature,
        KeyError,
        TypeError,
        ValueError,
        binascii.Error,
        RecursionError,
    ) as error:
        raise UserFacingError(NOT_TRUSTED) from error
