"""The vault: keeps the data key in an envelope file with several slots.

Each slot contains the data key, encrypted with one secret: a key in the system's keyring, the
password of an enabled user, or a printable recovery code. With a registered user, the keyring
is never the only slot.
"""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from icsoe_desktop.errors import StoreDamagedError, StoreLockedError
from icsoe_desktop.gateways.atomic_write import replace_file
from icsoe_desktop.gateways.boveda.key_envelope import (
    KEYRING,
    PASSWORD,
    RECOVERY,
    EnvelopeBrokenError,
    KeyEnvelope,
    new_code,
)
from icsoe_desktop.gateways.boveda.os_keyring import Keyring
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.seguridad.data_key import KEY_BYTES, DataKey

MAX_BYTES = 1024 * 1024  # thousands of users

WRONG_PASSWORD = (
    "La contraseña no abre los datos de este equipo. Los datos están a salvo y no se cambió nada. "
    "Vuelva a escribirla o use el código de recuperación."
)
WRONG_CODE = (
    "El código de recuperación no abre los datos de este equipo. Los datos están a salvo y no se "
    "cambió nada. Revise que esté completo: son ocho grupos de cuatro."
)
LOCKED = (
    "Los datos están cifrados y la llave guardada en este equipo no está disponible. No se "
    "tocaron; ábralos con la contraseña de un usuario de Conexión en línea con IDSE o con el "
    "código de recuperación."
)
# Without IDSE users: neither an e.firma nor a capturista's password opens the data.
LOCKED_CODE_ONLY = (
    "Los datos están cifrados y este equipo no tiene llavero, o no lo abrió. No se tocaron; "
    "ábralos con el código de recuperación que se imprimió en el primer ingreso."
)
ENVELOPE_DAMAGED = (
    "El archivo de llaves («llaves.json») está dañado o es de una versión más nueva. Los datos no "
    "se tocaron. Restaure ese archivo desde su respaldo o actualice el programa."
)


# Lies beside an envelope without slots until somebody registers, and names it.
UNUSED = "sin-usuarios.txt"


