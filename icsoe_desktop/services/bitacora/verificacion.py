"""Checks the chain of the bitácora: where it was changed, and whether its end is missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.bitacora.anchor import AnchorFile
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.store.bitacora.chain import Gap, digest_at, first_gap, last_link
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import BitacoraRow

CHECKING = "Comprobando la bitácora"
HUELLA_SHOWN = 16  # hexadecimal digits: enough to compare by eye with a note on paper

BAD_NOTE = (
    "Escriba el número de la anotación, dos puntos y su huella, como los dio la última "
    "comprobación: 1234:3f2a9c1be07d5a64."
)


@dataclass(frozen=True)
class HuellaAnotada:
    """The number and digest of a line, noted at an earlier check. huella: lower-case digits."""

    numero: int
    huella: str

    @classmethod
    def parse(cls, text: str) -> HuellaAnotada:
        """Raises InvalidInputError (campo «huella»)."""
        numero, colon, huella = text.replace(" ", "").replace(",", "").partition(":")
        huella = huella.lower()
        digits = set(huella) <= set("0123456789abcdef") and HUELLA_SHOWN <= len(huella) <= 64
        if not (colon and digits and numero.isascii() and numero.isdigit() and len(numero) < 16):
            raise InvalidInputError(BAD_NOTE, "huella")
        return cls(int(numero), huella)


@dataclass(frozen=True)
class ComprobacionBitacora:
    """anotaciones: lines checked. ultima, huella: the last line, and its digest in hexadecimal.

    hueco: sentence of the first gap; empty if there is none.
    ancla: True if the anchor agrees; None without one.
    """

    anotaciones: int
    ultima: int
    huella: str
    hueco: str
    ancla: bool | None

    @property
    def buena(self) -> bool:
        return not self.hueco

    @property
    def sentence(self) -> str:
        if self.hueco:
            return self.hueco
        if not self.ultima:
            return "La bitácora aún no tiene anotaciones."
        count = counted(self.anotaciones, "anotación", "anotaciones")
        said = (
            f"{count} sin huecos. La última es la n.º {self.ultima:,}, con la huella {self.nota}."
        )
        if self.ancla is None:
            said += " No hay ancla: no se puede saber si falta el final."
        return said

    @property
    def nota(self) -> str:
        return self.huella[:HUELLA_SHOWN]


class VerificacionBitacoraService:
    def __init__(self, store: Store, anchor: AnchorFile | None = None) -> None:
        self._store = store
        self._anchor = anchor

    def verify(
        self,
        sesion: Sesion | None,
        progress: Progress,
        desde: int = 1,
        anotada: HuellaAnotada | None = None,
    ) -> ComprobacionBitacora:
        """Check the whole chain, whoever may read its lines.

        sesion: None for the command line, which opened the data with their own key.
        desde: the first line to check. anotada: from an earlier check; its line must be unchanged.
        Raises NotAllowedError and Cancelled.
        """
        # Before the lines: a line that is added meanwhile moves the anchor beyond them.
        anchor = self._anchor.read() if self._anchor is not None else None
        with self._store.read() as db:
            if sesion is not None:
                authorize(db, sesion, Permiso.CONSULTAR_BITACORA)
            raw = raw_of(db)
            last = last_link(raw)
            checked, gap = first_gap(
                raw, desde, lambda done, total: progress.report(done, total, CHECKING)
            )
            agrees = anchor and digest_at(raw, anchor.numero) == anchor.huella
            if gap is not None:
                hueco = _sentence(gap)
            elif anotada is not None and not _agrees(digest_at(raw, anotada.numero), anotada):
                hueco = (
                    f"La anotación n.º {anotada.numero:,} no tiene la huella que usted anotó: la "
                    "bitácora se cambió o se reemplazó desde entonces."
                )
            elif anchor is not None and not agrees:
                hueco = (
                    f"Falta el final: el ancla dice que llegaba a la n.º {anchor.numero:,}, y "
                    f"{_end(last.numero)}."
                )
            else:
                hueco = _interrupted(db, desde)
        return ComprobacionBitacora(checked, last.numero, last.huella.hex(), hueco, agrees)


def _agrees(huella: bytes | None, anotada: HuellaAnotada) -> bool:
    return huella is not None and huella.hex().startswith(anotada.huella)


def _sentence(gap: Gap) -> str:
    if gap.hasta is None:
        return (
            f"La anotación n.º {gap.numero:,} no corresponde a su huella: ella o la anterior se "
            "cambió, se quitó o se puso fuera del programa."
        )
    if gap.hasta == gap.numero:
        return f"Falta la anotación n.º {gap.numero:,}."
    return f"Faltan las anotaciones n.º {gap.numero:,} a {gap.hasta:,}."


def _end(numero: int) -> str:
    return f"termina en la n.º {numero:,}" if numero else "no hay ninguna anotación"


def _interrupted(db: Session, desde: int) -> str:
    """The sentence of the first line that reports a missing end; empty if there is none."""
    row = db.scalars(
        select(BitacoraRow)
        .where(BitacoraRow.accion == Accion.BITACORA_INTERRUMPIDA, BitacoraRow.numero >= desde)
        .order_by(BitacoraRow.numero)
        .limit(1)
    ).first()
    if row is None:
        return ""
    return (
        f"Faltan anotaciones antes de la n.º {row.numero:,}: {row.detalle}. Para comprobar lo que "
        f"sigue, empiece en la n.º {row.numero + 1:,}."
    )
