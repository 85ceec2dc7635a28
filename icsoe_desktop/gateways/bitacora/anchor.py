"""The anchor: how far the bitácora had come, kept outside the store.

The chain inside the store cannot show that its end is missing. The anchor can: it names the last
line and its digest, sealed with the data key.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

from icsoe_desktop.regular_file import open_regular

VERSION = 1
MAX_BYTES = 4_096
WRITTEN_BYTES = 512
DIGEST_BYTES = 32
SUFFIX = ".ancla"


class Anchor(NamedTuple):
    """The last line at some moment. huella: its digest, 32 bytes."""

    numero: int
    huella: bytes


def anchor_path(store: Path) -> Path:
    """The anchor of the store at that path."""
    return store.with_name(store.name + SUFFIX)


class AnchorFile:
    """key: `DataKey.anchor_key` of the store."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key

    def read(self) -> Anchor | None:
        """None if there is no anchor, or none that this store's key sealed."""
        try:
            with open_regular(self._path) as file:
                content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                return None
            return self._parse(json.loads(content))
        except (OSError, ValueError, RecursionError, TypeError, KeyError):
            return None

    def write(self, anchor: Anchor) -> None:
        """Write the anchor over the former one. Raises OSError.

        In its place and not flushed: a rename or a flush would cost more than the change that it
        follows. After a power cut an older anchor still holds, and a damaged one reads as none.
        """
        text = json.dumps(
            {
                "version": VERSION,
                "numero": anchor.numero,
                "huella": anchor.huella.hex(),
                "sello": self._seal(anchor),
            }
        )
        binary = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | binary, 0o600)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            file.write(text.encode("ascii").ljust(WRITTEN_BYTES))
            if found.st_size > WRITTEN_BYTES:
                file.truncate(WRITTEN_BYTES)

    def _parse(self, data: Any) -> Anchor | None:
        numero, sello = data["numero"], data["sello"]
        if data["version"] != VERSION or type(numero) is not int or type(sello) is not str:
            return None
        anchor = Anchor(numero, bytes.fromhex(data["huella"]))
        good = len(anchor.huella) == DIGEST_BYTES and hmac.compare_digest(
            sello.encode(), self._seal(anchor).encode()
        )
        return anchor if good else None

    def _seal(self, anchor: Anchor) -> str:
        content = f"{VERSION}|{anchor.numero}|{anchor.huella.hex()}".encode()
        return hmac.new(self._key, content, hashlib.sha256).hexdigest()
