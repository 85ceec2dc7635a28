"""The acuses that are kept: what their PDF says, and a ZIP of them for one contratante."""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.acuse import AcuseLeido
from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_CONTRATO,
    CAMPOS_FOLIO_REPSE,
)
from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.domain.icsoe.hoja import BloqueHoja
from icsoe_desktop.domain.icsoe.informativa import ONLY_CONTRATISTA, TipoInformativa
from icsoe_desktop.domain.icsoe.trabajadores import CAMPOS_TRABAJADOR, ArchivoCsv, read_csv
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.domain.vigencias.obligaciones import ICSOE
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish
from icsoe_desktop.gateways.constancia_pdf.acuse import read_acuse
from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import replacing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.contratista.acuses import read_document
from icsoe_desktop.services.informativa.filas import (
    acuse_of,
    informativa_of,
    informativas_of,
    mine,
    periodo_of,
)
from icsoe_desktop.services.informativa.salida import presented
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import AcuseInformativaRow, InformativaRow

NOT_PRESENTED: Final = (
    "El paquete se hace de una Informativa presentada con contratos. No se guardó nada. Elija otra."
)
NO_FILE: Final = (
    "El acuse de esta Informativa está en el equipo que lo guardó. No se guardó nada. Haga ahí el "
    "paquete."
)
GONE: Final = "En esta Informativa no hay contratos de ese contratante. No se guardó nada."
KEPT: Final = "Ese acuse ya está guardado: es el de {cual}, {periodo}."
HOJA: Final = "Contratos y trabajadores"
_RFC: Final = CAMPOS_CONTRATANTE.label("rfc")
_NAME: Final = CAMPOS_CONTRATANTE.label("nombre")
_OF_CONTRACT: Final = (
    CAMPOS_CONTRATO.label("numero"),
    CAMPOS_CONTRATO.label("objeto"),
    CAMPOS_FOLIO_REPSE.label("folio"),
    CAMPOS_FOLIO_REPSE.label("texto"),
    CAMPOS_CONTRATO.label("inicio"),
    CAMPOS_CONTRATO.label("fin"),
)
_WIDTHS: Final = (18, 40, 18, 40, 12, 12)


@dataclass(frozen=True, slots=True)
class LecturaAcuse:
    """leido: empty for a picture, or a PDF that could not be read. rfc: the contratista's own.

    guardado: a sentence for each kept acuse that is this file or has its folio.
    """

    leido: AcuseLeido
    rfc: str
    guardado: tuple[str, ...] = ()


class PaquetesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora

    def read_acuse(self, sesion: Sesion, path: Path, progress: Progress) -> LecturaAcuse:
        """What the chosen file says. Raises InvalidInputError for no document, and Cancelled."""
        with self._store.read() as db:
            rfc = mine(db, sesion).rfc  # before anything is read
        archivo = read_document(path)
        leido = AcuseLeido()
        if archivo.tipo is TipoDocumento.PDF:
            # It is kept all the same: reading it only helps.
            with contextlib.suppress(UserFacingError):
                leido = read_acuse(archivo.contenido, progress)
        with self._store.read() as db:
            kept = _kept_as(db, mine(db, sesion), archivo.contenido, leido.folio)
        return LecturaAcuse(leido, rfc, kept)

    def contratantes(
        self, sesion: Sesion, informativa_id: uuid.UUID
    ) -> tuple[tuple[str, str], ...]:
        """RFC and name of those whose contracts were presented, by name."""
        with self._store.read() as db:
            row = informativa_of(db, mine(db, sesion), informativa_id)
            found = {rfc: name for rfc, name, _, _ in _contracts(row)}
        return tuple(sorted(found.items(), key=lambda one: (fold(one[1]), one[0])))

    def save(
        self, sesion: Sesion, informativa_id: uuid.UUID, rfc: str, path: Path, progress: Progress
    ) -> int:
        """Write the ZIP: acuses of the period, and the contracts and workers of one contratante.

        Returns how many files it has. An existing file stays until the new one is complete.
        Raises InvalidInputError, UserFacingError, Cancelled, and NotAllowedError for anyone but
        the contratista.
        """
        with self._store.write() as db:
            contratista = mine(db, sesion)
            if sesion.rol is not Rol.CONTRATISTA:
                raise NotAllowedError(ONLY_CONTRATISTA)
            row = informativa_of(db, contratista, informativa_id)
            contracts = [one for one in _contracts(row) if one[0] == rfc]
            if not contracts:
                raise InvalidInputError(GONE)
            own = self._file(db, row, "ICSOE")
            if own is None:
                raise InvalidInputError(NO_FILE)
            sisub = [
                found
                for other in informativas_of(db, contratista, sisub=True)
                if periodo_of(other) == periodo_of(row)
                and (found := self._file(db, other, "SISUB")) is not None
            ]
            self._bitacora.record(
                db,
                sesion,
                Accion.SALIDA_INFORMATIVA,
                "informativa",
                row.id,
                "paquete para un contratante",
            )
        lines = [
            (*(pairs.get(label, "") for label in _OF_CONTRACT), *worker)
            for _, _, pairs, files in contracts
            for worker in read_csv(file.contenido for file in files)
        ]
        columns = [
            *map(excel.ColumnaHoja, _OF_CONTRACT, [excel.Tipo.TEXTO] * len(_WIDTHS), _WIDTHS),
            *(excel.ColumnaHoja(CAMPOS_TRABAJADOR.label(name)) for name in ("nss", "curp", "sbc")),
        ]
        with (
            file_troubles_in_spanish(),
            replacing(path) as temporary,
            tempfile.TemporaryDirectory(dir=path.parent, prefix=".icsoe") as folder,
        ):
            workbook = Path(folder) / "lista.xlsx"
            excel.write_workbook(
                workbook, HOJA, columns, lines, progress, total=len(lines), empty=True
            )
            with zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED) as archive:
                for at, (name, content) in enumerate((own, *sisub)):
                    # Two folios may differ only in their signs.
                    known = name in archive.namelist()
                    archive.writestr(f"{at}. {name}" if known else name, content)
                archive.write(workbook, f"{HOJA}.xlsx")
        return len(sisub) + 2

    def _file(self, db: Session, row: InformativaRow, which: str) -> tuple[str, bytes] | None:
        """A plain name for the ZIP, and the content; None where the acuse is elsewhere."""
        kept = acuse_of(db, row.id)
        if kept is None:
            return None
        content = self._store.key.unseal(
            kept.contenido_sellado, AcuseInformativaRow.__tablename__, kept.id, "contenido"
        )
        # Letters and digits only: nobody's folio or file name leads out of the folder.
        folio = re.sub(r"[^A-Za-z0-9]+", "-", fold(kept.folio).upper()).strip("-") or "sin folio"
        ending = "pdf" if kept.tipo == TipoDocumento.PDF else kept.tipo.lower()
        return f"Acuse {which} {folio}.{ending}", content


def _kept_as(
    db: Session, contratista: ContratistaRow, contenido: bytes, folio: str
) -> tuple[str, ...]:
    digest = hashlib.sha256(contenido).digest()
    rows = db.execute(
        select(InformativaRow, AcuseInformativaRow.folio, AcuseInformativaRow.sha256)
        .join(AcuseInformativaRow, AcuseInformativaRow.informativa_id == InformativaRow.id)
        .where(InformativaRow.contratista_id == contratista.id)
    )
    return tuple(
        KEPT.format(
            cual=row.tipo if row.tipo == TipoInformativa.SISUB else f"{ICSOE} ({row.tipo})",
            periodo=periodo_of(row).nombre,
        )
        for row, other, sha256 in rows
        if sha256 == digest or (folio and folio == other.replace(" ", "").upper())
    )


def _contracts(
    row: InformativaRow,
) -> list[tuple[str, str, dict[str, str], list[ArchivoCsv]]]:
    """(RFC, name, labels and values, files) of each contract, as they were presented."""
    if not row.presentado:
        raise InvalidInputError(NOT_PRESENTED)
    bloques, archivos = presented(row.presentado)
    by_name = {one.nombre: one for one in archivos}
    of_place: dict[int, list[BloqueHoja]] = {}
    for block in bloques:
        if block.contrato is not None:
            of_place.setdefault(block.contrato, []).append(block)
    found = []
    for blocks in of_place.values():
        lines = [line for block in blocks for line in block.renglones]
        pairs = {line.etiqueta: line.valor for line in lines}
        files = [by_name[one.valor] for one in lines if one.valor in by_name]
        found.append((pairs.get(_RFC, ""), pairs.get(_NAME, ""), pairs, files))
    return found
