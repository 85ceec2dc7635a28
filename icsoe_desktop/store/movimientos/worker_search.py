"""Finding workers by what somebody types: words of names, an NSS, a CURP, or pieces of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.store.connection import RawConnection, only_row

# What the trigram index can find; shorter words are found by the start of a word.
MIN_INDEXED = 3
# Folded, whole. Eighteen letters may also be a name.
_CURP = re.compile(r"[a-z]{4}[0-9]{6}[a-z0-9]{8}")
_GROUPED = str.maketrans("", "", " -")


@dataclass(frozen=True, slots=True)
class SearchWords:
    """indexed: words of three or more characters; short: the others. All of them must be found."""

    indexed: tuple[str, ...]
    short: tuple[str, ...]

    @property
    def match(self) -> str:
        return " AND ".join('"' + word.replace('"', '""') + '"' for word in self.indexed)


def parse(text: str) -> SearchWords | None:
    """None when there is nothing to search for."""
    folded = fold(text)
    joined = folded.translate(_GROUPED)
    # An NSS or a CURP that was copied in groups.
    whole = joined.isdigit() or _CURP.fullmatch(joined) is not None
    words = [joined] if whole else folded.split()
    words = list(dict.fromkeys(words))
    if not words or not joined:
        return None
    return SearchWords(
        tuple(word for word in words if len(word) >= MIN_INDEXED),
        tuple(word for word in words if len(word) < MIN_INDEXED),
    )


_START_OF_A_WORD = (
    "instr(' ' || t.orden_primer || ' ' || t.orden_segundo || ' ' || t.orden_nombres || ' ' "
    "|| t.nss || ' ' || lower(t.curp), ' ' || ?) > 0"
)


def find_workers(raw: RawConnection, words: SearchWords) -> int:
    """Fills temp.hallados, of this connection, with the workers; how many there are."""
    raw.execute("CREATE TEMP TABLE IF NOT EXISTS hallados(fila INTEGER PRIMARY KEY)")
    raw.execute("DELETE FROM temp.hallados")
    starts = " AND ".join([_START_OF_A_WORD] * len(words.short))
    if not words.indexed:
        raw.execute(
            f"INSERT INTO temp.hallados SELECT t.fila FROM trabajadores t WHERE {starts}",  # noqa: S608
            words.short,
        )
    elif not words.short:
        raw.execute(
            "INSERT INTO temp.hallados SELECT rowid FROM trabajadores_buscados "
            "WHERE trabajadores_buscados MATCH ?",
            (words.match,),
        )
    else:
        raw.execute(
            "INSERT INTO temp.hallados SELECT t.fila FROM trabajadores_buscados b "  # noqa: S608
            "CROSS JOIN trabajadores t ON t.fila = b.rowid "
            f"WHERE b.trabajadores_buscados MATCH ? AND {starts}",
            (words.match, *words.short),
        )
    found: int = only_row(raw.execute("SELECT count(*) FROM temp.hallados"))[0]
    return found
