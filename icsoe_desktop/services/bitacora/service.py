"""The append-only audit log: who did what, when, on which record."""

from __future__ import annotations

import uuid
from contextlib import suppress
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gateways.bitacora.anchor import Anchor, AnchorFile
from icsoe_desktop.store.bitacora.chain import Line, Link, append, digest_at, last_link
from icsoe_desktop.store.connection import RawConnection, raw_of
from icsoe_desktop.store.engine import Store

NOBODY = "sin sesión"
OBJETO = "bitácora"
_FOLLOWED = "bitacora"  # key in Session.info: the anchor follows this transaction


class Accion(StrEnum):
    INGRESO = "ingreso"
    INGRESO_FALLIDO = "ingreso fallido"
    INGRESO_CONSULTA = "ingreso en modo sólo consulta"
    ALTA_USUARIO = "alta de usuario"
    USUARIO_DESHABILITADO = "usuario deshabilitado"
    USUARIO_HABILITADO = "usuario habilitado"
    CONTRASENA_CAMBIADA = "contraseña cambiada"
    CODIGO_SOLICITADO = "código de recuperación solicitado"
    CODIGO_RECUPERACION_NUEVO = "código de recuperación de datos nuevo"
    CODIGO_RECUPERACION_GUARDADO = "código de recuperación de datos guardado"
    CAMBIO_AVISO = "cambio de quién responde en el aviso de privacidad"
    AVISO_ACEPTADO = "aviso de privacidad aceptado"
    ALTA_REGISTRO_PATRONAL = "alta de registro patronal"
    CAMBIO_REGISTRO_PATRONAL = "cambio de registro patronal"
    BAJA_REGISTRO_PATRONAL = "baja de registro patronal"
    IMPORTACION_REGISTROS_PATRONALES = "importación de registros patronales"
    ALTA_CERTIFICADO = "alta de certificado"
    BAJA_CERTIFICADO = "baja de certificado"
    CAMBIO_LIMITE_PFX = "cambio de la fecha en que el .pfx deja de servir"
    AJUSTES_CORREO = "cambio de servidor de correo"
    RECORDATORIOS_VIGENCIAS = "cambio de recordatorios de vigencias"
    CAPTURA_MOVIMIENTO = "captura de movimiento"
    CAMBIO_MOVIMIENTO = "cambio de movimiento"
    BAJA_MOVIMIENTO = "eliminación de movimientos"
    IMPORTACION_MOVIMIENTOS = "importación de movimientos"
    IMPORTACION_DESHECHA = "importación de movimientos deshecha"
    IMPORTACION_REGISTROS_DESHECHA = "importación de registros patronales deshecha"
    EXPORTACION_MOVIMIENTOS = "exportación de movimientos"
    EXPORTACION_LOTES = "exportación de lotes"
    CONFRONTA = "confronta de la emisión con la nómina"
    DIFERENCIA_ACEPTADA = "diferencia de la confronta aceptada"
    DIFERENCIA_NO_ACEPTADA = "aceptación de una diferencia retirada"
    CONSTANCIA_APLICADA = "constancia aplicada"
    CONSTANCIA_DESHECHA = "constancia deshecha"
    LOTE_GENERADO = "lote generado"
    LOTE_CAMBIO_ESTADO = "cambio de estado de lote"
    LOTE_DOCUMENTO = "documento agregado a un lote"
    RELOJ = "respuesta sobre la fecha del equipo"
    CAMBIO_CALENDARIO = "cambio de calendario"
    CAMBIO_VALOR_LEGAL = "cambio de salario mínimo o UMA"
    BAJA_VALOR_LEGAL = "salario mínimo o UMA quitado"
    IMPORTACION_VALORES_LEGALES = "importación de salarios mínimos y UMA"
    SALIDA = "salida"
    BLOQUEO_PANTALLA = "pantalla bloqueada"
    DESBLOQUEO_PANTALLA = "pantalla desbloqueada"
    ALTA_CONTRATISTA = "alta de contratista"
    TERMINOS_ACEPTADOS = "términos y condiciones aceptados"
    CAMBIO_DATOS_GENERALES = "cambio de datos generales"
    CAMBIO_DOMICILIO = "cambio de domicilio social"
    CAMBIO_CONVENCIONAL = "cambio de domicilio convencional"
    ALTA_ACUSE = "alta de acuse REPSE"
    CAMBIO_ACUSE = "cambio de acuse REPSE"
    BAJA_ACUSE = "acuse REPSE eliminado"
    CONSULTA_ACUSE = "acuse REPSE consultado"
    ALTA_INFORMATIVA = "informativa creada"
    CAMBIO_INFORMATIVA = "cambio de informativa"
    BAJA_INFORMATIVA = "informativa eliminada"
    ESTADO_INFORMATIVA = "cambio de estado de informativa"
    SALIDA_INFORMATIVA = "hoja de captura y archivos de la informativa"
    ACUSE_INFORMATIVA = "acuse de la informativa guardado"
    CONSULTA_ACUSE_INFORMATIVA = "acuse de la informativa consultado"
    ALTA_CONTRATO = "alta de contrato"
    CAMBIO_CONTRATO = "cambio de contrato"
    BAJA_CONTRATO = "contrato eliminado"
    CAMBIO_TRABAJADORES = "cambio de trabajadores de un contrato"
    IMPORTACION_CODIGOS_POSTALES = "importación de códigos postales"
    ALTA_CAPTURISTA = "alta de capturista"
    ALTA_CAPTURISTA_DESHECHA = "alta de capturista deshecha"
    CAMBIO_CAPTURISTA = "cambio de capturista"
    BAJA_CAPTURISTA = "baja de capturista"
    REACTIVACION_CAPTURISTA = "reactivación de capturista"
    IMPORTACION_CAPTURISTAS = "importación de capturistas"
    EXPORTACION_CAPTURISTAS = "exportación de capturistas"
    LIGA_ENVIADA = "liga de activación enviada"
    CONTRATISTA_ACEPTADO = "relación confirmada por el capturista"
    CONTRATISTA_ELEGIDO = "contratista elegido"
    OTRO_RFC = "cambio de los RFC de un tablero"
    CAPTURISTA_BLOQUEADO = "capturista bloqueado por intentos fallidos"
    EXPORTACION_DATOS_PERSONALES = "copia de datos personales entregada"
    BORRADO_DATOS_PERSONALES = "datos personales borrados"
    RESPALDO_CREADO = "respaldo creado"
    RESPALDO_RETIRADO = "respaldo antiguo retirado"
    AJUSTES_RESPALDO = "cambio de respaldos programados"
    RESTAURACION = "restauración preparada"
    EXPORTACION_BITACORA = "exportación de la bitácora"
    BITACORA_INTERRUMPIDA = "faltan anotaciones de la bitácora"
    ANCLA_NUEVA = "ancla nueva de la bitácora"
    SINCRONIZACION_CONFIGURADA = "sincronización configurada"
    SINCRONIZACION_PAUSADA = "sincronización en pausa"
    SINCRONIZACION_REANUDADA = "sincronización reanudada"
    SINCRONIZACION_ABANDONADA = "oficina abandonada"
    REGISTRO_RECIBIDO = "registro recibido de otro equipo"
    BORRADO_RECUPERADO = "borrado de otro equipo recuperado"
    CONFLICTO_RESUELTO = "conflicto de sincronización resuelto"
    MIEMBRO_INVITADO = "equipo invitado a la oficina"
    MIEMBRO_ROL = "rol de un equipo de la oficina cambiado"
    MIEMBRO_RETIRADO = "equipo retirado de la oficina"


