"""Returns of a contratista: board, states, review, output and acuse."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.domain.icsoe.informativa import (
    MAX_NOTA,
    ONLY_CONTRATISTA,
    EstadoInformativa,
    TipoInformativa,
    check_folio,
    check_new,
    check_step,
    estimate_missing,
    stands,
)
from icsoe_desktop.domain.icsoe.periodo import Periodo, por_presentar
from icsoe_desktop.domain.icsoe.revision import Hallazgo
from icsoe_desktop.domain.texto import clean, counted
from icsoe_desktop.domain.vigencias.obligaciones import ICSOE, of_the_contratista
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.calendario_ics import write_calendar
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.contratista.acuses import ArchivoElegido, read_document
from icsoe_desktop.services.informativa.filas import (
    acuse_of,
    begun_in,
    contratos_of,
    fila_of,
    ids_of,
    in_force_before,
    informativa_of,
    informativas_of,
    join_ids,
    mine,
    open_informativa,
    periodo_of,
    set_state,
)
from icsoe_desktop.services.informativa.revision import findings_of
from icsoe_desktop.services.informativa.salida import as_presented, output_of, presented
from icsoe_desktop.services.informativa.sisub import obligaciones_of, sisub_of
from icsoe_desktop.services.informativa.valores import InformativaFila, Salida, Tablero
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.valores_legales.limites import valores_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.informativa import AcuseInformativaRow, InformativaRow

OBJETO = "informativa"
TABLE = AcuseInformativaRow.__tablename__
TICKS = "informativa_capturados_{id}"
BLOCKED = (
    "La Informativa tiene {cuantos} que el IMSS señala como inconsistencia. No se marcó como "
    "revisada. Corríjalos en «Revisión»."
)
NOTA_MISSING = "Escriba qué hay que corregir."
NOTA_LONG = f"La nota tiene como máximo {MAX_NOTA} caracteres."
NOT_SENT = "Esta Informativa ya está en captura. No se cambió nada. Actualice la lista."
NOT_REVIEWED = (
    "La Informativa todavía no se revisa. No se escribió ningún archivo. Use «Revisión» y corrija "
    "lo que bloquea."
)
ONLY_ACUSE = (
    "De SISUB el programa guarda sólo el acuse: no hay hoja de captura. Elija una Informativa de "
    "ICSOE."
)
NO_ACUSE = "Esta Informativa no tiene acuse guardado."
FUTURE = "La fecha de presentación todavía no llega. Escriba la que está en el acuse."
TOO_SOON = "El periodo todavía no termina: su Informativa se presenta desde el {abre}."
OTHER_CONTRACTS = (
    "El acuse dice {acuse} y la Informativa tiene {hay}. No se guardó nada. Revise el número; si "
    "el acuse es el correcto, corrija la Informativa antes de guardarlo."
)


class InformativasService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def today(self) -> date:
        return self._store.today()

    def tablero(self, sesion: Sesion) -> Tablero:
        """Raises NotAllowedError."""
        with self._store.read() as db:
            contratista = mine(db, sesion)
            today = self.today()
            calendario, done, overdue = obligaciones_of(db, contratista, today)[ICSOE]
            rows = informativas_of(db, contratista)
            filas = tuple(fila_of(db, row, calendario, today) for row in rows)
            multa = estimate_missing(today, valores_of(db))
            sisub = sisub_of(db, contratista, today)
        periodo = por_presentar(today, calendario)
        return Tablero(
            filas,
            periodo,
            periodo.plazo(today, calendario),
            periodo.urgencia(today, calendario),
            periodo in done,
            next((f.id for f in filas if f.periodo == periodo and f.estado.abierta), None),
            calendario,
            sisub,
            multa,
            overdue,
        )

    def save_calendar(self, sesion: Sesion, path: Path) -> int:
        """Write the deadlines of twelve months as a calendar (.ics). Returns their number.

        Raises NotAllowedError and UserFacingError. An existing file then stays unchanged.
        """
        with self._store.read() as db:
            contratista = mine(db, sesion)
            today = self.today()
            owed = obligaciones_of(db, contratista, today)
            every = of_the_contratista(today, contratista.nombre, owed)
            found = [one for one in every if not one.perdido]
        write_calendar(path, found, self._store.clock())
        return len(found)

    def get(self, sesion: Sesion, informativa_id: uuid.UUID) -> InformativaFila:
        with self._store.read() as db:
            row = informativa_of(db, mine(db, sesion), informativa_id)
            return fila_of(db, row, calendario_of(db), self.today())

    def create(
        self,
        sesion: Sesion,
        periodo: Periodo,
        tipo: TipoInformativa,
        *,
        copiar: bool = False,
    ) -> uuid.UUID:
        """Begin a return. Returns its id.

        A Normal takes in the contracts that began or were amended in the period. copiar: also those
        of the return before that are still in force. A Corrección begins with all contracts of the
        return that it corrects.
        Raises InvalidInputError and NotAllowedError.
        """
        if tipo is TipoInformativa.SISUB:
            raise ValueError("SisubService keeps its acuse")
        with self._store.write() as db:
            contratista = mine(db, sesion)
            others = informativas_of(db, contratista)
            same = [row for row in others if periodo_of(row) == periodo]
            kinds = [(TipoInformativa(row.tipo), EstadoInformativa(row.estado)) for row in same]
            check_new(tipo, periodo, kinds)
            corrected = next(
                (row for row, one in zip(same, kinds, strict=True) if stands(*one)), None
            )
            ids: list[uuid.UUID] = []
            if tipo is TipoInformativa.CORRECCION and corrected is not None:
                ids = ids_of(corrected)
            elif tipo.lleva_contratos:
                ids = begun_in(db, contratista, periodo)
            if copiar and tipo.lleva_contratos:
                ids += in_force_before(db, others, periodo)
            now = self._store.clock()
            row = InformativaRow(
                id=self._store.new_id(),
                contratista_id=contratista.id,
                ejercicio=periodo.ejercicio,
                cuatrimestre=periodo.cuatrimestre,
                tipo=tipo.value,
                estado=EstadoInformativa.EN_CAPTURA.value,
                contratos=join_ids(list(dict.fromkeys(ids))),
                declarados=None,
                historial="[]",
                corrige=corrected.id if corrected is not None else None,
                presentado="",
                creado=now,
                actualizado=now,
            )
            set_state(self._store, row, EstadoInformativa.EN_CAPTURA, sesion.nombre)
            if not tipo.lleva_contratos:
                set_state(self._store, row, EstadoInformativa.REVISADA, sesion.nombre)
            db.add(row)
            db.flush()
            self._note(db, sesion, Accion.ALTA_INFORMATIVA, row.id, f"{tipo}, {periodo.nombre}")
            return row.id

    def declare(self, sesion: Sesion, informativa_id: uuid.UUID, contratos: int | None) -> None:
        """How many contracts the user says the return has; the review compares."""
        with self._store.write() as db:
            row = open_informativa(db, mine(db, sesion), informativa_id)
            if row.declarados != contratos:
                row.declarados = contratos
                set_state(self._store, row, EstadoInformativa.EN_CAPTURA, sesion.nombre)
                self._note(db, sesion, Accion.CAMBIO_INFORMATIVA, row.id, "contratos declarados")

    def delete(self, sesion: Sesion, informativa_id: uuid.UUID) -> None:
        """Delete a return that was not presented. Its contracts stay. Raises InvalidInputError."""
        with self._store.write() as db:
            row = open_informativa(db, mine(db, sesion), informativa_id)
            detalle = f"{row.tipo}, {periodo_of(row).nombre}"
            db.delete(row)
            self._note(db, sesion, Accion.BAJA_INFORMATIVA, informativa_id, detalle)

    def review(
        self, sesion: Sesion, informativa_id: uuid.UUID, progress: Progress
    ) -> tuple[Hallazgo, ...]:
        """Every block and warning, blocks first. Raises Cancelled."""
        with self._store.read() as db:
            contratista = mine(db, sesion)
            row = informativa_of(db, contratista, informativa_id)
            return findings_of(db, contratista, row, self.today(), progress)

    def mark(
        self,
        sesion: Sesion,
        informativa_id: uuid.UUID,
        estado: EstadoInformativa,
        progress: Progress,
    ) -> None:
        """Move an open return: «Revisada» only without blocks, «Lista para firma» only by the
        contratista. The acuse alone makes it «Presentada».

        Raises InvalidInputError and NotAllowedError.
        """
        if estado is EstadoInformativa.PRESENTADA:
            raise ValueError("save_acuse does that")
        with self._store.write() as db:
            contratista = mine(db, sesion)
            row = informativa_of(db, contratista, informativa_id)
            check_step(EstadoInformativa(row.estado), estado, sesion.rol)
            if estado is not EstadoInformativa.EN_CAPTURA:
                found = findings_of(db, contratista, row, self.today(), progress)
                blocks = sum(each.bloquea for each in found)
                if blocks:
                    cuantos = counted(blocks, "problema", "problemas")
                    raise InvalidInputError(BLOCKED.format(cuantos=cuantos))
            set_state(self._store, row, estado, sesion.nombre)
            self._note(db, sesion, Accion.ESTADO_INFORMATIVA, row.id, estado.value)

    def send_back(self, sesion: Sesion, informativa_id: uuid.UUID, nota: str) -> None:
        """Return it to «En captura» with a note for who prepares it, or for who signs.

        Raises InvalidInputError for no note, or for a return that nobody reviewed.
        """
        nota = clean(nota)
        if not nota or len(nota) > MAX_NOTA:
            raise InvalidInputError(NOTA_LONG if nota else NOTA_MISSING)
        with self._store.write() as db:
            row = open_informativa(db, mine(db, sesion), informativa_id)
            if row.estado == EstadoInformativa.EN_CAPTURA:
                raise InvalidInputError(NOT_SENT)
            set_state(self._store, row, EstadoInformativa.EN_CAPTURA, sesion.nombre, nota)
            self._note(db, sesion, Accion.ESTADO_INFORMATIVA, row.id, "devuelta")

    def salida(self, sesion: Sesion, informativa_id: uuid.UUID) -> Salida:
        """The sheet and the CSV files. Of a presented return, as it was presented.

        Raises InvalidInputError before the review.
        """
        with self._store.write() as db:
            contratista = mine(db, sesion)
            row = informativa_of(db, contratista, informativa_id)
            if row.tipo == TipoInformativa.SISUB:
                raise InvalidInputError(ONLY_ACUSE)
            fila = fila_of(db, row, calendario_of(db), self.today())
            if row.presentado:
                bloques, archivos = presented(row.presentado)
                return Salida(fila, bloques, archivos)
            if fila.estado is EstadoInformativa.EN_CAPTURA:
                raise InvalidInputError(NOT_REVIEWED)
            bloques, archivos = output_of(db, contratista, row)
            self._note(db, sesion, Accion.SALIDA_INFORMATIVA, row.id)
            return Salida(fila, bloques, archivos)

    def save_acuse(
        self,
        sesion: Sesion,
        informativa_id: uuid.UUID,
        path: Path,
        *,
        folio: str,
        presentada: datetime,
        contratos: int,
    ) -> None:
        """Keep the acuse of a return that is ready. From then on it does not change.

        Raises InvalidInputError (campo: «archivo», «folio», «presentada», «contratos») and
        NotAllowedError for anyone but the contratista.
        """
        with self._store.read() as db:
            mine(db, sesion)
        if sesion.rol is not Rol.CONTRATISTA:
            raise NotAllowedError(ONLY_CONTRATISTA)
        archivo = read_document(path)
        folio = check_folio(folio)
        with self._store.write() as db:
            contratista = mine(db, sesion)
            row = informativa_of(db, contratista, informativa_id)
            check_step(EstadoInformativa(row.estado), EstadoInformativa.PRESENTADA, sesion.rol)
            periodo = periodo_of(row)
            if presentada > self._store.clock():
                raise InvalidInputError(FUTURE, "presentada")
            if fecha_local(presentada) < periodo.abre:
                raise InvalidInputError(
                    TOO_SOON.format(abre=f"{periodo.abre:%d/%m/%Y}"), "presentada"
                )
            hay = len(contratos_of(db, row))
            if contratos != hay:
                raise InvalidInputError(
                    OTHER_CONTRACTS.format(
                        acuse=counted(contratos, "contrato", "contratos"),
                        hay=counted(hay, "contrato", "contratos"),
                    ),
                    "contratos",
                )
            bloques, archivos = output_of(db, contratista, row)
            row.presentado = as_presented(bloques, archivos)
            set_state(self._store, row, EstadoInformativa.PRESENTADA, sesion.nombre)
            former = db.get(InformativaRow, row.corrige) if row.corrige else None
            if former is not None and former.estado == EstadoInformativa.PRESENTADA:
                after = (
                    EstadoInformativa.SIN_EFECTOS
                    if row.tipo == TipoInformativa.SIN_EFECTOS
                    else EstadoInformativa.CORREGIDA
                )
                set_state(self._store, former, after, sesion.nombre)
            acuse_id = self._store.new_id()
            db.add(
                AcuseInformativaRow(
                    id=acuse_id,
                    informativa_id=row.id,
                    folio=folio,
                    presentada=presentada,
                    contratos=contratos,
                    nombre=archivo.nombre,
                    tipo=str(archivo.tipo),
                    sha256=hashlib.sha256(archivo.contenido).digest(),
                    contenido_sellado=self._store.key.seal(
                        archivo.contenido, TABLE, acuse_id, "contenido"
                    ),
                    creado=self._store.clock(),
                )
            )
            db.flush()
            self._note(db, sesion, Accion.ACUSE_INFORMATIVA, row.id, periodo.nombre)

    def acuse(self, sesion: Sesion, informativa_id: uuid.UUID) -> ArchivoElegido:
        """The kept file. Raises UserFacingError if there is none."""
        with self._store.write() as db:
            row = informativa_of(db, mine(db, sesion), informativa_id)
            kept = acuse_of(db, row.id)
            if kept is None:
                raise UserFacingError(NO_ACUSE)
            content = self._store.key.unseal(kept.contenido_sellado, TABLE, kept.id, "contenido")
            self._note(db, sesion, Accion.CONSULTA_ACUSE_INFORMATIVA, row.id)
            return ArchivoElegido(kept.nombre, TipoDocumento(kept.tipo), content)

    def ticks(self, sesion: Sesion, informativa_id: uuid.UUID) -> frozenset[int]:
        """Places of the contracts that somebody here marked as captured in the portal."""
        with self._store.read() as db:
            row = informativa_of(db, mine(db, sesion), informativa_id)
            return frozenset(kept_values(db, TICKS.format(id=row.id.hex)).get("contratos", ()))

    def keep_ticks(
        self, sesion: Sesion, informativa_id: uuid.UUID, contratos: Iterable[int]
    ) -> None:
        with self._store.write() as db:
            row = informativa_of(db, mine(db, sesion), informativa_id)
            name = TICKS.format(id=row.id.hex)
            keep_values(db, self._store, name, {"contratos": sorted(contratos)})
