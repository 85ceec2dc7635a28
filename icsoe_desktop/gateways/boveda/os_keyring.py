"""The keyring of the operating system. It may keep the key of an envelope slot."""

from __future__ import annotations

import base64
import binascii
import logging
from pathlib import Path
from typing import Any, Protocol

from icsoe_desktop.regular_file import open_regular

logger = logging.getLogger(__name__)

USER_NAME = "llave de datos"


class Keyring(Protocol):
    """Stores one key a database."""

    def get(self, database_id: str) -> bytes | None: ...

    def set(self, database_id: str, key: bytes) -> bool:
        """False if the keyring refused the key."""


class SystemKeyring:
    """Windows Credential Manager, macOS Keychain or the Secret Service, through `keyring`.

    Every failure reads as a missing entry: the envelope has other slots.
    """

    def available(self) -> bool:
        import keyring.backends.fail as fail
        import keyring.backends.null as null

        backend = self._backend()
        # keyrings.alt stores its entries in clear; an empty chain stores nothing.
        unsafe = type(backend).__module__.startswith("keyrings.alt")
        empty_chain = getattr(backend, "backends", None) == []
        none = isinstance(backend, fail.Keyring | null.Keyring)
        return not (unsafe or empty_chain or none)

    def get(self, database_id: str) -> bytes | None:
        try:
            if not self.available():
                return None
            text = self._backend().get_password(_service(database_id), USER_NAME)
            return base64.b64decode(text, validate=True) if text else None
        except binascii.Error:
            logger.warning("keyring entry is not readable")
            return None
        except Exception as error:  # noqa: BLE001 - backends raise their own kinds
            logger.warning("keyring not readable: %s", type(error).__name__)
            return None

    def set(self, database_id: str, key: bytes) -> bool:
        try:
            if not self.available():
                return False
            text = base64.b64encode(key).decode()
            self._backend().set_password(_service(database_id), USER_NAME, text)
        except Exception as error:  # noqa: BLE001 - backends raise their own kinds
            logger.warning("keyring not writable: %s", type(error).__name__)
            return False
        return self.get(database_id) == key

    def _backend(self) -> Any:
        import keyring

        backend = keyring.get_keyring()
        for one in getattr(backend, "backends", [backend]):
            if hasattr(one, "persist"):
                # The default, enterprise, copies the entry to other machines of the domain.
                one.persist = "local machine"
        return backend


# A key is 32 bytes. The file lies in a folder that anybody may have prepared.
MAX_FILE_BYTES = 1024


class FileKeyring:
    """A clear file beside the data. Only for the sample data, which are invented."""

    def __init__(self, folder: Path, *, writes: bool = True) -> None:
        """writes: whether the data are known to be invented: anybody can name a folder."""
        self._folder = folder
        self._writes = writes

    def get(self, database_id: str) -> bytes | None:
        try:
            with open_regular(self._path(database_id)) as file:
                key = file.read(MAX_FILE_BYTES + 1)
        except OSError:
            return None
        return key if len(key) <= MAX_FILE_BYTES else None

    def set(self, database_id: str, key: bytes) -> bool:
        if not self._writes:
            return False
        try:
            self._path(database_id).write_bytes(key)
        except OSError:
            return False
        return True

    def _path(self, database_id: str) -> Path:
        return self._folder / f"llave-{database_id}.bin"


def _service(database_id: str) -> str:
    return f"ICSOE Desktop/{database_id}"
