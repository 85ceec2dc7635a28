"""The capturistas of a contratista: alta, change, link, baja, reactivation."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import (
    CAMPOS_CAPTURISTA,
    AccionFila,
    CapturistaNuevo,
    DatosCapturista,
    Estatus,
    RevisionCapturista,
    acciones_de,
    check_nuevo,
)
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.services.capturistas.relaciones import (
    OBJETO,
    Capturista,
    CapturistaGuardado,
    CapturistaRepetidoError,
    CurpValidada,
    capturista_of,
    contratista_ready,
    forget_relation,
    new_relation,
    put_contact,
    refuse_changed,
    relation_of,
    with_others,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.movimientos import MovimientoRow, TrabajadorRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow

NOT_AVAILABLE = {
    AccionFila.EDITAR: (
        "Sus datos ya no se pueden modificar: el capturista ya creó su contraseña, o está dado de "
        "baja. No se cambió nada."
    ),
    AccionFila.ENVIAR_EMAIL: (
        "No se envió la liga: el capturista ya creó su contraseña, o está dado de baja. Si la "
        "olvidó, que use «¿Olvidaste tu contraseña?»."
    ),
    AccionFila.ELIMINAR: "La relación con el usuario ya está en baja. No se cambió nada.",
    AccionFila.ACTIVAR: "La relación con el usuario no está en baja. No se cambió nada.",
}
OTHER_BAJA = (
    "Otro equipo dio de baja a este usuario otra vez, después de la baja que usted ve. No se "
    "cambió nada. Si aún quiere reactivarlo, actívelo otra vez."
)
NOT_UNDONE = (
    "El alta ya no se puede deshacer: el capturista ya creó su contraseña o fue dado de baja. No "
    "se cambió nada. Dele de baja en Consulta."
)
SAME_CURP = "La CURP de un usuario registrado no se cambia. Elimine el alta y regístrelo de nuevo."

_UNKNOWN = NombrePersona(nombres="", primer_apellido="", segundo_apellido="")
# A registro patronal may be stored with or without its check digit.
_BASE = 10


class CapturistasService:
    """Works only on capturistas of the session's contratista."""

    def __init__(self, store: Store, bitacora: BitacoraService, correos: CorreosCapturista) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._correos = correos

    def validate(self, sesion: Sesion, curp: str) -> CurpValidada:
        """«Validar»: check a CURP and its data, without network.

        Raises InvalidInputError (campo «curp»), CapturistaRepetidoError, NotAllowedError.
        """
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
            valor = Curp.parse(curp, self.today())
            refuse_repeated(db, contratista, valor.valor)
            known = _known_name(db, contratista, valor.valor)
        return CurpValidada(
            curp=valor.valor,
            sexo=valor.sexo.nombre,
            fecha_nacimiento=valor.fecha_nacimiento,
            entidad=valor.entidad,
            **asdict(known),
        )

    def register(
        self, sesion: Sesion, nuevo: CapturistaNuevo, cotejada: date | None = None
    ) -> CapturistaGuardado:
        """«Guardar»: save a new capturista and send mails 1 and 2.

        cotejada: day on which the CURP was compared at RENAPO.
        Raises InvalidInputError (campo: a field of CapturistaNuevo), CapturistaRepetidoError.
        """
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            revision, datos = self._checked(nuevo)
            refuse_repeated(db, contratista, datos.curp)
            row, persona = self.add(db, sesion, contratista, datos, cotejada)
            return self._saved(db, row, persona, revision)

    def get(self, sesion: Sesion, relacion_id: uuid.UUID) -> Capturista:
        """Raises UserFacingError if it does not exist or belongs to another contratista."""
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
            return capturista_of(*relation_of(db, contratista, relacion_id))

    def undo_register(
        self, sesion: Sesion, relacion_id: uuid.UUID, visto: Capturista | None = None
    ) -> None:
        """«Eliminar» in the list of new capturistas: delete the alta. Only in state Registrada.

        visto: the values that the user sees. If another person changed them, nothing is deleted.
        Raises AltaCambiadaError, UserFacingError.
        """
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            row, persona = relation_of(db, contratista, relacion_id)
            if row.estatus != Estatus.REGISTRADA:
                raise UserFacingError(NOT_UNDONE)
            if visto is not None:
                refuse_changed(row, persona, visto)
            numero = row.numero
            self._correos.drop_links_of_relation(db, row.id)
            forget_relation(db, row, persona)
            self._note(
                db, sesion, Accion.ALTA_CAPTURISTA_DESHECHA, relacion_id, f"capturista n.º {numero}"
            )

    def update(
        self,
        sesion: Sesion,
        relacion_id: uuid.UUID,
        nuevo: CapturistaNuevo,
        cotejada: date | None = None,
        visto: Capturista | None = None,
    ) -> CapturistaGuardado:
        """«Actualizar usuario», only in state Registrada. A changed mail gets a new link.

        The CURP cannot change.
        visto: the values that the form was opened with. Fields that the user did not change keep
        their current values. Without it, every field is written, except an empty `cotejada`.
        Raises InvalidInputError, CambioAjenoError, UserFacingError.
        """
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            row, persona = self._available(db, contratista, relacion_id, AccionFila.EDITAR)
            revision, datos = self._checked(nuevo)
            if datos.curp != row.curp:
                raise InvalidInputError(SAME_CURP, "curp")
            if visto is not None:
                revision, datos = self._checked(with_others(datos, visto, row))
            other_mail = datos.correo != row.correo
            changed = put_contact(db, row, persona, datos)
            if visto is None:
                row.cotejada = cotejada or row.cotejada
            elif cotejada != visto.cotejada:
                row.cotejada = cotejada
            row.actualizado = self._store.clock()
            self._note(
                db, sesion, Accion.CAMBIO_CAPTURISTA, row.id, CAMPOS_CAPTURISTA.labels(changed)
            )
            if other_mail:
                self._confirm_or_link(db, contratista, row, persona)
            return self._saved(db, row, persona, revision)

    def send_link(self, sesion: Sesion, relacion_id: uuid.UUID) -> CapturistaGuardado:
        """«Enviar email»: a new link for 24 hours. The previous one ends.

        Raises UserFacingError.
        """
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            row, persona = self._available(db, contratista, relacion_id, AccionFila.ENVIAR_EMAIL)
            if row.estatus == Estatus.ACTIVA:
                # For a locked person: use their confirmed address, not the one typed by the
                # contratista.
                self._correos.send_reset(db, persona)
            else:
                self._confirm_or_link(db, contratista, row, persona)
            self._note(db, sesion, Accion.LIGA_ENVIADA, row.id)
            return self._saved(db, row, persona)

    def baja(self, sesion: Sesion, relacion_id: uuid.UUID) -> Capturista:
        """End the person's access for this contratista at once. Raises UserFacingError."""
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            row, persona = self._available(db, contratista, relacion_id, AccionFila.ELIMINAR)
            row.estatus = Estatus.BAJA
            row.dado_de_baja = row.actualizado = self._store.clock()
            self._correos.drop_links_of_relation(db, row.id)
            self._note(db, sesion, Accion.BAJA_CAPTURISTA, row.id)
            return capturista_of(row, persona)

    def activar(
        self, sesion: Sesion, relacion_id: uuid.UUID, baja_vista: datetime | None = None
    ) -> CapturistaGuardado:
        """Reactivate after a baja: Activa, or Registrada with a new link if never confirmed.

        baja_vista: instant of the baja that the user sees. If another desktop ended the access
        again since, nothing changes. Raises UserFacingError.
        """
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            row, persona = self._available(db, contratista, relacion_id, AccionFila.ACTIVAR)
            if baja_vista is not None and row.dado_de_baja != baja_vista:
                raise UserFacingError(OTHER_BAJA)
            row.dado_de_baja = None
            row.actualizado = self._store.clock()
            if row.confirmada is not None:
                row.estatus = Estatus.ACTIVA
            else:
                row.estatus = Estatus.REGISTRADA
                self._confirm_or_link(db, contratista, row, persona)
            self._note(db, sesion, Accion.REACTIVACION_CAPTURISTA, row.id)
            return self._saved(db, row, persona)

    def add(
        self,
        db: Session,
        sesion: Sesion,
        contratista: ContratistaRow,
        datos: DatosCapturista,
        cotejada: date | None = None,
    ) -> tuple[RelacionRow, PersonaRow]:
        """Add a capturista in the caller's transaction. The caller has checked for repetitions."""
        row, persona = new_relation(
            db, self._store, contratista, datos, only(db, PersonaRow, curp=datos.curp), cotejada
        )
        if self._proved(db, row, persona):
            self._confirm(row)
        self._note(db, sesion, Accion.ALTA_CAPTURISTA, row.id)
        self._correos.send_registered(db, contratista, row, persona)
        if row.confirmada is None:
            self._correos.send_link(db, contratista, row, persona)
        return row, persona

    def today(self) -> date:
        return self._store.today()

    def _available(
        self, db: Session, contratista: ContratistaRow, relacion_id: uuid.UUID, accion: AccionFila
    ) -> tuple[RelacionRow, PersonaRow]:
        row, persona = relation_of(db, contratista, relacion_id)
        bloqueado = persona.bloqueada is not None
        if accion not in acciones_de(Estatus(row.estatus), bloqueado=bloqueado):
            raise UserFacingError(NOT_AVAILABLE[accion])
        return row, persona

    def _checked(self, nuevo: CapturistaNuevo) -> tuple[RevisionCapturista, DatosCapturista]:
        revision = check_nuevo(nuevo, self.today())
        if revision.datos is None:
            campo, problema = next(iter(revision.problemas.items()))
            raise InvalidInputError(problema, campo)
        return revision, revision.datos

    def _confirm_or_link(
        self, db: Session, contratista: ContratistaRow, row: RelacionRow, persona: PersonaRow
    ) -> None:
        if self._proved(db, row, persona):
            self._correos.drop_links_of_relation(db, row.id)
            self._confirm(row)
            self._correos.send_registered(db, contratista, row, persona)
        else:
            self._correos.send_link(db, contratista, row, persona)

    def _proved(self, db: Session, row: RelacionRow, persona: PersonaRow) -> bool:
        """True if the mail typed by the contratista is the person's confirmed address.

        Another mail may belong to another person, even with the right CURP. It needs confirmation
        by a link, and so does an address that another contratista's own mail server confirmed.
        """
        return (
            persona.contrasena_hash is not None
            and persona.correo == row.correo
            and not self._correos.another_could_read(db, row)
        )

    def _confirm(self, row: RelacionRow) -> None:
        row.confirmada = self._store.clock()
        row.estatus = Estatus.ACTIVA

    def _saved(
        self,
        db: Session,
        row: RelacionRow,
        persona: PersonaRow,
        revision: RevisionCapturista | None = None,
    ) -> CapturistaGuardado:
        warnings = revision.advertencias.values() if revision else ()
        return CapturistaGuardado(
            capturista_of(row, persona),
            tuple(each for sentences in warnings for each in sentences),
            self._correos.can_send(db, row.contratista_id),
        )


