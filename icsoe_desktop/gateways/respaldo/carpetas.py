"""The folders where backups lie, remembered beside the store, which may be gone when needed."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from icsoe_desktop.gateways.respaldo.archivo import SUFFIX
from icsoe_desktop.redaction import redact

FILE = "carpetas_respaldo.json"
MAX_REMEMBERED = 20
# Nothing that is still being written rests that long.
STALE_HOURS = 6


def _may_be(name: str) -> bool:
    """Whether the system takes it for the name of a folder at all."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


class CarpetasRespaldo:
    """own: the data folder's own folder for backups."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self._path = own.parent / FILE

    def all(self) -> tuple[Path, ...]:
        """The data folder's own first, then the others, the newest first; some may be away."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            remembered = [Path(name) for name in kept if isinstance(name, str) and _may_be(name)]
        except (OSError, ValueError, TypeError, RecursionError):
            remembered = []
        return tuple(dict.fromkeys((self._own, *remembered)))

    def remember(self, folder: Path) -> None:
        """Not one that is named after a person, nor when the disk refuses."""
        if redact(str(folder)) != str(folder):
            return
        known = [one for one in self.all()[1:] if one != folder]
        names = [str(one) for one in (folder, *known)][:MAX_REMEMBERED]
        temporary = self._path.with_name(f".{FILE}.{secrets.token_hex(4)}.tmp")
        with suppress(OSError):
            # In ASCII, for a folder on Linux may have a name that is no text.
            temporary.write_text(json.dumps(names), encoding="utf-8")
            temporary.replace(self._path)

    def clear_leftovers(self, now: datetime) -> tuple[str, ...]:
        """Deletes what a backup that was killed left half written; gives the names."""
        gone = []
        for folder in self.all():
            for pattern in (".copia-*.tmp", ".copia-*.tmp-journal", f".*{SUFFIX}.*.tmp"):
                with suppress(OSError):
                    for path in folder.glob(pattern):
                        age_s = now.timestamp() - path.stat().st_mtime
                        if age_s > STALE_HOURS * 3600:
                            path.unlink()
                            gone.append(path.name)
        return tuple(gone)
