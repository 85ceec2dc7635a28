"""The byte strings that a typed password may have meant to the program that wrote the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Literal

Contrasena = str | bytes | bytearray


class PasswordCandidates:
    """All encodings of one password. The end of the `with` block wipes them.

    raw: for PBES1 and PBES2: UTF-8 NFC, cp1252, UTF-8 NFD, cp850, and the given bytes.
    bmp: for the KDF of PKCS#12: UTF-16 with two final zeros.
    Spaces at either end belong to the password.
    """

    __slots__ = ("bmp", "raw")

    def __init__(self, contrasena: Contrasena) -> None:
        self.raw: list[bytearray]
        self.bmp: list[bytearray]
        if contrasena.isascii():
            # The usual case, and no str is made of what came as bytearray: it can all be wiped.
            self.raw = [_copy(contrasena)]
            self.bmp = [_widen(self.raw[0])]
        else:
            given = [] if isinstance(contrasena, str) else [bytearray(contrasena)]
            texts = list(_read_texts(contrasena))
            self.raw = _unique([*(_encode(texts)), *given])
            # OpenSSL up to 1.0 widened the bytes of any encoding one by one.
            utf16 = [bytearray(text.encode("utf-16-be", "surrogatepass")) for text in texts]
            self.bmp = _unique(
                [*(half + b"\0\0" for half in utf16), *(_widen(raw) for raw in self.raw)]
            )
        if not contrasena:
            # "No password" is written in two ways: two zeros, or nothing at all.
            self.bmp.append(bytearray())

    def __enter__(self) -> PasswordCandidates:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for secret in (*self.raw, *self.bmp):
            secret[:] = bytes(len(secret))


def _copy(contrasena: Contrasena) -> bytearray:
    return bytearray(contrasena, "ascii") if isinstance(contrasena, str) else bytearray(contrasena)


def _widen(raw: bytearray) -> bytearray:
    wide = bytearray(2 * len(raw) + 2)
    wide[1:-1:2] = raw
    return wide


def _read_texts(contrasena: Contrasena) -> Iterator[str]:
    """The password as text, composed and decomposed. Decodes bytes in each likely encoding."""
    if isinstance(contrasena, str):
        readings = [contrasena]
    else:
        data = bytes(contrasena)
        readings = []
        # Windows editors put a byte order mark before the text of a password file.
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"):
            if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
                continue
            try:
                readings.append(data.decode(encoding))
            except UnicodeDecodeError:
                continue
            if encoding == "utf-8-sig":
                break
    forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
    for form in forms:
        for reading in dict.fromkeys(readings):
            yield unicodedata.normalize(form, reading)


def _encode(texts: list[str]) -> Iterator[bytearray]:
    middle = len(texts) // 2
    composed, decomposed = texts[:middle], texts[middle:]
    for group, encoding in (
        (composed, "utf-8"),
        (composed, "cp1252"),
        (decomposed, "utf-8"),
        (composed, "cp850"),
    ):
        for text in group:
            try:
                yield bytearray(text, encoding)
            except UnicodeEncodeError:
                continue


def _unique(secrets: Iterable[bytearray]) -> list[bytearray]:
    seen: list[bytearray] = []
    for secret in secrets:
        if secret not in seen:
            seen.append(secret)
    return seen
