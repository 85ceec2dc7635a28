"""Certificados IMSS: the chosen files, the stored certificates, and the commands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.certificados.verificacion import (
    BLOQ_MAYUS,
    CampoCertificado,
    ClaseArchivoCertificado,
    Verificacion,
    is_of_another,
)
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.certificados.service import (
    CertificadoRefusedError,
    CertificadosService,
    HasOneError,
)
from icsoe_desktop.services.certificados.valores import (
    CertificadoElegido,
    RegistroConCertificado,
    registro_for,
)

SAVED = "El certificado se guardó."
SAVED_IN_ALL = "La e.firma se guardó en {registros} de su RFC."
AFTER_RENEWAL = """
Después de renovar una e.firma:
1. Renovarla ante el SAT.
2. Guardarla aquí: ya está.
3. Actualizarla en el Escritorio Virtual del IMSS; hasta entonces IDSE la rechaza.
4. Probar que abre en IDSE. Los movimientos los presenta usted ahí."""
FIRST_EFIRMA = (
    "Pruebe que abre en IDSE. Si el IMSS tiene otra e.firma de esta empresa, actualícela antes en "
    "su Escritorio Virtual. Los movimientos los presenta usted ahí."
)
DELETED = "El certificado se eliminó satisfactoriamente."
PROPOSED = "Se eligió el registro patronal {registro}: es el que corresponde al certificado."
PROPOSED_TO_SAVE = PROPOSED + " Revíselo y vuelva a guardar."
SWAPPED = "Los dos archivos estaban al revés: cada uno se puso en su lugar."
PFX_SUFFIXES = (".pfx", ".p12")

Problems = dict[str, str]


@dataclass(frozen=True)
class CertificadosState:
    """elegido: the content of the chosen file, None without one. problems: field → sentence.

    hint: what the program did with the form by itself.
    """

    registros: tuple[RegistroConCertificado, ...] = ()
    loaded: bool = False
    busy: bool = False
    elegido: Verificacion | None = None
    es_pfx: bool = False
    problems: tuple[tuple[str, str], ...] = ()
    message: str = ""
    hint: str = ""

    @property
    def any_certificado(self) -> bool:
        return any(one.certificado is not None for one in self.registros)


class CertificadosPresenter(StatePresenter[CertificadosState]):
    saved = Signal(object)  # RegistroConCertificado
    deleted = Signal()
    replacement_asked = Signal(object, object)  # CertificadoElegido, HasOneError
    registro_proposed = Signal(object)  # UUID
    swapped = Signal()

    def __init__(self, certificados: CertificadosService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, CertificadosState())
        self._certificados = certificados
        self._sesion = sesion
        self._asked = 0
        self._files = ("", "")
        self._kept: UUID | None = None

    def load(self) -> None:
        self.ask(
            lambda _progress: self._certificados.all(self._sesion),
            lambda registros: self._show(registros=registros, loaded=True, busy=False),
        )

    def refresh(self) -> None:
        """Read the list again, even while other work runs."""
        self.ask(
            lambda _progress: self._certificados.all(self._sesion),
            lambda registros: self._show(registros=registros, loaded=True),
            self.failed.emit,
        )

    def choose_archivo(
        self, path: str, registro_id: UUID | None, registro_is_chosen: bool = False
    ) -> None:
        """Read the file as soon as its path is entered.

        registro_is_chosen: the user chose the registro patronal for this file; it stays.
        """
        self._asked += 1
        asked = self._asked
        es_pfx = Path(path).suffix.casefold() in PFX_SUFFIXES
        problems = self._without(CampoCertificado.CERTIFICADO, CampoCertificado.REGISTRO_PATRONAL)
        hint = self.state.hint if path in self._files else ""
        self._files = (path, self._files[1])
        self._kept = registro_id if registro_is_chosen else None
        if not path:
            self._show(elegido=None, es_pfx=False, problems=problems, message="", hint="")
            return
        self._show(elegido=None, es_pfx=es_pfx, problems=problems, message="", hint=hint)
        self._look_whether_swapped()
        self.run(
            lambda _progress: self._certificados.inspect(self._sesion, Path(path), registro_id),
            lambda outcome: self._on_inspected(outcome, asked, registro_id),
        )

    def choose_llave(self, path: str) -> None:
        self._show(problems=self._without(CampoCertificado.LLAVE), message="")
        self._files = (self._files[0], path)
        if path:
            self._look_whether_swapped()
            self.ask(
                lambda _progress: self._certificados.inspect_key(self._sesion, Path(path)),
                self._on_key_inspected,
            )

    def edit_contrasena(self) -> None:
        self._show(problems=self._without(CampoCertificado.CONTRASENA), message="")

    def edit_usuario(self) -> None:
        self._show(problems=self._without("usuario"), message="")

    def save(self, elegido: CertificadoElegido | None, missing: Problems, caps_lock: bool) -> None:
        if self.state.busy:
            return
        if elegido is None:
            self._show(problems=tuple(missing.items()), message="")
            return
        in_all = 1 + len(self.others_of(elegido.registro_id)) if elegido.todos else 1
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._certificados.save(self._sesion, elegido),
            lambda registro: self._on_saved(registro, in_all),
            lambda error: self._on_not_saved(error, elegido, caps_lock),
        )

    def registro(self, registro_id: UUID | None) -> RegistroConCertificado | None:
        return next((r for r in self.state.registros if r.registro_id == registro_id), None)

    def others_of(self, registro_id: UUID | None) -> tuple[RegistroConCertificado, ...]:
        """The other registros patronales of the same RFC."""
        chosen = self.registro(registro_id)
        if chosen is None:
            return ()
        return tuple(
            one
            for one in self.state.registros
            if one.rfc == chosen.rfc and one.registro_id != registro_id
        )

    def rfc_of_representante(self, registro_id: UUID | None) -> str:
        """RFC of the chosen e.firma if it differs from the registro patronal's."""
        found, chosen = self.state.elegido, self.registro(registro_id)
        certificado = found.certificado if found else None
        if certificado is None or chosen is None or certificado.tipo != TipoCertificado.EFIRMA:
            return ""
        return (certificado.rfc or "") if is_of_another(certificado, chosen.rfc) else ""

    def delete(self, registro: RegistroConCertificado) -> None:
        certificado = registro.certificado
        if certificado is None or self.state.busy:
            return
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._certificados.delete(self._sesion, certificado.id),
            self._on_deleted,
            self._on_not_deleted,
        )

    def clear(self) -> None:
        self._asked += 1
        self._files = ("", "")
        self._show(elegido=None, es_pfx=False, problems=(), hint="")

    def _look_whether_swapped(self) -> None:
        archivo, llave = files = self._files
        if not archivo or not llave:
            return

        def tell(swapped: bool) -> None:
            if swapped and files == self._files:
                self._show(hint=SWAPPED)
                self.swapped.emit()

        self.ask(
            lambda _progress: self._certificados.are_swapped(
                self._sesion, Path(archivo), Path(llave)
            ),
            tell,
            # The field of each file says what is wrong with it.
            lambda _error: None,
        )

    def _propose(self, found: Verificacion, present: UUID | None, hint: str) -> bool:
        """Choose the registro patronal that the certificate names, unless the user chose one.

        Returns whether another one is chosen now.
        """
        if found.certificado is None or self._kept is not None:
            return False
        fits = registro_for(self.state.registros, found.certificado, present)
        if fits is None or fits.registro_id == present:
            return False
        self._show(hint=hint.format(registro=fits.registro_patronal))
        self.registro_proposed.emit(fits.registro_id)
        return True

    def _on_inspected(
        self, outcome: Outcome[Verificacion], asked: int, present: UUID | None
    ) -> None:
        def show(found: Verificacion) -> None:
            # The file is read again for the other registro patronal.
            if self._propose(found, present, PROPOSED):
                return
            es_pfx = self.state.es_pfx or found.clase is ClaseArchivoCertificado.PFX
            said = dict(self._without(CampoCertificado.CERTIFICADO)) | dict(_problems(found))
            self._show(elegido=found, es_pfx=es_pfx, problems=tuple(said.items()))

        # Ignore the result if another file was chosen meanwhile.
        if asked == self._asked:
            self.settle(outcome, show)

    def _on_key_inspected(self, problemas: tuple[object, ...]) -> None:
        found = tuple((str(CampoCertificado.LLAVE), str(p.texto)) for p in problemas)  # type: ignore[attr-defined]
        self._show(problems=(*self._without(CampoCertificado.LLAVE), *found))

    def _on_saved(self, registro: RegistroConCertificado, in_all: int) -> None:
        saved = SAVED
        if in_all > 1:
            saved = SAVED_IN_ALL.format(registros=f"{in_all} registros patronales")
        certificado = registro.certificado
        if certificado is not None and certificado.tipo == TipoCertificado.EFIRMA:
            renewed = any(
                r.registro_id == registro.registro_id
                and r.certificado is not None
                and r.certificado.tipo == TipoCertificado.EFIRMA
                for r in self.state.registros
            )
            saved += "\n" + (AFTER_RENEWAL if renewed else FIRST_EFIRMA)
        elif certificado is not None and certificado.nota:
            saved += " " + certificado.nota
        self._show(message=saved, elegido=None, es_pfx=False, problems=(), hint="")
        self.saved.emit(registro)
        self.load()

    def _on_not_saved(self, error: Exception, elegido: CertificadoElegido, caps_lock: bool) -> None:
        self._show(busy=False)
        match error:
            case CertificadoRefusedError(verificacion=found):
                problems = _problems(found)
                if caps_lock:
                    problems = tuple(
                        (f, f"{t} {BLOQ_MAYUS}." if f == CampoCertificado.CONTRASENA else t)
                        for f, t in problems
                    )
                self._show(elegido=found, problems=problems)
                # Only the password showed whose a .pfx is.
                self._propose(found, elegido.registro_id, PROPOSED_TO_SAVE)
            case HasOneError():
                self.replacement_asked.emit(replace(elegido, reemplazar=True), error)
            case _:
                self._refuse(error)

    def _on_deleted(self, _none: None) -> None:
        self._show(message=DELETED)
        self.deleted.emit()
        self.load()

    def _on_not_deleted(self, error: Exception) -> None:
        self._fail(error)
        self.load()

    def _without(self, *campos: str) -> tuple[tuple[str, str], ...]:
        return tuple(one for one in self.state.problems if one[0] not in campos)

    def _fail(self, error: Exception) -> None:
        self._show(busy=False)
        self.failed.emit(error)


def _problems(found: Verificacion) -> tuple[tuple[str, str], ...]:
    """One entry per field, with all its sentences joined."""
    by_field: Problems = {}
    for problema in found.problemas:
        before = by_field.get(problema.campo)
        by_field[str(problema.campo)] = f"{before}\n{problema.texto}" if before else problema.texto
    return tuple(by_field.items())
