"""The C libraries in a bundle that read strangers' files: which versions, and how old they are.

They come inside CPython and inside a wheel, so no lock names them. docs/publicar.md says how old
each may be.
"""

from __future__ import annotations

import platform
import re
import ssl
import sysconfig
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from xml.parsers import expat

OLDEST: Final = timedelta(days=365)
# Property of a part of the SBOM: the day on which it was made.
MADE: Final = "icsoe:hecho"
# Expat does not tell its day. Source: https://github.com/libexpat/libexpat/blob/master/expat/Changes
_EXPAT: Final = {
    "2.5.0": date(2022, 10, 25), "2.6.0": date(2024, 2, 6), "2.6.2": date(2024, 3, 13),
    "2.6.3": date(2024, 9, 4), "2.6.4": date(2024, 11, 6), "2.7.0": date(2025, 3, 13),
    "2.7.1": date(2025, 3, 27), "2.7.2": date(2025, 9, 16), "2.7.3": date(2025, 9, 24),
}  # fmt: skip
# A build of it elsewhere tells the day of the build; a distribution's, that of its last mend.
_CPYTHON: Final = {
    "3.11.7": date(2023, 12, 4), "3.11.8": date(2024, 2, 6), "3.11.9": date(2024, 4, 2),
    "3.13.1": date(2024, 12, 3), "3.13.2": date(2025, 2, 4), "3.13.3": date(2025, 4, 8),
    "3.13.4": date(2025, 6, 3), "3.13.5": date(2025, 6, 11), "3.13.6": date(2025, 8, 6),
    "3.13.7": date(2025, 8, 14), "3.13.8": date(2025, 10, 7),
}  # fmt: skip
_DAY = re.compile(r"(\d{1,2}) (\w{3}) (\d{4})")


@dataclass(frozen=True)
class Inner:
    """made: its day; None where nobody tells it, or a distribution keeps mending it."""

    name: str
    version: str
    made: date | None = None


def of_python() -> Iterator[Inner]:
    """Python and what is linked into it."""
    python = platform.python_version()
    yield Inner("CPython", python, _CPYTHON.get(python) or _day_of(platform.python_build()[1]))
    version = expat.EXPAT_VERSION.removeprefix("expat_")
    system = "--with-system-expat" in str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    yield Inner("expat", version, None if system else _EXPAT.get(version))
    number = ssl.OPENSSL_VERSION.split()[1]
    yield Inner("OpenSSL", number, _day_of(ssl.OPENSSL_VERSION))
    yield Inner("zlib", zlib.ZLIB_RUNTIME_VERSION)


def of_sqlcipher() -> dict[str, Inner]:
    """What is linked into sqlcipher3, by name."""
    from sqlcipher3 import dbapi2

    with closing(dbapi2.connect(":memory:")) as raw:
        raw.execute("PRAGMA key = 'x'")  # only then it tells of its OpenSSL
        source, cipher, provider = (
            str(raw.execute(query).fetchone()[0])
            for query in (
                "SELECT sqlite_source_id()",
                "PRAGMA cipher_version",
                "PRAGMA cipher_provider_version",
            )
        )
    found = (
        Inner("SQLCipher", cipher.split()[0]),
        Inner("SQLite", dbapi2.sqlite_version, date.fromisoformat(source[:10])),
        Inner("OpenSSL", provider.split()[1], _day_of(provider)),
    )
    return {one.name: one for one in found}


def too_old(sbom: Mapping[str, Any], today: date | None = None) -> list[str]:
    """A sentence for each part of the SBOM that is older than it may be."""
    today = today or datetime.now(UTC).date()
    found = []
    for part in sbom["components"]:
        for one in part.get("components", []):
            told = {each["name"]: each["value"] for each in one.get("properties", [])}
            made = told.get(MADE)
            if made and today - date.fromisoformat(made) > OLDEST:
                days = (today - date.fromisoformat(made)).days
                found.append(
                    f"{one['name']} {one['version']}, dentro de {part['name']}, es del "
                    f"{date.fromisoformat(made):%d/%m/%Y}: hace {days:,} días."
                )
    return found


def warning(lines: list[str]) -> str:
    """What is said, loudly, of old parts; empty if there are none."""
    if not lines:
        return ""
    frame = "!" * 72
    told = "\n".join(f"  {line}" for line in lines)
    return (
        f"{frame}\nAVISO: lo construido lleva partes de hace más de un año, sin los arreglos de "
        f"seguridad\nposteriores. Cámbielas antes de publicar (docs/publicar.md, «Qué tan viejo "
        f"puede ser»):\n{told}\n{frame}"
    )


def _day_of(text: str) -> date | None:
    """The day in «Feb  4 2025 …», «3 Sep 2024» or «… 3 Sep 2024 …»."""
    words = " ".join(text.split())
    for pattern, form in ((r"[A-Z][a-z]{2} \d{1,2} \d{4}", "%b %d %Y"), (_DAY.pattern, "%d %b %Y")):
        found = re.search(pattern, words)
        if found is not None:
            try:
                return datetime.strptime(found[0], form).replace(tzinfo=UTC).date()
            except ValueError:
                return None
    return None