# Actions that change no movement, lote or day of the calendar.
SIN_CAMBIOS: Final = frozenset(
    {
        Accion.INGRESO,
        Accion.INGRESO_FALLIDO,
        Accion.INGRESO_CONSULTA,
        Accion.SALIDA,
        Accion.BLOQUEO_PANTALLA,
        Accion.DESBLOQUEO_PANTALLA,
        Accion.CONFRONTA,
        Accion.DIFERENCIA_ACEPTADA,
        Accion.DIFERENCIA_NO_ACEPTADA,
        Accion.EXPORTACION_MOVIMIENTOS,
        Accion.EXPORTACION_LOTES,
        Accion.EXPORTACION_CAPTURISTAS,
        Accion.EXPORTACION_BITACORA,
        Accion.CODIGO_RECUPERACION_GUARDADO,
        Accion.BITACORA_INTERRUMPIDA,
        Accion.ANCLA_NUEVA,
        Accion.EXPORTACION_DATOS_PERSONALES,
        Accion.CONSULTA_ACUSE,
        Accion.LIGA_ENVIADA,
        Accion.RESPALDO_CREADO,
        Accion.RESPALDO_RETIRADO,
        Accion.AJUSTES_CORREO,
        Accion.RECORDATORIOS_VIGENCIAS,
        Accion.AJUSTES_RESPALDO,
        Accion.CAMBIO_LIMITE_PFX,
        Accion.CAMBIO_VALOR_LEGAL,
        Accion.BAJA_VALOR_LEGAL,
        Accion.IMPORTACION_VALORES_LEGALES,
        Accion.OTRO_RFC,
        Accion.ALTA_CAPTURISTA,
        Accion.CAMBIO_CAPTURISTA,
        Accion.BAJA_CAPTURISTA,
        Accion.REACTIVACION_CAPTURISTA,
        Accion.ALTA_INFORMATIVA,
        Accion.CAMBIO_INFORMATIVA,
        Accion.BAJA_INFORMATIVA,
        Accion.ESTADO_INFORMATIVA,
        Accion.SALIDA_INFORMATIVA,
        Accion.ACUSE_INFORMATIVA,
        Accion.CONSULTA_ACUSE_INFORMATIVA,
        Accion.ALTA_CONTRATO,
        Accion.CAMBIO_CONTRATO,
        Accion.BAJA_CONTRATO,
        Accion.CAMBIO_TRABAJADORES,
        Accion.SINCRONIZACION_PAUSADA,
        Accion.SINCRONIZACION_REANUDADA,
    }
)


