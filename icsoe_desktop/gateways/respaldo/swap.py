"""Replaces the store with a restored one. A crash leaves one of the two complete.

The restored store is built in its own folder. Renaming that folder to its waiting name commits
the replacement. The rest can be interrupted and continues at the next start: the old files move
to a folder, a mark is set, the new files move in.
"""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from icsoe_desktop.domain.certificados.certificado import hora_local
from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish, sync_folder
from icsoe_desktop.gateways.bitacora.anchor import anchor_path

WAITING = "restauracion-pendiente"
_STAGE, _DONE = ".restaurando-", ".restaurado-"
_KEEP_IN, _OLD_IS_OUT = "anterior.txt", "anterior-a-salvo"


class StoreSwap:
    """root: the data folder. Every method except `waiting` needs the folder's lock."""

    def __init__(self, root: Path, store: str, envelope: str) -> None:
        self._root = root
        self._new = (store, envelope)
        # The anchor names the end of the bitácora of the old store: it goes with it.
        anchor = anchor_path(root / store).name
        self._old = (f"{store}-wal", f"{store}-shm", store, anchor, envelope)

    @property
    def waiting(self) -> bool:
        """Whether a restored store waits. Call `finish` before opening any file."""
        return (self._root / WAITING).exists()

    def stage(self) -> Path:
        """A new empty folder to build the restored store in."""
        with file_troubles_in_spanish():
            folder = self._root / f"{_STAGE}{secrets.token_hex(4)}"
            folder.mkdir(mode=0o700)
        return folder

    def commit(self, stage: Path, now: datetime) -> Path:
        """Commit the replacement. Returns the folder that will keep the present store, if any."""
        kept = self._free_name(f"anterior-{hora_local(now):%Y%m%dT%H%M%S}")
        with file_troubles_in_spanish():
            _write(stage / _KEEP_IN, kept.name)
            sync_folder(stage)
            # An older store that still waits gives way; its files are kept.
            if self.waiting:
                waiting = self._free_name(f"anterior-sin-usar-{hora_local(now):%Y%m%dT%H%M%S}")
                (self._root / WAITING).rename(waiting)
            stage.rename(self._root / WAITING)
            sync_folder(self._root)
        return kept

    def discard(self, stage: Path) -> None:
        shutil.rmtree(stage, ignore_errors=True)

    def finish(self) -> bool:
        """Move a waiting store in. Returns whether there was one. No file may be open."""
        waiting = self._root / WAITING
        with file_troubles_in_spanish():
            found = waiting.exists()
            if found:
                self._move_old_out(waiting)
                for name in self._new:
                    if (waiting / name).exists():
                        (waiting / name).replace(self._root / name)
                sync_folder(self._root)
                waiting.rename(self._root / f"{_DONE}{secrets.token_hex(4)}")
            for prefix in (_STAGE, _DONE):
                for left in self._root.glob(f"{prefix}*"):
                    shutil.rmtree(left, ignore_errors=True)
        return found

    def _move_old_out(self, waiting: Path) -> None:
        if (waiting / _OLD_IS_OUT).exists():
            return
        name = (waiting / _KEEP_IN).read_text("ascii")
        kept = self._root / Path(name).name
        there = [one for one in self._old if (self._root / one).exists()]
        if there:
            kept.mkdir(mode=0o700, exist_ok=True)
            for one in there:
                (self._root / one).replace(kept / one)
            sync_folder(kept)
        sync_folder(self._root)
        _write(waiting / _OLD_IS_OUT, "")
        sync_folder(waiting)

    def _free_name(self, name: str) -> Path:
        path, number = self._root / name, 1
        while path.exists():
            number += 1
            path = self._root / f"{name}-{number}"
        return path


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
