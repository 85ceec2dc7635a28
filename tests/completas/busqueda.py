"""Searching bytes for a secret, in every way that a program may have written it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROBE_BYTES = 24


@dataclass(frozen=True)
class Secret:
    """what: how a failure names it, which must not show it."""

    what: str
    forms: frozenset[bytes]

    @classmethod
    def of_text(cls, what: str, text: str) -> Secret:
        forms: set[bytes] = set()
        for one in {text, text.upper(), text.lower()}:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
                forms |= set(_written(one.encode(encoding)))
            forms |= {quote(one).encode(), json.dumps(one)[1:-1].encode()}
            # QSettings writes the letters beyond ASCII by their number.
            forms.add("".join(c if c.isascii() else f"\\x{ord(c):x}" for c in one).encode())
        return cls(what, frozenset(forms))

    @classmethod
    def of_bytes(cls, what: str, content: bytes) -> Secret:
        """Long ones are looked for by pieces of them: a page of a file may end in their middle."""
        step = max(PROBE_BYTES, len(content) // 8)
        pieces = {content[at : at + PROBE_BYTES] for at in range(0, len(content), step)}
        whole = {one for one in pieces if len(one) == min(PROBE_BYTES, len(content))}
        return cls(what, frozenset(form for one in whole for form in _written(one)))

    def is_in(self, content: bytes) -> bool:
        return any(form in content for form in self.forms)


def _written(content: bytes) -> Iterator[bytes]:
    yield content
    yield content.hex().encode()
    yield content.hex().upper().encode()
    for shift in range(3):
        # Base64 of a piece depends on where it begins: cut what depends on its neighbours.
        encoded = base64.b64encode(bytes(shift) + content)
        first = (0, 2, 3)[shift]
        last = len(encoded) - (0, 4, 4)[(shift + len(content)) % 3]
        yield encoded[first:last]
        yield encoded[first:last].replace(b"+", b"-").replace(b"/", b"_")


def find(secrets: list[Secret], root: Path, except_for: tuple[Path, ...] = ()) -> list[str]:
    """Where something secret lies below `root`: the file and which secret, never its text."""
    found = []
    for path in sorted(root.rglob("*")):
        if any(path.is_relative_to(one) for one in except_for):
            continue
        named = str(path.relative_to(root)).encode()
        found += [f"{one.what} in a file's name" for one in secrets if one.is_in(named)]
        if path.is_file():
            content = path.read_bytes()
            found += [f"{one.what} in {path.name}" for one in secrets if one.is_in(content)]
    return found
