"""Remembers the folders of backups, in a file outside the store: the store may be lost."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from icsoe_desktop.gateways.respaldo.archivo import SUFFIX
from icsoe_desktop.redaction import redact
from icsoe_desktop.regular_file import open_regular

FILE = "carpetas_respaldo.json"
MAX_REMEMBERED = 20
MAX_BYTES = 512 * 1024  # twenty of the longest names, in ASCII
# An unfinished file that is older than this belongs to a killed program.
STALE_HOURS = 6


def _may_be(name: str) -> bool:
    """Whether the system accepts the text as a folder name."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


class BackupFolders:
    """own: the backup folder inside the data folder."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self._path = own.parent / FILE

    def all(self) -> tuple[Path, ...]:
        """The own folder first, then the others, the newest first. Some may be missing."""
        try:
            with open_regular(self._path) as file:
                content = file.read(MAX_BYTES + 1)
            kept = json.loads(content) if len(content) <= MAX_BYTES else []
            if not isinstance(kept, list):
                raise TypeError
            named = [Path(name) for name in kept if isinstance(name, str) and _may_be(name)]
            remembered = [one for one in named if one.is_absolute()][:MAX_REMEMBERED]
        except (OSError, ValueError, TypeError, RecursionError):
            remembered = []
        return tuple(dict.fromkeys((self._own, *remembered)))

    def remember(self, folder: Path) -> None:
        """Store the folder, unless its name contains personal data or the disk refuses."""
        if redact(str(folder)) != str(folder):
            return
        known = [one for one in self.all()[1:] if one != folder]
        names = [str(one) for one in (folder, *known)][:MAX_REMEMBERED]
        temporary = self._path.with_name(f".{FILE}.{secrets.token_hex(4)}.tmp")
        with suppress(OSError):
            # In ASCII: a folder name on Linux may not be valid Unicode.
            temporary.write_text(json.dumps(names), encoding="utf-8")
            temporary.replace(self._path)

    def clear_leftovers(self, now: datetime) -> tuple[str, ...]:
        """Delete the unfinished files of killed backups. Returns their names."""
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
