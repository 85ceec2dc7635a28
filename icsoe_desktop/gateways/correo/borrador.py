"""A mail as a draft for the person's own mail program: an .eml file that opens ready to be sent.

The file holds what the mail says, a one-time link for example. It lies in a folder of its own in
the user's temporary folder, which nobody else may read, and is deleted minutes later or at the
latest by the next start.
"""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish
from icsoe_desktop.gateways.correo.smtp import MAIL_POLICY

PREFIX: Final = "icsoe-borrador-"
NAME: Final = "correo.eml"
KEPT_S: Final = 600.0


def as_draft(mensaje: MensajeCorreo) -> bytes:
    """An RFC 5322 message without sender, which the mail program adds.

    X-Unsent: Outlook opens such a file as a message to be sent.
    """
    message = EmailMessage(policy=MAIL_POLICY)
    message["X-Unsent"] = "1"
    message["To"] = Address(addr_spec=mensaje.para)
    message["Subject"] = mensaje.asunto
    message.set_content(mensaje.texto)
    if mensaje.html is not None:
        message.add_alternative(mensaje.html, subtype="html")
    return message.as_bytes(policy=MAIL_POLICY)


class Drafts:
    """folder: the user's temporary folder, from the system unless a test says otherwise."""

    def __init__(self, folder: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now
        self._made: set[Path] = set()

    def write(self, content: bytes) -> Path:
        """Write a draft in a folder that only this user may read. Raises UserFacingError."""
        with file_troubles_in_spanish():
            # mkdtemp makes it with mode 0700, and fails on a name that exists.
            made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._folder))
            self._made.add(made)
            path = made / NAME
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        return path

    def tidy(self) -> None:
        """Delete drafts older than ten minutes, also after a crash of the program."""
        for found in self._found():
            age = self._now() - found.lstat().st_mtime
            # A file of tomorrow: the clock was moved back.
            if not -KEPT_S < age < KEPT_S:
                self._delete(found)

    def clear(self) -> None:
        """Delete the drafts of this process."""
        for made in [*self._made]:
            self._delete(made)

    def _found(self) -> Iterator[Path]:
        folder = self._folder or Path(tempfile.gettempdir())
        with suppress(OSError):
            for found in folder.glob(f"{PREFIX}*"):
                with suppress(OSError):
                    if _is_own_folder(found):
                        yield found

    def _delete(self, folder: Path) -> None:
        """Delete the one file that may be in it, and the folder. Never more, and never follow."""
        with suppress(OSError):
            (folder / NAME).unlink(missing_ok=True)
            folder.rmdir()
            self._made.discard(folder)


def _is_own_folder(path: Path) -> bool:
    found = path.lstat()
    # On Windows there is no owner to ask, and the temporary folder is the user's.
    own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return own and stat.S_ISDIR(found.st_mode)
