"""The avisos de privacidad: who answers for the data, and who accepted which version."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.avisos import (
    AVISO_ICSOE_VERSION,
    AVISO_VERSION,
    CAMPOS_PRIVACIDAD,
    MAX_DATO,
    DatosPrivacidad,
)
from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.acceso.autorizacion import writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import PersonaRow

SETTING = "privacidad"
TOO_LONG = f"Escriba como máximo {MAX_DATO} caracteres."


def datos_of(db: Session) -> DatosPrivacidad:
    kept = kept_values(db, SETTING)
    return DatosPrivacidad(
        **{name: str(kept.get(name, "")) for name in DatosPrivacidad.__dataclass_fields__}
    )


class AvisosService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora

    def datos(self) -> DatosPrivacidad:
        """What the notices say of this installation, to anyone who reads them."""
        with self._store.read() as db:
            return datos_of(db)

    def save(self, sesion: Sesion, datos: DatosPrivacidad) -> DatosPrivacidad:
        """Raises InvalidInputError (campo: a field of DatosPrivacidad) and NotAllowedError."""
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            values = {}
            for field in CAMPOS_PRIVACIDAD:
                values[field.name], _ = field.read(getattr(datos, field.name))
                if len(values[field.name]) > MAX_DATO:
                    raise InvalidInputError(TOO_LONG, field.name)
            kept = DatosPrivacidad(**values)
            if kept != datos_of(db):
                keep_values(db, self._store, SETTING, asdict(kept))
                self._bitacora.record(db, sesion, Accion.CAMBIO_AVISO)
        return kept

    def pending(self, sesion: Sesion) -> bool:
        """Whether the person accepted another version than the present one.

        A contratista accepts it with the términos.
        """
        with self._store.read() as db:
            row, version = _account(db, sesion)
            return row is not None and row.aviso_version != version

    def accept(self, sesion: Sesion) -> None:
        with self._store.write() as db:
            row, version = _account(db, sesion)
            if row is not None and row.aviso_version != version:
                row.aviso_version = version
                row.actualizado = self._store.clock()
                self._bitacora.record(
                    db, sesion, Accion.AVISO_ACEPTADO, "aviso de privacidad", row.id, version
                )


def _account(db: Session, sesion: Sesion) -> tuple[UsuarioRow | PersonaRow | None, str]:
    if sesion.rol is Rol.USUARIO_IDSE:
        return db.get(UsuarioRow, sesion.usuario_id), AVISO_VERSION
    if sesion.rol is Rol.CAPTURISTA:
        return db.get(PersonaRow, sesion.usuario_id), AVISO_ICSOE_VERSION
    return None, ""
