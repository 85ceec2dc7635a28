"""The page Informativa: returns, the contracts of the chosen one, and the commands on them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia, also_late
from icsoe_desktop.domain.icsoe.revision import changed_contracts
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Outcome, Progress
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.informativa.valores import (
    ContratoFila,
    EstadoSisub,
    InformativaFila,
    Tablero,
)

CREATED: Final = "Se creó la Informativa. Ahora sus contratos."
CARRIED: Final = (
    "Se creó la Informativa. Según los movimientos, en {cuantos} cambió la lista de trabajadores: "
    "ábrala con «Trabajadores» y elija «Llenar con mis movimientos»."
)
REVIEWED: Final = "Quedó revisada. Falta que el contratista la marque lista para firma."
REVIEWED_OWN: Final = "Quedó revisada. Márquela lista para firma y preséntela en el portal{desde}."
DELETED: Final = "Se eliminó la Informativa. Sus contratos siguen en la lista."
READY: Final = "Quedó lista para firma. Preséntela en el portal{desde} y guarde aquí su acuse."
FROM_DAY: Final = " desde el {abre:%d/%m/%Y}"
SENT_BACK: Final = "Se devolvió con su nota: quedó en captura."
CONTRACT_DELETED: Final = "Se eliminó el contrato."
BEGUN: Final = "Está en «{estado}»."
NOT_BEGUN: Final = "Todavía no se prepara."
PENDING: Final = "Informativa de {periodo}: {plazo}. {estado}"
OVERDUE: Final = (
    "La Informativa de {periodo} venció el {dia} y aquí no hay acuse. Si ya la presentó, prepárela "
    "con «Nueva» y guarde su acuse; si no, preséntela cuanto antes."
)
OVERDUE_BEGUN: Final = (
    "La Informativa de {periodo} venció el {dia} y aquí no hay acuse: está en «{estado}». Si ya la "
    "presentó, guarde su acuse; si no, preséntela cuanto antes."
)
ASK_ACUSE: Final = " Guarde aquí su acuse de trámite aceptado."
SISUB_DUE: Final = "SISUB de {periodo}: {plazo}."
SISUB_DONE: Final = "SISUB de {periodo}: ya se presentó."
SISUB_OVERDUE: Final = (
    "SISUB de {periodo} venció el {dia} y aquí no hay acuse. Si ya lo aceptó el INFONAVIT, "
    "guárdelo con «Acuse de SISUB…»; si no, preséntelo cuanto antes."
)
_ROLES: Final = {
    Urgencia.AUN_NO: "hint",
    Urgencia.ABIERTO: "warning",
    Urgencia.POR_VENCER: "error",
    Urgencia.VENCIDO: "error",
}
DONE: Final = "Informativa de {periodo}: ya se presentó."
UNDONE: Final = "Informativa de {periodo}: quedó sin efectos. Si debe presentarse, elija «Nueva»."
OTHER_BEGUN: Final = " Su complementaria «{tipo}» está en «{estado}»."


@dataclass(frozen=True)
class InformativaState:
    """tablero: None before the first reading. chosen: the return whose contracts are shown."""

    sesion: Sesion
    tablero: Tablero | None = None
    chosen: uuid.UUID | None = None
    contratos: tuple[ContratoFila, ...] = field(default=(), repr=False)
    busy: bool = False
    message: str = ""

    @property
    def fila(self) -> InformativaFila | None:
        filas = self.tablero.filas if self.tablero else ()
        return next((fila for fila in filas if fila.id == self.chosen), None)

    @property
    def abierta(self) -> bool:
        return self.fila is not None and self.fila.estado.abierta

    @property
    def may_mark_ready(self) -> bool:
        return (
            self.sesion.rol is Rol.CONTRATISTA
            and self.fila is not None
            and self.fila.estado is EstadoInformativa.REVISADA
        )

    @property
    def may_see_acuse(self) -> bool:
        """A kept acuse, or the step to keep one."""
        fila = self.fila
        if fila is None:
            return False
        if fila.acuse is not None:
            return True
        return self.sesion.rol is Rol.CONTRATISTA and fila.estado is EstadoInformativa.LISTA

    @property
    def plazo(self) -> tuple[str, str]:
        """The line about the period that is due, and its role."""
        return ("", "hint") if self.tablero is None else due_line(self.tablero)


def due_line(tablero: Tablero) -> tuple[str, str]:
    """What is due or overdue, in sentences, and the role of their label."""
    text, role = _of_period(tablero)
    if tablero.atrasados:
        oldest = tablero.atrasados[0]
        begun = (f for f in tablero.filas if f.periodo == oldest and f.estado.abierta)
        kept = next((f"{fila.estado}" for fila in begun), None)
        sentence = OVERDUE if kept is None else OVERDUE_BEGUN.replace("{estado}", kept)
        return f"{_overdue(sentence, tablero)} {tablero.multa} {text}", "error"
    if role == "error":
        return f"{text} {tablero.multa}", role
    return text, role


def sisub_line(sisub: EstadoSisub) -> tuple[str, str]:
    """What is due of SISUB, and the role of its label."""
    nombre = sisub.periodo.nombre
    if sisub.presentada:
        text, role = SISUB_DONE.format(periodo=nombre), "success"
    else:
        text = SISUB_DUE.format(periodo=nombre, plazo=sisub.plazo)
        text += ASK_ACUSE if sisub.se_presenta else ""
        role = _ROLES[sisub.urgencia]
    if not sisub.atrasados:
        return text, role
    overdue = f"{_overdue(SISUB_OVERDUE, sisub)} {sisub.multa}"
    return f"{overdue} {text}" if sisub.se_presenta else overdue, "error"


def begun_text(tablero: Tablero) -> str:
    """How far the return of the period is."""
    begun = _begun(tablero)
    return NOT_BEGUN if begun is None else BEGUN.format(estado=begun.estado)


def _begun(tablero: Tablero) -> InformativaFila | None:
    return next((fila for fila in tablero.filas if fila.id == tablero.abierta), None)


def _overdue(sentence: str, owed: Tablero | EstadoSisub) -> str:
    """Of the oldest period, and which others are overdue too."""
    oldest = owed.atrasados[0]
    day = f"{oldest.vence(owed.calendario):%d/%m/%Y}"
    return sentence.format(periodo=oldest.nombre, dia=day) + also_late(owed.atrasados)


def _of_period(tablero: Tablero) -> tuple[str, str]:
    nombre = tablero.periodo.nombre
    if tablero.sin_efectos:
        return UNDONE.format(periodo=nombre), "warning"
    if tablero.presentada:
        begun = _begun(tablero)
        other = OTHER_BEGUN.format(tipo=begun.tipo, estado=begun.estado) if begun else ""
        return DONE.format(periodo=nombre) + other, "success"
    text = PENDING.format(periodo=nombre, plazo=tablero.plazo, estado=begun_text(tablero))
    return text, _ROLES[tablero.urgencia]


class InformativaPresenter(StatePresenter[InformativaState]):
    created = Signal(object)  # uuid.UUID of the new return

    def __init__(
        self,
        informativas: InformativasService,
        contratos: ContratosService,
        jobs: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, InformativaState(sesion))
        self._informativas = informativas
        self._contratos = contratos
        self._wanted = 0

    def load(self, *, asked: bool = True) -> None:
        """Read everything again. asked: errors are shown."""
        self._read(self.state.chosen, self._fail if asked else self._fail_if_bug)

    def choose(self, informativa_id: uuid.UUID | None) -> None:
        """Show the contracts of a return."""
        if informativa_id != self.state.chosen:
            self._read(informativa_id, self._fail)

    def create(self, periodo: Periodo, tipo: TipoInformativa, copiar: bool = False) -> None:
        told = CREATED if tipo.lleva_contratos else self._reviewed(periodo)

        sesion, service = self.state.sesion, self._informativas

        def work(progress: Progress) -> tuple[uuid.UUID, int]:
            made = service.create(sesion, periodo, tipo, copiar=copiar)
            # What was carried on: the lists may be as they were four months ago.
            found = service.review(sesion, made, progress) if copiar else ()
            return made, changed_contracts(found)

        def on_created(found: tuple[uuid.UUID, int]) -> None:
            informativa_id, changed = found
            self._show(chosen=informativa_id)
            if changed:
                cuantos = counted(changed, "contrato", "contratos")
                self._show(message=CARRIED.format(cuantos=cuantos))
            self.created.emit(informativa_id)

        self._do(work, told, on_created)

    def delete(self) -> None:
        chosen = self._require_chosen()
        self._do(
            lambda _progress: self._informativas.delete(self.state.sesion, chosen),
            DELETED,
            lambda _none: self._show(chosen=None),
        )

    def mark_ready(self) -> None:
        chosen = self._require_chosen()
        self._do(
            lambda progress: self._informativas.mark(
                self.state.sesion, chosen, EstadoInformativa.LISTA, progress
            ),
            self._in_portal(READY),
        )

    def send_back(self, nota: str) -> None:
        chosen = self._require_chosen()
        self._do(
            lambda _progress: self._informativas.send_back(self.state.sesion, chosen, nota),
            SENT_BACK,
        )

    def include(self, contrato: ContratoFila) -> None:
        """Put the contract into the chosen return, or take it out."""
        chosen, inside = self._require_chosen(), not contrato.dentro
        self._do(
            lambda _progress: self._contratos.include(
                self.state.sesion, chosen, contrato.id, inside
            ),
            "El contrato quedó en la Informativa."
            if inside
            else "El contrato salió de la Informativa. Sigue en la lista.",
        )

    def delete_contract(self, contrato: ContratoFila) -> None:
        self._do(
            lambda _progress: self._contratos.delete(self.state.sesion, contrato.id),
            CONTRACT_DELETED,
        )

    def say(self, text: str) -> None:
        self._show(message=text)

    def say_reviewed(self) -> None:
        self.say(self._reviewed())

    def _reviewed(self, periodo: Periodo | None = None) -> str:
        own = self.state.sesion.rol is Rol.CONTRATISTA
        return self._in_portal(REVIEWED_OWN, periodo) if own else REVIEWED

    def _in_portal(self, text: str, periodo: Periodo | None = None) -> str:
        """From which day the portal takes it, while that is ahead. periodo: None for the chosen."""
        if periodo is None and self.state.fila is not None:
            periodo = self.state.fila.periodo
        if periodo is None or periodo.abre <= self._informativas.today():
            return text.format(desde="")
        return text.format(desde=FROM_DAY.format(abre=periodo.abre))

    def _require_chosen(self) -> uuid.UUID:
        if self.state.chosen is None:
            raise RuntimeError("no return is chosen")
        return self.state.chosen

    def _read(self, wanted: uuid.UUID | None, failed: Callable[[Exception], object]) -> None:
        sesion = self.state.sesion
        self._wanted += 1
        turn = self._wanted

        def work(_progress: Progress) -> tuple[Tablero, uuid.UUID | None, tuple[ContratoFila, ...]]:
            tablero = self._informativas.tablero(sesion)
            ids = [fila.id for fila in tablero.filas]
            chosen = wanted if wanted in ids else tablero.abierta or (ids[0] if ids else None)
            return tablero, chosen, self._contratos.rows(sesion, chosen)

        def on_done(
            outcome: Outcome[tuple[Tablero, uuid.UUID | None, tuple[ContratoFila, ...]]],
        ) -> None:
            if turn == self._wanted:
                self.settle(outcome, lambda read: self._on_read(*read), failed)

        self.run(work, on_done)

    def _on_read(
        self, tablero: Tablero, chosen: uuid.UUID | None, contratos: tuple[ContratoFila, ...]
    ) -> None:
        self._show(tablero=tablero, chosen=chosen, contratos=contratos)

    def _do(
        self,
        work: Callable[[Progress], object],
        told: str,
        then: Callable[..., object] | None = None,
    ) -> None:
        if self.state.busy:
            return
        self._show(busy=True, message="")

        def on_done(outcome: Outcome[object]) -> None:
            def tell(value: object) -> None:
                self._show(message=told)
                if then is not None:
                    then(value)

            self.settle(outcome, tell, busy=False)
            self.load()

        self.run(work, on_done)
