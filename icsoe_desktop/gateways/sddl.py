"""Whether only administrators can change a file or folder of Windows, from its description.

The description is text (SDDL), so that the judgement is the same and tested on every system.
Sources: Microsoft Learn, «Security Descriptor String Format» and «ACE Strings».
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

_TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
# SYSTEM, Administrators, the built-in administrator, administrators of the domain and the forest.
_ADMINISTRATORS = {"SY", "BA", "LA", "DA", "EA", "S-1-5-18", "S-1-5-32-544", _TRUSTED_INSTALLER}
_OF_DOMAIN = re.compile(r"S-1-5-21(-\d{1,10}){3}-(500|512|519)")
# The rights of the owner, which are checked separately.
_OWNER_RIGHTS = {"OW", "S-1-3-4"}
_RIGHTS = {
    "GA": 0x10000000,
    "GX": 0x20000000,
    "GW": 0x40000000,
    "GR": 0x80000000,
    "SD": 0x10000,
    "RC": 0x20000,
    "WD": 0x40000,
    "WO": 0x80000,
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
    "FA": 0x1F01FF,
    "FR": 0x120089,
    "FW": 0x120116,
    "FX": 0x1200A0,
}
_EVERYTHING = 0xFFFFFFFF
# Rename, delete, or hand out rights.
_TAKE_OVER = 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
_FILE = _TAKE_OVER | 0x2 | 0x4 | 0x10 | 0x100
# Users may add files in C:\ProgramData; they may not delete or replace files of others.
_FOLDER = _TAKE_OVER | 0x40
_DESCRIPTOR = re.compile(
    r"O:(?P<owner>[A-Z]{2}|S-[\d-]+)(G:(?:[A-Z]{2}|S-[\d-]+))?"
    r"D:(?P<flags>[A-Z_]*)(?P<aces>(\([^()]*\))+)(S:.*)?"
)


def closed_file(sddl: str) -> bool:
    """Whether only administrators can change the file."""
    return _closed(sddl, _FILE)


def closed_folder(sddl: str) -> bool:
    """Whether only administrators can replace what is in the folder, or the folder."""
    return _closed(sddl, _FOLDER)


def _closed(sddl: str, forbidden: int) -> bool:
    # Without a list of rights (`NO_ACCESS_CONTROL`), everybody may do everything.
    found = _DESCRIPTOR.fullmatch(sddl)
    if found is None or not _is_administrator(found["owner"]):
        return False
    for entry in re.findall(r"\(([^()]*)\)", found["aces"]):
        fields = entry.split(";")
        if len(fields) < 6:
            return False
        kind, flags, rights, _object, _inherited, who = fields[:6]
        if kind in ("D", "OD", "XD") or "IO" in re.findall("..", flags):
            continue  # refuses, or only handed on to what is created inside
        if _is_administrator(who) or who in _OWNER_RIGHTS:
            continue
        if kind != "A" or _mask(rights) & forbidden:
            return False
    return True


def _is_administrator(sid: str) -> bool:
    return sid in _ADMINISTRATORS or _OF_DOMAIN.fullmatch(sid) is not None


def _mask(rights: str) -> int:
    if rights.startswith("0x"):
        try:
            return int(rights, 16)
        except ValueError:
            return _EVERYTHING
    mask = 0
    for code in re.findall("..?", rights):
        mask |= _RIGHTS.get(code, _EVERYTHING)
    return mask


def written_by_administrator(descriptor: int, folder: Path) -> bool:
    """Whether only administrators can change the open file, or put another into its folder."""
    if sys.platform == "win32":
        return closed_file(_of_handle(descriptor)) and closed_folder(_of_path(folder))
    return all(
        found.st_uid == 0 and not found.st_mode & 0o022
        for found in (os.fstat(descriptor), folder.stat())
    )


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _FILE_OBJECT, _OWNER_AND_RIGHTS, _REVISION = 1, 1 | 4, 1

    def _of_handle(descriptor: int) -> str:
        """Owner and rights of an open file as SDDL; empty if Windows does not return them."""
        return _described("GetSecurityInfo", wintypes.HANDLE(msvcrt.get_osfhandle(descriptor)))

    def _of_path(path: Path) -> str:
        """Owner and rights of a folder as SDDL; empty if Windows does not return them."""
        return _described("GetNamedSecurityInfoW", wintypes.LPCWSTR(str(path)))

    def _described(function: str, what: ctypes._SimpleCData[Any]) -> str:
        advapi32 = ctypes.WinDLL("advapi32")
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.LocalFree.argtypes = [ctypes.c_void_p]
        security, text = ctypes.c_void_p(), wintypes.LPWSTR()
        ask = getattr(advapi32, function)
        ask.argtypes = [type(what), ctypes.c_int, wintypes.DWORD, *[ctypes.c_void_p] * 5]
        if ask(
            what, _FILE_OBJECT, _OWNER_AND_RIGHTS, None, None, None, None, ctypes.byref(security)
        ):
            return ""
        try:
            convert = advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW
            convert.argtypes = [ctypes.c_void_p, *[wintypes.DWORD] * 2, *[ctypes.c_void_p] * 2]
            if not convert(security, _REVISION, _OWNER_AND_RIGHTS, ctypes.byref(text), None):
                return ""
            sddl = text.value or ""
            kernel32.LocalFree(ctypes.cast(text, ctypes.c_void_p))
            return sddl
        finally:
            kernel32.LocalFree(security)
