"""Contracts of the contratista, with their contratante, folio of the REPSE and workers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contrato import (
    Contratante,
    DatosContrato,
    FolioRepse,
    check_contrato,
    motivo_of,
)
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.trabajadores import (
    MAX_TRABAJADORES,
    TOO_MANY,
    TrabajadorContrato,
    match_rejections,
    pack_rows,
    unpack_rows,
)
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import plain_pesos
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.informativa.filas import (
    changed_labels,
    contratantes_of,
    contrato_of,
    datos_of,
    dump_rechazos,
    folios_of,
    ids_of,
    informativa_of,
    join_ids,
    keep_entries,
    mine,
    open_informativa,
    periodo_of,
    put_contrato,
    rechazos_of,
    reopen_with,
    set_state,
    span_of,
)
from icsoe_desktop.services.informativa.trabajadores import (
    active_workers,
    limits_of,
    registros_of,
    rejection_sheet,
    worker_sheet,
)
from icsoe_desktop.services.informativa.valores import (
    ContratoFila,
    ContratoGuardado,
    ListaTrabajadores,
    Llenado,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import (
    ContratanteRow,
    ContratoRow,
    FolioRepseRow,
    InformativaRow,
)

OBJETO = "contrato"
IN_PRESENTED = (
    "Este contrato está en una Informativa ya presentada y se conserva. No se eliminó nada. Si "
    "sobra en la que prepara, quítelo de ella."
)
CHANGED = (
    "Alguien más cambió este contrato mientras usted lo modificaba. No se guardó nada. Ciérrelo, "
    "ábralo de nuevo y revise lo que hay ahora."
)
LIST_CHANGED = (
    "Alguien más cambió los trabajadores de este contrato mientras usted los modificaba. No se "
    "guardó nada. Copie lo que agregó, cierre y abra la lista de nuevo."
)
NO_REGISTROS = (
    "No hay registros patronales con el RFC de este contratista. No se llenó nada. Regístrelos en "
    "«Conexión en línea con IDSE», o pegue o importe la lista."
)


class ContratosService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora
        self._note = bitacora.about(OBJETO)

    def today(self) -> date:
        return self._store.today()

    def rfc(self, sesion: Sesion) -> str:
        """The contratista's own RFC, which no contratante may have."""
        with self._store.read() as db:
            return mine(db, sesion).rfc

    def rows(
        self, sesion: Sesion, informativa_id: uuid.UUID | None = None
    ) -> tuple[ContratoFila, ...]:
        """Every contract; the return's own come first. Raises NotAllowedError."""
        with self._store.read() as db:
            contratista = mine(db, sesion)
            inside: list[uuid.UUID] = []
            periodo = Periodo.of(self.today())
            if informativa_id is not None:
                informativa = informativa_of(db, contratista, informativa_id)
                inside, periodo = ids_of(informativa), periodo_of(informativa)
            found = db.execute(
                select(ContratoRow, ContratanteRow, FolioRepseRow)
                .join(ContratanteRow, ContratanteRow.id == ContratoRow.contratante_id)
                .join(FolioRepseRow, FolioRepseRow.id == ContratoRow.folio_id)
                .where(ContratoRow.contratista_id == contratista.id)
                .order_by(ContratoRow.inicio.desc(), ContratoRow.id)
            ).all()
            rows = [
                ContratoFila(
                    id=row.id,
                    numero=row.numero,
                    contratante=contratante.nombre,
                    rfc=contratante.rfc,
                    servicio=folio.texto,
                    inicio=row.inicio,
                    fin=row.fin,
                    trabajadores=row.cuantos,
                    rechazos=len(rechazos_of(row)),
                    dentro=row.id in inside,
                    motivo=motivo_of(datos := datos_of(db, row), periodo),
                    clave=datos.clave,
                )
                for row, contratante, folio in found
            ]
        place = {each: at for at, each in enumerate(inside)}
        return tuple(sorted(rows, key=lambda row: place.get(row.id, len(place))))

    def contratantes(self, sesion: Sesion) -> tuple[Contratante, ...]:
        """The register, by name."""
        with self._store.read() as db:
            contratista = mine(db, sesion)
            return contratantes_of(db, contratista)

    def folios(self, sesion: Sesion) -> tuple[FolioRepse, ...]:
        """The contratista's own folios of the REPSE."""
        with self._store.read() as db:
            contratista = mine(db, sesion)
            return folios_of(db, contratista)

    def get(self, sesion: Sesion, contrato_id: uuid.UUID) -> ContratoGuardado:
        with self._store.read() as db:
            row = contrato_of(db, mine(db, sesion), contrato_id)
            return ContratoGuardado(row.id, datos_of(db, row), row.cuantos)

    def save(
        self,
        sesion: Sesion,
        datos: DatosContrato,
        contrato_id: uuid.UUID | None = None,
        visto: DatosContrato | None = None,
        informativa_id: uuid.UUID | None = None,
    ) -> uuid.UUID:
        """Save a new or an open contract. Returns its id.

        visto: the values that the form was opened with. informativa_id: return that takes a new
        contract in. The contratante and the folio are kept in their registers for other contracts.
        Raises InvalidInputError (campo: the field; «contratante.rfc») and NotAllowedError.
        """
        with self._store.write() as db:
            contratista = mine(db, sesion)
            row = None
            if contrato_id is not None:
                row = contrato_of(db, contratista, contrato_id)
                if visto is not None and datos_of(db, row) != visto:
                    raise UserFacingError(CHANGED)
            (saved,) = self.put(db, sesion, contratista, [datos], row)
            if row is None:
                self.take_in(db, sesion, contratista, informativa_id, [saved])
            return saved

    def put(
        self,
        db: Session,
        sesion: Sesion,
        contratista: ContratistaRow,
        several: Sequence[DatosContrato],
        row: ContratoRow | None = None,
        progress: Progress | None = None,
    ) -> list[uuid.UUID]:
        """The part of `save` inside a transaction, but for `take_in`: the ids.

        row: None for new contracts, of which a list may have thousands.
        """
        checked = [check_contrato(each, contratista.rfc) for each in several]
        for revision in checked:
            for campo, problema in revision.problemas.items():
                raise InvalidInputError(problema, campo)
        before = None if row is None else datos_of(db, row)
        names = keep_entries(db, self._store, contratista, [each.datos for each in checked])
        ids = []
        for at, ((_, _, each), named) in enumerate(zip(checked, names, strict=True)):
            if progress is not None:
                progress.report(at, len(checked), "Agregando contratos")
            to = put_contrato(db, self._store, contratista, each, named, row)
            ids.append(to.id)
            if before is None:
                self._note(db, sesion, Accion.ALTA_CONTRATO, to.id)
            elif before != each:
                reopen_with(db, self._store, to, sesion)
                changed = changed_labels(before, each)
                self._note(db, sesion, Accion.CAMBIO_CONTRATO, to.id, changed)
        return ids

    def take_in(
        self,
        db: Session,
        sesion: Sesion,
        contratista: ContratistaRow,
        informativa_id: uuid.UUID | None,
        ids: Sequence[uuid.UUID],
    ) -> None:
        """Put new contracts into an open return, if there is one."""
        if informativa_id is not None and ids:
            informativa = open_informativa(db, contratista, informativa_id)
            self._put(informativa, [*ids_of(informativa), *ids], sesion)

    def delete(self, sesion: Sesion, contrato_id: uuid.UUID) -> None:
        """Delete a contract that no presented return has. Raises InvalidInputError."""
        with self._store.write() as db:
            contratista = mine(db, sesion)
            row = contrato_of(db, contratista, contrato_id)
            returns = db.scalars(
                select(InformativaRow).where(InformativaRow.contratista_id == contratista.id)
            ).all()
            holders = [each for each in returns if row.id in ids_of(each)]
            if any(not EstadoInformativa(each.estado).abierta for each in holders):
                raise InvalidInputError(IN_PRESENTED)
            for each in holders:
                self._put(each, [one for one in ids_of(each) if one != row.id], sesion)
            db.delete(row)
            self._note(db, sesion, Accion.BAJA_CONTRATO, contrato_id)

    def include(
        self, sesion: Sesion, informativa_id: uuid.UUID, contrato_id: uuid.UUID, inside: bool
    ) -> None:
        """Put a contract into an open return, or take it out."""
        with self._store.write() as db:
            contratista = mine(db, sesion)
            informativa = open_informativa(db, contratista, informativa_id)
            contrato = contrato_of(db, contratista, contrato_id)
            ids = [each for each in ids_of(informativa) if each != contrato.id]
            self._put(informativa, [*ids, contrato.id] if inside else ids, sesion)
            self._bitacora.record(
                db,
                sesion,
                Accion.CAMBIO_INFORMATIVA,
                "informativa",
                informativa.id,
                "contrato agregado" if inside else "contrato quitado",
            )

    def workers(
        self, sesion: Sesion, contrato_id: uuid.UUID, informativa_id: uuid.UUID | None = None
    ) -> ListaTrabajadores:
        """informativa_id: the return in whose period the SBC counts, else the one that is due."""
        with self._store.read() as db:
            contratista = mine(db, sesion)
            row = contrato_of(db, contratista, contrato_id)
            contratante = db.get_one(ContratanteRow, row.contratante_id)
            nombre = f"{row.numero} {contratante.nombre}".strip()
            limites = limits_of(db, contratista, row.fin, informativa_id, self.today())
            filas = unpack_rows(row.trabajadores)
            return ListaTrabajadores(row.id, nombre, filas, rechazos_of(row), limites)

    def save_workers(
        self,
        sesion: Sesion,
        contrato_id: uuid.UUID,
        filas: Sequence[TrabajadorContrato],
        visto: Sequence[TrabajadorContrato] | None = None,
        como: str = "",
    ) -> ListaTrabajadores:
        """Replace the workers of a contract. Rows with problems are kept: the review blocks them.

        visto: the rows that the window was opened with. como: how they came, for the bitácora.
        Raises InvalidInputError and UserFacingError.
        """
        if len(filas) > MAX_TRABAJADORES:
            raise InvalidInputError(TOO_MANY)
        with self._store.write() as db:
            row = contrato_of(db, mine(db, sesion), contrato_id)
            now = unpack_rows(row.trabajadores)
            if visto is not None and now != tuple(visto):
                raise UserFacingError(LIST_CHANGED)
            # A row may come from code that did not clean it: commas would break the stored text.
            typed = [TrabajadorContrato.typed(*each) for each in filas]
            if tuple(typed) != now:
                row.trabajadores = pack_rows(typed)
                row.cuantos = len(typed)
                # What the portal said of a row holds until the row changes.
                same = {each.nss for each in {*typed} & {*now}}
                told = {nss: why for nss, why in rechazos_of(row).items() if nss in same}
                row.rechazos = dump_rechazos(told)
                row.actualizado = self._store.clock()
                reopen_with(db, self._store, row, sesion)
                detalle = counted(len(typed), "trabajador", "trabajadores")
                self._note(
                    db,
                    sesion,
                    Accion.CAMBIO_TRABAJADORES,
                    row.id,
                    f"{detalle}, {como}" if como else detalle,
                )
            db.flush()
        return self.workers(sesion, contrato_id)

    def registros(self, sesion: Sesion) -> tuple[str, ...]:
        """Registros patronales with the contratista's own RFC, whose movements may fill a list."""
        with self._store.read() as db:
            return registros_of(db, mine(db, sesion))

    def fill(
        self,
        sesion: Sesion,
        contrato_id: uuid.UUID,
        informativa_id: uuid.UUID,
        registros: Iterable[str],
        progress: Progress,
    ) -> Llenado:
        """«Llenar con mis movimientos»: who was active on the contract's days of the period.

        Saves nothing. registros: among `registros()`. Raises InvalidInputError and Cancelled.
        """
        with self._store.read() as db:
            contratista = mine(db, sesion)
            row = contrato_of(db, contratista, contrato_id)
            periodo = periodo_of(informativa_of(db, contratista, informativa_id))
            wanted = [each for each in registros_of(db, contratista) if each in set(registros)]
            if not wanted:
                raise InvalidInputError(NO_REGISTROS)
            desde, hasta = span_of(row.inicio, row.fin, periodo)
            found = active_workers(db, wanted, desde, hasta, progress)
        filas = tuple(
            TrabajadorContrato.typed(nss, each.curp, plain_pesos(each.sbc))
            for nss, each in found.items()
            if each.activo
        )
        return Llenado(filas, frozenset(nss for nss, each in found.items() if not each.activo))

    def read_workers(
        self, sesion: Sesion, path: Path, progress: Progress
    ) -> tuple[TrabajadorContrato, ...]:
        """Rows of an Excel or CSV, with or without header. Saves nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        with self._store.read() as db:
            mine(db, sesion)
        return worker_sheet(path, self.today(), progress)

    def read_rejections(
        self, sesion: Sesion, contrato_id: uuid.UUID, path: Path, progress: Progress
    ) -> tuple[int, int]:
        """Mark the workers that the portal's Excel names. Returns how many were marked and how
        many rows name nobody of this contract. Raises InvalidInputError (campo «archivo»).
        """
        with self._store.read() as db:
            contrato_of(db, mine(db, sesion), contrato_id)
        rejected = rejection_sheet(path, progress)
        with self._store.write() as db:
            row = contrato_of(db, mine(db, sesion), contrato_id)
            found, unknown = match_rejections(unpack_rows(row.trabajadores), rejected)
            row.rechazos = dump_rechazos(found)
            row.actualizado = self._store.clock()
            reopen_with(db, self._store, row, sesion)
            detalle = counted(len(found), "renglón rechazado", "renglones rechazados")
            self._note(db, sesion, Accion.CAMBIO_TRABAJADORES, row.id, f"portal: {detalle}")
        return len(found), unknown

    def _put(self, row: InformativaRow, ids: list[uuid.UUID], sesion: Sesion) -> None:
        row.contratos = join_ids(list(dict.fromkeys(ids)))
        if EstadoInformativa(row.estado) is not EstadoInformativa.EN_CAPTURA:
            set_state(self._store, row, EstadoInformativa.EN_CAPTURA, sesion.nombre)
        row.actualizado = self._store.clock()