class Note(Protocol):
    """`BitacoraService.record` for objects of one kind."""

    def __call__(
        self,
        db: Session,
        sesion: Sesion | None,
        accion: Accion,
        objeto_id: uuid.UUID | None = None,
        detalle: str = "",
    ) -> None: ...


class BitacoraService:
    """Appends lines to the chain.

    anchor: None for a store without an anchor file.
    """

    def __init__(self, store: Store, anchor: AnchorFile | None = None) -> None:
        self._store = store
        self.anchor = anchor
        self._compared = False

    def about(self, objeto: str) -> Note:
        """`record` for objects of one kind."""

        def note(
            db: Session,
            sesion: Sesion | None,
            accion: Accion,
            objeto_id: uuid.UUID | None = None,
            detalle: str = "",
        ) -> None:
            self.record(db, sesion, accion, objeto, objeto_id, detalle)

        return note

    def record(
        self,
        db: Session,
        sesion: Sesion | None,
        accion: Accion,
        objeto: str = "",
        objeto_id: uuid.UUID | None = None,
        detalle: str = "",
        contratista_id: uuid.UUID | None = None,
    ) -> None:
        """Add a line in the caller's transaction, so that both commit together.

        detalle: without passwords, CURP, RFC or NSS. Those are in the row of objeto_id.
        contratista_id: contratista who may read the line; the session's by default.
        """
        raw = raw_of(db)
        if self.anchor is not None and _FOLLOWED not in db.info:
            self._follow(db, raw, self.anchor)
        if sesion is None:
            quien = NOBODY
        else:
            quien = sesion.usuario_id.hex if sesion.usuario_id else str(sesion.rol)
        owner = contratista_id or (sesion.contratista_id if sesion else None)
        self._append(raw, quien, accion, objeto, detalle, objeto_id, owner)

    def _append(
        self,
        raw: RawConnection,
        quien: str,
        accion: Accion,
        objeto: str,
        detalle: str,
        objeto_id: uuid.UUID | None = None,
        owner: uuid.UUID | None = None,
    ) -> Link:
        new_id, now = self._store.new_id(), self._store.clock()
        return append(
            raw, Line(new_id, now, quien, accion.value, objeto, objeto_id, detalle, owner)
        )

    def _follow(self, db: Session, raw: RawConnection, anchor: AnchorFile) -> None:
        """Move the anchor when this transaction commits. The first time, compare it before."""
        noted = None if self._compared else self._compare(raw, anchor.read())

        def committed() -> None:
            with self._store.read() as after:
                raw = raw_of(after)
                # A savepoint that was rolled back takes its lines with it.
                if noted is not None and digest_at(raw, noted.numero) != noted.huella:
                    return
                link = last_link(raw)
            self._compared = True
            # Without space or rights the older anchor stays, and holds.
            with suppress(OSError):
                anchor.write(Anchor(*link))

        self._store.after_commit(db, committed)
        db.info[_FOLLOWED] = True

    def _compare(self, raw: RawConnection, anchor: Anchor | None) -> Link | None:
        """Note that the end of the bitácora is missing, or that there was no anchor."""
        last = last_link(raw)
        if anchor is None:
            if not last.numero:
                return None
            return self._append(raw, NOBODY, Accion.ANCLA_NUEVA, OBJETO, _reached(last))
        if digest_at(raw, anchor.numero) == anchor.huella:
            return None
        detalle = f"el ancla decía hasta la n.º {anchor.numero:,}; {_reached(last)}"
        return self._append(raw, NOBODY, Accion.BITACORA_INTERRUMPIDA, OBJETO, detalle)


def _reached(last: Link) -> str:
    return f"la bitácora llegaba a la n.º {last.numero:,}"
