"""The rows of workers: found or created, searched by words, and deleted with their movements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.store.connection import RawConnection, only_row

Identidad = tuple[str, str, str, str, str]  # nss, curp, primer_apellido, segundo_apellido, nombres


def folded(name: str) -> str:
    """The same as `fold`, but faster for the names in the IMSS's files."""
    return name.lower() if name.isascii() and name.isupper() and "`" not in name else fold(name)


def row_of_worker(raw: RawConnection, identidad: Identidad) -> int:
    """The row number of the worker; adds the worker if missing.

    A CURP that was unknown is added to the row with the same NSS and name.
    """
    nss, curp, primer, segundo, nombres = identidad
    found: list[tuple[int, str]] = raw.execute(
        "SELECT fila, curp FROM trabajadores "
        "WHERE nss = ? AND primer_apellido = ? AND segundo_apellido = ? AND nombres = ? "
        "ORDER BY curp DESC",
        (nss, primer, segundo, nombres),
    ).fetchall()
    for fila, known in found:
        if known == curp or not curp:
            return fila
    for fila, known in found:
        if not known:
            raw.execute("UPDATE trabajadores SET curp = ? WHERE fila = ?", (curp, fila))
            return fila
    fila = only_row(
        raw.execute(
            "INSERT INTO trabajadores (nss, curp, primer_apellido, segundo_apellido, nombres, "
            "orden_primer, orden_segundo, orden_nombres) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "RETURNING fila",
            (*identidad, folded(primer), folded(segundo), folded(nombres)),
        )
    )[0]
    return int(fila)


def forget_workers(raw: RawConnection, filas: Iterable[int]) -> None:
    """Delete these workers, except those that a movement refers to."""
    raw.executemany(
        "DELETE FROM trabajadores WHERE fila = ? "
        "AND NOT EXISTS (SELECT 1 FROM movimientos WHERE trabajador = trabajadores.fila)",
        [(fila,) for fila in filas],
    )


# The trigram index needs three characters. Shorter words match the start of a word.
MIN_INDEXED = 3
# A whole CURP, folded. Eighteen letters alone could be a name.
_CURP = re.compile(r"[a-z]{4}[0-9]{6}[a-z0-9]{8}")
_GROUPED = str.maketrans("", "", " -")


@dataclass(frozen=True, slots=True)
class SearchWords:
    """indexed: words of three or more characters. short: the others. A worker must match
    all of them.
    """

    indexed: tuple[str, ...]
    short: tuple[str, ...]

    @property
    def match(self) -> str:
        return " AND ".join('"' + word.replace('"', '""') + '"' for word in self.indexed)


def parse(text: str) -> SearchWords | None:
    """The words to search for; None if there are none."""
    folded = fold(text)
    joined = folded.translate(_GROUPED)
    # An NSS or CURP copied with its digits in groups.
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
    """Fill temp.hallados of this connection with the workers found; return how many."""
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
