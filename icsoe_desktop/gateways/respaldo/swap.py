"""Puts a restored store in the place of the present one, so that a crash leaves one of the two.

A complete new store lies in a folder whose name says that it is waiting: the rename that gives it
this name is the decision. What follows may be interrupted anywhere and is finished the next time:
first everything old moves to its own folder, then a mark is set, then the new files move in.
"""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from icsoe_desktop.gateways.atomic_write import sync_folder
from icsoe_desktop.gateways.file_failures import file_troubles_in_spanish

WAITING = "restauracion-pendiente"
_STAGE, _DONE = ".restaurando-", ".restaurado-"
_KEEP_IN, _OLD_IS_OUT = "anterior.txt", "anterior-a-salvo"


class Intercambio:
    """root: the data folder. Used only by whoever holds its lock, but for `waiting`."""

    def __init__(self, root: Path, store: str, envelope: str) -> None:
        self._root = root
        self._new = (store, envelope)
        self._old = (f"{store}-wal", f"{store}-shm", store, envelope)

    @property
    def waiting(self) -> bool:
        """Whether a restored store waits to be put in place; nothing may be opened before."""
        return (self._root / WAITING).exists()

    def stage(self) -> Path:
        """A new empty folder to build the restored store in."""
        with file_troubles_in_spanish():
            folder = self._root / f"{_STAGE}{secrets.token_hex(4)}"
            folder.mkdir(mode=0o700)
        return folder

    def commit(self, stage: Path, now: datetime) -> Path:
        """Decides for the restored store; where the present one will be kept."""
        kept = self._free_name(f"anterior-{now:%Y%m%dT%H%M%S}")
        with file_troubles_in_spanish():
            _write(stage / _KEEP_IN, kept.name)
            sync_folder(stage)
            # One that was waiting and never took its place gives way, but is kept.
            if self.waiting:
                waiting = self._free_name(f"anterior-sin-usar-{now:%Y%m%dT%H%M%S}")
                (self._root / WAITING).rename(waiting)
            stage.rename(self._root / WAITING)
            sync_folder(self._root)
        return kept

    def discard(self, stage: Path) -> None:
        shutil.rmtree(stage, ignore_errors=True)

    def finish(self) -> bool:
        """Puts a waiting store in place; whether there was one. Nothing may be open."""
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
        kept.mkdir(mode=0o700, exist_ok=True)
        for one in self._old:
            if (self._root / one).exists():
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