class Boveda:
    """Reads and writes the envelope at `path`. Not thread-safe."""

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._path = path
        self._unused = path.with_name(UNUSED)
        self._keyring = keyring

    def exists(self) -> bool:
        return self._path.exists()

    def has_ways_in(self) -> bool:
        """Whether the envelope has a slot. Without one, no data were ever stored with its key."""
        return bool(self._read().slots)

    def was_never_used(self) -> bool:
        """Whether nobody registered under this envelope since `create`: nothing needs its key.

        Another envelope without slots, in the place of one that had some, does not count.
        """
        envelope = self._read()
        try:
            with open_regular(self._unused) as file:
                named = file.read(len(envelope.database_id) + 1).decode("ascii", "replace")
        except OSError:
            return False
        return not envelope.slots and named == envelope.database_id

    def has_passwords(self) -> bool:
        return self._read().has(PASSWORD)

    def create(self) -> DataKey:
        """Create a data key and its envelope, with a keyring slot if there is a keyring."""
        envelope = KeyEnvelope.new()
        key = DataKey.generate()
        envelope = self._with_keyring(envelope, key)
        self._write(envelope)
        if not envelope.slots:
            replace_file(self._unused, envelope.database_id.encode("ascii"))
        return key

    def open_with_keyring(self) -> DataKey:
        """Raises StoreLockedError if the keyring has no key for this envelope."""
        envelope = self._read()
        wrapping = self._keyring.get(envelope.database_id)
        if wrapping is not None and len(wrapping) == KEY_BYTES:
            found = envelope.unwrap(KEYRING, wrapping)
            if found is not None:
                return found[0]
        if envelope.has(PASSWORD):
            raise StoreLockedError(LOCKED)
        raise StoreLockedError(LOCKED_CODE_ONLY, passwords=False)

    def open_with_password(self, password: str) -> tuple[DataKey, uuid.UUID]:
        """(data key, id of the password's user). Restores a lost keyring entry.

        Takes about 0.3 s for each user. Raises StoreLockedError.
        """
        envelope = self._read()
        found = envelope.unwrap_with_password(password)
        if found is not None:
            key, user_id = found
            self._mend_keyring(envelope, key)
            return key, uuid.UUID(user_id)
        raise StoreLockedError(WRONG_PASSWORD)

    def open_with_recovery_code(self, code: str) -> DataKey:
        """Raises StoreLockedError."""
        envelope = self._read()
        found = envelope.unwrap(RECOVERY, envelope.key_of_code(code))
        if found is not None:
            self._mend_keyring(envelope, found[0])
            return found[0]
        raise StoreLockedError(WRONG_CODE)

    def set_password(self, key: DataKey, user_id: uuid.UUID, password: str) -> None:
        """Replace the slot of the user's former password."""
        self._write(self._read().wrap_with_password(user_id.hex, password, key))

    def password_opens(self, user_id: uuid.UUID, password: str) -> bool:
        envelope = self._read()
        theirs = tuple(r for r in envelope.slots if r.id == user_id.hex)
        return replace(envelope, slots=theirs).unwrap_with_password(password) is not None

    def keep_passwords_of(self, user_ids: set[uuid.UUID]) -> None:
        """Delete the password slots of all other users."""
        envelope = self._read()
        wanted = {one.hex for one in user_ids}
        kept = tuple(r for r in envelope.slots if r.tipo != PASSWORD or r.id in wanted)
        if kept != envelope.slots:
            self._write(replace(envelope, slots=kept))

    def for_backup(self) -> tuple[str, dict[str, Any]]:
        """(id of the database, envelope without its keyring slot)."""
        envelope = self._read()
        return envelope.database_id, envelope.without(KEYRING).as_json()

    def restore(self, saved: dict[str, Any], key: DataKey) -> None:
        """Write the envelope of a backup.

        An existing keyring entry of that database stays: the present data need it until the
        restored ones replace them. Raises StoreDamagedError.
        """
        try:
            envelope = KeyEnvelope.from_json(saved)
        except EnvelopeBrokenError as error:
            raise StoreDamagedError(ENVELOPE_DAMAGED) from error
        wrapping = self._keyring.get(envelope.database_id)
        if wrapping is not None and len(wrapping) == KEY_BYTES:
            self._write(envelope.wrap(KEYRING, KEYRING, wrapping, key))
        else:
            self._write(self._with_keyring(envelope, key))

    def has_keyring(self) -> bool:
        """Whether the next start opens without a password or code."""
        return self._read().has(KEYRING)

    def has_recovery_code(self) -> bool:
        return self._read().has(RECOVERY)

    def new_recovery_code(self, key: DataKey) -> str:
        """A new recovery code to print. It replaces the former one and is stored nowhere."""
        envelope, code = self._read(), new_code()
        self._write(envelope.wrap(RECOVERY, RECOVERY, envelope.key_of_code(code), key))
        return code

    def _with_keyring(self, envelope: KeyEnvelope, key: DataKey) -> KeyEnvelope:
        wrapping = secrets.token_bytes(KEY_BYTES)
        if not self._keyring.set(envelope.database_id, wrapping):
            return envelope
        return envelope.wrap(KEYRING, KEYRING, wrapping, key)

    def _mend_keyring(self, envelope: KeyEnvelope, key: DataKey) -> None:
        mended = self._with_keyring(envelope, key)
        if mended is not envelope:
            self._write(mended)

    def _read(self) -> KeyEnvelope:
        try:
            with open_regular(self._path) as file:
                content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise EnvelopeBrokenError
            return KeyEnvelope.from_json(json.loads(content))
        except (OSError, ValueError, RecursionError, EnvelopeBrokenError) as error:
            raise StoreDamagedError(ENVELOPE_DAMAGED) from error

    def _write(self, envelope: KeyEnvelope) -> None:
        text = json.dumps(envelope.as_json(), indent=1).encode()
        if len(text) > MAX_BYTES:
            raise StoreDamagedError(ENVELOPE_DAMAGED)  # of a forged backup; never to be read again
        if envelope.slots:
            self._unused.unlink(missing_ok=True)
        replace_file(self._path, text)
        # A file that a kill left unfinished may contain the slot of a removed user.
        for stale in self._path.parent.glob(f"{self._path.name}.*.tmp"):
            stale.unlink(missing_ok=True)