def refuse_repeated(db: Session, contratista: ContratistaRow, curp: str) -> None:
    """Raises CapturistaRepetidoError if the contratista already has this CURP."""
    found = only(db, RelacionRow, contratista_id=contratista.id, curp=curp)
    if found is not None:
        raise CapturistaRepetidoError(found.id, found.numero, Estatus(found.estatus))


def _known_name(db: Session, contratista: ContratistaRow, curp: str) -> NombrePersona:
    """The name for «Validar», from an earlier alta or from a worker of the contratista.

    Only workers of registros patronales with the contratista's RFC count: the contratista must not
    learn whom others employ.
    """
    persona = only(db, PersonaRow, curp=curp)
    if persona is not None:
        return NombrePersona.of(persona)
    newest = db.execute(
        select(TrabajadorRow.nombres, TrabajadorRow.primer_apellido, TrabajadorRow.segundo_apellido)
        .join(MovimientoRow, MovimientoRow.trabajador == TrabajadorRow.fila)
        .join(
            RegistroPatronalRow,
            func.substr(RegistroPatronalRow.registro_patronal, 1, _BASE)
            == func.substr(MovimientoRow.registro_patronal, 1, _BASE),
        )
        .where(TrabajadorRow.curp == curp, RegistroPatronalRow.rfc == contratista.rfc)
        .order_by(MovimientoRow.fecha.desc(), MovimientoRow.fila.desc())
        .limit(1)
    ).one_or_none()
    return _UNKNOWN if newest is None else NombrePersona.of(newest)
